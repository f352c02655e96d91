"""A worker of the toy stage as a process of its own: the real service, with topics and a group of its own.

VLS_TOY_PREFIX names topics and group. VLS_TOY_KILL=point:when:count makes the process kill its own group with -9 at
the count-th passage of a point, before or after it.
"""

import os
import signal
import sys
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from processors import service
from processors.engine.accepting import Acceptor
from processors.engine.joining import Joiner
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.tasks import TaskHandler
from processors.logs import set_up_logging
from processors.settings import Settings
from tests.integration.toy_topics import toy_events, toy_topics
from tests.simulation.toy import JsonCodec, ToyStage
from tests.simulation.world import record_types

POINTS: dict[str, tuple[type, str]] = {
    "accept": (Acceptor, "handle"),
    "begin": (TaskHandler, "begin"),
    "upload": (TaskHandler, "upload"),
    "conclude": (TaskHandler, "conclude"),
    "join": (Joiner, "handle"),
    "positions": (KafkaTransactionalProducer, "send_positions"),
    "commit": (KafkaTransactionalProducer, "commit"),
}


def _kill_at(moment: str) -> Any:
    """A patch that ends this process group at the moment."""
    point, when, count = moment.split(":")
    owner, name = POINTS[point]
    real = getattr(owner, name)
    passed = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        passed += 1
        last = passed == int(count)
        if last and when == "before":
            os.killpg(0, signal.SIGKILL)
        answer = real(*args, **kwargs)
        if last:
            os.killpg(0, signal.SIGKILL)
        return answer

    return patch.object(owner, name, wrapped)


def main() -> int:
    settings = Settings()
    set_up_logging(settings.log_level)
    prefix = os.environ["VLS_TOY_PREFIX"]
    topics, events = toy_topics(prefix), toy_events(prefix)
    codec = JsonCodec(record_types(topics, events))

    def consumer(kafka: Any, group: str, name: str, watchdog: Any, *, spare_topic: str) -> KafkaConsumer:
        return KafkaConsumer(kafka, f"{prefix}-{group}", name, watchdog, spare_topic=spare_topic)

    with ExitStack() as patches:
        patches.enter_context(patch.object(service, "topics_of", lambda _stage: topics))
        patches.enter_context(patch.object(service, "open_codec", lambda _settings: codec))
        patches.enter_context(patch.object(service, "KafkaConsumer", consumer))
        if moment := os.environ.get("VLS_TOY_KILL"):
            patches.enter_context(_kill_at(moment))
        return service.Service(ToyStage(events_topic=events), settings).run()


if __name__ == "__main__":
    sys.exit(main())
