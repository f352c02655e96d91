"""Decide once: a decision is inserted with its content and its owner, and whoever comes later reads it back."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from processors.engine.broker import ConsumedRecord, Message
from processors.engine.ledger import tables
from processors.engine.ledger.ledger import insert_new

_CHUNK = 500  # keys in one IN list, far below any database's limit


@dataclass(frozen=True, slots=True)
class Decision:
    """One decided thing. Only the record that owns it publishes its messages, together with its own offset."""

    key: str
    run_id: str
    owner: str
    messages: tuple[Message, ...]


def owner_of(record: ConsumedRecord, incarnation: str) -> str:
    """The identity of a record: its topic's incarnation, partition and offset."""
    return f"{record.topic}@{incarnation}/{record.partition}/{record.offset}"


def decide(connection: Connection, proposals: Sequence[Decision], now_ms: int) -> dict[str, Decision]:
    """Insert what is not decided yet; return what stands, by key: the proposal, or what was decided earlier."""
    rows = [
        {
            "key": proposal.key,
            "run_id": proposal.run_id,
            "owner": proposal.owner,
            "messages": pack_messages(proposal.messages),
            "decided_ms": now_ms,
        }
        for proposal in proposals
    ]
    new = insert_new(connection, tables.decisions, rows, "key")
    stands = {proposal.key: proposal for proposal in proposals if proposal.key in new}
    return stands | find(connection, [proposal.key for proposal in proposals if proposal.key not in new])


def find(connection: Connection, keys: Sequence[str]) -> dict[str, Decision]:
    """The decisions that stand under these keys."""
    table = tables.decisions
    found: dict[str, Decision] = {}
    for chunk in chunks(keys):
        query = select(table.c.key, table.c.run_id, table.c.owner, table.c.messages).where(table.c.key.in_(chunk))
        for row in connection.execute(query):
            found[row.key] = Decision(row.key, row.run_id, row.owner, unpack_messages(row.messages))
    return found


def chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """The keys in lists that one statement can take."""
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


def pack_messages(messages: Iterable[Message]) -> bytes:
    """Messages as bytes for a column."""
    return json.dumps(
        [
            [
                message.topic,
                _text(message.key),
                _text(message.value),
                [[name, _text(value)] for name, value in message.headers],
                _text(message.partition_key),
            ]
            for message in messages
        ]
    ).encode()


def unpack_messages(packed: bytes) -> tuple[Message, ...]:
    """The messages that `pack_messages` wrote."""
    return tuple(
        Message(
            topic,
            _bytes(key),
            _bytes(value),
            tuple((name, _bytes(header) or b"") for name, header in headers),
            _bytes(partition_key),
        )
        for topic, key, value, headers, partition_key in json.loads(packed)
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
