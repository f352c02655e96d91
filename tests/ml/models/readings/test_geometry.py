import numpy as np
import pytest

from ml.errors import ModelError
from ml.models.readings.geometry import decode_segments, depth_metres, line_segments
from tests.ml.conftest import Other
from tests.ml.models.canned import canned
from tests.ml.others import photo

BLANK = np.zeros((300, 400, 3), np.uint8)


def test_depth_is_a_map_of_metres() -> None:
    metres = np.full((1, 224, 224, 1), 2.5, np.float32)
    assert depth_metres(BLANK, canned("fast-depth", {"metres": metres})) == pytest.approx(np.full((224, 224), 2.5))
    with pytest.raises(ModelError, match="gives no metres"):
        depth_metres(BLANK, canned("mlsd", {}))


def segment(row: int, column: int, ends: tuple[float, float, float, float], score: float) -> np.ndarray:
    displacements = np.zeros((256, 256, 4), np.float32)
    displacements[row, column] = ends
    return decode_segments(np.array([[row, column]]), np.array([score], np.float32), displacements, 0.2)


def test_a_segment_reaches_from_its_centre_to_its_two_ends() -> None:
    (found,) = segment(64, 128, (-32, 0, 32, 16), 0.9)
    assert found == pytest.approx([96 / 256, 0.25, 160 / 256, 80 / 256, 0.9])


def test_short_and_doubtful_segments_are_left_out() -> None:
    assert len(segment(64, 128, (-5, 0, 5, 0), 0.9)) == 0
    assert len(segment(64, 128, (-32, 0, 32, 0), 0.1)) == 0


def test_segments_come_the_surest_first_and_stay_in_the_photo() -> None:
    displacements = np.zeros((256, 256, 4), np.float32)
    displacements[10, 10] = (-40, 0, 40, 0)
    displacements[20, 20] = (0, -30, 0, 30)
    found = decode_segments(np.array([[10, 10], [20, 20]]), np.array([0.4, 0.8], np.float32), displacements, 0.2)
    assert found[:, 4] == pytest.approx([0.8, 0.4])
    assert found[:, :4].min() == 0


def test_mlsd_sees_the_edges_of_a_drawn_door(other: Other) -> None:
    pixels = np.full((480, 640, 3), 215, np.uint8)
    pixels[120:440, 200:360] = (120, 80, 50)
    found = line_segments(pixels, other("mlsd"))
    upright = [line for line in found if abs(line[0] - line[2]) < 0.01 and abs(line[1] - line[3]) > 0.4]
    for edge in (200 / 640, 360 / 640):
        assert any(abs(line[0] - edge) < 0.015 for line in upright)


def test_fast_depth_sees_a_room_of_a_few_metres_deeper_in_its_middle(other: Other) -> None:
    metres = depth_metres(photo("bedroom/house_0123.jpg"), other("fast-depth"))
    assert metres.shape == (224, 224)
    assert 0.5 < float(np.median(metres)) < 10
    assert np.median(metres[90:130, 90:130]) > np.median(metres[200:, :])
