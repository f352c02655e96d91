"""Photos and music to a finished video, all in this process: what the stages do as tasks, for a person with files."""

import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from render.assemble import assemble
from render.encode import Report
from render.errors import PhotoError, PlanError
from render.photo import load_photo
from render.segment import render_segment, segment_parameters, segment_photos
from render.soundtrack import Analysis
from render.timeline import PhotoSlot, plan_timeline
from schemas.video import LeftOutPhoto, Ratio, Timeline, VideoReport

SEGMENT_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class MadeVideo:
    """The timeline that was followed, with the photos that are not in it, and what the file is."""

    timeline: Timeline
    report: VideoReport


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
    workers: int | None = None,
    report: Report | None = None,
) -> MadeVideo:
    """Make a video of `photos`, in that order, at `out`, and write its timeline beside it as JSON.

    `analyse` finds the music's beats (render.audio.analyse); it is needed when there is music. `workers` segments are
    encoded at a time, by default one for each core. A photo that cannot be used is left out and listed in the timeline
    with its code. `report` gets the fraction that is done, 0 to 1. Raises PlanError (no_usable_photo when none is
    left), MusicError, EncoderError, VideoError.
    """
    if music is not None and analyse is None:
        raise ValueError("music needs `analyse`, which finds its beats")
    files, refused = check_photos(photos)
    if not files:
        why = refused[0].reason if refused else "none was given"
        raise PlanError("no_usable_photo", f"not one photo can be used: {why}")
    timeline = plan_timeline(
        [PhotoSlot(photo_id) for photo_id in files],
        analyse(music) if music is not None and analyse is not None else None,
        seconds=seconds,
        ratio=ratio,
        height=height,
        fps=fps,
        left_out=refused,
    )
    tell = report or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix=".segments-", dir=out.parent) as folder:
        segments = render_segments(timeline, files, Path(folder), workers, lambda done: tell(SEGMENT_SHARE * done))
        found = assemble(segments, timeline, music, out, lambda done: tell(SEGMENT_SHARE + (1 - SEGMENT_SHARE) * done))
    out.with_suffix(".json").write_text(timeline.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return MadeVideo(timeline, found)


def check_photos(photos: Sequence[Path]) -> tuple[dict[str, Path], list[LeftOutPhoto]]:
    """Decode every photo, small; return the good ones under their names as ids, and the others with the reason."""
    good: dict[str, Path] = {}
    refused: list[LeftOutPhoto] = []
    seen: set[str] = set()
    for photo in photos:
        photo_id, number = photo.name, 1
        while photo_id in seen:
            number += 1
            photo_id = f"{photo.name} ({number})"
        seen.add(photo_id)
        try:
            load_photo(photo, (64, 64))
        except PhotoError as error:
            refused.append(LeftOutPhoto(photo_id=photo_id, code=error.code, reason=error.message))
        else:
            good[photo_id] = photo
    return good, refused


def render_segments(
    timeline: Timeline, photos: dict[str, Path], folder: Path, workers: int | None = None, report: Report | None = None
) -> list[Path]:
    """Encode every segment of a timeline into `folder`, side by side; return the files in order.

    The first error ends it: what has not begun is not begun, what runs is waited for. Raises what render_segment does.
    """
    progress = _Progress([segment.frames for segment in timeline.segments], report or (lambda _: None))

    def encode(index: int) -> Path:
        out = folder / f"{index:04d}.mp4"
        files = {role: photos[photo_id] for role, photo_id in segment_photos(timeline, index).items()}
        render_segment(segment_parameters(timeline, index), files, out, lambda done: progress.tell(index, done))
        return out

    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, "segment")
    try:
        running = [pool.submit(encode, index) for index in range(len(timeline.segments))]
        return [future.result() for future in running]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Progress:
    """Fractions of many segments to one fraction of all frames. Called from many threads."""

    def __init__(self, frames: Sequence[int], report: Report) -> None:
        self._frames = frames
        self._done = [0.0] * len(frames)
        self._report = report
        self._lock = threading.Lock()

    def tell(self, index: int, done: float) -> None:
        with self._lock:
            self._done[index] = done
            whole = sum(part * frames for part, frames in zip(self._done, self._frames, strict=True))
            self._report(whole / sum(self._frames))
