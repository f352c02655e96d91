"""`vls-media kits`."""

import json
from pathlib import Path

import pytest
import yaml

from ml.staging.kits import list_kits, load_kit
from ml.staging.rendering import llvm
from tests.processors.cli.conftest import Run


def test_the_list_names_every_kit_with_its_version_rooms_and_what_it_is_about(run: Run) -> None:
    told = run("kits", "list", "--json")
    assert told.exit_code == 0
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["name"] for line in lines] == list(list_kits())
    assert all(line["version"] >= 1 and line["about"] and "bedroom" in line["rooms"] for line in lines)
    assert "japandi@1" in run("kits", "list").stdout


def test_a_kit_is_shown_in_full_as_yaml_and_as_json(run: Run) -> None:
    plain, coded = run("kits", "show", "coastal"), run("kits", "show", "coastal@1", "--json")
    assert plain.exit_code == coded.exit_code == 0
    content = json.loads(coded.stdout)
    assert yaml.safe_load(plain.stdout) == content
    assert content["palette"]["accent"] == load_kit("coastal").palette.accent
    assert content["rooms"]["living"]["sofa"]["widths_cm"]


@pytest.mark.parametrize("command", [("show", "costal"), ("sheet", "costal", "-o", "sheet.png")])
def test_an_unknown_kit_is_refused_with_the_one_that_was_meant(run: Run, command: tuple[str, ...]) -> None:
    told = run("kits", *command)
    assert told.exit_code == 1
    assert "unknown_kit" in told.stderr
    assert "Did you mean coastal?" in told.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-o", "a.png"), "name one kit, or --all"),
        (("coastal", "--all", "-o", "a.png"), "name one kit, or --all"),
        (("coastal", "-o", "a.jpg"), "a sheet is a PNG"),
    ],
)
def test_what_a_sheet_cannot_be_is_said_before_anything_is_built(run: Run, options: tuple[str, ...], said: str) -> None:
    told = run("kits", "sheet", *options)
    assert told.exit_code == 1
    assert said in told.stderr


def test_without_a_libllvm_a_sheet_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mitsuba")
    monkeypatch.setattr(llvm, "usable", lambda: None)
    told = run("kits", "sheet", "coastal", "-o", tmp_path / "sheet.png")
    assert told.exit_code == 1
    assert "engine_missing" in told.stderr
    assert "libllvm19" in told.stderr
    assert not (tmp_path / "sheet.png").exists()
