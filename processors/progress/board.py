"""The runs that are under way: what to publish of them, when, and what to keep in the table."""

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

from processors.progress.merge import RunEnd, RunState
from schemas.jobs import Progress, Tick

_log = logging.getLogger(__name__)
INTERVAL_MS = 1_000  # at most one record a run in this time, unless its phase changes or it ends
KEPT_AFTER_END_MS = 2 * 3_600_000  # ticks are kept for an hour: none can come later
_ENDED = "ended_ms"


class Board:
    """Working copies of the runs, over a table that outlives the process.

    The table is written whenever something is published, and before it: what was shown is never forgotten, so that the
    percent does not fall after a restart. Ticks in between may be lost with the process, as ticks may.
    """

    def __init__(self, table: MutableMapping[str, Any], silent_ms: int) -> None:
        """`silent_ms`: after how long without a tick a run is given up; no run may last longer."""
        self._table = table
        self._silent_ms = silent_ms
        self._runs: dict[str, RunState] = {}
        self._published: dict[str, tuple[int, str]] = {}  # when, and in which phase
        self._unpublished: set[str] = set()
        self._heard_ms: dict[str, int] = {}
        self._reminded_ms: dict[str, int] = {}

    def on_tick(self, tick: Tick, now_ms: int) -> Progress | None:
        """Take a tick in; what to publish now, if anything."""
        state = self._find(tick.run_id)
        if state is None and self._has_ended(tick.run_id):
            return None
        if state is None:
            state = self._runs[tick.run_id] = RunState.of(tick)
        else:
            state.merge(tick)
        self._heard_ms[tick.run_id] = now_ms
        at_ms, phase = self._published.get(tick.run_id, (None, None))
        if at_ms is None or phase != state.phase or now_ms - at_ms >= INTERVAL_MS:
            return self._publish(state, now_ms)
        self._unpublished.add(tick.run_id)
        return None

    def on_end(self, end: RunEnd, now_ms: int) -> Progress | None:
        """The run's last record, once. Its state goes; a note stays for a time, that late ticks do not revive it."""
        if self._has_ended(end.run_id):
            return None
        state = self._find(end.run_id)
        if state is None and now_ms - end.ended_ms > KEPT_AFTER_END_MS:
            return None  # history, read from the beginning of the topic
        self._drop(end.run_id)
        self._table[end.run_id] = {_ENDED: now_ms}
        return end.progress(state, now_ms)

    def due(self, now_ms: int) -> list[str]:
        """Runs that have something new to publish and may; each is named once in an interval."""
        due = [run_id for run_id in sorted(self._unpublished) if self._is_due(run_id, now_ms, self._reminded_ms)]
        self._reminded_ms.update(dict.fromkeys(due, now_ms))
        return due

    def on_due(self, run_id: str, now_ms: int) -> Progress | None:
        """Publish what has waited, unless it was published meanwhile."""
        state = self._runs.get(run_id)
        if state is None or run_id not in self._unpublished or not self._is_due(run_id, now_ms, {}):
            return None
        return self._publish(state, now_ms)

    def stale(self, now_ms: int) -> list[str]:
        """Runs to forget: ended long ago, or silent for longer than a run may last."""
        return [run_id for run_id in list(self._table) if self._is_stale(run_id, now_ms)]

    def forget(self, run_id: str, now_ms: int) -> None:
        """Remove what is kept of a run, if it is still to be forgotten."""
        if run_id in self._table and self._is_stale(run_id, now_ms):
            self._drop(run_id)
            del self._table[run_id]

    def reload(self) -> None:
        """Begin again from the table: partitions came or went."""
        self._runs.clear()
        self._published.clear()
        self._unpublished.clear()
        self._heard_ms.clear()
        self._reminded_ms.clear()

    def _find(self, run_id: str) -> RunState | None:
        state = self._runs.get(run_id)
        if state is None and run_id in self._table and not self._has_ended(run_id):
            try:
                state = RunState.from_json(self._table[run_id])
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                # Written by a version with another form, or by somebody else: the run's next ticks build it again.
                _log.warning("state_unreadable", extra={"run_id": run_id, "error": repr(error)})
                return None
            self._runs[run_id] = state
        return state

    def _has_ended(self, run_id: str) -> bool:
        kept = self._table[run_id] if run_id in self._table else None  # noqa: SIM401  a Faust table's get() counts a read
        return isinstance(kept, dict) and _ENDED in kept

    def _publish(self, state: RunState, now_ms: int) -> Progress:
        self._table[state.run_id] = state.to_json()
        self._published[state.run_id] = (now_ms, state.phase)
        self._unpublished.discard(state.run_id)
        return state.progress(now_ms)

    def _drop(self, run_id: str) -> None:
        self._runs.pop(run_id, None)
        self._published.pop(run_id, None)
        self._unpublished.discard(run_id)
        self._heard_ms.pop(run_id, None)
        self._reminded_ms.pop(run_id, None)

    def _is_due(self, run_id: str, now_ms: int, reminded_ms: Mapping[str, int]) -> bool:
        last_ms = max(self._published[run_id][0], reminded_ms.get(run_id, 0))
        return now_ms - last_ms >= INTERVAL_MS

    def _is_stale(self, run_id: str, now_ms: int) -> bool:
        kept = self._table[run_id]
        if self._has_ended(run_id):
            return bool(now_ms - kept[_ENDED] > KEPT_AFTER_END_MS)
        # A run of the table that was not heard of since the start of this process counts from now on.
        return now_ms - self._heard_ms.setdefault(run_id, now_ms) > self._silent_ms
