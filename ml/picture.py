"""What the analyses of one photo look at: its pixels at two sizes, and what several of them share, found once."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml.decode import DecodedPhoto, draft_factor, shrink
from ml.lines import Posture, posture_of
from ml.neutral import Neutral, neutral_of
from ml.segmentation import Segmentation
from ml.srgb import luma_of
from schemas.photo import Space


class Picture:
    """A photo as its analyses see it."""

    def __init__(
        self,
        draft: NDArray[np.uint8],
        luma: NDArray[np.uint8],
        *,
        space: Space = Space.UNKNOWN,
        segmentation: Segmentation | None = None,
    ) -> None:
        """A draft in sRGB (height x width x 3) and the luma at full size (height x width)."""
        self.draft = draft
        self.luma = luma
        self.space = space
        self.segmentation = segmentation

    @cached_property
    def posture(self) -> Posture:
        """How the camera was held, with the lines that tell it."""
        return posture_of(self.luma)

    @cached_property
    def neutral(self) -> Neutral | None:
        """The colour of what should be neutral."""
        return neutral_of(self.draft, self.mask("sky"))

    def mask(self, name: str) -> NDArray[np.bool_] | None:
        """Where in the draft a class of the segmentation is; None without a segmentation."""
        if self.segmentation is None:
            return None
        height, width = self.draft.shape[:2]
        return self.segmentation.where(name, width=width, height=height)


def picture_of(
    photo: DecodedPhoto, *, space: Space = Space.UNKNOWN, segmentation: Segmentation | None = None
) -> Picture:
    """What analyses see of a decoded photo. Raises PhotoError where its luma cannot be decoded at full size."""
    return Picture(photo.draft, photo.luma, space=space, segmentation=segmentation)


def picture_of_pixels(
    pixels: NDArray[np.uint8], *, space: Space = Space.UNKNOWN, segmentation: Segmentation | None = None
) -> Picture:
    """The same of pixels in memory (sRGB, height x width x 3)."""
    factor = draft_factor(pixels.shape[1], pixels.shape[0])
    return Picture(shrink(pixels, factor), luma_of(pixels), space=space, segmentation=segmentation)
