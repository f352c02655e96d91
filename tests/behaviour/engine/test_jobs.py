"""What a backend sees of its jobs, whatever broker and ledger are below."""

import uuid

import pytest
from sqlalchemy import select

from processors.engine.broker import ConsumedRecord
from processors.engine.ledger import tables
from processors.engine.wire import REPUBLISHED_HEADER, header, live_run_id
from schemas.canonical import content_digest
from schemas.jobs import (
    Cancel,
    CommandRejected,
    DeadLetter,
    JobCompleted,
    JobStatus,
    OutcomeKind,
    OutcomeRecord,
    Stage,
    TaskStatus,
)
from schemas.record import Record
from tests.behaviour.engine.house import House
from tests.simulation.toy import ToyCommand


def a_job(*items: str) -> ToyCommand:
    """A job of these items, like no job before."""
    salt = uuid.uuid4().hex
    salted = [item if item == "unplannable" else f"{item}:{salt}" for item in items]
    return ToyCommand(job_id=str(uuid.uuid4()), listing_id="L", items=salted)


def send(house: House, command: ToyCommand) -> None:
    house.send(house.topics.commands, command.job_id.encode(), house.codec.encode(house.topics.commands, command))


def cancel(house: House, job_id: str, reason: str) -> None:
    record = Cancel(job_id=job_id, stage=Stage.CLASSIFY, reason=reason)
    house.send(house.topics.cancels, job_id.encode(), house.codec.encode(house.topics.cancels, record))


def of_job(house: House, topic: str, job_id: str) -> list[tuple[ConsumedRecord, Record]]:
    """Records of a topic that name the job in their value (as JSON), read."""
    mine = [record for record in house.read(topic) if f'"job_id":"{job_id}"'.encode() in (record.value or b"")]
    return [(record, house.codec.decode(topic, record.value)) for record in mine]


def completions(house: House, job_id: str) -> list[JobCompleted]:
    return [item for _, item in of_job(house, house.topics.completed, job_id) if isinstance(item, JobCompleted)]


def completion(house: House, job_id: str) -> JobCompleted:
    house.settle(lambda: bool(completions(house, job_id)))
    return completions(house, job_id)[0]


def rejection(house: House, job_id: str) -> CommandRejected:
    topic = house.topics.rejected
    house.settle(lambda: bool(of_job(house, topic, job_id)))
    [(_, rejected)] = of_job(house, topic, job_id)
    assert isinstance(rejected, CommandRejected)
    return rejected


def dead_letters(house: House, value: bytes) -> list[DeadLetter]:
    topic = house.topics.dead_letters
    found = [house.codec.decode(topic, record.value) for record in house.read(topic)]
    return [letter for letter in found if isinstance(letter, DeadLetter) and letter.value == value]


def test_a_job_ends_with_one_completion_and_one_outcome_a_task(house: House) -> None:
    job = a_job("ok", "ok", "ok", "ok", "ok")
    send(house, job)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.SUCCEEDED
    assert ended.tasks_total == len(ended.tasks) == 6
    outcomes = [
        item.outcome.task_id
        for _, item in of_job(house, house.topics.outcomes, job.job_id)
        if isinstance(item, OutcomeRecord) and item.outcome
    ]
    assert sorted(outcomes) == [task.task_id for task in ended.tasks]
    another = a_job("ok")
    send(house, another)
    completion(house, another.job_id)
    assert len(completions(house, job.job_id)) == 1


def test_a_duplicate_is_answered_with_the_stored_completion(house: House) -> None:
    job = a_job("ok", "ok")
    send(house, job)
    first = completion(house, job.job_id)
    send(house, job)
    house.settle(lambda: len(completions(house, job.job_id)) == 2)
    (original, _), (answer, again) = of_job(house, house.topics.completed, job.job_id)
    assert again == first
    assert header(original, REPUBLISHED_HEADER) is None
    assert header(answer, REPUBLISHED_HEADER) == "true"
    assert answer.value == original.value


def test_other_content_under_a_job_id_is_refused_with_both_digests(house: House) -> None:
    job = a_job("ok")
    other = job.model_copy(update={"items": [*job.items, "ok"]})
    send(house, job)
    completion(house, job.job_id)
    send(house, other)
    rejected = rejection(house, job.job_id)
    assert rejected.error.code == "job_id_reused"
    assert rejected.accepted_digest == content_digest(job)
    assert rejected.rejected_digest == content_digest(other)
    assert len(completions(house, job.job_id)) == 1


def test_a_cancel_ends_a_run_and_frees_its_workers(house: House) -> None:
    job = a_job(*["wait:250"] * 40)  # far longer than anybody waits here
    send(house, job)
    house.settle(lambda: bool(of_job(house, house.topics.tasks, job.job_id)))
    cancel(house, job.job_id, "not wanted any more")
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.CANCELLED
    assert ended.error is not None
    assert ended.error.message == "not wanted any more"
    assert ended.tasks_total == len(ended.tasks) == 40
    assert TaskStatus.CANCELLED in {task.status for task in ended.tasks}
    following = a_job("ok")
    send(house, following)
    assert completion(house, following.job_id).status is JobStatus.SUCCEEDED
    assert len(completions(house, job.job_id)) == 1


def test_a_cancel_that_comes_before_its_command_ends_the_job_as_it_begins(house: House) -> None:
    job = a_job("ok", "ok")
    cancel(house, job.job_id, "never mind")

    def noted() -> bool:
        table = tables.jobs
        with house.engine.connect() as connection:
            query = select(table.c.cancel_reason).where(table.c.job_id == job.job_id)
            return connection.execute(query).scalar() is not None

    house.settle(noted)
    send(house, job)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.CANCELLED
    assert ended.error is not None
    assert ended.error.message == "never mind"
    assert not of_job(house, house.topics.tasks, job.job_id)


def test_one_bad_item_ends_the_job_partial_with_its_reason_and_all_else(house: House) -> None:
    job = a_job("ok", "invalid", "ok")
    send(house, job)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.PARTIAL
    [failed] = [task for task in ended.tasks if task.status is not TaskStatus.SUCCEEDED]
    assert failed.item == "1"
    assert failed.error is not None
    assert (failed.error.code, failed.error.item) == ("image_unreadable", "1")
    assert failed.attempts == 1
    assert (ended.tasks_total, ended.tasks_failed) == (4, 1)


@pytest.mark.parametrize("what", ["crash", "raise"])
def test_an_item_that_breaks_its_child_fails_alone(house: House, what: str) -> None:
    job = a_job("ok", what, "ok", "ok")
    send(house, job)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.PARTIAL
    [failed] = [task for task in ended.tasks if task.status is not TaskStatus.SUCCEEDED]
    assert failed.item == "1"
    assert failed.attempts == 3


def test_a_job_that_cannot_be_planned_fails_with_the_reason(house: House) -> None:
    job = a_job("ok", "unplannable")
    send(house, job)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.FAILED
    assert ended.error is not None
    assert ended.error.code == "plan_failed"
    assert ended.tasks == []


def test_bytes_of_no_job_on_the_commands_topic_go_to_the_dead_letters(house: House) -> None:
    rubbish = f"rubbish {uuid.uuid4()}".encode()
    house.send(house.topics.commands, b"no job's id", rubbish)
    house.settle(lambda: bool(dead_letters(house, rubbish)))
    [letter] = dead_letters(house, rubbish)
    assert letter.topic == house.topics.commands
    assert letter.key == b"no job's id"
    assert letter.error.code == "undecodable"


def test_bytes_under_a_jobs_id_are_refused_as_well(house: House) -> None:
    rubbish, job_id = f"rubbish {uuid.uuid4()}".encode(), str(uuid.uuid4())
    house.send(house.topics.commands, job_id.encode(), rubbish)
    assert rejection(house, job_id).error.code == "undecodable"
    house.settle(lambda: bool(dead_letters(house, rubbish)))


def test_a_command_of_an_unknown_schema_is_refused_and_kept(house: House) -> None:
    job_id = str(uuid.uuid4())
    strange = b"\0" + (987_654_321).to_bytes(4) + uuid.uuid4().bytes
    house.send(house.topics.commands, job_id.encode(), strange)
    assert rejection(house, job_id).error.code == "unknown_schema"
    house.settle(lambda: bool(dead_letters(house, strange)))


def test_a_command_that_breaks_the_contract_is_refused(house: House) -> None:
    job_id = str(uuid.uuid4())
    house.send(house.topics.commands, job_id.encode(), b'{"job_id": "x", "nonsense": 1}')
    rejected = rejection(house, job_id)
    assert rejected.error.code == "invalid_command"
    assert "nonsense" in rejected.error.message


def test_a_task_that_cannot_be_read_fails_its_own_job_alone(house: House) -> None:
    job, other = a_job(*["wait:0.2"] * 12), a_job(*["ok"] * 4)
    send(house, job)
    send(house, other)
    run_id, task_id = live_run_id(Stage.CLASSIFY, job.job_id), "v1:item:011:0"
    house.settle(lambda: bool(of_job(house, house.topics.tasks, job.job_id)))
    rubbish = f"rubbish {uuid.uuid4()}".encode()
    ids = (("job_id", job.job_id), ("run_id", run_id), ("task_id", task_id))
    headers = tuple((name, value.encode()) for name, value in ids)
    house.send(house.topics.tasks, f"{run_id}/{task_id}".encode(), rubbish, headers)
    ended = completion(house, job.job_id)
    assert ended.status is JobStatus.PARTIAL
    [failed] = [task for task in ended.tasks if task.status is not TaskStatus.SUCCEEDED]
    assert failed.task_id == task_id
    assert failed.error is not None
    assert failed.error.code == "undecodable"
    house.settle(lambda: bool(dead_letters(house, rubbish)))
    assert completion(house, other.job_id).status is JobStatus.SUCCEEDED


def test_rubbish_on_the_outcomes_and_cancels_topics_stops_nobody(house: House) -> None:
    rubbish = [f"rubbish {uuid.uuid4()}".encode() for _ in range(2)]
    house.send(house.topics.outcomes, b"x", rubbish[0])
    house.send(house.topics.cancels, b"x", rubbish[1])
    job = a_job("ok")
    send(house, job)
    assert completion(house, job.job_id).status is JobStatus.SUCCEEDED
    house.settle(lambda: all(dead_letters(house, value) for value in rubbish))


def test_a_cancel_of_a_job_that_ended_changes_nothing(house: House) -> None:
    job = a_job("ok")
    send(house, job)
    first = completion(house, job.job_id)
    cancel(house, job.job_id, "too late")

    def joined() -> bool:
        found = of_job(house, house.topics.outcomes, job.job_id)
        return any(isinstance(item, OutcomeRecord) and item.kind is OutcomeKind.CANCEL for _, item in found)

    house.settle(joined)
    send(house, job)  # answered after the cancel, which is ahead of it on the same partition
    house.settle(lambda: len(completions(house, job.job_id)) == 2)
    assert completions(house, job.job_id) == [first, first]
