"""Photos and music to a timeline: pure, deterministic, in whole frames."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from render.cuts import Beat, Place, choose_cuts, end_frame, even_cuts, most_shots, places
from render.errors import PlanError
from render.plate import MATTE
from render.sequence import Change, Look, lay_cut, lay_segments, lay_shots, lengths_of, transition_frames
from render.slot import SHAPES, PhotoSlot
from render.soundtrack import Analysis, Soundtrack, lay_music
from render.tour import area_of, eligible, pick
from schemas.edit import AutoEdit, NarrowFraming
from schemas.video import BeatKind, LeftOutPhoto, MusicCue, Ratio, Timeline, TransitionKind

__all__ = ["PhotoSlot", "frame_size", "plan_timeline"]

SHORTEST_SHOT_S = 1.2
LONGEST_SHOT_S = 6.0
TRANSITION_S = 0.4
STRONG_TRANSITION_S = 0.5
FADE_IN_S = 0.05
FADE_OUT_S = 1.5
_STRONG = (TransitionKind.SMOOTH_LEFT, TransitionKind.SLIDE_LEFT, TransitionKind.SMOOTH_UP)


def frame_size(ratio: Ratio, shorter_side: int) -> tuple[int, int]:
    """Width and height in pixels, even, of a video whose shorter side is given. Raises PlanError for no ratio."""
    if ratio not in SHAPES:
        raise PlanError("plan_failed", f"{ratio.value} is no shape that a video can have")
    across, down = SHAPES[ratio]
    unit = shorter_side / min(across, down)
    return 2 * round(across * unit / 2), 2 * round(down * unit / 2)


def plan_timeline(
    photos: Sequence[PhotoSlot],
    analysis: Analysis | None,
    *,
    seconds: float = 30.0,
    ratio: Ratio = Ratio.WIDE_16_9,
    height: int = 1080,
    fps: int = 30,
    left_out: Sequence[LeftOutPhoto] = (),
    auto: AutoEdit | None = None,
    narrow: NarrowFraming = NarrowFraming.REFRAME_PAN,
    strict: bool = False,
    matte: str = MATTE,
) -> Timeline:
    """Lay out a video of about `seconds`; `height` is its shorter side in pixels.

    Cuts fall on beats, downbeats first, and the video ends on one where there is one near. With `auto` photos are
    chosen and put in order as for a tour (tour.py). Without it all photos are shown, in their order, if each gets
    SHORTEST_SHOT_S; otherwise some are left out. Either way the others are listed with the reason, after `left_out`,
    photos that were refused before. The choice and the cuts are the same in every ratio. Raises PlanError:
    no_usable_photo, plan_failed, audio_too_short, image_too_small (with `strict`).
    """
    _check(photos, seconds, fps)
    width, high = frame_size(ratio, height)
    offered, unfit = eligible(photos, auto) if auto is not None else (list(photos), [])
    music = lay_music(analysis, seconds) if analysis is not None else None
    notes = [music.note] if music is not None and music.note else []
    cuts, end = _lay_cuts(len(offered), music, seconds, fps)
    shown, dropped = pick(offered, len(cuts) + 1, auto) if auto is not None else _choose_photos(offered, len(cuts) + 1)
    if end / len(shown) > LONGEST_SHOT_S * fps:
        notes.append(f"There are few photos for the length: each is seen for {end / len(shown) / fps:.1f} s.")
    changes = _changes(shown, cuts, end, fps)
    look = Look(width, high, fps, narrow, strict, matte)
    shots, said = lay_shots(shown, changes, end, look, beats_of(music))
    laid = [lay_cut(change, fps) for change in changes]
    return Timeline(
        width=width,
        height=high,
        fps=fps,
        frames=end,
        seconds_wanted=seconds,
        shots=shots,
        cuts=laid,
        segments=lay_segments(laid, end),
        music=lay_cue(music, end, fps) if music is not None else None,
        left_out=[*left_out, *unfit, *dropped],
        notes=[*notes, *said],
    )


def _check(photos: Sequence[PhotoSlot], seconds: float, fps: int) -> None:
    if not photos:
        raise PlanError("no_usable_photo", "there is no photo to make a video of")
    twice = [photo_id for photo_id, count in Counter(photo.photo_id for photo in photos).items() if count > 1]
    if twice:
        raise PlanError("plan_failed", f"photo {twice[0]} is there more than once")
    if not (seconds > 0 and round(seconds * fps) >= 1):
        raise PlanError("plan_failed", f"a video of {seconds} s at {fps} frames a second has no frame")


def _lay_cuts(photos: int, music: Soundtrack | None, seconds: float, fps: int) -> tuple[list[Place], int]:
    """The cuts and the length in frames."""
    # One frame less, because a beat is rounded to a frame at both ends of a shot.
    shortest = max(1, round(SHORTEST_SHOT_S * fps) - 1)
    if music is None or not music.beats:
        wanted = music.seconds if music is not None else seconds
        end = max(1, round(wanted * fps))
        return even_cuts(min(photos, max(1, end // shortest)), end), end
    end = end_frame(music.beats, music.seconds, fps, int(music.latest_s * fps))
    offered = places(music.beats, end, fps)
    return choose_cuts(offered, min(photos, most_shots(offered, end, shortest)), end, shortest), end


def _choose_photos(photos: Sequence[PhotoSlot], count: int) -> tuple[list[PhotoSlot], list[LeftOutPhoto]]:
    """The photos that are shown. Of the scene with the most photos the last one goes first; the first photo stays.

    Photos without a scene go from the end of the list, once no scene has more than one photo.
    """
    kept = list(photos)
    dropped: list[LeftOutPhoto] = []
    while len(kept) > count:
        scenes = Counter(photo.scene for photo in kept if photo.scene)
        most = max(scenes.values(), default=0)
        if most > 1:
            index = max(i for i, photo in enumerate(kept) if photo.scene and scenes[photo.scene] == most)
            why = (
                f"{most - 1} other photos of {kept[index].scene} are shown"
                if most > 2
                else (f"another photo of {kept[index].scene} is shown")
            )
        else:
            index, why = len(kept) - 1, "it is the last of those that are left"
        reason = f"Of {len(photos)} photos {count} fit into the video; {why}."
        dropped.append(LeftOutPhoto(photo_id=kept.pop(index).photo_id, code="does_not_fit", reason=reason))
    return kept, dropped


def _changes(shown: Sequence[PhotoSlot], cuts: Sequence[Place], end: int, fps: int) -> list[Change]:
    """How each shot becomes the next: the same room cuts, another room fades.

    Another part of the house comes in more strongly, in turns, where the change falls on a downbeat.
    """
    lengths = lengths_of(cuts, end)
    found = []
    strong = 0
    for index, (one, other) in enumerate(pairwise(shown)):
        place = cuts[index]
        if one.same_room(other):
            found.append(Change(place, TransitionKind.CUT, 0))
            continue
        known = bool(one.scene) and bool(other.scene)
        moves = place.kind is BeatKind.DOWNBEAT and known and area_of(one) != area_of(other)
        kind = _STRONG[strong % len(_STRONG)] if moves else TransitionKind.FADE
        seconds = STRONG_TRANSITION_S if moves else TRANSITION_S
        strong += moves
        length = transition_frames(seconds, fps, lengths[index], lengths[index + 1])
        found.append(Change(place, kind, length) if length else Change(place, TransitionKind.CUT, 0))
    return found


def beats_of(music: Soundtrack | None) -> tuple[Beat, ...]:
    """The beats that are heard, in the video's time."""
    return () if music is None else music.beats


def lay_cue(music: Soundtrack, end: int, fps: int) -> MusicCue:
    """Which part of the music is heard under a video of `end` frames."""
    return MusicCue(
        start_s=round(music.start_s, 6),
        loop_from_s=None if music.loop_from_s is None else round(music.loop_from_s, 6),
        loop_to_s=None if music.loop_to_s is None else round(music.loop_to_s, 6),
        fade_in_frames=max(1, round(FADE_IN_S * fps)) if music.start_s > 0 else 0,
        fade_out_frames=min(round(FADE_OUT_S * fps), end // 8),
    )
