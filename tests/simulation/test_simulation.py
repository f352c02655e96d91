"""Exactly once, under faults between every two effects: 500 seeds, and the defects that they must find."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from processors.engine.memory_broker import MisuseError
from tests.simulation.invariants import check
from tests.simulation.mutants import MUTANTS
from tests.simulation.world import Odds, fresh_engine, play

SEEDS = int(os.environ.get("VLS_SIMULATION_SEEDS", "500"))
CHUNK = 25


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Faults are logged as errors by the engine; here they are what is wanted."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_run_ends_once_with_all_its_results_whatever_fails(first: int) -> None:
    engine = fresh_engine()
    for seed in range(first, min(first + CHUNK, SEEDS)):
        check(play(seed, engine))


def test_an_outage_of_the_ledger_is_nobodys_death() -> None:
    engine = fresh_engine()
    for seed in range(60):
        world = play(seed, engine, odds=Odds(crash=0, broker=0, ledger=0.25, store=0, trouble=False))
        assert world.deaths == 0
        check(world)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_defect_is_found(mutant: Callable[[], AbstractContextManager[None]]) -> None:
    engine = fresh_engine()
    for seed in range(SEEDS):
        try:
            with mutant():
                check(play(seed, engine))
        except (AssertionError, MisuseError):
            return
    pytest.fail(f"{mutant.__name__} was not found in {SEEDS} seeds")


def test_the_same_seed_tells_the_same_story() -> None:
    engine = fresh_engine()
    one = [(step.step, step.record.topic, step.record.value) for step in play(7, engine).broker.appearances]
    two = [(step.step, step.record.topic, step.record.value) for step in play(7, engine).broker.appearances]
    assert one == two
