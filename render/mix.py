"""The music of a video, to the sample as long as its picture: decoded once, trimmed or looped, faded, levelled."""

from pathlib import Path

import numpy as np

from render.errors import EncoderError, MusicError
from render.ffmpeg import run_ffmpeg
from render.loudness import RATE_HZ, Samples, level, open_samples
from schemas.video import MusicCue, Timeline

CROSSFADE_S = 0.005
AAC_FRAME = 1024
_CHUNK = 10 * RATE_HZ


def mix_music(music: Path, timeline: Timeline, out: Path, ceiling_dbtp: float) -> list[str]:
    """Write the music of a video to `out` as raw samples (see loudness.raw_input); return notes.

    The length is frames / fps seconds, rounded to whole AAC frames (1,024 samples, so 11 ms off at most): the encoder
    pads the last one, and not every player takes the padding away again. Other files are written beside `out` and
    removed.
    Raises MusicError audio_unreadable, EncoderError, and ValueError for a timeline without music.
    """
    cue, frames, fps = timeline.music, timeline.frames, timeline.fps
    if cue is None:
        raise ValueError("the timeline has no cue for its music")
    total = max(1, round(frames * RATE_HZ / fps / AAC_FRAME)) * AAC_FRAME
    decoded, plain = out.with_suffix(".decoded"), out.with_suffix(".plain")
    try:
        last = cue.loop_to_s if cue.loop_to_s is not None else cue.start_s + frames / fps
        _decode(music, decoded, last + 1)
        source = open_samples(decoded)
        missing = _lay(source, cue, total, plain)
        _fade(plain, round(cue.fade_in_frames * RATE_HZ / fps), round(cue.fade_out_frames * RATE_HZ / fps))
        note = level(plain, out, cue.loudness_lufs, ceiling_dbtp)
    finally:
        decoded.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)
    notes = [note] if note else []
    if missing > RATE_HZ / fps:
        notes.append(f"The music is {missing / RATE_HZ:.2f} s shorter than planned; the end of the video is silent.")
    return notes


def _decode(music: Path, out: Path, until_s: float) -> None:
    """The first audio stream of `music` up to a moment, as raw samples."""
    if not music.is_file():
        raise MusicError("input_not_found", f"there is no file {music.name}")
    to_stereo = f"aresample={RATE_HZ},aformat=sample_fmts=flt:channel_layouts=stereo,atrim=end={until_s:.6f}"
    arguments = ["-threads", "1", "-i", str(music), "-map", "0:a:0", "-af", to_stereo, "-f", "f32le", str(out)]
    try:
        run_ffmpeg(arguments)
    except EncoderError as error:
        if error.code == "disk_full":
            raise
        raise MusicError("audio_unreadable", f"{music.name} has no audio that decodes: {error.message}") from error


def _lay(source: Samples, cue: MusicCue, total: int, out: Path) -> int:
    """Write `total` samples from the cue's start, looping where it says so; return how many are missing (silent)."""
    at = min(round(cue.start_s * RATE_HZ), len(source))
    loop_to = None if cue.loop_to_s is None else min(round(cue.loop_to_s * RATE_HZ), len(source))
    loop_from = None if cue.loop_from_s is None else round(cue.loop_from_s * RATE_HZ)
    written = 0
    with out.open("wb") as file:
        while written < total:
            end = len(source) if loop_to is None else loop_to
            count = min(end - at, total - written, _CHUNK)
            if count > 0:
                piece = np.array(source[at : at + count])
                if loop_to is not None and loop_from is not None:
                    _soften(piece, at, source, loop_from, loop_to)
                file.write(piece.tobytes())
                at, written = at + count, written + count
            elif loop_from is not None and loop_to is not None and loop_to > loop_from:
                at = loop_from
            else:
                break
        missing = total - written
        for left in range(missing, 0, -_CHUNK):
            file.write(bytes(8 * min(left, _CHUNK)))
    return missing


def _soften(piece: Samples, at: int, source: Samples, loop_from: int, loop_to: int) -> None:
    """Cross-fade into what precedes the loop's start during the last moments before its end.

    The start itself, where a beat is, stays untouched.
    """
    length = min(round(CROSSFADE_S * RATE_HZ), loop_from)
    first, last = max(at, loop_to - length), min(at + len(piece), loop_to)
    if length == 0 or first >= last:
        return
    ramp = ((np.arange(first, last) - (loop_to - length) + 0.5) / length).astype(np.float32)[:, None]
    coming = np.asarray(source[loop_from - loop_to + first : loop_from - loop_to + last])
    piece[first - at : last - at] = piece[first - at : last - at] * (1 - ramp) + coming * ramp


def _fade(path: Path, fade_in: int, fade_out: int) -> None:
    """Raised-cosine fades at both ends, in place; lengths in samples."""
    samples = np.memmap(path, np.float32, "r+", shape=(path.stat().st_size // 8, 2))
    if fade_in:
        samples[:fade_in] *= _ramp(fade_in)[:, None]
    if fade_out:
        samples[-fade_out:] *= _ramp(fade_out)[::-1, None]
    samples.flush()


def _ramp(length: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / length)).astype(np.float32)
