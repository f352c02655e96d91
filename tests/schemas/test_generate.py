"""The generated files and their command."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.asyncapi import asyncapi
from schemas.documents import errors_page, topics_page
from schemas.errors import CATALOGUE
from schemas.generate import differences, generated, main
from schemas.records import RECORDS
from tests.schemas.wire import TOPICS


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.safe_load(asyncapi(TOPICS))


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return dict(generated())


@pytest.fixture
def committed(tmp_path: Path, files: dict[Path, str]) -> Path:
    """A folder with all generated files, as committed."""
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_committed_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_changed_file_is_named(committed: Path) -> None:
    assert differences(committed) == []
    path = committed / "avro" / "Tick.avsc"
    path.write_text(path.read_text(encoding="utf-8").replace("lossy", "loose"), encoding="utf-8")
    assert differences(committed) == ["schemas/avro/Tick.avsc differs from the models"]


def test_a_missing_file_is_named(committed: Path) -> None:
    (committed / "docs" / "errors.md").unlink()
    assert differences(committed) == ["schemas/docs/errors.md differs from the models"]


def test_a_file_of_no_record_is_named(committed: Path) -> None:
    (committed / "avro" / "Nothing.avsc").write_text("{}", encoding="utf-8")
    assert differences(committed) == ["schemas/avro/Nothing.avsc belongs to no record or topic"]


def test_the_topics_page_has_every_topic_record_and_field() -> None:
    page = topics_page(TOPICS)
    assert all(f"| `{name}`<br>" in page for name in TOPICS)
    for name, record in RECORDS.items():
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert all(f"| `{field}` |" in section for field in record.model_fields)


def test_every_link_of_the_topics_page_has_its_heading() -> None:
    page = topics_page(TOPICS)
    headings = {line.removeprefix("## ").lower() for line in page.splitlines() if line.startswith("## ")}
    links = {part.split(")")[0] for part in page.split("](#")[1:]}
    assert links <= headings
    assert "artifactref" in links


def test_the_errors_page_has_every_code() -> None:
    assert all(f"| `{code}` | {entry.meaning} |" in errors_page() for code, entry in CATALOGUE.items())


def test_the_asyncapi_document_has_a_channel_for_each_topic_and_every_reference_leads_somewhere(document: Any) -> None:
    assert {channel["address"] for channel in document["channels"].values()} == set(TOPICS)

    def resolve(node: object) -> int:
        if isinstance(node, list):
            return sum(resolve(part) for part in node)
        if not isinstance(node, dict):
            return 0
        if "$ref" not in node:
            return sum(resolve(part) for part in node.values())
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return 1

    assert resolve(document) > len(TOPICS)


def test_this_service_receives_commands_and_sends_completions(document: Any) -> None:
    operations = document["operations"]
    assert operations["receive-media_clip_commands"]["action"] == "receive"
    assert "send-media_clip_commands" not in operations
    assert operations["send-media_job_completed"]["action"] == "send"
