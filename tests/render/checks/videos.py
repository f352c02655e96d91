"""A clean video with a plan, and the same with one thing broken: three shots, a title, a label of staging, music."""

import functools
import wave
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from render.checks import Expectation, PlannedCamera, PlannedCut, PlannedText, Span, StagedSpan
from render.checks.camera import sample
from render.encode import VideoFormat, encode_frames
from render.encoders import Encoding
from render.ffmpeg import run_ffmpeg
from tests.render.pictures import texture

WIDTH, HEIGHT, FPS = 320, 180, 30
FINE = Encoding(crf=14)  # on so few pixels the delivery's quantiser alone makes a steady camera tremble
SHOT_A, SHOT_B, SHOT_C = Span(0, 60), Span(60, 60), Span(120, 45)
FRAMES = SHOT_C.stop
MARGIN = 20
NOWHERE = Span(0, 0)

Floats = npt.NDArray[np.float64]
Plane = npt.NDArray[np.uint8]


def text(name: str, words: str, span: Span, left: int = MARGIN, top: int = MARGIN) -> PlannedText:
    font = ImageFont.load_default(22)
    box = font.getbbox(words)
    picture = Image.new("L", (int(box[2]) + 4, int(box[3]) + 4))
    ImageDraw.Draw(picture).text((2, 2), words, 255, font)
    return PlannedText(name, left, top, np.asarray(picture), span)


def push_in(span: Span) -> Floats:
    """Views of a slow push-in on a picture of 640x360."""
    zoom = 1.0 + 0.12 * np.arange(span.frames) / (span.frames - 1)
    width, height = 600 / zoom, 337.5 / zoom
    return np.stack([320 - width / 2, 180 - height / 2, width, height], axis=1)


def pan(span: Span) -> Floats:
    """Views of a pan to the right."""
    left = 10 + 0.83 * np.arange(span.frames)
    return np.stack(
        [left, np.full(span.frames, 20.0), np.full(span.frames, 560.0), np.full(span.frames, 315.0)], axis=1
    )


@dataclass(frozen=True, slots=True)
class Script:
    """What is drawn. The plan of the clean one is `expectation()`."""

    views: tuple[Floats, Floats, Floats] = (push_in(SHOT_A), pan(SHOT_B), push_in(SHOT_C))
    third_from: int = SHOT_C.first
    frames: int = FRAMES
    title: PlannedText = field(default_factory=lambda: text("title", "Elm Street", Span(5, 50)))
    title_luma: int = 235
    label: PlannedText = field(default_factory=lambda: text("label", "Staged", SHOT_B, MARGIN, 120))
    label_on: Span = SHOT_B
    black: Span = NOWHERE
    frozen: Span = NOWHERE


def expectation(script: Script | None = None) -> Expectation:
    script = script or Script()
    clean = Script()
    return Expectation(
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        frames=FRAMES,
        has_music=True,
        cuts=(PlannedCut(60, 0, 2.0), PlannedCut(120, 0, 4.0)),
        texts=(script.title, script.label),
        staged=(StagedSpan("kitchen.jpg", SHOT_B, (1,)),),
        cameras=(PlannedCamera(SHOT_A, clean.views[0]), PlannedCamera(SHOT_B, clean.views[1])),
    )


def draw(script: Script) -> list[npt.NDArray[np.uint8]]:
    """All frames, yuv420p."""
    frames: list[npt.NDArray[np.uint8]] = []
    for number in range(script.frames):
        shot = 0 if number < SHOT_B.first else 1 if number < script.third_from else 2
        first = (0, SHOT_B.first, script.third_from)[shot]
        if script.frozen.first < number < script.frozen.stop:
            frames.append(frames[-1])
            continue
        views = script.views[shot]
        index = min(number - first, len(views) - 1)
        # Beyond the planned shot the camera goes on as before.
        view = views[index] + max(0, number - first - index) * (views[-1] - views[-2])
        luma = look(shot, tuple(float(side) for side in view)).copy()
        if script.title.span.first <= number < script.title.span.stop:
            write(luma, script.title, script.title_luma)
        if script.label_on.first <= number < script.label_on.stop:
            write(luma, script.label, 235)
        if script.black.first <= number < script.black.stop:
            luma[:] = 16
        frames.append(np.concatenate([luma.ravel(), np.full(WIDTH * HEIGHT // 2, 128, np.uint8)]))
    return frames


@functools.cache
def plane_of(shot: int) -> Plane:
    return texture(640, 360, shot, 12)[..., 1]


@functools.cache
def look(shot: int, view: tuple[float, ...]) -> Plane:
    """The view of a shot's picture, at exact places. Most videos share most of their frames."""
    plane = plane_of(shot)
    rows = view[1] + (np.arange(HEIGHT) + 0.5) * view[3] / HEIGHT - 0.5
    columns = view[0] + (np.arange(WIDTH) + 0.5) * view[2] / WIDTH - 0.5
    return np.clip(np.rint(sample(np.asarray(plane, np.float32), rows, columns)), 40, 220).astype(np.uint8)


def write(luma: Plane, words: PlannedText, level: int) -> None:
    """A text on a dark band."""
    high, wide = words.coverage.shape
    area = luma[max(0, words.top - 6) : words.top + high + 6, max(0, words.left - 6) : words.left + wide + 6]
    area[:] = 40
    part = luma[words.top : words.top + high, words.left : words.left + wide]
    share = words.coverage[: part.shape[0], : part.shape[1]] / 255
    part[:] = np.rint(part * (1 - share) + level * share).astype(np.uint8)


def tone(path: Path, seconds: float, amplitude: float = 0.2, click: float = 0.0) -> Path:
    """A stereo tone of 1 kHz: amplitude 0.2 is -14 LUFS. A click raises the true peak and hardly the loudness."""
    samples = amplitude * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * 48_000)) / 48_000)
    if click:
        samples[48_000 : 48_000 + 24] = click
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.repeat((samples * 32767).astype("<i2")[:, None], 2, axis=1).tobytes())
    return path


def pictures(script: Script, out: Path) -> Path:
    """The frames of a script, encoded as ours are."""
    frames = draw(script)
    encode_frames(frames, len(frames), out, VideoFormat(WIDTH, HEIGHT, FPS), encoding=FINE)
    return out


def join(video: Path, sound: Path | None, out: Path, *options: str, faststart: bool = True) -> Path:
    """Pictures by stream copy, with sound; `options` are ffmpeg's for the output."""
    heard = ["-i", str(sound)] if sound is not None else []
    maps = ["-map", "0:v:0", *(["-map", "1:a:0", "-c:a", "aac", "-b:a", "192k"] if sound is not None else [])]
    flags = ["-movflags", "+faststart"] if faststart else []
    copied = [] if "-c:v" in options else ["-c:v", "copy"]
    run_ffmpeg(["-i", str(video), *heard, *maps, *copied, *options, *flags, str(out)])
    return out


Break = Callable[["Workshop", Path], tuple[Path, Expectation]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """The clean pictures and sound, from which broken videos are made."""

    folder: Path
    video: Path
    sound: Path

    def redrawn(self, script: Script, out: Path) -> Path:
        return join(pictures(script, self.folder / f"{out.stem}.pictures.mp4"), self.sound, out)


def workshop(folder: Path) -> Workshop:
    return Workshop(folder, pictures(Script(), folder / "pictures.mp4"), tone(folder / "tone.wav", FRAMES / FPS))


def _remuxed(*options: str, faststart: bool = True) -> Break:
    def make(shop: Workshop, out: Path) -> tuple[Path, Expectation]:
        return join(shop.video, shop.sound, out, *options, faststart=faststart), expectation()

    return make


def _redrawn(script: Script) -> Break:
    def make(shop: Workshop, out: Path) -> tuple[Path, Expectation]:
        return shop.redrawn(script, out), expectation(script)

    return make


def _with_sound(seconds: float, amplitude: float = 0.2, click: float = 0.0) -> Break:
    def make(shop: Workshop, out: Path) -> tuple[Path, Expectation]:
        sound = tone(shop.folder / f"{out.stem}.wav", seconds, amplitude, click)
        return join(shop.video, sound, out), expectation()

    return make


def _damaged(shop: Workshop, out: Path) -> tuple[Path, Expectation]:
    whole = join(shop.video, shop.sound, out.with_suffix(".whole.mp4"))
    data = bytearray(whole.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(value ^ 0x5A for value in data[middle : middle + 400])
    out.write_bytes(bytes(data))
    return out, expectation()


def _silent(shop: Workshop, out: Path) -> tuple[Path, Expectation]:
    return join(shop.video, None, out), expectation()


def _whole_pixels() -> Floats:
    views = push_in(SHOT_A).copy()
    step = 600 / WIDTH  # a pixel of the frame
    views[:, :2] = np.round(views[:, :2] / step) * step
    return views


CLEAN = Script()
BROKEN: dict[str, Break] = {
    "decodes": _damaged,
    "frame_count": _redrawn(replace(CLEAN, frames=FRAMES + 1)),
    "picture_format": _remuxed("-c:v", "libx264", "-pix_fmt", "yuv422p", "-crf", "16"),
    "constant_frame_rate": _remuxed("-bsf:v", r"setts=pts=PTS+if(eq(N\,130)\,100\,0):dts=DTS"),
    "sample_aspect": _remuxed("-bsf:v", "h264_metadata=sample_aspect_ratio=4/3"),
    "colour_tags": _remuxed("-bsf:v", "h264_metadata=matrix_coefficients=6", "-colorspace", "smpte170m"),
    "faststart": _remuxed(faststart=False),
    "sound": _silent,
    "audio_length": _with_sound(FRAMES / FPS + 0.2),
    "loudness": _with_sound(FRAMES / FPS, amplitude=0.1),
    "true_peak": _with_sound(FRAMES / FPS, click=0.99),
    "no_black": _redrawn(replace(CLEAN, black=Span(135, 9))),
    "no_frozen": _redrawn(replace(CLEAN, frozen=Span(124, 41))),
    "cuts_on_beats": _redrawn(replace(CLEAN, third_from=SHOT_C.first + 3)),
    "camera_jitter": _redrawn(replace(CLEAN, views=(_whole_pixels(), CLEAN.views[1], CLEAN.views[2]))),
    "text_safe_area": _redrawn(replace(CLEAN, title=text("title", "Elm Street", Span(5, 50), left=3))),
    "text_shown": _redrawn(replace(CLEAN, title=CLEAN.title, title_luma=40)),
    "text_contrast": _redrawn(replace(CLEAN, title_luma=95)),
    "staged_labels": _redrawn(replace(CLEAN, label_on=Span(60, 50))),
}
"""For each check, how to make a video that is broken in that way alone."""
