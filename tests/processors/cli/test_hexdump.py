"""Bytes for a person."""

from hypothesis import given
from hypothesis import strategies as st

from processors.cli.hexdump import hexdump


@given(st.binary(max_size=200))
def test_the_hex_of_all_lines_is_the_content(content: bytes) -> None:
    lines = list(hexdump(content))

    assert b"".join(bytes.fromhex(line[12:59]) for line in lines) == content


def test_what_is_left_out_is_counted() -> None:
    assert list(hexdump(bytes(40), most=16))[-1] == "  ... and 24 more bytes"
