"""Rugs as one picture each: pile or weave, with a border, a lattice, stripes or a worn pattern, true to their size."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

from ml.staging.furniture.material import Material, MaterialKind, Relief, Texture
from ml.staging.furniture.mesh import Floats
from ml.staging.furniture.surfaces.finishes import RUGS, RugFinish
from ml.staging.furniture.surfaces.noise import blended, painted

_STEP_M = 0.0028


def _noise(rng: np.random.Generator, shape: tuple[int, int], sigma: tuple[float, float]) -> Floats:
    noise: Floats = gaussian_filter(rng.normal(size=shape), sigma, mode="nearest", truncate=3.0)
    noise /= noise.std() + 1e-12
    return noise


def _edge(inside: Floats, soft: float = 0.004) -> Floats:
    """Share 0 to 1 of a figure from a distance in metres, negative within."""
    return np.clip(0.5 - inside / soft, 0, 1)


Pattern = Callable[[Floats, Floats, Floats, np.random.Generator], Floats]
"""Takes x, y and the distance from the rim, in metres (h, w); gives the figure's share 0 to 1 (h, w)."""


def _plain(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del y, rim
    return 0.10 * _noise(rng, x.shape, (1.5, 26)) + 0.07 * _noise(rng, x.shape, (40, 40)) + 0.12


def _border(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del y
    broad, fine = _edge(np.abs(rim - 0.135) - 0.022), _edge(np.abs(rim - 0.19) - 0.007)
    return np.maximum(broad, fine) * 0.85 + 0.06 * _noise(rng, x.shape, (30, 30))


def _lattice(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del rim
    # A hand-knotted lattice: each line wavers, no two meshes are the same.
    wander = 0.011 * _noise(rng, x.shape, (34, 34)) + 0.004 * _noise(rng, x.shape, (9, 9))
    u, v = (x + wander) / 0.34, (y - wander) / 0.50
    first = np.abs((u + v + 0.5) % 1 - 0.5) * 0.28
    second = np.abs((u - v + 0.5) % 1 - 0.5) * 0.28
    return _edge(np.minimum(first, second) - 0.0095, 0.009) * 0.9


def _stripes(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del y, rim
    wander = 0.003 * _noise(rng, x.shape, (30, 4))
    share = np.zeros_like(x)
    half = float(x.max())
    at = -half + 0.10
    while at < half - 0.08:
        wide = float(rng.choice([0.012, 0.02, 0.05, 0.09]))
        share = np.maximum(share, _edge(np.abs(x + wander - at) - wide / 2) * rng.uniform(0.45, 0.95))
        at += wide + float(rng.choice([0.05, 0.09, 0.16]))
    return share


def _vintage(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    u, v = np.abs(x), np.abs(y)
    medallion = np.hypot(u / 0.62, v / 0.45)
    petals = np.cos(8 * np.arctan2(v, u)) * 0.09
    rings = _edge((np.abs((medallion + petals) % 0.42 - 0.21) - 0.085) * 0.3, 0.012)
    field = _edge((np.cos(u * 17) + np.cos(v * 17) + 0.8 * np.cos((u + v) * 26) - 0.45) * -0.05, 0.02)
    inner = np.where(medallion < 1.25, rings, field * 0.75)
    band = _edge((np.cos(u * 34) * np.cos(v * 34) - 0.1) * -0.04, 0.02)
    figure = np.where(rim > 0.26, inner, np.where(rim > 0.07, 0.30 + 0.6 * band, 0.8))
    figure = np.where(np.abs(rim - 0.26) < 0.012, 0.95, figure)
    # Worn: the pile is gone in broad patches and along single wefts.
    worn = np.clip(0.62 + 0.28 * _noise(rng, x.shape, (46, 60)) + 0.16 * _noise(rng, x.shape, (0.8, 30)), 0.05, 1)
    return figure * worn


def _abstract(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    """Clouds of the second colour, brushed along the rug and worn: no outline anywhere."""
    del y, rim
    clouds = _noise(rng, x.shape, (80, 130)) + 0.35 * _noise(rng, x.shape, (24, 60))
    soft = _edge((0.35 - clouds) * 0.05, 0.06) * 0.5
    brushed = 0.5 + 0.3 * _noise(rng, x.shape, (1.2, 36)) + 0.2 * _noise(rng, x.shape, (6, 6))
    return 0.05 + soft * np.clip(brushed, 0.1, 1)


def _jute(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del rim
    plait = np.abs(np.sin(np.pi * (y / 0.022 + 0.25 * np.sin(2 * np.pi * x / 0.03))))
    return 0.30 + 0.45 * (1 - plait) + 0.14 * _noise(rng, x.shape, (1.2, 6)) + 0.08 * _noise(rng, x.shape, (30, 30))


def _shag(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    del y, rim
    tufts = np.abs(_noise(rng, x.shape, (3.4, 3.4)))
    return np.clip(0.5 - 0.42 * np.minimum(tufts, 1.4), 0, 1)


def _geometric(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    """Blocks of arcs, each a quarter of rings, turned about as a hand would lay them."""
    size = 0.42
    wander = 0.004 * _noise(rng, x.shape, (24, 24))
    u, v = (x + wander) / size + 40, (y - wander) / size + 40
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    turns = rng.integers(0, 4, (96, 96))[row % 96, column % 96]
    across, up = u % 1, v % 1
    across = np.where((turns == 1) | (turns == 2), 1 - across, across)
    up = np.where(turns >= 2, 1 - up, up)
    radius = np.hypot(across, up)
    bands = _edge((np.abs(radius - 0.86) - 0.10) * size, 0.008) + _edge((np.abs(radius - 0.50) - 0.09) * size, 0.008)
    heart = _edge((radius - 0.20) * size, 0.008)
    figure = np.where(rim > 0.07, np.maximum(bands * 0.85, heart * 0.55), 0.0)
    return np.maximum(figure, _edge(np.abs(rim - 0.055) - 0.012) * 0.8)


def _checked(x: Floats, y: Floats, rim: Floats, rng: np.random.Generator) -> Floats:
    """Broad fields in two shades where warp and weft cross, thin lines between."""
    wander = 0.003 * _noise(rng, x.shape, (30, 30))
    u, v = np.abs(((x + wander) / 0.46) % 1 - 0.5), np.abs(((y + wander) / 0.46) % 1 - 0.5)
    warp, weft = _edge((u - 0.13) * 0.46, 0.006), _edge((v - 0.13) * 0.46, 0.006)
    del rim
    return 0.34 * warp + 0.34 * weft + 0.05 * _noise(rng, x.shape, (1.4, 12))


_PATTERNS: dict[str, Pattern] = {
    "plain": _plain,
    "border": _border,
    "lattice": _lattice,
    "stripes": _stripes,
    "vintage": _vintage,
    "abstract": _abstract,
    "jute": _jute,
    "shag": _shag,
    "geometric": _geometric,
    "checked": _checked,
}


@lru_cache(maxsize=16)
def rug_material(finish: RugFinish, width_m: float, depth_m: float, seed: int, *, is_round: bool = False) -> Material:
    """The face of a rug, uvs 0 to 1 over its whole size; raises ValueError for a pattern that is not in RUGS."""
    if finish.pattern not in _PATTERNS:
        raise ValueError(f"There is no rug {finish.pattern!r}; there are: {', '.join(RUGS)}.")
    rng = np.random.default_rng([seed, *finish.pattern.encode()])
    shape = (round(depth_m / _STEP_M), round(width_m / _STEP_M))
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    x = (columns + 0.5) / shape[1] * width_m - width_m / 2
    y = (rows + 0.5) / shape[0] * depth_m - depth_m / 2
    straight = np.minimum(width_m / 2 - np.abs(x), depth_m / 2 - np.abs(y))
    rim = width_m / 2 - np.hypot(x, y) if is_round else straight
    share = _PATTERNS[finish.pattern](x, y, rim, rng)
    pile = _noise(rng, shape, (0.8, 0.8))
    rows_of_knots = np.sin(rows * np.pi / 2.5) * (0.4 if finish.pattern in {"jute", "stripes"} else 0.15)
    # Where it was walked on and hoovered, the pile lies one way or the other.
    laid = _noise(rng, shape, (60, 60))
    shade = 1 + 0.055 * pile + 0.02 * rows_of_knots + 0.025 * laid
    colours = blended(finish.ground, finish.figure, np.clip(share, -0.1, 1)) * shade[..., None]
    heights = 0.0009 * pile - 0.0006 * share
    if finish.pattern == "shag":
        heights = heights + 0.010 * (0.5 - share)
    return Material(
        f"rug:{finish.pattern}:{finish.ground}:{finish.figure}:{width_m}x{depth_m}:{is_round}:{seed}",
        MaterialKind.FABRIC,
        Texture(painted(colours)),
        roughness=1.0,
        specular=0.1,
        sheen=0.35,
        relief=Relief(heights.astype(np.float32)),
    )
