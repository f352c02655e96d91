"""Nightstands of a style, each with a lamp: moulded drawers, a low block, steel, cane, spindles with a shelf."""

import numpy as np

from ml.staging.furniture.decor import bowl
from ml.staging.furniture.nightstands import dress_bedside, short_legs
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board
from ml.staging.furniture.storage import PANEL_M, carcass
from ml.staging.furniture.styled_storage import bail, knob
from ml.staging.furniture.surfaces.cane import webbing
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import turned_leg

_CLEARANCE_M = 0.3


def panelled_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Three drawers under a moulded top, a plinth with bracket feet."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.41, 0.50, 0.10
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    grain = wood(finishes.wood)
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (width_m / 2 - 0.04), end * (depth / 2 - 0.012), low / 2)
            build.add(grain, board((0.085, 0.026, low + 0.006), at, radius=0.006))
    build.add(grain, board((width_m + 0.012, depth + 0.008, 0.024), (0, -0.002, low + 0.004), radius=0.006, grain=0))
    top = board((width_m + 0.036, depth + 0.024, 0.024), (0, -0.006, low + height + 0.012), radius=0.008, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    tall, face = (height - 0.05) / 3, -depth / 2 + 0.002
    for row in range(3):
        z = low + 0.028 + tall * (row + 0.5)
        front = board((width_m - 0.036, 0.020, tall - 0.010), (0, face - 0.008, z), radius=0.006, grain=0)
        build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
        bail(build, finishes, (0, face - 0.017, z + 0.010))
    dress_bedside(build, finishes, rng, low + height + 0.024)
    return build.piece("nightstand", "panelled", clearance_m=_CLEARANCE_M)


def block_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low: one open box of thick boards over a drawer without a handle, on a recessed foot."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low, thick = 0.40, 0.36, 0.06, 0.028
    for z in (low + thick / 2, low + height - thick / 2):
        slab = board((width_m, depth, thick), (0, 0, z), radius=0.006, grain=0)
        build.add(grain, slab.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        panel = board(
            (thick, depth - 0.004, height - 2 * thick),
            (side * (width_m - thick - 0.002) / 2, 0, low + height / 2),
            radius=0.003,
            grain=2,
        )
        build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
    inner = width_m - 2 * thick
    build.add(
        grain,
        board((inner, 0.010, height - 2 * thick), (0, depth / 2 - 0.010, low + height / 2), radius=0.001, grain=0),
    )
    front = board((inner - 0.006, 0.020, 0.135), (0, -depth / 2 + 0.016, low + thick + 0.0705), radius=0.003, grain=0)
    build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((inner, depth - 0.03, 0.014), (0, 0.008, low + thick + 0.147), radius=0.002, grain=0))
    build.add(
        wood(finishes.wood_second), board((width_m - 0.10, depth - 0.09, low + 0.002), (0, 0.01, low / 2), radius=0.003)
    )
    if finishes.dressed:
        bowl(build, finishes, rng, (0, 0.02, low + thick + 0.154))
    dress_bedside(build, finishes, rng, low + height)
    return build.piece("nightstand", "block", clearance_m=_CLEARANCE_M)


def steel_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A steel frame with a steel drawer and a shelf, a thick top of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars, bar, depth, height = metal(finishes.metal), 0.022, 0.40, 0.55
    x, y = (width_m - bar) / 2, (depth - bar) / 2
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(bars, board((bar, bar, height - 0.03), (side * x, end * y, (height - 0.03) / 2), radius=0.002))
        build.add(bars, board((bar * 0.9, 2 * y, bar), (side * x, 0, 0.12), radius=0.002))
    build.add(
        wood(finishes.wood),
        board((width_m, depth, 0.034), (0, 0, height - 0.017), radius=0.005, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    build.add(
        wood(finishes.wood),
        board((width_m - 0.006, depth - 0.006, 0.022), (0, 0, 0.138), radius=0.003, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    build.add(bars, board((width_m - 0.05, depth - 0.03, 0.15), (0, 0.006, height - 0.112), radius=0.003))
    build.add(bars, board((width_m - 0.052, 0.016, 0.142), (0, -depth / 2 + 0.018, height - 0.112), radius=0.004))
    pull = metal("steel" if finishes.metal == "black" else "black")
    build.add(pull, board((0.10, 0.016, 0.018), (0, -depth / 2 + 0.004, height - 0.10), radius=0.005))
    if finishes.dressed:
        bowl(build, finishes, rng, (0, 0, 0.149))
    dress_bedside(build, finishes, rng, height)
    return build.piece("nightstand", "steel", clearance_m=_CLEARANCE_M)


def cane_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A door of cane webbing under a slim drawer, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.39, 0.38, 0.17
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    short_legs(build, finishes.wood, rng, width_m, depth, low)
    wide, face, frame = width_m - 2 * PANEL_M - 0.006, -depth / 2 + 0.012, 0.032
    drawer = board((wide, 0.018, 0.088), (0, face, low + height - PANEL_M - 0.047), radius=0.002, grain=0)
    build.add(grain, drawer.shifted_uvs(*rng.uniform(0, 2, 2)))
    knob(build, finishes, (0, face - 0.008, low + height - PANEL_M - 0.047), 0.75)
    tall = height - 2 * PANEL_M - 0.102
    z = low + PANEL_M + 0.003 + tall / 2
    for side in (-1, 1):
        build.add(grain, board((frame, 0.018, tall), (side * (wide - frame) / 2, face, z), radius=0.002))
        build.add(
            grain,
            board((wide - 2 * frame, 0.018, frame), (0, face, z + side * (tall - frame) / 2), radius=0.002, grain=0),
        )
    build.add(
        webbing(),
        board((wide - 2 * frame + 0.006, 0.006, tall - 2 * frame + 0.006), (0, face + 0.001, z), radius=0.0005),
    )
    knob(build, finishes, (wide / 2 - frame / 2, face - 0.008, z), 0.65)
    dress_bedside(build, finishes, rng, low + height)
    return build.piece("nightstand", "cane", clearance_m=_CLEARANCE_M)


def turned_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A painted stand with turned legs, a drawer and a low shelf under a top of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    paint, depth, height = wood(finishes.lacquer), 0.41, 0.60
    x, y = width_m / 2 - 0.035, depth / 2 - 0.035
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(paint, turned_leg(height - 0.025, 0.050, (side * x, end * y, 0.0), block=0.30))
        build.add(paint, board((0.016, 2 * y - 0.04, 0.14), (side * x, 0, height - 0.10), radius=0.002))
    build.add(paint, board((2 * x - 0.04, 0.016, 0.14), (0, y, height - 0.10), radius=0.002))
    build.add(paint, board((2 * x - 0.046, 0.020, 0.132), (0, -y + 0.004, height - 0.10), radius=0.005))
    build.add(paint, board((2 * x - 0.03, 2 * y - 0.03, 0.012), (0, 0, height - 0.165), radius=0.002))
    knob(build, finishes, (0, -y - 0.004, height - 0.10), 1.0)
    build.add(paint, board((2 * x + 0.03, 2 * y + 0.03, 0.018), (0, 0, 0.17), radius=0.005))
    top = board((width_m, depth, 0.026), (0, 0, height - 0.013), radius=0.006, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    if finishes.dressed:
        bowl(build, finishes, rng, (0, 0, 0.179))
    dress_bedside(build, finishes, rng, height)
    return build.piece("nightstand", "turned", clearance_m=_CLEARANCE_M)
