"""One partition's log: records of several transactions side by side, their markers, and what may be read of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from processors.engine.broker import ConsumedRecord, Position, TopicPartition


class Fate(Enum):
    """What became of a transaction."""

    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


@dataclass(eq=False, slots=True)
class Transaction:
    """A transaction as the coordinator knows it. Compared by identity."""

    transactional_id: str
    started_ms: int
    fate: Fate = Fate.OPEN
    partitions: dict[TopicPartition, None] = field(default_factory=dict)  # written to; a set that keeps its order
    positions: dict[str, dict[TopicPartition, Position]] = field(default_factory=dict)  # by group


@dataclass(frozen=True, slots=True)
class Entry:
    """One offset of the log: a record, or (without one) the marker that ends a transaction in this partition."""

    record: ConsumedRecord | None
    transaction: Transaction | None


class PartitionLog:
    """An append-only log in which every offset is taken by a record or a marker."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._first_kept = 0  # the offset of `_entries[0]`
        self._unmarked: dict[Transaction, int] = {}  # first offset of each transaction without a marker here
        self._announced = 0

    @property
    def start(self) -> int:
        """The first offset that retention has kept."""
        return self._first_kept

    @property
    def end(self) -> int:
        """The offset that the next entry gets."""
        return self._first_kept + len(self._entries)

    @property
    def last_stable_offset(self) -> int:
        """The first offset that a read_committed reader may not pass: that of the oldest transaction without marker."""
        return min(self._unmarked.values(), default=self.end)

    def append(self, record: ConsumedRecord, transaction: Transaction | None) -> None:
        """Add a record, which must carry the offset `end`."""
        if transaction is not None:
            self._unmarked.setdefault(transaction, self.end)
        self._entries.append(Entry(record, transaction))

    def append_marker(self, transaction: Transaction) -> None:
        """End a transaction in this partition; the marker takes an offset."""
        self._unmarked.pop(transaction, None)
        self._entries.append(Entry(None, transaction))

    def truncate_before(self, offset: int) -> None:
        """Drop what lies before `offset`, as retention does. Never beyond the last stable offset."""
        upto = min(offset, self.last_stable_offset)
        if upto > self._first_kept:
            del self._entries[: upto - self._first_kept]
            self._first_kept = upto

    def next_visible(self, position: int) -> ConsumedRecord | None:
        """The first committed record at or after `position`, or None when a read_committed reader has to wait."""
        return next(self._committed(position, self.last_stable_offset), None)

    def records(self, *, read_committed: bool) -> list[ConsumedRecord]:
        """Every record that is kept: the committed ones only, or also those of open and aborted transactions."""
        if read_committed:
            return list(self._committed(self._first_kept, self.last_stable_offset))
        return [entry.record for entry in self._entries if entry.record is not None]

    def newly_visible(self) -> list[ConsumedRecord]:
        """The committed records that became readable since this was last asked."""
        upto = self.last_stable_offset
        found = list(self._committed(self._announced, upto))
        self._announced = max(self._announced, upto)
        return found

    def _committed(self, position: int, upto: int) -> Iterator[ConsumedRecord]:
        for offset in range(max(position, self._first_kept), upto):
            entry = self._entries[offset - self._first_kept]
            if entry.record is not None and (entry.transaction is None or entry.transaction.fate is Fate.COMMITTED):
                yield entry.record
