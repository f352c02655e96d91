"""Motifs that show something: a landscape, a skyline, coral, shells, a mobile, a brushed ring, a moon, a balloon."""

import numpy as np

from ml.staging.furniture.material import srgb
from ml.staging.furniture.surfaces.noise import smooth_line, smooth_noise
from ml.staging.furniture.surfaces.sheet import HEIGHT, INK, PAPER, WIDTH, Sheet

_GOLD = np.array(srgb("b99a5b"))


def landscape(sheet: Sheet) -> None:
    """Hills with trees under a wide sky, as painted in oil, in a gilt slip."""
    clouds = smooth_noise((HEIGHT, WIDTH), (16, 60), sheet.rng)
    sky = np.array(srgb("b9c2c0")) + 0.05 * clouds[..., None]
    glow = np.exp(-(((sheet.y - 0.66) / 0.22) ** 2))[..., None]
    sheet.picture = sky * (1 - 0.55 * glow) + np.array(srgb("e8cf9f")) * 0.55 * glow
    strokes = smooth_noise((HEIGHT, WIDTH), (2.0, 7), sheet.rng)[..., None]
    for number, (level, code) in enumerate(((0.66, "8a958c"), (0.74, "6f7c5f"), (0.86, "5b6541"), (1.02, "474a2d"))):
        ridge = level + (0.03 + 0.008 * number) * smooth_line(WIDTH, 50 - 6 * number, sheet.rng)
        sheet.lay(ridge[None, :] - sheet.y, np.array(srgb(code)), 0.97, grain=0.05)
    for x, base, tall in ((0.24, 0.94, 0.30), (0.33, 0.97, 0.22), (0.74, 0.90, 0.17)):
        sheet.lay(np.maximum(np.abs(sheet.x - x) - 0.008, np.abs(sheet.y - base + tall * 0.3) - tall * 0.32), INK)
        for _ in range(16):
            at = sheet.rng.normal(0, 0.30, 2) * tall * np.array([0.75, 0.6])
            crown = sheet.disc(x + at[0], base - tall * 0.85 + at[1], tall * sheet.rng.uniform(0.10, 0.2))
            sheet.lay(
                crown + 0.012 * strokes[..., 0],
                np.array(srgb("3c4a2c" if sheet.rng.uniform() < 0.6 else "59622f")),
                0.9,
            )
    sheet.picture = np.clip(sheet.picture * (1 + 0.05 * strokes), 0, 1)
    border = np.minimum(np.minimum(sheet.x, 1 - sheet.x), np.minimum(sheet.y, sheet.tall - sheet.y))
    sheet.picture[(border > 0.13) & (border < 0.155)] = _GOLD


def skyline(sheet: Sheet) -> None:
    """Blocks of a town with lit windows, as a screen print."""
    for layer, (low, strength) in enumerate(((0.52, 0.35), (0.66, 0.6), (0.80, 0.95))):
        x = 0.10
        while x < 0.92:
            wide, top = sheet.rng.uniform(0.06, 0.15), low + sheet.rng.uniform(-0.16, 0.16)
            block = np.maximum(np.abs(sheet.x - x - wide / 2) - wide / 2, np.maximum(top - sheet.y, sheet.y - 1.14))
            sheet.lay(block, INK if layer == 2 else sheet.ink(layer), strength)
            if layer == 2:
                u, v = (sheet.x - x) / 0.022 % 1, (sheet.y - top) / 0.032 % 1
                pane = np.maximum(np.abs(u - 0.5) - 0.20, np.abs(v - 0.5) - 0.22) * 0.02
                lit = smooth_noise((HEIGHT, WIDTH), (5, 5), sheet.rng) > 0.9
                sheet.lay(np.where(lit & (block < -0.012), pane, 1.0), PAPER, 0.8)
            x += wide + sheet.rng.uniform(-0.01, 0.02)


def coral(sheet: Sheet) -> None:
    """A fan of coral that forks again and again."""
    stack = [(0.5, 1.14, -np.pi / 2, 0.165, 0.020, 0)]
    while stack:
        x, y, turn, long, wide, depth = stack.pop()
        bend = turn + sheet.rng.normal(0, 0.08)
        end = (x + long * np.cos(bend), y + long * np.sin(bend))
        sheet.lay(sheet.line(np.array([(x, y), end]), wide), sheet.ink(1), 0.95)
        if depth < 6:
            for side in (-1, 1):
                spread = sheet.rng.uniform(0.28, 0.55)
                stack.append(
                    (end[0], end[1], bend + side * spread, long * sheet.rng.uniform(0.7, 0.86), wide * 0.74, depth + 1)
                )


def shells(sheet: Sheet) -> None:
    """Three scallops, ribbed."""
    for number, (x, y, size, lean) in enumerate(
        ((0.42, 0.46, 0.19, -0.2), (0.62, 0.78, 0.16, 0.35), (0.36, 0.98, 0.11, -0.4))
    ):
        u = (sheet.x - x) * np.cos(lean) + (sheet.y - y) * np.sin(lean)
        v = -(sheet.x - x) * np.sin(lean) + (sheet.y - y) * np.cos(lean)
        angle, radius = np.arctan2(u, -(v - 0.55 * size)), np.hypot(u, v - 0.55 * size)
        edge = 1.45 * size * (1 - 0.12 * np.abs(angle)) + 0.012 * np.abs(np.cos(angle * 9))
        inside = np.where(np.abs(angle) < 1.05, radius - edge, np.maximum(radius - edge * 0.2, 0.02))
        sheet.lay(inside, sheet.ink(number + 1), 0.55)
        rib = np.abs(np.sin(angle * 9)) * radius * 0.11 - 0.0035
        sheet.lay(np.maximum(rib, np.maximum(inside, np.abs(angle) - 1.04)), INK, 0.75)
        sheet.lay(np.where(np.abs(angle) < 1.05, np.abs(inside) - 0.003, 1.0), INK, 0.85)


def mobile(sheet: Sheet) -> None:
    """Discs and leaves of colour that hang from thin rods."""
    for number, (x, y, reach) in enumerate(
        ((0.5, 0.28, 0.20), (0.36, 0.52, 0.12), (0.64, 0.64, 0.12), (0.44, 0.86, 0.13))
    ):
        steps = np.linspace(-1, 1, 14)
        rod = np.stack([x + reach * steps, y + 0.045 * steps**2 + 0.03 * steps * (-1) ** number], axis=1)
        sheet.lay(sheet.line(rod, 0.005), INK)
        sheet.lay(sheet.line(np.array([(x, y - 0.12), (x, y)]), 0.003), INK)
        for end, side in ((rod[0], 0), (rod[-1], 1)):
            size = 0.038 + 0.018 * ((number + side) % 3)
            middle_y = end[1] + size * 0.9
            leaf = np.hypot((sheet.x - end[0]) / (1.25 - 0.4 * side), (sheet.y - middle_y) / (0.8 + 0.3 * side)) - size
            sheet.lay(leaf, sheet.ink(2 * number + side), 0.95)


def ink_ring(sheet: Sheet) -> None:
    """One round stroke of a broad brush, dry at its end."""
    angle = np.arctan2(sheet.y - 0.68, sheet.x - 0.5)
    radius = np.hypot(sheet.x - 0.5, sheet.y - 0.68)
    along = (angle + 2.1) % (2 * np.pi) / (2 * np.pi)
    hairs = np.interp(radius, np.linspace(0, 0.6, 480), smooth_line(480, 0.9, sheet.rng))
    breadth = 0.030 + 0.022 * np.sin(np.pi * np.clip(along * 1.1, 0, 1)) * (1 - 0.4 * along)
    stroke = np.abs(radius - 0.285 - 0.018 * np.sin(angle + 0.6)) - breadth
    dry = np.clip((along - 0.55) / 0.4, 0, 1) * 0.030 * (1 + hairs)
    sheet.lay(np.where(along < 0.965, stroke + dry, 1.0), sheet.ink(0), 0.94, grain=0.10)


def moon(sheet: Sheet) -> None:
    """A crescent with stars over hills."""
    sheet.lay(np.maximum(sheet.disc(0.46, 0.50, 0.20), -sheet.disc(0.55, 0.45, 0.17)), sheet.ink(0))
    for _ in range(14):
        x, y, size = sheet.rng.uniform(0.18, 0.82), sheet.rng.uniform(0.20, 0.76), sheet.rng.uniform(0.006, 0.016)
        star = np.abs(sheet.x - x) + np.abs(sheet.y - y) - size
        sheet.lay(star, sheet.ink(1))
    for number, level in enumerate((0.88, 1.0)):
        hill = level + 0.05 * np.sin(sheet.x * (7 + 3 * number) + number)
        sheet.lay(hill - sheet.y, sheet.ink(number + 2), 0.9)


def balloon(sheet: Sheet) -> None:
    """A striped balloon among clouds."""
    body = np.hypot((sheet.x - 0.5) / 0.25, (sheet.y - 0.52) / 0.28) - 1
    taper = np.maximum(np.abs(sheet.x - 0.5) - 0.21 * (1 - (sheet.y - 0.60) / 0.36), np.abs(sheet.y - 0.72) - 0.12)
    whole = np.minimum(body * 0.25, taper)
    for number in range(5):
        band = (
            np.abs(
                (sheet.x - 0.5) / np.clip(np.sqrt(np.clip(1.02 - ((sheet.y - 0.52) / 0.34) ** 2, 0.05, 1)), 0.2, 1)
                - 0.11 * (number - 2)
            )
            - 0.056
        )
        sheet.lay(np.maximum(whole, band), sheet.ink(number), 0.95)
    for x in (-0.07, 0.07):
        sheet.lay(sheet.line(np.array([(0.5 + x, 0.83), (0.5 + x * 0.6, 0.93)]), 0.004), INK)
    sheet.lay(np.maximum(np.abs(sheet.x - 0.5) - 0.05, np.abs(sheet.y - 0.965) - 0.036), sheet.ink(2))
    for x, y in ((0.24, 0.34), (0.78, 0.80), (0.22, 0.98)):
        for shift in (-0.05, 0.0, 0.05):
            sheet.lay(sheet.disc(x + shift, y - 0.018 * (shift == 0), 0.034), np.array(srgb("dfe3e2")), 0.9, grain=0.02)
