"""Bytes for a person: offset, hex and text, sixteen a line."""

from collections.abc import Iterator

_A_LINE = 16
MOST_BYTES = 4096


def hexdump(content: bytes, most: int = MOST_BYTES) -> Iterator[str]:
    """Lines for the first `most` bytes; a last line says how many more there are."""
    for start in range(0, min(len(content), most), _A_LINE):
        part = content[start : min(start + _A_LINE, most)]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        yield f"  {start:08x}  {part.hex(' '):<{_A_LINE * 3 - 1}}  {text}"
    if len(content) > most:
        yield f"  ... and {len(content) - most} more bytes"
