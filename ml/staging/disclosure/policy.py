"""What a disclosure policy says: label, wording, position, where the original has to be, and which rule it follows."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Wording = Annotated[str, StringConstraints(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Placement(StrEnum):
    """Where something is shown."""

    ON_PICTURE = "on_picture"
    BELOW = "below"
    """On a strip below the picture, whose pixels stay as they are."""


class Corner(StrEnum):
    """Which corner of the picture."""

    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"
    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"


class OriginalOrder(StrEnum):
    """Where the original photo stands among the photos of the listing."""

    NOT_NEEDED = "not_needed"
    RIGHT_AFTER = "right_after"
    """The altered picture first, the original right after it."""
    BESIDE = "beside"
    """Right before or right after; published right after."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelRule(_Strict):
    """What is written with the picture, and how. Sizes are those at a thumbnail of 320 pixels' width."""

    required: bool
    wording: Wording | None = None
    """None: the command has to give it."""
    placement: Placement = Placement.ON_PICTURE
    corner: Corner = Corner.BOTTOM_LEFT
    least_cap_height_px: float = Field(default=7.0, ge=5, le=30)
    """Height of a capital letter in the thumbnail."""
    least_contrast: float = Field(default=4.5, ge=3, le=21)
    """Contrast ratio of letters and ground as measured in the thumbnail (WCAG 2.2, success criterion 1.4.3)."""


class OriginalRule(_Strict):
    """Where the unaltered photo has to be found."""

    order: OriginalOrder
    link_required: bool = False
    """Whether the picture has to carry the original's address."""
    link_placement: Placement = Placement.BELOW
    link_caption: Wording = "Original photo:"
    """What is written before the address."""


class Policy(_Strict):
    """A disclosure policy. `name@version` names it in events and cache keys."""

    name: Name
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    rule: str = Field(min_length=1)
    """What the rule says, in our words."""
    source: str = Field(min_length=1)
    """The text that it is taken from."""
    effective: date | None
    """Since when the rule is in force; None where the source does not say."""
    reviewed_by: str | None
    """Who, qualified to, has compared this file with the rule; None: nobody has."""
    removal_is_alteration: bool
    """Whether taking loose items out of the picture has to be disclosed."""
    label: LabelRule
    original: OriginalRule

    @property
    def title_with_version(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        if not self.label.required and self.label.wording is not None:
            raise ValueError("label.wording is given, and label.required says that there is no label")
        return self
