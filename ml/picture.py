"""What the analyses of one photo look at: its pixels at two sizes, and what several of them share, found once."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.decode import DecodedPhoto, draft_factor, shrink
from ml.lines import Posture, posture_of
from ml.neutral import Neutral, neutral_of
from ml.srgb import luma_of
from schemas.photo import Space


@dataclass(frozen=True, slots=True, eq=False)
class SegmentMap:
    """Which class each part of a photo shows."""

    classes: NDArray[np.uint8]
    """Index into `names`: height x width, any size with about the photo's shape."""
    names: tuple[str, ...]

    def mask(self, name: str, height: int, width: int) -> NDArray[np.bool_]:
        """Where a class is, on a grid of that size; nowhere for a class that the model does not have."""
        if name not in self.names:
            return np.zeros((height, width), bool)
        found = (self.classes == self.names.index(name)).astype(np.uint8)
        return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST)) > 0


class Picture:
    """A photo as its analyses see it."""

    def __init__(
        self,
        draft: NDArray[np.uint8],
        luma: NDArray[np.uint8],
        *,
        space: Space = Space.UNKNOWN,
        segments: SegmentMap | None = None,
    ) -> None:
        """A draft in sRGB (height x width x 3) and the luma at full size (height x width)."""
        self.draft = draft
        self.luma = luma
        self.space = space
        self.segments = segments

    @cached_property
    def posture(self) -> Posture:
        """How the camera was held, with the lines that tell it."""
        return posture_of(self.luma)

    @cached_property
    def neutral(self) -> Neutral | None:
        """The colour of what should be neutral."""
        return neutral_of(self.draft)

    def mask(self, name: str) -> NDArray[np.bool_] | None:
        """Where in the draft a class of the segmentation is; None without a segmentation."""
        return None if self.segments is None else self.segments.mask(name, *self.draft.shape[:2])


def picture_of(photo: DecodedPhoto, *, space: Space = Space.UNKNOWN, segments: SegmentMap | None = None) -> Picture:
    """What analyses see of a decoded photo. Raises PhotoError where its luma cannot be decoded at full size."""
    return Picture(photo.draft, photo.luma, space=space, segments=segments)


def picture_of_pixels(
    pixels: NDArray[np.uint8], *, space: Space = Space.UNKNOWN, segments: SegmentMap | None = None
) -> Picture:
    """The same of pixels in memory (sRGB, height x width x 3)."""
    factor = draft_factor(pixels.shape[1], pixels.shape[0])
    return Picture(shrink(pixels, factor), luma_of(pixels), space=space, segments=segments)
