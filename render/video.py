"""Photos and music to a finished video, all in this process: what the stages do as tasks, for a person with files."""

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from render.assemble import assemble
from render.checks.report import write_quality
from render.encode import Report
from render.encoders import DELIVERY, PREVIEW, X264, Encoding
from render.errors import PhotoError, PlanError, QualityError
from render.photo import load_photo
from render.placement import place_overlays
from render.planning import Edit, check_edit, plan_video
from render.preview import as_asked
from render.segment import Source, SourceKind, render_segment, segment_parameters, segment_sources
from render.slot import PhotoSlot
from render.soundtrack import Analysis
from render.stamp import load_logo
from schemas.audio import MusicCredit
from schemas.video import LeftOutPhoto, Ratio, Timeline, VideoReport

SEGMENT_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class MadeVideo:
    """The timeline that was followed, with the photos that are not in it, and what the file is.

    `others` are further versions of the same edit: other shapes, without branding.
    """

    timeline: Timeline
    report: VideoReport
    out: Path = Path()
    others: tuple["MadeVideo", ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of photos besides their files, by file: what classification found, depth maps, originals."""

    slots: Mapping[Path, PhotoSlot] = field(default_factory=dict)
    depths: Mapping[Path, Path] = field(default_factory=dict)
    originals: Mapping[Path, Path] = field(default_factory=dict)


def make_video(
    photos: Sequence[Path],
    music: Path | None,
    out: Path,
    *,
    analyse: Callable[[Path], Analysis] | None = None,
    seconds: float = 30.0,
    ratio: Ratio = Ratio.WIDE_16_9,
    height: int = 1080,
    fps: int = 30,
    edit: Edit | None = None,
    facts: Facts | None = None,
    logo: Path | None = None,
    credit: MusicCredit | None = None,
    preview: bool = False,
    encoder: str = X264,
    workers: int | None = None,
    report: Report | None = None,
) -> MadeVideo:
    """Make a video of `photos` at `out`, and write its timeline beside it as JSON.

    `edit` says all that can be asked for, and takes the place of `seconds`, `ratio`, `height` and `fps`; without it the
    photos come in their order. `analyse` finds the music's beats (render.audio.analyse); it is needed when there is
    music. Other versions that the edit asks for are written beside `out`, with their name at the end of the file's.
    `credit` is passed through to the timelines; `preview` makes the same on 640 pixels, coarsely; `encoder` is one of
    encoders.ENCODERS. `workers` segments are encoded at a time, by default one for each core. A photo that cannot be
    used is left out and listed in the timeline with its code. The quality checks of each video are written beside it as
    OUT.quality.json, also when it is refused because of them. `report` gets the fraction that is done, 0 to 1. Raises
    PlanError (no_usable_photo when none is left), PhotoError for a logo, MusicError, EncoderError, QualityError.
    """
    if music is not None and analyse is None:
        raise ValueError("music needs `analyse`, which finds its beats")
    wish = edit or Edit(seconds, ratio, height, fps)
    known = facts or Facts()
    check_edit(wish, [known.slots.get(photo, PhotoSlot(photo.name)) for photo in photos])
    files, slots, refused = _usable(photos, known)
    if not slots:
        why = refused[0].reason if refused else "none was given"
        raise PlanError("no_usable_photo", f"not one photo can be used: {why}")
    versions = plan_video(
        wish,
        slots,
        analyse(music) if music is not None and analyse is not None else None,
        left_out=refused,
        logo=load_logo(logo).size if logo is not None else None,
    )
    versions = [replace(version, timeline=as_asked(version.timeline, credit, preview)) for version in versions]
    for version in versions:
        place_overlays(version.timeline)  # a preview sets its texts anew: refused before the first is encoded
    encoding = replace(PREVIEW if preview else DELIVERY, encoder=encoder)
    if logo is not None:
        files[Source(SourceKind.LOGO)] = logo
    tell = report or (lambda _: None)
    count = len(versions)
    made = []
    with tempfile.TemporaryDirectory(prefix=".segments-", dir=out.parent) as folder:
        pieces = Pieces(files, Path(folder), workers, encoding)
        for number, version in enumerate(versions):

            def part(done: float, number: int = number) -> None:
                tell((number + done) / count)

            target = out.with_stem(f"{out.stem}-{version.name}") if version.name else out
            segments = pieces.of(version.timeline, lambda done, part=part: part(SEGMENT_SHARE * done))  # type: ignore[misc]
            try:
                found = assemble(
                    segments,
                    version.timeline,
                    music,
                    target,
                    lambda done, part=part: part(SEGMENT_SHARE + (1 - SEGMENT_SHARE) * done),  # type: ignore[misc]
                )
            except QualityError as error:
                write_quality(target, error.report)
                raise
            write_quality(target, found)
            text = version.timeline.model_dump_json(indent=2) + "\n"
            target.with_suffix(".json").write_text(text, encoding="utf-8")
            made.append(MadeVideo(version.timeline, found, target))
    return replace(made[0], others=tuple(made[1:]))


def check_photos(photos: Sequence[Path]) -> tuple[dict[str, Path], list[LeftOutPhoto]]:
    """Decode every photo, small; return the good ones under their names as ids, and the others with the reason."""
    files, slots, refused = _usable(photos, Facts())
    return {slot.photo_id: files[Source(SourceKind.PHOTO, slot.photo_id)] for slot in slots}, refused


def _usable(photos: Sequence[Path], facts: Facts) -> tuple[dict[Source, Path], list[PhotoSlot], list[LeftOutPhoto]]:
    """Decode every photo, small: all files by what they are, the usable photos with their sizes, and the others."""
    files: dict[Source, Path] = {}
    slots: list[PhotoSlot] = []
    refused: list[LeftOutPhoto] = []
    seen: set[str] = set()
    for photo in photos:
        photo_id, number = photo.name, 1
        while photo_id in seen:
            number += 1
            photo_id = f"{photo.name} ({number})"
        seen.add(photo_id)
        try:
            loaded = load_photo(photo, (64, 64))
            depth, original = facts.depths.get(photo), facts.originals.get(photo)
            before = load_photo(original, (64, 64)) if original is not None else None
            if depth is not None:
                load_photo(depth, (64, 64))
        except PhotoError as error:
            refused.append(LeftOutPhoto(photo_id=photo_id, code=error.code, reason=error.message))
            continue
        files[Source(SourceKind.PHOTO, photo_id)] = photo
        if depth is not None:
            files[Source(SourceKind.DEPTH, photo_id)] = depth
        if original is not None:
            files[Source(SourceKind.ORIGINAL, photo_id)] = original
        slots.append(
            replace(
                facts.slots.get(photo, PhotoSlot(photo_id)),
                photo_id=photo_id,
                size=(loaded.width, loaded.height),
                has_depth=depth is not None,
                original_size=None if before is None else (before.width, before.height),
            )
        )
    return files, slots, refused


def render_segments(
    timeline: Timeline, photos: dict[str, Path], folder: Path, workers: int | None = None, report: Report | None = None
) -> list[Path]:
    """Encode every segment of a timeline of plain photos into `folder`, side by side; return the files in order.

    The first error ends it, and the encoders that run with it. Raises what render_segment does.
    """
    files = {Source(SourceKind.PHOTO, photo_id): path for photo_id, path in photos.items()}
    return Pieces(files, folder, workers).of(timeline, report)


class Pieces:
    """The segments of one or more timelines, each encoded once: what two timelines share is made for the first."""

    def __init__(
        self,
        files: Mapping[Source, Path],
        folder: Path,
        workers: int | None = None,
        encoding: Encoding = DELIVERY,
    ) -> None:
        """`files` are all files that timelines may name; the segments come to lie in `folder`."""
        self._encoding = encoding
        self._files, self._folder = files, folder
        self._workers = workers or os.cpu_count() or 1
        self._made: dict[str, Path] = {}

    def of(self, timeline: Timeline, report: Report | None = None) -> list[Path]:
        """The files of a timeline's segments, in order. Raises what render_segment does, and what `report` raises.

        The first error, and an interrupt as well, ends all that runs at once: their encoders are killed.
        """
        placed = place_overlays(timeline)
        progress = _Progress([segment.frames for segment in timeline.segments], report or (lambda _: None))
        pool = ThreadPoolExecutor(self._workers, "segment")
        try:
            running: dict[str, Future[Path]] = {}
            keys = []
            for index in range(len(timeline.segments)):
                parameters = segment_parameters(timeline, index, placed, self._encoding)
                sources = segment_sources(timeline, index, placed)
                files = {role: self._files[source] for role, source in sources.items()}
                key = _key(parameters, files)
                keys.append(key)
                if key not in self._made and key not in running:
                    running[key] = pool.submit(self._encode, key, parameters, files, progress, index)
            wait(running.values(), return_when=FIRST_EXCEPTION)
            failed = [future for future in running.values() if future.done() and future.exception() is not None]
            if failed:
                failed[0].result()
            self._made |= {key: future.result() for key, future in running.items()}
            return [self._made[key] for key in keys]
        finally:
            progress.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def _encode(
        self, key: str, parameters: Mapping[str, Any], files: Mapping[str, Path], progress: "_Progress", index: int
    ) -> Path:
        out = self._folder / f"{key}.mp4"
        render_segment(parameters, files, out, lambda done: progress.tell(index, done))
        return out


def _key(parameters: Mapping[str, Any], files: Mapping[str, Path]) -> str:
    said = json.dumps([parameters, {role: str(path) for role, path in sorted(files.items())}], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


class _StoppedError(Exception):
    """Another segment has failed, or the caller was interrupted: this one is not needed any more."""


class _Progress:
    """Fractions of many segments to one fraction of all frames. Called from many threads."""

    def __init__(self, frames: Sequence[int], report: Report) -> None:
        self._frames = frames
        self._done = [0.0] * len(frames)
        self._report = report
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Whoever tells from now on is ended."""
        self._stopped = True

    def tell(self, index: int, done: float) -> None:
        if self._stopped:
            raise _StoppedError
        with self._lock:
            self._done[index] = done
            whole = sum(part * frames for part, frames in zip(self._done, self._frames, strict=True))
            self._report(whole / sum(self._frames))
