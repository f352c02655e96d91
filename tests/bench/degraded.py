"""How often a photo ranks above what was made of it: `python -m tests.bench.degraded`.

Prints a table of ml/README.md. Needs ../shared/photos and ../shared/listings.
"""

import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from ml.inspect import shipped_models
from ml.picture import picture_of_pixels
from ml.quality import assess, measure
from ml.segmentation import segment
from tests.ml.degraded import GAINS, blurred, compressed, exposed, noisy, smaller, tinted, turned
from tests.ml.labelled import SHARED
from tests.ml.scenes import Pixels

_SOURCES = {"ph": 32, "house": 16, "places": 16, "web": 16}
"""Photos of each source; all large ones beside them."""

_SIDE = 720

Change = Callable[[Pixels], Pixels]


def changes() -> Iterator[tuple[str, Change]]:
    """What is done to each photo, by name."""
    for sigma in (1, 2):
        yield f"blurred by {sigma} pixels", partial(blurred, sigma=sigma)
    for sigma in (5, 12):
        yield f"noise of {sigma} levels", partial(noisy, sigma=sigma)
    for degrees in (3, 6, -3, -6):
        yield f"turned by {degrees} degrees", partial(turned, degrees=degrees)
    for stops in (-1.5, -0.7, 0.7, 1.2, 1.8):
        yield f"exposed by {stops:+} stops", partial(exposed, stops=stops)
    for name, gains in GAINS.items():
        for stops in (0.2, 0.4):
            yield f"{name} cast of {stops} stops", partial(tinted, gains=gains, stops=stops)
    for quality in (35, 15):
        yield f"JPEG of quality {quality}", partial(compressed, quality=quality)
    for share in (0.6, 0.4):
        yield f"{share} of its sides", partial(smaller, share=share)


def photos() -> list[Path]:
    """The same photos at every call, from six sources; none is a plan, an advert or taken from the air."""
    draw = random.Random(3)
    drawn = ("floor_plan", "not_a_photo", "aerial")
    found = []
    for source, count in _SOURCES.items():
        files = sorted((SHARED / "photos" / "rooms").glob(f"*/{source}_*"))
        found += draw.sample([file for file in files if file.parent.name not in drawn], count)
    for folder in ("listings/listing_1", "photos/empty", "listings/portfolio_4k"):
        found += sorted((SHARED / folder).glob("*.jpg"))[:12]
    return found


def _read(file: Path) -> Pixels:
    pixels = np.asarray(cv2.imread(str(file)), np.uint8)
    scale = min(1.0, _SIDE / max(pixels.shape[:2]))
    if scale < 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(pixels[:, :, ::-1])


def main() -> None:
    """Print for each change the share of the photos that rank above what it made of them."""
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here: nothing can be measured")
    cv2.setNumThreads(1)
    room = shipped_models()["segmentation"]

    def worth(pixels: Pixels) -> float:
        whole = np.ascontiguousarray(pixels)
        return assess(measure(picture_of_pixels(whole, segmentation=segment(whole, room)))).overall

    files = photos()
    above = dict.fromkeys((name for name, _ in changes()), 0)
    for file in files:
        pixels = _read(file)
        own = worth(pixels)
        for name, change in changes():
            above[name] += own > worth(change(pixels))
    table = Table("what was done", f"originals above, of {len(files)}")
    for name, count in above.items():
        table.add_row(name, f"{count / len(files):.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
