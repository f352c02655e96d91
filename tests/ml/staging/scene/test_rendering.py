"""Parts of rendering and laying that need no renderer."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.staging.compositing.grain import grain, sharpness_sigma
from ml.staging.compositing.laying import lay
from ml.staging.compositing.nearer import standing_before
from ml.staging.compositing.shading import ratio_of
from ml.staging.compositing.surfaces import REACH_M, ground_of
from ml.staging.gate.structure import projected
from ml.staging.layout import RoomKind, lay_out
from ml.staging.rendering import llvm
from ml.staging.rendering.gloss import mirrored_share
from ml.staging.rendering.scene import Crop, Layers
from tests.ml.staging.scene.box_room import Box, box_photo, box_room
from tests.ml.staging.scene.sets import FURNISHING


def layers(height: int, width: int, shade: float) -> Layers:
    """A block in the middle, and floor that is `shade` times as bright all over."""
    alpha = np.zeros((height, width), np.float32)
    alpha[height // 2 : height // 2 + 20, width // 2 : width // 2 + 30] = 1
    plain = np.full((height, width, 3), 0.4, np.float32)
    depth = np.where(alpha > 0, 3.0, np.inf).astype(np.float32)
    return Layers(plain, alpha, depth, plain * np.float32(shade), plain, "llvm_ad_rgb", 1, {})


def test_pixels_that_no_layer_touches_stay_as_they_are() -> None:
    photo = box_photo(box_room())
    crop = Crop(40, 60, 200, 120)
    made = layers(120, 200, 1.0)
    laid = lay(
        photo, crop, (320, 240), made.furniture, made.alpha, np.ones((120, 200, 3), np.float32),
        shadable=np.ones((240, 320), bool), seed=1,
    )  # fmt: skip
    assert not laid.shadow.any()
    assert (laid.pixels[~laid.furniture] == photo[~laid.furniture]).all()
    assert laid.furniture.sum() == 20 * 30


def test_shade_stays_where_it_may_be() -> None:
    photo = box_photo(box_room())
    crop = Crop(0, 0, 320, 240)
    made = layers(240, 320, 1.0)
    allowed = np.zeros((240, 320), bool)
    allowed[150:230, 100:300] = True
    laid = lay(
        photo, crop, (320, 240), made.furniture, made.alpha, np.full((240, 320, 3), 0.7, np.float32),
        shadable=allowed, seed=1,
    )  # fmt: skip
    changed = (laid.pixels != photo).any(axis=2)
    assert not (changed & ~allowed & ~laid.furniture).any()
    assert laid.shadow.sum() > 1000


def test_a_shade_ends_within_its_reach_and_is_no_larger_than_it_may_be() -> None:
    room = box_room()
    layout = lay_out(room, FURNISHING, RoomKind.LIVING, 0)
    assert layout is not None
    crop = Crop(0, 0, 320, 240)
    ground = ground_of(room, layout.items, room.camera, crop)
    where = projected(room.camera, layout.items, (240, 320))
    made = replace(layers(240, 320, 0.6), alpha=where.astype(np.float32))
    ratio = ratio_of(made, ground, glossy=False)
    changed = (np.abs(ratio - 1) > 0).any(axis=2)
    assert ground.distance_m[changed].max() <= REACH_M
    assert (changed & (made.alpha <= 0)).sum() <= 1.5 * (made.alpha > 0).sum()
    assert not (changed & (room.classes == 2)).any()


def test_a_thing_of_the_photo_that_is_nearer_stays_in_front() -> None:
    room = box_room()
    room.classes[100:200, 60:140] = 5
    depth = np.full((240, 320), 9.0, np.float32)
    before = standing_before(room, room.camera, Crop(0, 0, 320, 240), depth)
    assert before[110:190, 70:130].all()
    assert not standing_before(room, room.camera, Crop(0, 0, 320, 240), depth * 0 + 0.5).any()


@pytest.mark.parametrize("blur", [0.6, 1.0, 1.4])
def test_the_blur_of_a_photo_is_measured(blur: float) -> None:
    import cv2

    rng = np.random.default_rng(0)
    sharp = np.kron(rng.integers(0, 2, (30, 40)), np.ones((16, 16))).astype(np.float32) * 180 + 30
    photo = cv2.GaussianBlur(np.repeat(sharp[..., None], 3, axis=2), (0, 0), blur).astype(np.uint8)
    assert abs(sharpness_sigma(photo) - blur) < 0.3


def test_grain_is_as_strong_as_the_photos() -> None:
    rng = np.random.default_rng(0)
    photo = np.clip(128 + rng.normal(0, 2.5, (240, 320, 1)), 0, 255).repeat(3, axis=2).astype(np.uint8)
    assert 1.5 < float(grain((100, 100), photo, 1).std()) * 255 < 3.5
    assert not grain((10, 10), np.full((240, 320, 3), 90, np.uint8), 1).any()


def test_a_floor_that_mirrors_the_walls_is_told_from_one_that_does_not() -> None:
    room = box_room(Box(yaw=0.0, pitch=0.0), width=320, height=240)
    photo = box_photo(room)
    rows, columns = np.nonzero(room.classes == 0)
    stripes = (columns // 24) % 2 == 0
    photo[rows[stripes], columns[stripes]] = 90
    matt, _ = mirrored_share(room, photo)
    # A level camera: what stands on the floor is mirrored at the line where it meets it.
    photo[:40, ::20] = 20
    photo[60:90] = photo[60:90] // 2
    mirror = photo.copy()
    for column in range(320):
        top = int(np.argmax(room.floor_mask[:, column]))
        reach = min(top, 240 - top)
        above = photo[top - reach : top, column][::-1]
        mirror[top : top + reach, column] = 0.6 * photo[top : top + reach, column] + 0.4 * above
    share, likeness = mirrored_share(room, mirror)
    assert share > matt + 0.1
    assert likeness > 0.3


def test_a_library_that_aborts_the_process_is_only_said_to_be_unusable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nkill -ABRT $$\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("sys.executable", str(broken))
    assert "libLLVM.so.16" in (llvm.probe("libLLVM.so.16") or "")


def test_a_library_that_the_user_names_is_the_only_one_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(llvm.VARIABLE, "/nowhere/libLLVM.so")
    assert llvm.candidates() == ("/nowhere/libLLVM.so",)
    monkeypatch.delenv(llvm.VARIABLE)
    assert all(os.sep in path or path.startswith("libLLVM") for path in llvm.candidates())
