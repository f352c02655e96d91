import pytest
from confluent_kafka import KafkaError, KafkaException

from processors.engine.kafka.faults import (
    Fault,
    is_fenced_member,
    is_stale_member,
    is_topic_absent,
    kafka_error,
    transaction_fault,
)


def error(code: int, *, fatal: bool = False, retriable: bool = False, abort: bool = False) -> KafkaError:
    return KafkaError(code, "reason", fatal, retriable, abort)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (error(KafkaError._FENCED, fatal=True), Fault.FENCED),
        (error(KafkaError.INVALID_PRODUCER_EPOCH, fatal=True), Fault.FENCED),
        (error(KafkaError.FENCED_INSTANCE_ID, abort=True), Fault.FENCED),
        (error(KafkaError.INVALID_TXN_STATE, fatal=True), Fault.BROKEN),
        (error(KafkaError.INVALID_PRODUCER_ID_MAPPING, fatal=True), Fault.BROKEN),
        (error(KafkaError.ILLEGAL_GENERATION, abort=True), Fault.ABORT),
        (error(KafkaError.INVALID_PRODUCER_EPOCH, abort=True), Fault.ABORT),
        (error(KafkaError._TIMED_OUT, retriable=True), Fault.AGAIN),
        (error(KafkaError._TIMED_OUT), Fault.AGAIN),
        (error(KafkaError._STATE), Fault.ABORT),
    ],
)
def test_a_transactional_error_asks_for_one_thing(given: KafkaError, expected: Fault) -> None:
    assert transaction_fault(given) is expected


@pytest.mark.parametrize("code", [KafkaError.ILLEGAL_GENERATION, KafkaError.UNKNOWN_MEMBER_ID])
def test_a_commit_of_an_earlier_generation_is_stale(code: int) -> None:
    assert is_stale_member(error(code))
    assert not is_stale_member(error(KafkaError._TRANSPORT))


def test_a_topic_may_be_absent() -> None:
    assert is_topic_absent(error(KafkaError.UNKNOWN_TOPIC_OR_PART))
    assert not is_topic_absent(error(KafkaError.TOPIC_AUTHORIZATION_FAILED))


def test_a_static_member_is_fenced_also_when_only_the_words_say_so() -> None:
    words = "Fatal error: Broker: Static consumer fenced by other consumer with same group.instance.id"
    assert is_fenced_member(KafkaError(KafkaError._FATAL, words))
    assert is_fenced_member(error(KafkaError.UNRELEASED_INSTANCE_ID))
    assert not is_fenced_member(KafkaError(KafkaError._FATAL, "out of memory"))


def test_the_error_is_found_inside_what_the_binding_made_of_it() -> None:
    inner = error(KafkaError._FENCED, fatal=True)
    garbled = SystemError("returned a result with an exception set")
    garbled.__cause__ = KafkaException(inner)
    assert kafka_error(garbled) == inner
    assert kafka_error(SystemError("alone")) is None
