"""A render that runs: its passes move the progress, and a cancel or a kill ends the renderer with it at once."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from processors.engine.children import ChildLimits, Finished, PoolEvent, Ticked
from processors.engine.children.pool import ChildPool
from processors.engine.work import FailureKind, WorkFailed, WorkItem

pytest.importorskip("mitsuba", reason="the renderer is not installed: make setup-staging")
pytestmark = pytest.mark.timeout(600)

_AT_ONCE_S = 5.0


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ChildPool]:
    limits = ChildLimits(memory_bytes=4_000_000_000, start_timeout_s=300)
    pool = ChildPool("tests.processors.stager.long_render:run", 1, limits, tmp_path)
    yield pool
    pool.close(0)


def until(pool: ChildPool, held: Callable[[list[PoolEvent]], bool], seconds: float) -> list[PoolEvent]:
    """All events until the condition holds of them."""
    seen: list[PoolEvent] = []
    due = time.monotonic() + seconds
    while not held(seen):
        assert time.monotonic() < due, seen[-5:]
        pool.wait(0.2)
        seen += pool.poll()
    return seen


def renderers(pool: ChildPool) -> list[psutil.Process]:
    return [
        process
        for pid in pool.pids()
        for process in psutil.Process(pid).children(recursive=True)
        if "ml.staging.rendering.child" in process.cmdline()
    ]


def begun(pool: ChildPool, folder: Path) -> psutil.Process:
    """A render of far too many passes, some of them done."""
    until(pool, lambda _: pool.ready(), 300)
    pool.submit([WorkItem("photo", "stage", {"samples": 1000}, {}, folder / "out")], deadline_s=500)
    seen = until(pool, lambda events: sum(isinstance(event, Ticked) for event in events) >= 4, 300)
    shares = [event.fraction for event in seen if isinstance(event, Ticked)]
    assert shares == sorted(shares)
    assert len(set(shares)) >= 3
    [renderer] = renderers(pool)
    return renderer


def gone_after(renderer: psutil.Process) -> float:
    """Seconds until the process has ended."""
    started = time.monotonic()
    while renderer.is_running() and renderer.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - started < _AT_ONCE_S, "the renderer goes on"
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_cancelled_render_ends_at_once_and_its_passes_were_heard_of(pool: ChildPool, tmp_path: Path) -> None:
    renderer = begun(pool, tmp_path)
    pool.cancel(["photo"])
    [ended] = [event for event in until(pool, _ended, _AT_ONCE_S) if isinstance(event, Finished)]
    assert isinstance(ended.result, WorkFailed)
    assert ended.result.kind is FailureKind.CANCELLED
    assert gone_after(renderer) < _AT_ONCE_S


def test_a_killed_worker_takes_its_renderer_along(pool: ChildPool, tmp_path: Path) -> None:
    renderer = begun(pool, tmp_path)
    [child] = pool.pids()
    psutil.Process(child).kill()
    assert gone_after(renderer) < _AT_ONCE_S


def _ended(events: list[PoolEvent]) -> bool:
    return any(isinstance(event, Finished) for event in events)
