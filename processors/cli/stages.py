"""The stages as the command line names them."""

from enum import StrEnum


class StageOption(StrEnum):
    """A stage."""

    CLASSIFY = "classify"
    STAGE = "stage"
    CLIP = "clip"
    RENDER = "render"
