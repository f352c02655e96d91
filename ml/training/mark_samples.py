"""What the mark network learns from: crops of photos, most of them with marks laid over them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.mark_styles import LEARNT_STYLES, as_file, mark
from ml.training.overlays import KINDS, Pixels
from ml.training.photos import Photo, read_index
from ml.training.typefaces import Typeface

SIDE = 224
"""Pixels of a square crop: the photos of the collection have hardly more."""

WIDE = (384, 288)
"""Width and height of a crop of a whole photo, enlarged where it has fewer pixels: large marks fit into it."""

_WIDE_EVERY = 3
"""Each third batch is of wide crops, half as many of them."""

_LARGE_SHARE = 0.12
"""Share of the crops that are of the few large photos."""

LONG_SIDE = 704
"""Pixels of the longer side that a photo is shrunk to before the network sees it."""

MARKED = Path(__file__).parent / "marked_photos.txt"
"""Photos of the collection that carry marks already, found by the detector and looked at one by one."""

Draw = np.random.Generator

_SOURCES = ("places", "web", "house")

_OUTSIDE = ("yard_garden", "patio_courtyard")
"""Of the small photos of `mini` only these are learnt: views from outside are rare among the others."""

_TOP, _BOTTOM = 0.12, 0.8
"""Shares of the height between which no listing service lays its mark on the photos of `house`."""

LARGE_BOTTOM = 7 / 8
"""Share of the height of the large photos above which none of them carries a mark."""

_OF_THE_LISTING = "26007148"
"""In the names of those large photos that are of the sample listing, which is kept for measuring."""

_LARGE_SIDE = 1024

_LARGE = 600
"""Pixels of the longer side from which a photo is a large one, that is never enlarged."""

_FAINTEST = 0.18
"""Opacity of the faintest marks that are learnt, a little below what is measured."""

_DRAWN = ("floor_plan", "not_a_photo")


def marked_photos() -> dict[str, str]:
    """File name below `rooms/` to what a photo carries: a kind, or `unsure` where a person cannot tell."""
    lines = [line.split("\t") for line in MARKED.read_text(encoding="utf-8").splitlines() if line]
    return {line[0]: line[1] for line in lines}


def is_drawn(photo: Photo) -> bool:
    """Whether a photo of the collection is a plan, an advert or a collage: their words belong to them."""
    return photo.file.parent.name in _DRAWN


def is_learnt(photo: Photo) -> bool:
    """Whether marks may be learnt on a photo: every second house is kept for measuring, and all listings of `ph`."""
    if photo.source == "mini":
        return photo.file.parent.name in _OUTSIDE
    if photo.source not in _SOURCES or is_drawn(photo):
        return False
    return photo.source != "house" or int(photo.house.split("_")[1]) % 2 == 0


@dataclass(frozen=True, slots=True)
class LearntPhoto:
    """A photo to learn on, still encoded: thousands of them take little memory."""

    content: bytes
    top: float = 0.0
    bottom: float = 1.0
    """Shares of the height between which it is learnt."""

    def pixels(self) -> Pixels:
        """Uint8 RGB, without the parts that are not learnt; raises ValueError where it cannot be decoded."""
        decoded = cv2.imdecode(np.frombuffer(self.content, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            raise ValueError("a photo cannot be decoded")
        height = decoded.shape[0]
        kept = decoded[round(self.top * height) : round(self.bottom * height), :, ::-1]
        return np.ascontiguousarray(kept, np.uint8)


def learnt_photos(folder: Path) -> list[LearntPhoto]:
    """The photos to learn on, without those that carry marks already.

    Most houses carry one at their upper or lower edge, so all of them are learnt, without these edges.
    """
    marked = marked_photos()
    rooms = folder / "rooms"
    learnt = []
    for photo in read_index(folder):
        if is_learnt(photo) and photo.source == "house":
            learnt.append(LearntPhoto(photo.file.read_bytes(), _TOP, _BOTTOM))
        elif is_learnt(photo) and photo.file.relative_to(rooms).as_posix() not in marked:
            learnt.append(LearntPhoto(photo.file.read_bytes()))
    return learnt


def large_learnt_photos(folder: Path) -> list[LearntPhoto]:
    """The photos of 600 pixels and more to learn on, none of the sample listing, their lowest eighth left out."""
    files = sorted(file for file in (folder / "empty").glob("*.jpg") if _OF_THE_LISTING not in file.name)
    return [_shrunk(file) for file in files]


def _shrunk(file: Path) -> LearntPhoto:
    pixels = read(file)
    scale = min(1.0, _LARGE_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    done, content = cv2.imencode(".jpg", np.ascontiguousarray(small[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 95])
    if not done:
        raise ValueError(f"{file} cannot be encoded")
    return LearntPhoto(content.tobytes(), 0.0, LARGE_BOTTOM)


def read(file: Path) -> Pixels:
    """A photo as uint8 RGB; raises ValueError where it cannot be decoded."""
    pixels = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{file} cannot be decoded")
    return np.ascontiguousarray(pixels[:, :, ::-1])


def without_edges(photo: Pixels) -> Pixels:
    """A photo of `house` without the parts in which listing services lay their marks."""
    height = photo.shape[0]
    return np.ascontiguousarray(photo[round(_TOP * height) : round(_BOTTOM * height)])


def _crop(draw: Draw, photo: Pixels, size: tuple[int, int]) -> Pixels:
    """A crop of that width and height, at another size or mirrored now and then; its lacking edges are mirrored."""
    width, height = size
    tall, wide = photo.shape[:2]
    whole = max(width / wide, height / tall)
    if max(tall, wide) > _LARGE and whole < 1:
        zoom = float(np.exp(draw.uniform(np.log(whole), 0)))
    elif width > SIDE:
        zoom = whole * float(draw.uniform(0.8, 1.3))
    else:
        zoom = float(np.exp(draw.uniform(np.log(0.6), np.log(1.5)))) if draw.random() < 0.6 else 1.0
        zoom = max(zoom, SIDE / 2 / min(tall, wide))
    # What is cut off later is cut off first: enlarging all of it would cost more than the rest of the sample.
    need_x, need_y = min(wide, math.ceil(width / zoom)), min(tall, math.ceil(height / zoom))
    left, top = int(draw.integers(wide - need_x + 1)), int(draw.integers(tall - need_y + 1))
    part = photo[top : top + need_y, left : left + need_x]
    sized = (min(width, max(1, round(need_x * zoom))), min(height, max(1, round(need_y * zoom))))
    if sized != (need_x, need_y):
        part = np.asarray(cv2.resize(part, sized, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC))
    down, across = height - part.shape[0], width - part.shape[1]
    if down or across:
        before_y, before_x = int(draw.integers(down + 1)), int(draw.integers(across + 1))
        after_y, after_x = down - before_y, across - before_x
        filled = cv2.copyMakeBorder(part, before_y, after_y, before_x, after_x, cv2.BORDER_REFLECT_101)
        part = np.asarray(filled, np.uint8)
    return np.ascontiguousarray(part[:, ::-1] if draw.random() < 0.5 else part, np.uint8)


def _changed(draw: Draw, crop: Pixels) -> Pixels:
    """Another exposure, another saturation, softer or sharper, the noise of a dark room."""
    dark = draw.random() < 0.15
    if dark or draw.random() < 0.5:
        grey = cv2.cvtColor(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        share = float(draw.uniform(0.3, 1.4))
        levels = np.linspace(0, 1, 256) ** draw.uniform(0.6, 1.7) * (draw.uniform(0.35, 0.8) if dark else 1)
        crop = np.asarray(
            cv2.LUT(cv2.addWeighted(crop, share, grey, 1 - share, 0), np.rint(255 * levels).astype(np.uint8))
        )
    if draw.random() < 0.35:
        soft = cv2.GaussianBlur(crop, (0, 0), float(draw.uniform(0.5, 1.2)))
        more = float(draw.uniform(0.3, 1.2))
        crop = np.asarray(soft if draw.random() < 0.4 else cv2.addWeighted(crop, 1 + more, soft, -more, 0), np.uint8)
    if draw.random() < (0.6 if dark else 0.2):
        planes = 1 if draw.random() < 0.5 else 3
        noise = draw.standard_normal((*crop.shape[:2], planes), np.float32) * np.float32(draw.uniform(1, 8))
        crop = np.clip(crop + noise, 0, 255).astype(np.uint8)
    return crop


def sample(
    draw: Draw, photos: Sequence[LearntPhoto], faces: Sequence[Typeface], size: tuple[int, int] = (SIDE, SIDE)
) -> tuple[Pixels, NDArray[np.uint8]]:
    """A crop of that width and height with or without marks, and its regions (0 none, else 1 + place in KINDS)."""
    crop = _changed(draw, _crop(draw, photos[int(draw.integers(len(photos)))].pixels(), size))
    regions = np.zeros(crop.shape[:2], np.uint8)
    values = crop.astype(np.float32)
    if draw.random() < 0.62:
        finer = 2 if draw.random() < 0.25 else 1
        large = np.asarray(cv2.resize(crop, None, fx=finer, fy=finer), np.uint8) if finer > 1 else crop
        marked = mark(
            draw,
            large,
            faces,
            LEARNT_STYLES,
            smallest=7 * finer,
            largest=(48 if size[0] > SIDE else 40) * finer,
            count=1 + int(draw.random() < 0.2),
            faintest=_FAINTEST,
        )
        values, regions = marked.pixels, marked.regions
        if finer > 1:
            values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
            regions = np.ascontiguousarray(regions[::finer, ::finer])
    quality = int(draw.integers(45, 99)) if draw.random() < 0.75 else 100
    return as_file(values, quality), regions


def batch(
    seed: int, size: int, photos: Sequence[LearntPhoto], large: Sequence[LearntPhoto], faces: Sequence[Typeface]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pictures (size x 3 x height x width) and their regions (size x height x width), the same for the same seed.

    Mostly squares of SIDE; each third batch is half as many of WIDE. `large` may be empty.
    """
    draw = np.random.default_rng((7, seed))
    wide = seed % _WIDE_EVERY == _WIDE_EVERY - 1
    made = [
        sample(draw, large if large and draw.random() < _LARGE_SHARE else photos, faces, WIDE if wide else (SIDE, SIDE))
        for _ in range(max(1, size // 2) if wide else size)
    ]
    pictures = np.ascontiguousarray(np.stack([pixels for pixels, _ in made]).transpose(0, 3, 1, 2))
    return pictures, np.stack([regions for _, regions in made])


def is_kind(regions: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Regions (batch x height x width) as one plane for each kind (batch x kinds x height x width)."""
    return np.stack([regions == 1 + at for at in range(len(KINDS))], axis=1).astype(np.float32)
