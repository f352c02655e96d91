"""What a room consists of, in metres: its scale, floor, walls, openings, what stands in the way, and its light."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Floats

Grid = NDArray[np.bool_]
Colour = tuple[float, float, float]
"""Red, green, blue, linear light, 1 is the photo's white."""


@dataclass(frozen=True, slots=True)
class ScaleCue:
    """One thing whose real size is known about, and what it says of the camera's height."""

    name: str
    """camera, ceiling, door, given_ceiling."""
    camera_height_m: float
    weight: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the room is."""

    camera_height_m: float
    cues: tuple[ScaleCue, ...]
    ceiling_m: float
    """Height of the ceiling: measured with this scale where it is seen, else the usual one."""
    ceiling_seen: bool
    door_m: float | None = None
    """Height that a door would have with this scale; None without a door in the photo."""

    @property
    def disagreement(self) -> float:
        """The largest camera height that a cue says over the smallest; 1 where they agree or one is alone."""
        heights = [cue.camera_height_m for cue in self.cues]
        return max(heights) / min(heights)


@dataclass(frozen=True, slots=True, eq=False)
class FloorMap:
    """The floor from above. Grids are rows (world y, ascending) x columns (world x, ascending) of square cells.

    Each cell is free, keep-out or unknown, never two of them; cells beyond the walls are keep-out.
    """

    cell_m: float
    origin_m: tuple[float, float]
    """World x and y of the corner of the first cell, where both are lowest."""
    free: Grid
    """Floor that is seen, connected and flat."""
    keep_out: Grid
    """Seen, and not free floor: walls and what is beyond, steps, hearths, furniture, whatever stands there."""
    unknown: Grid
    """Not in the photo, or hidden."""
    approach: Grid
    """Free or unknown cells within 0.6 m of a door or a passage, or between one's posts: to be left clear."""
    polygon_m: Floats
    """Outline of the largest piece of free floor, n x 2, counter-clockwise; empty without one."""

    def cells(self, points_m: Floats) -> NDArray[np.int64]:
        """Row and column of world points (n x 2), n x 2; they may lie outside of the grid."""
        offset = np.asarray(points_m, np.float64) - np.array(self.origin_m)
        return np.asarray(np.floor(offset / self.cell_m)[:, ::-1].astype(np.int64))

    def centres(self) -> tuple[Floats, Floats]:
        """World x of each column and world y of each row, middle of the cells."""
        rows, columns = self.free.shape
        x = self.origin_m[0] + (np.arange(columns, dtype=np.float64) + 0.5) * self.cell_m
        y = self.origin_m[1] + (np.arange(rows, dtype=np.float64) + 0.5) * self.cell_m
        return np.asarray(x), np.asarray(y)

    @property
    def free_m2(self) -> float:
        """Area of the free floor."""
        return float(self.free.sum()) * self.cell_m**2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a wall along its length, in the wall's own coordinate."""

    start_m: float
    end_m: float

    @property
    def length_m(self) -> float:
        """Along the wall."""
        return self.end_m - self.start_m


@dataclass(frozen=True, slots=True, eq=False)
class WallRun:
    """A straight piece of wall that is seen above the floor, upright, along one of the room's directions."""

    axis: Literal[0, 1]
    """World axis along the normal: the wall is where world[axis] = offset_m."""
    offset_m: float
    side: Literal[-1, 1]
    """Direction along `axis` that leads from the wall into the room."""
    start_m: float
    end_m: float
    """Along the other axis: start_m < end_m. The wall's coordinate u runs between them."""
    height_m: float
    free: tuple[Stretch, ...]
    """Where furniture may stand before the wall: plain wall from the skirting up to 0.8 m, floor at its foot."""
    colour: Colour
    """Median of its plain places."""
    plain: Grid
    """Wall by class, and of this wall's own colour and texture: rows (z upwards from 0) x columns (u from start_m)."""
    seen: Grid
    """In the photo and not hidden by the frame: same shape as `plain`."""
    cell_m: float = 0.05

    @property
    def normal(self) -> tuple[float, float, float]:
        """Unit vector into the room."""
        return (float(self.side), 0.0, 0.0) if self.axis == 0 else (0.0, float(self.side), 0.0)

    @property
    def length_m(self) -> float:
        """Of the part that is seen."""
        return self.end_m - self.start_m

    def point(self, u: float, z: float) -> Floats:
        """World point of the wall at u and z, both in metres: (3,)."""
        return np.array([self.offset_m, u, z] if self.axis == 0 else [u, self.offset_m, z], np.float64)

    def plain_share(self, u0: float, u1: float, z0: float, z1: float) -> float:
        """Share of a rectangle of the wall that is plain; what lies beyond the wall or is not seen counts as not."""
        columns = slice(max(0, round((u0 - self.start_m) / self.cell_m)), round((u1 - self.start_m) / self.cell_m))
        rows = slice(max(0, round(z0 / self.cell_m)), round(z1 / self.cell_m))
        wanted = max(1, round((u1 - u0) / self.cell_m)) * max(1, round((z1 - z0) / self.cell_m))
        return min(1.0, float(self.plain[rows, columns].sum()) / wanted)


class OpeningKind(StrEnum):
    """What one can go or look through."""

    DOOR = "door"
    WINDOW = "window"
    PASSAGE = "passage"
    """An opening without a door leaf that is seen: another room or the hall begins there."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A rectangle in a wall."""

    kind: OpeningKind
    wall: int
    """Index into the room's walls."""
    u0: float
    u1: float
    z0: float
    z1: float
    """In metres, in the wall's coordinates: u0 < u1, z0 < z1."""
    pixels: Floats
    """Its corners in the photo, 4 x 2: (u0, z0), (u1, z0), (u1, z1), (u0, z1); they may lie outside of the frame."""


class FocalKind(StrEnum):
    """What a room looks at."""

    WINDOW = "window"
    """A wide window, or several side by side."""
    FEATURE = "feature"
    """Part of a wall that is neither plain nor an opening: a fireplace, built-ins."""


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """A stretch of a wall that the eye goes to: seats face it, and nothing stands before it with its back to it."""

    kind: FocalKind
    wall: int
    """Index into the room's walls."""
    u0: float
    u1: float
    """In metres, in the wall's coordinate: u0 < u1."""


@dataclass(frozen=True, slots=True, eq=False)
class KeepOut:
    """A part of the floor that must stay as it is, or where something stands."""

    reason: str
    """object, approach (of doors, and of what a wall has that is no plain wall), given."""
    polygon_m: Floats
    """n x 2."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowLight:
    """A window as a light."""

    opening: int
    """Index into the room's openings."""
    corners_m: Floats
    """4 x 3, as `Opening.pixels`."""
    radiance: Colour
    """As the photo shows it; clipped panes are brighter than that."""
    clipped: float
    """Share of its pixels at the photo's white."""


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What lights the room, as far as the photo tells."""

    windows: tuple[WindowLight, ...]
    white: Colour
    """What a white wall looks like in this light: the colour of the illumination, and its brightness."""
    floor_albedo: Colour
    wall_albedo: Colour
    ceiling_albedo: Colour
    """Colours under a neutral light, 0 to 1."""
    environment: NDArray[np.float32]
    """Light that arrives from each direction, linear: rows (elevation from +90 down to -90 degrees) x columns (azimuth
    from -180 to 180, clockwise from the world's y) x 3. What the photo does not show is filled in from what it does."""
