"""Leaves and stems: blades with a midrib and a bend, and their materials."""

from functools import lru_cache

import numpy as np

from ml.staging.furniture.material import Material, MaterialKind, Texture, srgb
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import sheet_faces
from ml.staging.furniture.surfaces.noise import blended, painted, smooth_noise

_GREENS: dict[str, tuple[str, str, float]] = {
    # Blade, veins, roughness.
    "rubber": ("2c4a2a", "6b8a4e", 0.30),
    "fig": ("47682f", "93ab62", 0.42),
    "olive": ("66735a", "98a287", 0.6),
    "sage": ("6d7d63", "9fae90", 0.6),
    "palm": ("476b35", "7d9c58", 0.45),
    "snake": ("40593f", "a9b37c", 0.4),
}


@lru_cache(maxsize=16)
def leaf_material(name: str) -> Material:
    """The material of a plant's leaves: uvs 0 to 1, u across the blade, v from stalk to tip."""
    blade, vein, roughness = _GREENS[name]
    rng = np.random.default_rng(list(name.encode()))
    rows, columns = (np.mgrid[0:192, 0:96] + 0.5) / np.array([192, 96])[:, None, None]
    across = np.abs(columns - 0.5)
    midrib = np.exp(-((across / 0.022) ** 2))
    side_veins = np.exp(-((((rows * 11 - across * 7) % 1 - 0.5) / 0.10) ** 2)) * 0.28
    mottle = 0.10 * smooth_noise((192, 96), (10, 6), rng)
    if name == "snake":
        # Bands across, pale margins.
        bands = 0.5 + 0.5 * np.sin(rows * 60 + 1.2 * smooth_noise((192, 96), (3, 10), rng))
        share = 0.25 * bands + 0.9 * (across > 0.40) + mottle
    else:
        share = np.clip(midrib * 0.9 + side_veins, 0, 1) + mottle
    return Material(
        f"leaf:{name}",
        MaterialKind.LEAF,
        Texture(painted(blended(blade, vein, np.clip(share, -0.3, 1)))),
        roughness=roughness,
        specular=0.45,
        transmission=0.2,
    )


@lru_cache(maxsize=8)
def stem_material(name: str) -> Material:
    """Bark or a green stalk."""
    colour = {"bark": "6e5b47", "green": "5e6e3f", "grey": "8a8276"}[name]
    return Material(f"stem:{name}", MaterialKind.LEAF, srgb(colour), roughness=0.8, specular=0.2)


@lru_cache(maxsize=2)
def soil() -> Material:
    """Potting soil."""
    return Material("soil", MaterialKind.STONE, srgb("33281f"), roughness=1.0, specular=0.1)


def leaf_blade(
    long: float, ratio: float, bend: float, *, steps: int = 10, fold: float = 0.22, wave: float = 0.03
) -> Mesh:
    """A leaf from its stalk at the origin along +x, its upper side up.

    ratio: breadth to length. bend: radians by which it droops to its tip. fold: how much the halves rise from the
    midrib. wave: of its margin. A sheet without thickness, meant to be lit from both sides.
    """
    along = np.linspace(0, 1, steps + 1)
    half = long * ratio / 2 * np.sin(np.pi * along**0.8) ** 0.85
    half[0], half[-1] = long * ratio * 0.03, long * ratio * 0.004
    across = np.array([-1, -0.5, 0, 0.5, 1.0])
    angle = bend * along
    x = long * np.cumsum(np.concatenate([[0], np.cos(angle[1:]) / steps]))
    z = -long * np.cumsum(np.concatenate([[0], np.sin(angle[1:]) / steps]))
    y = half[:, None] * across
    rise = np.abs(y) * fold + wave * long * np.sin(along[:, None] * 13 + across * 2) * np.abs(across) * 0.5
    points = np.stack([np.broadcast_to(x[:, None], y.shape), y, z[:, None] + rise], axis=-1)
    uvs = np.stack(np.broadcast_arrays(across * 0.5 + 0.5, along[:, None]), axis=-1)
    faces = sheet_faces(steps + 1, len(across))[:, ::-1]
    return shaded(points.reshape(-1, 3), faces, uvs.reshape(-1, 2), crease=80.0)
