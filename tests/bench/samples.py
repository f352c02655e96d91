"""How many samples a pixel are enough: pictures with few, held against one with 256, inside what was changed.

python -m tests.bench.samples PHOTO... [--kit NAME] [--longest PIXELS]
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.decode import decode_photo
from ml.staging.engines import Bounds, engine_named
from ml.staging.kits import load_kit
from ml.staging.looking import look_at
from ml.staging.staging import Order, Picture, Prepared, Staged, furnish, prepare
from processors.cli.make_staging import _models

COUNTS, REFERENCE = (4, 6, 8, 12, 16, 24), 256
Plane = NDArray[np.float32]


def ssim_within(first: NDArray[np.uint8], second: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Mean structural similarity (Wang et al. 2004, 11 x 11 Gaussian of 1.5) of luma within a mask."""
    x, y = (np.asarray(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), np.float32) for each in (first, second))

    def mean(plane: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), np.float32)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    found = (2 * mx * my + c1) * (2 * both + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(found[mask].mean())


def rows(photo: Path, kit_name: str, longest: int) -> Iterator[tuple[int, float]]:
    """Samples and similarity, for a photo that can be furnished. Exits for one that cannot."""
    pixels = decode_photo(photo).pixels
    scale = min(1.0, longest / max(pixels.shape[:2]))
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    order = Order(load_kit(kit_name), bounds=Bounds(threads=2))
    prepared = prepare(pixels, look_at(pixels, _models()), order, any_size=True)
    if isinstance(prepared, Staged):
        raise SystemExit(f"{photo.name} is not furnished: {prepared.reasons}")
    reference = _picture(pixels, prepared, order, REFERENCE)
    mask = reference.furniture | reference.shadow
    for count in COUNTS:
        yield count, ssim_within(_picture(pixels, prepared, order, count).pixels, reference.pixels, mask)


def _picture(pixels: NDArray[np.uint8], prepared: Prepared, order: Order, samples: int) -> Picture:
    made = furnish(pixels, prepared.room, prepared.layouts[0], replace(order, samples=samples), engine_named("cpu"))
    if made.picture is None:
        raise SystemExit(f"With {samples} samples: {made.reasons}")
    return made.picture


def main() -> None:
    """Print a row a photo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--kit", default="contemporary")
    parser.add_argument("--longest", type=int, default=640)
    asked = parser.parse_args()
    for photo in asked.photos:
        found = dict(rows(photo, asked.kit, asked.longest))
        cells = " ".join(f"{count}: {value:.4f}" for count, value in found.items())
        sys.stdout.write(f"{photo.name} {asked.kit} {cells}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
