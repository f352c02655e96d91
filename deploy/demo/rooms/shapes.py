"""Shapes that rays can hit: boxes, cylinders, ellipsoids and convex solids, each in its group's own coordinates.

Units are metres; x to the right, y away from the viewer, z up. Rays are float32 arrays of shape (3, rays): a component
is a row, so that each step of the arithmetic runs over contiguous memory.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]  # float32 throughout
Point = tuple[float, float, float]

NEAREST_M = 1e-3
_SHARPEST_BEVEL_M = 1e-3  # a normal needs some distance to point along


@dataclass(frozen=True)
class Shape(ABC):
    """Something solid of one material."""

    material: str

    @abstractmethod
    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner."""

    @abstractmethod
    def distance(self, origin: Floats, direction: Floats) -> Floats:
        """Distance along each ray to where it enters, infinite where it does not; shape (rays,)."""

    @abstractmethod
    def normal(self, point: Floats) -> Floats:
        """Outward normal at points on the surface, shape (3, points), of length 1."""


@dataclass(frozen=True)
class Box(Shape):
    """An upright box; `bevel` rounds its edges to the eye by bending the normals near them."""

    low: Point
    high: Point
    bevel: float = 0.006

    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner."""
        return self.low, self.high

    def distance(self, origin: Floats, direction: Floats) -> Floats:
        """The slab method."""
        return _enter_box(self.low, self.high, origin, direction)

    def normal(self, point: Floats) -> Floats:
        """Away from the core that the bevel leaves of the box."""
        low, high = _column(self.low), _column(self.high)
        half = (high - low) / 2
        centred = point - (low + high) / 2
        bevel = np.minimum(np.float32(max(self.bevel, _SHARPEST_BEVEL_M)), 0.49 * half)
        away = centred - np.clip(centred, -(half - bevel), half - bevel)
        # Inside a face the point lies on the surface up to rounding: its largest component is the face's.
        return _unit(away)


@dataclass(frozen=True)
class Cylinder(Shape):
    """An upright cylinder between two heights; `top_radius` makes it a cone's stump."""

    centre: tuple[float, float]
    radius: float
    low: float
    high: float
    top_radius: float | None = None

    def _slope(self) -> float:
        top = self.radius if self.top_radius is None else self.top_radius
        return (top - self.radius) / (self.high - self.low)

    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner."""
        reach = max(self.radius, self.top_radius or 0.0)
        (x, y), low, high = self.centre, self.low, self.high
        return (x - reach, y - reach, low), (x + reach, y + reach, high)

    def distance(self, origin: Floats, direction: Floats) -> Floats:
        """The mantle by its quadratic equation, then both caps."""
        slope = np.float32(self._slope())
        x, y = origin[0] - np.float32(self.centre[0]), origin[1] - np.float32(self.centre[1])
        reach = np.float32(self.radius) + slope * (origin[2] - np.float32(self.low))
        grow = slope * direction[2]
        a = direction[0] ** 2 + direction[1] ** 2 - grow**2
        b = x * direction[0] + y * direction[1] - reach * grow
        c = x**2 + y**2 - reach**2
        root = b * b - a * c
        with np.errstate(divide="ignore", invalid="ignore"):
            mantle = (-b - np.sqrt(np.maximum(root, 0))) / a
            height = origin[2] + mantle * direction[2]
            valid = (root > 0) & (mantle > NEAREST_M) & (height >= self.low) & (height <= self.high)
            best = np.where(valid, mantle, np.float32(np.inf))
            for level, radius in ((self.low, self.radius), (self.high, self.top_radius or self.radius)):
                cap = (np.float32(level) - origin[2]) / direction[2]
                inside = (x + cap * direction[0]) ** 2 + (y + cap * direction[1]) ** 2 <= radius**2
                best = np.where(inside & (cap > NEAREST_M) & (cap < best), cap, best)
        return best.astype(np.float32, copy=False)

    def normal(self, point: Floats) -> Floats:
        """Up or down on the caps, outwards on the mantle."""
        away = np.stack([point[0] - self.centre[0], point[1] - self.centre[1], np.zeros_like(point[0])])
        away = _unit(away)
        away[2] = -self._slope()
        edge = 0.002
        away = np.where(point[2] >= self.high - edge, _column((0, 0, 1)), away)
        return _unit(np.where(point[2] <= self.low + edge, _column((0, 0, -1)), away))


@dataclass(frozen=True)
class Ellipsoid(Shape):
    """An ellipsoid with upright axes."""

    centre: Point
    radii: Point

    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner."""
        centre, radii = np.array(self.centre), np.array(self.radii)
        return _point(centre - radii), _point(centre + radii)

    def distance(self, origin: Floats, direction: Floats) -> Floats:
        """A unit sphere in stretched space."""
        radii = _column(self.radii)
        start = (origin - _column(self.centre)) / radii
        along = direction / radii
        a = (along**2).sum(axis=0)
        b = (start * along).sum(axis=0)
        root = b * b - a * ((start**2).sum(axis=0) - 1)
        near = (-b - np.sqrt(np.maximum(root, 0))) / a
        return np.where((root > 0) & (near > NEAREST_M), near, np.float32(np.inf)).astype(np.float32, copy=False)

    def normal(self, point: Floats) -> Floats:
        """The gradient of the stretched distance."""
        return _unit((point - _column(self.centre)) / _column(self.radii) ** 2)


@dataclass(frozen=True)
class Convex(Shape):
    """What several half-spaces have in common: normals (planes, 3) of length 1 and offsets, normal . x <= offset."""

    planes: tuple[tuple[Point, float], ...]
    low: Point
    high: Point

    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner, as given."""
        return self.low, self.high

    def distance(self, origin: Floats, direction: Floats) -> Floats:
        """The last plane entered, when that is before the first left."""
        enter = np.full(origin.shape[1], -np.inf, dtype=np.float32)
        leave = np.full(origin.shape[1], np.inf, dtype=np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            for normal, offset in self.planes:
                facing = _column(normal).T @ direction
                at = ((np.float32(offset) - _column(normal).T @ origin) / facing)[0]
                facing = facing[0]
                enter = np.where(facing < 0, np.maximum(enter, at), enter)
                leave = np.where(facing > 0, np.minimum(leave, at), leave)
        return np.where((enter < leave) & (enter > NEAREST_M), enter, np.float32(np.inf)).astype(np.float32, copy=False)

    def normal(self, point: Floats) -> Floats:
        """That of the plane that the point is nearest to."""
        normals = np.array([normal for normal, _ in self.planes], dtype=np.float32)
        offsets = np.array([offset for _, offset in self.planes], dtype=np.float32)
        nearest = (normals @ point - offsets[:, None]).argmax(axis=0)
        return np.ascontiguousarray(normals[nearest].T)


def _enter_box(low: Point, high: Point, origin: Floats, direction: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        enter = np.full(origin.shape[1], -np.inf, dtype=np.float32)
        leave = np.full(origin.shape[1], np.inf, dtype=np.float32)
        for axis in range(3):
            inverse = 1 / direction[axis]
            one = (np.float32(low[axis]) - origin[axis]) * inverse
            two = (np.float32(high[axis]) - origin[axis]) * inverse
            np.maximum(enter, np.minimum(one, two), out=enter)
            np.minimum(leave, np.maximum(one, two), out=leave)
    enter[(enter >= leave) | (enter <= NEAREST_M)] = np.inf
    return enter


def crosses_box(low: Floats, high: Floats, origin: Floats, inverse: Floats, farthest: Floats) -> NDArray[np.bool_]:
    """Whether each ray meets a box, from inside too, before its farthest distance; `inverse` is 1 / direction."""
    # Row by row: numpy's own minimum over an axis of three is many times slower.
    enter = np.full(origin.shape[1], NEAREST_M, dtype=np.float32)
    leave = farthest.astype(np.float32)
    with np.errstate(invalid="ignore"):
        for axis in range(3):
            one = (low[axis] - origin[axis]) * inverse[axis]
            two = (high[axis] - origin[axis]) * inverse[axis]
            np.maximum(enter, np.minimum(one, two), out=enter)
            np.minimum(leave, np.maximum(one, two), out=leave)
    crossed: NDArray[np.bool_] = enter < leave
    return crossed


def _column(values: Point) -> Floats:
    return np.array(values, dtype=np.float32)[:, None]


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.sqrt((vectors**2).sum(axis=0) + np.float32(1e-20))
    return unit


def _point(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1]), float(values[2])
