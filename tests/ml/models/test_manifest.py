from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ml.errors import ModelError
from ml.inspect import MODELS
from ml.models.choice import TASKS
from ml.models.manifest import READINGS, Format, ModelSpec, Task, read_manifest
from tests.ml.models.tiny import entry, write_manifest

OTHERS = [spec for spec in read_manifest(MODELS) if not spec.shipped]


def test_what_does_not_ship_covers_every_task_of_a_third_party() -> None:
    assert {spec.task for spec in OTHERS} == {
        Task.SEGMENTATION,
        Task.CLASSIFICATION,
        Task.EMBEDDING,
        Task.DETECTION,
        Task.DEPTH,
        Task.LINES,
    }


@pytest.mark.parametrize("spec", OTHERS, ids=lambda spec: spec.title)
def test_what_does_not_ship_names_licence_origin_and_how_its_outputs_are_read(spec: ModelSpec) -> None:
    assert spec.licence
    assert "GitHub" in spec.source or "@" in spec.source
    assert spec.reading is not None
    assert spec.outputs


def test_only_models_of_ultralytics_are_agpl_and_say_what_that_means() -> None:
    agpl = [spec for spec in OTHERS if "AGPL" in spec.licence]
    assert agpl == [spec for spec in OTHERS if spec.format is Format.ULTRALYTICS]
    assert agpl
    assert all("AGPL-3.0" in spec.note and "source" in spec.note for spec in agpl)


@pytest.mark.parametrize(
    "wrong",
    [
        {"licence": ""},
        {"sha256": "0" * 63},
        {"bytes": 0},
        {"file": "../tiny.onnx"},
        {"file": ".hidden"},
        {"version": ".."},
        {"name": "Tiny"},
        {"labels": ["one"]},
        {"labels": ["one", "one"]},
        {"labels": "imagenet"},
        {"reading": "picodet"},
        {"task": "segmentation"},
        {"task": "detection"},
        {"architecture": "resnet18"},
        {"format": "torch"},
        {"labels_file": "labels.txt"},
        {"label_thresholds": {"purple": 0.5}},
        {"input": {"width": 4, "height": 4, "dtype": "uint8", "mean": [1, 1, 1]}},
        {"input": {"width": 4, "height": 4, "std": [0, 1, 1]}},
        {"temprature": 2},
        {"parts": [{"file": "tiny.onnx", "sha256": "0" * 64, "bytes": 1}]},
    ],
    ids=str,
)
def test_an_entry_that_contradicts_itself_or_is_misspelt_is_refused(wrong: dict[str, Any]) -> None:
    ModelSpec.model_validate(entry(b"x"))
    with pytest.raises(ValidationError):
        ModelSpec.model_validate(entry(b"x", **wrong))


def test_labels_may_be_a_list_by_name() -> None:
    assert ModelSpec.model_validate(entry(b"x", labels="coco80")).labels[62] == "tv"
    segmenter = entry(b"x", task="segmentation", labels=[], classes="ade32", reading="class_ids")
    assert ModelSpec.model_validate(segmenter).classes[8] == "bed"


def test_a_model_of_several_files_is_named_by_all_their_digests() -> None:
    one = ModelSpec.model_validate(entry(b"x"))
    graph = {"file": "graph", "sha256": "1" * 64, "bytes": 1}
    two = ModelSpec.model_validate(entry(b"x", parts=[graph]))
    other = ModelSpec.model_validate(entry(b"x", parts=[{**graph, "sha256": "2" * 64}]))
    assert one.digest == one.sha256
    assert len({one.digest, two.digest, other.digest}) == 3
    assert two.ref.sha256 == two.digest


def test_a_version_stands_once_in_a_manifest(tmp_path: Path) -> None:
    write_manifest(tmp_path, entry(b"x"), entry(b"y"))
    with pytest.raises(ModelError, match="tiny@1"):
        read_manifest(tmp_path)


def test_every_task_has_its_readings_and_every_place_its_tasks() -> None:
    assert set(READINGS) == set(Task)
    asked_through_ml_alone = {Task.CLASSIFICATION, Task.EMBEDDING, Task.DEPTH}
    assert set().union(*TASKS.values()) == set(Task) - asked_through_ml_alone
