import json
from pathlib import Path

import pytest

from processors.engine.artifacts.folder import FolderStore
from processors.reference.listing import ListingRun
from processors.reference.output import clip_names, write_output
from tests.processors.reference import records


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def without_files(run: ListingRun) -> ListingRun:
    """The same run with nothing to copy: what this test has no artifacts for."""
    for view in (run.clips, run.video):
        assert view is not None
        view.events = []
    return run


def test_clip_names_are_safe_and_each_only_once() -> None:
    names = clip_names([("a", "../../a.mp4"), ("b", "A.mp4"), ("c", ""), ("d", "x\\y.mp4")])
    assert names == {"a": "a.mp4", "b": "A-2.mp4", "c": "clip.mp4", "d": "y.mp4"}


def test_clips_are_written_under_their_suggested_names(tmp_path: Path, store: FolderStore) -> None:
    run = without_files(records.listing_run())
    stored = store.put_bytes(b"a clip")
    assert run.clips is not None
    event = records.clip(run.clips.job, "a.jpg", 1)
    run.clips.events = [event.model_copy(update={"clip": event.clip.model_copy(update={"sha256": stored.sha256})})]
    write_output(run, store, tmp_path / "out", 1.0)
    assert (tmp_path / "out/clips/clip.mp4").read_bytes() == b"a clip"


def test_results_hold_the_records_and_the_failed_photos(tmp_path: Path, store: FolderStore) -> None:
    write_output(without_files(records.listing_run()), store, tmp_path / "out", 1.0)
    results = tmp_path / "out" / "results"
    assert json.loads((results / "classify-completed.json").read_text())["status"] == "partial"
    assert len(json.loads((results / "PhotoClassified.json").read_text())) == 3
    assert (
        json.loads((results / "listing.json").read_text())["failed_photos"]["broken.jpg"]["code"] == "image_truncated"
    )


def test_an_earlier_output_is_replaced_and_other_files_are_left_alone(tmp_path: Path, store: FolderStore) -> None:
    out = tmp_path / "out"
    write_output(without_files(records.listing_run()), store, out, 1.0)
    (out / "clips" / "old.mp4").write_bytes(b"old")
    (out / "mine.txt").write_text("keep")
    write_output(without_files(records.listing_run()), store, out, 1.0)
    assert not (out / "clips" / "old.mp4").exists()
    assert (out / "mine.txt").read_text() == "keep"


def test_clips_that_somebody_else_made_are_not_deleted(tmp_path: Path, store: FolderStore) -> None:
    (tmp_path / "out" / "clips").mkdir(parents=True)
    (tmp_path / "out" / "clips" / "theirs.mp4").write_bytes(b"theirs")
    write_output(without_files(records.listing_run()), store, tmp_path / "out", 1.0)
    assert (tmp_path / "out" / "clips" / "theirs.mp4").exists()
