"""Materials and skies that the rooms of the home share."""

import numpy as np

from deploy.demo.rooms import textures
from deploy.demo.rooms.scene import Material, Scene, Sun
from deploy.demo.rooms.shapes import Floats

_LAMP_COLOUR = (1.0, 0.82, 0.6)


def materials() -> dict[str, Material]:
    """Every material by name."""
    cloth = textures.cloth()
    return {
        "wall": Material((0.78, 0.76, 0.72), textures.plaster()),
        "accent_wall": Material((0.32, 0.40, 0.42), textures.plaster()),
        "ceiling": Material((0.86, 0.86, 0.85)),
        "trim": Material((0.84, 0.84, 0.82)),
        "door": Material((0.80, 0.79, 0.76)),
        "floor": Material((0.42, 0.27, 0.155), textures.planks(), gloss=0.035, roughness=0.13),
        "floor_tile": Material((0.60, 0.58, 0.54), textures.tiles(0.6, 0.6), gloss=0.04, roughness=0.08),
        "bath_tile": Material((0.72, 0.75, 0.75), textures.tiles(0.3, 0.1, bond=True), gloss=0.04, roughness=0.05),
        "splash": Material(
            (0.78, 0.78, 0.75), textures.tiles(0.2, 0.075, 0.003, bond=True), gloss=0.05, roughness=0.05
        ),
        "wood": Material((0.38, 0.24, 0.13), textures.planks(0.4, 2.5, contrast=0.1), gloss=0.03, roughness=0.2),
        "dark_wood": Material((0.10, 0.065, 0.045), textures.planks(0.4, 2.5, contrast=0.1), gloss=0.03, roughness=0.2),
        "sofa": Material((0.50, 0.49, 0.47), cloth),
        "accent": Material((0.16, 0.29, 0.33), cloth),
        "cushion": Material((0.62, 0.38, 0.16), cloth),
        "seat": Material((0.46, 0.42, 0.36), cloth),
        "linen": Material((0.80, 0.79, 0.77), textures.cloth(120, 0.05)),
        "duvet": Material((0.72, 0.71, 0.69), textures.cloth(60, 0.08)),
        "throw": Material((0.24, 0.34, 0.42), textures.cloth(90, 0.25)),
        "headboard": Material((0.36, 0.33, 0.31), cloth),
        "carpet": Material((0.58, 0.54, 0.48), textures.cloth(160, 0.2)),
        "curtain": Material((0.74, 0.72, 0.68), textures.cloth(200, 0.06)),
        "cabinet": Material((0.78, 0.78, 0.76), gloss=0.02, roughness=0.2),
        "cabinet_side": Material((0.62, 0.62, 0.60)),
        "island": Material((0.13, 0.21, 0.26), gloss=0.02, roughness=0.2),
        "worktop": Material((0.74, 0.73, 0.71), textures.stone(), gloss=0.05, roughness=0.06),
        "metal": Material((0.45, 0.45, 0.46), gloss=0.35, roughness=0.2),
        "steel": Material((0.40, 0.41, 0.42), gloss=0.4, roughness=0.16),
        "glass_dark": Material((0.02, 0.02, 0.025), gloss=0.08, roughness=0.02),
        "ceramic": Material((0.85, 0.85, 0.84), gloss=0.05, roughness=0.04),
        "mirror": Material((0.9, 0.9, 0.9), mirror=True),
        "paper": Material((0.82, 0.81, 0.78)),
        "pot": Material((0.55, 0.30, 0.19), textures.plaster(0.15)),
        "leaf": Material((0.075, 0.17, 0.05), textures.foliage(40, 0.5)),
        "book_blue": Material((0.10, 0.18, 0.32)),
        "book_red": Material((0.42, 0.12, 0.09)),
        "book_green": Material((0.16, 0.27, 0.17)),
        "book_dark": Material((0.07, 0.07, 0.08)),
        "art_1": Material((0.9, 0.9, 0.9), textures.painting(3)),
        "art_2": Material((0.9, 0.9, 0.9), textures.painting(8)),
        "art_3": Material((0.9, 0.9, 0.9), textures.painting(21)),
        "glow": Material(_LAMP_COLOUR, emission=2.2),
        "fruit": Material((0.65, 0.30, 0.05)),
        "grass": Material((0.085, 0.135, 0.04), textures.foliage(55, 0.7)),
        "hedge": Material((0.055, 0.12, 0.035), textures.foliage(26, 1.0)),
        "tree": Material((0.06, 0.13, 0.03), textures.foliage(12, 1.1)),
        "bark": Material((0.16, 0.11, 0.075), textures.plaster(0.6)),
        "boards": Material((0.60, 0.61, 0.60), textures.boards()),
        "roof": Material((0.105, 0.105, 0.115), textures.shingles()),
        "paving": Material((0.50, 0.48, 0.45), textures.tiles(0.6, 0.6, 0.012, 0.12)),
        "asphalt": Material((0.27, 0.27, 0.27), textures.cloth(40, 0.3)),
        "deck": Material((0.36, 0.24, 0.15), textures.planks(0.14, 3.0, along_y=False)),
        "front_door": Material((0.34, 0.09, 0.06), gloss=0.03, roughness=0.1),
        "water": Material((0.10, 0.42, 0.50), textures.water(), gloss=0.04, roughness=0.02),
        "pool_edge": Material((0.52, 0.50, 0.46), textures.tiles(0.5, 0.5, 0.008)),
        "fence": Material((0.33, 0.22, 0.14), textures.planks(0.14, 4.0, contrast=0.4)),
        "lounger": Material((0.80, 0.79, 0.76), cloth),
    }


def day_sky(directions: Floats, strength: float = 5.0) -> Floats:
    """A bright day over trees and lawn, as seen from a window."""
    up = directions[2]
    azimuth = np.arctan2(directions[0], directions[1])
    height = np.clip(up, 0, 1) ** 0.5
    low, high = np.array([[0.80], [0.90], [1.0]]), np.array([[0.26], [0.48], [0.92]])
    air = low * (1 - height) + high * height
    cloud = np.clip(textures.noise(azimuth * 3, up * 9) * 2 - 1.1, 0, 0.7) * (up > 0)
    air = air * (1 - cloud) + 0.97 * cloud
    crown = 0.03 + 0.16 * textures.layers(azimuth * 9, up * 0) + 0.05 * textures.noise(azimuth * 60, up * 40)
    leaves = np.array([[0.13], [0.165], [0.085]]) * (0.35 + 1.3 * textures.layers(azimuth * 80, up * 100))
    lawn = np.array([[0.25], [0.265], [0.20]]) * (0.8 + 0.3 * textures.noise(azimuth * 30, 3 / np.maximum(-up, 0.02)))
    scene = np.where(up < -0.04, lawn, np.where(up < crown, leaves, air))
    return (strength * scene).astype(np.float32)


def open_sky(directions: Floats) -> Floats:
    """The sky outdoors, with a little haze and cloud; dim below the horizon."""
    up = directions[2]
    azimuth = np.arctan2(directions[0], directions[1])
    height = np.clip(up, 0, 1) ** 0.55
    air = np.array([[0.78], [0.88], [1.0]]) * (1 - height) + np.array([[0.20], [0.42], [0.88]]) * height
    flat = np.maximum(up, 0.03)
    drift = textures.noise(directions[0] / flat * 0.9 + 4, directions[1] / flat * 0.9)
    drift = drift + 0.5 * textures.noise(directions[0] / flat * 2.3, directions[1] / flat * 2.3 + azimuth * 0)
    cloud = np.clip(drift * 1.5 - 1.15, 0, 0.85) * np.clip(up * 6, 0, 1)
    air = air * (1 - cloud) + 0.98 * cloud
    return np.where(up < 0, np.float32(0.3), air).astype(np.float32)


def indoors(sun: Sun | None = None) -> Scene:
    """An empty scene for a room."""
    return Scene(materials(), day_sky, sun=sun, sky_in_view=0.24)


def outdoors(sun: Sun) -> Scene:
    """An empty scene under the open sky."""
    return Scene(materials(), open_sky, sun=sun, sky_in_view=1.45)
