"""Writes what a listing came to into a folder: video, clips, results as JSON, the report."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from processors.engine.artifacts import ArtifactStore
from processors.reference.listing import ListingRun
from processors.reference.outcomes import read_artifact
from processors.reference.report import gather, page
from schemas.events import ResultEvent
from schemas.staging import StagingStatus

_MARK = "listing.json"  # in results/: says that an earlier run made this folder


def write_output(run: ListingRun, store: ArtifactStore, out: Path, seconds: float) -> Path:
    """Write the folder, replacing what an earlier run left there (and nothing else); the report's path.

    `seconds` is how long everything took, start included. Raises ArtifactMissingError, StoreUnavailableError, OSError.
    """
    if (out / "results" / _MARK).is_file():
        for old in ("clips", "results", "staged"):
            shutil.rmtree(out / old, ignore_errors=True)
        for old in ("video.mp4", "timeline.json", "report.html"):
            (out / old).unlink(missing_ok=True)
    (out / "clips").mkdir(parents=True, exist_ok=True)
    (out / "results").mkdir(exist_ok=True)
    clips = _write_clips(run, store, out / "clips")
    staged = _write_staged(run, store, out / "staged")
    timeline = None
    if run.rendered is not None:
        store.fetch(run.rendered.video.sha256, out / "video.mp4")
        timeline = read_artifact(store, run.rendered.timeline.sha256)
        (out / "timeline.json").write_bytes(timeline)
    _write_results(run, out / "results")
    report = out / "report.html"
    report.write_text(
        page(gather(run, store, out, clips=clips, staged=staged, timeline=timeline, seconds=seconds)), encoding="utf-8"
    )
    return report


def clip_names(suggested: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A file name for each clip from (photo_id, suggested name): no folders in it, each only once."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for photo_id, wanted in suggested:
        safe = Path(wanted.replace("\\", "/")).name or "clip.mp4"
        stem, suffix = Path(safe).stem, Path(safe).suffix or ".mp4"
        name, number = f"{stem}{suffix}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        taken.add(name.casefold())
        names[photo_id] = name
    return names


def _write_clips(run: ListingRun, store: ArtifactStore, folder: Path) -> dict[str, str]:
    events = run.clip_events
    order = [photo for photo in run.folder.photos if photo in events]
    names = clip_names((photo, events[photo].clip.file_name) for photo in order)
    for photo_id, name in names.items():
        store.fetch(events[photo_id].clip.sha256, folder / name)
    return names


def _write_staged(run: ListingRun, store: ArtifactStore, folder: Path) -> dict[str, tuple[str, str]]:
    """Original and published picture of each furnished photo: their file names in the folder, by photo id."""
    made = [event for event in run.staged if event.status is StagingStatus.STAGED and event.variation == 0]
    if made:
        folder.mkdir(exist_ok=True)
    after = clip_names((event.photo_id, event.staged.file_name) for event in made)
    before = clip_names((event.photo_id, event.disclosure.original.file_name) for event in made)
    for event in made:
        store.fetch(event.staged.sha256, folder / after[event.photo_id])
        store.fetch(event.disclosure.original.sha256, folder / before[event.photo_id])
    return {photo: (before[photo], after[photo]) for photo in after}


def _write_results(run: ListingRun, folder: Path) -> None:
    by_type: dict[str, list[ResultEvent]] = {}
    for view in run.views:
        stage = str(view.job.stage)
        if view.completion is not None:
            _write(folder / f"{stage}-completed.json", view.completion.model_dump(mode="json"))
        if view.rejection is not None:
            _write(folder / f"{stage}-rejected.json", view.rejection.model_dump(mode="json"))
        for event in view.events:
            by_type.setdefault(type(event).__name__, []).append(event)
    for name, events in by_type.items():
        rows = sorted((event.model_dump(mode="json") for event in events), key=lambda row: str(row["event_id"]))
        _write(folder / f"{name}.json", rows)
    jobs = {str(view.job.stage): {"job_id": view.job.job_id, "run_id": view.job.run_id} for view in run.views}
    failures = {photo: error.model_dump(mode="json") for photo, error in run.photo_failures().items()}
    _write(folder / _MARK, {"listing_id": run.listing_id, "jobs": jobs, "failed_photos": failures})


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
