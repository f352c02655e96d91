"""One listing as a backend orchestrates it: classify its photos, then clips, video and a staged room side by side."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from processors.engine.artifacts import ArtifactStore
from processors.reference.backend import ReferenceBackend
from processors.reference.jobs import Job, JobView
from processors.reference.outcomes import outcomes_of
from processors.reference.photos import PhotoFolder, VideoWish, classify_command, clips_command, video_command
from processors.reference.staging import StagingWish, empty_rooms, staging_command
from schemas.artifacts import ErrorInfo
from schemas.events import (
    AudioAnalyzed,
    ClipGenerated,
    ListingSummarized,
    PhotoClassified,
    PhotoStaged,
    VideoRendered,
)
from schemas.jobs import TaskOutcome, TaskStatus

Await = Callable[[Sequence[Job]], None]


class NoUsablePhotoError(RuntimeError):
    """Not one photo could be used; the message names each with its reason."""


@dataclass(slots=True)
class ListingRun:
    """What was asked for a listing, and everything that came back."""

    listing_id: str
    folder: PhotoFolder
    music: Path | None
    wish: VideoWish
    classify: JobView
    clips: JobView | None = None
    video: JobView | None = None
    staging: JobView | None = None
    not_staged: str = ""  # why no room was to be furnished
    outcomes: dict[str, list[TaskOutcome]] = field(default_factory=dict)  # by job_id
    seconds: float = 0.0  # from the first command to the last completion

    @property
    def views(self) -> list[JobView]:
        """The jobs, in the order in which they were sent."""
        return [view for view in (self.classify, self.clips, self.video, self.staging) if view is not None]

    @property
    def classified(self) -> dict[str, PhotoClassified]:
        """What each photo shows, by photo_id."""
        return {event.photo_id: event for event in self.classify.events if isinstance(event, PhotoClassified)}

    @property
    def summary(self) -> ListingSummarized | None:
        """What the photos are together."""
        return next((event for event in self.classify.events if isinstance(event, ListingSummarized)), None)

    @property
    def clip_events(self) -> dict[str, ClipGenerated]:
        """The clips, by photo_id."""
        events = self.clips.events if self.clips is not None else []
        return {event.photo_id: event for event in events if isinstance(event, ClipGenerated)}

    @property
    def staged(self) -> list[PhotoStaged]:
        """What came of the photos that were to be furnished."""
        events = self.staging.events if self.staging is not None else []
        return [event for event in events if isinstance(event, PhotoStaged)]

    @property
    def audio(self) -> AudioAnalyzed | None:
        """What the music is."""
        events = self.video.events if self.video is not None else []
        return next((event for event in events if isinstance(event, AudioAnalyzed)), None)

    @property
    def rendered(self) -> VideoRendered | None:
        """The video."""
        events = self.video.events if self.video is not None else []
        return next((event for event in events if isinstance(event, VideoRendered)), None)

    def failures(self, view: JobView | None) -> list[tuple[str, ErrorInfo]]:
        """(item, why) of each failed task of a job, in the order of their ids."""
        outcomes = self.outcomes.get(view.job.job_id, []) if view is not None else []
        return [
            (outcome.item or outcome.task_id, outcome.error)
            for outcome in outcomes
            if outcome.status is TaskStatus.FAILED and outcome.error is not None
        ]

    def photo_failures(self) -> dict[str, ErrorInfo]:
        """Why a photo could not be used, by photo_id; classification's word goes before the other stages'."""
        found: dict[str, ErrorInfo] = {}
        for view in self.views:
            for item, error in self.failures(view):
                if item in self.folder.photos:
                    found.setdefault(item, error)
        return found


def run_listing(
    backend: ReferenceBackend,
    store: ArtifactStore,
    wait: Await,
    listing_id: str,
    folder: PhotoFolder,
    *,
    music: Path | None,
    wish: VideoWish,
    staging: StagingWish | str,
) -> ListingRun:
    """Send the commands and wait for their ends. `wait` returns when the jobs have ended and their events are in.

    `staging`: how an empty room is to be furnished, or why none is.

    A job that fails is in the result with its reason. Raises NoUsablePhotoError, and what `wait` raises.
    """
    begun = time.monotonic()
    job = backend.send(classify_command(listing_id, folder))
    run = ListingRun(listing_id, folder, music, wish, backend.watch([job])[0])
    wait([job])
    _note_outcomes(run, run.classify, store)
    summary = run.summary
    if summary is None or not summary.order:
        raise NoUsablePhotoError(_why_none(run))
    clips = backend.send(clips_command(summary, folder, wish))
    video = backend.send(video_command(summary, run.classified, folder, wish, music))
    run.clips, run.video = backend.watch([clips, video])
    rooms = _send_staging(backend, run, summary, staging)
    wait([clips, video, *rooms])
    _note_outcomes(run, run.clips, store)
    _note_outcomes(run, run.video, store)
    if run.staging is not None:
        _note_outcomes(run, run.staging, store)
    run.seconds = time.monotonic() - begun
    return run


def _send_staging(
    backend: ReferenceBackend, run: ListingRun, summary: ListingSummarized, staging: StagingWish | str
) -> list[Job]:
    """The job that furnishes the listing's empty rooms, two at most; none with the reason in the run."""
    if isinstance(staging, str):
        run.not_staged = staging
        return []
    photo_ids = empty_rooms(summary, run.classified)
    if not photo_ids:
        run.not_staged = "no photo shows a room that may be empty"
        return []
    job = backend.send(staging_command(run.listing_id, run.folder, photo_ids, staging))
    run.staging = backend.watch([job])[0]
    return [job]


def why_failed(view: JobView) -> str | None:
    """One sentence when a job was refused, failed as a whole or was cancelled; None when it has a result."""
    if view.rejection is not None:
        return f"{view.rejection.error.code}: {view.rejection.error.message}"
    completion = view.completion
    if completion is None or completion.status in {"succeeded", "partial"}:
        return None
    if completion.error is None:
        return f"it ended {completion.status}"
    return f"{completion.error.code}: {completion.error.message}"


def _note_outcomes(run: ListingRun, view: JobView, store: ArtifactStore) -> None:
    if view.completion is not None:
        run.outcomes[view.job.job_id] = outcomes_of(view.completion, store)


def _why_none(run: ListingRun) -> str:
    lines = ["not one photo could be used"]
    lines += [f"  {item}: {error.code}: {error.message}" for item, error in run.failures(run.classify)]
    summary = run.summary
    lines += [f"  {left.photo_id}: {left.reason}" for left in (summary.left_out if summary is not None else [])]
    if len(lines) == 1 and (reason := why_failed(run.classify)) is not None:
        lines.append(f"  {reason}")
    return "\n".join(dict.fromkeys(lines))
