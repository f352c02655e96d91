"""The default engine renders blocks into a photo; the gate passes them, and two processes give the same bytes."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from ml.staging.engines import Bounds, Removal, Work, engine_named
from ml.staging.engines.cpu import SAMPLES_SLOW, CpuEngine
from ml.staging.errors import (
    EngineMissingError,
    NotSupportedError,
    RenderCrashedError,
    RenderMemoryError,
    RenderTimeoutError,
)
from ml.staging.gate import judge
from ml.staging.layout import Layout, RoomKind, lay_out
from ml.staging.rendering import llvm, process
from ml.staging.rendering.proxy import crop_of, scene_of
from tests.ml.staging.scene.box_room import Box, box_photo, box_room
from tests.ml.staging.scene.pieces import blocks
from tests.ml.staging.scene.sets import FURNISHING

pytest.importorskip("mitsuba", reason="the renderer is not installed: make setup-staging")


_WAITING = """
import threading
from ml.staging.rendering.child import end_with_parent
end_with_parent()
threading.Event().wait(60)
"""


def work(*, width: int = 160, samples: int = 4) -> Work:
    """A sofa with what belongs to it, as blocks."""
    room = box_room(Box(), width=width, height=width * 3 // 4)
    layout = lay_out(room, FURNISHING, RoomKind.LIVING, 0)
    assert layout is not None
    layout = replace(layout, items=layout.items[:3])
    return Work(box_photo(room), room, layout, blocks(layout), seed=1, samples=samples, bounds=Bounds(seconds=280))


def test_rendered_blocks_pass_the_gate_and_two_processes_give_the_same_bytes() -> None:
    asked = work()
    first, second = CpuEngine().furnish(asked), CpuEngine().furnish(asked)
    digests = {hashlib.sha256(answer.pixels.tobytes()).hexdigest() for answer in (first, second)}
    assert len(digests) == 1
    verdict = judge(asked.photo, first.pixels, first.furniture, asked.room, asked.layout, asked.pieces)
    assert [check.as_json() for check in verdict.failed] == []
    assert first.details["variant"] in (process.FAST, process.SLOW)


def test_without_a_library_to_compile_with_it_renders_with_fewer_samples_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(llvm.VARIABLE, "/nowhere/libLLVM.so")
    llvm.usable.cache_clear()
    try:
        answer = CpuEngine().furnish(replace(work(width=120), samples=None))
        identity = CpuEngine().identity()
    finally:
        llvm.usable.cache_clear()
    assert answer.details["variant"] == process.SLOW
    assert answer.details["samples"] == SAMPLES_SLOW
    assert "libLLVM" in str(answer.details["note"])
    assert process.SLOW in identity
    assert answer.furniture.any()


def test_only_the_crop_that_changes_is_rendered() -> None:
    asked = work()
    scene = scene_of(asked, longest=2048, samples=1)
    assert scene.crop.width * scene.crop.height < 0.95 * asked.photo.shape[0] * asked.photo.shape[1]
    one = crop_of(asked.room.camera, asked.layout.items[1:2])
    assert one.width * one.height < scene.crop.width * scene.crop.height


def test_a_large_photo_is_rendered_smaller_and_keeps_its_own_pixels() -> None:
    asked = work()
    scene = scene_of(asked, longest=80, samples=1)
    assert scene.camera.width == 80
    assert abs(scene.camera.focal_px * 2 - asked.room.camera.focal_px) < 0.1


def test_a_render_that_overruns_its_deadline_is_ended() -> None:
    scene = scene_of(work(), longest=2048, samples=4)
    started = time.monotonic()
    with pytest.raises(RenderTimeoutError):
        process.render(scene, process.Limits(seconds=0.3))
    assert time.monotonic() - started < 60


def test_a_render_that_needs_more_memory_than_its_limit_is_ended() -> None:
    with pytest.raises((RenderMemoryError, RenderCrashedError)):
        process.render(scene_of(work(), longest=2048, samples=1), process.Limits(memory_bytes=60_000_000))


def test_the_child_ends_when_its_parent_does() -> None:
    child = subprocess.Popen([sys.executable, "-c", _WAITING], stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.close()
    try:
        assert child.wait(timeout=60) == 1
    finally:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)


def test_it_cannot_take_furniture_out() -> None:
    with pytest.raises(NotSupportedError):
        CpuEngine().furnish(replace(work(), removal=Removal.ON))


def test_an_engine_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(EngineMissingError, match="cpu"):
        engine_named("gpu9000")


def test_the_identity_names_versions_variant_and_processor() -> None:
    said = CpuEngine().identity()
    assert "mitsuba 3.9.1" in said
    assert process.machine() in said


def test_a_layout_that_is_empty_beside_its_anchor_still_has_a_crop() -> None:
    asked = work()
    alone = Layout(RoomKind.LIVING, asked.layout.items[:1], 1.0)
    crop = crop_of(asked.room.camera, alone.items)
    assert crop.width >= 8
    assert np.all(np.array([crop.left, crop.top]) >= 0)
