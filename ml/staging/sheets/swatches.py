"""A strip of what a kit is made in: its five colours, textiles, woods, metal and rug, each a square with its name."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.disclosure.lettering import draw_lines
from ml.staging.furniture import Material, Texture
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.rug import rug_material
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.kits import Kit, PaletteRole

Pixels = NDArray[np.uint8]

_SHOWN_M = 0.22
"""Of a texture, the length of a swatch's side."""

_INK = (70, 70, 68)
PAPER = (250, 249, 246)


def swatch(material: Material, side: int) -> Pixels:
    """A square of a material, true to scale where its texture is in metres."""
    base = material.base_colour
    if not isinstance(base, Texture):
        return np.full((side, side, 3), [round(255 * value) for value in base], np.uint8)
    height, width = base.pixels.shape[:2]
    rows = min(height, max(8, round(height * _SHOWN_M / base.tile[1])))
    columns = min(width, max(8, round(width * _SHOWN_M / base.tile[0])))
    part = base.pixels[:rows, :columns]
    return np.asarray(cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def strip(kit: Kit, width: int, side: int) -> Pixels:
    """All swatches in a row, `width` pixels wide."""
    finishes = kit.finishes()
    squares: list[tuple[str, Pixels]] = []
    for role in PaletteRole:
        code = kit.palette.of(role)
        colour = [int(code[at : at + 2], 16) for at in (0, 2, 4)]
        squares.append((role.value.replace("_", " "), np.full((side, side, 3), colour, np.uint8)))
    cloths = (finishes.upholstery, finishes.upholstery_second, finishes.accent, finishes.accent_second, finishes.throw)
    squares += [(cloth.textile, swatch(textile(cloth), side)) for cloth in cloths]
    squares += [(name.replace("_", " "), swatch(wood(name), side)) for name in (kit.wood, kit.wood_second)]
    squares.append((kit.metal.replace("_", " "), swatch(metal(kit.metal), side)))
    rug = rug_material(finishes.rug, 2.0, 1.4, 0).base_colour
    if isinstance(rug, Texture):
        whole = rug.pixels[:, : rug.pixels.shape[0]]
        squares.append(("rug", np.asarray(cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA), np.uint8)))
    cap = max(6.0, side * 0.085)
    picture = np.full((side + round(cap * 3.2), width, 3), PAPER, np.uint8)
    pitch = width / len(squares)
    lefts = [round(pitch * number + (pitch - side) / 2) for number in range(len(squares))]
    for left, (_, square) in zip(lefts, squares, strict=True):
        picture[:side, left : left + side] = square
    for left, (name, _) in zip(lefts, squares, strict=True):
        picture = draw_lines(picture, [name], (left, side + cap), cap, _INK)
    return picture
