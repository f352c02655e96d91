"""Many dead letters in a row stop a worker visibly, and it goes on by itself."""

import logging
from collections.abc import Iterator

import pytest

from processors.engine.broker import Message
from tests.simulation.toy import ToyCommand
from tests.simulation.world import TOPICS, World, fresh_engine


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def run(world: World, steps: int = 300) -> None:
    process = world.processes[0]
    for _ in range(steps):
        process.worker.step(0.0)
        process.background.run_one()
        process.pool.finish_one()
        world.now += 1


def test_a_row_of_dead_letters_opens_the_breaker_and_a_good_record_closes_it() -> None:
    world = World(1, fresh_engine())
    world.faults.on = False
    world.start_worker(0)
    world.backend.send([Message(TOPICS.commands, None, b"junk") for _ in range(60)])
    run(world)
    worker = world.processes[0].worker
    assert "breaker" in worker.down
    assert not worker.ready()
    parked = len(world.broker.read(TOPICS.dead_letters))
    assert parked >= 25
    job = ToyCommand(job_id="5c2a4f5e-8a53-4a3c-9a55-0d5a4f1c2b3d", listing_id="L", items=["ok"])
    world.submit(job)
    run(world)
    assert not world.broker.read(TOPICS.completed), "taken in while the breaker was open"
    for _ in range(4):
        world.now += 31_000
        run(world)
    assert len(world.broker.read(TOPICS.dead_letters)) == 60
    assert len(world.broker.read(TOPICS.completed)) == 1
    assert "breaker" not in worker.down
