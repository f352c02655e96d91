"""Topics as they are, as they should be, and the way between."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.engine.admin import (
    AdminError,
    Configure,
    Create,
    Grow,
    RefusedError,
    TopicState,
    apply,
    plan,
)
from schemas.topics import TopicSpec, load_topics

SPECS = list(load_topics().values())
TICKS = load_topics()["media.job.ticks"]
BROKER_DEFAULTS = {"cleanup.policy": "delete", "retention.ms": "604800000", "segment.bytes": "1073741824"}


class FakeCluster:
    """A cluster in memory that notes what was asked of it, and fails before the call with number `fail_at`."""

    def __init__(self, topics: Mapping[str, TopicState] | None = None, fail_at: int | None = None) -> None:
        self.state = dict(topics or {})
        self.calls: list[str] = []
        self.fail_at = fail_at

    def topics(self) -> Mapping[str, TopicState]:
        return dict(self.state)

    def create(self, changes: Sequence[Create]) -> None:
        for change in changes:
            self._call(f"create {change.name}")
            self.state[change.name] = TopicState(change.partitions, {**BROKER_DEFAULTS, **change.config})

    def grow(self, change: Grow) -> None:
        self._call(f"grow {change.name}")
        self.state[change.name] = TopicState(change.new, self.state[change.name].config)

    def configure(self, change: Configure) -> None:
        self._call(f"configure {change.name}")
        old = self.state[change.name]
        new = {key: value for key, (_, value) in change.changes.items()}
        self.state[change.name] = TopicState(old.partitions, {**old.config, **new})

    def _call(self, what: str) -> None:
        if self.fail_at == len(self.calls):
            self.fail_at = None
            raise AdminError("the broker went away")
        self.calls.append(what)


def as_it_should_be(spec: TopicSpec) -> TopicState:
    return TopicState(spec.partitions, BROKER_DEFAULTS | spec.config())


def ignore(_: str) -> None:
    pass


def test_a_missing_topic_is_created_with_its_settings() -> None:
    assert plan([TICKS], {}).changes == (Create("media.job.ticks", 6, TICKS.config()),)


def test_a_topic_as_it_should_be_is_left_alone() -> None:
    assert plan([TICKS], {TICKS.name: as_it_should_be(TICKS)}).lines() == []


def test_only_the_settings_that_differ_are_changed() -> None:
    state = TopicState(6, {**as_it_should_be(TICKS).config, "retention.ms": "1", "segment.bytes": "5"})
    assert plan([TICKS], {TICKS.name: state}).changes == (Configure(TICKS.name, {"retention.ms": ("1", "3600000")}),)


def test_partitions_grow() -> None:
    state = TopicState(2, as_it_should_be(TICKS).config)
    assert plan([TICKS], {TICKS.name: state}).changes == (Grow(TICKS.name, 2, 6),)


def test_partitions_never_shrink_and_then_nothing_is_changed() -> None:
    cluster = FakeCluster({TICKS.name: TopicState(12, as_it_should_be(TICKS).config)})
    shown: list[str] = []
    with pytest.raises(RefusedError, match=r"media\.job\.ticks has 12 partitions and topics\.yaml asks for 6"):
        apply(SPECS, cluster, shown.append)
    assert cluster.calls == []
    assert any(line.startswith("! media.job.ticks") for line in shown)


def test_a_topic_of_ours_that_the_file_does_not_know_is_named_and_left_alone() -> None:
    cluster = FakeCluster({"media.old": TopicState(1, {}), "somebody.elses": TopicState(1, {})})
    shown: list[str] = []
    apply([TICKS], cluster, shown.append)
    assert "? media.old: not in topics.yaml, left alone" in shown
    assert not any("somebody" in line for line in shown)
    assert cluster.state.keys() == {"media.old", "somebody.elses", TICKS.name}


def test_the_difference_is_shown_before_anything_is_done() -> None:
    cluster = FakeCluster({TICKS.name: TopicState(2, {})})
    calls_when_shown: list[int] = []
    apply([TICKS], cluster, lambda _: calls_when_shown.append(len(cluster.calls)))
    assert calls_when_shown == [0, 0]
    assert cluster.calls == [f"grow {TICKS.name}", f"configure {TICKS.name}"]


def test_a_person_can_read_the_difference() -> None:
    state = TopicState(2, {**as_it_should_be(TICKS).config, "retention.ms": "1"})
    diff = plan([TICKS, load_topics()["media.job.progress"]], {TICKS.name: state})
    assert diff.lines() == [
        "~ media.job.ticks: 2 -> 6 partitions",
        "~ media.job.ticks: retention.ms 1 -> 3600000",
        "+ media.job.progress: 6 partitions cleanup.policy=delete max.message.bytes=1048576 retention.ms=86400000",
    ]


STATES = st.builds(
    lambda partitions, retention: TopicState(partitions, {"retention.ms": retention}),
    st.integers(1, 3),
    st.sampled_from(["1", "3600000"]),
)


@given(st.dictionaries(st.sampled_from([spec.name for spec in SPECS]), STATES))
def test_whatever_the_cluster_has_one_apply_is_enough(topics: dict[str, TopicState]) -> None:
    cluster = FakeCluster(topics)
    apply(SPECS, cluster, ignore)
    assert plan(SPECS, cluster.topics()).changes == ()


@given(st.dictionaries(st.sampled_from([spec.name for spec in SPECS]), STATES), st.integers(0, 30))
def test_after_a_failure_in_the_middle_it_does_what_is_left(topics: dict[str, TopicState], fail_at: int) -> None:
    cluster = FakeCluster(topics, fail_at)
    with pytest.raises(AdminError):
        apply(SPECS, cluster, ignore)
    apply(SPECS, cluster, ignore)
    assert len(cluster.calls) == len(set(cluster.calls))
    assert plan(SPECS, cluster.topics()).changes == ()
