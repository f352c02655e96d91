"""Whether one schema can read what another wrote, by Avro's schema resolution, and whether a change may be released.

Rules: Apache Avro 1.12 specification, "Schema Resolution". Aliases are not followed: the contract does not use them.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from schemas.avro_types import (
    ArrayType,
    AvroType,
    EnumType,
    Fixed,
    MapType,
    Primitive,
    RecordType,
    UnionType,
    short_name,
)

Compatibility = Literal["BACKWARD_TRANSITIVE", "FULL_TRANSITIVE"]
_PROMOTIONS = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}


def unreadable(reader: AvroType, writer: AvroType) -> list[str]:
    """Why `reader` cannot read what `writer` wrote, one sentence for each place; empty when it can."""
    return list(_unreadable(reader, writer, ""))


def unknown_fields(reader: AvroType, writer: AvroType) -> list[str]:
    """The writer's fields that the reader does not have and so would drop, as paths such as `photos[].style`."""
    return list(_unknown(reader, writer, ""))


def breaks(new: AvroType, released: Sequence[tuple[int, AvroType]], compatibility: Compatibility) -> list[str]:
    """Why `new` may not follow the released versions; empty when it may. Every version counts, not the last alone.

    BACKWARD: the new schema reads all that was written. FULL: also, the old schemas read what is written from now on.
    """
    found = []
    for version, old in released:
        found += [f"cannot read what version {version} wrote: {reason}" for reason in unreadable(new, old)]
        if compatibility == "FULL_TRANSITIVE":
            found += [f"cannot be read by version {version}: {reason}" for reason in unreadable(old, new)]
    return found


def _unreadable(reader: AvroType, writer: AvroType, path: str) -> Iterator[str]:
    match reader, writer:
        case _, UnionType(branches):
            for branch in branches:
                yield from _unreadable(reader, branch, path)
        case UnionType(branches), _:
            yield from _unreadable_by_any(branches, writer, path)
        case RecordType(), RecordType():
            yield from _unreadable_record(reader, writer, path)
        case ArrayType(ours), ArrayType(theirs):
            yield from _unreadable(ours, theirs, f"{path}[]")
        case MapType(ours), MapType(theirs):
            yield from _unreadable(ours, theirs, f"{path}{{}}")
        case _:
            yield from _unreadable_leaf(reader, writer, path or "the value")


def _unreadable_leaf(reader: AvroType, writer: AvroType, where: str) -> Iterator[str]:
    match reader, writer:
        case EnumType(ours_name, known, default), EnumType(name, symbols) if short_name(ours_name) == short_name(name):
            strange = [symbol for symbol in symbols if symbol not in known]
            if strange and default is None:
                yield f"{where} may be {', '.join(strange)}, which {short_name(name)} has not, nor a default"
        case Fixed(ours_name, ours_size), Fixed(name, size) if short_name(ours_name) == short_name(name):
            if ours_size != size:
                yield f"{where} has {size} bytes, not {ours_size}"
        case Primitive(ours_name), Primitive(name) if ours_name == name or ours_name in _PROMOTIONS.get(name, ()):
            return
        case _:
            yield f"{where} is {_name(writer)}, not {_name(reader)}"


def _unreadable_by_any(branches: tuple[AvroType, ...], writer: AvroType, path: str) -> Iterator[str]:
    if not all(any(_unreadable(branch, writer, path)) for branch in branches):
        return
    alike = [branch for branch in branches if type(branch) is type(writer) and not isinstance(branch, Primitive)]
    if len(alike) == 1:
        yield from _unreadable(alike[0], writer, path)  # says what it is inside the one branch that was meant
    else:
        yield f"{path or 'the value'} may be {_name(writer)}, which none of {_name(UnionType(branches))} reads"


def _unreadable_record(reader: RecordType, writer: RecordType, path: str) -> Iterator[str]:
    if short_name(reader.name) != short_name(writer.name):
        yield f"{path or 'the value'} is {short_name(writer.name)}, not {short_name(reader.name)}"
        return
    for field in reader.fields:
        inner = _join(path, field.name)
        theirs = writer.field(field.name)
        if theirs is not None:
            yield from _unreadable(field.type, theirs.type, inner)
        elif not field.has_default:
            yield f"{inner} is missing and has no default"


def _unknown(reader: AvroType, writer: AvroType, path: str) -> Iterator[str]:
    match reader, writer:
        case _, UnionType(branches):
            for branch in branches:
                yield from _unknown(reader, branch, path)
        case UnionType(branches), _:
            alike = [branch for branch in branches if type(branch) is type(writer)]
            if len(alike) == 1:
                yield from _unknown(alike[0], writer, path)
        case ArrayType(ours), ArrayType(theirs):
            yield from _unknown(ours, theirs, f"{path}[]")
        case MapType(ours), MapType(theirs):
            yield from _unknown(ours, theirs, f"{path}{{}}")
        case RecordType(), RecordType():
            yield from _unknown_in_record(reader, writer, path)


def _unknown_in_record(reader: RecordType, writer: RecordType, path: str) -> Iterator[str]:
    for field in writer.fields:
        known, inner = reader.field(field.name), _join(path, field.name)
        if known is None:
            yield inner
        else:
            yield from _unknown(known.type, field.type, inner)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(avro_type: AvroType) -> str:
    match avro_type:
        case Primitive(name):
            return name
        case ArrayType():
            return "an array"
        case MapType():
            return "a map"
        case UnionType(branches):
            return " | ".join(_name(branch) for branch in branches)
        case RecordType(name) | EnumType(name) | Fixed(name):
            return short_name(name)
