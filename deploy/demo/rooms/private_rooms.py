"""The quieter rooms of the home: bedrooms, bathroom, office, and one that is empty."""

from deploy.demo.rooms import furniture
from deploy.demo.rooms.furniture import box
from deploy.demo.rooms.palette import indoors
from deploy.demo.rooms.photograph import Camera
from deploy.demo.rooms.scene import Material, Scene, Sun
from deploy.demo.rooms.shapes import Box, Cylinder, Ellipsoid
from deploy.demo.rooms.shell import (
    Opening,
    Room,
    build,
    downlights,
    light_up,
    standing_lamp,
    table_lamp,
)
from deploy.demo.rooms.textures import rug

Shot = tuple[Scene, Camera]


def bedroom() -> Shot:
    """A double bed between two lamps, a window with curtains, a bench and a dresser."""
    scene = indoors(Sun((-0.8, 0.1, 0.5), (3.2, 2.8, 2.2)))
    build(
        scene,
        Room(
            4.8,
            4.8,
            2.7,
            left=(Opening(1.8, 3.6, 0.6, 2.25, curtains=True),),
            right=(Opening(2.9, 3.8, 0.0, 2.1, door=True),),
            floor="floor",
            back_wall="accent_wall",
        ),
    )
    scene.materials["rug"] = Material((0.66, 0.62, 0.56), rug((0.9, 3.9, 1.5, 3.9), (0.8, 0.8, 0.8)))
    scene.add([Box("rug", (0.9, 1.5, 0.0), (3.9, 3.9, 0.015))])
    scene.add(furniture.bed(1.8), (2.4, 3.65, 0))
    for x in (1.15, 3.65):
        scene.add(furniture.nightstand(), (x, 4.52, 0))
        table_lamp(scene, x, 4.52, 0.8)
    scene.add(
        [box("accent", (0, 0, 0.36), (1.5, 0.42, 0.12), 0.04), *furniture.legs("dark_wood", 1.4, 0.36, 0.36)],
        (2.4, 2.3, 0),
    )
    scene.add(furniture.picture(0.7, 0.9, "art_3"), (1.95, 4.8, 1.45))
    scene.add(furniture.picture(0.7, 0.9, "art_1"), (2.85, 4.8, 1.45))
    scene.add(furniture.cabinets(1.3, 0.45, 0.1, 0.85, 3, front="wood"), (4.8, 1.9, 0), -90)
    scene.add(furniture.picture(0.9, 0.8, "mirror"), (4.8, 1.9, 1.15), -90)
    scene.add(furniture.plant(1.4, 31), (0.5, 4.3, 0))
    downlights(scene, ((1.3, 1.3), (3.5, 1.3)), 2.7, 0.6)
    return scene, Camera((4.2, 0.2, 1.45), (2.0, 4.4, 1.1), 76, 0.07)


def second_bedroom() -> Shot:
    """A single bed by the window, a wardrobe and a small desk."""
    scene = indoors(Sun((0.45, 0.7, 0.55), (3.0, 2.7, 2.2)))
    build(
        scene,
        Room(
            3.9,
            4.2,
            2.6,
            back=(Opening(1.3, 2.7, 0.9, 2.2, curtains=True),),
            right=(Opening(2.6, 3.5, 0.0, 2.1, door=True),),
            floor="carpet",
        ),
    )
    scene.materials["duvet_2"] = Material((0.30, 0.42, 0.38), scene.materials["duvet"].texture)
    scene.add(furniture.bed(1.0, "duvet_2", "wood"), (0.68, 3.1, 0))
    scene.add(furniture.nightstand(), (1.55, 3.95, 0))
    table_lamp(scene, 1.55, 3.95, 0.8)
    scene.add(furniture.cabinets(1.5, 0.6, 0.05, 2.2, 3), (3.9, 3.3, 0), -90)
    scene.add(furniture.table(1.1, 0.55, 0.74), (3.6, 1.6, 0), -90)
    scene.add(furniture.chair(), (3.0, 1.6, 0), 90)
    scene.add(
        [box("glass_dark", (3.75, 1.6, 0.86), (0.03, 0.5, 0.32)), box("metal", (3.75, 1.6, 0.74), (0.12, 0.2, 0.12))]
    )
    scene.add(furniture.picture(0.6, 0.6, "art_2"), (0.0, 2.6, 1.5), 90)
    scene.add(furniture.picture(0.5, 0.7, "art_3"), (0.62, 4.2, 1.45))
    scene.add(
        [
            box("wood", (0, -0.12, 1.75), (1.0, 0.22, 0.03)),
            *[
                box(name, (x, -0.12, 1.78), (0.05, 0.16, 0.22))
                for name, x in (
                    ("book_red", -0.3),
                    ("book_blue", -0.24),
                    ("paper", -0.18),
                    ("book_green", 0.1),
                    ("book_dark", 0.16),
                )
            ],
        ],
        (3.9, 1.6, 0),
        -90,
    )
    scene.add(furniture.plant(0.45, 3), (2.0, 4.12, 0.9))
    downlights(scene, ((1.9, 1.2), (1.9, 2.8)), 2.6, 0.8)
    return scene, Camera((2.1, 0.12, 1.45), (1.95, 4.0, 1.05), 80, 0.07)


def bathroom() -> Shot:
    """A bathtub under the window, a vanity with a mirror, and a toilet."""
    scene = indoors(Sun((0.35, 0.75, 0.55), (2.6, 2.4, 2.0)))
    build(scene, Room(3.2, 3.6, 2.55, back=(Opening(0.9, 2.3, 1.2, 2.2),), floor="floor_tile"))
    scene.add(
        [
            Box("bath_tile", (0, 3.585, 0), (0.9, 3.6, 2.1)),
            Box("bath_tile", (2.3, 3.585, 0), (3.2, 3.6, 2.1)),
            Box("bath_tile", (0.9, 3.585, 0), (2.3, 3.6, 1.15)),
            Box("bath_tile", (0, 2.6, 0), (0.015, 3.6, 2.1)),
            Box("bath_tile", (3.185, 2.7, 0), (3.2, 3.6, 2.1)),
        ]
    )
    # The tub: four sides and a floor, with a rounded rim.
    scene.add(
        [
            Box("ceramic", (0.25, 2.75, 0), (2.25, 2.85, 0.58), 0.03),
            Box("ceramic", (0.25, 3.45, 0), (2.25, 3.55, 0.58), 0.03),
            Box("ceramic", (0.25, 2.75, 0), (0.37, 3.55, 0.58), 0.03),
            Box("ceramic", (2.13, 2.75, 0), (2.25, 3.55, 0.58), 0.03),
            Box("ceramic", (0.25, 2.75, 0), (2.25, 3.55, 0.18)),
        ]
    )
    scene.add([Cylinder("metal", (2.19, 3.15), 0.02, 0.58, 0.78), box("metal", (2.08, 3.15, 0.76), (0.22, 0.03, 0.03))])
    scene.add(furniture.cabinets(1.3, 0.5, 0.25, 0.82, 2, front="wood"), (3.2, 1.75, 0), -90)
    scene.add(
        [
            Box("worktop", (2.67, 1.08, 0.82), (3.2, 2.42, 0.86)),
            Cylinder("ceramic", (2.92, 1.75), 0.17, 0.86, 0.98, 0.22),
            Cylinder("glass_dark", (2.92, 1.75), 0.03, 0.975, 0.983),
        ]
    )
    scene.add(
        [Cylinder("metal", (3.12, 1.75), 0.018, 0.86, 1.15), box("metal", (3.05, 1.75, 1.13), (0.16, 0.03, 0.025))]
    )
    scene.add(
        [
            Box("dark_wood", (3.17, 1.1, 1.15), (3.2, 2.4, 2.0)),
            Box("mirror", (3.16, 1.14, 1.19), (3.172, 2.36, 1.96), 0.0),
        ]
    )
    scene.add([Box("glow", (3.1, 1.3, 2.07), (3.18, 2.2, 2.13))])
    light_up(scene, (3.0, 1.75, 2.1), 0.08, 1.0)
    # The toilet: bowl, seat and cistern.
    scene.add(
        [
            Ellipsoid("ceramic", (0, -0.02, 0.36), (0.19, 0.27, 0.16)),
            Cylinder("ceramic", (0, 0.05), 0.13, 0, 0.32, 0.16),
            Cylinder("ceramic", (0, 0.0), 0.2, 0.39, 0.425),
            box("ceramic", (0, 0.3, 0.36), (0.4, 0.18, 0.42), 0.04),
        ],
        (0.42, 1.9, 0),
        90,
    )
    scene.add(
        [box("linen", (0, 0, 0), (0.5, 0.04, 0.5), 0.02), box("metal", (0, 0.03, 0.5), (0.6, 0.02, 0.02))],
        (0.03, 1.15, 1.1),
        90,
    )
    scene.add([Box("throw", (1.0, 2.0, 0), (1.9, 2.6, 0.02))])
    scene.add(furniture.plant(0.45, 17), (2.95, 3.35, 0.0))
    scene.add(
        [
            box("throw", (2.85, 2.2, 0.86), (0.3, 0.2, 0.06), 0.02),
            box("linen", (2.85, 2.2, 0.92), (0.28, 0.19, 0.06), 0.02),
        ]
    )
    downlights(scene, ((1.0, 1.2), (2.2, 1.2), (1.6, 2.6)), 2.55, 0.9)
    return scene, Camera((1.25, 0.08, 1.45), (1.6, 3.5, 1.0), 84, 0.09)


def home_office() -> Shot:
    """A desk before the window, a chair, shelves to the ceiling."""
    scene = indoors(Sun((-0.5, 0.6, 0.6), (3.0, 2.7, 2.2)))
    build(
        scene,
        Room(
            4.0, 4.0, 2.7, back=(Opening(0.5, 2.1, 0.85, 2.25, curtains=False),), left=(Opening(1.8, 3.0, 0.85, 2.25),)
        ),
    )
    scene.materials["rug"] = Material((0.20, 0.26, 0.30), rug((0.5, 2.7, 1.2, 2.9), (1.9, 1.8, 1.7)))
    scene.add([Box("rug", (0.5, 1.2, 0.0), (2.7, 2.9, 0.012))])
    scene.add(furniture.table(1.7, 0.75, 0.74), (1.4, 3.35, 0))
    scene.add(
        [
            box("glass_dark", (0, 0, 0.92), (0.72, 0.03, 0.42), 0.004),
            Cylinder("metal", (0, 0.03), 0.02, 0.76, 1.0),
            Cylinder("metal", (0, 0), 0.13, 0.74, 0.75),
        ],
        (1.4, 3.5, 0),
    )
    scene.add(
        [
            box("paper", (1.4, 3.15, 0.74), (0.42, 0.14, 0.02)),
            box("book_dark", (1.8, 3.15, 0.74), (0.07, 0.11, 0.03), 0.012),
            box("book_blue", (0.75, 3.3, 0.74), (0.24, 0.3, 0.04)),
            Cylinder("ceramic", (2.05, 3.4), 0.04, 0.74, 0.84),
        ]
    )
    # An office chair.
    scene.add(
        [
            box("book_dark", (0, 0, 0.46), (0.5, 0.5, 0.09), 0.04),
            box("book_dark", (0, -0.24, 0.6), (0.46, 0.07, 0.56), 0.03),
            Cylinder("metal", (0, 0), 0.03, 0.08, 0.46),
            *[box("metal", (side * 0.27, 0, 0.66), (0.05, 0.3, 0.03)) for side in (-1, 1)],
            box("metal", (0, 0, 0.05), (0.6, 0.05, 0.04)),
            box("metal", (0, 0, 0.05), (0.05, 0.6, 0.04)),
        ],
        (1.5, 2.45, 0),
        15,
    )
    scene.add(furniture.shelf(2.4, 2.3, 11), (4.0, 2.5, 0), -90)
    scene.add(furniture.picture(0.8, 0.8, "art_1"), (3.0, 4.0, 1.4))
    scene.add(furniture.plant(1.3, 21), (3.3, 3.6, 0))
    scene.add(furniture.armchair("sofa"), (0.7, 0.95, 0), 130)
    standing_lamp(scene, 2.65, 3.75)
    downlights(scene, ((1.3, 1.2), (2.8, 1.2), (2.0, 2.9)), 2.7, 0.7)
    return scene, Camera((3.5, 0.15, 1.45), (1.6, 3.8, 1.1), 78, 0.06)


def empty_room() -> Shot:
    """A room with nothing in it."""
    scene = indoors(Sun((-0.6, 0.5, 0.55), (3.6, 3.2, 2.6)))
    build(
        scene,
        Room(
            5.0,
            4.6,
            2.7,
            back=(Opening(0.9, 2.2, 0.7, 2.25), Opening(2.8, 4.1, 0.7, 2.25)),
            left=(Opening(2.2, 3.5, 0.7, 2.25),),
            right=(Opening(1.6, 2.5, 0.0, 2.1, door=True),),
        ),
    )
    downlights(scene, ((1.5, 1.5), (3.5, 1.5), (1.5, 3.3), (3.5, 3.3)), 2.7, 0.6)
    return scene, Camera((4.2, 0.2, 1.45), (2.0, 4.5, 1.1), 78, 0.05)
