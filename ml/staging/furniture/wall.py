"""What hangs on a wall: a print in a frame, alone, as a pair or as three in a row."""

import numpy as np

from ml.staging.furniture.material import Material
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.solids import board
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.prints import print_of
from ml.staging.furniture.surfaces.wood import wood

_TALL = 4 / 3
_FRAME_M, _DEEP_M = 0.02, 0.028


def _framed(build: Assembly, frame: Material, face: Material, x: float, wide: float) -> None:
    """One framed sheet, its middle at `x` on the wall's plane y = 0."""
    high = wide * _TALL
    inner, tall = wide - 2 * _FRAME_M, high - 2 * _FRAME_M
    corners = np.array(
        [[-inner / 2, 0, -tall / 2], [inner / 2, 0, -tall / 2], [inner / 2, 0, tall / 2], [-inner / 2, 0, tall / 2]],
        np.float32,
    )
    sheet = Mesh(
        corners + np.array([x, -0.016, 0], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        np.tile(np.array([0, -1, 0], np.float32), (4, 1)),
        np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32),
    )
    build.add(face, sheet)
    for side in (-1, 1):
        upright = board(
            (_FRAME_M, _DEEP_M, high), (x + side * (wide - _FRAME_M) / 2, -_DEEP_M / 2, 0), radius=0.002, grain=2
        )
        level = board(
            (inner, _DEEP_M, _FRAME_M), (x, -_DEEP_M / 2, side * (high - _FRAME_M) / 2), radius=0.002, grain=0
        )
        build.add(frame, upright, level)
    build.add(frame, board((inner, 0.004, tall), (x, -0.010, 0), radius=0.001))


def _hang(finishes: Finishes, seed: int, design: str, count: int, width_m: float) -> Piece:
    rng = np.random.default_rng(seed)
    build = Assembly()
    gap = 0.06
    each = (width_m - gap * (count - 1)) / count
    inks = (
        finishes.accent.colour,
        finishes.accent_second.colour,
        finishes.upholstery_second.colour,
        finishes.throw.colour,
    )
    frames = [wood("black"), wood(finishes.wood), wood("white")]
    frame = frames[0] if finishes.metal == "black" and rng.uniform() < 0.5 else frames[int(rng.integers(1, 3))]
    motifs = [finishes.prints[number] for number in rng.permutation(len(finishes.prints))[:count]]
    for number, motif in enumerate(motifs):
        x = -width_m / 2 + each / 2 + number * (each + gap)
        _framed(build, frame, print_of(motif, inks, int(rng.integers(1000))), x, each)
    return build.piece("print", design, mount=Mount.WALL)


def single_print(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """One large print."""
    return _hang(finishes, seed, "single", 1, width_m)


def pair_of_prints(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two prints side by side."""
    return _hang(finishes, seed, "pair", 2, width_m)


def row_of_prints(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Three prints in a row."""
    return _hang(finishes, seed, "row", 3, width_m)
