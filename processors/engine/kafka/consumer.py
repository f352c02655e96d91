"""A consumer group member on confluent-kafka, whose rebalances the engine decides."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException
from confluent_kafka import Consumer as Client
from confluent_kafka import TopicPartition as KafkaPartition

from processors.engine.broker import (
    BrokerError,
    BrokerUnavailableError,
    ConsumedRecord,
    GroupToken,
    Position,
    RebalanceListener,
    SlotFencedError,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.kafka.client_config import consumer_config
from processors.engine.kafka.committed import committed_positions
from processors.engine.kafka.connectivity import Connectivity
from processors.engine.kafka.faults import describe, is_fenced_member, is_stale_member, is_topic_absent, kafka_error
from processors.engine.kafka.incarnation import Incarnations, incarnations
from processors.engine.kafka.ownership import OwnershipCheck
from processors.engine.kafka.records import bare, consumed, named, with_positions
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.watchdog import Watchdog

_log = logging.getLogger(__name__)
_RETRY_S = 1.0  # between attempts to read committed offsets outside of a callback


@dataclass(frozen=True, slots=True)
class KafkaGroupToken:
    """librdkafka's group metadata: group, member, generation, instance."""

    metadata: object


class KafkaConsumer:
    """Fulfils `processors.engine.broker.Consumer`. Every call comes from the thread that owns it.

    Two threads must not share it: confluent-kafka serialises them without a time limit, and a polling one starves the
    other for seconds.

    `spare_topic` is one that exists and is not subscribed to. A static member that finds, after its start, partitions
    without an owner (see `ownership`) joins once with it and once without: that is how a client can make a classic
    group rebalance.

    Rebalance callbacks run inside librdkafka's poll. What they raise is kept and raised from `poll` (or `close`) once
    the assignment is consistent again; librdkafka would lose it together with the messages of that call.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        group_id: str,
        instance_id: str | None,
        watchdog: Watchdog,
        *,
        spare_topic: str | None = None,
        identities: Incarnations | None = None,
        client: Callable[[dict[str, Any]], Client] = Client,
    ) -> None:
        self._settings = settings
        self._watchdog = watchdog
        self._connectivity = Connectivity(f"consumer of {group_id}")
        config: dict[str, Any] = dict(consumer_config(settings, group_id, instance_id))
        self._client = client(config | {"error_cb": self._connectivity.on_error})
        self._slot = f"instance {instance_id} of group {group_id}"
        self._identities = identities or incarnations(settings)
        self._incarnations: dict[str, str] = {}
        self._listener: RebalanceListener | None = None
        self._owned: set[TopicPartition] = set()
        self._paused: set[TopicPartition] = set()
        # Assigned by the group, but not started: their committed offsets could not be read yet.
        self._waiting: set[TopicPartition] = set()
        self._retry_at = 0.0
        self._batch: list[ConsumedRecord] = []
        self._failure: BaseException | None = None
        self._absent: set[str] = set()
        self._topics: list[str] = []
        self._group_id = group_id
        self._spare_topic = spare_topic if instance_id is not None and settings.uses_static_membership else None
        self._check: OwnershipCheck | None = None
        self._asked_to_rebalance = False
        self._started = False
        self._closing = False

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Join the group for these topics; one that does not exist yet is waited for."""
        self._listener = listener
        self._topics = list(topics)
        self._join(self._topics)

    def poll(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Run pending rebalance callbacks, then return up to `max_records`, waiting at most `timeout_s` for the first.

        Messages are taken one by one: a callback between two of them then knows exactly which are in hand, and those
        of a revoked partition are dropped before the listener hears of it.

        Raises BrokerUnavailableError, SlotFencedError, and whatever the listener raised.
        """
        if self._waiting and time.monotonic() >= self._retry_at:
            self._start_waiting()
        with self._watchdog.call("poll"):
            try:
                if self._check is not None and self._connectivity.problem() is None:
                    self._find_owners(self._check)
                self._fill(timeout_s, max_records)
            except (KafkaException, SystemError) as exception:
                error = kafka_error(exception)
                if error is None:
                    raise
                self._on_error(error, None)
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        ready = self._take(max_records)
        if ready:
            self._connectivity.works()
        elif (problem := self._connectivity.problem()) is not None:
            raise BrokerUnavailableError(problem)
        return ready

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Stop fetching these assigned partitions. What librdkafka has read ahead of them is read again later."""
        chosen = list(partitions)
        self._client.pause(bare(chosen))
        self._paused.update(chosen)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch these assigned partitions again, from where reading stopped."""
        chosen = list(partitions)
        self._client.resume(bare(chosen))
        self._paused.difference_update(chosen)

    def group_token(self) -> GroupToken:
        """The membership as the client knows it now. Take it only when a rebalance callback has just run.

        Taken later, it lets a member commit offsets of a partition that it has lost without having heard of it.
        """
        return KafkaGroupToken(self._client.consumer_group_metadata())

    def commit(self, positions: Mapping[TopicPartition, Position]) -> None:
        """Commit outside of a transaction and wait for the answer.

        Raises TransactionAbortedError where the group has moved on (poll, then publish what is still owned),
        BrokerUnavailableError, SlotFencedError.
        """
        if not positions:
            return
        # A commit has no time limit: it waits for as long as the broker is away.
        if (problem := self._connectivity.problem()) is not None:
            raise BrokerUnavailableError(problem)
        with self._watchdog.call("commit"):
            try:
                answers = self._client.commit(offsets=with_positions(positions), asynchronous=False)
                errors = [answer.error for answer in answers or () if answer.error]
            except KafkaException as exception:
                error = kafka_error(exception)
                if error is None:
                    raise
                errors = [error]
        if errors:
            raise self._commit_failure(errors[0])

    def incarnation(self, topic: str) -> str:
        """The identity of this topic's life. Asked of the broker once for each assignment that names the topic."""
        known = self._incarnations.get(topic)
        if known is None:
            with self._watchdog.call("describe_topics"):
                known = self._incarnations[topic] = self._identities.of(topic)
        return known

    def close(self) -> None:
        """Leave the group, after `on_revoke` for what is held. A static member's partitions wait out its session."""
        self._closing = True
        with self._watchdog.call("close"):
            self._client.close()
        self._batch.clear()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _join(self, topics: list[str]) -> None:
        self._client.subscribe(topics, on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost)

    def _find_owners(self, check: OwnershipCheck) -> None:
        ownerless = check.ownerless()
        if check.done:
            self._check = None
        if ownerless and self._spare_topic is not None:
            names = sorted(f"{source.topic}/{source.partition}" for source in ownerless)
            _log.warning("partitions without an owner, asking for a rebalance", extra={"partitions": names})
            self._asked_to_rebalance = True
            self._join([*self._topics, self._spare_topic])

    # -- receiving ---------------------------------------------------------------------------------------------------

    def _fill(self, timeout_s: float, max_records: int) -> None:
        poll = self._client.poll
        message = poll(0 if self._takable() else timeout_s)
        while message is not None:
            error = message.error()
            if error is None:
                self._batch.append(consumed(message))
            else:
                self._on_error(error, message.topic())
            if self._failure is not None or len(self._batch) >= max_records:
                return
            message = poll(0)

    def _takable(self) -> bool:
        return any(record.source not in self._paused for record in self._batch)

    def _take(self, max_records: int) -> list[ConsumedRecord]:
        """Records in hand. They outlive a call only when it raised, so pausing in between is rare but possible."""
        if not self._paused and len(self._batch) <= max_records:
            everything, self._batch = self._batch, []
            return everything
        ready: list[ConsumedRecord] = []
        kept: list[ConsumedRecord] = []
        for record in self._batch:
            takes = len(ready) < max_records and record.source not in self._paused
            (ready if takes else kept).append(record)
        self._batch = kept
        return ready

    def _on_error(self, error: KafkaError, topic: str | None) -> None:
        code = error.code()
        if code == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own codes begin with an underscore
            return
        if is_topic_absent(error):
            if topic is not None and topic not in self._absent:
                self._absent.add(topic)
                _log.warning("waiting for a topic that does not exist", extra={"topic": topic})
            return
        if code == KafkaError._MAX_POLL_EXCEEDED:  # noqa: SLF001
            # The partitions go to others; on_lost follows in one of the next polls.
            _log.error("the owner thread did not poll in time", extra={"reason": error.str()})
            return
        if is_fenced_member(error):
            self._fail(SlotFencedError(f"{self._slot} belongs to another process: {describe(error)}"))
        elif code == KafkaError._FATAL or error.fatal():  # noqa: SLF001
            self._fail(BrokerError(f"the consumer cannot go on: {describe(error)}"))
        else:
            self._fail(BrokerUnavailableError(f"the broker refuses to serve {topic or 'the group'}: {describe(error)}"))

    def _fail(self, failure: BaseException) -> None:
        # The first failure explains the others.
        if self._failure is None:
            self._failure = failure

    def _commit_failure(self, error: KafkaError) -> BrokerError:
        reason = describe(error)
        if is_fenced_member(error):
            return SlotFencedError(f"{self._slot} belongs to another process: {reason}")
        if is_stale_member(error):
            return TransactionAbortedError(f"the group has moved on, the commit was refused: {reason}")
        if error.code() in (KafkaError.OFFSET_METADATA_TOO_LARGE, KafkaError.INVALID_COMMIT_OFFSET_SIZE):
            return BrokerError(f"the commit is too large to be taken, ever: {reason}")
        return BrokerUnavailableError(f"the commit was not taken: {reason}")

    # -- rebalances: called by librdkafka inside poll and close --------------------------------------------------------

    def _on_assign(self, client: Client, partitions: list[KafkaPartition]) -> None:
        if self._closing:
            # A rebalance that ends while the member leaves: what it was given goes to others in the next one.
            client.incremental_assign([])
            return
        assigned = [source for source in named(partitions) if source.topic in self._topics]
        try:
            self._absent.difference_update(source.topic for source in assigned)
            positions = self._read_positions(assigned)
            # Also for none: it tells librdkafka that the application has taken the generation over.
            client.incremental_assign(_started(positions))
            self._hand_over(positions)
            self._after_assignment()
        except BaseException as failure:  # noqa: BLE001 - raised from poll
            self._fail(failure)

    def _after_assignment(self) -> None:
        if self._spare_topic is None:
            return
        if self._asked_to_rebalance:
            self._asked_to_rebalance = False
            self._join(self._topics)
        elif self._started:
            return
        self._started = True
        self._check = OwnershipCheck(self._settings, self._group_id, self._topics)

    def _on_revoke(self, client: Client, partitions: list[KafkaPartition]) -> None:
        self._give_back(client, partitions, self._listening().on_revoke)

    def _on_lost(self, client: Client, partitions: list[KafkaPartition]) -> None:
        self._give_back(client, partitions, self._listening().on_lost)

    def _give_back(
        self, client: Client, partitions: list[KafkaPartition], tell: Callable[[Sequence[TopicPartition]], None]
    ) -> None:
        revoked = set(named(partitions))
        self._waiting -= revoked
        held = sorted(revoked & self._owned)
        self._batch = [record for record in self._batch if record.source not in revoked]
        try:
            tell(held)
        except BaseException as failure:  # noqa: BLE001 - raised from poll
            self._fail(failure)
        try:
            # librdkafka remembers a pause beyond the assignment: without this the partition would come back paused.
            client.resume(bare(self._paused & revoked))
            client.incremental_unassign(bare(held))
        except BaseException as failure:  # noqa: BLE001 - raised from poll
            self._fail(failure)
        finally:
            self._owned -= revoked
            self._paused -= revoked
            for source in revoked:
                self._incarnations.pop(source.topic, None)

    def _read_positions(self, assigned: list[TopicPartition]) -> dict[TopicPartition, Position | None]:
        """The committed positions, or nothing when the coordinator does not tell them in time: poll asks again."""
        if not assigned:
            return {}
        try:
            with self._watchdog.call("committed"):
                return committed_positions(self._client, assigned, self._settings.assign_timeout_s)
        except BrokerUnavailableError as failure:
            self._waiting.update(assigned)
            self._retry_at = time.monotonic() + _RETRY_S
            self._fail(failure)
            return {}

    def _start_waiting(self) -> None:
        """Start partitions whose committed offsets could not be read when they were assigned."""
        self._retry_at = time.monotonic() + _RETRY_S
        with self._watchdog.call("committed"):
            positions = committed_positions(self._client, sorted(self._waiting), _RETRY_S)
        self._client.incremental_assign(_started(positions))
        self._waiting.clear()
        self._hand_over(positions)

    def _hand_over(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self._owned.update(positions)
        for source in positions:
            self._incarnations.pop(source.topic, None)
        self._listening().on_assign(positions)

    def _listening(self) -> RebalanceListener:
        if self._listener is None:
            raise RuntimeError("subscribe first: nobody listens to rebalances")
        return self._listener


def _started(positions: Mapping[TopicPartition, Position | None]) -> list[KafkaPartition]:
    return [
        KafkaPartition(source.topic, source.partition, position.offset if position else OFFSET_BEGINNING)
        for source, position in positions.items()
    ]
