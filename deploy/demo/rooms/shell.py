"""The shell of a room: floor, ceiling and walls with windows and doors. The room lies at 0 <= x, y, z."""

from dataclasses import dataclass

import numpy as np

from deploy.demo.rooms.furniture import Shapes, box, curtain, shade
from deploy.demo.rooms.scene import Group, Lamp, Portal, Scene
from deploy.demo.rooms.shapes import Box, Cylinder, Point

WALL_M = 0.22
_SKIRTING_M = 0.11


@dataclass(frozen=True)
class Opening:
    """A window or door in a wall: from and to along the wall, underside and top."""

    start: float
    end: float
    low: float
    high: float
    door: bool = False
    panes: int = 2
    curtains: bool = False


@dataclass(frozen=True)
class Room:
    """Sizes of a room and what its walls hold, each measured along the wall from its left end, seen from inside."""

    width: float
    depth: float
    height: float = 2.7
    back: tuple[Opening, ...] = ()
    left: tuple[Opening, ...] = ()
    right: tuple[Opening, ...] = ()
    floor: str = "floor"
    walls: str = "wall"
    back_wall: str | None = None


def build(scene: Scene, room: Room) -> None:
    """Add the shell to a scene, with a portal for each window."""
    w, d, h = room.width, room.depth, room.height
    scene.add([Box(room.floor, (-0.3, -0.3, -0.1), (w + 0.3, d + 0.3, 0.0))])
    scene.add([Box("ceiling", (-0.3, -0.3, h), (w + 0.3, d + 0.3, h + 0.1))])
    # A wall's own x runs from its left end to its right, its y outwards.
    for origin, turn, length, openings, material in (
        ((0.0, d, 0.0), 0.0, w, room.back, room.back_wall or room.walls),
        ((0.0, 0.0, 0.0), 90.0, d, room.left, room.walls),
        ((w, d, 0.0), -90.0, d, room.right, room.walls),
        ((w, 0.0, 0.0), 180.0, w, (), room.walls),
    ):
        scene.add(_wall(length, h, openings, material), origin, turn)
        for opening in openings:
            scene.add(_door(opening) if opening.door else _window(opening), origin, turn)
            if opening.curtains:
                _hang_curtains(scene, opening, origin, turn)
            if not opening.door:
                scene.portals.append(_portal(opening, Group((), origin, turn)))


def _wall(length: float, height: float, openings: tuple[Opening, ...], material: str) -> Shapes:
    shapes: Shapes = []
    x = skirting = 0.0
    for opening in sorted(openings, key=lambda one: one.start):
        shapes.append(Box(material, (x, 0, 0), (opening.start, WALL_M, height)))
        shapes.append(Box(material, (opening.start, 0, opening.high), (opening.end, WALL_M, height)))
        if opening.low > 0:
            shapes.append(Box(material, (opening.start, 0, 0), (opening.end, WALL_M, opening.low)))
        x = opening.end
        if opening.low == 0:
            shapes.append(Box("trim", (skirting, -0.015, 0), (opening.start, 0, _SKIRTING_M)))
            skirting = opening.end
    shapes.append(Box("trim", (skirting, -0.015, 0), (length, 0, _SKIRTING_M)))
    shapes.append(Box(material, (x, 0, 0), (length, WALL_M, height)))
    return shapes


def _window(opening: Opening) -> Shapes:
    """A white frame with panes, a casing inside and a sill."""
    a, b, low, high = opening.start, opening.end, opening.low, opening.high
    bar = 0.05
    shapes: Shapes = [
        Box("trim", (a, 0.08, low), (a + bar, 0.14, high)),
        Box("trim", (b - bar, 0.08, low), (b, 0.14, high)),
        Box("trim", (a, 0.08, low), (b, 0.14, low + bar)),
        Box("trim", (a, 0.08, high - bar), (b, 0.14, high)),
        Box("trim", (a - 0.08, -0.02, high), (b + 0.08, 0, high + 0.09)),
        Box("trim", (a - 0.08, -0.02, max(0.0, low - 0.09)), (a, 0, high)),
        Box("trim", (b, -0.02, max(0.0, low - 0.09)), (b + 0.08, 0, high)),
    ]
    if low > 0.1:
        shapes.append(Box("trim", (a - 0.1, -0.07, low - 0.04), (b + 0.1, 0.08, low)))
    for number in range(1, opening.panes):
        x = a + (b - a) * number / opening.panes
        shapes.append(Box("trim", (x - bar / 2, 0.09, low), (x + bar / 2, 0.13, high)))
    return shapes


def _door(opening: Opening) -> Shapes:
    """A closed door with four sunk panels, a casing and a handle."""
    a, b, high = opening.start, opening.end, opening.high
    middle, width = (a + b) / 2, b - a
    shapes: Shapes = [Box("door", (a, 0.04, 0), (b, 0.09, high))]
    for side in (-1, 1):
        for z, tall in ((0.2, 0.7), (1.05, high - 1.25)):
            shapes.append(box("trim", (middle + side * width * 0.22, 0.035, z), (width * 0.34, 0.02, tall), 0.008))
    shapes += [
        Box("trim", (a - 0.09, -0.02, 0), (a, 0.04, high + 0.09)),
        Box("trim", (b, -0.02, 0), (b + 0.09, 0.04, high + 0.09)),
        Box("trim", (a, -0.02, high), (b, 0.04, high + 0.09)),
        box("metal", (b - 0.1, -0.01, 1.0), (0.12, 0.03, 0.025)),
    ]
    return shapes


def _hang_curtains(scene: Scene, opening: Opening, origin: Point, turn: float) -> None:
    rotation = Group((), origin, turn).rotation
    top = opening.high + 0.22
    for x in (opening.start - 0.16, opening.end + 0.16):
        place = rotation @ np.array([x, -0.12, 0.0]) + np.array(origin)
        scene.add(curtain(top, 0.44, 7), (float(place[0]), float(place[1]), 0.0), turn)
    middle = rotation @ np.array([(opening.start + opening.end) / 2, -0.12, 0.0]) + np.array(origin)
    rail = box("metal", (0, 0, top), (opening.end - opening.start + 1.0, 0.025, 0.025), 0.01)
    scene.add([rail], (float(middle[0]), float(middle[1]), 0.0), turn)


def _portal(opening: Opening, placed: Group) -> Portal:
    def world(vector: Point) -> Point:
        turned = placed.rotation @ np.array(vector)
        return float(turned[0]), float(turned[1]), float(turned[2])

    corner = np.array(world((opening.start, 0.15, opening.low))) + np.array(placed.origin)
    return Portal(
        corner=(float(corner[0]), float(corner[1]), float(corner[2])),
        across=world((opening.end - opening.start, 0, 0)),
        up=(0.0, 0.0, opening.high - opening.low),
        normal=world((0, -1, 0)),
    )


def light_up(scene: Scene, at: Point, radius: float = 0.16, strength: float = 1.6) -> None:
    """A lamp that lights the room from inside its shade."""
    scene.lamps.append(Lamp(at, radius, (strength, strength * 0.82, strength * 0.6)))


def standing_lamp(scene: Scene, x: float, y: float) -> None:
    """A floor lamp that is on."""
    scene.add([Cylinder("metal", (0, 0), 0.15, 0, 0.025), Cylinder("metal", (0, 0), 0.012, 0.025, 1.42)], (x, y, 0))
    scene.add(shade(), (x, y, 0))
    light_up(scene, (x, y, 1.55), 0.2, 0.9)


def table_lamp(scene: Scene, x: float, y: float, z: float) -> None:
    """The shade of a bedside lamp that is on."""
    scene.add(shade(0.15, z, z + 0.2), (x, y, 0))
    light_up(scene, (x, y, z + 0.1), 0.15, 0.5)


def pendant(scene: Scene, x: float, y: float, drop: float, ceiling: float = 2.7) -> None:
    """A lamp that hangs from the ceiling."""
    low = ceiling - drop
    scene.add(
        [
            Cylinder("metal", (0, 0), 0.008, low + 0.2, ceiling),
            Cylinder("metal", (0, 0), 0.17, low + 0.05, low + 0.22, 0.05),
        ],
        (x, y, 0),
    )
    scene.add([Cylinder("glow", (0, 0), 0.14, low + 0.02, low + 0.05)], (x, y, 0))
    light_up(scene, (x, y, low - 0.02), 0.1, 0.8)


def downlights(
    scene: Scene, places: tuple[tuple[float, float], ...], height: float = 2.7, strength: float = 1.0
) -> None:
    """Flat round lamps in the ceiling."""
    for x, y in places:
        scene.add([Cylinder("glow", (0, 0), 0.07, height - 0.012, height + 0.01)], (x, y, 0))
        power = (2 * strength, 1.7 * strength, 1.3 * strength)
        scene.lamps.append(Lamp((x, y, height - 0.03), 0.04, power, downwards=True))
