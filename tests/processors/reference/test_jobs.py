from hypothesis import given
from hypothesis import strategies as st

from processors.reference.jobs import Inbox, Job
from schemas.artifacts import ErrorInfo
from schemas.jobs import CommandRejected, DeadLetter, Stage, Tick
from tests.processors.reference import records


def rejected(*, accepted: str | None = None, refused: str | None = None, event_id: str = "r") -> CommandRejected:
    return CommandRejected(
        event_id=event_id,
        job_id=records.JOB_ID,
        stage=Stage.CLASSIFY,
        error=ErrorInfo(code="invalid_command", message="No."),
        accepted_digest=accepted,
        rejected_digest=refused,
    )


def test_a_result_that_is_delivered_twice_counts_once() -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    event = records.classified(job, "a.jpg")
    assert inbox.take(event) is not None
    assert inbox.take(event) is None
    assert view.events == [event]


def test_a_republished_completion_is_no_news() -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    assert inbox.take(records.completion(job)) is not None
    assert inbox.take(records.completion(job)) is None
    assert view.ended


def test_records_of_jobs_that_nobody_watches_are_dropped() -> None:
    inbox = Inbox()
    inbox.watch([records.job(Stage.CLIP)])
    assert inbox.take(records.completion(records.job(Stage.CLASSIFY))) is None


def test_a_completion_ends_a_job_whose_progress_never_came() -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    inbox.take(records.completion(job))
    assert (view.ended, view.percent, view.progress) == (True, 100.0, None)


def test_progress_after_the_end_changes_nothing() -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    inbox.take(records.completion(job))
    assert inbox.take(records.progress(job, 40.0)) is None
    assert view.percent == 100.0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_the_percentage_never_falls_and_is_full_only_at_the_end(percents: list[float]) -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    last = 0.0
    for percent in percents:
        inbox.take(records.progress(job, percent))
        assert last <= view.percent < 100.0
        last = view.percent


def test_a_refused_command_ends_its_job() -> None:
    inbox = Inbox()
    (view,) = inbox.watch([records.job()])
    assert inbox.take(rejected(refused="digest")) is not None
    assert view.ended


def test_the_refusal_of_other_content_under_the_same_id_does_not_end_the_accepted_job() -> None:
    inbox = Inbox()
    (view,) = inbox.watch([records.job()])
    assert inbox.take(rejected(accepted="digest", refused="another")) is None
    assert not view.ended


def test_one_who_only_follows_is_told_of_a_refusal_of_other_content_but_goes_on_waiting() -> None:
    inbox = Inbox()
    (view,) = inbox.watch([Job.live(Stage.CLASSIFY, records.JOB_ID)])
    assert inbox.take(rejected(accepted="digest", refused="another")) is not None
    assert not view.ended


def test_a_dead_letter_is_kept_with_its_run() -> None:
    inbox, job = Inbox(), records.job()
    (view,) = inbox.watch([job])
    letter = DeadLetter(
        event_id="d",
        stage=job.stage,
        topic="media.classify.tasks",
        partition=0,
        offset=1,
        error=ErrorInfo(code="undecodable", message="No."),
        job_id=job.job_id,
        run_id=job.run_id,
    )
    inbox.take(letter)
    assert view.dead_letters == [letter]
    assert not view.ended


def test_a_replay_is_told_from_the_live_run_of_its_job() -> None:
    inbox, live = Inbox(), records.job()
    replay = Job(live.job_id, "another-run", live.stage)
    first, second = inbox.watch([live, replay])
    inbox.take(records.completion(replay))
    assert (first.ended, second.ended) == (False, True)


def test_records_of_other_kinds_are_no_news() -> None:
    inbox, job = Inbox(), records.job()
    inbox.watch([job])
    tick = Tick(job_id=job.job_id, run_id=job.run_id, stage=job.stage, phase="photos", at_ms=0)
    assert inbox.take(tick) is None
