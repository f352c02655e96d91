"""Which models the classifier opens and pins, by configuration."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ml.errors import ModelError, ModelMissingError
from ml.models.backends import Backend, Device, open_model
from ml.store import ModelSpec, ModelStore, store_of
from processors.classifier import make_stage, warm_up
from processors.settings import Settings
from schemas.commands import ClassifyPhotos
from tests.ml.models.tiny import entry, onnx_mean, write_manifest

CONTENT = onnx_mean()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of two versions of a scene model, the first of them chosen."""
    write_manifest(
        tmp_path, entry(CONTENT), entry(CONTENT, version="2"), entry(b"x", name="absent", file="absent.onnx")
    )
    (tmp_path / "tiny.onnx").write_bytes(CONTENT)
    monkeypatch.setenv("VLS_MODELS", str(tmp_path))
    monkeypatch.setenv("VLS_MODELS_PULLED", str(tmp_path / "pulled"))
    monkeypatch.setenv("VLS_MODEL_SCENE", "tiny@1")
    monkeypatch.setenv("VLS_MODEL_SEGMENTATION", "")
    monkeypatch.setenv("VLS_MODEL_MARKS", "")
    return tmp_path


def command() -> ClassifyPhotos:
    photos = [{"photo_id": "1", "uri": "file:///1.jpg"}]
    job = "6f1c1f0e-0000-4000-8000-000000000001"
    return ClassifyPhotos.model_validate({"job_id": job, "listing_id": "l", "photos": photos})


def test_warming_up_opens_each_chosen_model_once_for_the_whole_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def count(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> Backend:
        opened.append(spec.title)
        return open_model(spec, content, device)

    monkeypatch.setattr("ml.models.loaded.open_model", count)
    warm_up()
    warm_up()
    assert opened == ["tiny@1"]
    assert store_of(folder).load("tiny@1") is ModelStore(folder).load("tiny@1")
    assert opened == ["tiny@1"]


def test_a_chosen_model_that_is_not_there_stops_the_worker_at_its_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_MODEL_SCENE", "absent")
    with pytest.raises(ModelMissingError, match=r"absent\.onnx"):
        warm_up()
    monkeypatch.setenv("VLS_MODEL_SCENE", "tiny")
    monkeypatch.setenv("VLS_MODEL_DETECTION", "tiny")
    with pytest.raises(ModelError, match="cannot be chosen for detection"):
        make_stage(Settings())


def test_a_plan_pins_the_versions_that_were_chosen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (task,) = make_stage(Settings()).plan(command()).first.tasks
    assert task.params["models"] == {"scene": "tiny@1"}
    assert task.versions == {"tiny@1": ModelStore(folder).digest("tiny@1")}
    monkeypatch.setenv("VLS_MODEL_SCENE", "tiny")
    (task,) = make_stage(Settings()).plan(command()).first.tasks
    assert task.params["models"] == {"scene": "tiny@2"}
