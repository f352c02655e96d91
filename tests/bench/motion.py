"""Clips beside ffmpeg's zoompan on the same photo, size, length and encoder settings: speed and steadiness."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from render.clip import make_clip
from render.ffmpeg import ffmpeg_path
from schemas.video import Motion

_WIDTH, _HEIGHT, _FRAMES = 1920, 1080, 120


def against_zoompan(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Rows of the table: frames a second of a whole clip, one encoder thread each."""
    photo = folder / "photo.png"
    noise = np.random.default_rng(1).integers(0, 255, (270, 480, 3), dtype=np.uint8)
    cv2.imwrite(str(photo), cv2.resize(noise, (2880, 1620), interpolation=cv2.INTER_CUBIC))
    started = time.perf_counter()
    make_clip(photo, folder / "ours.mp4", Motion.PUSH_IN, frames=_FRAMES, width=_WIDTH, height=_HEIGHT, fps=30)
    ours = _FRAMES / (time.perf_counter() - started)
    zoom = (
        f"zoompan=z='1+0.2*on/{_FRAMES}':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d={_FRAMES}:s={_WIDTH}x{_HEIGHT}:fps=30"
    )
    for name, chain in (("zoompan", zoom), ("zoompan behind scale=8000", f"scale=8000:-1,{zoom}")):
        started = time.perf_counter()
        subprocess.run(
            [
                str(ffmpeg_path()),
                *("-v", "error", "-y", "-i", str(photo), "-vf", f"{chain},format=yuv420p"),
                *("-frames:v", str(_FRAMES), "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1"),
                str(folder / "theirs.mp4"),
            ],
            check=True,
        )
        theirs = _FRAMES / (time.perf_counter() - started)
        yield (
            "clip 1080p, one encoder thread",
            f"{ours:.0f} frames/s",
            f"{name} {theirs:.0f} frames/s",
            f"{ours / theirs:.1f}x",
        )
