"""Cane and rattan: webbing with its holes, a basket's weave, and peeled rods; seamless tiles in metres."""

from functools import lru_cache

import numpy as np

from ml.staging.furniture.material import Material, MaterialKind, Relief, Texture
from ml.staging.furniture.mesh import Floats
from ml.staging.furniture.surfaces.noise import blended, painted, smooth_noise

_SIZE = 480
_WEBBING_M, _BASKET_M = 0.12, 0.16

CANES: dict[str, tuple[str, str]] = {
    # The strand's light and its shade, sRGB.
    "natural": ("d3b17c", "a87f4a"),
    "honey": ("b98748", "8a5d2b"),
    "dark": ("6a4a30", "432d1d"),
}


def _grid(count: int) -> tuple[Floats, Floats]:
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE] / _SIZE * count
    return rows, columns


@lru_cache(maxsize=8)
def webbing(name: str = "natural") -> Material:
    """Cane webbing: pairs of upright and level strands, one each way across them, eight-sided holes between."""
    light, dark = CANES[name]
    rng = np.random.default_rng([3, *name.encode()])
    rows, columns = _grid(9)
    u, v = columns % 1, rows % 1
    straight = np.minimum(np.abs(np.minimum(u, 1 - u) - 0.12), np.abs(np.minimum(v, 1 - v) - 0.12))
    first, second = (columns + rows) % 1, (columns - rows) % 1
    slanted = np.minimum(np.abs(first - 0.5), np.abs(second - 0.5)) * 0.71
    strand = np.maximum(np.clip(1 - straight / 0.095, 0, 1), np.clip(1 - slanted / 0.08, 0, 1))
    body = np.clip(strand * 2.4, 0, 1)
    tint = 0.35 + 0.2 * smooth_noise((_SIZE, _SIZE), (1.5, 12), rng) + 0.3 * (1 - strand)
    colours = blended(light, dark, np.clip(tint, 0, 1.2))
    # What is seen through the holes: the shade behind the panel.
    colours = colours * body[..., None] + (1 - body[..., None]) * np.array([0.105, 0.085, 0.065])
    tile = (_WEBBING_M, _WEBBING_M)
    return Material(
        f"cane:webbing:{name}",
        MaterialKind.WICKER,
        Texture(painted(colours), tile),
        roughness=0.55,
        specular=0.4,
        relief=Relief((0.0012 * body * np.sqrt(strand)).astype(np.float32), tile),
    )


@lru_cache(maxsize=8)
def basket(name: str = "natural") -> Material:
    """A basket's weave: strands over and under upright rods, turn about."""
    light, dark = CANES[name]
    rng = np.random.default_rng([5, *name.encode()])
    rows, columns = _grid(8)
    wander = 0.10 * smooth_noise((_SIZE, _SIZE), (14, 30), rng)
    strand = np.floor(rows * 2 + wander)
    across = np.sin(np.pi * ((rows * 2 + wander) % 1))
    over = np.sin(np.pi * columns + np.pi * (strand % 2))
    height = np.sqrt(np.clip(across, 0, 1)) * (0.62 + 0.38 * over)
    tint = 0.75 - 0.75 * height + 0.16 * smooth_noise((_SIZE, _SIZE), (1.2, 16), rng)
    tile = (_BASKET_M, _BASKET_M)
    return Material(
        f"cane:basket:{name}",
        MaterialKind.WICKER,
        Texture(painted(blended(light, dark, np.clip(tint, 0, 1.5)) * (0.55 + 0.45 * height)[..., None]), tile),
        roughness=0.6,
        specular=0.35,
        relief=Relief((0.004 * height).astype(np.float32), tile),
    )


@lru_cache(maxsize=8)
def rattan(name: str = "natural") -> Material:
    """Peeled rods: knots every hand's breadth, fibres along u."""
    light, dark = CANES[name]
    rng = np.random.default_rng([7, *name.encode()])
    fibres = smooth_noise((192, 768), (1.0, 60), rng)
    columns = np.arange(768) / 768
    knots = np.exp(-((((columns * 4) % 1 - 0.5) / 0.018) ** 2))[None, :]
    tint = 0.30 + 0.16 * fibres + 0.75 * knots + 0.12 * smooth_noise((192, 768), (40, 90), rng)
    return Material(
        f"cane:rod:{name}",
        MaterialKind.WICKER,
        Texture(painted(blended(light, dark, np.clip(tint, -0.1, 1.3))), (0.9, 0.22)),
        roughness=0.42,
        specular=0.45,
    )
