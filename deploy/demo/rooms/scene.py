"""A scene: groups of shapes, materials, lights and a sky; and what a bundle of rays meets in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deploy.demo.rooms.shapes import NEAREST_M, Floats, Point, Shape, crosses_box

Colour = tuple[float, float, float]
# Points (3, n), normals (3, n) and the plain colour (3, 1) to the colour there, (3, n), linear.
Texture = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True)
class Material:
    """How a surface answers light: its linear colour, and how much it mirrors when looked at straight on."""

    colour: Colour
    texture: Texture | None = None
    gloss: float = 0.0
    roughness: float = 0.1
    mirror: bool = False
    emission: float = 0.0  # times the colour


@dataclass(frozen=True)
class Group:
    """Shapes that stand together, placed by a shift and a turn about the vertical."""

    shapes: tuple[Shape, ...]
    origin: Point = (0.0, 0.0, 0.0)
    turn_degrees: float = 0.0

    @cached_property
    def rotation(self) -> Floats:
        """From the group's coordinates to the world's, shape (3, 3)."""
        angle = np.radians(self.turn_degrees)
        cos, sin = np.cos(angle), np.sin(angle)
        return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], dtype=np.float32)

    @cached_property
    def shift(self) -> Floats:
        """The origin, shape (3, 1)."""
        return np.array(self.origin, dtype=np.float32)[:, None]

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner in the world, shape (3,) each."""
        corners = []
        for shape in self.shapes:
            low, high = shape.bounds()
            corners += [(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        world = self.rotation @ np.array(corners, dtype=np.float32).T + self.shift
        return world.min(axis=1) - np.float32(1e-3), world.max(axis=1) + np.float32(1e-3)


@dataclass(frozen=True)
class Portal:
    """A window as a light: a rectangle through which the sky shines in. `normal` points into the room."""

    corner: Point
    across: Point
    up: Point
    normal: Point

    @property
    def area(self) -> float:
        """In square metres."""
        return float(np.linalg.norm(np.cross(self.across, self.up)))


@dataclass(frozen=True)
class Lamp:
    """A round lamp; `power` is the radiant intensity of each colour, straight down for one that shines downwards."""

    position: Point
    radius: float
    power: Colour
    downwards: bool = False


@dataclass(frozen=True)
class Sun:
    """Parallel light from a direction (towards the sun), softened by a small disc."""

    direction: Point
    power: Colour
    softness: float = 0.02


@dataclass
class Scene:
    """Everything that a photo shows. Rooms have portals; outdoors there are none and rays that escape see the sky."""

    materials: dict[str, Material]
    sky: Callable[[Floats], Floats]  # directions (3, n) to linear colours (3, n)
    groups: list[Group] = field(default_factory=list)
    portals: list[Portal] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    sun: Sun | None = None
    sky_in_view: float = 1.0  # how bright a window looks beside what it lights, as bracketed exposures merge it

    def add(self, shapes: list[Shape], origin: Point = (0.0, 0.0, 0.0), turn_degrees: float = 0.0) -> None:
        """Place a piece."""
        self.groups.append(Group(tuple(shapes), origin, turn_degrees))

    @cached_property
    def material_names(self) -> list[str]:
        """Order of the materials in `Hits.material`."""
        return list(self.materials)


@dataclass(frozen=True, eq=False)
class Hits:
    """What rays met first; arrays of shape (rays,) or (3, rays). `material` is -1 where they met nothing."""

    distance: Floats
    point: Floats
    normal: Floats
    material: NDArray[np.int16]
    shape: NDArray[np.int32]


def first_hits(scene: Scene, origin: Floats, direction: Floats) -> Hits:
    """The nearest surface along each ray."""
    count = origin.shape[1]
    distance = np.full(count, np.inf, dtype=np.float32)
    found = np.full(count, -1, dtype=np.int32)
    with np.errstate(divide="ignore"):
        inverse = 1 / direction
    number = 0
    for group in scene.groups:
        near = np.flatnonzero(crosses_box(*group.bounds, origin, inverse, distance))
        if len(near):
            start, along = _to_group(group, origin[:, near], direction[:, near])
            best = distance[near]
            which = found[near]
            for offset, shape in enumerate(group.shapes):
                reach = shape.distance(start, along)
                closer = reach < best
                best[closer] = reach[closer]
                which[closer] = number + offset
            distance[near] = best
            found[near] = which
        number += len(group.shapes)
    return _describe(scene, origin, direction, distance, found)


def _describe(scene: Scene, origin: Floats, direction: Floats, distance: Floats, found: NDArray[np.int32]) -> Hits:
    """Points, normals and materials of what was found, shape by shape."""
    reach = np.where(np.isfinite(distance), distance, 0).astype(np.float32)
    point = origin + reach * direction
    normal = -direction.copy()
    material = np.full(len(found), -1, dtype=np.int16)
    order = np.argsort(found, kind="stable")
    edges = np.searchsorted(found[order], np.arange(sum(len(group.shapes) for group in scene.groups) + 1))
    index = {name: number for number, name in enumerate(scene.material_names)}
    number = 0
    for group in scene.groups:
        for shape in group.shapes:
            rays = order[edges[number] : edges[number + 1]]
            number += 1
            if len(rays) == 0:
                continue
            local = group.rotation.T @ (point[:, rays] - group.shift)
            normal[:, rays] = group.rotation @ shape.normal(local)
            material[rays] = index[shape.material]
    return Hits(distance, point, normal, material, found)


def blocked(scene: Scene, origin: Floats, direction: Floats, farthest: Floats) -> NDArray[np.bool_]:
    """Whether anything stands in each ray's way before its farthest distance."""
    result = np.zeros(origin.shape[1], dtype=bool)
    with np.errstate(divide="ignore"):
        inverse = 1 / direction
    limit = farthest - np.float32(2 * NEAREST_M)
    for group in scene.groups:
        if all(scene.materials[shape.material].emission > 0 for shape in group.shapes):
            continue  # lamps do not stand in their own light
        reach = np.where(result, np.float32(-1), limit)
        near = np.flatnonzero(crosses_box(*group.bounds, origin, inverse, reach))
        if len(near):
            start, along = _to_group(group, origin[:, near], direction[:, near])
            hit = np.zeros(len(near), dtype=bool)
            for shape in group.shapes:
                hit |= shape.distance(start, along) < limit[near]
            result[near] = hit
    return result


def _to_group(group: Group, origin: Floats, direction: Floats) -> tuple[Floats, Floats]:
    start = origin - group.shift
    if group.turn_degrees == 0:
        return start, direction
    return group.rotation.T @ start, group.rotation.T @ direction


def reflect(direction: Floats, normal: Floats) -> Floats:
    """Mirrored directions, shape (3, rays)."""
    mirrored: Floats = direction - 2 * (direction * normal).sum(axis=0) * normal
    return mirrored
