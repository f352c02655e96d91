"""The brokers that every behaviour here is shown on.

`harness_kafka.py` joins as soon as it exists: `open_harness()` in it returns a BrokerHarness, or skips the test when
no server is running.
"""

import importlib
import importlib.util
from collections.abc import Iterator

import pytest

from tests.behaviour.harness import BrokerHarness
from tests.behaviour.harness_memory import MemoryHarness

_BROKERS = [pytest.param("memory", id="memory")]
if importlib.util.find_spec("tests.behaviour.harness_kafka") is not None:
    _BROKERS.append(pytest.param("kafka", id="kafka", marks=pytest.mark.integration))


@pytest.fixture(params=_BROKERS)
def harness(request: pytest.FixtureRequest) -> Iterator[BrokerHarness]:
    """A broker; every client that it hands out is closed at the end."""
    if request.param == "memory":
        opened: BrokerHarness = MemoryHarness()
    else:
        opened = importlib.import_module("tests.behaviour.harness_kafka").open_harness()
    yield opened
    opened.close()
