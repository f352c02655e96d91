import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.engine.children import ChildDied, Finished, PoolEvent
from processors.engine.children.endings import (
    Batch,
    Verdict,
    after_cancel,
    after_death,
    after_results,
    describe_exit,
)
from processors.engine.work import FailureKind, WorkDone, WorkFailed

batches = st.builds(
    lambda size, cancelled, unread: Batch(
        1, tuple(f"r{n}" for n in range(size)), 5.0, 0.0, {f"r{n}" for n in cancelled if n < size}, unread=unread
    ),
    st.integers(1, 6),
    st.sets(st.integers(0, 5)),
    st.booleans(),
)


def refs_of(events: list[PoolEvent]) -> list[str]:
    refs: list[str] = []
    for event in events:
        refs += event.refs if isinstance(event, ChildDied) else [event.ref]
    return refs


@given(batches, st.sampled_from(Verdict), st.sampled_from([0, 1, -9, -11, -99]))
def test_a_death_ends_each_item_exactly_once(batch: Batch, verdict: Verdict, code: int) -> None:
    assert sorted(refs_of(after_death(batch, verdict, code, "remark"))) == sorted(batch.refs)


@given(batches)
def test_a_cancel_ends_each_item_exactly_once(batch: Batch) -> None:
    assert sorted(refs_of(after_cancel(batch, 1.0))) == sorted(batch.refs)


@given(batches, st.sampled_from(Verdict))
def test_only_an_item_that_ran_alone_is_to_blame(batch: Batch, verdict: Verdict) -> None:
    for event in after_death(batch, verdict, -9, ""):
        if isinstance(event, ChildDied) and event.alone:
            assert len(batch.refs) == 1
            assert not batch.unread
            assert verdict in (Verdict.DIED, Verdict.OVERRAN)


@given(batches, st.sampled_from(Verdict))
def test_a_cancelled_item_ends_as_cancelled_however_its_child_died(batch: Batch, verdict: Verdict) -> None:
    cancelled = {
        event.ref
        for event in after_death(batch, verdict, -9, "")
        if isinstance(event, Finished)
        and isinstance(event.result, WorkFailed)
        and event.result.kind is FailureKind.CANCELLED
    }
    assert cancelled == batch.cancelled


def test_work_that_was_done_before_the_cancel_came_is_kept() -> None:
    batch = Batch(1, ("a", "b"), 5.0, 0.0, {"a", "b"})
    done, failed = after_results(batch, [WorkDone({}), WorkFailed(FailureKind.TRANSIENT, "x", "y", 2.0)])
    assert isinstance(done, Finished)
    assert isinstance(done.result, WorkDone)
    assert isinstance(failed, Finished)
    assert failed.result == WorkFailed(FailureKind.CANCELLED, "cancelled", failed.result.message, 2.0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, "exited with status 3"),
        (-int(signal.SIGSEGV), "was killed by SIGSEGV"),
        (-63, "was killed by signal 63"),
    ],
)
def test_a_return_code_is_told_in_words(code: int, words: str) -> None:
    assert describe_exit(code) == words
