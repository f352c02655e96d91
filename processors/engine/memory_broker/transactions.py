"""The transaction coordinator: one slot for each transactional id, its epoch and its open transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from processors.engine.broker import Position, SlotFencedError, TopicPartition
from processors.engine.memory_broker.groups import Group
from processors.engine.memory_broker.log import Fate, PartitionLog, Transaction


@dataclass(slots=True)
class Slot:
    """What the coordinator keeps for a transactional id."""

    epoch: int = 0
    ongoing: Transaction | None = None


class TransactionCoordinator:
    """Decides transactions; writes their markers; fences the producers that it has left behind."""

    def __init__(
        self,
        clock_ms: Callable[[], int],
        log_of: Callable[[TopicPartition], PartitionLog | None],
        group_of: Callable[[str], Group],
        marked: Callable[[Mapping[TopicPartition, None]], None],
    ) -> None:
        self._clock_ms = clock_ms
        self._log_of = log_of
        self._group_of = group_of
        self._marked = marked
        self._slots: dict[str, Slot] = {}
        self.hold_markers = False
        self._unwritten: list[tuple[Transaction, TopicPartition | str]] = []  # markers, by partition or group
        self._under_way: list[tuple[Transaction, int]] = []  # commits that have not arrived, with their epoch

    def init(self, transactional_id: str) -> int:
        """Take over the slot: the next epoch. What the earlier one left open is aborted."""
        slot = self._slots.setdefault(transactional_id, Slot())
        self._abort_ongoing(slot)
        self._write([item for item in self._unwritten if item[0].transactional_id == transactional_id])
        slot.epoch += 1
        return slot.epoch

    def check(self, transactional_id: str, epoch: int) -> None:
        """Raise SlotFencedError unless this is the slot's epoch."""
        current = self._slots[transactional_id].epoch
        if epoch != current:
            raise SlotFencedError(f"{transactional_id}: epoch {epoch} was fenced, the slot is at {current}")

    def ongoing(self, transactional_id: str, epoch: int) -> Transaction:
        """The slot's transaction, opened now if there is none. Its time-out counts from here."""
        self.check(transactional_id, epoch)
        slot = self._slots[transactional_id]
        if slot.ongoing is None:
            # Kafka answers CONCURRENT_TRANSACTIONS, and clients wait, until the one before has all of its markers.
            self._write([item for item in self._unwritten if item[0].transactional_id == transactional_id])
            slot.ongoing = Transaction(transactional_id, started_ms=self._clock_ms())
        return slot.ongoing

    def add_positions(self, transaction: Transaction, group: str, positions: Mapping[TopicPartition, Position]) -> None:
        """Positions that take effect with the transaction."""
        transaction.positions.setdefault(group, {}).update(positions)
        self._group_of(group).add_pending(transaction)

    def end(self, transactional_id: str, epoch: int, *, commit: bool) -> None:
        """Commit or abort what is open. With nothing open, it has happened already. Raises SlotFencedError."""
        self.check(transactional_id, epoch)
        slot = self._slots[transactional_id]
        if slot.ongoing is not None:
            self._decide(slot.ongoing, Fate.COMMITTED if commit else Fate.ABORTED)
            slot.ongoing = None

    def delay_commit(self, transactional_id: str, epoch: int) -> None:
        """The commit of what is open now has been sent; it arrives at `deliver_delayed`."""
        ongoing = self._slots[transactional_id].ongoing
        if ongoing is not None:
            self._under_way.append((ongoing, epoch))

    def deliver_delayed(self) -> None:
        """Let the delayed commits arrive. They do nothing where the slot or its transaction is another by now."""
        arriving, self._under_way = self._under_way, []
        for transaction, epoch in arriving:
            slot = self._slots[transaction.transactional_id]
            if slot.epoch == epoch and slot.ongoing is transaction:
                self._decide(transaction, Fate.COMMITTED)
                slot.ongoing = None

    def expire(self, older_than_ms: int) -> list[str]:
        """Abort what has been open for this long and fence its producer, as Kafka does; the ids that it hit."""
        now = self._clock_ms()
        hit = []
        for transactional_id, slot in self._slots.items():
            if slot.ongoing is not None and now - slot.ongoing.started_ms >= older_than_ms:
                self._abort_ongoing(slot)
                slot.epoch += 1
                hit.append(transactional_id)
        return hit

    def _abort_ongoing(self, slot: Slot) -> None:
        if slot.ongoing is not None:
            self._decide(slot.ongoing, Fate.ABORTED)
            slot.ongoing = None

    def write_markers(self, count: int | None = None, pick: Callable[[int], int] = lambda _n: 0) -> int:
        """Write up to `count` of the markers that are held, all if None; how many are left.

        `pick(n)` says which of n comes next: partitions learn of a transaction's end in any order.
        """
        while self._unwritten and (count is None or count > 0):
            self._write([self._unwritten[pick(len(self._unwritten))]])
            count = None if count is None else count - 1
        return len(self._unwritten)

    def _decide(self, transaction: Transaction, fate: Fate) -> None:
        transaction.fate = fate
        markers: list[tuple[Transaction, TopicPartition | str]] = [(transaction, p) for p in transaction.partitions]
        markers += [(transaction, group) for group in transaction.positions]
        self._unwritten.extend(markers)
        if not self.hold_markers:
            self._write(markers)

    def _write(self, markers: list[tuple[Transaction, TopicPartition | str]]) -> None:
        written: dict[TopicPartition, None] = {}
        for marker in markers:
            transaction, target = marker
            self._unwritten.remove(marker)
            if isinstance(target, str):
                self._group_of(target).decide_pending(transaction, committed=transaction.fate is Fate.COMMITTED)
                continue
            log = self._log_of(target)
            if log is not None:  # None: its topic was deleted meanwhile
                log.append_marker(transaction)
                written[target] = None
        if markers:
            self._marked(written)
