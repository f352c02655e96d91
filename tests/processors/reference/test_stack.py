import json
import os
import signal
from pathlib import Path

import psutil
import pytest
from PIL import Image
from typer.testing import CliRunner

from processors.cli.main import app
from processors.reference.processes import ProcessorDiedError
from processors.reference.stack import EmbeddedStack, StackError

RUN = CliRunner()


SAMPLE = sorted((Path(__file__).parents[3] / "deploy" / "demo" / "sample" / "photos").glob("*_room.jpg"))


def write_photos(folder: Path, count: int) -> None:
    """Rooms of the sample listing, small."""
    folder.mkdir()
    for number, photo in enumerate(SAMPLE[:count]):
        with Image.open(photo) as picture:
            picture.resize((480, 320)).save(folder / f"Raum {number} é.JPG")


@pytest.mark.timeout(400)
def test_a_listing_is_made_and_its_replay_finds_everything_in_the_cache(tmp_path: Path) -> None:
    photos, out, state = tmp_path / "photos", tmp_path / "out", tmp_path / "state"
    write_photos(photos, 3)
    whole = (photos / "Raum 0 é.JPG").read_bytes()
    (photos / "broken.jpg").write_bytes(whole[: len(whole) // 2])
    arguments = ["--seconds", "3", "--height", "120", "--out", str(out), "--state", str(state)]
    made = RUN.invoke(app, ["demo", "--photos", str(photos), *arguments])
    assert made.exit_code == 0, made.output
    assert (out / "video.mp4").stat().st_size > 1000
    assert len(list((out / "clips").glob("*.mp4"))) == 3
    assert "image_truncated" in (out / "report.html").read_text()
    listing = json.loads((out / "results" / "listing.json").read_text())
    assert list(listing["failed_photos"]) == ["broken.jpg"]

    for path in photos.iterdir():
        path.unlink()
    again = RUN.invoke(app, ["replay", "--embedded", "--state", str(state), "--all", "--json"])
    assert again.exit_code == 0, again.output
    runs = [json.loads(line) for line in again.output.splitlines() if line.startswith("{")]
    assert sorted({run["stage"] for run in runs} - {"stage"}) == ["classify", "clip", "render"]
    for run in runs:
        assert run["differing"] == []
        assert run["cache_hits"] + run["failed"] == run["tasks"]
        assert run["bytes_written"] == 0


def test_a_processor_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path, names=("clipper",)) as stack:
        stack.wait_ready()
        (processor,) = [found for found in psutil.Process().children() if "processors.cli.tied" in found.cmdline()]
        os.kill(processor.pid, signal.SIGKILL)
        os.waitid(os.P_PID, processor.pid, os.WEXITED | os.WNOWAIT)  # not reaped: that is the stack's to do
        with pytest.raises(ProcessorDiedError, match="the clipper ended with signal SIGKILL"):
            stack.check()


def test_two_stacks_do_not_share_a_folder(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path, names=()), pytest.raises(StackError, match="in use"):
        EmbeddedStack(tmp_path, names=()).__enter__()


def test_sources_of_earlier_stacks_stay_allowed(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with EmbeddedStack(tmp_path / "state", [first], names=()):
        pass
    with EmbeddedStack(tmp_path / "state", [second], names=()) as stack:
        assert stack.settings.allowed_sources == [first.as_uri(), second.as_uri()]


def test_nothing_is_left_running_when_a_stack_ends(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with EmbeddedStack(tmp_path, names=("clipper",)) as stack:
        stack.wait_ready()
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before


def test_settings_for_real_servers_do_not_reach_the_embedded_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLS_REGISTRY_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("VLS_DELIVERY", "exactly_once")
    with EmbeddedStack(tmp_path, names=()) as stack:
        assert (stack.settings.registry_url, stack.settings.delivery) == (None, "at_least_once")
