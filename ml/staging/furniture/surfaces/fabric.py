"""Fabrics and leather: the yarn's shades and its relief, seamless tiles in metres."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

from ml.staging.furniture.material import Material, MaterialKind, Relief, Texture, srgb
from ml.staging.furniture.mesh import Floats
from ml.staging.furniture.surfaces.finishes import TEXTILES, Cloth
from ml.staging.furniture.surfaces.noise import painted, smooth_noise

_SIZE = 640


@dataclass(frozen=True, slots=True)
class _Weave:
    """A weave's look: shades (h, w) as a factor on the colour, heights in metres, and how it takes light."""

    shades: Floats
    heights_m: Floats
    tile_m: float
    roughness: float = 0.9
    specular: float = 0.2
    sheen: float = 0.3
    clearcoat: float = 0.0


def _noise(rng: np.random.Generator, rows: float, columns: float) -> Floats:
    return smooth_noise((_SIZE, _SIZE), (rows, columns), rng)


def _linen(rng: np.random.Generator) -> _Weave:
    # Slubs: threads that are thick for some centimetres, along both directions.
    warp, weft = _noise(rng, 26, 0.7), _noise(rng, 0.7, 26)
    thick = np.maximum(warp, 0) ** 1.5 + np.maximum(weft, 0) ** 1.5
    shades = 1 + 0.022 * warp + 0.026 * weft + 0.012 * thick + 0.015 * _noise(rng, 40, 40)
    return _Weave(shades, 0.00012 * (warp + weft) + 0.0001 * thick, 0.7, sheen=0.25)


def _plain_weave(rng: np.random.Generator, threads: int) -> Floats:
    """Heights 0 to 1 of a plain weave of `threads` pairs a tile: warp over weft, turn about.

    The threads wander: a perfect grid, seen from some metres away, would beat with the photo's pixels.
    """
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE] / _SIZE * threads * 2
    rows, columns = rows + 0.55 * _noise(rng, 9, 9), columns + 0.55 * _noise(rng, 9, 9)
    over = (np.floor(rows) + np.floor(columns)) % 2
    crown_u, crown_v = np.sin(np.pi * (columns % 1)), np.sin(np.pi * (rows % 1))
    crowns: Floats = np.where(over == 0, crown_u * np.sqrt(crown_v), crown_v * np.sqrt(crown_u))
    return crowns


def _weave(rng: np.random.Generator) -> _Weave:
    crowns = _plain_weave(rng, 52)
    yarn = _noise(rng, 1.2, 9) + _noise(rng, 9, 1.2)
    # Melange: single yarns lighter or darker than the rest.
    melange = np.clip(_noise(rng, 1.4, 5) - 1.1, 0, 1.5) - np.clip(_noise(rng, 5, 1.4) - 1.2, 0, 1.5)
    shades = 0.96 + 0.055 * crowns + 0.022 * yarn + 0.06 * melange + 0.02 * _noise(rng, 50, 50)
    return _Weave(shades, 0.00025 * crowns + 0.00012 * yarn, 0.5, roughness=0.95)


def _chenille(rng: np.random.Generator) -> _Weave:
    cords = _noise(rng, 1.6, 9)
    shades = 1 + 0.026 * cords + 0.02 * _noise(rng, 60, 34) + 0.02 * _noise(rng, 1, 1)
    return _Weave(shades, 0.0003 * cords, 0.6, sheen=0.6)


def _velvet(rng: np.random.Generator) -> _Weave:
    # Pile laid over by hand: broad patches, lighter and darker.
    brushed = _noise(rng, 46, 30) + 0.6 * _noise(rng, 18, 26)
    shades = 1 + 0.05 * brushed + 0.02 * _noise(rng, 0.8, 0.8)
    return _Weave(shades, 0.00035 * brushed, 0.9, roughness=0.75, specular=0.25, sheen=1.0)


def _boucle(rng: np.random.Generator) -> _Weave:
    loops = np.abs(_noise(rng, 4.2, 4.2))
    curls = np.abs(_noise(rng, 2.4, 2.4))
    height = gaussian_filter(np.minimum(loops, 1.4) + 0.6 * np.minimum(curls, 1.3), 0.8, mode="wrap")
    height -= height.mean()
    shades = 1 + 0.10 * height + 0.02 * _noise(rng, 40, 40)
    return _Weave(shades, 0.0018 * height, 0.5, roughness=1.0, specular=0.1, sheen=0.4)


def _knit(rng: np.random.Generator) -> _Weave:
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE] / _SIZE
    stitch = 56
    lean = np.abs((columns * stitch) % 1 - 0.5)
    loops = np.abs(np.sin(np.pi * (rows * 48 + lean * 1.1)))
    ribs = np.cos(2 * np.pi * columns * stitch) * 0.5 + 0.5
    height = loops**0.6 * (1 - 0.55 * ribs)
    shades = 0.86 + 0.24 * height + 0.03 * _noise(rng, 30, 30) + 0.03 * _noise(rng, 0.9, 0.9)
    return _Weave(shades, 0.0022 * height, 0.6, roughness=1.0, specular=0.1, sheen=0.4)


def _cotton(rng: np.random.Generator) -> _Weave:
    threads = _noise(rng, 0.7, 3) + _noise(rng, 3, 0.7)
    # Creases of bedding that was slept in, ironed out again.
    creased = np.abs(_noise(rng, 34, 22))
    return _Weave(
        1 + 0.012 * threads + 0.01 * _noise(rng, 50, 50), 0.00003 * threads + 0.0011 * creased, 0.9, sheen=0.15
    )


def _leather(rng: np.random.Generator) -> _Weave:
    pebbles = np.minimum(np.abs(_noise(rng, 1.7, 1.7)), 1.0)
    worn = _noise(rng, 55, 55) + 0.5 * _noise(rng, 16, 22)
    veins = np.exp(-((_noise(rng, 22, 14) / 0.05) ** 2))
    shades = 1 + 0.03 * pebbles + 0.016 * worn - 0.025 * veins
    heights = 0.00022 * pebbles - 0.0003 * veins
    return _Weave(shades, heights, 0.6, roughness=0.48, specular=0.5, sheen=0.0, clearcoat=0.05)


_WEAVES: dict[str, Callable[[np.random.Generator], _Weave]] = {
    "linen": _linen,
    "weave": _weave,
    "velvet": _velvet,
    "boucle": _boucle,
    "leather": _leather,
    "knit": _knit,
    "cotton": _cotton,
    "chenille": _chenille,
}


@lru_cache(maxsize=64)
def textile(cloth: Cloth) -> Material:
    """The material of a textile in a colour; raises ValueError for one that is not in TEXTILES."""
    if cloth.textile not in _WEAVES:
        raise ValueError(f"There is no textile {cloth.textile!r}; there are: {', '.join(TEXTILES)}.")
    weave = _WEAVES[cloth.textile](np.random.default_rng(list(cloth.textile.encode())))
    colour = np.array(srgb(cloth.colour))
    tile = (weave.tile_m, weave.tile_m)
    shades = weave.shades / weave.shades.mean()
    return Material(
        f"{cloth.textile}:{cloth.colour}",
        MaterialKind.LEATHER if cloth.textile == "leather" else MaterialKind.FABRIC,
        Texture(painted(colour * shades[..., None]), tile),
        roughness=weave.roughness,
        specular=weave.specular,
        sheen=weave.sheen,
        clearcoat=weave.clearcoat,
        relief=Relief(weave.heights_m.astype(np.float32), tile),
    )
