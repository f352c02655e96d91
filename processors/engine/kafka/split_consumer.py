"""A worker's membership in two groups: one for its tasks, one for everything else.

A group spreads partitions evenly over its members, but not the partitions of each topic: cooperative-sticky moves whole
topics to a member that joins, and could leave all tasks with the one that was there first. Tasks in a group of their
own are spread evenly.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from processors.engine.broker import (
    BrokerUnavailableError,
    ConsumedRecord,
    Consumer,
    GroupToken,
    Position,
    RebalanceListener,
    TopicPartition,
)

_SLICE_S = 0.01  # how long one of the two waits while the other may have something
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class SplitGroupToken:
    """A token for each of the groups, with the topics of the second."""

    rest: GroupToken | None
    tasks: GroupToken | None
    task_topics: frozenset[str]

    def parts(
        self, positions: Mapping[TopicPartition, Position]
    ) -> list[tuple[dict[TopicPartition, Position], GroupToken]]:
        """The positions of each group with its token."""
        found = []
        for part, token in zip(_split(positions, self.task_topics), (self.rest, self.tasks), strict=True):
            if part and token is None:
                raise AssertionError(f"positions of {sorted(part)} before any rebalance callback of their group")
            if part and token is not None:
                found.append((part, token))
        return found


class _Relay:
    """Passes the callbacks of one group on, after taking its token: later it could vouch for what is lost already."""

    def __init__(self, take_token: Callable[[], None], listener: RebalanceListener) -> None:
        self._take_token = take_token
        self._listener = listener

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self._take_token()
        self._listener.on_assign(positions)

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        self._take_token()
        self._listener.on_revoke(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self._take_token()
        self._listener.on_lost(partitions)


class SplitConsumer:
    """Fulfils `processors.engine.broker.Consumer` with two of them. Every call comes from the thread that owns it."""

    def __init__(self, rest: Consumer, tasks: Consumer, task_topics: Iterable[str]) -> None:
        self._members = (rest, tasks)
        self._task_topics = frozenset(task_topics)
        self._tokens: list[GroupToken | None] = [None, None]
        self._problem: BrokerUnavailableError | None = None

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """See Consumer."""
        split = (
            [topic for topic in topics if topic not in self._task_topics],
            [topic for topic in topics if topic in self._task_topics],
        )
        for number, (member, chosen) in enumerate(zip(self._members, split, strict=True)):
            member.subscribe(chosen, _Relay(self._token_taker(number), listener))

    def poll(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """See Consumer. A failure of one group is raised by the next call when the other one gave records."""
        if self._problem is not None:
            problem, self._problem = self._problem, None
            raise problem
        deadline = time.monotonic() + timeout_s
        rest, tasks = self._members
        while True:
            records = rest.poll(0, max_records)
            left = deadline - time.monotonic()
            try:
                records += tasks.poll(0 if records else max(0.0, min(_SLICE_S, left)), max_records)
            except BrokerUnavailableError as problem:
                if not records:
                    raise
                self._problem = problem
            if records or left <= _SLICE_S:
                return records

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """See Consumer."""
        for member, part in zip(self._members, _split(dict.fromkeys(partitions), self._task_topics), strict=True):
            if part:
                member.pause(part)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """See Consumer."""
        for member, part in zip(self._members, _split(dict.fromkeys(partitions), self._task_topics), strict=True):
            if part:
                member.resume(part)

    def group_token(self) -> GroupToken:
        """The tokens of both groups, each as its last rebalance callback found it."""
        return SplitGroupToken(self._tokens[0], self._tokens[1], self._task_topics)

    def commit(self, positions: Mapping[TopicPartition, Position]) -> None:
        """See Consumer."""
        for member, part in zip(self._members, _split(positions, self._task_topics), strict=True):
            if part:
                member.commit(part)

    def incarnation(self, topic: str) -> str:
        """See Consumer."""
        return self._members[topic in self._task_topics].incarnation(topic)

    def close(self) -> None:
        """See Consumer."""
        rest, tasks = self._members
        try:
            tasks.close()
        finally:
            rest.close()

    def _token_taker(self, number: int) -> Callable[[], None]:
        def take() -> None:
            self._tokens[number] = self._members[number].group_token()

        return take


def _split(
    values: Mapping[TopicPartition, _V], task_topics: frozenset[str]
) -> tuple[dict[TopicPartition, _V], dict[TopicPartition, _V]]:
    """What belongs to other topics, and what belongs to these."""
    return (
        {source: value for source, value in values.items() if source.topic not in task_topics},
        {source: value for source, value in values.items() if source.topic in task_topics},
    )
