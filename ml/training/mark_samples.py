"""What the mark network learns from: crops of photos, most of them with marks laid over them."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.mark_styles import LEARNT_STYLES, as_file, mark
from ml.training.overlays import KINDS, Pixels
from ml.training.photos import Photo, read_index
from ml.training.typefaces import Typeface

SIDE = 224
"""Pixels of a crop: the photos of the collection have hardly more."""

LONG_SIDE = 704
"""Pixels of the longer side that a photo is shrunk to before the network sees it."""

MARKED = Path(__file__).parent / "marked_photos.txt"
"""Photos of the collection that carry marks already, found by the detector and looked at one by one."""

_SOURCES = ("places", "web", "house")

_OUTSIDE = ("yard_garden", "patio_courtyard")
"""Of the small photos of `mini` only these are learnt: views from outside are rare among the others."""

_TOP, _BOTTOM = 0.12, 0.8
"""Shares of the height between which no listing service lays its mark on the photos of `house`."""

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


def learnt_photos(folder: Path) -> list[Pixels]:
    """The photos to learn on, without those that carry marks already.

    Most houses carry one at their upper or lower edge, so all of them are learnt, without these edges.
    """
    marked = marked_photos()
    rooms = folder / "rooms"
    learnt = []
    for photo in read_index(folder):
        if is_learnt(photo) and photo.source == "house":
            learnt.append(without_edges(read(photo.file)))
        elif is_learnt(photo) and photo.file.relative_to(rooms).as_posix() not in marked:
            learnt.append(read(photo.file))
    return learnt


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


def _crop(draw: np.random.Generator, photo: Pixels) -> Pixels:
    """A crop of SIDE x SIDE, at another size or mirrored now and then; what it lacks is mirrored at its edges."""
    zoom = float(np.exp(draw.uniform(np.log(0.6), np.log(1.5)))) if draw.random() < 0.6 else 1.0
    zoom = max(zoom, SIDE / 2 / min(photo.shape[:2]))
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    sized = photo if zoom == 1 else cv2.resize(photo, None, fx=zoom, fy=zoom, interpolation=way)
    height, width = sized.shape[:2]
    down, across = max(0, SIDE - height), max(0, SIDE - width)
    if down or across:
        before_y, before_x = int(draw.integers(down + 1)), int(draw.integers(across + 1))
        sized = cv2.copyMakeBorder(
            sized, before_y, down - before_y, before_x, across - before_x, cv2.BORDER_REFLECT_101
        )
        height, width = sized.shape[:2]
    top, left = int(draw.integers(height - SIDE + 1)), int(draw.integers(width - SIDE + 1))
    crop = sized[top : top + SIDE, left : left + SIDE]
    return np.ascontiguousarray(crop[:, ::-1] if draw.random() < 0.5 else crop)


def _changed(draw: np.random.Generator, crop: Pixels) -> Pixels:
    """Another exposure, another saturation, softer or sharper."""
    values: NDArray[np.float32] = crop.astype(np.float32)
    if draw.random() < 0.5:
        grey = values.mean(axis=2, keepdims=True)
        coloured = grey + (values - grey) * draw.uniform(0.3, 1.4)
        values = np.asarray(255 * np.clip(coloured / 255, 0, 1) ** draw.uniform(0.6, 1.7), np.float32)
    if draw.random() < 0.35:
        soft = np.asarray(cv2.GaussianBlur(values, (0, 0), float(draw.uniform(0.5, 1.2))), np.float32)
        values = soft if draw.random() < 0.4 else values + (values - soft) * np.float32(draw.uniform(0.3, 1.2))
    if draw.random() < 0.2:
        values = values + draw.normal(0, draw.uniform(1, 8), values.shape).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)


def sample(
    draw: np.random.Generator, photos: Sequence[Pixels], faces: Sequence[Typeface]
) -> tuple[Pixels, NDArray[np.uint8]]:
    """A crop with or without marks, and its regions (0 none, else 1 + place of the kind in KINDS)."""
    crop = _changed(draw, _crop(draw, photos[int(draw.integers(len(photos)))]))
    regions = np.zeros(crop.shape[:2], np.uint8)
    values = crop.astype(np.float32)
    if draw.random() < 0.62:
        finer = 2 if draw.random() < 0.3 else 1
        size = (finer * SIDE, finer * SIDE)
        large = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        marked = mark(
            draw,
            large,
            faces,
            LEARNT_STYLES,
            smallest=7 * finer,
            largest=44 * finer,
            count=1 + int(draw.random() < 0.2),
        )
        values, regions = marked.pixels, marked.regions
        if finer > 1:
            values = np.asarray(cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
            regions = np.ascontiguousarray(regions[::finer, ::finer])
    quality = int(draw.integers(45, 99)) if draw.random() < 0.75 else 100
    return as_file(values, quality), regions


def batch(
    seed: int, size: int, photos: Sequence[Pixels], faces: Sequence[Typeface]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Pictures (size x 3 x SIDE x SIDE, 0 to 1) and their regions (size x SIDE x SIDE), the same for the same seed."""
    draw = np.random.default_rng((7, seed))
    made = [sample(draw, photos, faces) for _ in range(size)]
    pictures = np.stack([pixels for pixels, _ in made]).transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    return pictures, np.stack([regions for _, regions in made])


def is_kind(regions: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Regions (batch x height x width) as one plane for each kind (batch x kinds x height x width)."""
    return np.stack([regions == 1 + at for at in range(len(KINDS))], axis=1).astype(np.float32)
