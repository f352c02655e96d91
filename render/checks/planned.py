"""From a timeline to what its video should be, frame by frame. Pure."""

from render.checks.expectation import Expectation, PlannedCut, Span
from schemas.video import Motion, SegmentKind, Timeline, TransitionKind


def expectation_of(timeline: Timeline) -> Expectation:
    """What the checks hold a timeline's video against."""
    segments = timeline.segments
    bodies = [segment for segment in segments if segment.kind is SegmentKind.BODY]
    still = [Span(b.first_frame, b.frames) for b in bodies if timeline.shots[b.shot].motion is Motion.HOLD]
    black = [Span(s.first_frame, s.frames) for s in segments if s.transition is TransitionKind.FADE_BLACK]
    music = timeline.music
    return Expectation(
        width=timeline.width,
        height=timeline.height,
        fps=timeline.fps,
        frames=timeline.frames,
        has_music=music is not None,
        cuts=tuple(PlannedCut(cut.frame, cut.transition_frames, cut.beat_s) for cut in timeline.cuts),
        still=tuple(still),
        black=tuple(black),
        loudness_lufs=music.loudness_lufs if music is not None else -14.0,
        true_peak_dbtp=music.true_peak_dbtp if music is not None else -1.0,
    )
