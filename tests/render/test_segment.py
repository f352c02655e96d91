"""Segments: made alone, they are the same frames as one long take."""

import hashlib
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from render.errors import EncoderError
from render.frames import Shot
from render.motion import Move
from render.segment import render_segment, segment_parameters, segment_photos
from render.timeline import PhotoSlot, plan_timeline
from schemas.video import Ratio, Timeline
from tests.render.pictures import make_photos


def two_shots() -> Timeline:
    return plan_timeline([PhotoSlot("a"), PhotoSlot("b")], None, seconds=3, ratio=Ratio.WIDE_16_9, height=90, fps=30)


def decoded(path: Path) -> list[npt.NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8) for frame in container.decode(video=0)]


def render(timeline: Timeline, index: int, photos: dict[str, Path], out: Path) -> list[npt.NDArray[np.uint8]]:
    files = {role: photos[photo_id] for role, photo_id in segment_photos(timeline, index).items()}
    render_segment(segment_parameters(timeline, index), files, out)
    return decoded(out)


def test_the_motion_goes_on_through_body_and_transition(tmp_path: Path) -> None:
    photos = dict(zip("ab", make_photos(tmp_path, 2, grain=30), strict=True))
    timeline = two_shots()
    body, change, last = (render(timeline, index, photos, tmp_path / f"{index}.mp4") for index in range(3))
    shot = timeline.shots[0]
    take = Shot(photos["a"], timeline.width, 90, Move(shot.motion, shot.frames, shot.zoom, shot.travel))
    whole = [frame.copy() for frame in take.sequence(0, shot.frames)]
    assert len(body) + len(change) == shot.frames
    # The first frames of the transition are the take's next frames, with a little of the other photo in them.
    for index, frame in enumerate(body):
        assert np.abs(frame.ravel().astype(int) - whole[index]).mean() < 3
    share = 0.5 / len(change)
    step = np.abs(change[0].astype(int) - body[-1]).mean()
    assert step < 3 + 255 * share
    assert np.abs(change[-1].astype(int) - last[0]).mean() < 3 + 255 * share


def test_a_segment_has_as_many_frames_as_planned_and_the_same_bytes_again(tmp_path: Path) -> None:
    photos = dict(zip("ab", make_photos(tmp_path, 2), strict=True))
    timeline = two_shots()
    for index, segment in enumerate(timeline.segments):
        digests = set()
        for name in ("one.mp4", "two.mp4"):
            assert len(render(timeline, index, photos, tmp_path / name)) == segment.frames
            digests.add(hashlib.sha256((tmp_path / name).read_bytes()).digest())
        assert len(digests) == 1


def test_parameters_of_an_encoder_that_there_is_not_are_refused(tmp_path: Path) -> None:
    photos = make_photos(tmp_path, 1)
    params = segment_parameters(two_shots(), 0) | {"encoder": "wishful"}
    with pytest.raises(EncoderError, match="wishful"):
        render_segment(params, {"photo": photos[0]}, tmp_path / "a.mp4")
    assert not (tmp_path / "a.mp4").exists()
