from hypothesis import given, settings
from hypothesis import strategies as st

from processors.engine.broker import TopicPartition
from processors.engine.memory_broker.assignor import assign_sticky

TOPICS = ["a", "b", "c"]
subscriptions = st.dictionaries(
    st.sampled_from([f"member-{n}" for n in range(6)]), st.sets(st.sampled_from(TOPICS), min_size=1), max_size=6
)
partitions = st.sets(st.builds(TopicPartition, st.sampled_from(TOPICS), st.integers(0, 5)))
owners = st.dictionaries(
    st.builds(TopicPartition, st.sampled_from(TOPICS), st.integers(0, 5)),
    st.sampled_from([f"member-{n}" for n in range(8)]),
)


@settings(deadline=None)
@given(subscriptions, partitions, owners)
def test_each_partition_goes_to_a_subscriber_if_there_is_one(
    members: dict[str, set[str]], present: set[TopicPartition], before: dict[TopicPartition, str]
) -> None:
    given_out = assign_sticky(members, present, before)
    assert set(given_out) == {p for p in present if any(p.topic in topics for topics in members.values())}
    assert all(p.topic in members[member] for p, member in given_out.items())


@settings(deadline=None)
@given(subscriptions, partitions, owners)
def test_nobody_has_two_more_than_a_member_that_could_take_one(
    members: dict[str, set[str]], present: set[TopicPartition], before: dict[TopicPartition, str]
) -> None:
    given_out = assign_sticky(members, present, before)
    loads = {member: list(given_out.values()).count(member) for member in members}
    for partition, owner in given_out.items():
        able = [member for member, topics in members.items() if partition.topic in topics]
        assert all(loads[owner] - loads[member] < 2 for member in able)


@settings(deadline=None)
@given(subscriptions, partitions, owners)
def test_nothing_moves_when_nothing_has_changed(
    members: dict[str, set[str]], present: set[TopicPartition], before: dict[TopicPartition, str]
) -> None:
    settled = assign_sticky(members, present, before)
    assert assign_sticky(members, present, settled) == settled


@settings(deadline=None)
@given(st.integers(2, 6), partitions, st.integers(0, 5))
def test_those_who_stay_keep_what_they_have_when_one_leaves(
    size: int, present: set[TopicPartition], leaver: int
) -> None:
    members = {f"member-{n}": TOPICS for n in range(size)}
    before = assign_sticky(members, present, {})
    gone = f"member-{leaver % size}"
    after = assign_sticky({m: t for m, t in members.items() if m != gone}, present, before)
    assert all(after[p] == owner for p, owner in before.items() if owner != gone)


def test_each_topic_is_spread_and_not_only_the_sum() -> None:
    present = {TopicPartition(topic, n) for topic in TOPICS for n in range(4)}
    given_out = assign_sticky({"x": TOPICS, "y": TOPICS}, present, {})
    for topic in TOPICS:
        assert [given_out[TopicPartition(topic, n)] for n in range(4)].count("x") == 2
