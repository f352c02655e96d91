"""The houses in which every behaviour of the engine is shown."""

from collections.abc import Iterator

import pytest

from tests.behaviour.engine.house import House, MemoryHouse
from tests.integration.toy_house import ToyHouse


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("memory", id="memory"),
        pytest.param("kafka", id="kafka-postgres", marks=pytest.mark.integration),
    ],
)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Workers of the toy stage at work, with few tasks of a run out at once."""
    if request.param == "memory":
        yield MemoryHouse()
        return
    real = ToyHouse(
        request.getfixturevalue("kafka_bootstrap"),
        request.getfixturevalue("postgres_url"),
        tmp_path_factory.mktemp("toy"),
        VLS_WINDOW="3",
    )
    try:
        real.start("0")
        yield real
    finally:
        real.close()
