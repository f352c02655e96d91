import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from ml.errors import ModelDigestError, ModelError, ModelMissingError
from ml.inspect import MODELS
from ml.store import ModelStore, store_of
from schemas.errors import CATALOGUE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def shipped_file(folder: Path) -> Path:
    return folder / ModelStore(folder).spec("room").file


def test_every_model_that_ships_is_the_one_that_the_manifest_names() -> None:
    store = ModelStore(MODELS)
    for spec in (spec for spec in store.specs if spec.shipped):
        content = store.verified_bytes(f"{spec.name}@{spec.version}")
        assert hashlib.sha256(content).hexdigest() == spec.sha256
        assert len(content) == spec.bytes
        assert spec.card is not None
        assert (MODELS / spec.card).exists()


def test_the_models_that_ship_are_small_enough_to_ship() -> None:
    assert sum(spec.bytes for spec in ModelStore(MODELS).specs if spec.shipped) <= 10_000_000


def test_a_model_answers_for_each_of_its_labels() -> None:
    import numpy as np

    model = ModelStore(MODELS).load("room")
    wanted = model.spec.input
    found = model.run(np.zeros((2, 3, wanted.height, wanted.width), np.float32))
    assert found["scores"].shape == (2, len(model.spec.labels))
    assert found["segmentation"].shape[:2] == (2, len(model.spec.classes))


def test_a_changed_file_is_never_opened(folder: Path) -> None:
    file = shipped_file(folder)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelDigestError, match="sha256") as caught:
        ModelStore(folder).load("room")
    assert caught.value.code == "model_digest_mismatch"


def test_a_file_that_is_no_model_is_refused_by_its_digest_and_not_by_the_runtime(folder: Path) -> None:
    shipped_file(folder).write_bytes(b"not a model")
    with pytest.raises(ModelDigestError):
        ModelStore(folder).load("room")


def test_a_missing_file_is_named(folder: Path) -> None:
    file = shipped_file(folder)
    file.unlink()
    with pytest.raises(ModelMissingError, match=file.name) as caught:
        ModelStore(folder).load("room")
    assert caught.value.code == "model_missing"


@pytest.mark.parametrize("name", ["unknown", "room@0", ""])
def test_a_model_that_the_manifest_does_not_name_is_missing(name: str) -> None:
    with pytest.raises(ModelMissingError, match="not in the manifest"):
        ModelStore(MODELS).spec(name)


def test_a_version_is_chosen_by_name(folder: Path) -> None:
    manifest = folder / "manifest.yaml"
    content = yaml.safe_load(manifest.read_text())
    newest = next(entry for entry in reversed(content["models"]) if entry["name"] == "room")
    newer = dict(newest, version="99.0.0", sha256="0" * 64)
    older = newest["version"]
    content["models"].append(newer)
    manifest.write_text(yaml.safe_dump(content))
    store = ModelStore(folder)
    assert store.spec("room").version == "99.0.0"
    assert store.spec(f"room@{older}").version == older
    assert store.digest("room@99.0.0") == "0" * 64


def test_a_folder_without_manifest_has_no_models(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"manifest\.yaml"):
        ModelStore(tmp_path)


@pytest.mark.parametrize("text", ["models: 3", "models: [{name: room}]", "{", "models: []\nmore: 1"])
def test_a_manifest_that_breaks_the_format_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.yaml").write_text(text)
    with pytest.raises(ModelError, match="breaks the manifest's format"):
        ModelStore(tmp_path)


def test_a_file_outside_the_folder_cannot_be_named(folder: Path) -> None:
    manifest = folder / "manifest.yaml"
    content = yaml.safe_load(manifest.read_text())
    content["models"][0]["file"] = "../elsewhere.onnx"
    manifest.write_text(yaml.safe_dump(content))
    with pytest.raises(ModelError):
        ModelStore(folder)


def test_a_process_opens_a_model_once() -> None:
    assert store_of(MODELS).load("room") is store_of(MODELS).load("room")


@pytest.mark.parametrize("error", [ModelError, *ModelError.__subclasses__()])
def test_every_error_has_a_code_of_the_catalogue(error: type[ModelError]) -> None:
    assert error.code in CATALOGUE
