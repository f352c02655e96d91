from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.errors import ModelError, ModelMissingError
from ml.inspect import MODELS, inspect_photo, shipped_models
from ml.models.loaded import LoadedModel, load_model
from ml.models.manifest import ModelSpec
from ml.models.memory import Outputs, Tensor
from ml.scene import classify
from ml.store import ModelStore
from schemas.photo import AnalysisName, AnalysisState
from tests.ml.models.canned import canned
from tests.ml.others import photo, pulled
from tests.ml.scenes import room, saved

NAME = "scene-by-embedding"
BASE = "mobilenet-edgetpu-embedding"
WIDTH = 1280


class Halves:
    """A base whose features are what is brighter, left or right: it takes a picture for another than its mirror."""

    def __init__(self, output: str) -> None:
        self._output = output

    def run(self, pictures: Tensor) -> Outputs:
        """Half of the features from the left half of a picture, half from the right."""
        left, right = (float(half.mean()) / 64 for half in np.split(pictures, 2, axis=2))
        return {self._output: np.repeat(np.array([left, right], np.float32), WIDTH // 2).reshape(1, 1, 1, WIDTH)}


def spec() -> ModelSpec:
    return ModelStore(MODELS).spec(NAME)


def on(base: LoadedModel, **changes: object) -> LoadedModel:
    head = spec().model_copy(update=changes)
    return load_model(head, ModelStore(MODELS).content(NAME), base=base)


@pytest.fixture
def model() -> LoadedModel:
    base = ModelStore(MODELS).spec(BASE)
    return on(LoadedModel(base, Halves(base.outputs["vector"])))


def half_lit(level: int) -> NDArray[np.uint8]:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:, :80] = level
    return picture


def test_the_features_of_the_base_decide(model: LoadedModel) -> None:
    dark, bright = classify([half_lit(0), half_lit(255)], model)
    assert dark != bright
    assert {guess.label for guess in (*dark.top, *bright.top)} <= set(model.spec.labels)


def test_a_mirrored_photo_gets_the_same_answer(model: LoadedModel) -> None:
    picture = half_lit(200)
    (one,), (other,) = classify([picture], model), classify([np.ascontiguousarray(picture[:, ::-1])], model)
    assert one == other


def test_it_abstains_below_its_threshold(model: LoadedModel) -> None:
    (scene,) = classify([room(1)], model)
    assert scene.abstained == (scene.confidence < model.spec.threshold)


def test_it_is_small_and_pins_the_version_of_its_base() -> None:
    assert spec().bytes < 100_000
    assert spec().base == ModelStore(MODELS).spec(BASE).title


def test_without_its_base_the_error_says_how_to_get_it(tmp_path: Path) -> None:
    for pulled_here in (None, tmp_path):
        with pytest.raises(ModelMissingError, match=rf"vls-media models pull {BASE}@1.0 --from"):
            ModelStore(MODELS, pulled_here).load(NAME)


def test_a_base_that_gives_no_vector_is_refused() -> None:
    with pytest.raises(ModelError, match="gives none"):
        on(canned("mobilenet-edgetpu", {}))


def test_a_base_that_wants_other_pictures_is_refused() -> None:
    base = canned(BASE, {"vector": np.zeros((1, WIDTH), np.float32)})
    with pytest.raises(ModelError, match="is not that of its base"):
        on(base, input=base.spec.input.model_copy(update={"width": 192}))


def test_a_base_of_another_width_is_refused() -> None:
    with pytest.raises(ModelError, match="does not run"):
        on(canned(BASE, {"vector": np.zeros((1, 7), np.float32)}))


def test_it_answers_the_scene_and_the_room_network_the_rest(tmp_path: Path, model: LoadedModel) -> None:
    path = saved(tmp_path, "a.jpg", room(1))
    shipped = shipped_models()
    record, usual = inspect_photo(path, {**shipped, "scene": model}), inspect_photo(path, shipped)
    by = {analysis.name: analysis.model for analysis in record.analyses}
    assert by[AnalysisName.SCENE] == model.spec.ref
    assert by[AnalysisName.SEGMENTATION] == shipped["segmentation"].spec.ref
    assert AnalysisState.FAILED not in {analysis.state for analysis in record.analyses}
    assert record.regions == usual.regions
    assert record.room_signature == usual.room_signature


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("kitchen/ph_A658.5.jpg", "kitchen"),
        ("bedroom/ph_A2.4.jpg", "bedroom"),
        ("bathroom/ph_A422.5.jpg", "bathroom"),
        ("pool/ph_A488.4.jpg", "pool"),
    ],
)
def test_with_the_real_base_it_knows_rooms(tmp_path: Path, file: str, label: str) -> None:
    pixels = photo(file)
    pulled(BASE, tmp_path)
    (scene,) = classify([pixels], ModelStore(MODELS, tmp_path).load(NAME))
    assert scene.label == label
