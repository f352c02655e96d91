"""A YAML text to a strict model: the first thing that is wrong becomes one sentence."""

from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ml.errors import MediaError

Model = TypeVar("Model", bound=BaseModel)


def read_strictly(text: str, source: str, model: type[Model], what: str, error: type[MediaError]) -> Model:
    """The model that a YAML text holds; `source` names it and `what` says what it should be in errors.

    Raises `error` where the text is no YAML, no mapping, or breaks the model.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        raise error(f"{source} is no YAML: {' '.join(str(wrong).split())}.") from wrong
    if not isinstance(content, dict):
        raise error(f"{source} is no {what}: it holds {type(content).__name__} where a mapping is expected.")
    try:
        return model.model_validate(content)
    except ValidationError as wrong:
        raise error(f"{source}: {_first(wrong, what)}.") from wrong


def _first(error: ValidationError, what: str) -> str:
    """One sentence on the first thing that is wrong: where, what was found, what is offered."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"] if step != "[key]")
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        said = "there is no such field"
    more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place or f'the {what}'}: {said}{more}"
