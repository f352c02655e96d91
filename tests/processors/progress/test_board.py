"""Tests of what is published of the runs, when, and what the table keeps."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.progress.board import INTERVAL_MS, KEPT_AFTER_END_MS, Board
from processors.progress.merge import RunEnd
from schemas.jobs import Progress, Stage, Tick

SILENT_MS = 10_000_000


def tick(phase: str = "work", **fields: object) -> Tick:
    whose = {"job_id": "job", "run_id": "run", "stage": Stage.CLIP, "at_ms": 0}
    return Tick.model_validate({**whose, "phase": phase, **fields})


def end(ended_ms: int = 0) -> RunEnd:
    return RunEnd("job", "run", Stage.CLIP, "work", 4, 0, ended_ms)


FIRST = tick(phases={"work": 0.5, "close": 0.5}, phase_tasks=4)


@pytest.fixture
def table() -> dict[str, Any]:
    return {}


@pytest.fixture
def board(table: dict[str, Any]) -> Board:
    return Board(table, SILENT_MS)


def test_a_runs_first_tick_is_published_at_once(board: Board) -> None:
    assert board.on_tick(FIRST, 0) is not None


def test_a_second_tick_waits_until_its_time_and_is_then_published_once(board: Board) -> None:
    board.on_tick(FIRST, 0)

    assert board.on_tick(tick(task_id="a", fraction=1.0), 10) is None
    assert board.due(INTERVAL_MS - 1) == []
    assert board.on_due("run", INTERVAL_MS - 1) is None
    assert board.due(INTERVAL_MS) == ["run"]
    shown = board.on_due("run", INTERVAL_MS)
    assert shown is not None
    assert shown.percent == 12.5
    assert board.on_due("run", 2 * INTERVAL_MS) is None


def test_a_change_of_phase_is_published_at_once(board: Board) -> None:
    board.on_tick(FIRST, 0)
    shown = board.on_tick(tick("close", phase_tasks=1), 1)

    assert shown is not None
    assert shown.phase == "close"


def test_the_end_is_published_once_and_frees_the_state(board: Board, table: dict[str, Any]) -> None:
    board.on_tick(FIRST, 0)
    last = board.on_end(end(), 5)

    assert last is not None
    assert last.ended
    assert board.on_end(end(), 6) is None
    assert table == {"run": {"ended_ms": 5}}


def test_ticks_after_the_end_are_ignored(board: Board) -> None:
    board.on_end(end(), 5)

    assert board.on_tick(FIRST, 6) is None
    assert board.due(INTERVAL_MS * 2) == []


def test_the_note_of_an_end_goes_when_no_tick_can_come_any_more(board: Board, table: dict[str, Any]) -> None:
    board.on_end(end(), 5)

    assert board.stale(5 + KEPT_AFTER_END_MS) == []
    assert board.stale(6 + KEPT_AFTER_END_MS) == ["run"]
    board.forget("run", 6 + KEPT_AFTER_END_MS)
    assert table == {}


def test_ends_of_long_ago_are_passed_over(board: Board, table: dict[str, Any]) -> None:
    assert board.on_end(end(ended_ms=0), KEPT_AFTER_END_MS + 1) is None
    assert table == {}


def test_a_run_that_fell_silent_is_forgotten(board: Board, table: dict[str, Any]) -> None:
    board.on_tick(FIRST, 0)

    assert board.stale(SILENT_MS) == []
    assert board.stale(SILENT_MS + 1) == ["run"]
    board.forget("run", SILENT_MS + 1)
    assert table == {}


@pytest.mark.parametrize("kept", [3, [], {"strange": 1}, {"job_id": "j"}, None])
def test_a_state_that_cannot_be_read_is_built_again(board: Board, table: dict[str, Any], kept: object) -> None:
    table["run"] = kept

    assert board.on_tick(FIRST, 0) is not None


Step = Callable[[Board, int], Progress | None]
ticks = st.builds(
    tick,
    st.sampled_from(["work", "close"]),
    phases=st.sampled_from([{}, {"work": 0.5, "close": 0.5}]),
    phase_tasks=st.none() | st.integers(0, 5),
    task_id=st.none() | st.sampled_from("abc"),
    fraction=st.floats(0, 1),
)


@given(st.lists(st.tuples(ticks, st.integers(0, 700), st.booleans()), max_size=30))
def test_what_is_published_never_falls_even_over_restarts_and_the_end_is_last(
    steps: list[tuple[Tick, int, bool]],
) -> None:
    table: dict[str, Any] = {}
    board = Board(table, SILENT_MS)
    shown: list[Progress | None] = []
    now_ms = 0
    for each, pause_ms, restarted in steps:
        now_ms += pause_ms
        if restarted:
            table = json.loads(json.dumps(table))
            board = Board(table, SILENT_MS)
        shown += [board.on_due(run_id, now_ms) for run_id in board.due(now_ms)]
        shown.append(board.on_tick(each, now_ms))
    shown.append(board.on_end(end(now_ms), now_ms))
    shown += [board.on_tick(each, now_ms) for each, _, _ in steps]
    published = [progress for progress in shown if progress is not None]

    percents = [progress.percent for progress in published]
    assert percents == sorted(percents)
    assert percents[-1] == 100.0
    assert [progress.ended for progress in published] == [False] * (len(published) - 1) + [True]
