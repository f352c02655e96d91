"""One process of a consumer group: everything it needs, built from settings, and its life from start to signal."""

import logging
import signal
import socket
import time
from types import FrameType
from typing import Any

from processors.coding import open_codec
from processors.engine.artifacts.opening import open_store
from processors.engine.background import ThreadBackground
from processors.engine.broker import Consumer, SlotFencedError
from processors.engine.children import ChildLimits, PoolBrokenError
from processors.engine.children.pool import ChildPool
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.plain_producer import KafkaPlainProducer, LossyProducer
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.split_consumer import SplitConsumer
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog
from processors.engine.ledger import LedgerDownError, open_ledger
from processors.engine.ledger.migrating import behind
from processors.engine.metrics import DOWN, IN_HAND, PARTITIONS, READY, REGISTRY
from processors.engine.publishing import Assignment, AtLeastOnceDelivery, Delivery, Publisher, TransactionalDelivery
from processors.engine.scratch import Scratch
from processors.engine.services import Limits, Services
from processors.engine.serving import HealthServer
from processors.engine.sources import Sources
from processors.engine.stage import Stage
from processors.engine.wire import Outbox, StageTopics, topics_of
from processors.engine.worker import Worker, WorkerSettings
from processors.settings import Settings

_log = logging.getLogger(__name__)
_STUCK_S = 30.0  # a loop that has not turned for so long is not healthy


def open_consumer(kafka: KafkaSettings, group: str, instance: str, watchdog: Watchdog, topics: StageTopics) -> Consumer:
    """The worker's membership: with the classic protocol its tasks have a group of their own, see SplitConsumer."""
    rest = KafkaConsumer(kafka, group, instance, watchdog, spare_topic=topics.tasks)
    if kafka.group_protocol != "classic":
        return rest
    of_tasks = KafkaConsumer(kafka, f"{group}-tasks", instance, watchdog, spare_topic=topics.commands)
    return SplitConsumer(rest, of_tasks, [topics.tasks])


class LedgerBehindError(Exception):
    """The ledger's schema is not what this code expects."""


class Service:
    """A worker with its clients, children and health server."""

    def __init__(self, stage: Stage[Any], settings: Settings) -> None:
        self._settings = settings
        self._stage = stage
        name = f"{stage.name}-{settings.slot}"
        kafka = settings.kafka()
        self._watchdog = Watchdog(kafka.call_limit_s).start()
        self._ledger = open_ledger(settings.ledger_url)
        store = open_store(settings.artifacts_url, settings.s3())
        codec = open_codec(settings)
        scratch = Scratch(settings.scratch, name)
        scratch.sweep()
        services = Services(
            stage=stage,
            topics=topics_of(stage.name),
            codec=codec,
            outbox=Outbox(stage.name, codec),
            ledger=self._ledger,
            store=store,
            sources=Sources(settings.allowed_sources, store, settings.max_input_bytes, settings.s3()),
            scratch=scratch,
            now_ms=lambda: time.time_ns() // 1_000_000,
            worker=f"{name}@{socket.gethostname()}",
            limits=Limits(window=settings.window, run_deadline_ms=settings.run_deadline_s * 1000),
        )
        self._pool = ChildPool(stage.run, settings.lanes, ChildLimits(settings.child_memory_bytes), scratch.path)
        self._consumer = open_consumer(kafka, f"media-{stage.name}", name, self._watchdog, services.topics)
        self._ticks = LossyProducer(kafka)
        self._producer, delivery = self._delivery(f"media-{name}")
        self._assignment = Assignment()
        self._background = ThreadBackground()
        self._worker = Worker(
            services,
            self._consumer,
            Publisher(delivery, self._assignment),
            self._assignment,
            self._pool,
            self._background,
            self._ticks,
            WorkerSettings(
                tasks_in_hand=settings.tasks_in_hand or max(4, settings.lanes * stage.batch_size * 2),
                sweep_ms=int(settings.sweep_s * 1000),
            ),
        )
        self._health = HealthServer(settings.http_host, settings.http_port, REGISTRY, self._healthy, self._ready)
        self._signalled = False
        self._turned = time.monotonic()
        self._is_ready = False

    def _delivery(self, slot: str) -> tuple[KafkaTransactionalProducer | KafkaPlainProducer, Delivery]:
        kafka = self._settings.kafka()
        if self._settings.delivery == "exactly_once":
            transactional = KafkaTransactionalProducer(kafka, slot, self._watchdog)
            return transactional, TransactionalDelivery(transactional)
        plain = KafkaPlainProducer(kafka, self._watchdog)
        return plain, AtLeastOnceDelivery(plain, self._consumer)

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; the process's exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._health.start()
        _log.info("started", extra={"stage": self._stage.name, "slot": self._settings.slot, "port": self._health.port})
        try:
            self._await_ledger()
            self._worker.start()
            while not self._signalled:
                self._turn(0.2)
            self._wind_down()
        except SlotFencedError as error:
            _log.error("slot_fenced", extra={"error": str(error)})
            return 3
        except LedgerBehindError as error:
            _log.error("ledger_behind", extra={"error": str(error)})
            return 5
        except PoolBrokenError as error:
            _log.error("children_cannot_start", extra={"error": str(error)})
            return 4
        finally:
            self._close()
        _log.info("stopped", extra={"stage": self._stage.name})
        return 0

    def _await_ledger(self) -> None:
        """Wait until the ledger answers. Raises LedgerBehindError when its schema is not what this code expects."""
        while not self._signalled:
            try:
                problem = behind(self._ledger)
            except LedgerDownError as error:
                _log.warning("dependency_down", extra={"dependency": "ledger", "error": str(error)})
                time.sleep(1.0)
                continue
            if problem is not None:
                raise LedgerBehindError(problem)
            return

    def _turn(self, timeout_s: float) -> None:
        self._worker.step(timeout_s)
        self._turned = time.monotonic()
        self._is_ready = self._worker.ready()
        READY.set(self._is_ready)
        IN_HAND.set(self._worker.tasks_in_hand())
        PARTITIONS.set(len(self._assignment.partitions))
        for dependency in ("broker", "ledger", "store", "registry", "breaker"):
            DOWN.labels(dependency).set(dependency in self._worker.down)

    def _wind_down(self) -> None:
        self._worker.stop()
        deadline = time.monotonic() + self._settings.stop_grace_s
        while not self._worker.idle() and time.monotonic() < deadline:
            self._turn(0.05)
        self._worker.close()

    def _close(self) -> None:
        self._pool.close(0.5)
        self._background.close()
        self._producer.close()
        self._ticks.close()
        self._health.close()
        self._ledger.close()
        self._watchdog.stop()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        _log.info("signal", extra={"number": number})
        self._signalled = True

    def _healthy(self) -> tuple[bool, dict[str, Any]]:
        age = time.monotonic() - self._turned
        return age < _STUCK_S, {"stage": self._stage.name, "seconds_since_last_turn": round(age, 1)}

    def _ready(self) -> tuple[bool, dict[str, Any]]:
        return self._is_ready and not self._signalled, {
            "stage": self._stage.name,
            "down": dict(self._worker.down),
            "partitions": len(self._assignment.partitions),
        }
