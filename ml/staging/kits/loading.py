"""Reads kits from their YAML files: those that ship, or one of a person's own."""

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ml.staging.kits.errors import KitError, UnknownKitError
from ml.staging.kits.kit import Kit
from ml.staging.strict_yaml import read_strictly

_FOLDER = Path(__file__).parent


def list_kits() -> tuple[str, ...]:
    """The names of the kits that ship, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=64)
def load_kit(name: str) -> Kit:
    """The kit of a name, or of `name@version`.

    Raises UnknownKitError, which names the kits that there are, or KitError where a file breaks the format.
    """
    plain, _, version = name.partition("@")
    if plain not in list_kits():
        near = get_close_matches(plain, list_kits(), n=1, cutoff=0.6)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UnknownKitError(f"There is no kit {name!r}; there are: {', '.join(list_kits())}.{meant}")
    kit = read_kit((_FOLDER / f"{plain}.yaml").read_text(encoding="utf-8"), f"{plain}.yaml")
    if kit.name != plain:
        raise KitError(f"{plain}.yaml holds a kit that calls itself {kit.name!r}.")
    if version and version != str(kit.version):
        raise UnknownKitError(f"There is no kit {name!r}; of {plain} there is version {kit.version}.")
    return kit


def read_kit(text: str, source: str) -> Kit:
    """The kit of a YAML text; `source` names it in errors. Raises KitError with the first thing that is wrong."""
    return read_strictly(text, source, Kit, "kit", KitError)
