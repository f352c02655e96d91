"""The mix: as long as the picture, to the sample; loops without a click; fades."""

from pathlib import Path

import numpy as np
import pytest

from render.errors import MusicError
from render.ffmpeg import run_ffmpeg
from render.loudness import RATE_HZ, measure, open_samples, raw_input
from render.mix import mix_music
from render.timeline import PhotoSlot, plan_timeline
from schemas.video import MusicCue, Timeline
from tests.render.pictures import NoBeats, make_music


def timeline_for(seconds: float, fps: int = 30, cue: MusicCue | None = None, duration_s: float = 100) -> Timeline:
    plan = plan_timeline([PhotoSlot("a")], NoBeats(duration_s), seconds=seconds, height=90, fps=fps)
    return plan if cue is None else plan.model_copy(update={"music": cue})


@pytest.mark.parametrize(("seconds", "fps"), [(2.0, 30), (3.1, 24), (2.5, 25), (2.0, 60)])
def test_the_mix_is_as_long_as_the_picture_in_whole_aac_frames(tmp_path: Path, seconds: float, fps: int) -> None:
    timeline = timeline_for(seconds, fps)
    mix_music(make_music(tmp_path / "m.wav", 6), timeline, tmp_path / "mix.f32", -1.5)
    samples = len(open_samples(tmp_path / "mix.f32"))
    assert samples % 1024 == 0
    assert abs(samples - timeline.frames * RATE_HZ / fps) <= 512
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.wav", "mix.f32"]


def test_the_end_fades_to_nothing(tmp_path: Path) -> None:
    mix_music(make_music(tmp_path / "m.wav", 20), timeline_for(16), tmp_path / "mix.f32", -1.5)
    loud = np.abs(np.asarray(open_samples(tmp_path / "mix.f32")))
    assert loud[-48:].max() < 0.01
    assert loud[-2 * 72_000 : -72_000].max() > 0.1


def test_a_loop_repeats_without_a_gap_or_a_click(tmp_path: Path) -> None:
    # 330 Hz for exactly 2 s: 660 periods, so that a right loop is one endless tone.
    music = make_music(tmp_path / "m.wav", 2.0, rate=RATE_HZ)
    mix_music(music, timeline_for(9, duration_s=2.0), tmp_path / "mix.f32", -1.5)
    mix = np.asarray(open_samples(tmp_path / "mix.f32"))[: 7 * RATE_HZ, 0]
    assert np.allclose(mix[: 2 * RATE_HZ], mix[2 * RATE_HZ : 4 * RATE_HZ], atol=2e-3)
    inside = np.abs(np.diff(mix[: 2 * RATE_HZ - 10])).max()
    assert np.abs(np.diff(mix)).max() < 1.2 * inside


def test_a_loop_inside_the_music_is_softened_before_its_end_only(tmp_path: Path) -> None:
    music = make_music(tmp_path / "m.wav", 3.0, rate=RATE_HZ, hertz=333.3)
    cue = MusicCue(start_s=0, loop_from_s=0.5, loop_to_s=2.207, fade_in_frames=0, fade_out_frames=0)
    mix_music(music, timeline_for(6, cue=cue), tmp_path / "mix.f32", -1.5)
    mix = np.asarray(open_samples(tmp_path / "mix.f32"))[:, 0]
    seam = round(2.207 * RATE_HZ)
    assert np.allclose(mix[seam : seam + 9600], mix[RATE_HZ // 2 : RATE_HZ // 2 + 9600], atol=1e-4)
    assert np.abs(np.diff(mix[seam - 2000 : seam + 2000])).max() < 1.5 * np.abs(np.diff(mix[:9600])).max()


def test_music_shorter_than_planned_leaves_silence_and_says_so(tmp_path: Path) -> None:
    notes = mix_music(make_music(tmp_path / "m.wav", 3), timeline_for(6), tmp_path / "mix.f32", -1.5)
    assert "s shorter than planned" in notes[0]


@pytest.mark.parametrize("content", [b"", b"no music, only words", b"RIFF\x24\0\0\0WAVEfmt "])
def test_a_file_without_audio_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.mp3").write_bytes(content)
    with pytest.raises(MusicError) as caught:
        mix_music(tmp_path / "m.mp3", timeline_for(2), tmp_path / "mix.f32", -1.5)
    assert caught.value.code == "audio_unreadable"
    assert [path.name for path in tmp_path.iterdir()] == ["m.mp3"]


def test_missing_music_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(MusicError) as caught:
        mix_music(tmp_path / "m.mp3", timeline_for(2), tmp_path / "mix.f32", -1.5)
    assert caught.value.code == "input_not_found"


def test_a_mono_file_of_eight_kilohertz_is_heard_in_both_ears_at_the_loudness_wanted(tmp_path: Path) -> None:
    wide = make_music(tmp_path / "wide.wav", 8)
    run_ffmpeg(["-i", str(wide), "-ac", "1", "-ar", "8000", str(tmp_path / "m.wav")])
    notes = mix_music(tmp_path / "m.wav", timeline_for(4), tmp_path / "mix.f32", -1.5)
    mix = np.asarray(open_samples(tmp_path / "mix.f32"))
    assert np.array_equal(mix[:, 0], mix[:, 1])
    assert measure(raw_input(tmp_path / "mix.f32")).lufs == pytest.approx(-14, abs=1)
    assert notes == []


def test_of_five_minutes_only_what_is_heard_is_decoded(tmp_path: Path) -> None:
    long = tmp_path / "m.wav"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000:duration=300", str(long)])
    mix_music(long, timeline_for(4, duration_s=300), tmp_path / "mix.f32", -1.5)
    assert len(open_samples(tmp_path / "mix.f32")) == pytest.approx(4 * RATE_HZ, abs=512)
