import numpy as np
import pytest

from ml.errors import ModelError
from ml.models.loaded import LoadedModel
from ml.models.readings.features import embed, likeliest_labels
from tests.ml.conftest import Other
from tests.ml.models.canned import Canned, canned
from tests.ml.others import photo

BLANK = np.zeros((300, 400, 3), np.uint8)


def test_an_embedding_has_length_one() -> None:
    vector = embed(BLANK, canned("mobilenet-edgetpu-embedding", {"vector": np.array([[[[3.0, 0.0, 4.0]]]])}))
    assert vector == pytest.approx([0.6, 0.0, 0.8])


def test_an_embedding_of_nothing_stays_nothing() -> None:
    assert not embed(BLANK, canned("mobilenet-edgetpu-embedding", {"vector": np.zeros((1, 8))})).any()


def test_labels_come_from_the_models_own_list_best_first() -> None:
    spec = canned("mobilenet-edgetpu", {}).spec
    chances = {spec.outputs["chances"]: np.array([[0.1, 0.7, 0.2]], np.float32)}
    found = likeliest_labels(BLANK, LoadedModel(spec, Canned(chances), ("a", "b", "c")), 2)
    assert [(guess.label, guess.confidence) for guess in found] == [("b", 0.7), ("c", 0.2)]
    with pytest.raises(ModelError, match="2"):
        likeliest_labels(BLANK, LoadedModel(spec, Canned(chances), ("a", "b")))


def test_a_model_for_something_else_is_refused() -> None:
    with pytest.raises(ModelError, match="gives no vector"):
        embed(BLANK, canned("picodet", {}))


def test_photos_of_one_kind_of_room_lie_nearer_in_mobilenets_embedding(other: Other) -> None:
    model = other("mobilenet-edgetpu-embedding")
    bathrooms = [embed(photo(f"bathroom/house_000{n}.jpg"), model) for n in (1, 2)]
    front = embed(photo("exterior_front/house_0015.jpg"), model)
    assert bathrooms[0].shape == (1280,)
    assert bathrooms[0] @ bathrooms[1] > bathrooms[0] @ front


def test_mobilenet_knows_a_bed_and_a_car(other: Other) -> None:
    model = other("mobilenet-edgetpu")
    assert len(model.labels) == 1001
    beds = {guess.label for guess in likeliest_labels(photo("bedroom/house_0354.jpg"), model)}
    assert beds & {"four-poster", "studio couch, day bed", "quilt, comforter, comfort, puff", "bedspread"}
    cars = {guess.label for guess in likeliest_labels(photo("driveway_garage/mini_0325.jpg"), model)}
    assert any("jeep" in label or "wagon" in label or "car" in label for label in cars)
