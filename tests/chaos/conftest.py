"""A house of workers for each chaos test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.toy_house import ToyHouse


@pytest.fixture
def toy(kafka_bootstrap: str, postgres_url: str, tmp_path: Path) -> Iterator[ToyHouse]:
    """Topics and a ledger of this test; it starts the workers itself."""
    # Sessions outlive a restart of the broker, as members are static: a restarted worker goes on at once.
    house = ToyHouse(kafka_bootstrap, postgres_url, tmp_path, VLS_WINDOW="8", VLS_SESSION_TIMEOUT_MS="20000")
    try:
        yield house
    finally:
        house.close()
