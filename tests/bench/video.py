"""Videos beside other ways to make them: x264 alone, one ffmpeg graph, MoviePy; previews, and a photo that changes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import psutil

from render.encode import VideoFormat, encode_frames
from render.ffmpeg import ffmpeg_path
from render.frames import Shot
from render.motion import move_for
from render.segment import segment_sources
from render.slot import PhotoSlot
from render.timeline import plan_timeline
from render.video import make_video
from schemas.video import Motion, Ratio, SegmentKind, Timeline

_WIDTH, _HEIGHT, _FPS = 1920, 1080, 30
_FRAMES = int(os.environ.get("VLS_BENCH_FRAMES", "90"))
_PHOTOS = int(os.environ.get("VLS_BENCH_VIDEO_PHOTOS", "24"))
_SECONDS = float(os.environ.get("VLS_BENCH_VIDEO_SECONDS", "60"))
_ROUNDS = int(os.environ.get("VLS_BENCH_VIDEO_ROUNDS", "3"))
MOVIEPY = Path(".venv-bench/bin/python")
Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, CPU seconds of this process and its children, and the largest memory of all of them."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(work: Callable[[], object]) -> Cost:
    """Run `work` and say what it cost. Memory is sampled every 50 ms: resident sets of this process and its children.

    What this process held before is taken off.
    """
    process, done = psutil.Process(), threading.Event()
    base, peak = process.memory_info().rss, 0

    def sample() -> None:
        nonlocal peak
        while not done.wait(0.05):
            total = process.memory_info().rss - base
            for child in process.children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak = max(peak, total)

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    before, started = os.times(), time.perf_counter()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    after = os.times()
    cpu = sum(
        getattr(after, name) - getattr(before, name) for name in ("user", "system", "children_user", "children_system")
    )
    return Cost(time.perf_counter() - started, cpu, peak / 1e6)


def photo(path: Path, seed: int, width: int = 2880, height: int = 1620) -> Path:
    """A photo-like picture: soft shapes, edges, a little grain."""
    draw = np.random.default_rng(seed)
    soft = cv2.resize(
        draw.integers(40, 215, (18, 32, 3), dtype=np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
    )
    for _ in range(40):
        left, top = int(draw.integers(0, width)), int(draw.integers(0, height))
        wide, high = (int(side) for side in draw.integers(40, 600, 2))
        color = tuple(int(part) for part in draw.integers(20, 235, 3))
        cv2.rectangle(soft, (left, top), (left + wide, top + high), color, -1)
    grain = draw.normal(0, 3, (height, width, 1))
    cv2.imwrite(str(path), np.clip(soft + grain, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def against_x264(folder: Path) -> Iterator[Row]:
    """Our frames against ready-made ones through the same pipe into the same x264: best of some rounds, in turns."""
    source, video = photo(folder / "push.jpg", 1), VideoFormat(_WIDTH, _HEIGHT, _FPS)
    shot = Shot(source, _WIDTH, _HEIGHT, move_for(Motion.PUSH_IN, _FRAMES, _FPS))
    # Lossless on disk: all frames in memory would be three gigabytes, and repeated ones cost x264 nothing.
    store = folder / "frames.yuv"
    with store.open("wb") as file:
        for frame in shot.sequence(0, _FRAMES):
            file.write(frame.tobytes())
    size = _WIDTH * _HEIGHT * 3 // 2
    frames = np.memmap(store, np.uint8, "r", shape=(_FRAMES, size))

    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(measured(lambda: encode_frames(shot.sequence(0, _FRAMES), _FRAMES, folder / "ours.mp4", video)))
        theirs.append(measured(lambda: encode_frames(iter(frames), _FRAMES, folder / "alone.mp4", video)))
    store.unlink()
    for what in ("wall_s", "cpu_s"):
        one, other = (min(float(getattr(cost, what)) for cost in costs) for costs in (ours, theirs))
        yield (
            f"push-in 1080p, {_FRAMES} frames, by {'the clock' if what == 'wall_s' else 'CPU seconds'}",
            f"{_FRAMES / one:.0f} frames/s",
            f"x264 alone, ready-made frames {_FRAMES / other:.0f} frames/s",
            f"{other / one:.2f}x",
        )


def against_moviepy(folder: Path) -> Iterator[Row]:
    """The same push-in by MoviePy 2, in its own environment."""
    if not MOVIEPY.exists():
        yield ("push-in 1080p", "", "MoviePy is not installed: `make bench` sets .venv-bench up", "")
        return
    source = photo(folder / "moviepy.jpg", 2)
    script = Path(__file__).with_name("moviepy_clip.py")
    out = folder / "moviepy.mp4"
    command = [str(MOVIEPY), str(script), str(source), str(out), str(_FRAMES), str(_FPS), f"{_WIDTH}x{_HEIGHT}"]
    theirs = measured(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    video = VideoFormat(_WIDTH, _HEIGHT, _FPS)

    def make() -> None:
        shot = Shot(source, _WIDTH, _HEIGHT, move_for(Motion.PUSH_IN, _FRAMES, _FPS))
        encode_frames(shot.sequence(0, _FRAMES), _FRAMES, folder / "ours.mp4", video)

    ours = measured(make)
    yield (
        "the same, decoding the photo included",
        f"{_FRAMES / ours.cpu_s:.1f} frames/CPU s",
        f"MoviePy 2 {_FRAMES / theirs.cpu_s:.1f} frames/CPU s",
        f"{theirs.cpu_s / ours.cpu_s:.1f}x",
    )


def whole_video(folder: Path) -> Iterator[Row]:
    """A video of many photos beside one ffmpeg graph of the same plan, its preview, and a changed photo."""
    photos = [photo(folder / f"{index:02d}.jpg", 10 + index) for index in range(_PHOTOS)]
    slots = [PhotoSlot(path.name, Motion.PUSH_IN, size=(2880, 1620)) for path in photos]
    timeline = plan_timeline(slots, None, seconds=_SECONDS, ratio=Ratio.WIDE_16_9, height=_HEIGHT, fps=_FPS)

    def made(name: str, *, preview: bool) -> None:
        make_video(photos, None, folder / name, seconds=_SECONDS, height=_HEIGHT, fps=_FPS, preview=preview)

    ours = measured(lambda: made("whole.mp4", preview=False))
    small = measured(lambda: made("preview.mp4", preview=True))
    theirs = measured(lambda: one_graph(photos, timeline, folder / "graph.mp4"))
    what = f"{_PHOTOS} photos, {_SECONDS:g} s at 1080p{_FPS}, quality checks included"
    graph = "one xfade + zoompan graph, not checked"
    yield (what, f"{ours.wall_s:.0f} s", f"{graph} {theirs.wall_s:.0f} s", f"{ours.wall_s / theirs.wall_s:.2f} of it")
    yield ("the same, CPU", f"{ours.cpu_s:.0f} s", f"{theirs.cpu_s:.0f} s", f"{ours.cpu_s / theirs.cpu_s:.2f} of it")
    yield ("the same, peak memory", f"{ours.peak_mb:.0f} MB", f"{theirs.peak_mb:.0f} MB", "")
    share = small.cpu_s / ours.cpu_s
    yield (
        "preview of it, 640 pixels, CPU",
        f"{small.cpu_s:.0f} s",
        f"the whole {ours.cpu_s:.0f} s",
        f"{share:.2f} of it",
    )
    yield (
        "one photo changed: segments encoded again",
        f"at most {most_segments(timeline)}",
        f"{len(timeline.segments)} segments in all",
        "",
    )


def most_segments(timeline: Timeline) -> int:
    """How many segments, at most, any one photo is in."""
    seen: dict[str, int] = {}
    for index in range(len(timeline.segments)):
        for photo_id in {source.photo_id for source in segment_sources(timeline, index).values() if source.photo_id}:
            seen[photo_id] = seen.get(photo_id, 0) + 1
    return max(seen.values())


def one_graph(photos: list[Path], timeline: Timeline, out: Path) -> None:
    """The timeline as one ffmpeg graph: a zoompan for each photo, joined by xfade where it fades, else by concat."""
    inputs, chains = [], []
    for index, (path, shot) in enumerate(zip(photos, timeline.shots, strict=False)):
        inputs += ["-i", str(path)]
        zoom = (
            f"zoompan=z='1+{shot.zoom - 1:.4f}*on/{shot.frames}':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':"
            f"d={shot.frames}:s={timeline.width}x{timeline.height}:fps={timeline.fps}"
        )
        chains.append(f"[{index}:v]{zoom},format=yuv420p,settb=1/{timeline.fps}[s{index}]")
    changes = [segment for segment in timeline.segments if segment.kind is SegmentKind.TRANSITION]
    last = "s0"
    for segment in changes:
        length, offset = segment.frames / timeline.fps, segment.first_frame / timeline.fps
        name = f"x{segment.next_shot}"
        fade = f"xfade=transition=fade:duration={length:.6f}:offset={offset:.6f}"
        chains.append(f"[{last}][s{segment.next_shot}]{fade}[{name}]")
        last = name
    if len(changes) != len(timeline.shots) - 1:
        sys.stderr.write("the plan has hard cuts, which the graph leaves out\n")
    command = [
        str(ffmpeg_path()), "-v", "error", "-y", *inputs, "-filter_complex", ";".join(chains), "-map", f"[{last}]",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-frames:v", str(timeline.frames), str(out),
    ]  # fmt: skip
    subprocess.run(command, check=True)


def main() -> int:
    """The rows as lines, with the load of the machine: `python -m tests.bench.video` needs no servers."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="vls-bench-") as folder:
        sys.stdout.write(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
        for part in (against_x264, against_moviepy, whole_video):
            for row in part(Path(folder)):
                sys.stdout.write(" | ".join(row) + "\n")
                sys.stdout.flush()
        sys.stdout.write(f"load {os.getloadavg()[0]:.1f} at the end\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
