"""Cloth behaves as cloth: it does not stretch, it rests on what it touches, and no two cushions are alike."""

import numpy as np

from ml.staging.furniture.cloth.baking import MATTRESSES_M, packed
from ml.staging.furniture.cloth.shapes import filled, shape_names, sheets
from ml.staging.furniture.cloth.simulation import Fabric, plane, settle


def test_no_two_cushions_are_alike() -> None:
    rng = np.random.default_rng(5)
    cushions = [filled("square", rng)[0].vertices for _ in range(8)]
    for number, first in enumerate(cushions):
        for second in cushions[number + 1 :]:
            if first.shape == second.shape:
                assert np.sqrt(((first - second) ** 2).sum(axis=1).mean()) > 0.003


def test_a_cushion_stands_on_its_seat_and_touches_its_back() -> None:
    for family in ("square", "lumbar", "sleeping"):
        body, _ = filled(family, np.random.default_rng(2))
        least, most = body.bounds()
        assert abs(least[2]) < 0.006
        assert abs(most[1]) < 0.006
        assert 0.2 < np.ptp(body.vertices[:, 2]) < 0.62


def test_there_is_a_duvet_for_each_mattress_that_hangs_over_both_sides() -> None:
    for name, width in MATTRESSES_M.items():
        sheet = sheets(f"duvet_{name}", 1)[0]
        assert np.ptp(sheet[..., 0]) > width + 0.02
        assert sheet[..., 2].min() < -0.12
        # In the middle it lies on the mattress.
        middle = sheet[20:30, sheet.shape[1] // 2 - 3 : sheet.shape[1] // 2 + 3, 2]
        assert np.abs(middle).max() < 0.04


def test_what_ships_is_small() -> None:
    from ml.staging.furniture.cloth import shapes

    assert shapes._FILE.stat().st_size < 500_000
    assert len(shape_names("square")) >= 5


def test_packing_loses_less_than_half_a_millimetre() -> None:
    sheet = np.random.default_rng(0).normal(0, 0.3, (2, 5, 6, 3))
    unpacked = np.cumsum(np.cumsum(packed(sheet).astype(np.int64), axis=1), axis=2) * 0.0004
    assert np.abs(unpacked - sheet).max() < 0.0005


def test_a_sheet_that_falls_on_a_floor_lies_there_and_keeps_its_size() -> None:
    across = np.linspace(-0.2, 0.2, 13)
    x, y = np.meshgrid(across, across)
    sheet = np.stack([x, y, np.full_like(x, 0.05)], axis=-1)[None]
    spacing = float(across[1] - across[0])
    lying = settle(sheet, (spacing, spacing), Fabric(), steps=120, contacts=(plane((0, 0, 0), (0, 0, 1)),))
    assert np.abs(lying[..., 2]).max() < 0.002
    assert np.allclose(np.linalg.norm(np.diff(lying, axis=2), axis=-1), spacing, rtol=0.05)


def test_two_sewn_sheets_under_pressure_become_a_pillow() -> None:
    across = np.linspace(-0.2, 0.2, 17)
    x, y = np.meshgrid(across, across)
    flat = np.stack([x, y, np.zeros_like(x)], axis=-1)
    lift = np.array([0, 0, 0.004])
    spacing = float(across[1] - across[0])
    blown = settle(
        np.stack([flat + lift, flat - lift]), (spacing, spacing), Fabric(bend=0.1), steps=150, gravity=0, pressure=11
    )
    assert np.ptp(blown[..., 2]) > 0.08
    # The cloth that bulges is missing from its outline.
    assert np.ptp(blown[..., 0]) < 0.39
    assert np.allclose(blown[0, 0], blown[1, 0])
