"""Pools of real child processes for the tests, each closed at its test's end."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from processors.engine.children import ChildDied, ChildLimits, Finished, PoolEvent
from processors.engine.children.pool import ChildPool
from processors.engine.work import WorkItem

TOY = "tests.processors.engine.children.toy_stage"
PATIENCE_S = 60.0


def gone(pid: int) -> bool:
    """Whether the process has ended, reaped or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Wait for the condition; false when it did not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def pids_in(path: Path) -> list[int]:
    """The process ids that a toy stage wrote down."""
    pids: list[int] = json.loads(path.read_text())
    return pids


class Harness:
    """A pool, driven as the engine drives it."""

    def __init__(self, pool: ChildPool, folder: Path) -> None:
        self.pool = pool
        self.folder = folder
        self.events: list[PoolEvent] = []

    def item(self, ref: str, kind: str = "echo", **params: Any) -> WorkItem:
        out_dir = self.folder / f"out-{ref}"
        out_dir.mkdir(exist_ok=True)
        return WorkItem(ref, kind, params, {}, out_dir)

    def pump(self) -> None:
        self.pool.wait(0.05)
        self.events += self.pool.poll()

    def pump_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"waited in vain, events so far: {self.events}"
            self.pump()

    def warm(self) -> None:
        self.pump_until(self.pool.ready)

    def ended(self) -> dict[str, Finished | ChildDied]:
        ends: dict[str, Finished | ChildDied] = {}
        for event in self.events:
            refs = event.refs if isinstance(event, ChildDied) else (event.ref,) if isinstance(event, Finished) else ()
            for ref in refs:
                assert ref not in ends, f"{ref} ended twice"
                assert isinstance(event, Finished | ChildDied)
                ends[ref] = event
        return ends

    def finish(self, *refs: str) -> dict[str, Finished | ChildDied]:
        self.pump_until(lambda: set(refs) <= self.ended().keys())
        return self.ended()

    def run(self, items: Sequence[WorkItem], deadline_s: float = 60.0) -> list[Finished | ChildDied]:
        self.pump_until(lambda: self.pool.free_lanes() > 0)
        self.pool.submit(items, deadline_s)
        ends = self.finish(*(item.ref for item in items))
        return [ends[item.ref] for item in items]

    def result(self, item: WorkItem, deadline_s: float = 60.0) -> Any:
        (end,) = self.run([item], deadline_s)
        assert isinstance(end, Finished), end
        return end.result


MakePool = Callable[..., Harness]


@pytest.fixture(scope="session")
def shared_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildPool]:
    pool = ChildPool(f"{TOY}:run", 1, ChildLimits(memory_bytes=2**30), tmp_path_factory.mktemp("shared"))
    yield pool
    pool.close(0.2)


@pytest.fixture
def pool(shared_pool: ChildPool, tmp_path: Path) -> Harness:
    """A warm pool of one lane, for work that harms no process."""
    harness = Harness(shared_pool, tmp_path)
    harness.warm()
    return harness


@pytest.fixture
def make_pool(tmp_path: Path) -> Iterator[MakePool]:
    made: list[ChildPool] = []

    def make(run: str = f"{TOY}:run", lanes: int = 1, env: dict[str, str] | None = None, **limits: Any) -> Harness:
        limits.setdefault("memory_bytes", 2**30)
        pool = ChildPool(run, lanes, ChildLimits(**limits), tmp_path, env)
        made.append(pool)
        return Harness(pool, tmp_path)

    yield make
    for pool in made:
        pool.close(0.2)
