"""Which offsets of a partition are done: the rule for committing records that finish out of order.

Invariant: the committed position is the first received offset that is not done, and every done offset at or above it is
named in the metadata committed with it. So a restart neither redoes nor skips a record. Offsets are only ever compared,
never counted: markers and compaction leave gaps.
"""

import base64
import zlib
from collections import deque
from collections.abc import Collection

from processors.engine.broker import Position

MAX_SPAN = 20_000  # offsets between the first unfinished and the last received; its bitmap always fits the metadata
_MAX_METADATA_CHARS = 4_095  # OFFSET_METADATA_TOO_LARGE above this


def encode_done(first: int, done: Collection[int]) -> str:
    """The done offsets at or above `first` as text: a bitmap relative to `first`, raw deflate, base64.

    Raises ValueError when the text would exceed what a broker takes.
    """
    if not done:
        return ""
    bits = bytearray((max(done) - first) // 8 + 1)
    for offset in done:
        index = offset - first
        bits[index >> 3] |= 1 << (index & 7)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = base64.b64encode(deflate.compress(bytes(bits)) + deflate.flush()).decode()
    if len(text) > _MAX_METADATA_CHARS:
        raise ValueError(f"{len(done)} done offsets over {len(bits) * 8} take {len(text)} characters of metadata")
    return text


def decode_done(first: int, metadata: str) -> set[int]:
    """The offsets that `encode_done` wrote. Raises ValueError when the text is not of its making."""
    if not metadata:
        return set()
    try:
        bits = zlib.decompressobj(-15).decompress(base64.b64decode(metadata, validate=True), MAX_SPAN)
    except (zlib.error, ValueError) as error:
        raise ValueError(f"commit metadata is not a done set: {metadata[:40]!r}") from error
    return {first + (i << 3) + b for i, byte in enumerate(bits) if byte for b in range(8) if byte >> b & 1}


class OffsetTracker:
    """The offsets of one assigned partition that are in hand, in the order they came."""

    def __init__(self, committed: Position | None) -> None:
        self._pending: deque[int] = deque()  # received, in order; a done one is dropped once it heads the queue
        self._done: set[int] = set() if committed is None else decode_done(committed.offset, committed.metadata)
        self._next = 0 if committed is None else committed.offset  # one above the last received

    def receive(self, offset: int) -> bool:
        """Note a fetched offset. False when it is done already (an earlier owner finished it out of order)."""
        self._next = max(self._next, offset + 1)
        self._pending.append(offset)
        if offset in self._done:
            self._trim()
            return False
        return True

    def finish(self, offsets: Collection[int]) -> None:
        """These offsets are committed as done."""
        first = self._pending[0] if self._pending else self._next
        self._done.update(offset for offset in offsets if offset >= first)
        self._trim()

    def position(self, also_done: Collection[int] = ()) -> Position:
        """What to commit once `also_done` are done too."""
        done = self._done.union(also_done) if also_done else self._done
        first = next((offset for offset in self._pending if offset not in done), self._next)
        return Position(first, encode_done(first, [offset for offset in done if offset >= first]))

    def pending(self) -> int:
        """How many received offsets cannot be committed yet."""
        return len(self._pending)

    def span(self) -> int:
        """Distance from the first unfinished offset to the last received."""
        return self._next - self._pending[0] if self._pending else 0

    def _trim(self) -> None:
        while self._pending and self._pending[0] in self._done:
            self._done.discard(self._pending.popleft())
