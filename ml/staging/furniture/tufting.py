"""Deep-buttoned upholstery: a panel drawn in by buttons in diamonds, and the roll of an arm."""

import numpy as np

from ml.staging.furniture.armchairs import outward
from ml.staging.furniture.mesh import Floats, Mesh, joined
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import box_surface, lathe, swept


def tufted_panel(
    size: tuple[float, float, float], *, pitch: tuple[float, float], deep: float, radius: float = 0.04
) -> Mesh:
    """A padded panel about the origin: diamonds of `pitch` metres (width, height) bulge by `deep` on its front, -y.

    The folds between the diamonds run from button to button; the buttons are part of the mesh.
    """
    points, faces = box_surface(size, radius, spacing=0.014, rim=5)
    half = np.asarray(size) / 2
    x, z = points[:, 0], points[:, 2]
    first, second = x / pitch[0] + z / pitch[1], x / pitch[0] - z / pitch[1]
    swell = (np.abs(np.sin(np.pi * first)) * np.abs(np.sin(np.pi * second))) ** 0.55
    inner = np.clip((half[0] - np.abs(x)) / 0.07, 0, 1) * np.clip((half[2] - np.abs(z)) / 0.07, 0, 1)
    inner = inner**0.6 * (points[:, 1] < -half[1] + radius)
    moved = points.copy()
    moved[:, 1] -= deep * swell * inner
    body = shaded(moved, faces, crease=80.0)
    button = lathe([(0.0, -0.004), (0.009, -0.003), (0.012, 0.0), (0.009, 0.005), (0.0, 0.007)], 14)
    turn = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    buttons = []
    for i in range(-24, 25):
        for j in range(-24, 25):
            at = ((i + j) * pitch[0] / 2, (i - j) * pitch[1] / 2)
            if abs(at[0]) < half[0] - 0.05 and abs(at[1]) < half[2] - 0.05:
                buttons.append(button.turned(turn).moved(at[0], -half[1] - 0.002, at[1]))
    return joined([body, *buttons])


def rolled_arm(depth: float, low: float, top: float, *, roll: float = 0.09, stem: float = 0.055) -> Mesh:
    """A right arm along y whose outer top rolls over: from `low` to `top`, its inner side about x = 0.

    roll: radius of the roll. stem: half the breadth of what carries it. Front and back are rounded off.
    """
    outline = _roll_outline(low, top, roll, stem)
    middle = outline.mean(axis=0)
    sections = []
    soft = 0.030
    turns = np.linspace(0, np.pi / 2, 6)
    insets = [(float(soft * (1 - np.sin(turn))), float(soft * (1 - np.cos(turn)))) for turn in turns]
    rows = [(-depth / 2 + y, inset) for inset, y in insets]
    rows += [(float(y), 0.0) for y in np.linspace(-depth / 2 + soft + 0.02, depth / 2 - soft - 0.02, 20)]
    rows += [(depth / 2 - y, inset) for inset, y in reversed(insets)]
    for y, inset in rows:
        away = outline - middle
        drawn = outline - away / (np.linalg.norm(away, axis=1, keepdims=True) + 1e-9) * inset
        drawn[:, 1] = np.maximum(drawn[:, 1], low)
        sections.append(np.stack([drawn[:, 0], np.full(len(drawn), y), drawn[:, 1]], axis=1))
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(outline, axis=0), axis=1))])
    return outward(swept(length, np.asarray(sections), crease=60.0))


def _roll_outline(low: float, top: float, roll: float, stem: float) -> Floats:
    """(n, 2) of x and z, closed: up the inside, over the roll, down the outside."""
    centre = (roll - stem, top - roll)
    over = np.radians(np.linspace(180, -62, 26))
    arc = np.stack([centre[0] + roll * np.cos(over), centre[1] + roll * np.sin(over)], axis=1)
    inside = np.stack([np.full(9, -stem), np.linspace(low, centre[1] - 0.02, 9)], axis=1)
    neck = arc[-1]
    outside_top = np.array([stem, neck[1] - 0.045])
    outside = np.stack([np.full(9, stem), np.linspace(outside_top[1], low, 9)], axis=1)
    return np.concatenate([inside, arc, outside])
