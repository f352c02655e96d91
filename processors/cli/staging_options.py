"""What the options of `vls-media make staging` say, checked before any photo is opened."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.decode import decode_photo
from ml.staging.engines import Removal
from ml.staging.errors import KeepOutError, MaskError
from ml.staging.kits import Kit, load_kit, read_kit
from ml.staging.kits.errors import KitError
from ml.staging.layout import RoomKind
from processors.cli.console import fail

Floats = NDArray[np.float64]
KeepOuts = dict[str, tuple[Floats, ...]]
"""Polygons by the photo's file name; those under an empty name are for every photo."""

_CEILING_CM = (200, 600)


def kit_of(text: str) -> Kit:
    """A kit by name, `name@version`, or from a person's own YAML file. Raises KitError."""
    if not text.endswith((".yaml", ".yml")):
        return load_kit(text)
    path = Path(text)
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KitError(f"{path.name} cannot be read: {error}.") from error
    return read_kit(content, path.name)


def room_of(text: str | None) -> RoomKind | None:
    """None for `auto`. Ends the command for a room that there is not."""
    if text is None or text == "auto":
        return None
    if text not in set(RoomKind):
        fail(f"there is no room {text!r}; there are: auto, {', '.join(RoomKind)}")
    return RoomKind(text)


def removal_of(text: str) -> Removal:
    """Ends the command for another word."""
    if text not in set(Removal):
        fail(f"--remove-furniture is {', '.join(Removal)}; found {text!r}")
    return Removal(text)


def ceiling_of(centimetres: int | None) -> float | None:
    """In metres. Ends the command for a height that no room has."""
    low, high = _CEILING_CM
    if centimetres is None:
        return None
    if not low <= centimetres <= high:
        fail(f"--ceiling-cm is {low} to {high}; found {centimetres}")
    return centimetres / 100


def keep_outs_of(path: Path | None) -> KeepOuts:
    """The polygons of a JSON file: a list of them for every photo, or an object with a list for each file name.

    A polygon is a list of at least three [x, y] in pixels of the photo. Raises KeepOutError.
    """
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KeepOutError(f"{path.name} is no JSON file that can be read: {error}.") from error
    named = content if isinstance(content, dict) else {"": content}
    return {str(name): _polygons(path.name, value) for name, value in named.items()}


def for_photo(given: KeepOuts, photo: Path) -> tuple[Floats, ...]:
    """The polygons that a photo has."""
    return (*given.get("", ()), *given.get(photo.name, ()))


def mask_of(path: Path | None) -> NDArray[np.bool_] | None:
    """White where a photo may be changed. Raises PhotoError, and MaskError where nothing is white."""
    if path is None:
        return None
    mask: NDArray[np.bool_] = decode_photo(path).pixels.mean(axis=2) > 127
    if not mask.any():
        raise MaskError(f"{path.name} is black all over: white is where the photo may be changed.")
    return mask


def names_of(photos: Sequence[Path]) -> list[str]:
    """A name for the files of each photo: its own without the ending, numbered where it is taken."""
    taken: set[str] = set()
    names = []
    for photo in photos:
        name, number = photo.stem, 2
        while name in taken:
            name, number = f"{photo.stem}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return names


def _polygons(name: str, value: Any) -> tuple[Floats, ...]:
    if not isinstance(value, list):
        raise KeepOutError(f"{name} holds {type(value).__name__} where a list of polygons is expected.")
    polygons = []
    for number, points in enumerate(value, 1):
        try:
            polygon = np.array(points, np.float64)
        except (TypeError, ValueError):
            polygon = np.empty(0)
        if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3 or not np.isfinite(polygon).all():
            raise KeepOutError(f"Polygon {number} of {name} is not a list of at least three [x, y] in pixels.")
        polygons.append(polygon)
    return tuple(polygons)
