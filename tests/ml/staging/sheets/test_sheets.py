"""A made room is what its camera sees; a kit's rooms are laid out in it; a sheet is as wide as was asked for."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.staging.errors import EngineMissingError, RenderCrashedError
from ml.staging.kits import load_kit
from ml.staging.layout import RoomKind
from ml.staging.rendering import llvm
from ml.staging.rendering.scene import Scene
from ml.staging.sheets import rendering, sheet
from ml.staging.sheets.made_room import LARGE, Shape, made_room
from ml.staging.sheets.swatches import strip
from ml.staging.sheets.vignette import developed, scene_of_room


@pytest.mark.parametrize("shape", [Shape(), LARGE])
def test_the_made_rooms_floor_is_where_its_camera_sees_floor(shape: Shape) -> None:
    room = made_room(160, 120, shape)
    free = np.argwhere(room.floor.free)
    x, y = room.floor.centres()
    at = np.column_stack([x[free[:, 1]], y[free[:, 0]], np.zeros(len(free))])
    pixels, _ = room.camera.project(at)
    inside = pixels.astype(int)
    assert room.floor_mask[inside[:, 1], inside[:, 0]].mean() > 0.98
    assert room.floor.free_m2 > 8


def test_a_kits_room_is_laid_out_around_its_anchor() -> None:
    kit = load_kit("japandi")
    scene = scene_of_room(kit, RoomKind.DINING, 96, 64, samples=1)
    assert (scene.crop.width, scene.crop.height) == (96, 64)
    # Table and chairs at least, and the room's own boards.
    assert len(scene.standing) >= 6
    assert scene.camera.width == 96


def flat(scenes: Sequence[Scene], progress: Callable[[int], None]) -> list[NDArray[np.float32]]:
    for number in range(len(scenes)):
        progress(number + 1)
    return [
        np.full((scene.crop.height, scene.crop.width, 3), 0.1 * (n + 1), np.float32) for n, scene in enumerate(scenes)
    ]


def test_a_sheet_has_its_width_its_rooms_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # One room stands for all: what a room is made of takes long to build.
    scene = scene_of_room(load_kit("japandi"), RoomKind.HOME_OFFICE, 195, 140, samples=1)
    asked: list[RoomKind] = []

    def one(_kit: object, room: RoomKind, *_size: int, **_options: object) -> Scene:
        asked.append(room)
        return scene

    monkeypatch.setattr(sheet, "scene_of_room", one)
    told: list[float] = []
    picture = sheet.kit_sheet(load_kit("japandi"), 600, progress=told.append, render=flat)
    assert picture.shape[1:] == (600, 3)
    assert picture.dtype == np.uint8
    assert asked == list(sheet.ROOMS)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    both = sheet.kits_sheet([load_kit("japandi"), load_kit("coastal")], 600, progress=told.append, render=flat)
    assert both.shape[1:] == (600, 3)


def test_the_strip_of_two_kits_differs_and_shows_the_palette() -> None:
    first, second = (strip(load_kit(name), 900, 50) for name in ("coastal", "industrial"))
    assert first.shape == second.shape
    assert (first != second).any()
    assert (first == np.array([0x2F, 0x5F, 0x80])).all(axis=2).sum() >= 50 * 50


def test_light_is_developed_without_a_break_from_black_to_white() -> None:
    ramp = np.repeat(np.linspace(0, 6, 500, dtype=np.float32)[None, :, None], 3, axis=2)
    levels = developed(ramp)[0, :, 0].astype(int)
    assert levels[0] == 0
    assert levels[-1] == 255
    assert (np.diff(levels) >= 0).all()
    assert np.diff(levels).max() <= 30


def test_without_a_usable_libllvm_the_error_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mitsuba")
    monkeypatch.setattr(rendering.llvm, "usable", lambda: None)
    with pytest.raises(EngineMissingError, match="libllvm19"):
        rendering.check_engine()


@pytest.mark.skipif(llvm.usable() is None, reason="no libLLVM that the renderer can use")
def test_the_child_renders_what_stands_in_the_room() -> None:
    pytest.importorskip("mitsuba")
    scene = scene_of_room(load_kit("japandi"), RoomKind.DINING, 64, 48, samples=2, threads=1)
    told: list[int] = []
    (light,) = rendering.render_all([scene], told.append)
    assert told == [1]
    assert light.shape == (48, 64, 3)
    assert np.isfinite(light).all()
    # The table's wood is warmer than the wall behind it.
    low, high = light[34:44, 20:44].mean((0, 1)), light[4:10, 26:38].mean((0, 1))
    assert low[0] / low[2] > high[0] / high[2]


@pytest.mark.skipif(llvm.usable() is None, reason="no libLLVM that the renderer can use")
def test_a_child_that_dies_is_told_with_its_last_line() -> None:
    pytest.importorskip("mitsuba")
    with pytest.raises(RenderCrashedError, match="'str' object has no attribute"):
        rendering.render_all(["no scene"], lambda _: None)  # type: ignore[list-item]
