from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

from confluent_kafka import ConsumerGroupState, KafkaError, KafkaException

from processors.engine.broker import TopicPartition
from processors.engine.kafka.ownership import OwnershipCheck
from processors.engine.kafka.settings import KafkaSettings


class Cluster:
    """A coordinator of one group that reads `tasks`, four partitions; answers at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.state = ConsumerGroupState.STABLE
        self.owned = [[0, 1], [2, 3]]
        self.down = False
        self.questions = 0
        self.check = OwnershipCheck(
            KafkaSettings(bootstrap_servers="nowhere:1"),
            "group",
            ["tasks"],
            admin=lambda _config: self,  # type: ignore[arg-type, return-value]
            clock=lambda: self.now,
        )

    def describe_consumer_groups(self, names: list[str], request_timeout: float) -> dict[str, Future[Any]]:
        self.questions += 1
        members = [
            SimpleNamespace(
                assignment=SimpleNamespace(
                    topic_partitions=[SimpleNamespace(topic="tasks", partition=number) for number in numbers]
                )
            )
            for numbers in self.owned
        ]
        return {names[0]: self._future(SimpleNamespace(state=self.state, members=members))}

    def describe_topics(self, _names: object, request_timeout: float) -> dict[str, Future[Any]]:
        topic = SimpleNamespace(name="tasks", partitions=[SimpleNamespace(id=number) for number in range(4)])
        return {"tasks": self._future(topic)}

    def _future(self, answer: object) -> Future[Any]:
        future: Future[Any] = Future()
        if self.down:
            future.set_exception(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
        else:
            future.set_result(answer)
        return future

    def after(self, seconds: float) -> set[TopicPartition]:
        self.now += seconds
        return self.check.ownerless()


def test_a_group_that_owns_everything_is_asked_once() -> None:
    cluster = Cluster()
    assert [cluster.after(2.0) for _ in range(5)] == [set()] * 5
    assert cluster.check.done
    assert cluster.questions == 1


def test_a_partition_without_an_owner_is_told_when_it_was_seen_twice() -> None:
    cluster = Cluster()
    cluster.owned = [[0, 1], [2]]
    assert cluster.after(2.0) == set()
    assert cluster.after(1.9) == set()
    assert cluster.after(0.1) == {TopicPartition("tasks", 3)}
    assert cluster.check.done


def test_a_rebalance_in_between_starts_the_counting_anew() -> None:
    cluster = Cluster()
    cluster.owned = [[0, 1], [2]]
    cluster.after(2.0)
    cluster.state = ConsumerGroupState.PREPARING_REBALANCING
    cluster.after(2.0)
    cluster.state = ConsumerGroupState.STABLE
    assert cluster.after(2.0) == set()
    assert cluster.after(2.0) == {TopicPartition("tasks", 3)}


def test_a_coordinator_that_does_not_answer_is_asked_again() -> None:
    cluster = Cluster()
    cluster.down = True
    assert cluster.after(2.0) == set()
    assert not cluster.check.done
    cluster.down = False
    assert cluster.after(2.0) == set()
    assert cluster.check.done
