"""Pages that are no photos, made by code: floor plans, collages, adverts, maps."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

_WORDS = ("BEDROOM", "LIVING", "KITCHEN", "BATH", "T&B", "DINING", "BALCONY", "FOYER", "STUDY", "WIC", "GARAGE")
_SLOGANS = (
    "FOR SALE",
    "OPEN HOUSE",
    "Your new home",
    "READY TO MOVE IN",
    "0% INTEREST",
    "LUXURY LIVING",
    "Call now",
    "JUST LISTED",
    "Prime location",
    "NEW LAUNCH",
    "Unit range",
    "2 BEDROOM",
    "3BR",
    "Swipe for more",
    "Price drop",
    "www.homes",
)
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def tint(draw: np.random.Generator, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    """Any colour with levels from `low` to below `high`."""
    red, green, blue = draw.integers(low, high, 3)
    return int(red), int(green), int(blue)


def paper_grey(draw: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    """A colour close to grey, as paper and ink are."""
    red, green, blue = np.clip(draw.integers(low, high) + draw.integers(-6, 7, 3), 0, 255)
    return int(red), int(green), int(blue)


def write(
    draw: np.random.Generator, canvas: Pixels, text: str, at: tuple[int, int], *, size: float, ink: tuple[int, int, int]
) -> None:
    """A line of text whose lower left corner is `at`; `size` as OpenCV counts it."""
    thickness = max(1, round(size * 2))
    cv2.putText(canvas, text, at, _FONTS[int(draw.integers(len(_FONTS)))], size, ink, thickness, cv2.LINE_AA)


def split(draw: np.random.Generator, box: Box, depth: int, least: int = 90) -> list[Box]:
    """A box cut in two again and again, as a home is into rooms; none below `least` pixels is cut."""
    left, top, right, bottom = box
    if depth == 0 or max(right - left, bottom - top) < least:
        return [box]
    share = draw.uniform(0.3, 0.7)
    if right - left > bottom - top:
        middle = round(left + share * (right - left))
        return split(draw, (left, top, middle, bottom), depth - 1, least) + split(
            draw, (middle, top, right, bottom), depth - 1, least
        )
    middle = round(top + share * (bottom - top))
    return split(draw, (left, top, right, middle), depth - 1, least) + split(
        draw, (left, middle, right, bottom), depth - 1, least
    )


def _furnish(draw: np.random.Generator, canvas: Pixels, room: Box, ink: tuple[int, int, int]) -> None:
    left, top, right, bottom = room
    for _ in range(int(draw.integers(0, 4))):
        width = int(draw.integers(10, max(11, (right - left) // 2)))
        height = int(draw.integers(10, max(11, (bottom - top) // 2)))
        x = int(draw.integers(left + 2, max(left + 3, right - width)))
        y = int(draw.integers(top + 2, max(top + 3, bottom - height)))
        corner = (x + width, y + height)
        if draw.random() < 0.5:
            cv2.rectangle(canvas, (x, y), corner, tint(draw, 120), -1)
        if draw.random() < 0.25:
            cv2.circle(canvas, (x + width // 2, y + height // 2), min(width, height) // 2, ink, 1, cv2.LINE_AA)
        else:
            cv2.rectangle(canvas, (x, y), corner, ink, 1)


def _floor(draw: np.random.Generator, canvas: Pixels, room: Box, colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = room
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, -1)
    if draw.random() < 0.4:
        red, green, blue = (int(0.85 * part) for part in colour)
        for y in range(top, bottom, int(draw.integers(5, 12))):
            cv2.line(canvas, (left, y), (right, y), (red, green, blue), 1)


def _walls(
    draw: np.random.Generator, canvas: Pixels, room: Box, ink: tuple[int, int, int], page: tuple[int, int, int]
) -> None:
    left, top, right, bottom = room
    wall = int(draw.integers(2, 9))
    cv2.rectangle(canvas, (left, top), (right, bottom), ink, wall)
    radius = int(draw.integers(18, 40))
    if draw.random() < 0.8 and bottom - top > radius + 8:
        y = int(draw.integers(top + 4, bottom - radius))
        cv2.line(canvas, (left, y), (left, y + radius), page, wall + 1)
        cv2.ellipse(canvas, (left, y), (radius, radius), 0, 0, 90, ink, 1, cv2.LINE_AA)
    if draw.random() < 0.8:
        at = (left + 6, (top + bottom) // 2)
        write(draw, canvas, str(draw.choice(_WORDS)), at, size=draw.uniform(0.25, 0.45), ink=ink)
        if draw.random() < 0.5:
            metres = f"{draw.uniform(2, 6):.1f} x {draw.uniform(2, 6):.1f} m"
            write(draw, canvas, metres, (at[0], at[1] + 14), size=0.3, ink=ink)


def _captions(draw: np.random.Generator, canvas: Pixels, ink: tuple[int, int, int]) -> None:
    if draw.random() < 0.5:
        title = str(draw.choice(("FLOOR PLAN", "1st Floor", "UNIT A", "TYPE B", "Two-Bedroom", "LEVEL 2")))
        write(draw, canvas, title, (12, 26), size=0.7, ink=ink)
    if draw.random() < 0.4:
        for line in range(int(draw.integers(3, 9))):
            row = f"{draw.choice(_WORDS)}  {draw.uniform(3, 30):.2f}"
            write(draw, canvas, row, (canvas.shape[1] - 130, 40 + 15 * line), size=0.32, ink=ink)


def floor_plan(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """A floor plan: walls, doors, furniture, names of rooms, sometimes a table of areas. `photos` is not used."""
    del photos
    height, width = (int(side) for side in draw.integers(360, 640, 2))
    dark_page = draw.random() < 0.08
    page = tint(draw, 20, 70) if dark_page else paper_grey(draw, 222, 256)
    ink = paper_grey(draw, 200, 256) if dark_page else paper_grey(draw, 0, 90)
    canvas = np.full((height, width, 3), page, np.uint8)
    left, top, right, bottom = draw.uniform(0.04, 0.25, 4)
    outer = (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    coloured = draw.random() < 0.55
    wood = (int(draw.integers(150, 235)), int(draw.integers(120, 190)), int(draw.integers(80, 150)))
    for room in split(draw, outer, int(draw.integers(2, 5))):
        if coloured:
            other = paper_grey(draw, 130, 250) if draw.random() < 0.5 else tint(draw, 130)
            _floor(draw, canvas, room, wood if draw.random() < 0.6 else other)
        _furnish(draw, canvas, room, ink)
        _walls(draw, canvas, room, ink, page)
    _captions(draw, canvas, ink)
    if draw.random() < 0.12:
        canvas = np.asarray(cv2.add(canvas // 2, cv2.GaussianBlur(canvas, (0, 0), 3) // 2), np.uint8)
    return canvas


def _place(draw: np.random.Generator, canvas: Pixels, photos: Sequence[Pixels], box: Box) -> None:
    left, top, right, bottom = box
    photo = photos[int(draw.integers(len(photos)))]
    canvas[top:bottom, left:right] = cv2.resize(photo, (right - left, bottom - top), interpolation=cv2.INTER_AREA)


def _lines(draw: np.random.Generator, canvas: Pixels, box: Box, ink: tuple[int, int, int], size: float) -> None:
    left, top, _, bottom = box
    y = top + round(36 * size)
    while y < bottom - 8:
        write(draw, canvas, str(draw.choice(_SLOGANS)), (left + 10, y), size=size * draw.uniform(0.5, 1.1), ink=ink)
        y += round(draw.uniform(32, 60) * size)


def collage(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """Several of `photos` on one page, with or without gaps and a line of text."""
    height, width = (int(side) for side in draw.integers(400, 640, 2))
    canvas = np.full((height, width, 3), tint(draw, 200) if draw.random() < 0.6 else tint(draw), np.uint8)
    gap = int(draw.integers(0, 16))
    title = int(draw.integers(30, 110)) if draw.random() < 0.4 else 0
    for left, top, right, bottom in split(
        draw, (gap, gap + title, width - gap, height - gap), int(draw.integers(1, 4))
    ):
        _place(draw, canvas, photos, (left + gap // 2, top + gap // 2, right - gap // 2, bottom - gap // 2))
    if title:
        write(
            draw,
            canvas,
            str(draw.choice(_SLOGANS)),
            (gap + 12, gap + title * 2 // 3),
            size=title / 70,
            ink=tint(draw),
        )
    return canvas


def advert(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """A page of an advert: flat panels, big text, shapes, and one of `photos` behind or beside them, or none."""
    height, width = (int(side) for side in draw.integers(400, 640, 2))
    canvas = np.full((height, width, 3), tint(draw), np.uint8)
    if draw.random() < 0.85:
        if draw.random() < 0.4:
            _place(draw, canvas, photos, (0, 0, width, height))
        else:
            share = draw.uniform(0.35, 0.75)
            across = draw.random() < 0.5
            _place(
                draw,
                canvas,
                photos,
                (0, 0, width, round(share * height)) if across else (round((1 - share) * width), 0, width, height),
            )
    for _ in range(int(draw.integers(1, 4))):
        left, top = int(draw.integers(0, width * 2 // 3)), int(draw.integers(0, height * 2 // 3))
        right, bottom = left + int(draw.integers(width // 4, width)), top + int(draw.integers(height // 6, height // 2))
        right, bottom = min(right, width), min(bottom, height)
        panel = tint(draw)
        if draw.random() < 0.25:
            cv2.circle(canvas, (left, top), int(draw.integers(30, 120)), panel, -1, cv2.LINE_AA)
        else:
            shade = draw.uniform(0.6, 1)
            part = canvas[top:bottom, left:right]
            part[:] = (part * (1 - shade) + np.array(panel) * shade).astype(np.uint8)
        ink = (255, 255, 255) if sum(panel) < 380 else tint(draw, 0, 90)
        _lines(draw, canvas, (left, top, right, bottom), ink, draw.uniform(0.5, 1.6))
    return canvas


def street_map(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """A map or site plan: streets, blocks, water, names. `photos` is not used."""
    del photos
    height, width = (int(side) for side in draw.integers(400, 640, 2))
    canvas = np.full((height, width, 3), tint(draw, 200) if draw.random() < 0.6 else tint(draw), np.uint8)
    for _ in range(int(draw.integers(2, 8))):
        centre = np.array([draw.integers(0, width), draw.integers(0, height)])
        points = (centre + draw.normal(0, 70, (7, 2))).astype(np.int32)
        cv2.fillPoly(canvas, [cv2.convexHull(points)], tint(draw, 90), cv2.LINE_AA)
    street = tint(draw, 200) if draw.random() < 0.6 else tint(draw)
    for _ in range(int(draw.integers(6, 24))):
        start = draw.integers(0, [width, height])
        bend = start + draw.normal(0, 150, 2)
        end = bend + draw.normal(0, 200, 2)
        cv2.polylines(
            canvas,
            [np.array([start, bend, end]).astype(np.int32)],
            False,
            street,
            int(draw.integers(1, 9)),
            cv2.LINE_AA,
        )
    ink = tint(draw, 0, 90) if canvas.mean() > 120 else (255, 255, 255)
    for _ in range(int(draw.integers(3, 14))):
        at = (int(draw.integers(0, width - 40)), int(draw.integers(20, height)))
        write(
            draw,
            canvas,
            str(draw.choice(("Main St", "PARK", "Lot 12", "School", "Mall", "Ave", "River", "SITE"))),
            at,
            size=draw.uniform(0.3, 0.7),
            ink=ink,
        )
    return canvas
