"""One segment of a timeline: what decides its bytes, and its encoding."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from render.encode import Report, VideoFormat, encode_frames
from render.encoders import DELIVERY, X264, Encoding, Pace
from render.frames import FrameBytes, Shot, frame_size
from render.motion import PANS, Move
from render.placement import Placed, place_overlays
from render.stamp import Stamp, draw_logo, draw_text
from render.text import FONTS_REVISION
from render.transition import Blend, moment
from schemas.photo import Box, Point
from schemas.video import Framing, Motion, OverlayKind, Ramp, SegmentKind, SpeedRamp, Timeline, TransitionKind
from schemas.video import Shot as PlannedShot

PHOTO, FROM, TO = "photo", "from", "to"
LOGO = "logo"
_DEPTH, _ORIGINAL = "-depth", "-original"


class SourceKind(Enum):
    """Which file of a photo: itself, its depth map, or what it was before its alteration; or the logo, of no photo."""

    PHOTO = "photo"
    DEPTH = "depth"
    ORIGINAL = "original"
    LOGO = "logo"


class Source(NamedTuple):
    """A file that a segment is made of."""

    kind: SourceKind
    photo_id: str = ""


def segment_parameters(
    timeline: Timeline, index: int, placed: Sequence[Placed] | None = None, encoding: Encoding = DELIVERY
) -> dict[str, Any]:
    """All that decides the bytes of segment number `index`, besides its files' bytes and the encoder. JSON-able.

    Nothing in it depends on other photos, on ids, or on the segment's place in the video: it can be a cache's key.
    `placed` is place_overlays(timeline), for who asks for many segments. Raises PlanError as that does.
    """
    segment = timeline.segments[index]
    over = place_overlays(timeline) if placed is None else placed
    parameters: dict[str, Any] = {
        "kind": segment.kind.value,
        "transition": segment.transition.value,
        "frames": segment.frames,
        "width": timeline.width,
        "height": timeline.height,
        "fps": timeline.fps,
        "preset": encoding.preset,
        "crf": encoding.crf,
        "views": {role: _view(timeline.shots[shot], segment.first_frame) for role, shot in _roles(timeline, index)},
    }
    if not encoding.reproducible:
        parameters["encoder"] = encoding.encoder
    laid = [
        _laid(text, segment.first_frame, segment.frames)
        for text in over
        if _seen(text, segment.first_frame, segment.frames)
    ]
    if laid:
        parameters |= {"overlays": laid, "fonts": FONTS_REVISION}
    return parameters


def segment_sources(timeline: Timeline, index: int, placed: Sequence[Placed] | None = None) -> dict[str, Source]:
    """Which file plays which role in segment number `index`, as render_segment asks for them."""
    segment = timeline.segments[index]
    found: dict[str, Source] = {}
    for role, number in _roles(timeline, index):
        shot = timeline.shots[number]
        view = _view(shot, segment.first_frame)
        found[role] = Source(SourceKind.PHOTO, shot.photo_id)
        if shot.motion is Motion.PARALLAX:
            found[role + _DEPTH] = Source(SourceKind.DEPTH, shot.photo_id)
        if "reveal" in view:
            found[role + _ORIGINAL] = Source(SourceKind.ORIGINAL, shot.photo_id)
    over = place_overlays(timeline) if placed is None else placed
    if any(text.kind == OverlayKind.LOGO.value and _seen(text, segment.first_frame, segment.frames) for text in over):
        found[LOGO] = Source(SourceKind.LOGO)
    return found


def segment_photos(timeline: Timeline, index: int) -> dict[str, str]:
    """Which photo plays which role in segment number `index`: role to photo_id, without other files."""
    return {role: timeline.shots[shot].photo_id for role, shot in _roles(timeline, index)}


def render_segment(
    params: Mapping[str, Any], files: Mapping[str, Path], out: Path, report: Report | None = None
) -> int:
    """Encode one segment to an MP4 at `out`; return its size in bytes.

    `params` come from segment_parameters, `files` are those of the roles that segment_sources names. `report` gets the
    fraction that is done, 0 to 1. Raises PhotoError, EncoderError, and ValueError or KeyError for parameters that are
    none.
    """
    encoding = encoding_of(params)
    video = VideoFormat(params["width"], params["height"], params["fps"])
    frames = segment_frames(params, files)
    return encode_frames(frames, int(params["frames"]), out, video, report, encoding=encoding)


def encoding_of(params: Mapping[str, Any]) -> Encoding:
    """How a segment is encoded: by its encoder, and by how its picture moves."""
    view = params["views"].get(PHOTO)
    pace = Pace.UNEVEN
    if view is not None and Motion(view["motion"]) in {*PANS, Motion.REFRAME_PAN}:
        pace = Pace.EVEN if Ramp(view["ramp"]["kind"]) is Ramp.CONSTANT else Pace.CHANGING
    return Encoding(params.get("encoder", X264), params["preset"], params["crf"], pace)


def segment_frames(
    params: Mapping[str, Any], files: Mapping[str, Path], notes: list[str] | None = None
) -> Iterator[FrameBytes]:
    """The frames of a segment, yuv420p, all in one buffer: use each before asking for the next.

    `notes` gets what decoding the photos has to say. Raises as render_segment, but for the encoder.
    """
    size = (int(params["width"]), int(params["height"]))
    count = int(params["frames"])
    views = params["views"]
    takes = {role: _take(view, role, files, size, [] if notes is None else notes) for role, view in views.items()}
    if SegmentKind(params["kind"]) is SegmentKind.BODY:
        frames = takes[PHOTO](count)
    else:
        frames = _change(TransitionKind(params["transition"]), takes[FROM](count), takes[TO](count), size, count)
    overlays = [_Over.of(laid, files) for laid in params.get("overlays", ())]
    for number, frame in enumerate(frames):
        for over in overlays:
            strength = over.strength(number)
            if strength > 0:
                over.stamp.draw(frame, *size, strength)
        yield frame


def _roles(timeline: Timeline, index: int) -> list[tuple[str, int]]:
    segment = timeline.segments[index]
    return [(PHOTO, segment.shot)] if segment.next_shot is None else [(FROM, segment.shot), (TO, segment.next_shot)]


def _view(shot: PlannedShot, first_frame: int) -> dict[str, Any]:
    """What of a shot decides its frames from the video's `first_frame` on."""
    view: dict[str, Any] = {
        "motion": shot.motion.value,
        "shot_frames": shot.frames,
        "first_frame": first_frame - shot.first_frame,
        "zoom": shot.zoom,
        "travel": shot.travel,
        "ramp": shot.ramp.model_dump(mode="json"),
        "framing": shot.framing.value,
        "focus": None if shot.focus is None else shot.focus.model_dump(mode="json"),
        "crop": None if shot.crop is None else shot.crop.model_dump(mode="json"),
    }
    if shot.framing is Framing.MATTE:
        view["matte"] = shot.matte
    if shot.reveal is not None and first_frame < shot.reveal.first_frame + shot.reveal.frames:
        view["reveal"] = {
            "first_frame": shot.reveal.first_frame - first_frame,
            "frames": shot.reveal.frames,
            "transition": shot.reveal.transition.value,
        }
    return view


def _seen(text: Placed, first_frame: int, frames: int) -> bool:
    return text.first_frame < first_frame + frames and first_frame < text.end


def _laid(text: Placed, first_frame: int, frames: int) -> dict[str, Any]:
    """An overlay in a segment's time. One that is neither fading nor ending in it is the same wherever it began."""
    begin, end, fade = text.first_frame - first_frame, text.end - first_frame, text.fade_frames
    if begin + fade <= 0 and end - fade >= frames:
        begin, end, fade = 0, frames, 0
    return {"drawing": text.drawing(), "first_frame": begin, "end": end, "fade_frames": fade}


@dataclass(frozen=True, slots=True)
class _Over:
    stamp: Stamp
    first_frame: int
    end: int
    fade_frames: int

    @classmethod
    def of(cls, laid: Mapping[str, Any], files: Mapping[str, Path]) -> "_Over":
        drawing = laid["drawing"]
        logo = drawing["kind"] == OverlayKind.LOGO.value
        stamp = draw_logo(drawing, files[LOGO]) if logo else draw_text(drawing)
        return cls(stamp, laid["first_frame"], laid["end"], laid["fade_frames"])

    def strength(self, frame: int) -> float:
        """0 where it is not seen, 1 where it is seen wholly."""
        if not self.first_frame <= frame < self.end:
            return 0.0
        if not self.fade_frames:
            return 1.0
        return min(
            1.0, (frame - self.first_frame + 1) / (self.fade_frames + 1), (self.end - frame) / (self.fade_frames + 1)
        )


def _take(
    view: Mapping[str, Any], role: str, files: Mapping[str, Path], size: tuple[int, int], notes: list[str]
) -> Callable[[int], Iterator[FrameBytes]]:
    """What makes so many frames of one shot, its reveal included."""
    move = Move(
        Motion(view["motion"]),
        view["shot_frames"],
        view["zoom"],
        view["travel"],
        SpeedRamp.model_validate(view["ramp"]),
        None if view["focus"] is None else Point.model_validate(view["focus"]),
        None if view["crop"] is None else Box.model_validate(view["crop"]),
    )
    framing, first = Framing(view["framing"]), int(view["first_frame"])
    how: dict[str, Any] = {"framing": framing} | ({"matte": view["matte"]} if "matte" in view else {})
    shot = Shot(files[role], *size, move, **how, depth=files.get(role + _DEPTH))
    notes += shot.notes
    reveal = view.get("reveal")
    if reveal is None:
        return lambda count: shot.sequence(first, count)
    own = (shot.photo_width, shot.photo_height)
    before = Shot(files[role + _ORIGINAL], *size, move, **how, depth=files.get(role + _DEPTH), size=own)
    return lambda count: _revealed(before, shot, first, count, reveal)


def _revealed(before: Shot, after: Shot, first: int, count: int, reveal: Mapping[str, Any]) -> Iterator[FrameBytes]:
    """The original until the wipe begins, the staged photo from its end on, under one camera."""
    begin, length = int(reveal["first_frame"]), int(reveal["frames"])
    wipe = Blend(TransitionKind(reveal["transition"]), after.width, after.height)
    buffers = [np.empty(frame_size(after.width, after.height), np.uint8) for _ in range(3)]
    for number in range(count):
        if number < begin + length:
            before.draw(first + number, buffers[0])
        if number >= begin:
            after.draw(first + number, buffers[1])
        if number < begin:
            yield buffers[0]
        elif number >= begin + length:
            yield buffers[1]
        else:
            wipe.mix(buffers[0], buffers[1], moment(number - begin, length), buffers[2])
            yield buffers[2]


def _change(
    kind: TransitionKind, one: Iterator[FrameBytes], other: Iterator[FrameBytes], size: tuple[int, int], count: int
) -> Iterator[FrameBytes]:
    mixed = np.empty(frame_size(*size), np.uint8)
    blend = Blend(kind, *size)
    for frame, (leaving, coming) in enumerate(zip(one, other, strict=True)):
        blend.mix(leaving, coming, moment(frame, count), mixed)
        yield mixed
