import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from processors.cli.submit import CommandFileError, app, read_command
from schemas.commands import ClassifyPhotos

RUN = CliRunner()
FIELDS: dict[str, Any] = {
    "command": "ClassifyPhotos",
    "job_id": "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10",
    "listing_id": "listing",
    "photos": [{"photo_id": "a", "uri": "file:///photos/a.jpg"}],
}


def test_a_command_is_read_as_its_type() -> None:
    assert isinstance(read_command(json.dumps(FIELDS)), ClassifyPhotos)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[]", "a list"),
        (json.dumps({**FIELDS, "command": "Paint"}), "'Paint'"),
        (json.dumps({k: v for k, v in FIELDS.items() if k != "command"}), "no type"),
        (json.dumps({**FIELDS, "colour": 1}), "colour: Extra inputs"),
        (json.dumps({**FIELDS, "job_id": "1"}), "job_id:"),
        (json.dumps({**FIELDS, "photos": [{"photo_id": "a"}]}), "photos.0.uri: Field required"),
    ],
)
def test_what_is_no_command_is_refused_with_the_field_and_the_reason(text: str, told: str) -> None:
    with pytest.raises(CommandFileError, match=told):
        read_command(text)


def test_a_broken_command_file_is_never_sent(tmp_path: Path) -> None:
    file = tmp_path / "command.json"
    file.write_text(json.dumps({**FIELDS, "listing_id": ""}))
    shown = RUN.invoke(app, [str(file)], env={"VLS_BOOTSTRAP_SERVERS": "127.0.0.1:1", "COLUMNS": "200"})
    assert shown.exit_code == 2
    assert "listing_id" in shown.output


@pytest.mark.parametrize("arguments", [[], ["command.json", "--classify", "photos"]])
def test_there_must_be_one_command_to_send(arguments: list[str]) -> None:
    assert RUN.invoke(app, arguments).exit_code == 2
