"""`vls-media inspect room` on a room made by code, with the models that ship."""

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
