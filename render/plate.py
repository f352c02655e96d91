"""A photo made ready for the camera: resampled once, finer than the frame, as Y'CbCr planes.

Colours are ITU-R BT.709, limited range: Y' 16..235, Cb and Cr 16..240 around 128. Chroma is 4:2:0. In the frames it is
sited as H.264 assumes by default ("left": on the even luma columns, midway between two rows); in the plate it is the
mean of 2x2 pixels and so lies midway in both directions. The warp takes care of the difference.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from render.motion import CameraPath, Move, View, lay_path, widest_view
from render.photo import Photo, load_photo, read_header
from schemas.video import Framing, Motion

# Bilinear sampling blurs least, and evenly, between 1.2 and 1.5 plate pixels a frame pixel; a zoom uses up some of it.
OVERSAMPLING = 1.4
LEAST_KEPT = 0.5
FIT_KEPT = 0.65
BACKGROUND_BRIGHTNESS = 0.55

Plane = npt.NDArray[np.uint8]

# BT.709: Kr = 0.2126, Kb = 0.0722. Rows Y', Cb, Cr over R', G', B' in 0..255, then the offset.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_LUMA, _CHROMA = 219 / 255, 224 / 255
BT709 = np.array(
    [
        [_LUMA * _KR, _LUMA * _KG, _LUMA * _KB, 16.0],
        [-_CHROMA * _KR / (2 * (1 - _KB)), -_CHROMA * _KG / (2 * (1 - _KB)), _CHROMA / 2, 128.0],
        [_CHROMA / 2, -_CHROMA * _KG / (2 * (1 - _KR)), -_CHROMA * _KB / (2 * (1 - _KR)), 128.0],
    ],
    dtype=np.float32,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the camera goes over, and how: decided by the photo's size alone, before a pixel is decoded.

    With COVER the camera goes over the photo, and `region` is the part that it sees. With FIT it goes over a canvas of
    the frame's shape on which `region` of the photo stands before its own blurred picture; `canvas` is that canvas's
    size in the photo's pixels.
    """

    framing: Framing
    path: CameraPath
    region: View
    canvas: tuple[float, float]
    plate: tuple[int, int]  # size of the resampled picture in pixels, even

    def seen(self) -> View:
        """The part of the canvas that the plate holds."""
        return self.path.bounds() if self.framing is Framing.COVER else View(0, 0, *self.canvas)


@dataclass(frozen=True, slots=True)
class Plate:
    """The planes: `y` is (height, width), `cb` and `cr` are (height / 2, width / 2), all uint8."""

    y: Plane
    cb: Plane
    cr: Plane


def lay_out(photo: tuple[int, int], frame: tuple[int, int], move: Move) -> Layout:
    """Decide how a photo (width, height) fills a frame (width, height).

    It is cut to fill the frame when at least LEAST_KEPT of it stays, or when the camera pans along the side that is
    cut, which shows the rest; otherwise FIT_KEPT of it stands before a blurred background.
    """
    widest = widest_view(photo, frame)
    kept = widest.width * widest.height / (photo[0] * photo[1])
    sideways = widest.width < photo[0] - 1e-6
    along = move.motion in ({Motion.PAN_LEFT, Motion.PAN_RIGHT} if sideways else {Motion.PAN_UP, Motion.PAN_DOWN})
    oversampling = 1.0 if move.motion is Motion.HOLD else OVERSAMPLING
    if kept >= LEAST_KEPT or along:
        path = lay_path(photo, frame, move)
        region = path.bounds()
        scale = oversampling * frame[0] / max(path.start.width, path.end.width)
        return Layout(Framing.COVER, path, region, photo, (_even(region.width * scale), _even(region.height * scale)))
    if sideways:
        width, height = photo[0] * FIT_KEPT, float(photo[1])
        canvas = (width, width * frame[1] / frame[0])
    else:
        width, height = float(photo[0]), photo[1] * FIT_KEPT
        canvas = (height * frame[0] / frame[1], height)
    region = View((photo[0] - width) / 2, (photo[1] - height) / 2, width, height)
    path = _canvas_path(canvas, frame, move)
    plate = (_even(frame[0] * oversampling), _even(frame[1] * oversampling))
    return Layout(Framing.FIT, path, region, canvas, plate)


def make_plate(path: Path, layout: Layout) -> tuple[Plate, Photo]:
    """Decode the photo at `path` and resample it. Raises PhotoError."""
    region, (plate_width, plate_height) = layout.region, layout.plate
    header = read_header(path)
    drawn = _foreground(layout)[2:] if layout.framing is Framing.FIT else layout.plate
    need = (
        math.ceil(drawn[0] * header.width / region.width),
        math.ceil(drawn[1] * header.height / region.height),
    )
    photo = load_photo(path, need)
    if layout.framing is Framing.COVER:
        picture = _resampled(photo, region, (plate_width, plate_height))
    else:
        left, top, width, height = _foreground(layout)
        picture = _background(photo, layout.plate)
        picture.paste(_resampled(photo, region, (width, height)), (left, top))
    return to_planes(np.asarray(picture)), photo


def to_planes(rgb: npt.NDArray[np.uint8]) -> Plate:
    """RGB (height, width, 3), both even, to BT.709 limited range planes, 4:2:0, chroma midway in each 2x2 pixels."""
    height, width = rgb.shape[:2]
    y = np.empty((height, width), np.uint8)
    cb = np.empty((height // 2, width // 2), np.uint8)
    cr = np.empty_like(cb)
    for top in range(0, height, 128):  # in strips: floats of a whole 4K plate would take 400 MB
        strip = cv2.transform(rgb[top : top + 128].astype(np.float32), BT709)
        y[top : top + 128] = np.rint(strip[..., 0])
        half = cv2.resize(strip[..., 1:], (width // 2, strip.shape[0] // 2), interpolation=cv2.INTER_AREA)
        cb[top // 2 : top // 2 + 64] = np.rint(half[..., 0])
        cr[top // 2 : top // 2 + 64] = np.rint(half[..., 1])
    return Plate(y, cb, cr)


def _canvas_path(canvas: tuple[float, float], frame: tuple[int, int], move: Move) -> CameraPath:
    """The path over a canvas, laid on a canvas of the frame's own pixels and scaled."""
    scale = canvas[0] / frame[0]
    own = lay_path(frame, frame, move)

    def scaled(view: View) -> View:
        return View(view.left * scale, view.top * scale, view.width * scale, view.height * scale)

    return CameraPath(scaled(own.start), scaled(own.end), own.frames, own.ease)


def _foreground(layout: Layout) -> tuple[int, int, int, int]:
    """Where the photo stands on the plate of a FIT layout: left, top, width, height in plate pixels."""
    plate_width, plate_height = layout.plate
    width = min(round(layout.region.width / layout.canvas[0] * plate_width), plate_width)
    height = min(round(layout.region.height / layout.canvas[1] * plate_height), plate_height)
    return (plate_width - width) // 2, (plate_height - height) // 2, width, height


def _resampled(photo: Photo, region: View, size: tuple[int, int]) -> Image.Image:
    across, down = photo.image.width / photo.width, photo.image.height / photo.height
    right, bottom = min(region.right * across, photo.image.width), min(region.bottom * down, photo.image.height)
    box = (max(region.left * across, 0.0), max(region.top * down, 0.0), right, bottom)
    return photo.image.resize(size, Image.Resampling.LANCZOS, box=box)


def _background(photo: Photo, size: tuple[int, int]) -> Image.Image:
    """The photo filling the whole canvas, blurred and darkened, so that the photo itself stands out."""
    small = (max(size[0] // 16, 2), max(size[1] // 16, 2))
    view = widest_view((photo.width, photo.height), size)
    picture = _resampled(photo, view, small).filter(ImageFilter.GaussianBlur(max(small) / 24))
    picture = picture.point(lambda level: int(level * BACKGROUND_BRIGHTNESS + 0.5))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _even(length: float) -> int:
    return 2 * math.ceil(length / 2 - 1e-6)
