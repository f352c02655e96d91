"""Each runtime: what it answers, what it refuses, what it says when it is not installed."""

import builtins
import hashlib
import importlib
import io
import subprocess
import sys
from typing import Any

import numpy as np
import onnxruntime
import pytest

from ml.errors import ModelError
from ml.models.backends import EXTRAS
from ml.models.backends.ncnn_net import flat_layers
from ml.models.loaded import LoadedModel, blank_picture, load_model
from ml.models.manifest import Format, ModelSpec, PictureInput
from ml.scene import scene_alone
from tests.ml.models.tiny import entry, onnx_mean


def spec_of(content: bytes, **fields: Any) -> ModelSpec:
    return ModelSpec.model_validate(entry(content, **fields))


def tiny() -> LoadedModel:
    content = onnx_mean()
    return load_model(spec_of(content), {"tiny.onnx": content})


def test_an_onnx_model_answers_by_the_names_of_its_outputs() -> None:
    pictures = np.random.default_rng(1).random((5, 3, 4, 4), np.float32)
    answer = tiny().run(pictures)
    assert set(answer) == {"scores"}
    assert answer["scores"] == pytest.approx(pictures.mean(axis=(2, 3)), abs=1e-6)


def test_an_output_is_found_by_its_role_or_because_it_is_the_only_one() -> None:
    content = onnx_mean()
    pictures = np.ones((1, 3, 4, 4), np.float32)
    assert tiny().output(pictures, "anything").shape == (1, 3)
    wrong = LoadedModel(spec_of(content, outputs={"vector": "features"}), tiny().backend)
    with pytest.raises(ModelError, match="no output for vector"):
        wrong.output(pictures, "vector")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outputs": {"vector": "features"}}, "no outputs features: it has scores"),
        ({"labels": ["red", "green"]}, "gives 3 scores, and its entry wants 2"),
        ({"task": "marks", "labels": ["text", "banana"]}, "kinds of marks that there are not: banana"),
        ({"task": "marks", "labels": ["text", "logo", "watermark"]}, "gives 3 scores of a cell, and its entry wants 4"),
        ({"task": "room", "classes": ["wall", "floor"]}, "no outputs segmentation, signature"),
    ],
)
def test_an_entry_that_its_model_does_not_fit_shows_when_it_is_opened(fields: dict[str, Any], said: str) -> None:
    content = onnx_mean()
    with pytest.raises(ModelError, match=said):
        load_model(spec_of(content, **fields), {"tiny.onnx": content})


def _with_file(labels: bytes, **fields: Any) -> tuple[ModelSpec, dict[str, bytes]]:
    content = onnx_mean()
    part = {"file": "labels.txt", "sha256": hashlib.sha256(labels).hexdigest(), "bytes": len(labels)}
    spec = spec_of(content, labels=[], labels_file="labels.txt", parts=[part], **fields)
    return spec, {"tiny.onnx": content, "labels.txt": labels}


def test_a_scene_model_may_have_its_labels_in_a_file() -> None:
    model = load_model(*_with_file(b"red\ngreen\nblue\n"))
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, :, 1] = 255
    assert scene_alone(picture, model).label == "green"


@pytest.mark.parametrize(
    ("labels", "fields", "said"),
    [
        (b"red\n\ngreen\n", {}, "an empty line, or a label twice"),
        (b"red\nred\ngreen\n", {}, "an empty line, or a label twice"),
        (b"\xff\xfe", {}, "not UTF-8"),
        (b"red\ngreen\nblue\n", {"label_thresholds": {"pink": 0.5}}, "not in its labels: pink"),
    ],
)
def test_a_file_that_is_no_list_of_labels_is_refused(labels: bytes, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        load_model(*_with_file(labels, **fields))


def test_what_is_no_model_is_refused_with_a_sentence() -> None:
    with pytest.raises(ModelError, match="tiny@1"):
        load_model(spec_of(b"no model"), {"tiny.onnx": b"no model"})


def test_a_model_of_another_shape_than_the_manifest_says_is_refused_when_it_is_opened() -> None:
    content = onnx_mean()
    with pytest.raises(ModelError, match="does not run as the manifest describes it"):
        load_model(spec_of(content, input={"width": 8, "height": 8}), {"tiny.onnx": content})


def test_a_model_that_has_no_memory_to_open_is_out_of_memory_and_no_model_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("std::bad_alloc")

    monkeypatch.setattr(onnxruntime, "InferenceSession", refuse)
    with pytest.raises(RuntimeError, match="bad_alloc"):
        tiny()


@pytest.mark.skipif(
    "CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="this onnxruntime has CUDA"
)
def test_cuda_without_onnxruntimes_cuda_says_what_to_install() -> None:
    content = onnx_mean()
    with pytest.raises(ModelError, match="onnxruntime-gpu"):
        load_model(spec_of(content), {"tiny.onnx": content}, "cuda")


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_cuda_that_onnxruntime_leaves_by_itself_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """onnxruntime goes on with the CPU where the device does not work: its session then lacks the provider."""
    content = onnx_mean()
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    with pytest.raises(ModelError, match="no device that works"):
        load_model(spec_of(content), {"tiny.onnx": content}, "cuda")


_FIELDS: dict[Format, dict[str, Any]] = {
    Format.TORCH: {"architecture": "resnet18"},
    Format.TFLITE: {},
    Format.NCNN: {"parts": [{"file": "tiny.param", "sha256": "0" * 64, "bytes": 1}]},
    Format.ULTRALYTICS: {"task": "detection", "reading": "boxes", "labels": "coco80"},
}


@pytest.mark.parametrize("form", list(EXTRAS))
def test_a_runtime_that_is_not_installed_is_one_error_that_names_the_extra(
    form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = {"torch", "timm", "ai_edge_litert", "ncnn", "ultralytics"}
    real = importlib.import_module

    def without(name: str, package: str | None = None) -> Any:
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", without)
    spec = spec_of(b"x", format=form, **_FIELDS[form])
    with pytest.raises(ModelError, match=rf"install the extra `{EXTRAS[form]}`"):
        load_model(spec, {"tiny.onnx": b"x", "tiny.param": b"x"})


@pytest.mark.parametrize("form", [Format.TFLITE, Format.NCNN])
def test_a_runtime_of_the_cpu_alone_refuses_cuda(form: Format) -> None:
    with pytest.raises(ModelError, match="VLS_MODEL_DEVICE=cpu"):
        load_model(spec_of(b"x", format=form, **_FIELDS[form]), {}, "cuda")


def test_the_store_imports_no_runtime_that_is_not_needed() -> None:
    code = (
        "import sys; from ml.inspect import MODELS; from ml.store import ModelStore; ModelStore(MODELS).load('room'); "
        "print([m for m in ('torch', 'timm', 'ai_edge_litert', 'ncnn', 'ultralytics') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_checkpoint_of_timm_gives_its_networks_scores() -> None:
    torch, timm = pytest.importorskip("torch"), pytest.importorskip("timm")
    torch.manual_seed(1)
    network = timm.create_model("resnet10t", pretrained=False, num_classes=3).eval()
    file = io.BytesIO()
    torch.save({"epoch": 3, "state_dict": {f"module.{k}": v for k, v in network.state_dict().items()}}, file)
    content = file.getvalue()
    fields: dict[str, Any] = {"format": "torch", "file": "tiny.pt", "architecture": "resnet10t"}
    spec = spec_of(content, **fields, input={"width": 64, "height": 64})
    pictures = np.random.default_rng(2).random((2, 3, 64, 64), np.float32)
    with torch.inference_mode():
        expected = network(torch.from_numpy(pictures)).numpy()
    model = load_model(spec, {"tiny.pt": content})
    assert model.run(pictures)["scores"] == pytest.approx(expected, abs=1e-5)
    embedder = spec_of(
        content, **fields, input={"width": 64, "height": 64}, task="embedding", reading="vector", labels=[]
    )
    assert load_model(embedder, {"tiny.pt": content}).run(pictures)["embedding"].shape == (2, 512)
    with pytest.raises(ModelError, match="resnet18"):
        load_model(spec.model_copy(update={"architecture": "resnet18"}), {"tiny.pt": content})


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("timm")
    trace = tmp_path_factory.mktemp("trace") / "ran"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return builtins.open, (str(trace), "w")

    file = io.BytesIO()
    torch.save({"state_dict": {"weight": Evil()}}, file)
    spec = spec_of(file.getvalue(), format="torch", architecture="resnet10t")
    with pytest.raises(ModelError, match="holds no weights"):
        load_model(spec, {"tiny.onnx": file.getvalue()})
    assert not trace.exists()


def test_a_detector_of_ultralytics_opens_and_answers_boxes() -> None:
    pytest.importorskip("ultralytics")
    from ultralytics import YOLO

    path = io.BytesIO()
    import torch

    network = YOLO("yolo11n.yaml", task="detect").model
    network.names = dict(enumerate(spec_of(b"x", labels="coco80").labels))
    torch.save({"model": network, "train_args": {}}, path)
    content = path.getvalue()
    spec = spec_of(
        content,
        format="ultralytics",
        file="yolo.pt",
        task="detection",
        reading="boxes",
        labels="coco80",
        input={"width": 320, "height": 320, "layout": "nhwc", "dtype": "uint8"},
    )
    model = load_model(spec, {"yolo.pt": content})
    boxes = model.output(blank_picture(spec.input), "boxes")
    assert boxes.shape[0] == 1
    assert boxes.shape[2] == 6
    renamed = spec.model_copy(update={"labels": ("a", "b")})
    with pytest.raises(ModelError, match="other labels"):
        load_model(renamed, {"yolo.pt": content})


def test_pooled_convolutions_of_an_ncnn_graph_become_inner_products() -> None:
    graph = """7767517
5 5
Input image 0 1 image
Convolution c0 1 1 image a 0=8 1=1 11=1 5=1 6=24
Pooling p 1 1 a b 0=1 4=1
Convolution c1 1 1 b c 0=4 1=1 11=1 5=1 6=32 9=1
ReLU r 1 1 c d
Convolution c2 1 1 d e 0=8 1=1 11=1 5=0 6=32
"""
    lines = flat_layers(graph).splitlines()
    assert lines[3] == "Convolution c0 1 1 image a 0=8 1=1 11=1 5=1 6=24"
    assert lines[5] == "InnerProduct c1 1 1 b c 0=4 1=1 2=32 9=1"
    assert lines[7] == "InnerProduct c2 1 1 d e 0=8 1=0 2=32"


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize("ones", [False, True])
def test_a_blank_picture_has_the_shape_that_the_model_wants(layout: str, *, ones: bool) -> None:
    wanted = PictureInput.model_validate({"width": 6, "height": 4, "layout": layout, "ones_channel": ones})
    shape = blank_picture(wanted).shape
    assert shape == ((1, 3 + ones, 4, 6) if layout == "nchw" else (1, 4, 6, 3 + ones))


def test_digests_are_of_the_content_that_is_opened() -> None:
    assert tiny().spec.sha256 == hashlib.sha256(onnx_mean()).hexdigest()
