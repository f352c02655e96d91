"""A timeline that was sent: checked, and what follows from its shots and cuts worked out anew. Pure.

What a person edits is the shots, the cuts, the overlays and the music's cue. Segments, distances from beats, pixels for
each pixel and alteration labels follow from those and from the photos, whatever was sent.
"""

from collections.abc import Sequence
from itertools import pairwise

from render.errors import PlanError
from render.framing import canvas_of, choose_motion
from render.motion import CameraPath, Move, lay_path, move_for, source_px_per_output_px
from render.ramp import check_ramp
from render.sequence import Look, check_same_shape, frame_shot, lay_segments
from render.slot import SHAPES, PhotoSlot, ratio_of
from render.soundtrack import Analysis
from render.timeline import frame_size
from schemas.video import BeatKind, Cut, Framing, Motion, MusicCue, Ratio, Shot, Timeline, TransitionKind

FRAME_RATES = (24, 25, 30, 60)
_ON_BEAT_FRAMES = 1.0


def accept_timeline(
    sent: Timeline, photos: Sequence[PhotoSlot], analysis: Analysis | None, *, strict: bool = False
) -> Timeline:
    """The timeline as it will be executed. `photos` are those that can be used, `analysis` is of the music, or None.

    Raises PlanError with what is wrong: plan_failed, image_too_small with `strict`.
    """
    if sent.fps not in FRAME_RATES:
        rates = ", ".join(map(str, FRAME_RATES))
        raise PlanError("plan_failed", f"the timeline has {sent.fps} frames a second; there are {rates}")
    if ratio_of(sent.width, sent.height) is Ratio.UNKNOWN:
        shapes = ", ".join(f"{a}:{b}" for a, b in SHAPES.values())
        raise PlanError(
            "plan_failed", f"the timeline is {sent.width}x{sent.height}, which has none of the shapes {shapes}"
        )
    _check_cuts(sent)
    by_id = {photo.photo_id: photo for photo in photos}
    shots = [_accepted(shot, index, by_id, sent, strict=strict) for index, shot in enumerate(sent.shots)]
    _check_music(sent, analysis)
    cuts = [_heard(cut, sent, analysis) for cut in sent.cuts]
    shown = {shot.photo_id for shot in shots}
    return sent.model_copy(
        update={
            "shots": shots,
            "cuts": cuts,
            "segments": lay_segments(cuts, sent.frames),
            "left_out": [photo for photo in sent.left_out if photo.photo_id not in shown],
        }
    )


def reshape(timeline: Timeline, photos: Sequence[PhotoSlot], ratio: Ratio, look: Look) -> Timeline:
    """The same edit in another shape: photos, cuts, texts and moves, reframed. `look` has narrow and strict."""
    width, height = frame_size(ratio, min(timeline.width, timeline.height))
    target = Look(width, height, timeline.fps, look.narrow, look.strict, look.matte)
    by_id = {photo.photo_id: photo for photo in photos}
    shots, notes = [], []
    for index, shot in enumerate(timeline.shots):
        photo = by_id[shot.photo_id]
        motion = choose_motion(Motion.AUTO, index) if shot.motion is Motion.REFRAME_PAN else shot.motion
        move = move_for(motion, shot.frames, timeline.fps, shot.ramp, photo.focus, photo.crop_for(width, height))
        fields, said = frame_shot(photo, move, target)
        shots.append(shot.model_copy(update={"focus": move.focus, "crop": move.crop, **fields}))
        notes += said
    return timeline.model_copy(
        update={"width": width, "height": height, "shots": shots, "notes": [*timeline.notes, *notes]}
    )


def heard_beats(analysis: Analysis, cue: MusicCue, seconds: float) -> list[tuple[float, BeatKind]]:
    """When each beat is heard in the video, loops unrolled: seconds, ascending."""
    down = set(analysis.downbeats_s)
    beats = sorted({*analysis.beats_s, *down})
    ends = cue.loop_to_s if cue.loop_to_s is not None else analysis.duration_s
    spans = [(cue.start_s, ends, -cue.start_s)]
    if cue.loop_from_s is not None and cue.loop_to_s is not None and cue.loop_to_s > cue.loop_from_s:
        at = ends - cue.start_s
        while at < seconds:
            spans.append((cue.loop_from_s, cue.loop_to_s, at - cue.loop_from_s))
            at += cue.loop_to_s - cue.loop_from_s
    return [
        (beat + shift, BeatKind.DOWNBEAT if beat in down else BeatKind.BEAT)
        for first, last, shift in spans
        for beat in beats
        if first <= beat < last and beat + shift < seconds
    ]


def _check_cuts(sent: Timeline) -> None:
    """Shots must follow from the cuts, to the frame."""
    if len(sent.cuts) != len(sent.shots) - 1:
        message = (
            f"the timeline has {len(sent.shots)} shots and {len(sent.cuts)} cuts; it needs one cut fewer than shots"
        )
        raise PlanError("plan_failed", message)
    for number, cut in enumerate(sent.cuts, 1):
        if cut.transition is TransitionKind.UNKNOWN:
            raise PlanError("plan_failed", f"cut {number} has a transition that is not known")
        if cut.transition_frames % 2 or (cut.transition is TransitionKind.CUT) != (cut.transition_frames == 0):
            message = f"cut {number} is a {cut.transition.value} of {cut.transition_frames} frames"
            raise PlanError("plan_failed", f"{message}; a transition lasts an even number of frames, a cut none")
    halves = [cut.transition_frames // 2 for cut in sent.cuts]
    starts = [0, *(cut.frame - half for cut, half in zip(sent.cuts, halves, strict=True))]
    stops = [*(cut.frame + half for cut, half in zip(sent.cuts, halves, strict=True)), sent.frames]
    for number, (shot, start, stop) in enumerate(zip(sent.shots, starts, stops, strict=True), 1):
        if (shot.first_frame, shot.first_frame + shot.frames) != (start, stop):
            message = f"shot {number} goes from frame {shot.first_frame} to {shot.first_frame + shot.frames}"
            raise PlanError("plan_failed", f"{message}, but by its cuts from {start} to {stop}")
    bodies = [0, *(cut.frame + half for cut, half in zip(sent.cuts, halves, strict=True))]
    ends = [*(cut.frame - half for cut, half in zip(sent.cuts, halves, strict=True)), sent.frames]
    for number, (begin, end) in enumerate(zip(bodies, ends, strict=True), 1):
        if end <= begin:
            raise PlanError("plan_failed", f"shot {number} has no frame to itself: its transitions meet or overlap")
    if any(after.frame <= before.frame for before, after in pairwise(sent.cuts)):
        raise PlanError("plan_failed", "the timeline's cuts are not in order")


def _accepted(shot: Shot, index: int, by_id: dict[str, PhotoSlot], sent: Timeline, *, strict: bool) -> Shot:
    what = f"shot {index + 1}"
    photo = by_id.get(shot.photo_id)
    if photo is None:
        raise PlanError("plan_failed", f"{what} shows photo {shot.photo_id}, which is not among those that can be used")
    if shot.motion in {Motion.UNKNOWN, Motion.AUTO}:
        raise PlanError("plan_failed", f"{what} has the motion {shot.motion.value}; a timeline names one")
    if shot.framing is Framing.UNKNOWN:
        raise PlanError("plan_failed", f"{what} has no framing that is known")
    if shot.motion is Motion.PARALLAX and not photo.has_depth:
        raise PlanError("plan_failed", f"{what} is a parallax, and photo {shot.photo_id} has no depth map")
    check_ramp(shot.ramp)
    _check_reveal(shot, what, photo)
    fields: dict[str, object] = {"label": photo.label, "scene": photo.scene or shot.scene}
    if photo.size is not None:
        ratio = source_px_per_output_px(_path(shot, photo.size, (sent.width, sent.height)), (sent.width, sent.height))
        if strict and ratio < 1:
            message = f"{what}: photo {shot.photo_id} has {ratio:.2f} pixels for each of the frame's"
            raise PlanError("image_too_small", f"{message}; strict resolution needs 1 at least")
        fields |= {
            "photo_width": photo.size[0],
            "photo_height": photo.size[1],
            "source_px_per_output_px": round(ratio, 4),
        }
    return shot.model_copy(update=fields)


def _check_reveal(shot: Shot, what: str, photo: PhotoSlot) -> None:
    reveal = shot.reveal
    if reveal is None:
        return
    if not photo.label or photo.original_size is None:
        raise PlanError("plan_failed", f"{what} reveals photo {shot.photo_id}, which has no usable original")
    if photo.size is not None:
        check_same_shape(shot.photo_id, photo.size, photo.original_size)
    if reveal.transition in {TransitionKind.UNKNOWN, TransitionKind.CUT}:
        raise PlanError("plan_failed", f"{what} is revealed by {reveal.transition.value}, which is no transition")
    if (
        not shot.first_frame
        <= reveal.first_frame
        < reveal.first_frame + reveal.frames
        <= shot.first_frame + shot.frames
    ):
        raise PlanError("plan_failed", f"{what} is revealed outside its own frames")


def _path(shot: Shot, size: tuple[int, int], frame: tuple[int, int]) -> CameraPath:
    move = Move(shot.motion, shot.frames, shot.zoom, shot.travel, shot.ramp, shot.focus, shot.crop)
    return lay_path(size if shot.framing is Framing.COVER else canvas_of(size, frame), frame, move)


def _check_music(sent: Timeline, analysis: Analysis | None) -> None:
    cue = sent.music
    if (cue is None) != (analysis is None):
        has = "has a cue for music, and there is none" if cue is not None else "has no cue for the music"
        raise PlanError("plan_failed", f"the timeline {has}")
    if cue is None or analysis is None:
        return
    if cue.start_s >= analysis.duration_s:
        message = f"the music's cue is at {cue.start_s:g} s, and it lasts {analysis.duration_s:.2f} s"
        raise PlanError("plan_failed", message)
    if (cue.loop_from_s is None) != (cue.loop_to_s is None) or (
        cue.loop_from_s is not None
        and cue.loop_to_s is not None
        and not 0 <= cue.loop_from_s < cue.loop_to_s <= analysis.duration_s + 0.001
    ):
        raise PlanError("plan_failed", "the music's loop does not lie within the music")
    if cue.fade_in_frames + cue.fade_out_frames > sent.frames:
        raise PlanError("plan_failed", "the music's fades are longer than the video")


def _heard(cut: Cut, sent: Timeline, analysis: Analysis | None) -> Cut:
    """The cut with the beat that it is on, if it is within a frame of one."""
    found: dict[str, object] = {"beat": BeatKind.NONE, "beat_s": None, "error_frames": None, "error_s": None}
    if analysis is not None and sent.music is not None:
        beats = heard_beats(analysis, sent.music, sent.frames / sent.fps)
        near = min(beats, key=lambda beat: abs(cut.frame - beat[0] * sent.fps), default=None)
        if near is not None and abs(cut.frame - near[0] * sent.fps) <= _ON_BEAT_FRAMES:
            error = cut.frame - near[0] * sent.fps
            found = {
                "beat": near[1],
                "beat_s": round(near[0], 6),
                "error_frames": round(error, 4),
                "error_s": round(error / sent.fps, 6),
            }
    return cut.model_copy(update=found)
