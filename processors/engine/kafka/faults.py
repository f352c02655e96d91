"""What a librdkafka error means for the engine."""

from enum import Enum, auto

from confluent_kafka import KafkaError, KafkaException

from processors.engine.broker import BrokerError

_FENCED = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001 - librdkafka's own codes begin with an underscore
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.FENCED_INSTANCE_ID,
    }
)
_STALE_MEMBER = frozenset(
    {
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.STALE_MEMBER_EPOCH,
        KafkaError._ASSIGNMENT_LOST,  # noqa: SLF001
    }
)
_TOPIC_ABSENT = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    }
)


class MessageTooLargeError(BrokerError):
    """A message is over `message_max_bytes` or the topic's limit: sending it again cannot help."""


class Fault(Enum):
    """What a transactional call's error asks for."""

    FENCED = auto()  # another process owns the slot
    BROKEN = auto()  # this client is finished: a new one, initialised anew, can go on
    ABORT = auto()  # the transaction must be aborted
    AGAIN = auto()  # the same call may be made again


def transaction_fault(error: KafkaError) -> Fault:
    """Classify the error of a transactional producer's call.

    A fatal error that is no fencing (INVALID_TXN_STATE after an abort, an expired id mapping) ends only the client.
    FENCED_INSTANCE_ID comes as abortable, but says that the slot has another owner.
    """
    code = error.code()
    if code == KafkaError.FENCED_INSTANCE_ID or (error.fatal() and code in _FENCED):
        return Fault.FENCED
    if error.fatal():
        return Fault.BROKEN
    if error.txn_requires_abort():
        return Fault.ABORT
    if error.retriable() or code == KafkaError._TIMED_OUT:  # noqa: SLF001
        return Fault.AGAIN
    return Fault.ABORT


def is_stale_member(error: KafkaError) -> bool:
    """Whether the coordinator refused a commit because the group has moved on."""
    return error.code() in _STALE_MEMBER


def is_topic_absent(error: KafkaError) -> bool:
    """Whether a topic or partition does not exist (yet)."""
    return error.code() in _TOPIC_ABSENT


def is_fenced_member(error: KafkaError) -> bool:
    """Whether another member has this consumer's instance id; reported as _FATAL with the reason in words."""
    if error.code() in (KafkaError.FENCED_INSTANCE_ID, KafkaError.UNRELEASED_INSTANCE_ID):
        return True
    return error.code() == KafkaError._FATAL and "instance" in error.str().lower()  # noqa: SLF001


def kafka_error(exception: BaseException) -> KafkaError | None:
    """The KafkaError inside a KafkaException, also where the binding wrapped it into a SystemError.

    It does that when a fatal error and a Python callback meet in one call: the call "returned a result with an
    exception set".
    """
    seen: BaseException | None = exception
    while seen is not None:
        if isinstance(seen, KafkaException) and seen.args and isinstance(seen.args[0], KafkaError):
            return seen.args[0]
        seen = seen.__cause__ or seen.__context__
    return None


def describe(error: KafkaError) -> str:
    """Name and words of an error, for messages."""
    return f"{error.name()}: {error.str()}"
