"""What the producer makes of each answer of the client. What real clients answer is shown on a real broker."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from processors.engine.broker import (
    BrokerError,
    BrokerUnavailableError,
    CommitUnknownError,
    Message,
    Position,
    SlotFencedError,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.kafka.consumer import KafkaGroupToken
from processors.engine.kafka.faults import MessageTooLargeError
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog

SOURCE = {TopicPartition("in", 0): Position(1, "")}
TOKEN = KafkaGroupToken("metadata")
MESSAGE = Message("out", b"k", b"v")


def kafka(code: int, *, fatal: bool = False, retriable: bool = False, abort: bool = False) -> KafkaException:
    return KafkaException(KafkaError(code, "reason", fatal, retriable, abort))


FENCED = kafka(KafkaError._FENCED, fatal=True)
BROKEN = kafka(KafkaError.INVALID_TXN_STATE, fatal=True)
ABORT = kafka(KafkaError.ILLEGAL_GENERATION, abort=True)
TIMED_OUT = kafka(KafkaError._TIMED_OUT, retriable=True)


class ScriptedClient:
    """Answers each call with the next of its prepared answers; without one it succeeds."""

    def __init__(self, answers: dict[str, list[BaseException | None]], calls: list[str]) -> None:
        self._answers = answers
        self._calls = calls
        self.deliver: Callable[[KafkaError | None, object], None] | None = None

    def _answer(self, call: str) -> None:
        self._calls.append(call)
        prepared = self._answers.get(call)
        answer = prepared.pop(0) if prepared else None
        if answer is not None:
            raise answer

    def init_transactions(self, _timeout: float) -> None:
        self._answer("init")

    def begin_transaction(self) -> None:
        self._answer("begin")

    def produce(self, topic: str, *, on_delivery: Callable[[KafkaError | None, object], None], **_rest: object) -> None:
        self.deliver = on_delivery
        self._answer("produce")

    def poll(self, _timeout: float) -> int:
        self._answer("poll")
        return 0

    def send_offsets_to_transaction(self, _positions: object, _metadata: object, _timeout: float) -> None:
        self._answer("offsets")

    def commit_transaction(self, _timeout: float) -> None:
        self._answer("commit")

    def abort_transaction(self, _timeout: float) -> None:
        self._answer("abort")


class Scripted:
    """A producer over scripted clients, which share one script."""

    def __init__(self, **answers: Sequence[BaseException | None]) -> None:
        script = {call: list(prepared) for call, prepared in answers.items()}
        self.calls: list[str] = []
        self.clients: list[ScriptedClient] = []

        def client(_config: dict[str, Any]) -> Any:
            self.clients.append(ScriptedClient(script, self.calls))
            return self.clients[-1]

        settings = KafkaSettings(
            bootstrap_servers="b:1", init_timeout_s=0.01, abort_timeout_s=0.01, buffer_timeout_s=0.01
        )
        self.producer = KafkaTransactionalProducer(settings, "slot-0", Watchdog(), client=client)

    def opened(self) -> KafkaTransactionalProducer:
        self.producer.begin()
        return self.producer


def test_the_client_is_made_and_initialised_once() -> None:
    scripted = Scripted()
    for _ in range(3):
        scripted.producer.begin()
        scripted.producer.send([MESSAGE])
        scripted.producer.send_positions(SOURCE, TOKEN)
        scripted.producer.commit(1.0)
    assert scripted.calls == ["init", *["begin", "produce", "offsets", "commit"] * 3]


def test_initialising_is_repeated_while_the_coordinator_is_not_ready() -> None:
    scripted = Scripted(init=[TIMED_OUT])
    scripted.producer.begin()
    assert scripted.calls == ["init", "init", "begin"]


def test_a_client_that_could_not_be_initialised_is_thrown_away() -> None:
    scripted = Scripted(init=[kafka(KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, fatal=True)])
    with pytest.raises(BrokerUnavailableError, match="slot-0 cannot be initialised"):
        scripted.producer.begin()
    scripted.producer.begin()
    assert len(scripted.clients) == 2


@pytest.mark.parametrize("where", ["init", "begin"])
def test_a_slot_fenced_while_beginning_is_never_initialised_again(where: str) -> None:
    scripted = Scripted(**{where: [FENCED]})
    for _ in range(2):
        with pytest.raises(SlotFencedError, match="slot-0 belongs to another process"):
            scripted.producer.begin()
    assert scripted.calls.count("init") == 1


@pytest.mark.parametrize("where", ["produce", "offsets", "commit", "abort"])
def test_a_slot_fenced_in_a_transaction_stays_fenced(where: str) -> None:
    scripted = Scripted(**{where: [FENCED]})
    calls: dict[str, Callable[[KafkaTransactionalProducer], None]] = {
        "produce": lambda p: p.send([MESSAGE]),
        "offsets": lambda p: p.send_positions(SOURCE, TOKEN),
        "commit": lambda p: p.commit(1.0),
        "abort": lambda p: p.abort(),
    }
    producer = scripted.opened()
    with pytest.raises(SlotFencedError):
        calls[where](producer)
    for call in calls.values():
        with pytest.raises(SlotFencedError):
            call(producer)
    with pytest.raises(SlotFencedError):
        producer.begin()
    assert len(scripted.clients) == 1


def test_an_instance_id_taken_over_is_a_fencing_though_the_client_calls_it_abortable() -> None:
    scripted = Scripted(offsets=[kafka(KafkaError.FENCED_INSTANCE_ID, abort=True)])
    with pytest.raises(SlotFencedError):
        scripted.opened().send_positions(SOURCE, TOKEN)


@pytest.mark.parametrize("answer", [ABORT, TIMED_OUT, BROKEN, kafka(KafkaError._STATE), SystemError("garbled")])
def test_positions_are_never_sent_twice_in_a_transaction(answer: BaseException) -> None:
    scripted = Scripted(offsets=[answer])
    producer = scripted.opened()
    with pytest.raises(TransactionAbortedError):
        producer.send_positions(SOURCE, TOKEN)
    with pytest.raises(TransactionAbortedError):
        producer.send_positions(SOURCE, TOKEN)
    with pytest.raises(TransactionAbortedError):
        producer.commit(1.0)
    assert scripted.calls.count("offsets") == 1
    assert "commit" not in scripted.calls
    producer.abort()
    producer.begin()
    producer.send_positions(SOURCE, TOKEN)
    producer.commit(1.0)


def test_a_broken_client_is_replaced_at_the_next_begin() -> None:
    scripted = Scripted(commit=[BROKEN])
    producer = scripted.opened()
    with pytest.raises(TransactionAbortedError):
        producer.commit(1.0)
    producer.abort()
    producer.begin()
    assert scripted.calls == ["init", "begin", "commit", "init", "begin"]


def test_a_client_that_broke_between_transactions_is_replaced_at_once() -> None:
    scripted = Scripted(begin=[None, BROKEN])
    producer = scripted.opened()
    producer.commit(1.0)
    producer.begin()
    assert scripted.calls == ["init", "begin", "commit", "begin", "init", "begin"]


def test_a_commit_without_answer_can_only_be_committed_again() -> None:
    scripted = Scripted(commit=[TIMED_OUT, TIMED_OUT])
    producer = scripted.opened()
    for _ in range(2):
        with pytest.raises(CommitUnknownError):
            producer.commit(1.0)
        with pytest.raises(CommitUnknownError):
            producer.abort()
        with pytest.raises(RuntimeError):
            producer.begin()
        with pytest.raises(RuntimeError):
            producer.send([MESSAGE])
    producer.commit(1.0)
    producer.begin()


def test_a_commit_whose_fate_cannot_be_known_any_more_is_no_abort() -> None:
    scripted = Scripted(commit=[TIMED_OUT, kafka(KafkaError.INVALID_PRODUCER_ID_MAPPING, fatal=True)])
    producer = scripted.opened()
    with pytest.raises(CommitUnknownError):
        producer.commit(1.0)
    with pytest.raises(BrokerError, match="fate") as raised:
        producer.commit(1.0)
    assert not isinstance(raised.value, TransactionAbortedError)


def test_a_garbled_commit_is_made_again() -> None:
    scripted = Scripted(commit=[SystemError("garbled"), ABORT])
    producer = scripted.opened()
    with pytest.raises(TransactionAbortedError):
        producer.commit(1.0)
    assert scripted.calls[-2:] == ["commit", "commit"]


def test_a_message_that_was_not_delivered_dooms_the_transaction() -> None:
    scripted = Scripted()
    producer = scripted.opened()
    producer.send([MESSAGE])
    deliver = scripted.clients[0].deliver
    assert deliver is not None
    deliver(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), object())
    with pytest.raises(TransactionAbortedError, match="TOPIC_AUTHORIZATION_FAILED"):
        producer.commit(1.0)
    producer.abort()
    producer.begin()
    producer.commit(1.0)


def test_a_full_buffer_is_emptied_and_the_message_sent() -> None:
    scripted = Scripted(produce=[BufferError()])
    scripted.opened().send([MESSAGE])
    assert scripted.calls == ["init", "begin", "produce", "poll", "produce"]


def test_a_message_that_can_never_be_sent_is_named() -> None:
    scripted = Scripted(produce=[kafka(KafkaError.MSG_SIZE_TOO_LARGE)])
    producer = scripted.opened()
    with pytest.raises(MessageTooLargeError, match="2 bytes to out"):
        producer.send([MESSAGE])
    producer.abort()


def test_an_abort_that_is_not_answered_is_called_again() -> None:
    scripted = Scripted(abort=[TIMED_OUT] * 2)
    producer = scripted.opened()
    with pytest.raises(BrokerUnavailableError):
        producer.abort()
    with pytest.raises(TransactionAbortedError):
        producer.commit(1.0)
    producer.abort()
    producer.begin()


def test_a_client_that_cannot_abort_leaves_it_to_the_next_one() -> None:
    scripted = Scripted(abort=[BROKEN])
    producer = scripted.opened()
    producer.abort()
    producer.begin()
    assert scripted.calls == ["init", "begin", "abort", "init", "begin"]
