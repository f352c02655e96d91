"""Canonical JSON and digests."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from schemas.canonical import canonical_digest, canonical_json, content_digest
from schemas.record import Record

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


class First(Record):
    """A record as it was first."""

    name: str = Field(description="A name.")
    size: int = Field(default=3, description="A size.")


class Later(Record):
    """The same record with a field more."""

    added: float = Field(default=1.5, description="Added later.")
    name: str = Field(description="A name.")
    size: int = Field(default=3, description="A size.")


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical_json({"b": [1, 2.5, None], "a": "é"}) == '{"a":"é","b":[1,2.5,null]}'


@given(JSON)
def test_it_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"raw": b"x"})


def test_the_digest_is_sha256_of_the_canonical_text() -> None:
    assert canonical_digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_field_added_with_a_default_changes_no_digest() -> None:
    assert content_digest(First(name="n")) == content_digest(Later(name="n"))


def test_a_default_that_is_spelled_out_changes_no_digest() -> None:
    assert content_digest(First(name="n", size=3)) == content_digest(First(name="n"))


def test_other_content_has_another_digest() -> None:
    assert content_digest(First(name="n", size=4)) != content_digest(First(name="n"))


def test_fields_of_the_envelope_can_be_left_out() -> None:
    assert content_digest(First(name="n"), without={"name"}) == content_digest(First(name="m"), without={"name"})
