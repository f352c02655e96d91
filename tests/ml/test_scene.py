import numpy as np
import pytest

from ml.inspect import MODELS
from ml.scene import classify, reso_image_of, space_of, space_of_scene
from ml.store import LoadedModel, store_of
from schemas.photo import LabelScore, Scene, Space
from tests.ml.scenes import room

RESO_2_0 = {
    "AerialView", "Bathroom", "Bedroom", "DiningRoom", "EntranceFoyer", "FloorPlan", "Hallway", "Kitchen", "LivingRoom",
    "Office", "Pool", "Stairs",
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return store_of(MODELS).load("room")


def guess(*labels: str, abstained: bool = False) -> Scene:
    top = [LabelScore(label=label, confidence=0.3) for label in labels]
    return Scene(label=labels[0], confidence=0.3, top=top, abstained=abstained)


def test_a_photo_gets_the_same_answer_alone_and_in_a_batch_of_sixteen(model: LoadedModel) -> None:
    photos = [room(seed, 200 + 10 * seed, 180) for seed in range(16)]
    together = classify(photos, model)
    assert [classify([photo], model)[0] for photo in photos] == together
    assert classify(photos[::-1], model) == together[::-1]


def test_an_answer_names_three_labels_best_first(model: LoadedModel) -> None:
    (scene,) = classify([room(1)], model)
    confidences = [score.confidence for score in scene.top]
    assert len(confidences) == 3
    assert confidences == sorted(confidences, reverse=True)
    assert scene.top[0] == LabelScore(label=scene.label, confidence=scene.confidence)
    assert sum(confidences) <= 1.0002


def test_below_its_threshold_the_model_abstains(model: LoadedModel) -> None:
    for scene in classify([room(seed) for seed in range(8)], model):
        assert scene.abstained == (scene.confidence < model.spec.threshold)


def test_a_mirrored_photo_gets_the_same_answer(model: LoadedModel) -> None:
    photo = room(3, 256, 256)
    (one,), (other,) = classify([photo], model), classify([np.ascontiguousarray(photo[:, ::-1])], model)
    assert one.label == other.label
    assert one.confidence == pytest.approx(other.confidence, abs=0.02)


def test_every_label_of_the_model_has_a_space(model: LoadedModel) -> None:
    assert all(space_of(label) is not Space.UNKNOWN for label in model.spec.labels)


def test_reso_values_are_of_the_data_dictionary(model: LoadedModel) -> None:
    values = {reso_image_of(guess(label)) for label in model.spec.labels}
    assert values - {None} <= RESO_2_0


@pytest.mark.parametrize("label", ["exterior", "yard_garden", "patio", "garage_driveway", "not_a_photo"])
def test_a_label_that_stands_for_several_reso_values_has_none(label: str) -> None:
    assert reso_image_of(guess(label)) is None


def test_an_abstained_answer_has_no_reso_value() -> None:
    assert reso_image_of(guess("kitchen", abstained=True)) is None


def test_an_abstained_answer_has_the_space_its_guesses_agree_on() -> None:
    assert space_of_scene(guess("kitchen", "bedroom", "hallway", abstained=True)) is Space.INTERIOR
    assert space_of_scene(guess("kitchen", "pool", "hallway", abstained=True)) is Space.UNKNOWN


def test_a_label_of_a_later_model_has_an_unknown_space() -> None:
    assert space_of("wine_cellar") is Space.UNKNOWN
