from pathlib import Path

import pytest
from typer.testing import CliRunner

from processors.cli.demo import app

RUN = CliRunner()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    return folder


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--ratio", "3:2"], "16:9"),
        (["--fps", "29"], "24, 25, 30, 60"),
        (["--height", "361"], "odd"),
        (["--seconds", "1"], "2<=x<=600"),
        (["--music", "/nowhere/track.ogg"], "not a file"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_starts(
    photos: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    state = tmp_path / "state"
    shown = RUN.invoke(app, ["--photos", str(photos), "--state", str(state), *arguments], env={"COLUMNS": "200"})
    assert shown.exit_code == 2
    assert told in shown.output
    assert not state.exists()


def test_a_folder_without_photos_is_refused_before_anything_starts(tmp_path: Path) -> None:
    shown = RUN.invoke(app, ["--photos", str(tmp_path), "--state", str(tmp_path / "s")], env={"COLUMNS": "300"})
    assert shown.exit_code == 2
    assert "has no photos" in shown.output
    assert not (tmp_path / "s").exists()
