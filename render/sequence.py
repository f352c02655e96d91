"""Photos in order and the frames at which they change, to shots, cuts and segments. Pure, in whole frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from render.cuts import Beat, Place
from render.errors import PlanError
from render.framing import choose_motion, frame_photo
from render.motion import Move, move_for
from render.plate import MATTE
from render.ramp import PEAKED, check_ramp
from render.slot import PhotoSlot
from schemas.edit import NarrowFraming
from schemas.video import (
    BeatKind,
    Cut,
    Framing,
    Motion,
    Reveal,
    Segment,
    SegmentKind,
    Shot,
    SpeedRamp,
    TransitionKind,
)

ORIGINAL_LABEL = "Original photo"
_REVEAL_S = 0.8
_REVEAL_AT = 0.45
_REVEAL_WITHIN = (0.25, 0.7)
_PEAK_WITHIN = (0.2, 0.8)
_SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class Look:
    """What all shots of a video have in common."""

    width: int
    height: int
    fps: int
    narrow: NarrowFraming = NarrowFraming.REFRAME_PAN
    strict: bool = False
    matte: str = MATTE


@dataclass(frozen=True, slots=True)
class Change:
    """From one shot to the next: where, how, and for how many frames (even; 0 for a cut)."""

    place: Place
    kind: TransitionKind
    frames: int


def transition_frames(seconds: float, fps: int, before: int, after: int) -> int:
    """Length of a transition, even: a quarter of the shorter shot on each side leaves half of every shot to itself."""
    return 2 * min(round(seconds * fps / 2), before // 4, after // 4)


def lay_shots(
    shown: Sequence[PhotoSlot], changes: Sequence[Change], end: int, look: Look, beats: Sequence[Beat] = ()
) -> tuple[list[Shot], list[str]]:
    """The shots of a video of `end` frames, and notes on them. On `beats` ramps have their peak and reveals fall.

    Raises PlanError: image_too_small with strict resolution; plan_failed for a motion or a reveal that lacks something.
    """
    starts = [0, *(change.place.frame - change.frames // 2 for change in changes)]
    stops = [*(change.place.frame + change.frames // 2 for change in changes), end]
    shots, notes = [], []
    for index, (photo, start, stop) in enumerate(zip(shown, starts, stops, strict=True)):
        shot, said = _shot(photo, index, start, stop - start, look, beats)
        shots.append(shot)
        notes += said
    return shots, notes


def frame_shot(
    photo: PhotoSlot, move: Move, look: Look, framing: Framing | None = None
) -> tuple[dict[str, object], list[str]]:
    """The fields of a shot that follow from photo and frame, and notes. `framing` is one that was asked for."""
    size = photo.size
    if size is None:
        return {"motion": move.motion, "framing": framing or Framing.COVER, "travel": move.travel}, []
    narrow = look.narrow
    if framing is not None and framing is not Framing.COVER:
        narrow = NarrowFraming.BLURRED if framing is Framing.FIT else NarrowFraming.BRAND
    framed = frame_photo(
        size, (look.width, look.height), move,
        scene=photo.scene, narrow=narrow, strict=look.strict, name=f"photo {photo.photo_id}",
    )  # fmt: skip
    return {
        "motion": framed.move.motion,
        "framing": framed.framing,
        "travel": framed.move.travel,
        "photo_width": size[0],
        "photo_height": size[1],
        "source_px_per_output_px": framed.source_px_per_output_px,
        "focus": framed.move.focus,
        "crop": framed.move.crop,
    }, list(framed.notes)


def _shot(
    photo: PhotoSlot, index: int, start: int, frames: int, look: Look, beats: Sequence[Beat]
) -> tuple[Shot, list[str]]:
    check_ramp(photo.ramp)
    motion = choose_motion(photo.motion, index, focused=photo.focus is not None)
    if motion is Motion.PARALLAX and not photo.has_depth:
        message = f"photo {photo.photo_id} has no depth map, which a parallax needs: give `depth` or another motion"
        raise PlanError("plan_failed", message)
    ramp = _peaked(photo.ramp, start, frames, look.fps, beats)
    move = move_for(motion, frames, look.fps, ramp, photo.focus, photo.crop_for(look.width, look.height))
    fields: dict[str, object] = {"focus": move.focus, "crop": move.crop}
    found, notes = frame_shot(photo, move, look)
    fields |= found
    shot = Shot.model_validate(
        {
            "photo_id": photo.photo_id,
            "scene": photo.scene,
            "first_frame": start,
            "frames": frames,
            "zoom": move.zoom,
            "ramp": ramp,
            "matte": look.matte,
            "label": photo.label,
            "reveal": _reveal(photo, start, frames, look.fps, beats),
            **fields,
        }
    )
    return shot, notes


def _peaked(ramp: SpeedRamp, start: int, frames: int, fps: int, beats: Sequence[Beat]) -> SpeedRamp:
    """The ramp with its peak on a beat, the one next to where it was asked for."""
    if ramp.kind not in PEAKED:
        return ramp
    frame = _beat_frame(start, frames, fps, ramp.peak, _PEAK_WITHIN, beats)
    if frame is None:
        return ramp
    return ramp.model_copy(update={"peak": round((frame - start) / max(frames - 1, 1), 6)})


def _reveal(photo: PhotoSlot, start: int, frames: int, fps: int, beats: Sequence[Beat]) -> Reveal | None:
    if not photo.reveal:
        return None
    if not photo.label or photo.original_size is None:
        message = f"photo {photo.photo_id} cannot be revealed: it has no usable original in its disclosure"
        raise PlanError("plan_failed", message)
    if photo.size is not None:
        check_same_shape(photo.photo_id, photo.size, photo.original_size)
    length = max(2, 2 * (min(round(_REVEAL_S * fps), frames // 3) // 2))
    if frames < 3 * length and frames < 6:
        raise PlanError("plan_failed", f"photo {photo.photo_id} is shown for {frames} frames, too few for a reveal")
    middle = _beat_frame(start, frames, fps, _REVEAL_AT, _REVEAL_WITHIN, beats)
    if middle is None:
        middle = start + round(_REVEAL_AT * frames)
    first = min(max(middle - length // 2, start + 1), start + frames - length - 1)
    return Reveal(first_frame=first, frames=length, transition=TransitionKind.WIPE_RIGHT, label=ORIGINAL_LABEL)


def check_same_shape(photo_id: str, staged: tuple[int, int], original: tuple[int, int]) -> None:
    """Raises PlanError plan_failed where a staged photo and its original are no pictures of one shape."""
    if abs(staged[0] * original[1] / (staged[1] * original[0]) - 1) > _SAME_SHAPE:
        sizes = f"{staged[0]}x{staged[1]} and {original[0]}x{original[1]}"
        raise PlanError("plan_failed", f"photo {photo_id} and its original have different shapes ({sizes})")


def _beat_frame(
    start: int, frames: int, fps: int, wanted: float, within: tuple[float, float], beats: Sequence[Beat]
) -> int | None:
    """The frame of the downbeat, else beat, next to a share of the shot; None where there is none within two shares."""
    low, high = start + within[0] * frames, start + within[1] * frames
    for kind in (BeatKind.DOWNBEAT, BeatKind.BEAT):
        near = [round(b.second * fps) for b in beats if b.kind is kind and low <= round(b.second * fps) <= high]
        if near:
            return min(near, key=lambda frame: abs(frame - start - wanted * frames))
    return None


def lay_segments(cuts: Sequence[Cut], end: int) -> list[Segment]:
    """The segments that follow from the cuts: a body for each shot, and each transition."""
    segments: list[Segment] = []
    at = 0
    for index in range(len(cuts) + 1):
        cut = cuts[index] if index < len(cuts) else None
        length = cut.transition_frames if cut is not None else 0
        stop = cut.frame - length // 2 if cut is not None else end
        segments.append(Segment(kind=SegmentKind.BODY, shot=index, first_frame=at, frames=stop - at))
        at = stop
        if cut is not None and length:
            segments.append(
                Segment(
                    kind=SegmentKind.TRANSITION,
                    shot=index,
                    next_shot=index + 1,
                    transition=cut.transition,
                    first_frame=at,
                    frames=length,
                )
            )
            at += length
    return segments


def lay_cut(change: Change, fps: int) -> Cut:
    """A cut with its distance from the beat that it was laid on."""
    place = change.place
    error = None if place.second is None else place.frame - place.second * fps
    return Cut(
        frame=place.frame,
        transition=change.kind,
        transition_frames=change.frames,
        beat=place.kind,
        beat_s=None if place.second is None else round(place.second, 6),
        error_frames=None if error is None else round(error, 4),
        error_s=None if error is None else round(error / fps, 6),
    )


def lengths_of(places: Sequence[Place], end: int) -> list[int]:
    """Frames from cut to cut."""
    edges = [0, *(place.frame for place in places), end]
    return [right - left for left, right in pairwise(edges)]
