"""Workers that are killed with -9, at moments between two effects and at any time: what is left is whole."""

import time
import uuid
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


def feed_until_it_dies(
    toy: ToyHouse, slot: str, random: Random, jobs: list[str], *, at_once: float | None = None
) -> bool:
    """Give work to the workers until the one in the slot is dead; after `at_once` seconds it is killed from here.

    False when it does not come to its moment: the partitions where it could are with the other worker.
    """
    worker = toy.workers[slot]
    toy.settle(lambda: worker.ready() or not worker.running())
    deadline = time.monotonic() + 12
    fed = 0.0
    while worker.running():
        if time.monotonic() > deadline:
            return False
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
    return True


def die_at(toy: ToyHouse, moment: str, slots: tuple[str, ...], random: Random, jobs: list[str]) -> None:
    """Let the first of the slots that comes to the moment die there, and start it again."""
    for slot in slots:
        toy.workers[slot].stop()
        toy.start(slot, kill=moment)
        died = feed_until_it_dies(toy, slot, random, jobs)
        toy.workers[slot].stop()
        toy.start(slot)
        if died:
            return
    raise AssertionError(f"no worker came to {moment}")


@pytest.mark.timeout(280)
def test_ten_kills_lose_and_double_nothing(toy: ToyHouse) -> None:
    random = Random(20)
    moments = [f"{moment}:{random.randint(1, 3)}" for moment in MOMENTS]
    random.shuffle(moments)
    # Two more end at any time, killed from outside.
    jobs: list[str] = [submit_work(toy, random) for _ in range(3)]
    for slot in SLOTS:
        toy.start(slot)
    toy.settle(lambda: all(worker.ready() for worker in toy.workers.values()))
    for number, moment in enumerate(moments):
        slots = SLOTS if number % 2 else SLOTS[::-1]
        if number in {2, 7}:
            assert feed_until_it_dies(toy, slots[0], random, jobs, at_once=random.random())
            toy.start(slots[0])
        die_at(toy, moment, slots, random, jobs)
    toy.settle(lambda: set(toy.completions()) >= set(jobs), patience_s=90)
    for slot in SLOTS:
        assert toy.workers[slot].stop() == 0
    check_at_rest(toy.at_rest())
