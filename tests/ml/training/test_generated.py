import numpy as np
import pytest

from ml.training.generated import MAKERS, generate
from ml.training.labels import LABELS, OF_FOLDER
from tests.ml.scenes import room

PHOTOS = [room(seed, 200, 150) for seed in range(4)]


@pytest.mark.parametrize("label", MAKERS)
def test_the_same_seed_makes_the_same_pictures(label: str) -> None:
    first, again = generate(label, 4, PHOTOS, seed=3), generate(label, 4, PHOTOS, seed=3)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


@pytest.mark.parametrize("label", MAKERS)
def test_no_two_pictures_of_a_label_are_the_same(label: str) -> None:
    made = [picture.tobytes() for picture in generate(label, 12, PHOTOS, seed=1)]
    assert len(set(made)) == 12


@pytest.mark.parametrize("label", MAKERS)
def test_pictures_are_made_for_labels_that_are_learnt(label: str) -> None:
    assert label in LABELS


@pytest.mark.parametrize("seed", range(10))
def test_every_seed_makes_a_picture_in_colour(seed: int) -> None:
    for label in MAKERS:
        for picture in generate(label, 4, PHOTOS, seed):
            assert picture.dtype == np.uint8
            assert picture.shape[2] == 3
            assert min(picture.shape[:2]) >= 128


def test_folders_map_to_labels_that_are_learnt_or_to_none() -> None:
    assert set(OF_FOLDER.values()) == {*LABELS, None}
