"""What may follow a released schema, and what may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.avro import avro_schema
from schemas.avro_types import parse_type
from schemas.compatibility import breaks, unknown_fields, unreadable
from schemas.generate import differences
from schemas.jobs import JobCompleted, Tick
from schemas.record import Record
from schemas.records import RECORDS
from schemas.release import (
    IncompatibleError,
    compatibility_of,
    incompatibilities,
    is_released,
    release,
)
from schemas.released import released
from tests.schemas.wire import changed, field, with_field, without

Change = Callable[[dict[str, Any]], None]


def symbols(*names: str, default: str | None = "unknown") -> Change:
    def change(schema: dict[str, Any]) -> None:
        stage = field(schema, "stage")["type"]
        stage["symbols"] = list(names)
        del stage["default"]
        if default is not None:
            stage["default"] = default

    return change


def retyped(name: str, avro: Any) -> Change:
    return lambda schema: field(schema, name).update(type=avro)


def renamed(schema: dict[str, Any]) -> None:
    field(schema, "job_id")["name"] = "job"


@pytest.mark.parametrize(
    ("change", "backward", "full"),
    [
        # (what changes in Tick, may it follow BACKWARD, may it follow FULL)
        pytest.param(lambda _: None, True, True, id="nothing"),
        pytest.param(with_field(name="n", type="long", default=0), True, True, id="new field with default"),
        pytest.param(with_field(name="n", type="long"), False, False, id="new field without default"),
        pytest.param(without("failed"), True, True, id="removed field with default"),
        pytest.param(without("at_ms"), True, False, id="removed field without default"),
        pytest.param(renamed, False, False, id="renamed field"),
        pytest.param(symbols("unknown", "clip", "render", "classify", "stage", "print"), True, True, id="new symbol"),
        pytest.param(symbols("unknown", "clip"), True, True, id="removed symbols, with default"),
        pytest.param(symbols("unknown", "clip", default=None), False, False, id="removed symbols, no default"),
        pytest.param(retyped("at_ms", "double"), True, False, id="long to double"),
        pytest.param(retyped("at_ms", "int"), False, False, id="long to int"),
        pytest.param(retyped("at_ms", "string"), False, False, id="long to string"),
        pytest.param(retyped("at_ms", ["null", "long"]), True, False, id="required to nullable"),
        pytest.param(retyped("task_id", "string"), False, False, id="nullable to required"),
        pytest.param(retyped("phases", {"type": "map", "values": "string"}), False, False, id="other map values"),
        pytest.param(retyped("phases", {"type": "array", "items": "double"}), False, False, id="map to array"),
        pytest.param(lambda s: s.update(name="Tock"), False, False, id="renamed record"),
        pytest.param(lambda s: field(s, "stage")["type"].update(name="Step"), False, False, id="renamed enum"),
        pytest.param(lambda s: s.update(doc="Other words."), True, True, id="other words"),
    ],
)
def test_a_change_may_follow_as_avros_rules_say(change: Change, backward: bool, full: bool) -> None:
    new, old = parse_type(changed(Tick, change)), parse_type(avro_schema(Tick))
    assert (not breaks(new, [(1, old)], "BACKWARD_TRANSITIVE")) is backward
    assert (not breaks(new, [(1, old)], "FULL_TRANSITIVE")) is full


def test_every_released_version_counts_not_the_last_alone() -> None:
    first = parse_type(changed(Tick, with_field(name="n", type="string", default="")))
    second = parse_type(avro_schema(Tick))
    third = parse_type(changed(Tick, with_field(name="n", type="long", default=0)))
    assert not breaks(third, [(2, second)], "FULL_TRANSITIVE")
    assert breaks(third, [(1, first), (2, second)], "FULL_TRANSITIVE") == [
        "cannot read what version 1 wrote: n is string, not long",
        "cannot be read by version 1: n is long, not string",
    ]


def test_a_break_deep_inside_is_named_with_its_path() -> None:
    def change(schema: dict[str, Any]) -> None:
        outcome = field(schema, "tasks")["type"]["items"]
        artifact = field(outcome, "artifacts")["type"]["items"]
        artifact["fields"].append({"name": "colour", "type": "string"})

    new, old = parse_type(changed(JobCompleted, change)), parse_type(avro_schema(JobCompleted))
    assert "tasks[].artifacts[].colour is missing and has no default" in unreadable(new, old)
    assert "tasks[].artifacts[].colour" in unknown_fields(old, new)


def test_a_break_inside_a_nullable_record_is_named() -> None:
    def change(schema: dict[str, Any]) -> None:
        field(schema, "error")["type"][1]["fields"].append({"name": "hint", "type": "string"})

    new, old = parse_type(changed(JobCompleted, change)), parse_type(avro_schema(JobCompleted))
    assert "error.hint is missing and has no default" in unreadable(new, old)


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_may_follow_its_released_versions(name: str) -> None:
    assert incompatibilities(RECORDS[name]) == []


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_is_released_as_it_is(name: str) -> None:
    assert is_released(RECORDS[name]), "run python -m schemas.generate --release"


@pytest.mark.parametrize("name", RECORDS)
def test_released_versions_count_from_one_without_a_gap(name: str) -> None:
    versions = [version for version, _ in released(name)]
    assert versions == list(range(1, len(versions) + 1))


def test_commands_are_backward_and_all_else_full() -> None:
    backward = {name for name, record in RECORDS.items() if compatibility_of(record) == "BACKWARD_TRANSITIVE"}
    assert backward == {"ClassifyPhotos", "StagePhotos", "GenerateClips", "RenderVideo", "Cancel"}


def test_what_is_generated_is_committed() -> None:
    assert differences() == []


def test_a_release_is_written_once(tmp_path: Path) -> None:
    assert release(Tick, tmp_path) == tmp_path / "Tick" / "v1.avsc"
    assert release(Tick, tmp_path) is None
    assert [version for version, _ in released("Tick", tmp_path)] == [1]


def versions_of(new: type[Record], tmp_path: Path) -> list[int]:
    return [version for version, _ in released(new.__name__, tmp_path)]


def test_a_compatible_change_becomes_the_next_version(tmp_path: Path) -> None:
    release(Tick, tmp_path)
    longer = type("Tick", (Tick,), {"__doc__": Tick.__doc__, "__module__": __name__, **_more(default=0)})
    assert release(longer, tmp_path) == tmp_path / "Tick" / "v2.avsc"
    assert versions_of(longer, tmp_path) == [1, 2]


def test_an_incompatible_change_is_not_released(tmp_path: Path) -> None:
    release(Tick, tmp_path)
    longer = type("Tick", (Tick,), {"__doc__": Tick.__doc__, "__module__": __name__, **_more(default=...)})
    with pytest.raises(IncompatibleError, match="Tick: cannot read what version 1 wrote: more is missing"):
        release(longer, tmp_path)
    assert versions_of(longer, tmp_path) == [1]


def _more(default: Any) -> dict[str, Any]:
    from pydantic import Field

    return {"__annotations__": {"more": int}, "more": Field(default, description="One more.")}
