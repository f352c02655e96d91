r"""A contact sheet: photos with what the shipped model says of them, for a person to look at.

    python -m ml.training.contact_sheet --models models --out DIR PHOTO...

The sheet shows the photos themselves: keep it out of the repository.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.decode import decode_photo
from ml.furnishing import furnishing_of
from ml.room_net import look
from ml.scene import scene_of
from ml.segmentation import segmentation_of
from ml.store import LoadedModel, store_of

_WIDTH, _HEIGHT, _TEXT = 240, 180, 34
_COLUMNS = 4

Pixels = NDArray[np.uint8]


def _colours(count: int) -> Pixels:
    hues = (np.arange(count) * 67 % 180).astype(np.uint8)
    values = np.stack(
        [hues, np.where(np.arange(count) % 2, 140, 230), np.where(np.arange(count) % 3, 235, 150)], axis=-1
    )
    return np.asarray(cv2.cvtColor(values.astype(np.uint8)[None], cv2.COLOR_HSV2RGB)[0], np.uint8)


def tile(pixels: Pixels, model: LoadedModel, name: str) -> Pixels:
    """A photo beside its segmentation, over two lines of text: uint8 RGB."""
    (view,) = look([pixels], model)
    scene, segmentation = scene_of(view, model), segmentation_of(view, model)
    photo = cv2.resize(pixels, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    painted = _colours(len(segmentation.labels))[segmentation.class_map_at(_WIDTH, _HEIGHT)]
    canvas = np.full((_HEIGHT + _TEXT, 2 * _WIDTH, 3), 255, np.uint8)
    canvas[:_HEIGHT, :_WIDTH] = photo
    canvas[:_HEIGHT, _WIDTH:] = cv2.addWeighted(painted, 0.7, photo, 0.3, 0)
    furnishing = furnishing_of(scene.label, segmentation, model.spec.furnishing).value
    best = " ".join(f"{guess.label} {guess.confidence:.2f}" for guess in scene.top[:2])
    largest = sorted(segmentation.shares().items(), key=lambda item: -item[1])[:5]
    lines = [
        f"{'? ' if scene.abstained else ''}{best} {furnishing} [{name}]",
        " ".join(f"{label} {share:.2f}" for label, share in largest),
    ]
    for row, text in enumerate(lines):
        place = (3, _HEIGHT + 13 + 15 * row)
        cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    return canvas


def sheet(tiles: list[Pixels]) -> Pixels:
    """Tiles of one size in rows of _COLUMNS."""
    rows = -(-len(tiles) // _COLUMNS)
    height, width = tiles[0].shape[:2]
    canvas = np.full((rows * height, _COLUMNS * width, 3), 255, np.uint8)
    for index, part in enumerate(tiles):
        row, column = divmod(index, _COLUMNS)
        canvas[row * height : (row + 1) * height, column * width : (column + 1) * width] = part
    return canvas


def main() -> None:
    """Parse the command line and write `sheet.jpg`."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--models", type=Path, required=True)
    arguments.add_argument("--model", default="room")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("photos", type=Path, nargs="+")
    given = arguments.parse_args()
    model = store_of(given.models).load(given.model)
    tiles = [tile(decode_photo(path).pixels, model, path.parent.name) for path in given.photos]
    given.out.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(given.out / "sheet.jpg"), cv2.cvtColor(sheet(tiles), cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
