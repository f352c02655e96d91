"""Frames of a shot: the plate under a moving camera, warped to whole frames at sub-pixel positions."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from render.motion import Move
from render.photo import read_header
from render.plate import MATTE, Layout, Plane, Plate, depth_plane, lay_out, make_plate
from render.sampling import Shifted, warp, warp_matrices
from schemas.video import Framing, Motion

# Segments run side by side, one on each core; OpenCV's own threads would only get in their way.
cv2.setNumThreads(1)

FrameBytes = npt.NDArray[np.uint8]


# How far apart the nearest and the farthest thing go under a parallax camera, as a share of the frame's width, the
# share of the width at each side over which that is faded in, and how much a depth map is smoothed: no torn edges.
PARALLAX_SHARE = 0.02
_PARALLAX_EDGE = 0.06
_PARALLAX_SMOOTHING = 0.006


class Shot:
    """A photo under a moving camera. Frames are yuv420p, (height * width * 3 / 2,) uint8: Y, then Cb, then Cr.

    Any frame of the move can be asked for, so that a shot can be made in pieces.
    """

    def __init__(
        self,
        photo: Path,
        width: int,
        height: int,
        move: Move,
        *,
        framing: Framing = Framing.COVER,
        matte: str = MATTE,
        depth: Path | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Decode and resample the photo.

        `depth` is a depth map, which a parallax needs. `size` (width, height) takes the photo for one of that size, so
        that two versions of a picture come under one camera. Raises PhotoError, and ValueError for a parallax without
        depth or on a matte.
        """
        header = read_header(photo)
        self.width, self.height = width, height
        self.layout: Layout = lay_out(size or (header.width, header.height), (width, height), move, framing, matte)
        plate, loaded = make_plate(photo, self.layout)
        self.plate: Plate = plate
        self.photo_width, self.photo_height = loaded.width, loaded.height
        self.notes = loaded.notes
        slides = self.layout.path.slides
        self._shifted = tuple(Shifted(plane) for plane in (plate.y, plate.cb, plate.cr)) if slides else ()
        self._parallax: _Parallax | None = None
        if move.motion is Motion.PARALLAX:
            if depth is None or framing is not Framing.COVER:
                raise ValueError("a parallax needs a depth map, and a photo that fills the frame")
            self._parallax = _Parallax(depth_plane(depth, self.layout, (width, height)))

    def draw(self, frame: int, into: FrameBytes) -> None:
        """Draw frame number `frame` of the shot into a buffer of the frame's size."""
        planes = planes_of(into, self.width, self.height)
        luma, chroma = warp_matrices(
            self.layout.path.view(frame), self.layout.seen(), self.layout.plate, (self.width, self.height)
        )
        sources = (self.plate.y, self.plate.cb, self.plate.cr)
        if self._parallax is not None:
            self._parallax.draw(sources, (luma, chroma), 2 * self.layout.path.progress(frame) - 1, planes)
            return
        if self._shifted:
            for shifted, matrix, plane in zip(self._shifted, (luma, chroma, chroma), planes, strict=True):
                shifted.read(matrix[0, 2], matrix[1, 2], plane)
            return
        for source, matrix, plane in zip(sources, (luma, chroma, chroma), planes, strict=True):
            warp(source, matrix, plane)

    def sequence(self, first: int, count: int) -> Iterator[FrameBytes]:
        """Frames `first` to `first + count - 1`, all in one buffer: use each before asking for the next."""
        buffer = np.empty(frame_size(self.width, self.height), np.uint8)
        for frame in range(first, first + count):
            self.draw(frame, buffer)
            yield buffer


def frame_size(width: int, height: int) -> int:
    """Bytes of a yuv420p frame."""
    return width * height * 3 // 2


def planes_of(buffer: FrameBytes, width: int, height: int) -> tuple[Plane, Plane, Plane]:
    """The Y (height, width), Cb and Cr (height / 2, width / 2) planes of a yuv420p frame, as views of its buffer."""
    luma, chroma = width * height, width * height // 4
    y = buffer[:luma].reshape(height, width)
    cb = buffer[luma : luma + chroma].reshape(height // 2, width // 2)
    cr = buffer[luma + chroma :].reshape(height // 2, width // 2)
    return y, cb, cr


class _Parallax:
    """Near things move more than far ones: each pixel is fetched from beside it, by its depth.

    The displacement is sampled at the target (backward warping), which is right to first order for small ones and
    never leaves a hole; it fades out towards both sides, so that no pixel is fetched from outside.
    """

    def __init__(self, depth: npt.NDArray[np.float32]) -> None:
        height, width = depth.shape
        smooth = cv2.GaussianBlur(depth, (0, 0), max(_PARALLAX_SMOOTHING * width, 0.5))
        x = (np.arange(width, dtype=np.float32) + 0.5) / width
        window = np.clip(np.minimum(x, 1 - x) / _PARALLAX_EDGE, 0, 1)
        shift = (smooth - np.median(smooth)) * window * (PARALLAX_SHARE * width / 2)
        half = cv2.resize(shift, (width // 2, height // 2), interpolation=cv2.INTER_AREA) / 2
        self._shifts = (shift.astype(np.float32), np.asarray(half, np.float32))

    def draw(
        self,
        sources: tuple[Plane, Plane, Plane],
        matrices: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        at: float,
        into: tuple[Plane, Plane, Plane],
    ) -> None:
        """Draw with the camera at `at`, -1 (left) to 1 (right)."""
        for number, (source, plane) in enumerate(zip(sources, into, strict=True)):
            kind = min(number, 1)
            matrix, shift = matrices[kind], self._shifts[kind]
            height, width = plane.shape
            columns = (np.arange(width) * matrix[0, 0] + matrix[0, 2]).astype(np.float32)
            rows = (np.arange(height) * matrix[1, 1] + matrix[1, 2]).astype(np.float32)
            map_x = columns[None, :] + shift * np.float32(at * matrix[0, 0])
            map_y = np.repeat(rows[:, None], width, axis=1)
            cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, dst=plane, borderMode=cv2.BORDER_REPLICATE)
