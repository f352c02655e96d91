"""Bring a cluster's topics to what topics.yaml says: `plan` shows the difference, `apply` makes it. Never deletes.

What cannot be done without losing something (fewer partitions) is refused, and then nothing at all is changed.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from schemas.topics import TopicSpec


class AdminError(Exception):
    """The cluster could not be read or changed; the message names the topic and the reason."""


class RefusedError(AdminError):
    """topics.yaml asks for what cannot be done without losing something; nothing was changed."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the cluster has it."""

    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Create:
    """A topic that is missing."""

    name: str
    partitions: int
    config: Mapping[str, str]

    def __str__(self) -> str:
        settings = " ".join(f"{key}={value}" for key, value in sorted(self.config.items()))
        return f"+ {self.name}: {self.partitions} partitions {settings}"


@dataclass(frozen=True, slots=True)
class Grow:
    """A topic that gets more partitions. Keys then go elsewhere, which nothing of ours depends on."""

    name: str
    old: int
    new: int

    def __str__(self) -> str:
        return f"~ {self.name}: {self.old} -> {self.new} partitions"


@dataclass(frozen=True, slots=True)
class Configure:
    """A topic whose settings change; `changes` has the old and the new value of each."""

    name: str
    changes: Mapping[str, tuple[str | None, str]]

    def __str__(self) -> str:
        shown = ", ".join(f"{key} {old} -> {new}" for key, (old, new) in sorted(self.changes.items()))
        return f"~ {self.name}: {shown}"


Change = Create | Grow | Configure


@dataclass(frozen=True, slots=True)
class Diff:
    """What has to be done, what must not be, and what the cluster has that topics.yaml does not know."""

    changes: tuple[Change, ...] = ()
    refusals: tuple[str, ...] = ()
    strangers: tuple[str, ...] = field(default=())

    def lines(self) -> list[str]:
        """The difference for a person: + is created, ~ is changed, ! is refused, ? is left alone."""
        return [
            *(str(change) for change in self.changes),
            *(f"! {refusal}" for refusal in self.refusals),
            *(f"? {name}: not in topics.yaml, left alone" for name in self.strangers),
        ]


class Cluster(Protocol):
    """What `apply` needs of a cluster. Every call raises AdminError when it fails."""

    def topics(self) -> Mapping[str, TopicState]:
        """Every topic, but internal ones."""

    def create(self, changes: Sequence[Create]) -> None:
        """Create these topics and wait until they can be used; harmless for those that exist already."""

    def grow(self, change: Grow) -> None:
        """Add partitions."""

    def configure(self, change: Configure) -> None:
        """Set these settings and leave all others."""


def plan(specs: Iterable[TopicSpec], cluster: Mapping[str, TopicState], prefix: str = "media.") -> Diff:
    """What would bring the cluster to `specs`. Topics with our prefix that topics.yaml does not know are named."""
    wanted = {spec.name: spec for spec in specs}
    changes: list[Change] = []
    refusals = []
    for name, spec in wanted.items():
        state = cluster.get(name)
        if state is None:
            changes.append(Create(name, spec.partitions, spec.config()))
            continue
        if spec.partitions < state.partitions:
            refusals.append(
                f"{name} has {state.partitions} partitions and topics.yaml asks for {spec.partitions}: "
                "partitions cannot be taken away without losing records"
            )
        elif spec.partitions > state.partitions:
            changes.append(Grow(name, state.partitions, spec.partitions))
        differing = {
            key: (state.config.get(key), value)
            for key, value in spec.config().items()
            if state.config.get(key) != value
        }
        if differing:
            changes.append(Configure(name, differing))
    strangers = sorted(name for name in cluster if name.startswith(prefix) and name not in wanted)
    return Diff(tuple(changes), tuple(refusals), tuple(strangers))


def apply(specs: Iterable[TopicSpec], cluster: Cluster, show: Callable[[str], None]) -> Diff:
    """Show the difference, line by line, then make it; the difference as it was.

    Done again after a failure in the middle, it does what is left. Raises RefusedError before anything is changed, and
    AdminError.
    """
    diff = plan(specs, cluster.topics())
    for line in diff.lines():
        show(line)
    if diff.refusals:
        raise RefusedError("; ".join(diff.refusals))
    cluster.create([change for change in diff.changes if isinstance(change, Create)])
    for change in diff.changes:
        if isinstance(change, Grow):
            cluster.grow(change)
        elif isinstance(change, Configure):
            cluster.configure(change)
    return diff


class KafkaCluster:
    """A cluster through confluent-kafka's AdminClient, every call with a timeout.

    `replication` is the replication factor of topics that are created; -1 takes the broker's default.
    """

    def __init__(self, settings: Mapping[str, str], *, replication: int = -1, timeout_s: float = 30.0) -> None:
        self._admin = AdminClient(dict(settings))
        self._replication = replication
        self._timeout_s = timeout_s

    def topics(self) -> Mapping[str, TopicState]:
        """Every topic, but internal ones. Raises AdminError."""
        found = self._listed()
        names = sorted(name for name in found if not name.startswith("__"))
        if not names:
            return {}
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
        futures = self._admin.describe_configs(resources, request_timeout=self._timeout_s)
        states = {}
        for resource, future in futures.items():
            entries = _result(future, f"the settings of {resource.name} cannot be read", self._timeout_s)
            config = {key: entry.value for key, entry in entries.items() if entry.value is not None}
            states[resource.name] = TopicState(found[resource.name], config)
        return states

    def create(self, changes: Sequence[Create]) -> None:
        """Create these topics and wait until they can be used; harmless for those that exist already.

        Raises AdminError.
        """
        if not changes:
            return
        new = [NewTopic(c.name, c.partitions, self._replication, config=dict(c.config)) for c in changes]
        for name, future in self._admin.create_topics(new, request_timeout=self._timeout_s).items():
            _result(future, f"{name} cannot be created", self._timeout_s, _ALREADY_THERE)
        self._wait_for({change.name for change in changes})

    def _wait_for(self, names: set[str]) -> None:
        """The controller answers before every broker has heard of a topic."""
        deadline = time.monotonic() + self._timeout_s
        while missing := names - self._listed().keys():
            if time.monotonic() > deadline:
                raise AdminError(f"{', '.join(sorted(missing))}: created, but not to be seen on every broker")
            time.sleep(_LOOK_AGAIN_S)

    def _listed(self) -> dict[str, int]:
        """The number of partitions of every topic that has a leader for each."""
        try:
            found = self._admin.list_topics(timeout=self._timeout_s).topics
        except KafkaException as error:
            raise AdminError(f"the cluster's topics cannot be listed: {_reason(error)}") from error
        return {
            name: len(topic.partitions)
            for name, topic in found.items()
            if topic.error is None and all(partition.leader >= 0 for partition in topic.partitions.values())
        }

    def grow(self, change: Grow) -> None:
        """Add partitions. Raises AdminError."""
        futures = self._admin.create_partitions(
            [NewPartitions(change.name, change.new)], request_timeout=self._timeout_s
        )
        _result(futures[change.name], f"{change.name} cannot grow", self._timeout_s)

    def configure(self, change: Configure) -> None:
        """Set these settings and leave all others. Raises AdminError."""
        entries = [
            ConfigEntry(key, new, incremental_operation=AlterConfigOpType.SET)
            for key, (_, new) in change.changes.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, change.name, incremental_configs=entries)
        futures = self._admin.incremental_alter_configs([resource], request_timeout=self._timeout_s)
        for future in futures.values():
            _result(future, f"{change.name} cannot be configured", self._timeout_s)


_LOOK_AGAIN_S = 0.1
_ALREADY_THERE = frozenset({KafkaError.TOPIC_ALREADY_EXISTS})


class _Future(Protocol):
    def result(self, timeout: float | None = None) -> Mapping[str, ConfigEntry]: ...


def _result(
    future: _Future, failing: str, timeout_s: float, fine: frozenset[int] = frozenset()
) -> Mapping[str, ConfigEntry]:
    try:
        # The client's own timeout answers first; the second one guards against a client that never does.
        return future.result(timeout_s + 5.0)
    except KafkaException as error:
        if error.args[0].code() in fine:
            return {}
        raise AdminError(f"{failing}: {_reason(error)}") from error
    except TimeoutError as error:
        raise AdminError(f"{failing}: no answer within {timeout_s:g} s") from error


def _reason(error: KafkaException) -> str:
    return str(error.args[0].str())
