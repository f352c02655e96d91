import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.inspect import MODELS
from ml.room_net import look
from ml.segmentation import FURNITURE, STRUCTURE, Segmentation, segment, segmentation_of
from ml.store import LoadedModel, store_of
from tests.ml.scenes import room

LABELS = ("other", "wall", "floor", "bed")


def of_map(classes: list[list[int]]) -> Segmentation:
    """A segmentation that is sure of the classes of a map."""
    return Segmentation(LABELS, np.eye(len(LABELS), dtype=np.float32)[np.array(classes)].transpose(2, 0, 1))


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return store_of(MODELS).load("room")


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9))
@settings(deadline=None, max_examples=40)
def test_shares_add_up_to_one_and_name_what_is_in_the_map(seed: int, width: int, height: int) -> None:
    chances = np.random.default_rng(seed).random((len(LABELS), height, width), np.float32)
    found = Segmentation(LABELS, chances / chances.sum(axis=0))
    shares = found.shares()
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) == {LABELS[index] for index in np.unique(found.class_map)}
    for label, share in shares.items():
        assert found.share_of(label) == pytest.approx(share)


def test_classes_asked_for_together_have_the_sum_of_their_shares() -> None:
    assert of_map([[1, 1], [2, 3]]).share_of("wall", "bed") == 0.75


def test_a_map_at_a_photos_size_has_each_class_where_it_was() -> None:
    found = of_map([[1, 1], [2, 3]]).class_map_at(40, 20)
    assert found.shape == (20, 40)
    assert (found[:8] == 1).all()
    assert (found[12:, :15] == 2).all()
    assert (found[12:, 25:] == 3).all()


def test_a_mask_at_a_photos_size_is_a_probability_that_fades_at_the_edge() -> None:
    mask = of_map([[1, 2], [1, 2]]).mask("wall", width=40, height=20)
    assert mask.shape == (20, 40)
    assert mask.min() == 0
    assert mask.max() == 1
    assert (np.diff(mask[0]) <= 0).all()


def test_a_mask_of_all_classes_is_everything() -> None:
    assert np.allclose(of_map([[0, 1], [2, 3]]).mask(*LABELS, width=7, height=5), 1)


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        of_map([[0]]).mask("chimney", width=2, height=2)


def test_the_model_knows_what_a_room_consists_of_and_its_furniture(model: LoadedModel) -> None:
    assert set(STRUCTURE) | set(FURNITURE) <= set(model.spec.classes)


def test_one_look_gives_the_segmentation_that_segment_gives(model: LoadedModel) -> None:
    photo = room(4)
    (view,) = look([photo], model)
    assert np.array_equal(segmentation_of(view, model).chances, segment(photo, model).chances)


def test_the_models_probabilities_add_up_to_one_everywhere(model: LoadedModel) -> None:
    found = segment(room(5, 300, 200), model)
    assert found.chances.shape[0] == len(model.spec.classes)
    assert np.allclose(found.chances.sum(axis=0), 1, atol=1e-3)


def test_a_mirrored_photo_has_the_mirrored_segmentation(model: LoadedModel) -> None:
    photo = room(6, 256, 256)
    straight = segment(photo, model)
    mirrored = segment(np.ascontiguousarray(photo[:, ::-1]), model)
    assert np.allclose(straight.chances, mirrored.chances[:, :, ::-1], atol=1e-3)
