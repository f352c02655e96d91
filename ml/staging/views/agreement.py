"""Whether two views agree in a pose: patches of floor, ceiling and walls found again, and the pose that fits them best.

A patch of the reference lies on a known surface, so its middle is a point of the room; where it is found in the other
view is a ray. With both cameras' directions known (walls and uprights gave them), every such pair is two linear
equations in the place of the other camera: two patches determine it, and the others vote (Fischler and Bolles, RANSAC,
1981).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from ml.staging.room import WallRun
from ml.staging.room.camera import Floats
from ml.staging.views.hypotheses import LEAST_SCALE, MOST_SCALE, REACH_M, floor_surface
from ml.staging.views.matching import agreeing_patches
from ml.staging.views.pose import Pose
from ml.staging.views.rectified import Flat, Surface, View, detail

CELL_M = 0.02
_PATCH_M = 0.44
_FAR_M, _NEAR_M = 0.36, (0.16, 0.12)
"""How far from its place a patch is looked for, in the first round and in those that follow."""

TOLERANCE_M = 0.05
"""By which a patch may lie off its place on its surface, to agree."""

_LEAST_CORRELATION = 0.45
_CHANCE = 0.2
"""That a patch agrees with a wrong pose: parallel boards agree across themselves wherever they lie."""

_MOST_PAIRS = 1500


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Patches of the reference that were looked for in the other view: n of each."""

    points_m: Floats
    """n x 3, on the reference's surfaces."""
    pixels: Floats
    """n x 2, where each was found in the other view."""
    surfaces: NDArray[np.int64]
    """Index of its surface."""
    planes: Floats
    """n x 4: unit normal and offset of its surface."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well a pose holds."""

    pose: Pose
    patches: int
    """That both views show, and that have texture."""
    agreeing: int
    surfaces: int
    """On how many surfaces the agreeing ones lie."""
    spread_m: float
    """How far the agreeing ones are spread in the direction in which they are spread least, standard deviation."""
    error_px: float
    """Median reprojection error of the agreeing ones, in pixels of a photo 1,024 pixels wide."""
    chance: float
    """Decimal logarithm of the expected number of poses that agree as well by accident, among all that were tried."""


class Compared:
    """A reference and another view of what may be its room, tried in one pose after the other."""

    def __init__(self, reference: View, other: View) -> None:
        """What the reference shows of its own surfaces is laid flat once."""
        self._reference, self._other = reference, other
        self._flats: dict[Surface, tuple[Surface, Flat] | None] = {}

    def vote(self, pose: Pose, *, tried: int) -> Agreement:
        """How well a pose holds after one round; `tried`: how many poses are tried in all."""
        return self._round(pose, _FAR_M, tried) or _nothing(pose)

    def refined(self, first: Agreement, *, tried: int) -> Agreement:
        """The pose found anew from nearer by, where patches overlap more and are taken for others less."""
        best = first
        for reach in _NEAR_M:
            closer = self._round(best.pose, reach, tried)
            if closer is None:
                return best
            best = closer
        return best

    def _round(self, pose: Pose, reach_m: float, tried: int) -> Agreement | None:
        return _voted(self._other, pose, self._looked_for(pose, reach_m), tried)

    def _mine(self, surface: Surface) -> tuple[Surface, Flat] | None:
        """The part of a surface that the reference shows, with a margin; None where it shows nothing of it."""
        if surface not in self._flats:
            flat = detail(self._reference.flat(surface, CELL_M), CELL_M)
            rows, columns = (np.flatnonzero(flat.seen.any(axis=axis)) for axis in (1, 0))
            margin = round(_FAR_M / CELL_M)
            self._flats[surface] = None
            if len(rows):
                parts = tuple(
                    slice(max(0, int(ends[0]) - margin), min(size, int(ends[-1]) + margin))
                    for ends, size in zip((rows, columns), flat.luma.shape, strict=True)
                )
                part = surface.part(CELL_M, *parts)
                self._flats[surface] = (part, Flat(flat.luma[parts], flat.seen[parts]))
        return self._flats[surface]

    def _looked_for(self, pose: Pose, reach_m: float) -> Found:
        points, pixels, numbers, planes = [], [], [], []
        for number, whole in enumerate(_surfaces(self._reference, self._other, pose)):
            shown = self._mine(whole)
            if shown is None:
                continue
            surface, mine = shown
            theirs = detail(self._other.flat(surface, CELL_M, pose), CELL_M)
            patches = agreeing_patches(mine, theirs, CELL_M, patch_m=_PATCH_M, reach_m=reach_m)
            patches = patches[patches[:, 4] >= _LEAST_CORRELATION]
            if not len(patches):
                continue
            corner, across, along = (np.array(each) for each in (surface.corner_m, surface.across, surface.along))
            at = corner + (patches[:, 1:2] * across + patches[:, 0:1] * along) * CELL_M
            seen_at = at + (patches[:, 3:4] * across + patches[:, 2:3] * along) * CELL_M
            where, _ = self._other.camera.project(pose.to_other(seen_at))
            normal = np.cross(across, along)
            points.append(at)
            pixels.append(where)
            numbers.append(np.full(len(at), number))
            planes.append(np.tile([*normal, float(normal @ corner)], (len(at), 1)))
        if not points:
            return Found(np.zeros((0, 3)), np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros((0, 4)))
        return Found(np.vstack(points), np.vstack(pixels), np.concatenate(numbers), np.vstack(planes))


def _nothing(pose: Pose) -> Agreement:
    return Agreement(pose, 0, 0, 0, 0.0, float("inf"), float("inf"))


def _surfaces(reference: View, other: View, pose: Pose) -> list[Surface]:
    room = reference.room
    height = room.scale.ceiling_m
    ceiling = replace(floor_surface(), name="ceiling", corner_m=(-REACH_M, -REACH_M, height))
    walls = [_wall_surface(wall, height) for wall in room.walls]
    walls += [_seen_from_reference(_wall_surface(wall, other.room.scale.ceiling_m), pose) for wall in other.room.walls]
    return [floor_surface(), *([ceiling] if room.scale.ceiling_seen else []), *_distinct(walls)]


def _wall_surface(wall: WallRun, height: float) -> Surface:
    corner = wall.point(wall.start_m, 0.0)
    across = (0.0, 1.0, 0.0) if wall.axis == 0 else (1.0, 0.0, 0.0)
    at = (float(corner[0]), float(corner[1]), 0.0)
    return Surface("wall", at, across, (0.0, 0.0, 1.0), wall.length_m, height)


def _seen_from_reference(surface: Surface, pose: Pose) -> Surface:
    corner = pose.to_reference(np.array([surface.corner_m]))[0]
    across = pose.rotation @ np.array(surface.across[:2])
    return Surface(
        surface.name,
        (float(corner[0]), float(corner[1]), float(corner[2])),
        (float(across[0]), float(across[1]), 0.0),
        surface.along,
        surface.width_m * pose.scale,
        surface.height_m * pose.scale,
    )


def _distinct(walls: Sequence[Surface]) -> list[Surface]:
    """Walls without those that lie on another already: each patch votes once."""
    kept: list[Surface] = []
    for wall in sorted(walls, key=lambda each: -each.width_m):
        if not any(_same_wall(wall, other) for other in kept):
            kept.append(wall)
    return kept


def _same_wall(one: Surface, other: Surface) -> bool:
    along = abs(np.dot(one.across, other.across)) > 0.5
    if not along:
        return False
    normal = np.cross(other.across, other.along)
    if abs(float(np.dot(np.subtract(one.corner_m, other.corner_m), normal))) > 0.5:
        return False
    ends = [
        float(np.dot(np.add(one.corner_m, np.multiply(one.across, reach)), other.across))
        for reach in (0.0, one.width_m)
    ]
    start = float(np.dot(other.corner_m, other.across))
    shared = min(max(ends), start + other.width_m) - max(min(ends), start)
    return shared > 0.5 * one.width_m


def _voted(other: View, pose: Pose, found: Found, tried: int) -> Agreement | None:
    """The pose that most patches agree with; None where no two determine one."""
    count = len(found.points_m)
    if count < 3:
        return None
    rays = other.camera.rays(found.pixels)
    rays[:, :2] = rays[:, :2] @ pose.rotation.T
    rows, values = _equations(found.points_m, rays)
    pairs = _pairs(count)
    # Two patches are four equations in three unknowns, in the sense of least squares.
    left = np.concatenate([rows[pairs[:, 0]], rows[pairs[:, 1]]], axis=1)
    right = np.concatenate([values[pairs[:, 0]], values[pairs[:, 1]]], axis=1)
    normal = left.transpose(0, 2, 1) @ left
    usable = np.linalg.cond(normal) < 1e6
    if not usable.any():
        return None
    places = np.linalg.solve(normal[usable], left[usable].transpose(0, 2, 1) @ right[usable][..., None])[..., 0]
    scales = places[:, 2] / other.camera.height_m
    places = places[(scales > LEAST_SCALE) & (scales < MOST_SCALE)]
    if not len(places):
        return None
    votes = np.array([int((_errors(found, rays, place) < TOLERANCE_M).sum()) for place in places])
    place = places[int(votes.argmax())]
    agreeing = _errors(found, rays, place) < TOLERANCE_M
    for _ in range(4):
        if agreeing.sum() < 3:
            break
        solution = np.linalg.lstsq(rows[agreeing].reshape(-1, 3), values[agreeing].reshape(-1), rcond=None)
        fitted = np.asarray(solution[0], np.float64)
        closer = _errors(found, rays, fitted) < TOLERANCE_M
        if closer.sum() < agreeing.sum():
            break
        place, agreeing = fitted, closer
    refined = replace(pose, x_m=float(place[0]), y_m=float(place[1]), scale=float(place[2] / other.camera.height_m))
    return _described(other, refined, found, agreeing, tried * len(pairs))


def _described(other: View, pose: Pose, found: Found, agreeing: NDArray[np.bool_], tried: int) -> Agreement:
    count, agreed = len(agreeing), int(agreeing.sum())
    points = found.points_m[agreeing]
    seen, _ = other.camera.project(pose.to_other(points))
    errors = np.linalg.norm(seen - found.pixels[agreeing], axis=1) * 1024 / other.camera.width
    spread = 0.0
    if agreed >= 3:
        spread = float(np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[1] / np.sqrt(agreed))
    tail = float(binom.logsf(agreed - 3, max(1, count - 2), _CHANCE)) / np.log(10)
    return Agreement(
        pose,
        count,
        agreed,
        len(set(found.surfaces[agreeing].tolist())),
        spread,
        float(np.median(errors)) if agreed else float("inf"),
        float(np.log10(max(1, tried)) + tail),
    )


def _equations(points: Floats, rays: Floats) -> tuple[Floats, Floats]:
    """(point - place) x ray = 0 as two equations a patch, in metres at its distance: n x 2 x 3, and n x 2."""
    unit = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    first = np.cross(unit, np.where(np.abs(unit[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]]))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    rows = np.stack([first, np.cross(unit, first)], axis=1)
    return rows, np.einsum("nij,nj->ni", rows, points)


def _pairs(count: int) -> NDArray[np.int64]:
    pairs = np.array(list(combinations(range(count), 2)), np.int64)
    return pairs[:: max(1, -(-len(pairs) // _MOST_PAIRS))]


def _errors(found: Found, rays: Floats, place: Floats) -> Floats:
    """Metres on each patch's surface between the patch and where its ray, from that place, meets the surface."""
    normal, offset = found.planes[:, :3], found.planes[:, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = (offset - normal @ place) / np.einsum("ij,ij->i", normal, rays)
    met = place + rays * reach[:, None]
    away = np.linalg.norm(met - found.points_m, axis=1)
    return np.where(np.isfinite(away) & (reach > 0), away, np.inf)
