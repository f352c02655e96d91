"""A stage whose warm-up never ends."""

import time
from collections.abc import Sequence

from processors.engine.work import Report, WorkItem, WorkResult


def warm_up() -> None:
    """Hang."""
    time.sleep(1000)


def run(items: Sequence[WorkItem], report: Report) -> list[WorkResult]:
    """Never get here."""
    raise AssertionError
