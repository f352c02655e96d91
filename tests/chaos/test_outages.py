"""Servers that go away in the middle of jobs and come back: nothing is lost, doubled, or counted as a failure."""

import uuid

import pytest

from deploy.local.servers import Servers
from processors.engine.kafka.watchdog import WATCHDOG_EXIT_CODE
from schemas.jobs import JobStatus
from tests.integration.toy_house import ToyHouse
from tests.simulation.invariants import check_at_rest

pytestmark = pytest.mark.chaos


def submit_work(toy: ToyHouse) -> str:
    salt = uuid.uuid4().hex
    return toy.submit(*(f"wait:0.1:{salt}" for _ in range(24)))


def joined(toy: ToyHouse) -> int:
    return len(toy.read(toy.topics.outcomes))


FENCED = 3  # the exit status of a worker whose transaction the coordinator gave up while it was away
ABORTED = -6  # librdkafka fails an assertion of its own (rd_kafka_enq_once_del_source_return) in some outages
TO_BE_STARTED_AGAIN = {FENCED, WATCHDOG_EXIT_CODE, ABORTED}


def start_again(toy: ToyHouse) -> None:
    """What an orchestrator does, for the ways in which an outage may end a worker: it is started in its slot."""
    for slot, worker in list(toy.workers.items()):
        if not worker.running():
            assert worker.process.returncode in TO_BE_STARTED_AGAIN, worker.last_words()
            toy.deaths += 1
            toy.start(slot)


def end_whole(toy: ToyHouse, jobs: list[str]) -> None:
    """Everything ends well, after one attempt, and topics and ledger agree."""

    def ended() -> bool:
        start_again(toy)
        return set(toy.completions()) >= set(jobs)

    toy.settle(ended, patience_s=150.0)
    for completed in toy.completions().values():
        assert completed.status is JobStatus.SUCCEEDED, completed.error
        assert {task.attempts for task in completed.tasks} == {1}
    for worker in toy.workers.values():
        assert worker.stop() in {0, *TO_BE_STARTED_AGAIN}, worker.last_words()
    check_at_rest(toy.at_rest())


def test_a_broker_that_restarts_in_the_middle_costs_nothing(toy: ToyHouse, servers: Servers) -> None:
    for slot in ("0", "1"):
        toy.start(slot)
    jobs = [submit_work(toy) for _ in range(3)]
    toy.settle(lambda: joined(toy) >= 10)
    servers.kafka.stop()
    servers.kafka.start()
    jobs.append(submit_work(toy))
    end_whole(toy, jobs)


def test_a_ledger_that_is_away_makes_workers_wait_and_fails_nothing(toy: ToyHouse, servers: Servers) -> None:
    worker = toy.start("0")
    jobs = [submit_work(toy) for _ in range(2)]
    toy.settle(lambda: joined(toy) >= 6)
    assert worker.ready()
    servers.postgres.stop()
    try:
        toy.settle(lambda: not worker.ready())
        before = joined(toy)
        jobs.append(submit_work(toy))
    finally:
        servers.postgres.start()
    toy.settle(lambda: joined(toy) > before)
    toy.settle(worker.ready)
    end_whole(toy, jobs)
