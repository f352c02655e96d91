"""Which member of a group gets which partition: balanced, and with as few moves as that allows."""

from collections.abc import Collection, Mapping

from processors.engine.broker import TopicPartition


def assign_sticky(
    subscriptions: Mapping[str, Collection[str]],
    partitions: Collection[TopicPartition],
    owners: Mapping[TopicPartition, str],
) -> dict[TopicPartition, str]:
    """The member of each partition, in the manner of Kafka's cooperative-sticky assignor.

    `subscriptions` maps member to topics and `owners` says who has what now. No member that could take a partition ends
    up with two less than the one that has it; a partition without a subscriber is left out. Deterministic.
    """
    members = sorted(subscriptions)
    ordered = sorted(partitions)
    able = {p: [m for m in members if p.topic in subscriptions[m]] for p in ordered}
    given = {p: owners[p] for p in ordered if p in owners and owners[p] in able[p]}
    total = dict.fromkeys(members, 0)
    by_topic: dict[tuple[str, str], int] = {}

    def count(partition: TopicPartition, member: str, change: int) -> None:
        total[member] += change
        by_topic[member, partition.topic] = by_topic.get((member, partition.topic), 0) + change

    for partition, member in given.items():
        count(partition, member, 1)
    for partition in ordered:
        if partition not in given and able[partition]:
            topic = partition.topic
            given[partition] = min(able[partition], key=lambda m: (total[m], by_topic.get((m, topic), 0), m))
            count(partition, given[partition], 1)

    while True:
        moves = [
            (total[m] - total[given[p]], by_topic.get((m, p.topic), 0) - by_topic.get((given[p], p.topic), 0), p, m)
            for p in ordered
            if p in given
            for m in able[p]
            if total[given[p]] - total[m] >= 2
        ]
        if not moves:
            return given
        _, _, partition, taker = min(moves)
        count(partition, given[partition], -1)
        count(partition, taker, 1)
        given[partition] = taker
