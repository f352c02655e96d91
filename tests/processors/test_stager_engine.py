"""The stager with the engine that ships, on a real photo: what the painter of the other tests cannot show."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ml.staging.engines import engine_named
from ml.staging.errors import StagingError
from processors.cli.main import app
from processors.settings import Settings
from processors.stager import make_stage
from schemas.staging import StagingStatus
from tests.processors.stager.conftest import command
from tests.processors.stager.house import House, digests, go

SHARED = Path(__file__).resolve().parents[3] / "shared"
PHOTO = SHARED / "photos/empty/hires_us_pro_401cbc566f0b523d7cdd596f51aaf31e-uncropped_scaled_within_1536_1152.jpg"
WEIGHTS = SHARED / "weights"


def _absent() -> str | None:
    absent = [path for path in (PHOTO, WEIGHTS) if not path.exists()]
    if absent:
        return f"{absent[0]} is not there"
    if importlib.util.find_spec("ai_edge_litert") is None:
        return "the segmenter that sees this photo's floor needs the tflite extra"
    try:
        engine_named("cpu").identity()
    except StagingError as error:
        return str(error)
    return None


@pytest.mark.timeout(900)
@pytest.mark.skipif(_absent() is not None, reason=str(_absent()))
def test_a_real_room_is_furnished_and_only_furniture_and_shadow_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_MODELS_PULLED", str(tmp_path / "models"))
    pulled = CliRunner().invoke(app, ["models", "pull", "mosaic-scores", "--from", str(WEIGHTS)])
    assert pulled.exit_code == 0, pulled.output
    monkeypatch.setenv("VLS_MODEL_SEGMENTATION", "mosaic-scores")
    path = tmp_path / "room.jpg"
    with Image.open(PHOTO) as image:
        image.thumbnail((640, 640))
        image.convert("RGB").save(path, quality=95)
    folder = tmp_path / "store"
    folder.mkdir()
    house, stager = House(folder), make_stage(Settings())
    wanted = command([{"photo_id": "room", "uri": path.as_uri()}])
    came = go(house, stager, wanted)
    assert came.error is None, came.error
    event = came.photo("room")
    assert event.status is StagingStatus.STAGED
    assert event.engine.startswith("cpu@")
    assert event.master is not None
    assert event.furniture_mask is not None
    assert event.shadow_mask is not None
    before = np.asarray(Image.open(path).convert("RGB"))
    after = np.asarray(Image.open(folder / event.master.sha256))
    touched = np.zeros(before.shape[:2], bool)
    for mask in (event.furniture_mask, event.shadow_mask):
        touched |= np.asarray(Image.open(folder / mask.sha256).convert("L")) > 0
    assert np.array_equal(after[~touched], before[~touched])
    assert 0.02 < touched.mean() < 0.6
    house.worked.clear()
    assert digests(go(house, stager, wanted)) == digests(came)
    assert house.worked == []
