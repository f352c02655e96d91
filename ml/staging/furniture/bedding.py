"""What lies on a bed: mattress, duvet, a throw over its foot, pillows and cushions."""

import numpy as np

from ml.staging.furniture.cloth.baking import MATTRESS_LONG_M, MATTRESSES_M
from ml.staging.furniture.cloth.shapes import filled, sheets, thickened
from ml.staging.furniture.mesh import Floats, rotation
from ml.staging.furniture.piece import Assembly
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.upholstery import soft_box

TOP_M = 0.56
"""Of the mattress."""

_MATTRESS_M = 0.24


def lay_bedding(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    width: float,
    head: float,
    top: float = TOP_M,
    *,
    hem: float = 0.26,
    footboard: bool = False,
) -> None:
    """Mattress, duvet, a throw over the foot and pillows against a headboard whose face is at y = `head`.

    top: height of the mattress's upper side. hem: by how much the duvet hangs down before its corners are held up.
    footboard: whether something stands at the foot, where the duvet then ends instead of hanging over.
    """
    linen, second = textile(finishes.bedding), textile(finishes.throw)
    mattress = soft_box((width, MATTRESS_LONG_M, _MATTRESS_M), rng, radius=0.055, puff=(0, 0, 0.008), wrinkle=0.0012)
    middle = head - MATTRESS_LONG_M / 2 - 0.01
    build.add(linen, mattress.moved(0, middle, top - _MATTRESS_M / 2))
    nearest = min(MATTRESSES_M, key=lambda name: abs(MATTRESSES_M[name] - width))
    layer = sheets(f"duvet_{nearest}")[0]
    layer = _held_up(layer * np.array([width / MATTRESSES_M[nearest], 1, 1]), hem)
    if footboard:
        layer = layer[np.median(layer[:, :, 1], axis=1) > -MATTRESS_LONG_M / 2 + 0.03]
    if rng.uniform() < 0.5:
        layer = layer[:, ::-1] * np.array([-1, 1, 1])
    build.add(linen, thickened(layer, 0.045, 0.010).moved(0, middle, top + 0.002))
    if finishes.dressed:
        _foot_throw(build, finishes, rng, layer, middle, top)
    # The duvet's upper end, turned back over itself.
    _turned_back(build, finishes, layer, middle, top)
    single = width < 1.2
    places = (0.0,) if single else (-width / 4, width / 4)
    for x in places:
        size = min(1.0, width / len(places) / 0.76)
        back, _ = filled("sleeping", rng, size=size)
        build.add(
            linen,
            back.turned(rotation("z", rng.uniform(-3, 3))).moved(
                x + rng.uniform(-0.015, 0.015), head - 0.005, top + 0.004
            ),
        )
        front, _ = filled("sleeping", rng, size=size * 0.94)
        build.add(
            second if not single else linen,
            front.turned(rotation("z", rng.uniform(-4, 4))).moved(
                x + rng.uniform(-0.02, 0.02), head - 0.19, top + 0.006
            ),
        )
    if finishes.dressed:
        _scatter(build, finishes, rng, width, head, top)


def _held_up(layer: Floats, hem: float) -> Floats:
    """The duvet with its corners, which fall the deepest, held above the floor: softly, from `hem` below its top."""
    low = -hem
    below = np.maximum(low - layer[..., 2], 0.0)
    held = layer.copy()
    held[..., 2] = np.where(below > 0, low - 0.14 * (1 - np.exp(-below / 0.14)), layer[..., 2])
    return held


def _scatter(
    build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float, head: float, top: float
) -> None:
    """The cushions before the pillows: two square ones on a wide bed, a long one in the middle."""
    plan = [("lumbar", finishes.accent, rng.uniform(-0.03, 0.03), 0.52, -14.0, 0.035)]
    if width >= 1.2:
        plan += [("square", finishes.accent_second, side * width / 5.2, 0.36, -10.0, 0.02) for side in (-1, 1)]
    for family, cloth, x, forward, lean, lift in plan:
        body, piping = filled(family, rng, size=0.95, piped=rng.uniform() < 0.6)
        turn = rotation("z", rng.uniform(-6, 6)) @ rotation("x", lean)
        for mesh in (body, piping):
            if mesh is not None:
                build.add(textile(cloth), mesh.turned(turn).moved(x, head - forward, top + lift))


def _foot_throw(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    layer: Floats,
    middle: float,
    top: float,
) -> None:
    """A blanket over the foot end: the duvet's own surface, lifted, with its own small folds."""
    start, long = -MATTRESS_LONG_M / 2 + rng.uniform(0.10, 0.18), rng.uniform(0.46, 0.60)
    along = np.median(layer[:, :, 1], axis=1)
    rows = np.flatnonzero((along > start) & (along < start + long))
    strip = layer[rows[0] : rows[-1] + 1].copy()
    phase = rng.uniform(0, 6.28, 3)
    fold = 0.006 * np.sin(strip[..., 1] * 42 + phase[0] + 1.5 * np.sin(strip[..., 0] * 3 + phase[1]))
    strip[..., 2] += 0.004 + np.maximum(fold, -0.002)
    strip[..., 1] += 0.012 * np.sin(strip[..., 0] * 4.5 + phase[2])
    normals = np.cross(np.gradient(strip, axis=1), np.gradient(strip, axis=0))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    build.add(textile(finishes.throw), thickened(strip + normals * 0.054, 0.012).moved(0, middle, top + 0.002))


def _turned_back(build: Assembly, finishes: Finishes, layer: Floats, middle: float, top: float) -> None:
    """A band of the duvet's upper end folded back, in the bedding's cloth."""
    last = layer[-1, :, 1].max()
    along = np.median(layer[:, :, 1], axis=1)
    rows = np.flatnonzero(along > last - 0.26)
    strip = layer[rows[0] :].copy()
    normals = np.cross(np.gradient(strip, axis=1), np.gradient(strip, axis=0))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    build.add(textile(finishes.bedding), thickened(strip + normals * 0.050, 0.030, 0.006).moved(0, middle, top + 0.002))
