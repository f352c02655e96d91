"""The sample listing as it ships: what the demonstration and its README promise about it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deploy.demo.make_rooms import PHOTO_FOLDER, SHOTS
from deploy.demo.make_track import BPM, SECONDS, TRACK_PATH
from render.audio import analyse


def test_the_track_is_read_at_its_tempo_with_its_bars() -> None:
    found = analyse(TRACK_PATH)
    assert found.duration_s == pytest.approx(SECONDS, abs=0.01)
    assert found.tempo_bpm == pytest.approx(BPM, rel=0.002)
    assert found.beats_per_bar == 4
    bars = (np.array(found.downbeats_s)[1:-1] - 0.25) / (4 * 60 / BPM)
    assert np.abs(bars - np.round(bars)).max() < 0.02


def test_there_are_twelve_photos_of_full_size_under_250_kb() -> None:
    photos = sorted(PHOTO_FOLDER.glob("*.jpg"))
    assert [photo.stem for photo in photos] == sorted(SHOTS)
    for photo in photos:
        assert photo.stat().st_size <= 250_000
        with Image.open(photo) as image:
            assert image.size == (1920, 1280)


def test_the_track_is_small() -> None:
    assert Path(TRACK_PATH).stat().st_size < 800_000
