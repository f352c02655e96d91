"""From a timeline to what its video should be, frame by frame. Pure."""

from collections.abc import Sequence

import numpy as np

from render.checks.expectation import (
    Expectation,
    Floats,
    PlannedCamera,
    PlannedCut,
    PlannedText,
    Span,
    StagedSpan,
)
from render.checks.pictures import STILL_S
from render.framing import canvas_of
from render.motion import ZOOMS, Move, lay_path
from render.placement import LABEL, Placed, place_overlays
from render.preview import PREVIEW_PIXELS
from render.stamp import ink
from schemas.video import Framing, Motion, OverlayKind, Ramp, Segment, SegmentKind, Shot, Timeline, TransitionKind

# Pixels of the frame that a corner goes in half a second, below which a plan counts as standing still: speed ramps may
# hardly move for a moment.
_STANDS_BELOW_PX = 2.0
_LEAST_CAMERA_FRAMES = 6
_LEAST_SIDE_PX = 360


def expectation_of(timeline: Timeline) -> Expectation:
    """What the checks hold a timeline's video against. Raises PlanError for a timeline whose texts cannot be placed."""
    placed = place_overlays(timeline)
    texts = tuple(_text(text) for text in placed if text.kind != OverlayKind.LOGO.value)
    logos = tuple(_logo(logo) for logo in placed if logo.kind == OverlayKind.LOGO.value)
    bodies = [segment for segment in timeline.segments if segment.kind is SegmentKind.BODY]
    known = [(segment, _camera(timeline, segment)) for segment in bodies]
    cameras = [camera for _, camera in known if camera is not None]
    followed = {camera.span for camera in cameras}
    # Whether anything moves is not known of the others, so stillness is no fault there.
    unknown = [span for body in bodies if (span := Span(body.first_frame, body.frames)) not in followed]
    music = timeline.music
    return Expectation(
        width=timeline.width,
        height=timeline.height,
        fps=timeline.fps,
        frames=timeline.frames,
        has_music=music is not None,
        cuts=tuple(PlannedCut(cut.frame, cut.transition_frames, cut.beat_s) for cut in timeline.cuts),
        still=(*(span for camera in cameras for span in _standing(camera, timeline)), *unknown),
        black=tuple(
            Span(segment.first_frame, segment.frames)
            for segment in timeline.segments
            if segment.transition is TransitionKind.FADE_BLACK
        ),
        texts=texts,
        logos=logos,
        staged=tuple(_staged(timeline, [text for text in placed if text.kind != OverlayKind.LOGO.value])),
        cameras=tuple(
            camera
            for segment, camera in known
            if camera is not None and camera.span.frames >= _LEAST_CAMERA_FRAMES and _told(timeline, segment)
        ),
        loudness_lufs=music.loudness_lufs if music is not None else -14.0,
        true_peak_dbtp=music.true_peak_dbtp if music is not None else -1.0,
    )


def _text(placed: Placed) -> PlannedText:
    """A text on the frames on which it is wholly there, between its fades."""
    span = Span(placed.first_frame + placed.fade_frames, placed.frames - 2 * placed.fade_frames)
    what = "label" if placed.kind == LABEL else placed.kind.replace("_", " ")
    return PlannedText(f"{what} {placed.text!r}", placed.left, placed.top, ink(placed.drawing()), span, placed.size)


def _logo(placed: Placed) -> PlannedText:
    """A logo as what it covers, on all its frames."""
    covers = np.full((placed.height, placed.width), 255, np.uint8)
    return PlannedText("logo", placed.left, placed.top, covers, Span(placed.first_frame, placed.frames))


def _staged(timeline: Timeline, texts: Sequence[Placed]) -> list[StagedSpan]:
    """Where staged photos are seen. Before a reveal it is the original that is seen, which has its own label."""
    found = []
    for shot in timeline.shots:
        if not shot.label:
            continue
        first = shot.first_frame if shot.reveal is None else shot.reveal.first_frame
        span = Span(first, shot.first_frame + shot.frames - first)
        labels = tuple(index for index, text in enumerate(texts) if text.kind == LABEL and text.text == shot.label)
        found.append(StagedSpan(shot.photo_id, span, labels))
    return found


def _told(timeline: Timeline, segment: Segment) -> bool:
    """Whether a camera's steadiness says something.

    On a picture smaller than a preview a camera goes so little a frame that x264 lets it rest and catch up, and so does
    a preview's coarse quantiser with zooms and with speeds that change: 0.1 px/frame^2 of a picture that is steady.
    """
    if min(timeline.width, timeline.height) < _LEAST_SIDE_PX:
        return False
    small = max(timeline.width, timeline.height) <= PREVIEW_PIXELS
    shot = timeline.shots[segment.shot]
    return not small or (shot.ramp.kind is Ramp.CONSTANT and shot.motion not in ZOOMS)


def _camera(timeline: Timeline, segment: Segment) -> PlannedCamera | None:
    """The camera of a body; None where it is not known, or things move in more ways than a camera's."""
    shot = timeline.shots[segment.shot]
    frames = segment.frames
    if shot.reveal is not None:  # up to the wipe
        frames = min(frames, shot.reveal.first_frame - segment.first_frame)
    if shot.photo_width is None or shot.photo_height is None or shot.motion is Motion.PARALLAX or frames < 1:
        return None
    views = _views(shot, (shot.photo_width, shot.photo_height), (timeline.width, timeline.height))
    start = segment.first_frame - shot.first_frame
    return PlannedCamera(Span(segment.first_frame, frames), views[start : start + frames])


def _views(shot: Shot, photo: tuple[int, int], frame: tuple[int, int]) -> Floats:
    """The view on each frame of a shot, (frames, 4)."""
    move = Move(shot.motion, shot.frames, shot.zoom, shot.travel, shot.ramp, shot.focus, shot.crop)
    canvas = photo if shot.framing is Framing.COVER else canvas_of(photo, frame)
    path = lay_path(canvas, frame, move)
    views = (path.view(number) for number in range(shot.frames))
    return np.array([(view.left, view.top, view.width, view.height) for view in views], np.float64)


def _standing(camera: PlannedCamera, timeline: Timeline) -> list[Span]:
    """Frames before which the plan hardly moves for half a second, as spans."""
    lag = max(1, round(STILL_S * timeline.fps))
    views = camera.views
    edges = np.stack([views[:, 0], views[:, 1], views[:, 0] + views[:, 2], views[:, 1] + views[:, 3]], axis=1)
    before = edges[np.maximum(np.arange(len(edges)) - lag, 0)]
    moved = np.abs(edges - before).max(axis=1) / views[:, 2] * timeline.width
    # The first frames of a body look back into another shot, and differ whatever the camera does.
    stands = moved < _STANDS_BELOW_PX
    spans, first = [], None
    for number, still in enumerate([*stands, False]):
        if still and first is None:
            first = number
        elif not still and first is not None:
            spans.append(Span(camera.span.first + first, number - first))
            first = None
    return spans
