"""Bakes the cloth shapes that ship: `python -m ml.staging.furniture.cloth.baking` writes shapes.npz anew (minutes)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture.cloth.simulation import Contact, Fabric, plane, rounded_slab, settle, sew
from ml.staging.furniture.mesh import Floats, rotation

STEP_M = 0.0004
"""The grid that coordinates are rounded to."""

MATTRESSES_M = {"90": 0.90, "140": 1.40, "160": 1.60, "180": 1.80}
MATTRESS_LONG_M = 2.00


def packed(points: Floats) -> NDArray[np.int16]:
    """Sheets (layers, rows, columns, 3) as whole steps, each the difference to what its neighbours foretell."""
    whole = np.round(points / STEP_M).astype(np.int16)
    whole[:, :, 1:] -= whole[:, :, :-1].copy()
    whole[:, 1:] -= whole[:, :-1].copy()
    return whole


def _sheets(width: float, height: float, columns: int, rng: np.random.Generator) -> tuple[Floats, tuple[float, float]]:
    """Two flat sheets about the origin, lying, sewn at the rim, slightly crumpled; and their spacing."""
    rows = max(8, round(columns * height / width))
    along, across = np.linspace(-height / 2, height / 2, rows), np.linspace(-width / 2, width / 2, columns)
    x, y = np.meshgrid(across, along)
    flat = np.stack([x, y, np.zeros_like(x)], axis=-1)
    lift = np.array([0, 0, 0.004])
    layers = np.stack([flat + lift, flat - lift])
    layers = layers + rng.normal(0, 0.0012, layers.shape)
    sew(layers)
    return layers, (float(along[1] - along[0]), float(across[1] - across[0]))


def pillow(
    width: float, height: float, seed: int, *, lean_deg: float, back_deg: float, pressure: float, columns: int = 36
) -> Floats:
    """A filled pillow that was thrown against a backrest: the seat is z = 0, the backrest starts at y = 0.

    lean_deg: how the pillow leans back at first, from upright (90 lies flat). back_deg: how the backrest leans.
    """
    rng = np.random.default_rng(seed)
    layers, spacing = _sheets(width, height, columns, rng)
    layers = settle(layers, spacing, Fabric(bend=0.10), steps=260, gravity=0.0, pressure=pressure)
    turn = rotation("z", rng.uniform(-9, 9)) @ rotation("x", 90 - lean_deg) @ rotation("z", rng.uniform(-7, 7))
    layers = layers @ turn.T
    layers[..., 2] -= layers[..., 2].min() - 0.002
    back = np.radians(back_deg)
    # Its upper rear just touches the backrest.
    layers[..., 1] -= float((layers[..., 1] - np.tan(back) * layers[..., 2]).max()) + 0.002
    contacts: tuple[Contact, ...] = (plane((0, 0, 0), (0, 0, 1), 0.9),)
    if lean_deg < 85:
        contacts += (plane((0, 0, 0), (0.0, -float(np.cos(back)), float(np.sin(back))), 0.85),)
    return settle(
        layers, spacing, Fabric(bend=0.10, keep=0.95), steps=420, gravity=4.0, pressure=pressure, contacts=contacts
    )


def duvet(mattress: float, seed: int) -> Floats:
    """A duvet over a mattress about the origin with its top at z = 0, its head end at +y: one sheet, its upper side.

    It covers three quarters of the length, hangs at the sides and over the foot.
    """
    rng = np.random.default_rng(seed)
    long, over, foot = MATTRESS_LONG_M, 0.30, 0.30
    width, height = mattress + 2 * over, long * 0.74 + foot
    spacing_m = 0.036
    columns, rows = round(width / spacing_m) + 1, round(height / spacing_m) + 1
    across = np.linspace(-width / 2, width / 2, columns)
    along = np.linspace(-long / 2 - foot, -long / 2 - foot + height, rows)
    x, y = np.meshgrid(across, along)
    bump = _bumps(rng, x, y)
    sheet = np.stack([x + 0.010 * _bumps(rng, x, y), y + 0.010 * _bumps(rng, x, y), 0.09 + 0.035 * bump], axis=-1)[None]
    half = (mattress / 2, long / 2, 0.14)
    contact = rounded_slab(half, (0, 0, -0.14), 0.05, 0.85)
    spacing = (float(along[1] - along[0]), float(across[1] - across[0]))
    # The cloth is wider than its filling: drawn a little longer than it lies, it falls in soft waves.
    loose = (spacing[0] * 1.025, spacing[1] * 1.025)
    return settle(sheet, loose, Fabric(shear=0.25, bend=0.16, keep=0.97), steps=520, contacts=(contact,))


def _bumps(rng: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """A few long waves over a sheet, about -1 to 1."""
    waves = np.zeros_like(x)
    for _ in range(7):
        kx, ky = rng.normal(0, 5.5, 2)
        waves += np.sin(kx * x + ky * y + rng.uniform(0, 6.28)) / 2.6
    return waves


def bake() -> dict[str, Floats]:
    """All shapes by name."""
    shapes: dict[str, Floats] = {}
    for number in range(5):
        shapes[f"square_{number}"] = pillow(
            0.50, 0.50, 10 + number, lean_deg=18 + 4 * (number % 3), back_deg=12, pressure=11 + number % 3
        )
    for number in range(3):
        shapes[f"lumbar_{number}"] = pillow(0.60, 0.36, 30 + number, lean_deg=24 + 5 * number, back_deg=14, pressure=13)
    for number in range(4):
        shapes[f"sleeping_{number}"] = pillow(
            0.72, 0.50, 50 + number, lean_deg=(28, 34, 44, 52)[number], back_deg=20 + 6 * number, pressure=10
        )
    for number in range(2):
        shapes[f"flat_{number}"] = pillow(0.72, 0.48, 70 + number, lean_deg=90, back_deg=0, pressure=10)
    for name, width in MATTRESSES_M.items():
        shapes[f"duvet_{name}"] = duvet(width, 90 + int(name))
    return shapes


def main() -> None:
    """Bake and write shapes.npz beside this module."""
    shapes = {name: packed(points) for name, points in bake().items()}
    np.savez_compressed(Path(__file__).with_name("shapes.npz"), **shapes)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
