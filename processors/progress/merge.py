"""What is known of one run, merged from ticks by maximum and union: any order, any repetition, the same result."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from typing import Any, Self

from schemas.jobs import JobCompleted, Progress, Stage, Tick

DONE = 1000  # a task's mark is its progress in thousandths ...
FAILED = 1001  # ... and a failure stays one, whatever else is heard of the task
_MOST_BEFORE_END = 99.9  # only the completion makes it 100
_PACE_PERCENT = 1.0  # below it the pace says nothing about the time left


@dataclass(slots=True)
class RunState:
    """One run as the ticks tell it. All of it can be written as JSON."""

    job_id: str
    run_id: str
    stage: Stage
    started_ms: int
    shares: dict[str, float] = field(default_factory=dict)  # by phase, in the plan's order, summing to 1
    totals: dict[str, int] = field(default_factory=dict)  # tasks by phase, once known
    first_ms: dict[str, int] = field(default_factory=dict)  # when each phase was first heard of
    marks: dict[str, dict[str, int]] = field(default_factory=dict)  # by phase and task: thousandths done, or FAILED
    peak: float = 0.0  # highest percent so far

    @classmethod
    def of(cls, tick: Tick) -> Self:
        """The state after a run's first tick."""
        state = cls(tick.job_id, tick.run_id, tick.stage, tick.at_ms)
        state.merge(tick)
        return state

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The state that `to_json` gave. Raises TypeError, ValueError, KeyError for anything else."""
        state = cls(**fields)
        state.stage = Stage(state.stage)
        state.marks = {phase: dict(marks) for phase, marks in state.marks.items()}
        for name in ("shares", "totals", "first_ms"):
            setattr(state, name, dict(getattr(state, name)))
        return state

    def to_json(self) -> dict[str, Any]:
        """A copy that JSON can hold."""
        return {
            "job_id": self.job_id,
            "run_id": self.run_id,
            "stage": str(self.stage),
            "started_ms": self.started_ms,
            "shares": dict(self.shares),
            "totals": dict(self.totals),
            "first_ms": dict(self.first_ms),
            "marks": {phase: dict(marks) for phase, marks in self.marks.items()},
            "peak": self.peak,
        }

    def merge(self, tick: Tick) -> None:
        """Take a tick in."""
        self.started_ms = min(self.started_ms, tick.at_ms)
        shares = _usable(tick.phases)
        self.shares = max(self.shares, shares, key=lambda s: (len(s), sorted(s.items())))
        self.first_ms[tick.phase] = min(self.first_ms.get(tick.phase, tick.at_ms), tick.at_ms)
        if tick.phase_tasks is not None:
            self.totals[tick.phase] = max(self.totals.get(tick.phase, 0), tick.phase_tasks)
        if tick.task_id is not None:
            marks = self.marks.setdefault(tick.phase, {})
            name = _short(tick.task_id)
            marks[name] = max(marks.get(name, 0), _mark(tick))
        self.peak = max(self.peak, self.percent())

    @property
    def phase(self) -> str:
        """The furthest phase heard of: by the plan's order, or by time while that is not known."""
        planned = [phase for phase in self.shares if phase in self.first_ms]
        if planned:
            return planned[-1]
        return max(self.first_ms, key=lambda phase: (self.first_ms[phase], phase))

    def percent(self) -> float:
        """0 to 99.9: each phase's share times how far it is. What is not known counts as not done.

        A phase begins when all tasks of the one before have ended, so every phase before the furthest is done, whether
        its ticks came or not.
        """
        done = 0.0
        furthest = self.phase
        before = furthest in self.shares
        for phase, share in self.shares.items():
            before = before and phase != furthest
            done += share * (1.0 if before else self._fraction(phase))
        return min(_MOST_BEFORE_END, round(100.0 * done, 2))

    def progress(self, now_ms: int) -> Progress:
        """The view at this time; its percent never falls."""
        furthest = self.phase
        before = furthest in self.shares
        done = total = failed = 0
        for phase in dict.fromkeys((*self.shares, *self.first_ms)):
            before = before and phase != furthest
            marks = self.marks.get(phase, {})
            known = max(self.totals.get(phase, 0), len(marks))
            total += known
            done += known if before else sum(mark >= DONE for mark in marks.values())
            failed += sum(mark == FAILED for mark in marks.values())
        return Progress(
            job_id=self.job_id,
            run_id=self.run_id,
            stage=self.stage,
            phase=furthest,
            percent=self.peak,
            items_done=done,
            items_failed=failed,
            items_total=total,
            eta_seconds=self._seconds_left(now_ms),
            at_ms=now_ms,
        )

    def _fraction(self, phase: str) -> float:
        total = max(self.totals.get(phase, 0), 0)
        if not total:
            return 0.0
        return min(1.0, sum(min(mark, DONE) for mark in self.marks.get(phase, {}).values()) / (DONE * total))

    def _seconds_left(self, now_ms: int) -> float | None:
        """What is left takes as long for each percent as what is done did."""
        if self.peak < _PACE_PERCENT:
            return None
        elapsed = max(0, now_ms - self.started_ms) / 1000.0
        return round(elapsed * (100.0 - self.peak) / self.peak, 1)


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What the view needs of a completion."""

    job_id: str
    run_id: str
    stage: Stage
    phase: str
    items_total: int
    items_failed: int
    ended_ms: int

    @classmethod
    def of(cls, completion: JobCompleted) -> Self:
        """The end that a completion tells; its phase is empty when the completion does not name its tasks."""
        return cls(
            job_id=completion.job_id,
            run_id=completion.run_id,
            stage=completion.stage,
            phase=completion.tasks[-1].phase if completion.tasks else "",
            items_total=completion.tasks_total,
            items_failed=completion.tasks_failed,
            ended_ms=completion.ended_ms,
        )

    def to_json(self) -> dict[str, Any]:
        """A form that JSON can hold."""
        return {**asdict(self), "stage": str(self.stage)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The end that `to_json` gave. Raises TypeError, ValueError for anything else."""
        end = cls(**fields)
        return replace(end, stage=Stage(end.stage))

    def progress(self, state: RunState | None, now_ms: int) -> Progress:
        """The last record of the run. The completion's own numbers stand, for ticks may be lost."""
        return Progress(
            job_id=self.job_id,
            run_id=self.run_id,
            stage=self.stage,
            phase=state.phase if state is not None else self.phase,
            percent=100.0,
            items_done=self.items_total,
            items_failed=self.items_failed,
            items_total=self.items_total,
            eta_seconds=0.0,
            ended=True,
            at_ms=now_ms,
        )


def _mark(tick: Tick) -> int:
    if tick.failed:
        return FAILED
    if math.isnan(tick.fraction):
        return 0
    return int(DONE * min(1.0, max(0.0, tick.fraction)))


def _short(task_id: str) -> str:
    """A run may have thousands of tasks and its state is one record: 12 characters are enough to tell them apart."""
    return blake2b(task_id.encode(), digest_size=6).hexdigest()


def _usable(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to 1, without what is no share."""
    good = {phase: share for phase, share in shares.items() if math.isfinite(share) and share > 0.0}
    whole = math.fsum(good.values())
    if not good or not math.isfinite(whole):
        return {}
    return {phase: share / whole for phase, share in good.items()}
