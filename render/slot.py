"""What planning knows of a photo: its id, its size, and what classification found."""

from dataclasses import dataclass, replace
from fractions import Fraction

from render.ramp import CONSTANT
from schemas.photo import Box, Crop, Point
from schemas.video import Motion, Ratio, SpeedRamp

SHAPES = {
    Ratio.WIDE_16_9: (16, 9),
    Ratio.TALL_9_16: (9, 16),
    Ratio.SQUARE: (1, 1),
    Ratio.PORTRAIT_4_5: (4, 5),
}


@dataclass(frozen=True, slots=True)
class PhotoSlot:
    """A photo that may be in the video. What is not known is empty or None.

    Photos of one `room` (or, where no room is known, of one `scene`) that follow each other are joined by cuts. `label`
    is the alteration label of a staged photo; with `reveal`, the photo before the alteration, of `original_size`, is
    shown first. Sizes are (width, height) in pixels, upright.
    """

    photo_id: str
    motion: Motion = Motion.AUTO
    scene: str = ""
    size: tuple[int, int] | None = None
    room: str = ""
    ramp: SpeedRamp = CONSTANT
    quality: float | None = None
    duplicate_of: str = ""
    focus: Point | None = None
    crops: tuple[Crop, ...] = ()
    has_depth: bool = False
    caption: str = ""
    label: str = ""
    reveal: bool = False
    original_size: tuple[int, int] | None = None
    hero: bool = False  # what classification would open the listing with

    def crop_for(self, width: int, height: int) -> Box | None:
        """The crop that was found for a frame of this shape."""
        shape = next((name for name, (a, b) in SHAPES.items() if _near(Fraction(width, height), Fraction(a, b))), None)
        if shape is None:
            return None
        wanted = "{}:{}".format(*SHAPES[shape])
        return next((crop.box for crop in self.crops if crop.ratio == wanted), None)

    def same_room(self, other: "PhotoSlot") -> bool:
        """Whether both are known to show one room."""
        if self.room and other.room:
            return self.room == other.room
        return bool(self.scene) and self.scene == other.scene

    def asked(self, motion: Motion, ramp: SpeedRamp) -> "PhotoSlot":
        """The same photo with another motion."""
        return replace(self, motion=motion, ramp=ramp)


def ratio_of(width: int, height: int) -> Ratio:
    """The shape that a size in pixels has; UNKNOWN for none of those that are offered."""
    found = (name for name, (a, b) in SHAPES.items() if _near(Fraction(width, height), Fraction(a, b)))
    return next(found, Ratio.UNKNOWN)


def _near(one: Fraction, other: Fraction) -> bool:
    return abs(one / other - 1) < Fraction(1, 40)
