"""Cloth as grids of points: position-based dynamics with stretch, shear and bend constraints, pressure and contact.

Method: Müller et al. 2007, "Position based dynamics", with the small steps of Macklin et al. 2019 (one pass of the
constraints a step). Nothing here runs while a photo is staged: `baking.py` runs it and its results ship.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.staging.furniture.mesh import Floats

Contact = Callable[[Floats, Floats], Floats]
"""Takes positions and those before the step, both (..., 3), and gives the positions outside the thing touched."""


@dataclass(frozen=True, slots=True)
class Fabric:
    """How a cloth behaves: shares of each error that one pass takes away, and what speed it keeps in a step."""

    stretch: float = 1.0
    shear: float = 0.35
    bend: float = 0.05
    keep: float = 0.985


def _pull(points: Floats, first: tuple[slice, ...], second: tuple[slice, ...], rest: float, share: float) -> None:
    """Move pairs of points towards their rest distance, half the way each."""
    gap = points[second] - points[first]
    length = np.sqrt(np.einsum("...i,...i->...", gap, gap))[..., None]
    step = gap * (0.5 * share * (1 - rest / np.maximum(length, 1e-9)))
    points[first] += step
    points[second] -= step


def _constrain(points: Floats, spacing: tuple[float, float], fabric: Fabric) -> None:
    """One pass over all constraints of sheets (layers, rows, columns, 3), rows and columns `spacing` metres apart."""
    whole = slice(None)
    for axis, rest in ((1, spacing[0]), (2, spacing[1])):
        size = points.shape[axis]
        for reach, share in ((1, fabric.stretch), (2, fabric.bend)):
            for start in range(2 * reach):
                if start >= size - reach:
                    continue
                chosen = slice(start, size - reach, 2 * reach)
                moved = slice(start + reach, size, 2 * reach)
                first = tuple(chosen if at == axis else whole for at in range(3))
                second = tuple(moved if at == axis else whole for at in range(3))
                _pull(points, first, second, rest * reach, share)
    diagonal = float(np.hypot(*spacing))
    rows, columns = points.shape[1:3]
    for start in (0, 1):
        low, high = slice(start, rows - 1, 2), slice(start + 1, rows, 2)
        for column in (0, 1):
            left, right = slice(column, columns - 1, 2), slice(column + 1, columns, 2)
            _pull(points, (whole, low, left), (whole, high, right), diagonal, fabric.shear)
            _pull(points, (whole, low, right), (whole, high, left), diagonal, fabric.shear)


def grid_normals(points: Floats) -> Floats:
    """Area vectors (layers, rows, columns, 3) at the points of sheets: along columns x along rows."""
    across = np.gradient(points, axis=2)
    along = np.gradient(points, axis=1)
    return np.cross(across, along)


def settle(
    points: Floats,
    spacing: tuple[float, float],
    fabric: Fabric,
    *,
    steps: int,
    gravity: float = 9.81,
    pressure: float = 0.0,
    contacts: tuple[Contact, ...] = (),
    step_s: float = 0.004,
) -> Floats:
    """The sheets (layers, rows, columns, 3) in metres after `steps` of `step_s` seconds under gravity and contact.

    With two layers the rims are sewn together and `pressure` (metres a second squared for each unit of relative area)
    blows them apart: layer 0 is the upper one, its normals outwards, layer 1 the lower one.
    """
    points = points.copy()
    before = points.copy()
    sewn = len(points) == 2
    area = spacing[0] * spacing[1]
    fall = np.array([0.0, 0.0, -gravity * step_s**2])
    for _ in range(steps):
        speed = (points - before) * fabric.keep
        before = points.copy()
        points = points + speed + fall
        if pressure:
            # Bounded: cloth that is overstretched for a moment must not be blown up further.
            push = np.clip(grid_normals(points) / area, -1.5, 1.5) * (pressure * step_s**2)
            push[1] *= -1
            points += push
        _constrain(points, spacing, fabric)
        if sewn:
            sew(points)
        for contact in contacts:
            points = contact(points, before)
    return points


def sew(points: Floats) -> None:
    """Bring the rims of two sheets (2, rows, columns, 3) together."""
    for rim in (np.s_[:, 0], np.s_[:, -1], np.s_[:, :, 0], np.s_[:, :, -1]):
        points[rim] = points[rim].mean(axis=0)


def plane(origin: tuple[float, float, float], normal: tuple[float, float, float], friction: float = 0.6) -> Contact:
    """Contact with the plane through `origin`; what lies behind it is put on it and slowed by `friction` (0 to 1)."""
    at, out = np.asarray(origin, float), np.asarray(normal, float)
    out = out / np.linalg.norm(out)

    def touch(points: Floats, before: Floats) -> Floats:
        depth = (points - at) @ out
        inside = depth < 0
        moved = points - np.where(inside, depth, 0.0)[..., None] * out
        slip = moved - before
        slip -= (slip @ out)[..., None] * out
        moved = moved - np.where(inside, friction, 0.0)[..., None] * slip
        return np.asarray(moved, float)

    return touch


def rounded_slab(
    half: tuple[float, float, float], centre: tuple[float, float, float], radius: float, friction: float
) -> Contact:
    """Contact with a box with rounded edges: a mattress, an arm of a sofa."""
    core = np.asarray(half, float) - radius
    middle = np.asarray(centre, float)

    def touch(points: Floats, before: Floats) -> Floats:
        local = points - middle
        off = np.abs(local) - core
        outside = np.maximum(off, 0.0)
        length = np.linalg.norm(outside, axis=-1)
        depth = length + np.minimum(off.max(axis=-1), 0.0) - radius
        inside = depth < 0
        deep = length < 1e-9
        out = outside * np.sign(local) / np.maximum(length, 1e-9)[..., None]
        steepest = np.eye(3)[off.argmax(axis=-1)] * np.sign(local)
        out = np.where(deep[..., None], steepest, out)
        moved = points - np.where(inside, depth, 0.0)[..., None] * out
        slip = moved - before
        slip -= np.einsum("...i,...i->...", slip, out)[..., None] * out
        moved = moved - np.where(inside, friction, 0.0)[..., None] * slip
        return np.asarray(moved, float)

    return touch
