"""The settings of the environment, for commands that a person runs."""

from pydantic import ValidationError

from processors.cli.console import fail
from processors.settings import Settings


def settings() -> Settings:
    """The settings; ends the command with status 2 and a sentence for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (f"VLS_{'.'.join(map(str, found['loc'])).upper()}: {found['msg']}" for found in error.errors())
        fail("; ".join(wrong), 2)
