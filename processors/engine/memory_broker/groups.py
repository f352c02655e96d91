"""The group coordinator: members, generations, who owns which partition, and committed positions.

The protocol is the classic one with cooperative rebalancing. A rebalance completes only when every member has run the
callbacks of the one before, as a client does not rejoin with a callback outstanding; a member that never polls again
holds the group up until its session is expired.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from processors.engine.broker import Position, TopicPartition
from processors.engine.memory_broker.assignor import assign_sticky
from processors.engine.memory_broker.log import Transaction

MAX_METADATA_BYTES = 4095


@dataclass(frozen=True, slots=True)
class MemberToken:
    """Membership at one generation. A client that is in no generation has an anonymous one: "" and -1."""

    group: str
    member_id: str
    generation: int


@dataclass(slots=True)
class Rebalance:
    """The callbacks that one generation asks of one member, less what has been run already."""

    revoked: set[TopicPartition]
    assigned: set[TopicPartition]
    answered: bool = False  # on_assign was called for this generation


@dataclass(eq=False, slots=True)
class Member:
    """A member as the coordinator sees it."""

    member_id: str
    topics: tuple[str, ...]
    generation: int = -1
    owned: set[TopicPartition] = field(default_factory=set)  # includes what it has been asked to give up
    rebalance: Rebalance | None = None
    expired: bool = False


class RefusedCommitError(Exception):
    """The coordinator refuses positions; the message is Kafka's error code."""


class Group:
    """One consumer group."""

    def __init__(self, name: str, partitions_of: Callable[[str], Iterable[TopicPartition]]) -> None:
        self.name = name
        self.generation = 0
        self.positions: dict[TopicPartition, Position] = {}
        self._partitions_of = partitions_of
        self._members: dict[str, Member] = {}
        self._joined = 0
        self._rebalance_due = False
        self._pending: list[Transaction] = []  # transactions whose positions for this group are not decided
        self._gone: set[TopicPartition] = set()  # deleted, but still with a member

    @property
    def members(self) -> tuple[Member, ...]:
        """The members, in the order in which they joined."""
        return tuple(self._members.values())

    def join(self, client: str, topics: Iterable[str]) -> Member:
        """Add a member under a new id."""
        self._joined += 1
        member = Member(f"{client}-{self._joined:04d}", tuple(topics))
        self._members[member.member_id] = member
        self.rebalance()
        return member

    def remove(self, member: Member) -> None:
        """Take a member out, by its own wish or because its session ended; its partitions are free at once."""
        if self._members.pop(member.member_id, None) is None:
            return
        member.expired = True
        self.rebalance()

    def rebalance(self) -> None:
        """Start a rebalance; it completes now or when the last outstanding callback has run."""
        self._rebalance_due = True
        self._complete()

    def callbacks_ran(self, member: Member) -> None:
        """The member has run everything that its `rebalance` asked for, and rejoins if it gave something up."""
        gave_up = bool(member.rebalance is not None and member.rebalance.revoked)
        if member.rebalance is not None:
            member.owned -= member.rebalance.revoked
            self._gone -= member.rebalance.revoked
        member.rebalance = None
        if gave_up:
            self._rebalance_due = True
        self._complete()

    def partitions_deleted(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget the positions of a deleted topic and take its partitions from their owners."""
        for partition in partitions:
            self.positions.pop(partition, None)
            for transaction in self._pending:
                transaction.positions[self.name].pop(partition, None)
            if any(partition in member.owned for member in self._members.values()):
                self._gone.add(partition)
        self.rebalance()

    def _complete(self) -> None:
        if not self._rebalance_due or any(m.rebalance is not None for m in self._members.values()):
            return
        self._rebalance_due = False
        self.generation += 1
        owners = {p: m.member_id for m in self._members.values() for p in m.owned}
        topics = {t for m in self._members.values() for t in m.topics}
        partitions = {p for t in topics for p in self._partitions_of(t)} - self._gone
        target = assign_sticky({m.member_id: m.topics for m in self._members.values()}, partitions, owners)
        for member in self._members.values():
            wanted = {p for p, owner in target.items() if owner == member.member_id}
            given = {p for p in wanted if p not in owners}
            member.rebalance = Rebalance(revoked=member.owned - wanted, assigned=given)
            member.owned |= given
            member.generation = self.generation

    def check(self, token: MemberToken, positions: Mapping[TopicPartition, Position], *, transactional: bool) -> None:
        """Validate a commit as Kafka's coordinator does: by member and generation, never by who owns the partition.

        An anonymous token passes with a transaction (that is how Kafka serves producers that send no membership), and
        outside of one only while the group has no members. Raises RefusedCommitError.
        """
        if token.group != self.name:
            raise RefusedCommitError(f"INVALID_GROUP_ID: a token of {token.group} for the group {self.name}")
        if token.member_id or token.generation >= 0:
            if token.member_id not in self._members:
                raise RefusedCommitError(f"UNKNOWN_MEMBER_ID: {token.member_id}")
            if token.generation != self.generation:
                raise RefusedCommitError(f"ILLEGAL_GENERATION: {token.generation}, the group is at {self.generation}")
        elif not transactional and self._members:
            raise RefusedCommitError("UNKNOWN_MEMBER_ID: not a member")
        for partition, position in positions.items():
            if partition not in self._partitions_of(partition.topic):
                raise RefusedCommitError(f"UNKNOWN_TOPIC_OR_PARTITION: {partition}")
            if len(position.metadata.encode()) > MAX_METADATA_BYTES:
                raise RefusedCommitError(f"OFFSET_METADATA_TOO_LARGE: {len(position.metadata.encode())} bytes")

    def add_pending(self, transaction: Transaction) -> None:
        """Positions of this group are in an open transaction."""
        if transaction not in self._pending:
            self._pending.append(transaction)

    def decide_pending(self, transaction: Transaction, *, committed: bool) -> None:
        """Apply or forget the positions of a transaction."""
        self._pending.remove(transaction)
        if committed:
            known = transaction.positions[self.name].items()
            self.positions.update({p: at for p, at in known if p in self._partitions_of(p.topic)})

    def is_stable(self, partition: TopicPartition) -> bool:
        """Whether no open transaction holds a position of this partition (Kafka's require_stable)."""
        return not any(partition in transaction.positions[self.name] for transaction in self._pending)
