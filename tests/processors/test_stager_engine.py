"""The stager with the engine that ships, on a real photo: what the painter of the other tests cannot show."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.staging.engines import engine_named
from ml.staging.errors import StagingError
from processors.settings import Settings
from processors.stager import make_stage
from schemas.staging import StagingStatus
from tests.processors.stager.conftest import command
from tests.processors.stager.house import House, digests, go

SHARED = Path(__file__).resolve().parents[3] / "shared"
PHOTO = SHARED / "photos/empty/hires_us_pro_genMid_26007148_32_0.jpg"


def _absent() -> str | None:
    if not PHOTO.exists():
        return f"{PHOTO} is not there"
    try:
        engine_named("cpu").identity()
    except StagingError as error:
        return str(error)
    return None


@pytest.mark.timeout(900)
@pytest.mark.skipif(_absent() is not None, reason=str(_absent()))
def test_a_real_room_is_furnished_and_only_furniture_and_shadow_differ(tmp_path: Path) -> None:
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
