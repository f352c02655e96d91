"""Floor plans as sales brochures show them, made by code: furnished, coloured, on paper or lawn, several a page."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.pages import Box, Pixels, paper_grey, split, tint, write

Ink = tuple[int, int, int]

_WOOD: tuple[Ink, ...] = ((196, 160, 116), (222, 196, 158), (150, 108, 72), (236, 214, 178), (178, 140, 98))
_TILES: tuple[Ink, ...] = ((238, 236, 232), (214, 216, 218), (226, 218, 204), (188, 194, 198), (205, 222, 228))
_FABRIC: tuple[Ink, ...] = (
    (120, 124, 130),
    (184, 176, 160),
    (92, 108, 128),
    (206, 190, 168),
    (60, 66, 76),
    (160, 60, 50),
)
_ROOMS = (
    "BEDROOM",
    "LIVING",
    "KITCHEN",
    "T&B",
    "BATH",
    "DINING",
    "BALCONY",
    "FOYER",
    "WIC",
    "LAUNDRY",
    "MASTER BEDROOM",
)
_TITLES = (
    "FLOOR PLAN",
    "GROUND FLOOR",
    "SECOND FLOOR",
    "TYPICAL UNIT",
    "Two-Bedroom",
    "STUDIO",
    "Level 1",
    "Unit layout",
)
_LINES = ("Living & Dining", "Kitchen", "Bedroom 1", "Bath", "Balcony", "Gross floor area", "Lot area", "Utility")


def _one(draw: np.random.Generator, inks: Sequence[Ink]) -> Ink:
    """One of the colours, a little lighter or darker."""
    red, green, blue = (
        int(np.clip(part * draw.uniform(0.88, 1.1), 0, 255)) for part in inks[int(draw.integers(len(inks)))]
    )
    return red, green, blue


def _darker(colour: Ink, share: float) -> Ink:
    red, green, blue = (int(part * share) for part in colour)
    return red, green, blue


def _flooring(draw: np.random.Generator, canvas: Pixels, room: Box) -> None:
    left, top, right, bottom = room
    chance = draw.random()
    ground = _one(draw, _WOOD if chance < 0.5 else _TILES)
    cv2.rectangle(canvas, (left, top), (right, bottom), ground, -1)
    step, line = int(draw.integers(4, 14)), _darker(ground, float(draw.uniform(0.82, 0.94)))
    for x in range(left, right, step):
        cv2.line(canvas, (x, top), (x, bottom), line, 1)
    if chance >= 0.5:
        for y in range(top, bottom, step):
            cv2.line(canvas, (left, y), (right, y), line, 1)


def _bed(draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    cv2.rectangle(canvas, (left, top), (right, bottom), (250, 250, 248), -1)
    cv2.rectangle(canvas, (left, top + (bottom - top) * 2 // 5), (right, bottom), _one(draw, _FABRIC), -1)
    half = (right - left) // 2
    for at in (left + 2, left + half + 1):
        cv2.rectangle(canvas, (at, top + 2), (at + half - 4, top + max(4, (bottom - top) // 5)), (225, 225, 225), -1)
    cv2.rectangle(canvas, (left, top), (right, bottom), edge, 1)


def _sofa(draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    cloth = _one(draw, _FABRIC)
    cv2.rectangle(canvas, (left, top), (right, bottom), cloth, -1)
    cv2.rectangle(canvas, (left, top), (right, top + max(2, (bottom - top) // 4)), _darker(cloth, 0.8), -1)
    cv2.rectangle(canvas, (left, top), (right, bottom), edge, 1)


def _table(draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    seat, inner = _one(draw, _FABRIC), max(2, min(right - left, bottom - top) // 5)
    for x in np.linspace(left + inner, right - inner, 3 if right - left > 26 else 2).astype(int):
        for y in (top, bottom):
            cv2.circle(canvas, (int(x), y), inner, seat, -1, cv2.LINE_AA)
    cv2.rectangle(canvas, (left, top), (right, bottom), _one(draw, _WOOD), -1)
    cv2.rectangle(canvas, (left, top), (right, bottom), edge, 1)


def _bath(draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    cv2.rectangle(canvas, (left, top), (right, bottom), (248, 250, 252), -1)
    middle = ((left + right) // 2, (top + bottom) // 2)
    reach = (max(2, (right - left) * 2 // 5), max(2, (bottom - top) * 2 // 5))
    cv2.ellipse(canvas, middle, reach, 0, 0, 360, edge, 1, cv2.LINE_AA)
    if draw.random() < 0.5:
        cv2.circle(canvas, (right + reach[0] + 3, middle[1]), reach[0], (245, 245, 245), -1, cv2.LINE_AA)
        cv2.circle(canvas, (right + reach[0] + 3, middle[1]), reach[0], edge, 1, cv2.LINE_AA)


def _counter(draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    thick = max(5, (bottom - top) // 4)
    cv2.rectangle(canvas, (left, top), (right, top + thick), _one(draw, _TILES), -1)
    cv2.rectangle(canvas, (left, top), (right, top + thick), edge, 1)
    for at in range(4):
        cv2.circle(canvas, (left + 5 + 5 * (at % 2), top + 3 + (thick - 6) * (at // 2)), 2, edge, 1)


def _stairs(_draw: np.random.Generator, canvas: Pixels, box: Box, edge: Ink) -> None:
    left, top, right, bottom = box
    cv2.rectangle(canvas, (left, top), (right, bottom), (235, 235, 235), -1)
    for x in range(left, right, 4):
        cv2.line(canvas, (x, top), (x, bottom), edge, 1)
    cv2.rectangle(canvas, (left, top), (right, bottom), edge, 1)


_THINGS = (_bed, _bed, _sofa, _table, _bath, _bath, _counter, _stairs)


def _unit(draw: np.random.Generator, width: int, height: int, *, solid: bool) -> Pixels:
    """The plan of one home; `solid` for walls that are light and throw shadows, as in a model seen from above."""
    canvas = np.full((height, width, 3), 255, np.uint8)
    wall = int(draw.integers(3, 8))
    ink: Ink = (244, 244, 246) if solid else _one(draw, ((20, 20, 22), (60, 60, 66), (90, 70, 60)))
    edge = _darker((150, 150, 150), float(draw.uniform(0.5, 1)))
    rooms = split(draw, (wall, wall, width - wall - 1, height - wall - 1), int(draw.integers(2, 5)), least=60)
    for room in rooms:
        _flooring(draw, canvas, room)
        left, top, right, bottom = room
        for _ in range(int(draw.integers(0 if solid else 1, 4))):
            wide = int((right - left) * draw.uniform(0.25, 0.6))
            tall = int((bottom - top) * draw.uniform(0.2, 0.5))
            x, y = (
                int(draw.integers(left, max(left + 1, right - wide))),
                int(draw.integers(top, max(top + 1, bottom - tall))),
            )
            if min(wide, tall) >= 8:
                _THINGS[int(draw.integers(len(_THINGS)))](draw, canvas, (x, y, x + wide, y + tall), edge)
    if solid or draw.random() < 0.5:
        lines = np.zeros((height, width), np.uint8)
        for left, top, right, bottom in rooms:
            cv2.rectangle(lines, (left, top), (right, bottom), 255, wall)
        shade = cv2.GaussianBlur(np.roll(lines, (wall, wall), (0, 1)), (0, 0), wall)
        canvas = (canvas * (1 - draw.uniform(0.3, 0.6) * (shade[:, :, None] / 255.0))).astype(np.uint8)
    for left, top, right, bottom in rooms:
        cv2.rectangle(canvas, (left, top), (right, bottom), ink, wall)
        # A door in the wall between two rooms, a window in the wall outside.
        gap = max(8, min(right - left, bottom - top) // 4)
        x = int(draw.integers(left + wall, max(left + wall + 1, right - gap)))
        cv2.line(canvas, (x, bottom), (x + gap, bottom), (250, 250, 250), max(1, wall - 1))
        if not solid and draw.random() < 0.6:
            cv2.ellipse(canvas, (x, bottom), (gap, gap), 0, 270, 360, edge, 1, cv2.LINE_AA)
        if draw.random() < 0.75 and right - left > 45:
            word = str(draw.choice(_ROOMS))
            write(draw, canvas, word, (left + 4, (top + bottom) // 2), size=draw.uniform(0.22, 0.36), ink=(40, 40, 40))
    return canvas


def _page(draw: np.random.Generator, height: int, width: int) -> Pixels:
    chance = draw.random()
    if chance < 0.5:
        return np.full((height, width, 3), 255 if draw.random() < 0.7 else paper_grey(draw, 235, 256), np.uint8)
    if chance < 0.7:
        pale = _one(draw, ((190, 208, 228), (226, 220, 206), (210, 214, 220), (240, 228, 214)))
        fade = np.linspace(float(draw.uniform(0.85, 1)), 1, height)[:, None, None]
        return np.clip(np.array(pale) * fade * np.ones((height, width, 1)), 0, 255).astype(np.uint8)
    lawn = _one(draw, ((150, 186, 96), (120, 170, 70), (196, 214, 140), (96, 140, 64)))
    grain = cv2.resize(draw.normal(0, 1, (height // 3, width // 3)).astype(np.float32), (width, height))
    return np.clip(np.array(lawn) + 9 * grain[:, :, None], 0, 255).astype(np.uint8)


def _words(draw: np.random.Generator, canvas: Pixels) -> None:
    """A title, a list of areas, a sign with a name, small print: each now and then."""
    height, width = canvas.shape[:2]
    ink = paper_grey(draw, 20, 110)
    if draw.random() < 0.7:
        at = (int(draw.uniform(0.03, 0.5) * width), int(draw.choice([0.07, 0.95]) * height))
        write(draw, canvas, str(draw.choice(_TITLES)), at, size=draw.uniform(0.4, 0.9), ink=ink)
    if draw.random() < 0.45:
        left, top = int(draw.choice([0.03, 0.68]) * width), int(draw.uniform(0.12, 0.45) * height)
        for line in range(int(draw.integers(4, 12))):
            said = f"{draw.choice(_LINES)}  {draw.uniform(2, 60):.2f}"
            write(draw, canvas, said, (left, top + 13 * line), size=0.3, ink=ink)
    if draw.random() < 0.4:
        x, y = int(draw.choice([0.06, 0.85]) * width), int(draw.choice([0.07, 0.92]) * height)
        cv2.circle(canvas, (x, y), int(draw.integers(6, 14)), tint(draw), int(draw.choice([-1, 2])), cv2.LINE_AA)
        write(draw, canvas, str(draw.choice(("PALM", "Verde", "NORTE", "Aria"))), (x + 16, y), size=0.5, ink=ink)
    if draw.random() < 0.4:
        for line in range(2):
            text = "Measures and furniture are for illustration only and may change without notice"
            write(draw, canvas, text, (int(0.05 * width), int(0.96 * height) - 10 * line), size=0.24, ink=ink)


def sales_plan(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """One to three homes, or a row of the same, on a page; now and then seen at a slant. `photos` is not used."""
    del photos
    height, width = int(draw.integers(380, 620)), int(draw.integers(400, 640))
    canvas = _page(draw, height, width)
    solid = bool(draw.random() < 0.2)
    chance = draw.random()
    count = 1 if chance < 0.55 else int(draw.integers(2, 4)) if chance < 0.85 else int(draw.integers(4, 7))
    tall = int(height * draw.uniform(0.4, 0.85) * (0.6 if count > 3 else 1))
    wide = int(min(width * 0.9 / count, tall * draw.uniform(0.45, 1.5)))
    wide, tall = max(wide, 70), max(tall, 90)
    unit = _unit(draw, wide, tall, solid=solid)
    gap = 0 if count > 3 else int(0.04 * width)
    left = max(0, int((width - count * wide - (count - 1) * gap) * draw.choice([0.15, 0.5, 0.5, 0.85])))
    top = int((height - tall) * draw.uniform(0.25, 0.75))
    for at in range(count):
        if at and count > 3:
            unit = np.ascontiguousarray(unit[:, ::-1])
        elif at:
            unit = _unit(draw, wide, tall, solid=solid)
        x = left + at * (wide + gap)
        part = canvas[top : top + tall, x : x + wide]
        part[:] = unit[: part.shape[0], : part.shape[1]]
    if draw.random() < (0.5 if solid else 0.12):
        canvas = _slanted(draw, canvas)
    _words(draw, canvas)
    return canvas


def _slanted(draw: np.random.Generator, canvas: NDArray[np.uint8]) -> Pixels:
    """As a model on a table is seen from one side."""
    height, width = canvas.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pull = draw.uniform(0, 0.2, (4, 2)).astype(np.float32) * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    warp = cv2.getPerspectiveTransform(corners, corners + pull * np.array([width, height], np.float32))
    border = [int(part) for part in canvas[0, 0]]
    return np.asarray(cv2.warpPerspective(canvas, warp, (width, height), borderValue=border), np.uint8)
