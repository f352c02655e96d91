"""A client's way to the broker: what it may call there, and the faults on the way."""

from collections.abc import Callable, Sequence
from typing import Protocol

from processors.engine.broker import Message, TopicPartition
from processors.engine.memory_broker.faults import Action, Faults, MisuseError
from processors.engine.memory_broker.groups import Group
from processors.engine.memory_broker.log import PartitionLog, Transaction
from processors.engine.memory_broker.transactions import TransactionCoordinator


class Cluster(Protocol):
    """What clients use of the broker."""

    available: bool
    faults: Faults
    coordinator: TransactionCoordinator

    @property
    def clock_ms(self) -> Callable[[], int]:
        """The time, in milliseconds."""

    def advance(self) -> None:
        """Let the coordinators act by the clock."""

    def append(self, messages: Sequence[Message], transaction: Transaction | None) -> None:
        """Write messages."""

    def log(self, partition: TopicPartition) -> PartitionLog | None:
        """The log of a partition."""

    def group(self, name: str) -> Group:
        """The state of a group."""

    def incarnation(self, topic: str) -> str:
        """The identity of a topic's life."""


class Connection:
    """The connection of one client."""

    def __init__(self, cluster: Cluster, client: str) -> None:
        self.cluster = cluster
        self.client = client

    def trouble_before(self, point: str) -> Action | None:
        """Why the effect must not happen now, or None when it may. Time-outs that are due are dealt with first."""
        action = self.cluster.faults.at(f"{point}.before", self.client)
        if action is Action.LOSE_ANSWER or (action in {Action.ABORT, Action.DELAY} and point != "commit"):
            raise MisuseError(f"{action} cannot happen at {point}.before")
        if action is None and not self.cluster.available:
            return Action.FAIL
        if self.cluster.available:
            self.cluster.advance()
        return action

    def answer_lost(self, point: str) -> bool:
        """Whether the effect that just happened must be reported as unknown."""
        action = self.cluster.faults.at(f"{point}.after", self.client)
        if action not in {None, Action.LOSE_ANSWER}:
            raise MisuseError(f"{action} cannot happen at {point}.after")
        return action is Action.LOSE_ANSWER
