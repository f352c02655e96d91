"""A pool of warm child processes, one batch each, that one thread drives without ever waiting for them."""

import logging
import os
import selectors
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors.engine.children import ChildLimits, PoolBrokenError, PoolEvent, Ticked
from processors.engine.children.endings import (
    Batch,
    Verdict,
    after_cancel,
    after_death,
    after_results,
    describe_exit,
)
from processors.engine.children.guardian import Guardian
from processors.engine.children.memory import resident_bytes
from processors.engine.children.process import Child, Program, State
from processors.engine.children.wire import FrameError, pack_item, unpack_result
from processors.engine.work import WorkItem

_ASK_AGAIN_S = 0.1  # a request to cancel that comes before the child has begun the batch is lost, so it is repeated
_REAP_CHECK_S = 0.005
_FIRST_RESTART_DELAY_S = 0.2  # doubled for each failed start in a row
_LAST_REAP_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    index: int
    child: Child | None = None
    failed_starts: int = 0
    restart_at: float = 0.0


class ChildPool:
    """Runs a stage's `run` in `lanes` child processes. Fulfils `WorkPool`.

    The thread that makes and polls the pool must live as long as the worker: a child dies with the thread that
    started it. `scratch_root` is the children's working folder and where their temporary files go.
    """

    def __init__(
        self, run: str, lanes: int, limits: ChildLimits, scratch_root: Path, env: Mapping[str, str] | None = None
    ) -> None:
        if lanes < 1:
            raise ValueError(f"a pool needs at least one lane, not {lanes}")
        cwd = scratch_root.absolute()
        self._limits = limits
        self._program = Program(run, limits.memory_bytes, {**os.environ, "TMPDIR": str(cwd), **(env or {})}, cwd)
        self._selector = selectors.DefaultSelector()
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._wakened.setblocking(False)
        self._selector.register(self._wakened, selectors.EVENT_READ)
        self._guardian = Guardian()
        self._events: list[PoolEvent] = []
        self._dying: list[Child] = []
        self._out: dict[str, Child] = {}
        self._batches = 0
        self._memory_check_at = 0.0
        self._memory_may_have_grown = False
        self._guardian_check_at = 0.0
        self._broken: PoolBrokenError | None = None
        self._lanes = [_Lane(index) for index in range(lanes)]
        for lane in self._lanes:
            self._start(lane)

    # -- what the engine calls

    def ready(self) -> bool:
        """True when every lane has a warm child. Raises PoolBrokenError."""
        if self._broken is not None:
            raise self._broken
        return all(lane.child is not None and lane.child.state in (State.IDLE, State.BUSY) for lane in self._lanes)

    def free_lanes(self) -> int:
        """How many batches `submit` would take now."""
        return sum(lane.child is not None and lane.child.state is State.IDLE for lane in self._lanes)

    def submit(self, items: Sequence[WorkItem], deadline_s: float) -> None:
        """Run these items as one call of `run`, for at most `deadline_s` seconds.

        Raises ValueError when no lane is free, the batch is empty, an item's ref is out already, or its parameters
        are not JSON-able.
        """
        refs = tuple(item.ref for item in items)
        if not refs or len(set(refs)) != len(refs) or not self._out.keys().isdisjoint(refs):
            raise ValueError(f"a batch needs items, each with a ref that is not out: {refs}")
        child = next((lane.child for lane in self._lanes if lane.child and lane.child.state is State.IDLE), None)
        if child is None:
            raise ValueError("no lane is free")
        self._batches += 1
        try:
            child.enqueue([self._batches, [pack_item(item) for item in items]])
        except TypeError as error:
            raise ValueError(f"the items {refs} are not JSON-able: {error}") from error
        child.batch = Batch(self._batches, refs, deadline_s, time.monotonic() + deadline_s)
        child.state = State.BUSY
        self._out.update(dict.fromkeys(refs, child))
        if not child.flush():
            self._selector.modify(child.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, child)

    def poll(self) -> list[PoolEvent]:
        """What happened since the last call, without waiting. Raises PoolBrokenError."""
        for key, mask in self._selector.select(0):
            if key.data is None:
                self._drain_wakeups()
                continue
            child: Child = key.data
            if mask & selectors.EVENT_WRITE and child.flush():
                self._selector.modify(child.socket, selectors.EVENT_READ, child)
            if mask & selectors.EVENT_READ:
                self._read(child)
        self._look_after(time.monotonic())
        events, self._events = self._events, []
        if self._broken is not None and not events:
            raise self._broken
        return events

    def wait(self, timeout_s: float) -> None:
        """Sleep until `poll` may have something to say or to do, `wakeup` was called, or the time is over."""
        now = time.monotonic()
        pause = min(timeout_s, self._next_alarm(now) - now)
        if not self._events:
            self._selector.select(max(0.0, pause))

    def wakeup(self) -> None:
        """End a `wait` early. May be called from any thread."""
        try:
            self._waker.send(b"w")
        except BlockingIOError:
            return  # unread wake-ups are waiting already

    def fileno(self) -> int:
        """A descriptor that is readable when `poll` has something to read (deadlines are not in it: see `wait`)."""
        return self._selector.fileno()

    def cancel(self, refs: Iterable[str]) -> None:
        """Stop these items; those that are not out are ignored. Each still ends with an event.

        The whole batch of a cancelled item ends: its other members are reported as `ChildDied`, not alone.
        """
        now = time.monotonic()
        for ref in refs:
            child = self._out.get(ref)
            if child is None or child.batch is None:
                continue
            child.batch.cancelled.add(ref)
            if child.batch.kill_at is None and child.state is State.BUSY:
                child.batch.kill_at = now + self._limits.kill_grace_s
                child.batch.ask_at = now + _ASK_AGAIN_S
                child.terminate()

    def close(self, grace_s: float) -> None:
        """End all children: those still busy after `grace_s` seconds are killed. Yields no more events."""
        for lane in self._lanes:
            child, lane.child = lane.child, None
            if child is not None:
                if child.state is State.BUSY:
                    child.terminate()
                elif child.state is State.STARTING:
                    child.kill_group()
                self._selector.unregister(child.socket)
                child.socket.shutdown(socket.SHUT_WR)
                self._dying.append(child)
        until = time.monotonic() + grace_s
        while time.monotonic() < until and not all(child.exited() for child in self._dying):
            time.sleep(_REAP_CHECK_S)
        for child in self._dying:
            child.kill_group()
        until = time.monotonic() + _LAST_REAP_S
        while time.monotonic() < until and not all(child.exited() for child in self._dying):
            time.sleep(_REAP_CHECK_S)
        for child in self._dying:
            if child.exited():
                child.reap()
            child.socket.close()
        self._dying.clear()
        self._out.clear()
        self._guardian.close()
        self._selector.close()
        self._waker.close()
        self._wakened.close()

    def pids(self) -> list[int]:
        """Process ids of the children that serve now, lane by lane."""
        return [lane.child.pid for lane in self._lanes if lane.child is not None]

    # -- a child's life

    def _start(self, lane: _Lane) -> None:
        try:
            lane.child = Child(lane.index, self._program, self._guardian, time.monotonic())
        except OSError as error:  # no process, no memory for one, or no folder to start it in
            self._count_failed_start(lane, f"it could not be started: {error}")
            return
        self._selector.register(lane.child.socket, selectors.EVENT_READ, lane.child)

    def _read(self, child: Child) -> None:
        try:
            messages, closed = child.receive()
            for message in messages:
                self._on_message(child, message)
        except FrameError as error:
            child.remark = f"it sent what is not a message ({error})"
            closed = True
        if closed and child.state is not State.DYING:
            self._kill(child, Verdict.DIED)

    def _on_message(self, child: Child, message: Any) -> None:
        match message:
            case ["ready"]:
                child.state = State.IDLE
                child.was_ready = True
                self._lanes[child.lane].failed_starts = 0
            case ["broken", str(text)]:
                child.remark = text
            case ["tick", int(number), str(ref), float(fraction)]:
                if child.batch is not None and child.batch.number == number:
                    self._events.append(Ticked(ref, fraction))
            case ["done", int(number), list(packed), bool(worn)] if child.batch and child.batch.number == number:
                results = [unpack_result(one) for one in packed]
                if len(results) != len(child.batch.refs):
                    raise FrameError(f"{len(results)} results for {len(child.batch.refs)} items")
                self._events += after_results(self._end_batch(child), results)
                if worn:
                    child.remark = "it was refused memory"
                    self._kill(child, Verdict.DIED)
            case ["cancelled", int(number), float(share)] if child.batch and child.batch.number == number:
                self._events += after_cancel(self._end_batch(child), share)
            case _:
                raise FrameError(f"unexpected message {message!r:.200}")

    def _end_batch(self, child: Child) -> Batch:
        batch = child.batch
        assert batch is not None
        child.batch = None
        child.state = State.IDLE
        self._memory_may_have_grown = True
        for ref in batch.refs:
            del self._out[ref]
        return batch

    def _kill(self, child: Child, verdict: Verdict) -> None:
        """End a child for good. What its batch comes to is reported when it is reaped; its lane starts another."""
        child.verdict = verdict
        child.kill_group()
        lane = self._lanes[child.lane]
        child.state = State.DYING
        self._selector.unregister(child.socket)
        child.socket.close()
        self._dying.append(child)
        lane.child = None
        lane.restart_at = 0.0
        if not child.was_ready:
            lane.restart_at = float("inf")  # until it is reaped, and known what it died of

    # -- what time brings

    def _look_after(self, now: float) -> None:
        for lane in self._lanes:
            if lane.child is not None:
                self._look_after_child(lane.child, now)
        if now >= self._memory_check_at:
            self._memory_check_at = now + self._limits.memory_check_s
            self._check_memory()
        if now >= self._guardian_check_at:
            self._guardian_check_at = now + 1.0
            self._guardian.check()
        for child in [child for child in self._dying if child.exited()]:
            self._dying.remove(child)
            self._bury(child, child.reap())
        for lane in self._lanes:
            if lane.child is None and self._broken is None and now >= lane.restart_at:
                self._start(lane)

    def _look_after_child(self, child: Child, now: float) -> None:
        batch = child.batch
        if child.exited():
            self._read(child)  # what it still said counts
            if child.state is not State.DYING:
                self._kill(child, Verdict.DIED)
        elif child.state is State.STARTING and now >= child.since + self._limits.start_timeout_s:
            child.remark = f"it was not ready within {self._limits.start_timeout_s:g} s"
            self._kill(child, Verdict.DIED)
        elif batch is not None and batch.kill_at is not None:
            if now >= batch.kill_at:
                self._kill(child, Verdict.CANCELLED)
            elif now >= batch.ask_at:
                batch.ask_at = now + _ASK_AGAIN_S
                child.terminate()
        elif batch is not None and now >= batch.due:
            self._kill(child, Verdict.OVERRAN)

    def _check_memory(self) -> None:
        # Idle ones too: a child that has leaked its share away must not cost the next item.
        warm = [lane.child for lane in self._lanes if lane.child is not None and lane.child.was_ready]
        worked = self._memory_may_have_grown or any(child.state is State.BUSY for child in warm)
        self._memory_may_have_grown = False
        if not worked:
            return  # a look at the process table costs some milliseconds: not while nothing happens
        used = resident_bytes([child.pid for child in warm])
        for child in warm:
            if used[child.pid] > self._limits.memory_bytes:
                child.remark = (
                    f"its processes held {used[child.pid] / 2**20:.0f} MiB of memory, "
                    f"the limit is {self._limits.memory_bytes / 2**20:.0f} MiB"
                )
                self._kill(child, Verdict.MEMORY)

    def _bury(self, child: Child, code: int) -> None:
        """Report what the death of a child means for its batch, or for the pool when it never got ready."""
        batch = child.batch
        if batch is not None:
            for ref in batch.refs:
                del self._out[ref]
            self._events += after_death(batch, child.verdict, code, child.remark)
            return
        what = f"the child process {describe_exit(code)}\n{child.remark}".rstrip()
        if child.was_ready:
            _log.warning("an idle child of %s is replaced: %s", self._program.run, what)
        else:
            self._count_failed_start(self._lanes[child.lane], what)

    def _count_failed_start(self, lane: _Lane, what: str) -> None:
        lane.failed_starts += 1
        lane.restart_at = time.monotonic() + _FIRST_RESTART_DELAY_S * 2.0 ** (lane.failed_starts - 1)
        _log.warning("a child of %s failed to start: %s", self._program.run, what)
        if lane.failed_starts >= self._limits.max_failed_starts and self._broken is None:
            self._broken = PoolBrokenError(
                f"a child process for {self._program.run} failed to start {lane.failed_starts} times in a row; {what}"
            )

    def _next_alarm(self, now: float) -> float:
        alarm = now + self._limits.memory_check_s
        if self._dying:
            alarm = now + _REAP_CHECK_S
        for lane in self._lanes:
            child = lane.child
            if child is None:
                alarm = min(alarm, lane.restart_at)
            elif child.batch is not None:
                batch = child.batch
                alarm = min(alarm, batch.due if batch.kill_at is None else min(batch.ask_at, batch.kill_at))
        return alarm

    def _drain_wakeups(self) -> None:
        try:
            while self._wakened.recv(4096):
                continue
        except BlockingIOError:
            return
