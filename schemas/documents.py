"""Pages for people, made from the contract: the topics, the fields of every record, the error codes."""

import json
from collections.abc import Iterable, Iterator

from schemas.avro import avro_schema
from schemas.avro_types import (
    ArrayType,
    AvroType,
    EnumType,
    FieldType,
    Fixed,
    MapType,
    Primitive,
    RecordType,
    UnionType,
    parse_type,
    short_name,
)
from schemas.errors import CATALOGUE
from schemas.records import RECORDS
from schemas.topics import Topics, TopicSpec

_MADE = "<!-- Made by `python -m schemas.generate`; change the models or topics.yaml instead. -->\n"
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000


def topics_page(topics: Topics) -> str:
    """schemas/docs/topics.md: a table of the topics, then one of the fields for each record and each nested type."""
    lines = [_MADE, "# Topics\n"]
    lines.append("Keys choose partitions by murmur2, as Java's client does. Times on the wire are milliseconds since")
    lines.append("the epoch, durations seconds, frames whole numbers.\n")
    lines += _table(
        ("Topic", "Value", "Key", "Partitions", "Kept", "Written by", "Read by"), map(_topic_row, topics.values())
    )
    lines.append("\n# Records\n")
    named: dict[str, RecordType | EnumType] = {}
    for name, record in RECORDS.items():
        found = {short_name(inner.name): inner for inner in _named(parse_type(avro_schema(record)))}
        named |= found
        lines += _section(found[name])
        lines.append(f"\nOn {', '.join(f'`{spec.name}`' for spec in topics.of_record(record))}.\n")
    lines.append("# Types\n")
    for name in sorted(named.keys() - RECORDS.keys()):
        lines += [*_section(named[name]), ""]
    return "\n".join(lines).rstrip() + "\n"


def errors_page() -> str:
    """schemas/docs/errors.md: every code, what it means, whether trying again can help, and who acts."""
    lines = [_MADE, "# Error codes\n"]
    lines.append("`code` of an `ErrorInfo`. *Retryable* says whether the same command may succeed later, unchanged.\n")
    rows = ((f"`{e.code}`", e.meaning, "yes" if e.retryable else "no", e.actor.value) for e in CATALOGUE.values())
    lines += _table(("Code", "Meaning", "Retryable", "Who acts"), rows)
    return "\n".join(lines) + "\n"


def kept(spec: TopicSpec) -> str:
    """How long a topic keeps records, in words."""
    if spec.cleanup == "compact":
        return "the last of each key"
    if spec.retention_ms < 0:
        return "for ever"
    days, hours = divmod(spec.retention_ms, _DAY_MS)
    return f"{days} d" if not hours else f"{spec.retention_ms / _HOUR_MS:g} h"


def _topic_row(spec: TopicSpec) -> tuple[str, ...]:
    key = "/".join(part.replace("|", " or ") for part in spec.key)
    chosen = f", partitioned by {'/'.join(spec.partition_key)}" if spec.partition_key else ""
    return (
        f"`{spec.name}`<br>{spec.about}",
        f"[{spec.record}](#{spec.record.lower()})",
        key + chosen,
        str(spec.partitions),
        kept(spec),
        ", ".join(spec.writers),
        ", ".join(spec.readers),
    )


def _section(named: RecordType | EnumType) -> list[str]:
    lines = [f"## {short_name(named.name)}\n", named.doc + "\n"]
    if isinstance(named, EnumType):
        return [*lines, ", ".join(f"`{symbol}`" for symbol in named.symbols)]
    rows = ((f"`{field.name}`", _type_text(field.type), _default_text(field), field.doc) for field in named.fields)
    return [*lines, *_table(("Field", "Type", "Default", "Meaning"), rows)]


def _named(avro_type: AvroType) -> Iterator[RecordType | EnumType]:
    match avro_type:
        case RecordType(_, fields):
            yield avro_type
            for field in fields:
                yield from _named(field.type)
        case EnumType():
            yield avro_type
        case ArrayType(inner) | MapType(inner):
            yield from _named(inner)
        case UnionType(branches):
            for branch in branches:
                yield from _named(branch)


def _type_text(avro_type: AvroType) -> str:
    match avro_type:
        case Primitive(name):
            return name
        case ArrayType(items):
            return f"list of {_type_text(items)}"
        case MapType(values):
            return f"map of {_type_text(values)}"
        case UnionType(branches):
            return " or ".join(_type_text(branch) for branch in reversed(branches))
        case RecordType(name) | EnumType(name) | Fixed(name):
            return f"[{short_name(name)}](#{short_name(name).lower()})"


def _default_text(field: FieldType) -> str:
    return f"`{json.dumps(field.default, ensure_ascii=False)}`" if field.has_default else ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"

    return [line(heads), line(("---",) * len(heads)), *(line(row) for row in rows)]
