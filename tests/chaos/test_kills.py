"""Workers that are killed with -9, at moments between two effects and at any time: what is left is whole."""

import time
import uuid
from pathlib import Path
from random import Random

import pytest

from tests.integration.toy_house import ToyHouse
from tests.simulation.invariants import check_at_rest

pytestmark = [pytest.mark.integration, pytest.mark.chaos]

# Where a worker ends itself: what passes, before or after it.
MOMENTS = (
    "accept:after",
    "begin:after",
    "upload:after",
    "conclude:after",
    "join:before",
    "join:after",
    "join:after",
    "positions:after",
    "commit:before",
    "commit:after",
)
SLOTS = ("0", "1")


def submit_work(toy: ToyHouse, random: Random) -> str:
    """A job of a few short items, some of them bad."""
    photo = toy.folder / "sources" / f"{uuid.uuid4()}.txt"
    photo.write_text(str(photo))
    kinds = ["wait:0.05", "ok", "ok", "invalid", f"read:{photo}"]
    items = [random.choice(kinds) for _ in range(random.randint(6, 12))]
    salt = uuid.uuid4().hex
    return toy.submit(*(item if item.startswith("read") else f"{item}:{salt}" for item in items))


def feed_until_it_dies(toy: ToyHouse, slot: str, random: Random, jobs: list[str], *, at_once: float | None) -> None:
    """Give work to the workers until the one in the slot is dead; after `at_once` seconds it is killed from here."""
    worker = toy.workers[slot]
    deadline = time.monotonic() + 60
    fed = 0.0
    while worker.running():
        assert time.monotonic() < deadline, f"{slot} did not come to its moment: {worker.last_words()}"
        if time.monotonic() - fed > 2.0:
            jobs.append(submit_work(toy, random))
            fed = time.monotonic()
        if at_once is not None and worker.ready():
            time.sleep(at_once)
            worker.kill()
        toy.settle(lambda: True)
        time.sleep(0.05)
    assert worker.process.wait() == -9, worker.last_words()
    toy.deaths += 1


@pytest.mark.timeout(280)
def test_ten_kills_lose_and_double_nothing(toy: ToyHouse) -> None:
    random = Random(20)
    moments = [f"{moment}:{random.randint(1, 4)}" for moment in MOMENTS]
    random.shuffle(moments)
    # Two of them end at a time of their own choice as well: from outside, at work.
    jobs: list[str] = [submit_work(toy, random) for _ in range(3)]
    for slot in SLOTS:
        toy.start(slot)
    toy.settle(lambda: all(worker.ready() for worker in toy.workers.values()))
    for number, moment in enumerate(moments):
        slot = SLOTS[number % 2]
        if number in {2, 7}:
            feed_until_it_dies(toy, slot, random, jobs, at_once=random.random())
            toy.start(slot)
        toy.workers[slot].stop()
        toy.start(slot, kill=moment)
        feed_until_it_dies(toy, slot, random, jobs, at_once=None)
        toy.start(slot)
    toy.settle(lambda: set(toy.completions()) >= set(jobs), patience_s=90)
    for slot in SLOTS:
        assert toy.workers[slot].stop() == 0
    check_at_rest(toy.at_rest())
    leftovers = Path(toy.folder / "scratch")
    assert leftovers.is_dir()
