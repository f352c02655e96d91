import numpy as np
import pytest

from ml.inspect import MODELS
from ml.room_net import VIEWS, look, network_input, views_of
from ml.store import LoadedModel, store_of
from tests.ml.scenes import room


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return store_of(MODELS).load("room")


def test_the_network_sees_the_whole_photo_and_its_mirror_image_first(model: LoadedModel) -> None:
    wanted = model.spec.input
    pictures = network_input(room(1, 900, 300), wanted)
    assert pictures.shape == (VIEWS, 3, wanted.height, wanted.width)
    assert np.array_equal(pictures[0], pictures[1][:, :, ::-1])


@pytest.mark.parametrize(("width", "height"), [(900, 300), (300, 900)])
def test_the_ends_of_a_photo_are_nearly_square_and_show_its_first_and_its_last_pixels(width: int, height: int) -> None:
    whole, _, first, last = views_of(room(1, width, height))
    assert sorted(first.shape[:2]) == sorted(last.shape[:2]) == [300, 480]
    assert np.array_equal(first[:10, :10], whole[:10, :10])
    assert np.array_equal(last[:, ::-1][-10:, -10:], whole[-10:, -10:])


def test_the_ends_of_a_square_photo_are_the_photo() -> None:
    whole, mirrored, first, last = views_of(room(1, 300, 300))
    assert np.array_equal(first, whole)
    assert np.array_equal(last, mirrored)


def test_a_photo_gets_the_same_view_alone_and_among_others(model: LoadedModel) -> None:
    photos = [room(seed, 200 + 10 * seed, 180) for seed in range(4)]
    for together, photo in zip(look(photos, model), photos, strict=True):
        (alone,) = look([photo], model)
        assert np.array_equal(alone.scores, together.scores)
        assert np.array_equal(alone.chances, together.chances)
        assert np.array_equal(alone.signature, together.signature)


def test_a_view_has_a_score_for_each_label_and_a_signature_of_length_one(model: LoadedModel) -> None:
    (view,) = look([room(2)], model)
    assert view.scores.shape == (len(model.spec.labels),)
    assert view.signature.shape == (64,)
    assert np.linalg.norm(view.signature) == pytest.approx(1, abs=1e-5)


def test_the_signature_of_a_photo_is_nearer_to_its_darker_copy_than_to_another_picture(model: LoadedModel) -> None:
    photo = room(3)
    darker = np.asarray(photo * 0.8, np.uint8)
    one, two, other = (view.signature for view in look([photo, darker, room(9)], model))
    assert one @ two > one @ other
