"""Tests of what ticks come to: any order, any repetition, any loss."""

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from processors.progress.merge import RunEnd, RunState
from schemas.jobs import JobCompleted, JobStatus, RunKind, Stage, Tick

SHARES = {"look": 0.2, "work": 0.7, "close": 0.1}
TASKS = {"look": 2, "work": 5, "close": 1}


def tick(phase: str, **fields: object) -> Tick:
    whose = {"job_id": "job", "run_id": "run", "stage": Stage.CLIP, "at_ms": 1_000}
    return Tick.model_validate({**whose, "phase": phase, **fields})


def whole_run() -> list[Tick]:
    """Every tick of a run of three phases, in the order in which workers emit them."""
    ticks = [tick("look", phases=SHARES, phase_tasks=2)]
    at_ms = 1_000
    for phase, count in TASKS.items():
        ticks.append(tick(phase, phase_tasks=count, at_ms=at_ms))
        for number in range(count):
            for fraction in (0.25, 0.5, 1.0):
                at_ms += 100
                failed = number == 1 and fraction == 1.0
                ticks.append(tick(phase, task_id=f"{phase}-{number}", fraction=fraction, failed=failed, at_ms=at_ms))
    return ticks


def merged(ticks: list[Tick]) -> RunState:
    state = RunState.of(ticks[0])
    for each in ticks[1:]:
        state.merge(each)
    return state


some_ticks = st.lists(st.sampled_from(whole_run()), min_size=1, max_size=40)
any_tick = st.builds(
    tick,
    st.sampled_from(["look", "work", "close", "other", ""]),
    phases=st.sampled_from([{}, SHARES, {"look": 1.0}]) | st.dictionaries(st.text(max_size=3), st.floats(), max_size=3),
    phase_tasks=st.none() | st.integers(-5, 20),
    task_id=st.none() | st.sampled_from("abc"),
    fraction=st.floats(),
    failed=st.booleans(),
    at_ms=st.integers(-(2**40), 2**45),
)


@given(some_ticks, st.randoms(use_true_random=False))
def test_the_order_of_ticks_does_not_matter(ticks: list[Tick], order: random.Random) -> None:
    shuffled = list(ticks)
    order.shuffle(shuffled)

    assert merged(shuffled).to_json() == merged(ticks).to_json()


@given(some_ticks)
def test_repeated_ticks_change_nothing(ticks: list[Tick]) -> None:
    assert merged(ticks + ticks).to_json() == merged(ticks).to_json()


@given(st.lists(any_tick, min_size=1, max_size=30))
def test_the_percent_never_falls_and_never_ends_before_the_completion_whatever_comes(ticks: list[Tick]) -> None:
    state = RunState.of(ticks[0])
    shown = [state.progress(0).percent]
    for each in ticks[1:]:
        state.merge(each)
        shown.append(state.progress(0).percent)

    assert shown == sorted(shown)
    assert shown[0] >= 0.0
    assert shown[-1] < 100.0


@given(st.lists(any_tick, min_size=1, max_size=10))
def test_a_state_survives_being_written_as_json(ticks: list[Tick]) -> None:
    state = merged(ticks)

    assert RunState.from_json(json.loads(json.dumps(state.to_json()))) == state


@given(some_ticks)
def test_more_ticks_never_show_less(ticks: list[Tick]) -> None:
    assert merged(ticks).peak <= merged(whole_run()).peak
    assert merged(ticks).progress(0).items_done <= merged(whole_run()).progress(0).items_done


def test_a_whole_run_counts_its_tasks_and_failures() -> None:
    progress = merged(whole_run()).progress(5_000)

    assert (progress.items_done, progress.items_failed, progress.items_total) == (8, 2, 8)
    assert progress.percent == 99.9


def test_phases_weigh_by_their_shares() -> None:
    ticks = [tick("look", phases=SHARES, phase_tasks=2), tick("look", task_id="a", fraction=0.5)]

    assert merged(ticks).progress(1_000).percent == 5.0


def test_a_phase_is_done_when_a_later_one_began_though_its_ticks_were_lost() -> None:
    progress = merged([tick("look", phases=SHARES, phase_tasks=2), tick("work", phase_tasks=5)]).progress(1_000)

    assert progress.percent == 20.0
    assert (progress.phase, progress.items_done, progress.items_total) == ("work", 2, 7)


def test_a_retried_task_does_not_fall_back() -> None:
    ticks = [
        tick("look", phases={"look": 1.0}, phase_tasks=1),
        tick("look", task_id="a", fraction=0.8),
        tick("look", task_id="a", fraction=0.1),
    ]

    assert merged(ticks).progress(1_000).percent == 80.0


def test_the_time_left_follows_the_pace() -> None:
    ticks = [
        tick("look", phases={"look": 1.0}, phase_tasks=4, at_ms=0),
        tick("look", task_id="a", fraction=1.0, at_ms=10_000),
    ]

    assert merged(ticks).progress(10_000).eta_seconds == 30.0


def test_the_time_left_is_unknown_before_anything_is_done() -> None:
    assert merged([tick("look", phases=SHARES, phase_tasks=2)]).progress(60_000).eta_seconds is None


@given(st.none() | some_ticks)
def test_the_end_is_at_100_percent_with_the_completions_numbers(ticks: list[Tick] | None) -> None:
    completion = JobCompleted(
        event_id="e",
        job_id="job",
        run_id="run",
        run_kind=RunKind.LIVE,
        listing_id="l",
        stage=Stage.CLIP,
        status=JobStatus.PARTIAL,
        tasks_total=8,
        tasks_failed=2,
        ended_ms=9,
    )
    end = RunEnd.from_json(json.loads(json.dumps(RunEnd.of(completion).to_json())))
    last = end.progress(merged(ticks) if ticks else None, 10)

    assert (last.percent, last.ended, last.eta_seconds) == (100.0, True, 0.0)
    assert (last.items_done, last.items_failed, last.items_total) == (8, 2, 8)
