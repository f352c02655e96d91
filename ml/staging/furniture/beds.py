"""Beds in four widths: an upholstered panel, upholstered channels, and a frame of wood. `width_m` is the mattress's."""

import numpy as np

from ml.staging.furniture.cloth.baking import MATTRESS_LONG_M, MATTRESSES_M
from ml.staging.furniture.cloth.shapes import filled, sheets, thickened
from ml.staging.furniture.mesh import Floats, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

_TOP_M = 0.56
_MATTRESS_M = 0.24
CLEARANCE_M = 0.6


def _bedding(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float, head: float) -> None:
    """Mattress, duvet, a throw over the foot and pillows against a headboard whose face is at y = `head`."""
    linen, second = textile(finishes.bedding), textile(finishes.throw)
    mattress = soft_box((width, MATTRESS_LONG_M, _MATTRESS_M), rng, radius=0.055, puff=(0, 0, 0.008), wrinkle=0.0012)
    middle = head - MATTRESS_LONG_M / 2 - 0.01
    build.add(linen, mattress.moved(0, middle, _TOP_M - _MATTRESS_M / 2))
    nearest = min(MATTRESSES_M, key=lambda name: abs(MATTRESSES_M[name] - width))
    layer = sheets(f"duvet_{nearest}")[0]
    layer = _held_up(layer * np.array([width / MATTRESSES_M[nearest], 1, 1]))
    if rng.uniform() < 0.5:
        layer = layer[:, ::-1] * np.array([-1, 1, 1])
    build.add(linen, thickened(layer, 0.045, 0.010).moved(0, middle, _TOP_M + 0.002))
    if finishes.dressed:
        _foot_throw(build, finishes, rng, layer, middle)
    # The duvet's upper end, turned back over itself.
    _turned_back(build, finishes, layer, middle)
    single = width < 1.2
    places = (0.0,) if single else (-width / 4, width / 4)
    for x in places:
        size = min(1.0, width / len(places) / 0.76)
        back, _ = filled("sleeping", rng, size=size)
        build.add(
            linen,
            back.turned(rotation("z", rng.uniform(-3, 3))).moved(
                x + rng.uniform(-0.015, 0.015), head - 0.005, _TOP_M + 0.004
            ),
        )
        front, _ = filled("sleeping", rng, size=size * 0.94)
        build.add(
            second if not single else linen,
            front.turned(rotation("z", rng.uniform(-4, 4))).moved(
                x + rng.uniform(-0.02, 0.02), head - 0.19, _TOP_M + 0.006
            ),
        )
    if finishes.dressed:
        _scatter(build, finishes, rng, width, head)


def _held_up(layer: Floats) -> Floats:
    """The duvet with its corners, which fall the deepest, held above the floor: softly, from 26 cm below its top."""
    low = -0.26
    below = np.maximum(low - layer[..., 2], 0.0)
    held = layer.copy()
    held[..., 2] = np.where(below > 0, low - 0.14 * (1 - np.exp(-below / 0.14)), layer[..., 2])
    return held


def _scatter(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float, head: float) -> None:
    """The cushions before the pillows: two square ones on a wide bed, a long one in the middle."""
    plan = [("lumbar", finishes.accent, rng.uniform(-0.03, 0.03), 0.52, -14.0, 0.035)]
    if width >= 1.2:
        plan += [("square", finishes.accent_second, side * width / 5.2, 0.36, -10.0, 0.02) for side in (-1, 1)]
    for family, cloth, x, forward, lean, lift in plan:
        body, piping = filled(family, rng, size=0.95, piped=rng.uniform() < 0.6)
        turn = rotation("z", rng.uniform(-6, 6)) @ rotation("x", lean)
        for mesh in (body, piping):
            if mesh is not None:
                build.add(textile(cloth), mesh.turned(turn).moved(x, head - forward, _TOP_M + lift))


def _foot_throw(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    layer: Floats,
    middle: float,
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
    build.add(textile(finishes.throw), thickened(strip + normals * 0.054, 0.012).moved(0, middle, _TOP_M + 0.002))


def _turned_back(build: Assembly, finishes: Finishes, layer: Floats, middle: float) -> None:
    """A band of the duvet's upper end folded back, in the bedding's cloth."""
    last = layer[-1, :, 1].max()
    along = np.median(layer[:, :, 1], axis=1)
    rows = np.flatnonzero(along > last - 0.26)
    strip = layer[rows[0] :].copy()
    normals = np.cross(np.gradient(strip, axis=1), np.gradient(strip, axis=0))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    build.add(
        textile(finishes.bedding), thickened(strip + normals * 0.050, 0.030, 0.006).moved(0, middle, _TOP_M + 0.002)
    )


def _upholstered_base(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float) -> float:
    """A low upholstered box with feet; answers where the headboard's face is (y)."""
    cloth = textile(finishes.upholstery_second)
    long = MATTRESS_LONG_M + 0.02
    box = soft_box((width + 0.02, long, 0.24), rng, radius=0.03, puff=(0.003, 0.003, 0), wrinkle=0.0008, piping=0.004)
    build.add(cloth, box.moved(0, 0, 0.22))
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (width / 2 - 0.05), end * (long / 2 - 0.10))
            build.add(wood(finishes.wood_second), leg((*at, 0.12), (*at, 0.0), 0.026, 0.019))
    return long / 2


def panel_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A plain upholstered headboard with a welt, two panels for the wide ones."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    head = _upholstered_base(build, finishes, rng, width_m)
    cloth = textile(finishes.upholstery_second)
    count = 2 if width_m > 1.2 else 1
    each = (width_m + 0.12) / count
    for number in range(count):
        panel = soft_box(
            (each - 0.003, 0.10, 0.92), rng, radius=0.035, puff=(0.001, 0.012, 0.002), wrinkle=0.0012, piping=0.0
        )
        build.add(cloth, panel.moved(-(width_m + 0.12) / 2 + each * (number + 0.5), head + 0.05, 0.17 + 0.46))
    _bedding(build, finishes, rng, width_m, head)
    return build.piece("bed", "panel", clearance_m=CLEARANCE_M)


def channel_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall headboard of upright padded channels."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    head = _upholstered_base(build, finishes, rng, width_m)
    cloth = textile(finishes.upholstery_second)
    wide = width_m + 0.14
    count = max(5, round(wide / 0.17))
    each = wide / count
    build.add(cloth, soft_box((wide - 0.01, 0.06, 1.02), rng, radius=0.02, wrinkle=0.0).moved(0, head + 0.085, 0.63))
    for number in range(count):
        channel = soft_box((each, 0.10, 1.05), rng, radius=0.047, puff=(0, 0.014, 0.004), wrinkle=0.0010)
        build.add(cloth, channel.moved(-wide / 2 + each * (number + 0.5), head + 0.05, 0.645))
    _bedding(build, finishes, rng, width_m, head)
    return build.piece("bed", "channel", clearance_m=CLEARANCE_M)


def wooden_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A frame of wood: side boards, turned legs, a headboard of slats between posts."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    long = MATTRESS_LONG_M + 0.03
    head = long / 2
    wide = width_m + 0.03
    for side in (-1, 1):
        rail = board((0.03, long, 0.13), (side * (wide / 2 - 0.015), 0, 0.32), radius=0.008, grain=1)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
        foot = (side * (wide / 2 - 0.045), -long / 2 + 0.11)
        build.add(grain, leg((*foot, 0.34), (*foot, 0.0), 0.03, 0.019).shifted_uvs(*rng.uniform(0, 2, 2)))
        post = (side * (wide / 2 - 0.028), head + 0.02)
        build.add(grain, board((0.045, 0.045, 1.0), (*post, 0.5), radius=0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
    for end in (-1, 1):
        rail = board((wide - 0.04, 0.03, 0.13), (0, end * (long / 2 - 0.015), 0.32), radius=0.008, grain=0)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        grain,
        board((wide - 0.06, 0.032, 0.07), (0, head + 0.02, 0.955), radius=0.012, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    build.add(
        grain,
        board((wide - 0.06, 0.028, 0.05), (0, head + 0.02, 0.50), radius=0.010, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    count = round((wide - 0.1) / 0.085)
    for number in range(count):
        x = -(wide - 0.1) / 2 + (wide - 0.1) * (number + 0.5) / count
        slat = board((0.032, 0.014, 0.44), (x, head + 0.02, 0.73), radius=0.006)
        build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
    _bedding(build, finishes, rng, width_m, head - 0.01)
    return build.piece("bed", "wooden", clearance_m=CLEARANCE_M)
