"""`vls-media dead-letters` and `vls-media ledger` on a SQLite ledger."""

import json
from pathlib import Path

import pytest

from processors.engine.ledger import insert_once, open_ledger, tables
from schemas.artifacts import ErrorInfo
from schemas.codec import Codec
from schemas.commands import ClassifyPhotos, PhotoInput
from schemas.jobs import DeadLetter, Stage
from schemas.static_ids import StaticIds
from tests.processors.cli.conftest import Run

_JOB = "9e4f4d3a-6a5e-4f43-9a51-0d5f8f0f4b11"
_TOPIC = "media.classify.commands"


@pytest.fixture
def ledger_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.setenv("VLS_LEDGER_URL", url)
    monkeypatch.delenv("VLS_REGISTRY_URL", raising=False)
    return url


def _park(url: str, event_id: str, value: bytes, *, stage: Stage = Stage.CLASSIFY, parked_ms: int = 0) -> None:
    error = ErrorInfo(code="undecodable", message="The bytes are [red]no[/] message.")
    letter = DeadLetter(
        event_id=event_id, stage=stage, topic=_TOPIC, partition=3, offset=7, key=b"k", value=value,
        headers={"traceparent": b"00-\xff"}, error=error,
    )  # fmt: skip
    ledger = open_ledger(url)
    row = {
        "event_id": event_id, "stage": str(stage), "topic": letter.topic, "partition": 3, "offset": 7, "job_id": None,
        "run_id": None, "task_id": None, "code": error.code, "message": error.message, "parked_ms": parked_ms,
        "record": letter.model_dump_json().encode(),
    }  # fmt: skip
    with ledger.transaction() as connection:
        insert_once(connection, tables.dead_letters, [row])
    ledger.close()


def test_letters_are_listed_newest_first_by_stage_and_up_to_a_limit(ledger_url: str, run: Run) -> None:
    assert run("ledger", "upgrade").exit_code == 0
    for number, stage in enumerate((Stage.CLASSIFY, Stage.CLIP, Stage.CLASSIFY, Stage.CLASSIFY)):
        _park(ledger_url, f"event-{number}", b"junk", stage=stage, parked_ms=number)

    result = run("dead-letters", "list", "--stage", "classify", "--limit", "2", "--json")

    assert [json.loads(line)["event_id"] for line in result.stdout.splitlines()] == ["event-3", "event-2"]
    assert "[red]no[/]" in run("dead-letters", "list").stdout


def test_a_letter_is_shown_whole_with_the_reason_that_it_cannot_be_decoded(ledger_url: str, run: Run) -> None:
    run("ledger", "upgrade")
    _park(ledger_url, "event-1", b"hello\x00")

    result = run("dead-letters", "show", "event-1")

    assert result.exit_code == 0, result.output
    for said in ("undecodable: ", f"{_TOPIC}, partition 3, offset 7", "68 65 6c 6c 6f 00", "hello.", "not possible"):
        assert said in result.stdout


def test_a_value_that_is_a_message_is_decoded(ledger_url: str, run: Run) -> None:
    run("ledger", "upgrade")
    command = ClassifyPhotos(job_id=_JOB, listing_id="one", photos=[PhotoInput(photo_id="p", uri="file:///a/p.jpg")])
    _park(ledger_url, "event-1", Codec(StaticIds()).encode(_TOPIC, command))

    shown = run("dead-letters", "show", "event").stdout

    assert "decoded: ClassifyPhotos" in shown
    assert _JOB in shown


def test_a_letter_that_is_not_there_or_not_the_only_one_is_an_error(ledger_url: str, run: Run) -> None:
    run("ledger", "upgrade")
    _park(ledger_url, "event-1", b"")
    _park(ledger_url, "event-2", b"")

    assert "there is no dead letter other" in run("dead-letters", "show", "other").stderr
    assert "more than one" in run("dead-letters", "show", "event").stderr
    assert "there is no dead letter" in run("dead-letters", "show", "").stderr


def test_looking_at_a_ledger_that_is_not_there_makes_none(ledger_url: str, tmp_path: Path, run: Run) -> None:
    result = run("dead-letters", "list")

    assert result.exit_code == 1
    assert "ledger upgrade" in result.stderr
    assert not (tmp_path / "ledger.db").exists()


def test_the_ledger_goes_up_and_down(ledger_url: str, run: Run) -> None:
    assert run("ledger", "status").exit_code == 1
    assert run("ledger", "upgrade").exit_code == 0
    assert run("ledger", "status").exit_code == 0
    assert run("ledger", "downgrade", "base").exit_code == 0
    behind = run("ledger", "status")
    assert behind.exit_code == 1
    assert "expects" in behind.stderr


@pytest.mark.parametrize("arguments", [("upgrade", "nonsense"), ("downgrade", "nonsense")])
def test_a_revision_that_does_not_exist_is_one_sentence(ledger_url: str, run: Run, arguments: tuple[str, str]) -> None:
    run("ledger", "upgrade")

    result = run("ledger", *arguments)

    assert result.exit_code == 1
    assert "nonsense" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://vls:secret@127.0.0.1:9/x", "oracle://h/d"])
def test_a_ledger_that_cannot_be_reached_is_one_sentence_without_its_password(
    monkeypatch: pytest.MonkeyPatch, run: Run, url: str
) -> None:
    monkeypatch.setenv("VLS_LEDGER_URL", url)

    result = run("dead-letters", "list")

    assert result.exit_code == 1
    assert "VLS_LEDGER_URL" in result.stderr
    assert "secret" not in result.stderr
