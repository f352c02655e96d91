"""The rooms of the home where guests come: living room, entry, kitchen, dining room."""

from deploy.demo.rooms import furniture
from deploy.demo.rooms.furniture import Shapes, box
from deploy.demo.rooms.palette import indoors
from deploy.demo.rooms.photograph import Camera
from deploy.demo.rooms.scene import Material, Scene, Sun
from deploy.demo.rooms.shapes import Box, Cylinder, Ellipsoid
from deploy.demo.rooms.shell import (
    Opening,
    Room,
    build,
    downlights,
    pendant,
    standing_lamp,
    table_lamp,
)
from deploy.demo.rooms.textures import rug

Shot = tuple[Scene, Camera]


def living_room() -> Scene:
    """A sofa before a wide window, an armchair, a bookcase and a television."""
    scene = indoors(Sun((-0.75, 0.45, 0.62), (3.2, 2.9, 2.4)))
    build(
        scene,
        Room(
            6.2,
            5.4,
            2.75,
            back=(Opening(1.5, 4.3, 0.55, 2.3, panes=3, curtains=True),),
            left=(Opening(2.2, 4.0, 0.0, 2.25, panes=2, curtains=True),),
            right=(Opening(3.9, 4.8, 0.0, 2.1, door=True),),
        ),
    )
    scene.materials["rug"] = Material((0.56, 0.50, 0.42), rug((1.2, 4.6, 1.9, 4.1), (0.35, 0.45, 0.55)))
    scene.add([Box("rug", (1.2, 1.9, 0.0), (4.6, 4.1, 0.012))])
    scene.add(furniture.sofa(2.4), (2.9, 4.55, 0))
    scene.add(furniture.coffee_table(), (2.9, 3.0, 0))
    scene.add(furniture.armchair(), (0.95, 2.1, 0), 65)
    scene.add(furniture.shelf(1.5, 2.1, 4), (6.2, 3.55, 0), -90)
    scene.add(furniture.cabinets(1.9, 0.42, 0.12, 0.52, 3, front="wood"), (6.2, 1.35, 0), -90)
    scene.add(
        [box("glass_dark", (0, -0.22, 0.62), (1.35, 0.04, 0.76)), box("metal", (0, -0.22, 0.52), (0.4, 0.18, 0.1))],
        (6.2, 1.35, 0),
        -90,
    )
    scene.add(furniture.plant(1.5, 5), (0.6, 4.9, 0))
    scene.add(furniture.plant(0.6, 9), (5.6, 4.95, 0))
    scene.add(furniture.picture(0.9, 0.7, "art_1"), (5.35, 5.4, 1.35))
    standing_lamp(scene, 4.75, 4.95)
    downlights(scene, ((1.6, 1.6), (4.4, 1.6), (1.6, 3.6), (4.4, 3.6)), 2.75, 0.7)
    return scene


def living_room_to_the_window() -> Shot:
    """From the door, towards the sofa and the window."""
    return living_room(), Camera((4.3, 0.25, 1.45), (2.6, 5.0, 1.2), 78, 0.05)


def living_room_to_the_shelves() -> Shot:
    """From the far corner, towards the bookcase and the television."""
    return living_room(), Camera((1.75, 0.2, 1.45), (4.6, 4.2, 1.2), 80, 0.06)


def entry() -> Shot:
    """A hall with the front door, a console with a mirror, and hooks."""
    scene = indoors(Sun((0.25, 0.75, 0.5), (3.0, 2.7, 2.2)))
    build(
        scene,
        Room(
            3.0,
            5.2,
            2.75,
            back=(Opening(1.0, 2.0, 0.0, 2.15, door=True), Opening(2.2, 2.6, 0.2, 2.15, panes=1)),
            left=(Opening(1.4, 2.3, 0.0, 2.1, door=True),),
            right=(Opening(2.9, 3.8, 0.0, 2.1, door=True),),
            floor="floor_tile",
        ),
    )
    scene.materials["rug"] = Material((0.30, 0.16, 0.13), rug((0.9, 2.1, 1.6, 4.2), (1.9, 1.7, 1.3)))
    scene.add([Box("front_door", (1.0, 5.225, 0), (2.0, 5.245, 2.15))])
    scene.add([Box("rug", (0.9, 1.6, 0.0), (2.1, 4.2, 0.012))])
    scene.add(furniture.table(1.2, 0.36, 0.82), (0.19, 3.5, 0), 90)
    scene.add([Cylinder("mirror", (0, 0), 0.001, 0, 0.001)], (0.1, 9, 0))
    scene.add(furniture.picture(0.8, 1.0, "mirror", "dark_wood"), (0.0, 3.5, 1.15), 90)
    scene.add([Ellipsoid("ceramic", (0, 0, 0.98), (0.1, 0.1, 0.16))], (0.2, 3.85, 0))
    scene.add(furniture.bush(0.19, 12, 10, "leaf"), (0.2, 3.85, 1.05))
    scene.add(furniture.plant(1.3, 8), (2.6, 4.75, 0))
    scene.add(
        [
            box("wood", (0, -0.02, 1.65), (1.3, 0.03, 0.12)),
            *[box("metal", (x, -0.06, 1.66), (0.02, 0.08, 0.02)) for x in (-0.5, -0.2, 0.1, 0.4)],
            box("accent", (-0.2, -0.09, 0.85), (0.4, 0.1, 0.82), 0.05),
            box("book_dark", (0.1, -0.09, 0.95), (0.36, 0.1, 0.72), 0.05),
        ],
        (3.0, 3.6, 0),
        -90,
    )
    scene.add(
        [box("wood", (0, -0.2, 0.4), (1.2, 0.38, 0.05)), *furniture.legs("dark_wood", 1.15, 0.36, 0.4)],
        (3.0, 3.6, 0),
        -90,
    )
    pendant(scene, 1.5, 2.6, 0.6, 2.75)
    downlights(scene, ((1.5, 1.0), (1.5, 4.3)), 2.75, 1.0)
    return scene, Camera((1.55, 0.15, 1.45), (1.45, 5.0, 1.3), 76, 0.05)


def kitchen() -> Shot:
    """Cupboards on two walls, an island with stools, a range with its hood, a window over the sink."""
    scene = indoors(Sun((0.6, 0.5, 0.6), (3.0, 2.7, 2.2)))
    build(
        scene, Room(5.4, 4.8, 2.7, back=(Opening(3.1, 4.5, 1.05, 2.2),), right=(Opening(1.9, 3.4, 0.0, 2.2, panes=2),))
    )
    scene.add([Box("splash", (0.0, 4.78, 0.92), (3.1, 4.8, 1.5)), Box("splash", (4.5, 4.78, 0.92), (5.4, 4.8, 1.5))])
    for x, width, doors in ((0.95, 0.6, 1), (1.55, 0.0, 0), (3.45, 2.1, 4), (4.75, 0.5, 1)):
        if doors:
            scene.add(furniture.cabinets(width, 0.6, 0.1, 0.88, doors), (x, 4.8, 0))
    scene.add(
        [Box("worktop", (0.65, 4.17, 0.88), (1.3, 4.8, 0.92)), Box("worktop", (2.05, 4.17, 0.88), (5.4, 4.8, 0.92))]
    )
    scene.add(furniture.cabinets(0.35, 0.6, 0.1, 0.88, 1), (2.22, 4.8, 0))
    scene.add(
        [Box("cabinet_side", (5.0, 4.22, 0.1), (5.4, 4.8, 0.88)), Box("book_dark", (0.65, 4.26, 0), (5.4, 4.3, 0.1))]
    )
    # The range and its hood.
    scene.add(
        [
            Box("steel", (1.3, 4.16, 0.02), (2.05, 4.78, 0.91)),
            Box("glass_dark", (1.38, 4.15, 0.3), (1.97, 4.165, 0.68)),
            box("metal", (1.675, 4.13, 0.73), (0.6, 0.02, 0.02)),
            Box("glass_dark", (1.32, 4.2, 0.91), (2.03, 4.76, 0.925)),
            *[Cylinder("metal", (1.4 + 0.14 * n, 4.15), 0.022, 0.8, 0.85) for n in range(5)],
        ]
    )
    scene.add([Box("steel", (1.3, 4.3, 1.55), (2.05, 4.8, 1.65)), Box("steel", (1.52, 4.5, 1.65), (1.83, 4.8, 2.7))])
    scene.add(furniture.cabinets(0.6, 0.36, 1.5, 2.35, 1), (0.98, 4.8, 0))
    scene.add(furniture.cabinets(0.95, 0.36, 1.5, 2.35, 2), (2.55, 4.8, 0))
    scene.add(furniture.cabinets(0.75, 0.36, 1.5, 2.35, 2), (4.98, 4.8, 0))
    # The fridge and tall cupboards on the left.
    scene.add(
        [
            Box("steel", (0.0, 3.2, 0.03), (0.68, 4.1, 1.85), 0.02),
            Box("book_dark", (0.0, 3.645, 0.7), (0.684, 3.652, 1.85)),
            Box("book_dark", (0.0, 3.2, 0.695), (0.684, 4.1, 0.702)),
            *[box("metal", (0.71, y, 0.9), (0.02, 0.02, 0.7)) for y in (3.6, 3.7)],
        ]
    )
    scene.add(furniture.cabinets(1.3, 0.66, 0.1, 2.35, 2), (0.0, 2.52, 0), 90)
    scene.add(furniture.cabinets(0.95, 0.66, 1.9, 2.35, 2), (0.0, 3.65, 0), 90)
    scene.add(
        [
            Box("steel", (3.5, 4.32, 0.9), (4.1, 4.66, 0.922)),
            Cylinder("metal", (3.8, 4.7), 0.018, 0.92, 1.2),
            box("metal", (3.8, 4.62, 1.19), (0.03, 0.18, 0.025)),
        ]
    )
    # The island.
    scene.add(
        [
            Box("island", (1.75, 2.15, 0.08), (3.75, 2.85, 0.88)),
            Box("worktop", (1.65, 1.95, 0.88), (3.85, 2.95, 0.93)),
            *[
                Box("book_dark", (1.75 + 0.5 * n - 0.003, 2.145, 0.12), (1.75 + 0.5 * n + 0.003, 2.16, 0.84))
                for n in range(1, 4)
            ],
        ]
    )
    for x in (2.15, 2.75, 3.35):
        scene.add(furniture.stool(), (x, 1.72, 0), 180)
        pendant(scene, x, 2.45, 0.95)
    fruit: Shapes = [Cylinder("ceramic", (0, 0), 0.09, 0.93, 1.0, 0.17)]
    fruit += [
        Ellipsoid("fruit", (x, y, 1.02), (0.045, 0.045, 0.045))
        for x, y in ((0, 0), (0.08, 0.02), (-0.07, 0.03), (0.02, -0.08))
    ]
    scene.add(fruit, (3.3, 2.5, 0))
    scene.add(furniture.plant(0.5, 2), (2.4, 4.55, 0.92))
    downlights(scene, ((1.4, 1.0), (4.0, 1.0), (1.4, 3.5), (4.0, 3.5)), 2.7, 0.8)
    return scene, Camera((4.7, 0.2, 1.5), (2.2, 4.6, 1.1), 76, 0.06)


def dining_room() -> Shot:
    """A long table for six under two lamps, a sideboard, and doors to the garden."""
    scene = indoors(Sun((-0.6, 0.55, 0.55), (3.4, 3.0, 2.4)))
    build(
        scene,
        Room(
            5.0,
            5.0,
            2.75,
            back=(Opening(1.2, 3.8, 0.0, 2.3, panes=4, curtains=True),),
            left=(Opening(2.6, 4.0, 0.9, 2.2),),
            back_wall="accent_wall",
        ),
    )
    scene.add(furniture.table(2.2, 1.0, 0.75), (2.5, 2.9, 0))
    for x in (1.85, 2.5, 3.15):
        scene.add(furniture.chair(), (x, 3.55, 0), 0)
        scene.add(furniture.chair(), (x, 2.25, 0), 180)
    scene.add(furniture.chair(), (1.15, 2.9, 0), 90)
    scene.add(furniture.chair(), (3.85, 2.9, 0), -90)
    for x in (1.95, 2.5, 3.05):
        for y in (2.62, 3.18):
            scene.add(
                [
                    Cylinder("ceramic", (0, 0), 0.13, 0.75, 0.762, 0.14),
                    Cylinder("ceramic", (0.2, 0.06), 0.03, 0.75, 0.86, 0.035),
                ],
                (x, y, 0),
            )
    scene.add([Cylinder("ceramic", (0, 0), 0.07, 0.75, 0.95, 0.05)], (2.5, 2.9, 0))
    scene.add(furniture.bush(0.2, 6, 12, "leaf"), (2.5, 2.9, 0.93))
    scene.add(furniture.cabinets(1.7, 0.42, 0.14, 0.8, 4, front="wood"), (5.0, 2.9, 0), -90)
    scene.add(furniture.picture(1.3, 0.85, "art_2"), (5.0, 2.9, 1.25), -90)
    table_lamp(scene, 4.78, 3.5, 1.0)
    scene.add([Cylinder("ceramic", (0, 0), 0.07, 0.8, 1.0)], (4.78, 3.5, 0))
    scene.add(furniture.plant(1.6, 14), (0.5, 4.5, 0))
    pendant(scene, 2.1, 2.9, 1.05, 2.75)
    pendant(scene, 2.9, 2.9, 1.05, 2.75)
    return scene, Camera((0.5, 0.15, 1.5), (3.0, 4.6, 1.1), 78, 0.06)
