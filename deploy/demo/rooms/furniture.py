"""Pieces of furniture as lists of shapes, each standing on the floor around its own origin. Sizes in metres."""

import itertools

import numpy as np

from deploy.demo.rooms.shapes import Box, Cylinder, Ellipsoid, Point, Shape

Shapes = list[Shape]


def box(material: str, centre: Point, size: Point, bevel: float = 0.006) -> Box:
    """A box by its middle across the floor, its underside, and its size."""
    (x, y, z), (w, d, h) = centre, size
    return Box(material, (x - w / 2, y - d / 2, z), (x + w / 2, y + d / 2, z + h), bevel)


def legs(material: str, width: float, depth: float, height: float, thick: float = 0.04) -> Shapes:
    """Four legs under the corners of a rectangle."""
    x, y = width / 2 - thick, depth / 2 - thick
    return [Cylinder(material, (sx * x, sy * y), thick / 2, 0.0, height) for sx in (-1, 1) for sy in (-1, 1)]


def sofa(width: float = 2.2, cloth: str = "sofa", cushion: str = "cushion", seats: int = 3) -> Shapes:
    """A sofa that faces -y."""
    depth, arm = 0.92, 0.18
    shapes: Shapes = [box(cloth, (0, 0, 0.12), (width, depth, 0.2), 0.04)]
    shapes += [box(cloth, (side * (width - arm) / 2, 0, 0.12), (arm, depth, 0.5), 0.07) for side in (-1, 1)]
    shapes.append(box(cloth, (0, depth / 2 - 0.1, 0.12), (width, 0.2, 0.68), 0.08))
    seat = (width - 2 * arm) / seats
    for number in range(seats):
        x = -width / 2 + arm + seat * (number + 0.5)
        shapes.append(box(cloth, (x, -0.05, 0.3), (seat - 0.015, depth - 0.24, 0.17), 0.06))
        shapes.append(box(cloth, (x, depth / 2 - 0.27, 0.46), (seat - 0.03, 0.2, 0.4), 0.09))
    for side in (-1, 1):
        x = side * (width / 2 - arm - 0.24)
        shapes.append(Ellipsoid(cushion, (x, depth / 2 - 0.42, 0.63), (0.23, 0.11, 0.19)))
    return shapes + legs("dark_wood", width - 0.1, depth - 0.1, 0.12)


def armchair(cloth: str = "accent") -> Shapes:
    """An armchair that faces -y."""
    return sofa(0.95, cloth, "cushion", 1)


def table(width: float, depth: float, height: float, wood: str = "wood", thick: float = 0.04) -> Shapes:
    """A table with four legs."""
    top = box(wood, (0, 0, height - thick), (width, depth, thick))
    return [top, *legs(wood, width, depth, height - thick, 0.06)]


def coffee_table() -> Shapes:
    """A low table with a shelf, books and a bowl."""
    shapes = table(1.15, 0.6, 0.42)
    shapes.append(box("wood", (0, 0, 0.14), (1.05, 0.5, 0.025)))
    shapes += [
        box("book_blue", (-0.3, 0.02, 0.42), (0.28, 0.2, 0.03)),
        box("book_red", (-0.29, 0.02, 0.45), (0.24, 0.18, 0.025)),
    ]
    shapes.append(Cylinder("ceramic", (0.28, 0.0), 0.07, 0.42, 0.48, 0.13))
    return shapes


def chair(wood: str = "wood", seat: str = "seat") -> Shapes:
    """A dining chair that faces -y."""
    shapes = legs(wood, 0.44, 0.44, 0.44, 0.035)
    shapes.append(box(seat, (0, 0, 0.44), (0.46, 0.46, 0.05), 0.02))
    shapes += [box(wood, (side * 0.19, 0.2, 0.46), (0.035, 0.035, 0.46)) for side in (-1, 1)]
    shapes += [box(wood, (0, 0.2, z), (0.36, 0.025, 0.07)) for z in (0.62, 0.8)]
    return shapes


def stool() -> Shapes:
    """A bar stool."""
    legs_and_ring = legs("metal", 0.36, 0.36, 0.66, 0.03)
    return [
        *legs_and_ring,
        box("metal", (0, 0.15, 0.22), (0.3, 0.02, 0.02)),
        Cylinder("seat", (0, 0), 0.19, 0.66, 0.73),
    ]


def plant(height: float, seed: int, pot: str = "pot") -> Shapes:
    """A pot plant: many leaves as flat ellipsoids around a few stems."""
    rng = np.random.default_rng(seed)
    pot_height = 0.28 * min(1.0, height)
    shapes: Shapes = [Cylinder(pot, (0, 0), 0.13 * min(1.2, height), 0, pot_height, 0.17 * min(1.2, height))]
    shapes.append(Cylinder("dark_wood", (0, 0), 0.02, pot_height, height * 0.7))
    for _ in range(38):
        up = rng.uniform(0.35, 1.0)
        reach = 0.36 * height**0.5 * (1.15 - up) + 0.05
        angle = rng.uniform(0, 2 * np.pi)
        x, y = reach * np.cos(angle), reach * np.sin(angle)
        size = rng.uniform(0.05, 0.11) * height**0.5
        radii = (size * (0.5 + abs(np.cos(angle))), size * (0.5 + abs(np.sin(angle))), size * rng.uniform(0.25, 0.6))
        shapes.append(Ellipsoid("leaf", (x, y, pot_height + (height - pot_height) * up), radii))
    return shapes


def floor_lamp() -> Shapes:
    """The stand of a floor lamp; its shade is another group, for it shines."""
    return [Cylinder("metal", (0, 0), 0.15, 0, 0.025), Cylinder("metal", (0, 0), 0.012, 0.025, 1.45)]


def shade(radius: float = 0.2, low: float = 1.4, high: float = 1.68) -> Shapes:
    """A lamp shade that shines."""
    return [Cylinder("glow", (0, 0), radius, low, high, radius * 0.8)]


def picture(width: float, height: float, material: str, frame: str = "dark_wood") -> Shapes:
    """A framed picture that hangs on a wall behind it (its back at y = 0), its lower edge at z = 0."""
    return [
        box(frame, (0, -0.015, 0), (width, 0.03, height)),
        box("paper", (0, -0.022, 0.02), (width - 0.04, 0.02, height - 0.04), 0.001),
        box(material, (0, -0.024, 0.09), (width - 0.18, 0.02, height - 0.18), 0.001),
    ]


def shelf(width: float, height: float, seed: int, depth: float = 0.32, wood: str = "wood") -> Shapes:
    """A bookcase with its back at y = 0, filled with books and a few vases."""
    rng = np.random.default_rng(seed)
    shapes: Shapes = [box(wood, (0, -0.01, 0), (width, 0.02, height))]
    shapes += [box(wood, (side * (width / 2 - 0.015), -depth / 2, 0), (0.03, depth, height)) for side in (-1, 1)]
    levels = np.linspace(0.03, height - 0.03, max(3, round(height / 0.36)) + 1)
    for level in levels:
        shapes.append(box(wood, (0, -depth / 2, float(level) - 0.015), (width, depth, 0.03)))
    colours = ("book_blue", "book_red", "paper", "book_green", "book_dark")
    for level, above in itertools.pairwise(levels):
        x = -width / 2 + 0.06
        while x < width / 2 - 0.12:
            if rng.random() < 0.16:
                x += 0.1
                shapes.append(Ellipsoid("ceramic", (x, -depth / 2, float(level) + 0.1), (0.07, 0.07, 0.1)))
                x += 0.12
                continue
            thick = float(rng.uniform(0.03, 0.07))
            tall = float(rng.uniform(0.55, 0.85)) * float(above - level - 0.03)
            name = colours[int(rng.integers(len(colours)))]
            shapes.append(box(name, (x + thick / 2, -depth / 2, float(level) + 0.015), (thick, 0.2, tall), 0.003))
            x += thick + 0.004
    return shapes


def bed(width: float = 1.7, cover: str = "duvet", head: str = "headboard") -> Shapes:
    """A made bed, head towards +y, its middle at the origin."""
    long = 2.05
    shapes: Shapes = [
        box("wood", (0, 0, 0.1), (width + 0.06, long, 0.18), 0.02),
        box("linen", (0, 0, 0.28), (width, long - 0.04, 0.24), 0.06),
    ]
    shapes.append(box(cover, (0, -0.28, 0.3), (width + 0.1, long - 0.55, 0.28), 0.08))
    shapes.append(box("throw", (0, -0.68, 0.31), (width + 0.12, 0.5, 0.29), 0.08))
    shapes.append(box(head, (0, long / 2 + 0.03, 0.1), (width + 0.16, 0.1, 1.05), 0.04))
    for side in (-1, 1):
        x = side * width * 0.24
        shapes.append(Ellipsoid("linen", (x, long / 2 - 0.2, 0.68), (width * 0.23, 0.13, 0.2)))
        shapes.append(Ellipsoid("cushion", (x * 0.95, long / 2 - 0.38, 0.64), (width * 0.17, 0.1, 0.16)))
    return shapes


def nightstand() -> Shapes:
    """A small cabinet with a lamp's foot on it."""
    shapes: Shapes = [box("wood", (0, 0, 0.1), (0.48, 0.4, 0.42), 0.01), *legs("dark_wood", 0.46, 0.38, 0.1)]
    shapes += [box("dark_wood", (0, -0.2, z), (0.12, 0.02, 0.015)) for z in (0.24, 0.42)]
    shapes += [Cylinder("ceramic", (0, 0), 0.08, 0.52, 0.55), Ellipsoid("ceramic", (0, 0, 0.63), (0.07, 0.07, 0.09))]
    return [*shapes, Cylinder("metal", (0, 0), 0.01, 0.7, 0.82)]


def cabinets(width: float, depth: float, low: float, high: float, doors: int, *, front: str = "cabinet") -> Shapes:
    """A run of cupboards with its back at y = 0, doors towards -y with a gap around each and a bar as handle."""
    shapes: Shapes = [box("cabinet_side", (0, -depth / 2 + 0.01, low), (width, depth - 0.02, high - low), 0.002)]
    each = width / doors
    for number in range(doors):
        x = -width / 2 + each * (number + 0.5)
        shapes.append(box(front, (x, -depth, low + 0.005), (each - 0.008, 0.02, high - low - 0.01), 0.004))
        grip = high - 0.09 if low < 0.5 else low + 0.05
        shapes.append(box("metal", (x, -depth - 0.025, grip), (min(0.16, each * 0.5), 0.012, 0.012), 0.004))
    return shapes


def curtain(height: float, width: float, folds: int, material: str = "curtain") -> Shapes:
    """A gathered curtain: cylinders side by side along x."""
    radius = width / folds * 0.55
    return [
        Cylinder(material, (-width / 2 + width * (number + 0.5) / folds, 0.03 * (number % 2)), radius, 0.02, height)
        for number in range(folds)
    ]


def bush(radius: float, seed: int, blobs: int = 12, material: str = "hedge") -> Shapes:
    """A round bush of overlapping ellipsoids."""
    rng = np.random.default_rng(seed)
    shapes: Shapes = []
    for _ in range(blobs):
        angle, out = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0.1, 0.6)
        size = radius * rng.uniform(0.35, 0.6)
        place = (out * np.cos(angle), out * np.sin(angle), radius * rng.uniform(0.35, 0.95))
        shapes.append(Ellipsoid(material, place, (size, size, size * 0.9)))
    return shapes


def tree(height: float, seed: int) -> Shapes:
    """A trunk with a crown."""
    crown = [
        Ellipsoid("tree", (shape.centre[0], shape.centre[1], shape.centre[2] + height * 0.4), shape.radii)
        for shape in bush(height * 0.36, seed, 18)
        if isinstance(shape, Ellipsoid)
    ]
    return [Cylinder("bark", (0, 0), height * 0.035, 0, height * 0.6, height * 0.02), *crown]
