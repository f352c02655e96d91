"""Woods: growth rings cut flat, fibres and pores along u; species by their colours, ring width and pores."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ml.staging.furniture.material import Material, MaterialKind, Relief, Texture, srgb
from ml.staging.furniture.surfaces.noise import blended, painted, smooth_line, smooth_noise

_ALONG_M, _ACROSS_M = 2.4, 0.72
_WIDTH, _HEIGHT = 1024, 768


@dataclass(frozen=True, slots=True)
class Species:
    """How a wood looks: light and dark of its rings (sRGB hex), ring width in metres, strength of rings and pores."""

    light: str
    dark: str
    ring_m: float
    rings: float
    pores: float
    roughness: float = 0.45


WOODS: dict[str, Species] = {
    "oak": Species("c9a67c", "a17c54", 0.010, 0.75, 0.8),
    "pale_oak": Species("dcc5a4", "c0a27c", 0.011, 0.6, 0.6, 0.55),
    "smoked_oak": Species("7d6650", "57442f", 0.010, 0.8, 0.9),
    "walnut": Species("7d573d", "4b3122", 0.014, 0.85, 0.5, 0.4),
    "ash": Species("dccbb0", "b69c78", 0.013, 0.9, 0.5, 0.5),
    "teak": Species("a8744a", "7c4f2e", 0.012, 0.8, 0.5, 0.42),
    "black": Species("302d2b", "1f1d1c", 0.010, 0.6, 0.6, 0.5),
    "mahogany": Species("74402a", "4a2417", 0.016, 0.7, 0.45, 0.3),
    "cherry": Species("9c6440", "78452a", 0.015, 0.65, 0.35, 0.35),
    "reclaimed": Species("93795c", "5f4a36", 0.009, 1.0, 1.2, 0.65),
    "whitewashed": Species("dad3c6", "b9ae9c", 0.011, 0.75, 0.9, 0.6),
}

PAINTS: dict[str, tuple[str, float]] = {
    "white": ("eeece7", 0.35),
    "greige": ("b9b0a3", 0.4),
    "sage": ("8f9a86", 0.4),
    "charcoal": ("3c3d3f", 0.4),
    "cream": ("e6ddc9", 0.4),
    "navy": ("2b3a4e", 0.4),
    "mist": ("aab6ba", 0.4),
}

_STAVES = 5


@lru_cache(maxsize=32)
def wood(name: str) -> Material:
    """The material of a species of WOODS or a colour of PAINTS; raises ValueError for another name."""
    if name in PAINTS:
        code, roughness = PAINTS[name]
        return Material(f"paint:{name}", MaterialKind.PAINT, srgb(code), roughness=roughness, specular=0.45)
    if name not in WOODS:
        raise ValueError(f"There is no wood {name!r}; there are: {', '.join([*WOODS, *PAINTS])}.")
    species = WOODS[name]
    # The name is the seed: a species looks the same in every process.
    rng = np.random.default_rng(list(name.encode()))
    across = (np.arange(_HEIGHT) + 0.5)[:, None] / _HEIGHT * _ACROSS_M
    stave_m = _ACROSS_M / _STAVES
    shape = (_HEIGHT, _WIDTH)
    warp = smooth_noise(shape, (30, 160), rng) * 0.006 + smooth_noise(shape, (8, 90), rng) * 0.0012
    rings = np.zeros(shape)
    tint = np.zeros(shape)
    for stave in range(_STAVES):
        rows = slice(int(stave * _HEIGHT / _STAVES), int((stave + 1) * _HEIGHT / _STAVES))
        # A board cut at depth d below the pith's nearest ring: arches ("cathedrals") where d changes along it.
        pith = (stave + rng.uniform(-0.2, 1.2)) * stave_m
        depth = 0.05 + 0.022 * smooth_line(_WIDTH, 120, rng) + rng.uniform(0, 0.03)
        distance = np.hypot(across[rows] - pith, depth[None, :]) + warp[rows]
        phase = (distance / species.ring_m + rng.uniform()) % 1.0
        # Earlywood darkens slowly into latewood and ends sharply.
        rings[rows] = phase**2.2 * np.clip((1 - phase) / 0.12, 0, 1)
        tint[rows] = rng.normal() * 0.09
    fibres = smooth_noise(shape, (0.9, 45), rng)
    broad = smooth_noise(shape, (14, 200), rng)
    share = 0.30 + species.rings * 0.62 * (rings - 0.25) + 0.085 * fibres + 0.09 * broad + tint
    pores = np.clip(smooth_noise(shape, (0.6, 9), rng) - 1.55, 0, 1.2) * species.pores
    colours = blended(species.light, species.dark, np.clip(share, -0.25, 1.2)) * (1 - 0.16 * pores)[..., None]
    heights = ((fibres * 0.00002) - pores * 0.00012).astype(np.float32)
    tile = (_ALONG_M, _ACROSS_M)
    return Material(
        f"wood:{name}",
        MaterialKind.WOOD,
        Texture(painted(colours), tile),
        roughness=species.roughness,
        specular=0.45,
        relief=Relief(heights, tile),
    )
