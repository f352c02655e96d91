"""Frames of a shot: the plate under a moving camera, warped to whole frames at sub-pixel positions."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from render.motion import Move, View
from render.photo import read_header
from render.plate import Layout, Plane, Plate, lay_out, make_plate

# Segments run side by side, one on each core; OpenCV's own threads would only get in their way.
cv2.setNumThreads(1)

FrameBytes = npt.NDArray[np.uint8]


class Shot:
    """A photo under a moving camera. Frames are yuv420p, (height * width * 3 / 2,) uint8: Y, then Cb, then Cr.

    Any frame of the move can be asked for, so that a shot can be made in pieces.
    """

    def __init__(self, photo: Path, width: int, height: int, move: Move) -> None:
        """Decode and resample the photo. Raises PhotoError."""
        header = read_header(photo)
        self.width, self.height = width, height
        self.layout: Layout = lay_out((header.width, header.height), (width, height), move)
        plate, loaded = make_plate(photo, self.layout)
        self.plate: Plate = plate
        self.photo_width, self.photo_height = loaded.width, loaded.height
        self.notes = loaded.notes

    def draw(self, frame: int, into: FrameBytes) -> None:
        """Draw frame number `frame` of the shot into a buffer of the frame's size."""
        y, cb, cr = planes_of(into, self.width, self.height)
        luma, chroma = warp_matrices(
            self.layout.path.view(frame), self.layout.seen(), self.layout.plate, (self.width, self.height)
        )
        _warp(self.plate.y, luma, y)
        _warp(self.plate.cb, chroma, cb)
        _warp(self.plate.cr, chroma, cr)

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


def warp_matrices(
    view: View, seen: View, plate: tuple[int, int], frame: tuple[int, int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Affine maps (2, 3) from indices of frame pixels to indices of plate pixels, for luma and for chroma.

    `seen` is what the plate holds, in the same pixels as `view`. Index i of a pixel means position i + 1/2. A frame's
    chroma sample (i, j) lies at luma index (2i, 2j + 1/2); a plate's at (2i + 1/2, 2j + 1/2).
    """
    per_x, per_y = plate[0] / seen.width, plate[1] / seen.height
    step_x, step_y = view.width / frame[0] * per_x, view.height / frame[1] * per_y
    from_x = (view.left - seen.left) * per_x + step_x / 2 - 0.5
    from_y = (view.top - seen.top) * per_y + step_y / 2 - 0.5
    luma = np.array([[step_x, 0, from_x], [0, step_y, from_y]], np.float64)
    chroma_x = (from_x - 0.5) / 2
    chroma_y = (from_y + step_y / 2 - 0.5) / 2
    return luma, np.array([[step_x, 0, chroma_x], [0, step_y, chroma_y]], np.float64)


def _warp(plane: Plane, matrix: npt.NDArray[np.float64], into: Plane) -> None:
    cv2.warpAffine(
        plane,
        matrix,
        (into.shape[1], into.shape[0]),
        dst=into,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
