"""Why a photo comes back as it is: a good result, and no error."""

from dataclasses import dataclass
from enum import StrEnum


class UnstagedReason(StrEnum):
    """What keeps a photo from being furnished."""

    NOT_A_ROOM = "not_a_room"
    FURNISHED = "furnished"
    IMAGE_TOO_SMALL = "image_too_small"
    IMAGE_TOO_LARGE = "image_too_large"
    TOO_DARK = "too_dark"
    TILTED = "tilted"
    NO_FLOOR = "no_floor"
    NO_WALL = "no_wall"
    NOT_ENOUGH_FLOOR = "not_enough_floor"
    CAMERA_UNCERTAIN = "camera_uncertain"
    SCALE_UNCERTAIN = "scale_uncertain"
    STRUCTURE_CHANGED = "structure_changed"
    """The engine changed more than furniture and its shadow."""
    DOES_NOT_STAND = "does_not_stand"
    """Furniture floats, or stands on what is no free floor."""
    BLOCKS_OPENING = "blocks_opening"
    OUT_OF_FRAME = "out_of_frame"
    IMPLAUSIBLE = "implausible"
    """What was painted is no picture of furniture."""
    VIEW_NOT_REGISTERED = "view_not_registered"
    """Another photo shows the same room, and how both lie to each other was not found."""


@dataclass(frozen=True, slots=True)
class Unstaged:
    """A reason with a sentence that says what was found and what is needed."""

    reason: UnstagedReason
    detail: str

    def as_json(self) -> dict[str, str]:
        """For records."""
        return {"reason": self.reason.value, "detail": self.detail}
