"""A photo made ready for the camera: resampled once, as Y'CbCr planes.

Under a camera that keeps its distance a plate has one pixel for each of the frame's, so that frames are the plate
itself, shifted. Under one that zooms it is finer: the photo is resampled to a little more than the frame's pixels, so
that nothing finer than those is left in it to shimmer, and enlarged, so that linear interpolation errs little.

Colours are ITU-R BT.709, limited range: Y' 16..235, Cb and Cr 16..240 around 128. Chroma is 4:2:0. In the frames it is
sited as H.264 assumes by default ("left": on the even luma columns, midway between two rows); in the plate it is the
mean of 2x2 pixels and so lies midway in both directions. Sampling takes care of the difference.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from render.framing import canvas_of
from render.motion import CameraPath, Move, View, lay_path, widest_view
from render.photo import Photo, load_photo, read_header
from schemas.video import Framing

# Pixels of the plate for one of the frame under a zooming camera, and how fine the picture in it is. Measured on real
# photos, as jitter.py's second difference in px/frame^2: .014 with 1.4 and as fine as the plate, .006 so. Detail above
# 1.15 would alias, and move by its own rules.
OVERSAMPLING = 2.0
DETAIL = 1.15
BACKGROUND_BRIGHTNESS = 0.55
MATTE = "#101418"

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

    With COVER the camera goes over the photo, and `region` is the part that it sees. With FIT and MATTE it goes over a
    canvas of the frame's shape on which all of the photo stands before its own blurred picture, or before the colour
    `matte`; `canvas` is that canvas's size in the photo's pixels.
    """

    framing: Framing
    path: CameraPath
    region: View
    photo: tuple[int, int]
    canvas: tuple[float, float]
    picture: tuple[int, int]  # size of the resampled picture in pixels, even
    plate: tuple[int, int]  # size of the plate, to which it is enlarged, even
    held: View  # the part of the canvas that the plate holds
    matte: str = MATTE

    def seen(self) -> View:
        """The part of the canvas that the plate holds."""
        return self.held

    def narrowest(self) -> float:
        """Pixels of the photo for one of the frame's width, where they are fewest, times the frame's width."""
        return self.path.narrowest()


@dataclass(frozen=True, slots=True)
class Plate:
    """The planes: `y` is (height, width), `cb` and `cr` are (height / 2, width / 2), all uint8."""

    y: Plane
    cb: Plane
    cr: Plane


def lay_out(
    photo: tuple[int, int],
    frame: tuple[int, int],
    move: Move,
    framing: Framing = Framing.COVER,
    matte: str = MATTE,
) -> Layout:
    """Lay a photo (width, height) under the camera for a frame (width, height); framing.py decides how."""
    if framing not in {Framing.COVER, Framing.FIT, Framing.MATTE}:
        raise ValueError(f"{framing.value} is no way to frame a photo")
    covers = framing is Framing.COVER
    canvas = (float(photo[0]), float(photo[1])) if covers else canvas_of(photo, frame)
    path = lay_path(canvas, frame, move)
    scale = frame[0] / max(path.start.width, path.end.width)
    held = path.bounds() if covers else View(0, 0, *canvas)
    if path.slides:
        held = _whole_pixels(held, scale, canvas)
        picture = plate = (2 * round(held.width * scale / 2), 2 * round(held.height * scale / 2))
    else:
        picture, plate = (
            (_even(held.width * scale * fine), _even(held.height * scale * fine)) for fine in (DETAIL, OVERSAMPLING)
        )
    region = held if covers else View(0, 0, *photo)
    return Layout(framing, path, region, photo, canvas, picture, plate, held, matte)


def _whole_pixels(held: View, scale: float, canvas: tuple[float, float]) -> View:
    """The part of the canvas that takes a whole, even number of pixels at `scale`, and holds `held`.

    Where the canvas ends before, it is up to two pixels smaller than that, and the last pixels are repeated.
    """
    sides = []
    for start, length, whole in ((held.left, held.width, canvas[0]), (held.top, held.height, canvas[1])):
        pixels = min(_even(length * scale), 2 * math.floor(whole * scale / 2 + 1e-6))
        grown = max(pixels, 2) / scale
        sides.append((min(max(min(start, whole - grown), 0.0), start), grown))
    (left, width), (top, height) = sides
    return View(left, top, width, height)


def make_plate(path: Path, layout: Layout) -> tuple[Plate, Photo]:
    """Decode the photo at `path` and resample it. Raises PhotoError.

    A photo of another size than the layout's is taken as the same picture, larger or smaller.
    """
    picture, photo = _picture(path, layout, Image.Resampling.LANCZOS)
    planes = to_planes(np.asarray(picture))
    if layout.picture != layout.plate:
        half = (layout.plate[0] // 2, layout.plate[1] // 2)
        planes = Plate(_enlarged(planes.y, layout.plate), _enlarged(planes.cb, half), _enlarged(planes.cr, half))
    return planes, photo


def _enlarged(plane: Plane, size: tuple[int, int]) -> Plane:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def depth_plane(path: Path, layout: Layout, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """The depth map at `path` as the frame of `size` (width, height) sees it: (height, width), 0 far to 1 near.

    Only for a camera that fills the frame and stands still. Raises PhotoError.
    """
    photo = load_photo(path)
    picture = _resampled(photo, _scaled(layout.region, layout.photo, photo), size, Image.Resampling.BILINEAR)
    return np.asarray(picture.convert("L"), np.float32) / np.float32(255)


def _picture(path: Path, layout: Layout, how: Image.Resampling) -> tuple[Image.Image, Photo]:
    header = read_header(path)
    drawn = layout.picture if layout.framing is Framing.COVER else _foreground(layout)[2:]
    share = (layout.region.width / layout.photo[0], layout.region.height / layout.photo[1])
    photo = load_photo(path, (math.ceil(drawn[0] / share[0]), math.ceil(drawn[1] / share[1])))
    if (header.width, header.height) != (photo.width, photo.height):
        raise ValueError(f"{path.name} changed while it was read")
    region = _scaled(layout.region, layout.photo, photo)
    if layout.framing is Framing.COVER:
        return _resampled(photo, region, layout.picture, how), photo
    left, top, width, height = _foreground(layout)
    behind = (
        _background(photo, layout.picture)
        if layout.framing is Framing.FIT
        else Image.new("RGB", layout.picture, layout.matte)
    )
    behind.paste(_resampled(photo, region, (width, height), how), (left, top))
    return behind, photo


def _scaled(region: View, size: tuple[int, int], photo: Photo) -> View:
    """A region of a picture of `size` in the pixels of `photo`."""
    across, down = photo.width / size[0], photo.height / size[1]
    return View(region.left * across, region.top * down, region.width * across, region.height * down)


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


def _foreground(layout: Layout) -> tuple[int, int, int, int]:
    """Where a photo that is shown whole stands in the picture: left, top, width, height in pixels of it."""
    across, down = layout.picture
    width = min(round(layout.region.width / layout.canvas[0] * across), across)
    height = min(round(layout.region.height / layout.canvas[1] * down), down)
    return (across - width) // 2, (down - height) // 2, width, height


def _resampled(
    photo: Photo, region: View, size: tuple[int, int], how: Image.Resampling = Image.Resampling.LANCZOS
) -> Image.Image:
    across, down = photo.image.width / photo.width, photo.image.height / photo.height
    right, bottom = min(region.right * across, photo.image.width), min(region.bottom * down, photo.image.height)
    box = (max(region.left * across, 0.0), max(region.top * down, 0.0), right, bottom)
    return photo.image.resize(size, how, box=box)


def _background(photo: Photo, size: tuple[int, int]) -> Image.Image:
    """The photo filling the whole canvas, blurred and darkened, so that the photo itself stands out."""
    small = (max(size[0] // 16, 2), max(size[1] // 16, 2))
    view = widest_view((photo.width, photo.height), size)
    picture = _resampled(photo, view, small).filter(ImageFilter.GaussianBlur(max(small) / 24))
    picture = picture.point(lambda level: int(level * BACKGROUND_BRIGHTNESS + 0.5))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _even(length: float) -> int:
    return 2 * math.ceil(length / 2 - 1e-6)
