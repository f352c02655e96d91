"""How a photo of one shape fills a frame of another, and which motion suits it: by shape and scene alone. Pure."""

from dataclasses import dataclass, replace

from render.errors import PlanError
from render.motion import (
    LONGEST_REFRAME,
    PANS,
    REFRAME_PER_SECOND,
    TRAVEL_PER_SECOND,
    Move,
    lay_path,
    settle_motion,
    source_px_per_output_px,
    widest_view,
)
from schemas.edit import NarrowFraming
from schemas.video import Framing, Motion

LEAST_KEPT = 0.6
SOFT_BELOW = 0.5
DRAWN_SCENES = frozenset({"floor_plan", "map_document", "not_a_photo"})
"""Scenes that are read and not looked at: shown whole and still."""

_TURNS = (Motion.PUSH_IN, Motion.PAN_RIGHT, Motion.PULL_OUT, Motion.PAN_LEFT)


@dataclass(frozen=True, slots=True)
class Framed:
    """What was decided for a shot, and what a person should know about it."""

    framing: Framing
    move: Move
    source_px_per_output_px: float
    notes: tuple[str, ...] = ()


def choose_motion(motion: Motion, place: int, *, focused: bool = False) -> Motion:
    """The motion of the photo at `place` (from 0): its own, or for auto one that changes from photo to photo.

    `focused`: the photo has a focus point, on which the camera then pushes in.
    """
    if motion not in {Motion.AUTO, Motion.UNKNOWN}:
        return motion
    turn = _TURNS[place % len(_TURNS)]
    return Motion.FOCUS_PUSH if focused and turn is Motion.PUSH_IN else turn


def kept_share(photo: tuple[int, int], frame: tuple[int, int]) -> float:
    """The share of a photo's area that its widest cut to the frame's shape keeps."""
    widest = widest_view(photo, frame)
    return widest.width * widest.height / (photo[0] * photo[1])


def canvas_of(photo: tuple[int, int], frame: tuple[int, int]) -> tuple[float, float]:
    """The smallest canvas of the frame's shape that holds all of a photo, in the photo's pixels."""
    width = max(photo[0], photo[1] * frame[0] / frame[1])
    return width, width * frame[1] / frame[0]


def frame_photo(
    photo: tuple[int, int],
    frame: tuple[int, int],
    move: Move,
    *,
    scene: str = "",
    narrow: NarrowFraming = NarrowFraming.REFRAME_PAN,
    strict: bool = False,
    name: str = "the photo",
) -> Framed:
    """Decide framing and motion of a photo (width, height) in a frame (width, height).

    A cut that keeps LEAST_KEPT of the photo fills the frame; of a photo that would lose more, the camera shows the rest
    (reframe_pan, or a pan along the side that is cut, if that was asked for), or all of it stands on a matte, as
    `narrow` says. Plans, maps and pictures of text stand whole and still on a matte. With `strict`, a photo with less
    than a pixel for each of the frame's is refused: PlanError image_too_small, with `name` in it.
    """
    kept = kept_share(photo, frame)
    framing, motion = Framing.COVER, move.motion
    notes: list[str] = []
    if scene in DRAWN_SCENES:
        framing = Framing.FIT if narrow is NarrowFraming.BLURRED else Framing.MATTE
        motion = Motion.HOLD
    elif kept < LEAST_KEPT:
        if _along(photo, frame, motion) or narrow is NarrowFraming.REFRAME_PAN:
            motion = motion if _along(photo, frame, motion) else Motion.REFRAME_PAN
            move = _far(move)
        else:
            framing = Framing.FIT if narrow is NarrowFraming.BLURRED else Framing.MATTE
    whole = canvas_of(photo, frame) if framing is not Framing.COVER else photo
    if framing is not Framing.COVER:
        move = replace(move, focus=None, crop=None)
    settled = settle_motion(whole, frame, replace(move, motion=motion))
    if settled is not motion:
        notes.append(f"{name} has too few pixels for {motion.value}: {settled.value} instead.")
    move = replace(move, motion=settled)
    ratio = source_px_per_output_px(lay_path(whole, frame, move), frame)
    size = f"{name} has {photo[0]}x{photo[1]} pixels, {ratio:.2f} for each of the {frame[0]}x{frame[1]} frame"
    if strict and ratio < 1:
        raise PlanError("image_too_small", f"{size}; strict resolution needs 1 at least")
    if ratio < SOFT_BELOW:
        notes.append(f"{size}: it will look soft.")
    return Framed(framing, move, round(ratio, 4), tuple(notes))


def _along(photo: tuple[int, int], frame: tuple[int, int], motion: Motion) -> bool:
    """Whether a motion that was asked for shows what the frame cuts off."""
    if motion is Motion.REFRAME_PAN:
        return True
    if motion not in PANS:
        return False
    sideways = photo[0] * frame[1] > photo[1] * frame[0]
    return motion in ({Motion.PAN_LEFT, Motion.PAN_RIGHT} if sideways else {Motion.PAN_UP, Motion.PAN_DOWN})


def _far(move: Move) -> Move:
    """The move with the travel of a reframing pan: it has more to show than a pan for its own sake."""
    if move.motion is Motion.REFRAME_PAN:
        return move
    return replace(move, travel=round(min(move.travel * REFRAME_PER_SECOND / TRAVEL_PER_SECOND, LONGEST_REFRAME), 4))
