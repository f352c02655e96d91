"""What the report shows, gathered from a run's records and files."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from processors.engine.artifacts import ArtifactMissingError, ArtifactStore
from processors.reference.listing import ListingRun
from processors.reference.outcomes import read_artifact
from processors.reference.report.pictures import poster, thumbnail
from schemas.video import Timeline


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything that the page is made of; building it needs no file and no clock."""

    run: ListingRun
    timeline: Timeline | None
    clips: Mapping[str, str]  # photo_id -> file name in clips/
    thumbnails: Mapping[str, str]  # photo_id -> data URI
    poster: str | None  # data URI of a frame of the video
    seconds: float  # everything, start included
    versions: Mapping[str, str] = field(default_factory=dict)
    staged: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # photo_id -> files in staged/, before and after


def gather(
    run: ListingRun,
    store: ArtifactStore,
    out: Path,
    *,
    clips: Mapping[str, str],
    staged: Mapping[str, tuple[str, str]],
    timeline: bytes | None,
    seconds: float,
) -> ReportFacts:
    """Collect what the page shows. `out` holds the video already. Raises StoreUnavailableError."""
    thumbnails = {}
    for photo_id, event in run.classified.items():
        if event.source is None:
            continue
        try:
            picture = thumbnail(read_artifact(store, event.source.sha256))
        except ArtifactMissingError:
            continue  # the page shows a blank: the copy was cleared away, the record is still true
        if picture is not None:
            thumbnails[photo_id] = picture
    video = out / "video.mp4"
    return ReportFacts(
        run=run,
        timeline=Timeline.model_validate_json(timeline) if timeline is not None else None,
        clips=clips,
        staged=staged,
        thumbnails=thumbnails,
        poster=poster(video) if run.rendered is not None and video.is_file() else None,
        seconds=seconds,
        versions=_versions(run),
    )


def _versions(run: ListingRun) -> dict[str, str]:
    models = {analysis.model for photo in run.classified.values() for analysis in photo.analyses if analysis.model}
    found = {f"model {m.name}": f"{m.version} ({m.sha256[:12]})" for m in sorted(models, key=lambda m: m.name)}
    try:
        ours = version("vls-media")
    except PackageNotFoundError:
        ours = "run from its sources"
    return {"vls-media": ours, "Python": platform.python_version(), **found}
