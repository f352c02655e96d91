"""The home from outside: its front with the drive, and the garden with the pool."""

import numpy as np

from deploy.demo.rooms import furniture
from deploy.demo.rooms.furniture import Shapes, box
from deploy.demo.rooms.palette import outdoors
from deploy.demo.rooms.photograph import Camera
from deploy.demo.rooms.scene import Scene, Sun
from deploy.demo.rooms.shapes import Box, Convex, Cylinder, Point

Shot = tuple[Scene, Camera]


def gable_roof(low: Point, high: Point, *, ridge_along_x: bool = True, material: str = "roof") -> Convex:
    """A roof over a rectangle: two slopes that meet in a ridge, upright gables."""
    low_, high_ = np.array(low), np.array(high)
    slope, run = (1, 0) if ridge_along_x else (0, 1)
    half = (high_[slope] - low_[slope]) / 2
    rise = high_[2] - low_[2]
    length = float(np.hypot(half, rise))
    planes: list[tuple[Point, float]] = [((0.0, 0.0, -1.0), -low[2])]
    for side, edge in ((-1.0, low_[slope]), (1.0, high_[slope])):
        normal = [0.0, 0.0, half / length]
        normal[slope] = side * rise / length
        planes.append(((normal[0], normal[1], normal[2]), float(normal[slope] * edge + normal[2] * low[2])))
    for side, edge in ((-1.0, low_[run]), (1.0, high_[run])):
        normal = [0.0, 0.0, 0.0]
        normal[run] = side
        planes.append(((normal[0], normal[1], normal[2]), float(side * edge)))
    return Convex(material, tuple(planes), low, high)


def facade_window(x: float, low: float, width: float, height: float, panes: int = 2) -> Shapes:
    """A window on a wall that faces -y and lies at y = 0."""
    shapes: Shapes = [
        box("trim", (x, 0, low - 0.08), (width + 0.2, 0.08, height + 0.16)),
        box("glass_dark", (x, -0.04, low), (width, 0.06, height), 0.0),
    ]
    shapes += [
        box("trim", (x - width / 2 + width * n / panes, -0.06, low), (0.05, 0.06, height)) for n in range(panes + 1)
    ]
    shapes += [box("trim", (x, -0.06, low + height * part - 0.02), (width, 0.06, 0.05)) for part in (0.0, 0.5, 1.0)]
    return [*shapes, box("trim", (x, -0.08, low - 0.12), (width + 0.3, 0.16, 0.06))]


def _grounds(scene: Scene) -> None:
    scene.add([Box("grass", (-300, -40, -0.3), (300, 600, 0.0))])
    for number, x in enumerate(np.linspace(-46, 46, 15)):
        scene.add(
            furniture.tree(10.5 + 4.0 * ((number * 7) % 5) / 4, number), (float(x), 30.0 + 5 * ((number * 3) % 4), 0)
        )


def front() -> Shot:
    """A house of one storey and a gabled wing, its door, garage, drive, path and planting."""
    scene = outdoors(Sun((-0.55, -0.62, 0.66), (2.6, 2.4, 2.05)))
    _grounds(scene)
    # Main body, gabled wing on the left, garage on the right; the walls that are seen face -y.
    scene.add(
        [
            Box("boards", (-3.0, 8.0, 0), (5.0, 15.0, 3.0)),
            gable_roof((-3.4, 7.4, 3.0), (5.4, 15.6, 5.6), ridge_along_x=True),
        ]
    )
    scene.add(
        [
            Box("boards", (-8.2, 6.4, 0), (-3.0, 15.0, 3.0)),
            gable_roof((-8.2, 6.4, 3.0), (-3.0, 15.0, 5.2), ridge_along_x=False, material="boards"),
        ]
    )
    scene.add([gable_roof((-8.7, 5.9, 3.02), (-2.5, 15.4, 5.55), ridge_along_x=False)], (0, 0.55, 0.04))
    scene.add(
        [
            Box("boards", (5.0, 7.0, 0), (10.8, 14.0, 2.9)),
            gable_roof((4.6, 6.5, 2.9), (11.2, 14.5, 5.1), ridge_along_x=True),
        ]
    )
    scene.add(facade_window(0, 0.7, 2.2, 1.6, 3), (-5.6, 6.36, 0))
    scene.add(facade_window(0, 3.4, 0.8, 0.8, 2), (-5.6, 6.36, 0))
    scene.add(facade_window(0, 0.9, 1.9, 1.4, 2), (3.1, 7.96, 0))
    scene.add(facade_window(0, 0.9, 1.1, 1.4, 2), (-2.0, 7.96, 0))
    # Porch: step, posts, roof slab and the red door.
    scene.add(
        [
            Box("paving", (-1.2, 6.1, 0), (1.6, 8.0, 0.16)),
            Box("trim", (-1.3, 6.0, 2.55), (1.7, 8.0, 2.78)),
            *[Cylinder("trim", (x, 6.25), 0.09, 0.16, 2.55) for x in (-1.05, 1.45)],
        ]
    )
    scene.add(
        [
            box("trim", (0.2, 7.96, 0.16), (1.24, 0.1, 2.2)),
            box("front_door", (0.2, 7.92, 0.16), (1.0, 0.1, 2.1)),
            box("glass_dark", (0.2, 7.89, 1.5), (0.6, 0.06, 0.5)),
            box("metal", (0.58, 7.84, 1.1), (0.04, 0.06, 0.2)),
        ]
    )
    # Garage door of four rows.
    door: Shapes = [box("trim", (0, 0, 0), (4.3, 0.08, 2.4))]
    door += [
        box("cabinet", (x, -0.05, 0.06 + 0.56 * row), (0.98, 0.05, 0.5), 0.02)
        for row in range(4)
        for x in (-1.5, -0.5, 0.5, 1.5)
    ]
    scene.add(door, (7.9, 6.98, 0))
    scene.add(
        [
            Box("asphalt", (5.6, -12, 0), (10.4, 7.0, 0.02)),
            Box("paving", (-0.5, -12, 0), (0.9, 6.1, 0.03)),
            Box("paving", (0.9, 1.2, 0), (5.6, 2.5, 0.03)),
        ]
    )
    for number, (x, y, size) in enumerate(
        (
            (-7.5, 5.7, 0.6),
            (-6.4, 5.5, 0.5),
            (-4.6, 5.5, 0.55),
            (-3.6, 5.8, 0.7),
            (-2.0, 7.1, 0.5),
            (2.3, 7.2, 0.5),
            (3.2, 7.2, 0.6),
            (4.2, 7.2, 0.55),
        )
    ):
        scene.add(furniture.bush(size, 40 + number), (x, y, 0))
    scene.add(furniture.tree(5.2, 77), (-9.8, 4.5, 0))
    scene.add(furniture.bush(0.9, 90, 16), (12.2, 6.5, 0))
    return scene, Camera((-1.2, -8.6, 1.75), (0.7, 8.0, 1.7), 66, -0.06, exposure=0.68)


def pool() -> Shot:
    """A pool with its deck, loungers and a parasol behind the house."""
    scene = outdoors(Sun((0.6, -0.5, 0.75), (2.6, 2.4, 2.05)))
    _grounds(scene)
    scene.add([Box("pool_edge", (-4.3, 1.6, 0.0), (4.3, 8.4, 0.06))])
    scene.add([Box("water", (-3.6, 2.3, 0.0), (3.6, 7.7, 0.066), 0.0)])
    scene.add([Box("deck", (-12, 8.4, 0), (12, 12.2, 0.12)), Box("deck", (4.3, 1.0, 0), (7.4, 8.4, 0.06))])
    # The garden side of the house: white boards, wide glass doors, a low roof.
    scene.add(
        [
            Box("boards", (-7.5, 12.2, 0), (5.5, 18, 3.0)),
            gable_roof((-8.1, 11.4, 3.0), (6.1, 18.6, 5.4), ridge_along_x=True),
        ]
    )
    scene.add(facade_window(0, 0.25, 4.2, 2.1, 4), (-1.6, 12.16, 0))
    scene.add(facade_window(0, 0.9, 1.6, 1.3, 2), (-5.6, 12.16, 0))
    scene.add(facade_window(0, 0.9, 1.6, 1.3, 2), (3.4, 12.16, 0))
    lounger: Shapes = [
        box("wood", (0, 0, 0.22), (0.7, 1.4, 0.06)),
        box("lounger", (0, 0, 0.28), (0.64, 1.36, 0.1), 0.04),
        *furniture.legs("wood", 0.7, 1.4, 0.22, 0.06),
        box("lounger", (0, 0.86, 0.34), (0.64, 0.5, 0.1), 0.04),
        box("wood", (0, 0.9, 0.28), (0.7, 0.5, 0.06)),
    ]
    for y in (3.4, 5.4):
        scene.add(lounger, (5.7, y, 0.06), -80)
    scene.add(
        [Cylinder("wood", (0, 0), 0.03, 0, 2.3), Cylinder("throw", (0, 0), 1.5, 2.1, 2.55, 0.05)], (6.2, 6.6, 0.06)
    )
    scene.add([*furniture.table(1.6, 0.9, 0.72)], (-5.2, 10.2, 0.12))
    for x, y, turn in ((-5.7, 9.5, 180), (-4.7, 9.5, 180), (-5.7, 10.9, 0), (-4.7, 10.9, 0)):
        scene.add(furniture.chair("wood", "lounger"), (x, y, 0.12), turn)
    fence: Shapes = [
        Box("fence", (-14, 20, 0), (-7.5, 20.1, 1.9)),
        Box("fence", (-11.0, 0, 0), (-10.9, 12, 1.9)),
        Box("fence", (11.4, 0, 0), (11.5, 20, 1.9)),
    ]
    for piece in fence:
        scene.add([piece])
    for number, (x, y, size) in enumerate(
        (
            (-9.8, 3.0, 0.8),
            (-9.9, 4.7, 0.9),
            (-9.8, 6.4, 0.7),
            (-9.7, 8.0, 0.8),
            (10.3, 4.0, 0.9),
            (10.4, 6.0, 0.8),
            (10.2, 8.2, 1.0),
            (7.5, 11.6, 0.6),
            (-8.6, 11.4, 0.7),
        )
    ):
        scene.add(furniture.bush(size, 60 + number), (x, y, 0))
    scene.add(furniture.plant(1.3, 51), (2.4, 11.6, 0.12))
    scene.add(furniture.plant(1.3, 52), (-4.2, 11.6, 0.12))
    return scene, Camera((-4.6, -1.6, 1.75), (1.2, 10.0, 1.2), 70, 0.02, exposure=0.7)
