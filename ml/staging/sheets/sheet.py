"""Sheets: six rooms of a kit over the strip of its materials, or a row of three rooms for each of several kits."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.staging.disclosure.lettering import draw_lines
from ml.staging.kits import Kit, Room
from ml.staging.layout import RoomKind
from ml.staging.rendering.scene import Scene
from ml.staging.sheets.rendering import Light, check_engine, render_all
from ml.staging.sheets.swatches import PAPER, strip
from ml.staging.sheets.vignette import developed, scene_of_room

Pixels = NDArray[np.uint8]
Progress = Callable[[float], None]
Render = Callable[[Sequence[Scene], Callable[[int], None]], list[Light]]

ROOMS = (
    RoomKind.LIVING,
    RoomKind.BEDROOM,
    RoomKind.DINING,
    RoomKind.HOME_OFFICE,
    RoomKind.OPEN_PLAN,
    RoomKind.KIDS,
)
"""What a kit's own sheet shows."""

_SHORT = (RoomKind.LIVING, RoomKind.BEDROOM, RoomKind.DINING)
"""What a sheet of several kits shows of each."""

_INK = (45, 45, 44)
_GAP_SHARE = 0.008
SAMPLES = 8


def rooms_of(kit: Kit) -> tuple[RoomKind, ...]:
    """Those of ROOMS that a kit furnishes."""
    mine = {RoomKind(room.value) for room in Room if room in kit.rooms}
    return tuple(room for room in ROOMS if room in mine or room is RoomKind.OPEN_PLAN)


def kit_sheet(
    kit: Kit, width: int, *, samples: int = SAMPLES, threads: int = 2, progress: Progress, render: Render = render_all
) -> Pixels:
    """Its rooms, three in a row, the strip of its materials, and its name: height x `width` x 3, sRGB.

    progress: is told the share that is done. render: what renders scenes. Raises EngineMissingError where the compiled
    renderer is missing, and what `render_all` raises.
    """
    gap = max(4, round(width * _GAP_SHARE))
    size = _size(width, gap, 0.72)
    rooms = rooms_of(kit)
    pictures = _pictures([(kit, room) for room in rooms], size, samples, threads, progress, render)
    captioned = [
        _captioned(picture, room.value.replace("_", " ")) for picture, room in zip(pictures, rooms, strict=True)
    ]
    title = _title(f"{kit.title}   {kit.title_with_version}", kit.about, width, gap)
    rows = [_row(captioned[start : start + 3], width, gap) for start in range(0, len(captioned), 3)]
    return np.concatenate([title, *rows, strip(kit, width, round(width / 17))])


def kits_sheet(
    kits: Sequence[Kit],
    width: int,
    *,
    samples: int = SAMPLES,
    threads: int = 2,
    progress: Progress,
    render: Render = render_all,
) -> Pixels:
    """Living room, bedroom and dining room of each kit in a row under its name: for telling kits apart.

    As `kit_sheet` otherwise.
    """
    gap = max(4, round(width * _GAP_SHARE))
    size = _size(width, gap, 0.66)
    wanted = [(kit, room) for kit in kits for room in _SHORT]
    pictures = _pictures(wanted, size, samples, threads, progress, render)
    parts: list[Pixels] = []
    for number, kit in enumerate(kits):
        mine = pictures[number * len(_SHORT) : (number + 1) * len(_SHORT)]
        parts += [_title(kit.title, kit.about, width, gap), _row(mine, width, gap)]
    return np.concatenate(parts)


def _size(width: int, gap: int, ratio: float) -> tuple[int, int]:
    """Width and height of one of three pictures in a row."""
    wide = (width - 4 * gap) // 3
    return wide, round(wide * ratio)


def _pictures(
    wanted: Sequence[tuple[Kit, RoomKind]],
    size: tuple[int, int],
    samples: int,
    threads: int,
    progress: Progress,
    render: Render,
) -> list[Pixels]:
    """The rooms, each of `size`. Building pieces counts as a third of the work."""
    if render is render_all:
        check_engine()
    scenes = []
    for number, (kit, room) in enumerate(wanted):
        scenes.append(scene_of_room(kit, room, *size, samples=samples, threads=threads))
        progress((number + 1) / len(wanted) / 3)
    lights = render(scenes, lambda done: progress((1 + 2 * done / len(wanted)) / 3))
    return [developed(light) for light in lights]


def _row(pictures: Sequence[Pixels], width: int, gap: int) -> Pixels:
    height = max(picture.shape[0] for picture in pictures)
    row = np.full((height + gap, width, 3), PAPER, np.uint8)
    left = gap
    for picture in pictures:
        row[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + gap
    return row


def _captioned(picture: Pixels, name: str) -> Pixels:
    cap = max(6.0, picture.shape[1] * 0.017)
    below = np.full((round(cap * 2.6), picture.shape[1], 3), PAPER, np.uint8)
    return np.concatenate([picture, draw_lines(below, [name], (0, cap * 0.8), cap, _INK)])


def _title(title: str, about: str, width: int, gap: int) -> Pixels:
    cap = max(8.0, width * 0.0105)
    picture = np.full((round(cap * 6.2), width, 3), PAPER, np.uint8)
    picture = draw_lines(picture, [title], (gap, cap * 1.3), cap, _INK)
    return draw_lines(picture, [about], (gap, cap * 3.6), cap * 0.72, (110, 109, 105)) if about else picture
