"""`vls-media models`."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml.inspect import MODELS
from ml.store import ModelStore
from tests.ml.models.tiny import entry, onnx_mean, write_manifest
from tests.ml.others import WEIGHTS
from tests.processors.cli.conftest import Run

CONTENT = onnx_mean()
Lines = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a manifest: a scene model that ships, and one of two versions that do not."""
    other = entry(CONTENT, name="other", version="2", file="other.onnx", shipped=False, licence="Apache-2.0")
    write_manifest(tmp_path / "models", entry(CONTENT), {**other, "version": "1"}, other)
    (tmp_path / "models" / "tiny.onnx").write_bytes(CONTENT)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "other.onnx").write_bytes(CONTENT)
    monkeypatch.setenv("VLS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("VLS_MODELS_PULLED", str(tmp_path / "pulled"))
    monkeypatch.setenv("VLS_MODEL_SCENE", "tiny")
    monkeypatch.setenv("VLS_MODEL_SEGMENTATION", "")
    monkeypatch.setenv("VLS_MODEL_MARKS", "")
    return tmp_path


def test_the_list_says_what_is_here_and_what_it_is_chosen_for(folder: Path, json_lines: Lines) -> None:
    status, lines = json_lines("models", "list")
    assert status == 0
    states = [(line["name"], line["version"], line["state"], line["chosen_for"]) for line in lines]
    assert states == [("tiny", "1", "ships", ["scene"]), ("other", "1", "to pull", []), ("other", "2", "to pull", [])]
    assert lines[1]["licence"] == "Apache-2.0"
    assert lines[0]["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_the_list_of_what_ships_names_the_agpl(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLS_MODELS", str(MODELS))
    shown = run("models", "list")
    assert shown.exit_code == 0
    about = shown.stdout[shown.stdout.index("yolo11n@") :]
    assert "licence: AGPL-3.0" in about
    assert "owes its users the source" in about


def test_pulling_puts_a_version_in_place_and_says_its_licence(folder: Path, run: Run, json_lines: Lines) -> None:
    told = run("models", "pull", "other", "--from", folder / "source")
    assert told.exit_code == 0
    assert "Apache-2.0" in told.stdout
    placed = folder / "pulled" / "other" / "2" / "other.onnx"
    assert placed.read_bytes() == CONTENT
    assert "here already" in run("models", "pull", "other", "--from", folder / "source").stdout
    assert [line["state"] for line in json_lines("models", "list")[1]] == ["ships", "to pull", "here"]


def test_two_versions_lie_side_by_side(folder: Path, json_lines: Lines) -> None:
    assert json_lines("models", "pull", "other@1", "other@2", "--from", folder / "source")[0] == 0
    assert [line["state"] for line in json_lines("models", "list")[1]] == ["ships", "here", "here"]


def test_a_wrong_file_is_one_sentence_and_status_1(folder: Path, run: Run) -> None:
    (folder / "source" / "other.onnx").write_bytes(CONTENT[::-1])
    told = run("models", "pull", "other", "--from", folder / "source")
    assert told.exit_code == 1
    assert "sha256" in told.stderr
    assert not list((folder / "pulled").rglob("*"))


def test_one_model_that_cannot_be_pulled_leaves_the_others(folder: Path, json_lines: Lines) -> None:
    status, lines = json_lines("models", "pull", "unknown", "other", "--from", folder / "source")
    assert status == 1
    assert [line.get("error", {}).get("code") for line in lines] == ["model_missing", None]
    assert (folder / "pulled" / "other" / "2" / "other.onnx").is_file()


def test_a_place_that_models_are_not_pulled_from_is_refused(folder: Path, run: Run) -> None:
    told = run("models", "pull", "other", "--from", "http://127.0.0.1/models")
    assert told.exit_code == 1
    assert "not pulled over http" in told.stderr


def test_verify_names_every_file_and_its_state(folder: Path, json_lines: Lines) -> None:
    json_lines("models", "pull", "other", "--from", folder / "source")
    status, lines = json_lines("models", "verify")
    assert status == 0
    assert [(line["model"], line["state"]) for line in lines] == [
        ("tiny@1", "ok"),
        ("other@1", "not pulled"),
        ("other@2", "ok"),
    ]


@pytest.mark.parametrize("content", [CONTENT[::-1], CONTENT[:-1], b""])
def test_verify_ends_with_status_1_where_a_file_is_another(folder: Path, json_lines: Lines, content: bytes) -> None:
    (folder / "models" / "tiny.onnx").write_bytes(content)
    status, lines = json_lines("models", "verify")
    assert status == 1
    assert lines[0]["state"] == "wrong"


def test_verify_ends_with_status_1_where_a_file_that_ships_is_missing(folder: Path, json_lines: Lines) -> None:
    (folder / "models" / "tiny.onnx").unlink()
    status, lines = json_lines("models", "verify")
    assert status == 1
    assert lines[0]["state"] == "missing"


def test_warm_opens_and_runs_each_configured_model(folder: Path, json_lines: Lines) -> None:
    status, lines = json_lines("models", "warm")
    assert status == 0
    assert [(line["model"], line["chosen_for"]) for line in lines] == [("tiny@1", ["scene"])]
    assert lines[0]["seconds"] >= 0


def test_warm_ends_with_status_1_where_a_model_is_not_here(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_MODEL_SCENE", "other@1")
    told = run("models", "warm")
    assert told.exit_code == 1
    assert "vls-media models pull other@1" in told.stderr


def test_a_model_cannot_be_chosen_for_what_it_is_not_for(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_MODEL_DETECTION", "tiny")
    told = run("models", "warm")
    assert told.exit_code == 1
    assert "cannot be chosen for detection" in told.stderr


def test_the_operators_own_models_stand_in_a_manifest_beside_the_pulled_ones(
    folder: Path, json_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write_manifest(folder / "pulled", entry(CONTENT, name="own", version="7", shipped=False))
    (own / "own" / "7").mkdir(parents=True)
    (own / "own" / "7" / "tiny.onnx").write_bytes(CONTENT)
    monkeypatch.setenv("VLS_MODEL_SCENE", "own@7")
    status, lines = json_lines("models", "warm")
    assert status == 0
    assert lines[0]["model"] == "own@7"


def test_without_a_manifest_every_verb_says_so(folder: Path, run: Run) -> None:
    (folder / "models" / "manifest.yaml").unlink()
    for verb in ("list", "verify", "warm"):
        told = run("models", verb)
        assert told.exit_code == 1
        assert "manifest.yaml" in told.stderr


@pytest.mark.skipif(not WEIGHTS.is_dir(), reason="../shared/weights is not there")
def test_every_public_model_that_is_at_hand_can_be_pulled_and_verified(
    tmp_path: Path, json_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_MODELS", str(MODELS))
    monkeypatch.setenv("VLS_MODELS_PULLED", str(tmp_path))
    names = [spec.title for spec in ModelStore(MODELS).specs if not spec.shipped and (WEIGHTS / spec.file).is_file()]
    assert len(names) >= 7
    status, lines = json_lines("models", "pull", *names, "--from", WEIGHTS)
    assert status == 0
    assert [line["model"] for line in lines] == names
    status, lines = json_lines("models", "verify")
    assert status == 0
    assert {line["model"] for line in lines if line["state"] == "ok"} >= set(names)
