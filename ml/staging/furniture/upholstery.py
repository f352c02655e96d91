"""Upholstered bodies: soft boxes with crowned sides, puckered seams and piping, as foam under fabric looks."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from ml.staging.furniture.mesh import Floats, Mesh, Vector, joined
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import box_surface, tube

Shape = Callable[[Floats], Floats]


def _softening(size: Vector, puff: Vector, wrinkle: float, rng: np.random.Generator) -> Shape:
    """Moves points (n, 3) of a box: sides crowned by `puff` metres, seams puckered by `wrinkle` metres."""
    half = np.asarray(size, float) / 2
    waves = [(rng.normal(0, 1, 3), rng.uniform(0, 2 * np.pi), rng.normal()) for _ in range(10)]
    dents = [(rng.uniform(-0.55, 0.55, 3), rng.uniform(0.25, 0.5)) for _ in range(2)]
    pitch = rng.uniform(38, 62)
    phase = rng.uniform(0, 2 * np.pi)

    def soften(points: Floats) -> Floats:
        share = points / half
        reach = np.abs(share)
        moved = points.copy()
        for axis in range(3):
            first, second = (axis + 1) % 3, (axis + 2) % 3
            crown = np.clip(1 - reach[:, first] ** 2.6, 0, 1) * np.clip(1 - reach[:, second] ** 2.6, 0, 1)
            moved[:, axis] += puff[axis] * crown * share[:, axis]
        if wrinkle:
            # Near an edge two coordinates are near 1: puckers run across it and fade over the side.
            near = np.sort(reach, axis=1)[:, 1:2] ** 5
            along = points.sum(axis=1, keepdims=True) * pitch
            pucker = np.sin(along + phase + 2.2 * np.sin(along * 0.37)) * near
            broad = np.zeros((len(points), 1))
            for wave, shift, weight in waves:
                broad += weight * np.sin((points @ wave)[:, None] * 9 + shift)
            out = share / (np.linalg.norm(share, axis=1, keepdims=True) + 1e-9)
            moved = moved + out * (wrinkle * (0.7 * pucker + 0.35 * broad))
            # Somebody has sat here: shallow dents in the upper side.
            for place, breadth in dents:
                off = (share[:, :2] - place[:2]) / breadth
                dent = np.exp(-(off**2).sum(axis=1)) * np.clip(share[:, 2], 0, 1)
                moved[:, 2] -= 3.0 * wrinkle * dent
        return moved

    return soften


def soft_box(
    size: Vector,
    rng: np.random.Generator,
    *,
    radius: float,
    puff: Vector = (0.0, 0.0, 0.0),
    wrinkle: float = 0.0015,
    spacing: float = 0.028,
    piping: float = 0.0,
) -> Mesh:
    """A soft box of `size` metres about the origin.

    radius: of its edges. puff: how far the middle of each pair of sides bulges. piping: radius of a welt sewn around
    the upper and the lower edge, 0 for none.
    """
    points, faces = box_surface(size, radius, spacing=spacing, rim=5)
    soften = _softening(size, puff, wrinkle, rng)
    body = shaded(soften(points), faces, crease=75.0).shifted_uvs(*rng.uniform(0, 3, 2))
    if not piping:
        return body
    return joined([body, *(_welt(size, radius, side, piping, soften) for side in (-1, 1))])


def _welt(size: Vector, radius: float, side: int, thickness: float, soften: Shape) -> Mesh:
    """The piping around the upper (side 1) or lower (-1) edge: it lies on the middle of the rounding."""
    half = np.asarray(size, float) / 2
    radius = min(radius, float(half.min()) * 0.999)
    lift = radius * (1 - np.sqrt(0.5))
    corner = np.linspace(0, np.pi / 2, 8)
    path = []
    for turn in range(4):
        angle = corner + turn * np.pi / 2
        signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))[turn]
        x = signs[0] * (half[0] - radius) + (radius - lift) * np.cos(angle)
        y = signs[1] * (half[1] - radius) + (radius - lift) * np.sin(angle)
        path.append(np.stack([x, y, np.full_like(x, side * (half[2] - lift))], axis=1))
    ring = np.concatenate([*path, path[0][:1]])
    # Points between the corners, so that the welt follows the bulge of the sides.
    fine = [ring[0]]
    for start, end in pairwise(ring):
        steps = max(1, int(np.linalg.norm(end - start) / 0.03))
        fine.extend(start + (end - start) * (step / steps) for step in range(1, steps + 1))
    return tube(soften(np.asarray(fine)), thickness, 6)
