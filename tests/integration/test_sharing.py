"""Two workers of one group share a job."""

import json
import uuid
from collections import Counter
from pathlib import Path

import pytest

from schemas.jobs import JobStatus
from tests.integration.toy_house import ToyHouse
from tests.integration.toy_topics import PARTITIONS
from tests.simulation.invariants import check_at_rest

pytestmark = pytest.mark.integration


def test_each_of_two_workers_does_at_least_a_quarter_of_a_job(
    kafka_bootstrap: str, postgres_url: str, tmp_path: Path
) -> None:
    toy = ToyHouse(kafka_bootstrap, postgres_url, tmp_path)
    try:
        for slot in ("0", "1"):
            toy.start(slot)
            toy.settle(lambda: all(worker.ready() for worker in toy.workers.values()))  # the second finds a group
        toy.settle(lambda: all(worker.partitions() >= 2 * PARTITIONS for worker in toy.workers.values()))
        salt = uuid.uuid4().hex
        job_id = toy.submit(*(f"wait:0.05:{salt}" for _ in range(64)))
        toy.settle(lambda: job_id in toy.completions())
        completed = toy.completions()[job_id]
        assert completed.status is JobStatus.SUCCEEDED
        shares = Counter(json.loads(task.result)["worker"] for task in completed.tasks)
        pids = {worker.process.pid for worker in toy.workers.values()}
        assert set(shares) == pids
        assert min(shares.values()) >= len(completed.tasks) / 4, shares
        for worker in toy.workers.values():
            assert worker.stop() == 0
        check_at_rest(toy.at_rest())
    finally:
        toy.close()
