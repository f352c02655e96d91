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
    "join:after",
    "accept:after",
    "begin:after",
    "upload:after",
    "conclude:after",
    "join:before",
    "positions:after",
    "commit:before",
    "commit:after",
    "join:after",
)
SLOTS = ("0", "1")
PATIENCE_S = 15.0  # for a worker's moment; then it is killed as it stands


def submit_work(toy: ToyHouse, random: Random) -> str:
    """A job of a few short items, some of them bad."""
    photo = toy.folder / "sources" / f"{uuid.uuid4()}.txt"
    photo.write_text(str(photo))
    kinds = ["wait:0.05", "ok", "ok", "invalid", f"read:{photo}"]
    items = [random.choice(kinds) for _ in range(random.randint(6, 12))]
    salt = uuid.uuid4().hex
    return toy.submit(*(item if item.startswith("read") else f"{item}:{salt}" for item in items))


class Killing:
    """Workers that live until their moment, each life with the next one."""

    def __init__(self, toy: ToyHouse, random: Random) -> None:
        self._toy = toy
        self._random = random
        self._moments = [f"{moment}:{random.randint(1, 3)}" for moment in MOMENTS]
        self._armed: dict[str, str | None] = {}
        self._ready_s: dict[str, float] = {}
        self._fed_s = 0.0
        self.jobs: list[str] = []
        self.reached: list[str] = []

    def go_on(self) -> bool:
        """Feed the workers, start the dead again; False when every moment has had its death."""
        now_s = time.monotonic()
        if now_s - self._fed_s > 1.5:
            self.jobs.append(submit_work(self._toy, self._random))
            self._fed_s = now_s
        for slot in SLOTS:
            self._look_after(slot, now_s)
        self._toy.settle(lambda: True)
        time.sleep(0.05)
        return self._toy.deaths < len(MOMENTS)

    def _look_after(self, slot: str, now_s: float) -> None:
        worker = self._toy.workers.get(slot)
        if worker is not None and worker.running():
            if worker.ready():
                self._ready_s.setdefault(slot, now_s)
            if self._armed[slot] is None or now_s - self._ready_s.get(slot, now_s) < PATIENCE_S:
                return
            # The partitions where its moment could come are with the other worker.
            worker.kill()
        if worker is not None:
            assert worker.process.wait() == -9, worker.last_words()
            self._toy.deaths += 1
            self.reached.append(self._armed[slot] or "")
        self._armed[slot] = self._moments.pop(0) if self._moments else None
        self._ready_s.pop(slot, None)
        self._toy.start(slot, kill=self._armed[slot])


@pytest.mark.timeout(290)
def test_ten_kills_lose_and_double_nothing(toy: ToyHouse) -> None:
    killing = Killing(toy, Random(20))
    while killing.go_on():
        pass
    assert len(killing.reached) == len(MOMENTS)
    toy.settle(lambda: set(toy.completions()) >= set(killing.jobs), patience_s=90)
    toy.settle(lambda: all(worker.ready() for worker in toy.workers.values()))
    for slot in SLOTS:
        assert toy.workers[slot].stop() == 0
    check_at_rest(toy.at_rest())
