"""`vls-media make` with timelines, templates, texts and staged photos."""

import json
from pathlib import Path

import pytest

from schemas.video import Motion, Timeline
from tests.processors.cli import files
from tests.processors.cli.conftest import Run

SMALL = ("--seconds", "3", "--height", "360", "--fps", "24")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "listing"
    made.mkdir()
    for number in (1, 2):
        files.photo(made / f"{number}.png", seed=number)
    return made


def timeline_of(path: Path) -> Timeline:
    return Timeline.model_validate_json(path.read_text())


def test_the_timeline_that_was_written_can_be_edited_and_made_again(folder: Path, run: Run) -> None:
    out, again = folder.parent / "a.mp4", folder.parent / "b.mp4"
    assert run("make", "video", folder, "-o", out, *SMALL).exit_code == 0
    edited = json.loads(out.with_suffix(".json").read_text())
    edited["shots"][1]["motion"] = "hold"
    (folder.parent / "edited.json").write_text(json.dumps(edited))

    result = run("make", "video", folder, "-o", again, "--timeline", folder.parent / "edited.json")

    assert result.exit_code == 0, result.output
    assert timeline_of(again.with_suffix(".json")).shots[1].motion is Motion.HOLD


def test_a_misspelled_field_of_a_timeline_is_named(folder: Path, run: Run) -> None:
    (folder.parent / "t.json").write_text('{"widht": 90}')
    result = run("make", "video", folder, "-o", folder.parent / "a.mp4", "--timeline", folder.parent / "t.json")
    assert result.exit_code == 2
    assert "t.json" in result.stderr


def test_a_template_is_filled_with_values(folder: Path, run: Run) -> None:
    slots = [
        {"name": "a", "seconds": 1.5, "caption": "{street}"},
        {"name": "b", "seconds": 1.5, "transition": "radial"},
    ]
    template = folder.parent / "t.json"
    template.write_text(json.dumps({"template_id": "t", "slots": slots}))
    out = folder.parent / "a.mp4"

    lacking = run("make", "video", folder, "-o", out, "--template", template, "--height", "360")
    made = run(
        "make", "video", folder, "-o", out, "--template", template, "--height", "360", "--field", "street=Main St"
    )

    assert lacking.exit_code == 1
    assert "street" in lacking.stderr
    assert made.exit_code == 0, made.output
    assert [overlay.text for overlay in timeline_of(out.with_suffix(".json")).overlays] == ["Main St"]


def test_branded_and_unbranded_and_another_shape_come_from_one_call(folder: Path, run: Run) -> None:
    out = folder.parent / "a.mp4"
    texts = ("--title", "1 Main St", "--agent", "Ann", "--branding", "pair", "--more-ratio", "1:1")
    result = run("make", "video", folder, "-o", out, *SMALL, *texts)
    assert result.exit_code == 0, result.output
    made = {path.stem for path in folder.parent.glob("*.mp4")}
    assert made == {"a", "a-unbranded", "a-r1_1", "a-r1_1-unbranded"}
    assert [overlay.kind for overlay in timeline_of(folder.parent / "a-unbranded.json").overlays] == ["title"]


def test_a_staged_photo_is_revealed_and_labelled(folder: Path, run: Run) -> None:
    original = files.photo(folder.parent / "before.png", seed=9)
    out = folder.parent / "a.mp4"
    result = run("make", "video", folder, "-o", out, *SMALL, "--staged", f"{folder / '2.png'}={original}")
    assert result.exit_code == 0, result.output
    shots = timeline_of(out.with_suffix(".json")).shots
    assert [shot.label for shot in shots] == ["", "Virtually staged"]
    assert shots[1].reveal is not None


@pytest.mark.parametrize(
    ("option", "value", "status", "said"),
    [
        ("--title", "☃", 1, "SNOWMAN"),
        ("--title", "house " * 100, 1, "too long"),
        ("--narrow", "stretch", 2, "--narrow"),
        ("--branding", "half", 2, "--branding"),
        ("--color", "red", 2, "--color"),
        ("--more-ratio", "16:9", 2, "--more-ratio"),
        ("--more-ratio", "4:3", 2, "4:3"),
        ("--field", "x", 2, "--field"),
        ("--staged", "nowhere.png=x.png", 2, "--staged"),
        ("--logo", "nowhere.png", 1, "nowhere.png"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    folder: Path, run: Run, option: str, value: str, status: int, said: str
) -> None:
    result = run("make", "video", folder, "-o", folder.parent / "a.mp4", *SMALL, option, value)
    assert result.exit_code == status, result.output
    assert said in result.stderr
    assert not list(folder.parent.glob("*.mp4"))


@pytest.mark.parametrize(
    ("option", "value", "status"),
    [
        ("--ramp", "hero", 0),
        ("--ramp", "0:1,0.5:0.2,1:3", 0),
        ("--ramp", "sideways", 2),
        ("--ramp", "0:99,1:1", 2),
        ("--ramp", "1:1,0:1", 1),
        ("--focus", "0.7,0.4", 0),
        ("--focus", "7,4", 2),
        ("--label", "Virtually staged", 0),
        ("--motion", "parallax", 1),
    ],
)
def test_options_of_a_clip(folder: Path, run: Run, option: str, value: str, status: int) -> None:
    out = folder.parent / "a.mp4"
    result = run("make", "clip", folder / "1.png", "-o", out, "--seconds", "0.5", "--size", "160x90", option, value)
    assert result.exit_code == status, result.output
    assert out.exists() is (status == 0)
