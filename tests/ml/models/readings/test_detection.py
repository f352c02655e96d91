import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.models.label_lists import LABEL_LISTS
from ml.models.loaded import LoadedModel
from ml.models.readings.detection import detect, distances, distinct, is_seen_by
from ml.objects import people_in, vehicles_in
from tests.ml.conftest import Other
from tests.ml.models.canned import canned
from tests.ml.others import photo

COCO = LABEL_LISTS["coco80"]
BLANK = np.zeros((300, 400, 3), np.uint8)
_CELLS = {8: 52, 16: 26, 32: 13, 64: 7}


def sides(strides: tuple[float, float, float, float]) -> np.ndarray:
    """Scores whose distributions have these means: all weight on the two bins around each."""
    rows = np.full((4, 8), -40.0, np.float32)
    for row, value in zip(rows, strides, strict=True):
        low = int(value)
        share = value - low
        row[low] = np.log(max(1 - share, 1e-17))
        if share:
            row[low + 1] = np.log(share)
    return rows.reshape(-1)


def picodet(*finds: tuple[int, int, int, str, float, tuple[float, float, float, float]]) -> LoadedModel:
    """A PicoDet that sees, at a stride's cell (column, row), a label with a score, so many strides to each side."""
    outputs: dict[str, np.ndarray] = {}
    for stride, cells in _CELLS.items():
        outputs[f"scores_{stride}"] = np.zeros((1, cells * cells, 80), np.float32)
        outputs[f"edges_{stride}"] = np.tile(sides((1, 1, 1, 1)), (1, cells * cells, 1)).astype(np.float32)
    for stride, column, row, label, score, reach in finds:
        cell = row * _CELLS[stride] + column
        outputs[f"scores_{stride}"][0, cell, COCO.index(label)] = score
        outputs[f"edges_{stride}"][0, cell] = sides(reach)
    return canned("picodet", outputs)


def test_a_cells_box_reaches_from_its_centre_as_its_distributions_say() -> None:
    (bed,) = detect(BLANK, picodet((32, 6, 6, "bed", 0.9, (3.0, 1.5, 2.0, 4.25))))
    assert (bed.label, bed.confidence) == ("bed", 0.9)
    box = (bed.box.x, bed.box.y, bed.box.x + bed.box.width, bed.box.y + bed.box.height)
    assert box == pytest.approx(((208 - 96) / 416, (208 - 48) / 416, (208 + 64) / 416, (208 + 136) / 416), abs=2e-4)


def test_a_box_ends_at_the_photos_edge() -> None:
    (car,) = detect(BLANK, picodet((64, 0, 6, "car", 0.8, (5, 1, 1, 5))))
    assert car.box.x == 0
    assert car.box.y + car.box.height == pytest.approx(1, abs=1e-4)


def test_one_thing_seen_by_two_cells_is_found_once_with_the_surer_box() -> None:
    found = detect(
        BLANK,
        picodet(
            (16, 10, 10, "chair", 0.6, (3, 3, 3, 3)),
            (16, 11, 10, "chair", 0.8, (3, 3, 3, 3)),
            (16, 20, 10, "chair", 0.5, (3, 3, 3, 3)),
        ),
    )
    assert [thing.confidence for thing in found] == [0.8, 0.5]


def test_two_labels_at_one_place_are_both_found_the_surer_first() -> None:
    model = picodet((16, 10, 10, "chair", 0.6, (3, 3, 3, 3)), (16, 10, 11, "couch", 0.7, (3, 3, 3, 3)))
    assert [thing.label for thing in detect(BLANK, model)] == ["couch", "chair"]


def test_a_label_has_the_threshold_that_the_manifest_gives_it() -> None:
    spec = picodet().spec
    low, high = spec.label_thresholds["dining table"], spec.label_thresholds["refrigerator"]
    assert low < spec.threshold < high
    between = (low + spec.threshold) / 2
    model = picodet(
        (16, 2, 2, "dining table", between, (1, 1, 1, 1)),
        (16, 9, 9, "refrigerator", between, (1, 1, 1, 1)),
        (16, 20, 20, "boat", between, (1, 1, 1, 1)),
    )
    assert [thing.label for thing in detect(BLANK, model)] == ["dining table"]


def test_outputs_of_another_shape_or_name_are_refused() -> None:
    wrong = {f"{kind}_{stride}": np.zeros((1, 5, 80), np.float32) for kind in ("scores", "edges") for stride in _CELLS}
    with pytest.raises(ModelError, match="expected"):
        detect(BLANK, canned("picodet", wrong))
    with pytest.raises(ModelError, match="no output"):
        detect(BLANK, canned("picodet", {}))
    with pytest.raises(ModelError, match="detects nothing"):
        detect(BLANK, canned("mlsd", {}))


def test_finished_boxes_are_taken_as_they_are() -> None:
    rows = [[0.1, 0.2, 0.5, 0.6, 0.9, COCO.index("person")], [0.6, 0.6, 1.2, 0.9, 0.7, COCO.index("truck")]]
    found = detect(BLANK, canned("yolo11n", {"boxes": np.array([rows], np.float32)}))
    assert [thing.label for thing in found] == ["person", "truck"]
    assert found[0].box.width == pytest.approx(0.4, abs=1e-4)
    assert found[1].box.x + found[1].box.width == pytest.approx(1.0)
    assert people_in(found) == found[:1]
    assert vehicles_in(found) == found[1:]


def test_no_boxes_are_no_finds() -> None:
    assert detect(BLANK, canned("yolo11n", {"boxes": np.zeros((1, 0, 6), np.float32)})) == []


@settings(deadline=None)
@given(st.lists(st.floats(0, 7), min_size=4, max_size=4))
def test_a_distributions_mean_is_the_distance(strides: list[float]) -> None:
    left, up, right, down = strides
    assert distances(sides((left, up, right, down))[None])[0] == pytest.approx(strides, abs=1e-3)


boxes = st.lists(
    st.tuples(*[st.floats(0, 0.7)] * 2, *[st.floats(0.01, 0.3)] * 2).map(
        lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
    ),
    max_size=25,
)


@settings(deadline=None)
@given(boxes)
def test_no_kept_box_is_seen_by_a_surer_kept_one_and_each_dropped_one_is(
    corners: list[tuple[float, float, float, float]],
) -> None:
    rows = np.array(corners, np.float32).reshape(-1, 4)
    scores = np.linspace(1, 0.5, len(rows), dtype=np.float32)
    kept = distinct(rows, scores)
    for one in kept:
        assert not any(is_seen_by(rows[one], rows[two]) for two in kept if two < one)
    for dropped in set(range(len(rows))) - set(kept.tolist()):
        assert any(is_seen_by(rows[dropped], rows[one]) for one in kept if one < dropped)


def test_boxes_that_overlap_by_half_or_lie_inside_are_the_same_thing_and_neighbours_are_not() -> None:
    surer = np.array([0.2, 0.2, 0.6, 0.6], np.float32)
    assert is_seen_by(np.array([0.25, 0.2, 0.65, 0.6], np.float32), surer)
    assert is_seen_by(np.array([0.3, 0.3, 0.4, 0.4], np.float32), surer)
    assert not is_seen_by(np.array([0.45, 0.2, 0.85, 0.6], np.float32), surer)
    assert not is_seen_by(np.array([0.6, 0.2, 0.9, 0.6], np.float32), surer)
    assert not is_seen_by(surer, np.array([0.3, 0.3, 0.4, 0.4], np.float32))


def test_picodet_finds_the_bed_of_a_bedroom(other: Other) -> None:
    found = detect(photo("bedroom/house_0123.jpg"), other("picodet"))
    bed = next(thing for thing in found if thing.label == "bed")
    assert bed.confidence > 0.5
    assert bed.box.x > 0.35
    assert bed.box.y > 0.4
    assert bed.box.width < 0.5


def test_picodet_finds_people_and_vehicles(other: Other) -> None:
    detector = other("picodet")
    assert vehicles_in(detect(photo("driveway_garage/mini_0325.jpg"), detector))
    assert people_in(detect(photo("entry_foyer/places_0380.jpg"), detector))
    assert not people_in(detect(photo("bedroom/house_0123.jpg"), detector))
