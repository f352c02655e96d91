"""One segment of a timeline: what decides its bytes, and its encoding."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from render.encode import CRF, PRESET, Report, VideoFormat, encode_frames
from render.frames import FrameBytes, Shot, frame_size
from render.motion import Move
from render.transition import blend, moment
from schemas.video import Motion, SegmentKind, Timeline, TransitionKind

PHOTO, FROM, TO = "photo", "from", "to"


def segment_parameters(timeline: Timeline, index: int) -> dict[str, Any]:
    """All that decides the bytes of segment number `index`, besides its photos' bytes and the encoder. JSON-able.

    Nothing in it depends on other photos, on ids, or on the segment's place in the video: it can be a cache's key.
    """
    segment = timeline.segments[index]
    shots = {PHOTO: segment.shot} if segment.next_shot is None else {FROM: segment.shot, TO: segment.next_shot}
    return {
        "kind": segment.kind.value,
        "transition": segment.transition.value,
        "frames": segment.frames,
        "width": timeline.width,
        "height": timeline.height,
        "fps": timeline.fps,
        "preset": PRESET,
        "crf": CRF,
        "views": {
            role: {
                "motion": timeline.shots[shot].motion.value,
                "shot_frames": timeline.shots[shot].frames,
                "first_frame": segment.first_frame - timeline.shots[shot].first_frame,
                "zoom": timeline.shots[shot].zoom,
                "travel": timeline.shots[shot].travel,
            }
            for role, shot in shots.items()
        },
    }


def segment_photos(timeline: Timeline, index: int) -> dict[str, str]:
    """Which photo plays which role in segment number `index`: role to photo_id, as render_segment asks for them."""
    segment = timeline.segments[index]
    if segment.next_shot is None:
        return {PHOTO: timeline.shots[segment.shot].photo_id}
    return {FROM: timeline.shots[segment.shot].photo_id, TO: timeline.shots[segment.next_shot].photo_id}


def render_segment(
    params: Mapping[str, Any], photos: Mapping[str, Path], out: Path, report: Report | None = None
) -> int:
    """Encode one segment to an MP4 at `out`; return its size in bytes.

    `params` come from segment_parameters, `photos` are the files of the roles that it names. `report` gets the fraction
    that is done, 0 to 1. Raises PhotoError, EncoderError, and ValueError or KeyError for parameters that are none.
    """
    if params["preset"] != PRESET or params["crf"] != CRF:
        raise ValueError(f"preset {params['preset']} and crf {params['crf']} are not what this encoder makes")
    video = VideoFormat(params["width"], params["height"], params["fps"])
    shots = {role: _shot(view, photos[role], video) for role, view in params["views"].items()}
    firsts = {role: int(view["first_frame"]) for role, view in params["views"].items()}
    count = int(params["frames"])
    if SegmentKind(params["kind"]) is SegmentKind.BODY:
        frames = shots[PHOTO].sequence(firsts[PHOTO], count)
    else:
        kind = TransitionKind(params["transition"])
        frames = _change(kind, shots[FROM], shots[TO], (firsts[FROM], firsts[TO]), count)
    return encode_frames(frames, count, out, video, report)


def _shot(view: Mapping[str, Any], photo: Path, video: VideoFormat) -> Shot:
    move = Move(Motion(view["motion"]), view["shot_frames"], view["zoom"], view["travel"])
    return Shot(photo, video.width, video.height, move)


def _change(kind: TransitionKind, one: Shot, other: Shot, firsts: tuple[int, int], count: int) -> Iterator[FrameBytes]:
    mixed = np.empty(frame_size(one.width, one.height), np.uint8)
    pairs = zip(one.sequence(firsts[0], count), other.sequence(firsts[1], count), strict=True)
    for frame, (leaving, coming) in enumerate(pairs):
        blend(kind, leaving, coming, moment(frame, count), mixed)
        yield mixed
