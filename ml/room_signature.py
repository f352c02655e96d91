"""What a room looks like, in about 1,500 hex digits: its colours, its most striking details, an embedding."""

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, rfft

from ml.sizes import size_at

Floats = NDArray[np.float32]

_SIDE = 320
"""Pixels of the longer side that a room is looked at with."""

_DETAILS = 64
"""Details that are kept at most: twice as many tell rooms apart only a little better."""

_DETAIL_DIGITS = 20
"""Two for x, two for y, one for each number of the description."""

_CONTRAST = 0.02
"""Contrast of the faintest detail, as OpenCV's SIFT counts it: half its default, for plain walls."""

_PALETTE = (5, 7, 7)
"""Bins of L*, a* and b*; the colour axes are divided by their square root, finest around grey, where rooms are."""

_PALETTE_STEP = 1 / 20
_DETAIL_STEP = 1 / 20
_EMBEDDING_STEP = 1 / 127

_KEPT = (
    *((0, 0, "re", 1), (0, 0, "im", 1), (0, 0, "re", 2), (0, 0, "im", 2)),
    *((1, 0, "re", 0), (1, 0, "im", 1), (1, 0, "re", 2), (2, 0, "im", 1), (3, 0, "im", 1)),
    *((0, 1, "re", 0), (0, 1, "re", 1), (0, 1, "re", 2), (0, 2, "re", 1), (0, 3, "re", 1)),
    *((1, 1, "re", 1), (1, 1, "im", 1)),
)
"""Frequencies of a SIFT descriptor (down, across, around) that vary most from detail to detail: half its variance."""

_STILL = 0.02
"""Shares of the longer side within which a detail has not moved: most such pairs belong to an agent's logo."""

_RATIO = 0.64
"""Squared distance of the best match by the second best, below which a detail is found again: Lowe's (2004) 0.8."""

_MEANT_STILL = 0.25
"""Share of the details that must have stayed for the picture itself, and no logo, to have stayed."""

_LOGO = 0.3
"""Share of the longer side that no logo takes in both directions."""


@dataclass(frozen=True, slots=True, eq=False)
class RoomSignature:
    """What a room looks like."""

    palette: Floats
    """Square roots of the colours' shares: a vector of about unit length."""
    places: Floats
    """Where the details are, details x 2, in shares of the longer side."""
    details: Floats
    """What they look like, details x 16, the most striking first."""
    embedding: Floats | None
    """What a network makes of the room, of unit length; None where there was no network."""

    def __str__(self) -> str:
        """The hex digits of `schemas.photo.PhotoRecord.room_signature`."""
        colours = "".join(f"{level:x}" for level in _levels(self.palette, _PALETTE_STEP, 0, 15))
        words = _levels(self.details, _DETAIL_STEP, 8, 15)
        spots = _levels(self.places, 1 / 255, 0, 255)
        details = "".join(
            "".join(f"{value:02x}" for value in spot) + "".join(f"{value:x}" for value in word)
            for spot, word in zip(spots, words, strict=True)
        )
        sense = ""
        if self.embedding is not None:
            sense = "".join(f"{value:02x}" for value in _levels(self.embedding, _EMBEDDING_STEP, 128, 255))
        return f"{len(spots):02x}{colours}{details}{sense}"

    @classmethod
    def parse(cls, digits: str) -> "RoomSignature":
        """Read what `str` wrote; raises ValueError for anything else."""
        bins = _PALETTE[0] * _PALETTE[1] * _PALETTE[2]
        kept = int(digits[:2], 16)
        split = 2 + bins + kept * _DETAIL_DIGITS
        if len(digits) < split or (len(digits) - split) % 2:
            raise ValueError(f"a room signature of {kept} details has {split} hex digits and more, not {len(digits)}")
        palette = np.array([int(digit, 16) for digit in digits[2 : 2 + bins]], np.float32) * _PALETTE_STEP
        places, details = [], []
        for at in range(2 + bins, split, _DETAIL_DIGITS):
            places.append([int(digits[at : at + 2], 16), int(digits[at + 2 : at + 4], 16)])
            details.append([int(digit, 16) - 8 for digit in digits[at + 4 : at + _DETAIL_DIGITS]])
        sense = [int(digits[at : at + 2], 16) - 128 for at in range(split, len(digits), 2)]
        return cls(
            palette,
            np.array(places, np.float32).reshape(-1, 2) / np.float32(255),
            np.array(details, np.float32).reshape(-1, len(_KEPT)) * np.float32(_DETAIL_STEP),
            np.array(sense, np.float32) * np.float32(_EMBEDDING_STEP) if sense else None,
        )


def _levels(values: Floats, step: float, zero: int, highest: int) -> NDArray[np.int64]:
    return np.asarray(np.clip(np.rint(values / step) + zero, 0, highest), np.int64)


def room_signature(pixels: NDArray[np.uint8], embedding: Floats | None = None) -> RoomSignature:
    """What the room in a photo looks like.

    `pixels`: sRGB, height x width x 3, any size; `embedding`: a vector of unit length from the room network, where
    one is configured. Signatures with and without one can be compared, though only by what both have.
    """
    height, width = pixels.shape[:2]
    how = cv2.INTER_AREA if max(height, width) > _SIDE else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(pixels, size_at(width, height, _SIDE, enlarged=True), interpolation=how), np.uint8)
    places, details = _details(small)
    return RoomSignature(_palette(small), places, details, embedding)


def _palette(pixels: NDArray[np.uint8]) -> Floats:
    """Square roots of the shares of the colours, each pixel spread over the bins beside it."""
    small = cv2.resize(pixels, (64, 48), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(np.asarray(small, np.float32) / np.float32(255), cv2.COLOR_RGB2LAB).reshape(-1, 3)
    bent = np.sign(lab[:, 1:]) * np.sqrt(np.abs(lab[:, 1:]))
    shares = np.stack([lab[:, 0] / 100, (bent[:, 0] + 8) / 16, (bent[:, 1] + 8) / 16], axis=1)
    at = np.clip(shares, 0, 1 - 1e-6) * (np.array(_PALETTE) - 1)
    below = at.astype(int)
    above = at - below
    bins = np.zeros(_PALETTE)
    for corner in itertools.product((0, 1), repeat=3):
        weight = np.where(corner, above, 1 - above).prod(axis=1)
        np.add.at(bins, tuple((below + corner).T), weight)
    return np.asarray(np.sqrt(bins / bins.sum()).reshape(-1), np.float32)


def _details(pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """The most striking details: their places and descriptions.

    Upright SIFT (Lowe 2004): cameras in rooms stand level, so that a turned detail is another one. Square roots of
    its histograms (Arandjelovic and Zisserman 2012), of which the low frequencies are kept.
    """
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    sift = cv2.SIFT.create(0, contrastThreshold=_CONTRAST)
    strongest: dict[tuple[float, float, float], cv2.KeyPoint] = {}
    for point in sorted(sift.detect(luma, None), key=lambda point: (-point.response, point.pt, point.size)):
        # A detail with two orientations is reported twice.
        strongest.setdefault((round(point.pt[0]), round(point.pt[1]), round(point.size, 1)), point)
    points = list(strongest.values())[:_DETAILS]
    if not points:
        return np.zeros((0, 2), np.float32), np.zeros((0, len(_KEPT)), np.float32)
    for point in points:
        point.angle = 0
    _, described = sift.compute(luma, points)
    roots = np.sqrt(described / np.maximum(described.sum(axis=1, keepdims=True), 1e-6)).reshape(-1, 4, 4, 8)
    around = rfft(dct(dct(roots, axis=1, norm="ortho"), axis=2, norm="ortho"), axis=3) / np.sqrt(8)
    parts = {"re": around.real, "im": around.imag}
    details = np.stack([parts[part][:, down, across, turn] for down, across, part, turn in _KEPT], axis=1)
    places = np.array([point.pt for point in points]) / max(luma.shape)
    return places.astype(np.float32), details.astype(np.float32)


def colour_likeness(one: RoomSignature, other: RoomSignature) -> float:
    """How alike the colours are, 0 to 1: the Bhattacharyya coefficient."""
    lengths = float(np.linalg.norm(one.palette) * np.linalg.norm(other.palette))
    return float(one.palette @ other.palette) / max(lengths, 1e-6)


def details_in_common(one: RoomSignature, other: RoomSignature) -> int:
    """How many details of one photo are found in the other, at another place.

    What stands at the same place in both is counted only where the whole picture stands still, and not a logo alone.
    """
    if min(len(one.details), len(other.details)) < 2:
        return 0
    squares = (one.details**2).sum(axis=1)[:, None] + (other.details**2).sum(axis=1)[None, :]
    distances = np.maximum(squares - 2 * one.details @ other.details.T, 0)
    found = distances.argmin(axis=1)
    two = np.partition(distances, 1, axis=1)
    back = distances.argmin(axis=0)[found] == np.arange(len(found))
    certain = (two[:, 0] < _RATIO * two[:, 1]) & back
    places = one.places[certain]
    moved = np.abs(places - other.places[found[certain]]).max(axis=1, initial=0) > _STILL
    still = places[~moved]
    enough = len(still) >= _MEANT_STILL * min(len(one.details), len(other.details))
    meant = enough and len(still) > 1 and bool((np.ptp(still, axis=0) > _LOGO).all())
    return int(moved.sum()) + (len(still) if meant else 0)


def embedding_likeness(one: RoomSignature, other: RoomSignature) -> float | None:
    """Cosine of the embeddings, -1 to 1; None where one of the two has none, or they are of different networks."""
    if one.embedding is None or other.embedding is None or one.embedding.shape != other.embedding.shape:
        return None
    lengths = float(np.linalg.norm(one.embedding) * np.linalg.norm(other.embedding))
    return float(one.embedding @ other.embedding) / max(lengths, 1e-6)
