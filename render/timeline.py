"""Photos and music to a timeline: pure, deterministic, in whole frames."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from render.cuts import Place, choose_cuts, end_frame, even_cuts, most_shots, places
from render.errors import PlanError
from render.motion import choose_motion, move_for
from render.soundtrack import Analysis, Soundtrack, lay_music
from schemas.video import (
    Cut,
    LeftOutPhoto,
    Motion,
    MusicCue,
    Ratio,
    Segment,
    SegmentKind,
    Shot,
    Timeline,
    TransitionKind,
)

SHORTEST_SHOT_S = 1.2
LONGEST_SHOT_S = 6.0
TRANSITION_S = 0.4
FADE_IN_S = 0.05
FADE_OUT_S = 1.5

_SHAPES = {
    Ratio.WIDE_16_9: (16, 9),
    Ratio.TALL_9_16: (9, 16),
    Ratio.SQUARE: (1, 1),
    Ratio.PORTRAIT_4_5: (4, 5),
}


@dataclass(frozen=True, slots=True)
class PhotoSlot:
    """A photo that may be in the video. Photos of one `scene` (not empty) that follow each other are joined by cuts."""

    photo_id: str
    motion: Motion = Motion.AUTO
    scene: str = ""


def frame_size(ratio: Ratio, shorter_side: int) -> tuple[int, int]:
    """Width and height in pixels, even, of a video whose shorter side is given. Raises PlanError for no ratio."""
    if ratio not in _SHAPES:
        raise PlanError("plan_failed", f"{ratio.value} is no shape that a video can have")
    across, down = _SHAPES[ratio]
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
) -> Timeline:
    """Lay out a video of about `seconds`; `height` is its shorter side in pixels.

    Cuts fall on beats, downbeats first, and the video ends on one where there is one near. All photos are shown, in
    their order, if each gets SHORTEST_SHOT_S; otherwise some are left out, with the reason. `left_out` are photos that
    were refused before; they are listed with those. Nothing in the result depends on what a photo shows, but for the
    scenes. Raises PlanError: no_usable_photo, plan_failed, audio_too_short.
    """
    _check(photos, seconds, fps)
    width, high = frame_size(ratio, height)
    music = lay_music(analysis, seconds) if analysis is not None else None
    notes = [music.note] if music is not None and music.note else []
    cuts, end = _lay_cuts(len(photos), music, seconds, fps)
    shown, dropped = _choose_photos(photos, len(cuts) + 1)
    if end / len(shown) > LONGEST_SHOT_S * fps:
        notes.append(f"There are few photos for the length: each is seen for {end / len(shown) / fps:.1f} s.")
    transitions = _transitions(shown, cuts, end, fps)
    shots = _shots(shown, cuts, transitions, end, fps)
    return Timeline(
        width=width,
        height=high,
        fps=fps,
        frames=end,
        seconds_wanted=seconds,
        shots=shots,
        cuts=[_cut(place, *change, fps) for place, change in zip(cuts, transitions, strict=True)],
        segments=_segments(shots, cuts, transitions, end),
        music=_cue(music, end, fps) if music is not None else None,
        left_out=[*left_out, *dropped],
        notes=notes,
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


def _transitions(
    shown: Sequence[PhotoSlot], cuts: Sequence[Place], end: int, fps: int
) -> list[tuple[TransitionKind, int]]:
    """Kind and length in frames (even) of each change: the same scene cuts, another dissolves."""
    ends = [0, *(place.frame for place in cuts), end]
    lengths = [right - left for left, right in pairwise(ends)]
    found = []
    for index, (one, other) in enumerate(pairwise(shown)):
        # A quarter of the shorter shot on each side leaves at least half of every shot to itself.
        half = min(round(TRANSITION_S * fps / 2), lengths[index] // 4, lengths[index + 1] // 4)
        same = bool(one.scene) and one.scene == other.scene
        found.append((TransitionKind.CUT, 0) if same or half == 0 else (TransitionKind.DISSOLVE, 2 * half))
    return found


def _shots(
    shown: Sequence[PhotoSlot],
    cuts: Sequence[Place],
    transitions: Sequence[tuple[TransitionKind, int]],
    end: int,
    fps: int,
) -> list[Shot]:
    starts = [0, *(place.frame - length // 2 for place, (_, length) in zip(cuts, transitions, strict=True))]
    stops = [*(place.frame + length // 2 for place, (_, length) in zip(cuts, transitions, strict=True)), end]
    shots = []
    for index, (photo, start, stop) in enumerate(zip(shown, starts, stops, strict=True)):
        move = move_for(choose_motion(photo.motion, index), stop - start, fps)
        shots.append(
            Shot(
                photo_id=photo.photo_id,
                scene=photo.scene,
                motion=move.motion,
                first_frame=start,
                frames=move.frames,
                zoom=move.zoom,
                travel=move.travel,
            )
        )
    return shots


def _segments(
    shots: Sequence[Shot], cuts: Sequence[Place], transitions: Sequence[tuple[TransitionKind, int]], end: int
) -> list[Segment]:
    segments: list[Segment] = []
    at = 0
    for index in range(len(shots)):
        kind, length = transitions[index] if index < len(cuts) else (TransitionKind.CUT, 0)
        stop = cuts[index].frame - length // 2 if index < len(cuts) else end
        segments.append(Segment(kind=SegmentKind.BODY, shot=index, first_frame=at, frames=stop - at))
        at = stop
        if length:
            segments.append(
                Segment(
                    kind=SegmentKind.TRANSITION,
                    shot=index,
                    next_shot=index + 1,
                    transition=kind,
                    first_frame=at,
                    frames=length,
                )
            )
            at += length
    return segments


def _cut(place: Place, kind: TransitionKind, length: int, fps: int) -> Cut:
    error = None if place.second is None else place.frame - place.second * fps
    return Cut(
        frame=place.frame,
        transition=kind,
        transition_frames=length,
        beat=place.kind,
        beat_s=None if place.second is None else round(place.second, 6),
        error_frames=None if error is None else round(error, 4),
        error_s=None if error is None else round(error / fps, 6),
    )


def _cue(music: Soundtrack, end: int, fps: int) -> MusicCue:
    return MusicCue(
        start_s=round(music.start_s, 6),
        loop_from_s=None if music.loop_from_s is None else round(music.loop_from_s, 6),
        loop_to_s=None if music.loop_to_s is None else round(music.loop_to_s, 6),
        fade_in_frames=max(1, round(FADE_IN_S * fps)) if music.start_s > 0 else 0,
        fade_out_frames=min(round(FADE_OUT_S * fps), end // 8),
    )
