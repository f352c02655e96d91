import numpy as np
import pytest

from ml.errors import ModelError
from ml.models.label_lists import LABEL_LISTS
from ml.models.readings.segmentation import class_chances
from ml.segmentation import segment
from tests.ml.conftest import Other
from tests.ml.models.canned import canned
from tests.ml.others import photo

ADE = LABEL_LISTS["ade32"]
BLANK = np.zeros((300, 400, 3), np.uint8)


def test_class_ids_become_chances_of_places_that_add_up() -> None:
    ids = np.full((1, 512, 512), ADE.index("wall"), np.int32)
    ids[0, 300:, :] = ADE.index("floor")
    ids[0, 301, 1] = ADE.index("bed")
    found = segment(BLANK, canned("mosaic", {"class_ids": ids}))
    assert found.chances.shape == (32, 256, 256)
    assert found.chances.sum(axis=0) == pytest.approx(np.ones((256, 256)))
    assert found.labels[found.class_map[10, 10]] == "wall"
    assert found.labels[found.class_map[200, 10]] == "floor"
    assert found.chances[ADE.index("bed"), 150, 0] == pytest.approx(0.25)


def test_scores_become_probabilities() -> None:
    scores = np.zeros((1, 260, 300, 32), np.float32)
    scores[..., ADE.index("sofa")] = np.log(31 * 3)
    found = class_chances(BLANK, canned("mosaic-scores", {"class_scores": scores}))
    assert found.sum(axis=0) == pytest.approx(np.ones((256, 256)), abs=1e-5)
    assert found[ADE.index("sofa")] == pytest.approx(np.full((256, 256), 0.75), abs=1e-4)


def test_a_higher_temperature_makes_the_same_classes_less_sure() -> None:
    scores = np.random.default_rng(3).normal(0, 3, (1, 64, 64, 32)).astype(np.float32)
    cold = class_chances(BLANK, canned("mosaic-scores", {"class_scores": scores}))
    warm = class_chances(BLANK, canned("mosaic-scores", {"class_scores": scores}, temperature=2.0))
    assert np.array_equal(cold.argmax(axis=0), warm.argmax(axis=0))
    assert (warm.max(axis=0) < cold.max(axis=0)).all()


def test_a_class_that_the_manifest_does_not_name_is_refused() -> None:
    with pytest.raises(ModelError, match="32 classes"):
        class_chances(BLANK, canned("mosaic", {"class_ids": np.full((1, 8, 8), 32, np.int32)}))
    with pytest.raises(ModelError, match="scores 31 classes"):
        class_chances(BLANK, canned("mosaic-scores", {"class_scores": np.zeros((1, 8, 8, 31), np.float32)}))
    with pytest.raises(ModelError, match="does not segment"):
        class_chances(BLANK, canned("mlsd", {}))


@pytest.mark.parametrize("name", ["mosaic", "mosaic-scores"])
def test_mosaic_sees_what_a_bedroom_consists_of(other: Other, name: str) -> None:
    found = segment(photo("bedroom/house_0123.jpg"), other(name))
    share = {label: float((found.class_map == index).mean()) for index, label in enumerate(found.labels)}
    assert share["wall"] > 0.2
    assert share["floor"] > 0.1
    assert share["ceiling"] > 0.05
    assert share["bed"] > 0.03
    assert found.labels[found.class_map[2, 100]] == "ceiling"
    assert found.labels[found.class_map[250, 150]] == "floor"


def test_mosaic_with_and_without_scores_sees_the_same(other: Other) -> None:
    pixels = photo("living_room/places_0012.jpg")
    ids, scores = segment(pixels, other("mosaic")), segment(pixels, other("mosaic-scores"))
    assert (ids.class_map == scores.class_map).mean() > 0.95
