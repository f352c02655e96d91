"""Solids that furniture is built of: boxes with rounded edges, turned profiles, tubes along a path, sweeps."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ml.staging.furniture.mesh import Floats, Mesh, Vector
from ml.staging.furniture.shading import CREASE_DEG, Faces, shaded

_END_GRAIN = 0.12


def box_surface(size: Vector, radius: float, spacing: float | None = None, rim: int = 4) -> tuple[Floats, Faces]:
    """Points (n, 3) and quads (m, 4) of a box of `size` metres about the origin, its edges and corners rounded.

    spacing: the distance of points on the flat sides, None for no points between the edges; `rim` points over half
    the rounding. Rounding: each point of the outer box is drawn to distance `radius` from the box within.
    """
    half = np.asarray(size, float) / 2
    radius = min(radius, float(half.min()) * 0.999)
    core = half - radius
    turns = np.tan(np.linspace(0.0, np.pi / 4, rim + 1))
    ticks = []
    for axis in range(3):
        steps = 1 if spacing is None else max(1, int(np.ceil(2 * core[axis] / spacing)))
        flat = np.linspace(-core[axis], core[axis], steps + 1)
        ticks.append(np.concatenate([-(core[axis] + radius * turns[:0:-1]), flat, core[axis] + radius * turns[1:]]))
    points, faces = _grid_box(tuple(len(row) for row in ticks))
    outer = np.stack([ticks[axis][points[:, axis]] for axis in range(3)], axis=1)
    inner = np.clip(outer, -core, core)
    off = outer - inner
    return inner + radius * off / np.linalg.norm(off, axis=1, keepdims=True), faces


@lru_cache(maxsize=256)
def _grid_box(counts: tuple[int, ...]) -> tuple[Faces, Faces]:
    """Grid indices (n, 3) of the surface of a box of `counts` points a side, welded, and its quads (m, 4)."""
    number = np.full(counts, -1, np.int64)
    surface = np.zeros(counts, bool)
    for axis in range(3):
        surface[(slice(None),) * axis + ([0, -1],)] = True
    places = np.argwhere(surface)
    number[surface] = np.arange(len(places))
    quads = []
    for axis in range(3):
        for end in (0, -1):
            face = np.take(number, end, axis=axis)
            # Taking axis 1 leaves (x, z), which is left-handed seen from +y.
            clockwise = (end == 0) != (axis == 1)
            ring = [face[:-1, :-1], face[1:, :-1], face[1:, 1:], face[:-1, 1:]]
            quads.append(np.stack(ring[::-1] if clockwise else ring, axis=-1).reshape(-1, 4))
    return places, np.concatenate(quads)


def board(size: Vector, at: Vector = (0.0, 0.0, 0.0), *, radius: float = 0.003, grain: int | None = None) -> Mesh:
    """A hard board or block of `size` metres, its middle `at`, edges rounded as a router would; u along its grain."""
    points, faces = box_surface(size, radius, rim=2)
    return shaded(points, faces, grain=grain, end_grain=_END_GRAIN).moved(*at)


def lathe(profile: Sequence[tuple[float, float]], sides: int = 48, *, crease: float = CREASE_DEG) -> Mesh:
    """A profile of (radius, height) in metres, from bottom to top on the outside, turned about z.

    uvs: u around, in metres at the widest, v along the profile.
    """
    rows = np.asarray(profile, float)
    angles = np.linspace(0.0, 2 * np.pi, sides + 1)
    points = np.stack(
        [
            np.outer(rows[:, 0], np.cos(angles)),
            np.outer(rows[:, 0], np.sin(angles)),
            np.repeat(rows[:, 1:], sides + 1, axis=1),
        ],
        axis=-1,
    )
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rows, axis=0), axis=1))])
    around = angles * float(rows[:, 0].max())
    uvs = np.stack(np.broadcast_arrays(around[None, :], length[:, None]), axis=-1)
    return shaded(points.reshape(-1, 3), sheet_faces(len(rows), sides + 1), uvs.reshape(-1, 2), crease=crease)


def sheet_faces(rows: int, columns: int) -> Faces:
    """Quads (m, 4) of a grid of rows x columns points, counter-clockwise where columns go right and rows go up."""
    index = np.arange(rows * columns).reshape(rows, columns)
    ring = [index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]]
    return np.stack(ring, axis=-1).reshape(-1, 4)


def cylinder(
    radius: float, height: float, at: Vector = (0.0, 0.0, 0.0), *, edge: float = 0.004, sides: int = 48
) -> Mesh:
    """An upright disc or post standing `at`, its edges rounded by `edge` metres."""
    edge = min(edge, radius * 0.49, height * 0.49)
    turns = np.linspace(0.0, np.pi / 2, 5)
    low = [(radius - edge + edge * np.sin(turn), edge - edge * np.cos(turn)) for turn in turns]
    high = [(radius - edge + edge * np.cos(turn), height - edge + edge * np.sin(turn)) for turn in turns]
    return lathe([(0.0, 0.0), *low, *high, (0.0, height)], sides).moved(*at)


def disc_top(radius: float, thickness: float, at: Vector, *, edge: float = 0.006, sides: int = 96) -> Mesh:
    """A round table top standing `at`: as `cylinder`, its texture projected so that the grain runs straight across."""
    round_top = cylinder(radius, thickness, edge=edge, sides=sides)
    return shaded(
        round_top.vertices.astype(float), round_top.faces.astype(np.int64), grain=0, end_grain=_END_GRAIN
    ).moved(*at)


def tube(
    path: Sequence[Vector] | Floats, radius: float | Sequence[float] | Floats, sides: int = 12, *, flat: float = 1.0
) -> Mesh:
    """A round bar along a path of points in metres, closed at both ends; u along it in metres.

    radius: one for all, or one for each point; `flat` times it upwards (an oval bar). The frame is
    carried along the path without twist (parallel transport).
    """
    line = np.asarray(path, float)
    radii = np.broadcast_to(np.asarray(radius, float), len(line))
    tangents = np.gradient(line, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True) + 1e-12
    sides_of, ups = _carried_frames(tangents)
    angles = np.linspace(0.0, 2 * np.pi, sides + 1)
    around = np.cos(angles)[:, None] * sides_of[:, None] + flat * np.sin(angles)[:, None] * ups[:, None]
    rings = line[:, None] + radii[:, None, None] * around
    closed = [np.repeat(line[:1], sides + 1, axis=0), *rings, np.repeat(line[-1:], sides + 1, axis=0)]
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    along = np.concatenate([[-radii[0]], length, [length[-1] + radii[-1]]])
    uvs = np.stack(np.broadcast_arrays(along[:, None], angles[None, :] * float(radii.mean())), axis=-1)
    faces = sheet_faces(len(closed), sides + 1)
    return shaded(np.concatenate(closed), faces[:, ::-1], uvs.reshape(-1, 2))


def _carried_frames(tangents: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors (n, 3) each, across a path of unit tangents (n, 3), turned no more than the path itself turns.

    Plain numbers: for three components they are many times faster than array calls.
    """
    ux, uy, uz = (0.0, 0.0, 1.0) if abs(tangents[0, 2]) < 0.9 else (1.0, 0.0, 0.0)
    across, ups = [], []
    for tx, ty, tz in tangents.tolist():
        sx, sy, sz = ty * uz - tz * uy, tz * ux - tx * uz, tx * uy - ty * ux
        length = math.sqrt(sx * sx + sy * sy + sz * sz)
        sx, sy, sz = sx / length, sy / length, sz / length
        ux, uy, uz = sy * tz - sz * ty, sz * tx - sx * tz, sx * ty - sy * tx
        across.append((sx, sy, sz))
        ups.append((ux, uy, uz))
    return np.asarray(across), np.asarray(ups)


def leg(top: Vector, foot: Vector, thick: float, thin: float, sides: int = 20) -> Mesh:
    """A turned leg from `top` down to `foot`, radii `thick` and `thin` in metres, cut flat at the floor."""
    post = tube(
        [foot, tuple(np.asarray(foot) * 0.5 + np.asarray(top) * 0.5), top], [thin, (thick + thin) / 2, thick], sides
    )
    # A leg that leans ends in a slanted cut: flatten it where it meets the floor.
    points = post.vertices.copy()
    if foot[2] == 0.0:
        points[points[:, 2] < thin * 0.9, 2] = 0.0
    return Mesh(points, post.faces, post.normals, post.uvs)


def swept(
    outline: Floats, rails: Floats, *, closed: bool = True, caps: bool = True, crease: float = CREASE_DEG
) -> Mesh:
    """A surface over sections: `rails` (sections, points, 3) in metres; `outline` is only its uv length (points,)."""
    sections, count = rails.shape[:2]
    columns = count + 1 if closed else count
    points = np.concatenate([rails, rails[:, :1]], axis=1) if closed else rails
    across = np.concatenate([outline, outline[-1:] + float(np.mean(np.diff(outline)))]) if closed else outline
    middle = points.mean(axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))])
    uvs = np.stack(np.broadcast_arrays(along[:, None], across[None, :]), axis=-1).reshape(-1, 2)
    faces = [sheet_faces(sections, columns)]
    flat = points.reshape(-1, 3)
    if caps:
        total = len(flat)
        flat = np.concatenate([flat, middle[:1], middle[-1:]])
        uvs = np.concatenate([uvs, [[along[0], across.mean()], [along[-1], across.mean()]]])
        ring = np.arange(columns - 1)
        last = (sections - 1) * columns
        faces.append(np.stack([np.full_like(ring, total), ring + 1, ring, ring], axis=1))
        faces.append(np.stack([np.full_like(ring, total + 1), last + ring, last + ring + 1, last + ring + 1], axis=1))
    return shaded(flat, np.concatenate(faces), uvs, crease=crease)
