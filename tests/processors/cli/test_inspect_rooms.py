"""`vls-media inspect room` on a room made by code, with the models that ship."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ml.inspect import MODELS
from tests.ml.staging.room.made_rooms import made_room, photograph
from tests.processors.cli.conftest import Run

JsonLines = Callable[..., tuple[int, list[dict[str, Any]]]]
needs_models = pytest.mark.skipif(not (MODELS / "manifest.yaml").is_file(), reason="the models are not in models/")


@needs_models
def test_each_photo_gets_its_room_and_its_picture(tmp_path: Path, json_lines: JsonLines) -> None:
    photo = tmp_path / "corner.jpg"
    Image.fromarray(photograph(made_room(2, size=(640, 480)))[0]).save(photo, quality=92)
    out = tmp_path / "seen.png"

    status, lines = json_lines("inspect", "room", photo, tmp_path / "missing.jpg", "--overlay", out)

    assert status == 1
    room, missing = lines
    assert missing["error"]["code"] == "photo_not_found"
    assert {"camera", "scale", "floor", "walls", "openings", "keep_outs", "confidence", "doubts"} <= room.keys()
    assert (room["camera"]["width"], room["camera"]["height"]) == (640, 480)
    assert sum(cue["weight"] for cue in room["scale"]["cues"]) == pytest.approx(1, abs=0.01)
    with Image.open(tmp_path / "seen-corner.png") as picture:
        assert picture.width > 1280
    assert room["overlay"] == str(tmp_path / "seen-corner.png")


def test_the_picture_is_a_png(tmp_path: Path, run: Run) -> None:
    assert run("inspect", "room", tmp_path / "a.jpg", "--overlay", tmp_path / "a.jpg").exit_code == 2


@needs_models
def test_floor_that_is_to_stay_free_is_in_the_answer(tmp_path: Path, json_lines: JsonLines) -> None:
    photo = tmp_path / "corner.jpg"
    Image.fromarray(photograph(made_room(2, size=(640, 480)))[0]).save(photo, quality=92)
    given = tmp_path / "free.json"
    given.write_text(json.dumps({"corner.jpg": [[[280, 420], [360, 420], [360, 470], [280, 470]]]}))

    _, (plain,) = json_lines("inspect", "room", photo)
    _, (kept,) = json_lines("inspect", "room", photo, "--keep-out", given)

    assert "given" not in [each["reason"] for each in plain["keep_outs"]]
    assert "given" in [each["reason"] for each in kept["keep_outs"]]
    assert kept["floor"]["free_m2"] < plain["floor"]["free_m2"]


def test_a_file_of_keep_outs_that_cannot_be_read_ends_the_command(tmp_path: Path, run: Run) -> None:
    result = run("inspect", "room", tmp_path / "a.jpg", "--keep-out", tmp_path / "none.json")
    assert result.exit_code == 1
    assert "none.json" in result.output
