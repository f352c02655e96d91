"""The timeline as a drawing: shots on top, the music's level, beats and bars below, and how far each cut is off."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from schemas.audio import AudioAnalysis
from schemas.video import BeatKind, Cut, MusicCue, Timeline

_WIDTH = 1200.0
_LEFT = 8.0
_SHOTS_Y, _SHOTS_H = 6.0, 84.0
_WAVE_Y, _WAVE_H = 116.0, 46.0
_AXIS_Y = 184.0
_HEIGHT = 200.0
_QUIET_DB = -48.0
_Scale = Callable[[float], float]  # frame -> x


def draw_timeline(timeline: Timeline, audio: AudioAnalysis | None, thumbnails: Mapping[str, str]) -> str:
    """The timeline as inline SVG, `_WIDTH` units wide."""
    seconds = timeline.frames / timeline.fps
    scale = (_WIDTH - 2 * _LEFT) / timeline.frames

    def x_of(frame: float) -> float:
        return round(_LEFT + frame * scale, 2)

    title = f"<title>{len(timeline.shots)} shots in {seconds:.1f} s</title>"
    parts = [f'<svg class="timeline" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img">{title}']
    parts += _shots(timeline, thumbnails, x_of)
    if audio is not None and timeline.music is not None:
        parts += _level(audio, timeline.music, seconds, timeline.fps, x_of)
        parts += _beats(audio, timeline.music, seconds, timeline.fps, x_of)
    parts += [_cut(cut, timeline.fps, x_of(cut.frame)) for cut in timeline.cuts]
    parts += _axis(seconds, timeline.fps, x_of)
    parts.append("</svg>")
    return "".join(parts)


def moments_heard(moments_s: Iterable[float], cue: MusicCue, seconds: float) -> list[float]:
    """When moments of the music are heard in the video, loops unrolled: seconds from the video's start, ascending."""
    moments = sorted(moments_s)
    if cue.loop_from_s is None or cue.loop_to_s is None or cue.loop_to_s <= cue.loop_from_s:
        return [moment - cue.start_s for moment in moments if 0 <= moment - cue.start_s < seconds]
    heard = [moment - cue.start_s for moment in moments if cue.start_s <= moment < cue.loop_to_s]
    again = [moment - cue.loop_from_s for moment in moments if cue.loop_from_s <= moment < cue.loop_to_s]
    begins = cue.loop_to_s - cue.start_s
    while begins < seconds:
        heard += [begins + moment for moment in again]
        begins += cue.loop_to_s - cue.loop_from_s
    return [moment for moment in heard if 0 <= moment < seconds]


def worst_error_ms(cuts: Sequence[Cut]) -> float | None:
    """The largest distance of a cut from its beat, in milliseconds; None where no cut lies on one."""
    errors = [abs(cut.error_s) * 1000 for cut in cuts if cut.error_s is not None]
    return max(errors, default=None)


def _shots(timeline: Timeline, thumbnails: Mapping[str, str], x_of: _Scale) -> list[str]:
    """Each shot from its cut to the next one's, its photo inside; transitions as bands over both."""
    edges = [0, *(cut.frame for cut in timeline.cuts), timeline.frames]
    parts = []
    for index, (shot, begin, end) in enumerate(zip(timeline.shots, edges, edges[1:], strict=False)):
        x, width = x_of(begin), round(x_of(end) - x_of(begin), 2)
        clip = f"shot{index}"
        title = f"{shot.photo_id}: {shot.motion}, frames {shot.first_frame} to {shot.first_frame + shot.frames}"
        parts.append(f'<g class="shot"><title>{escape(title)}</title>')
        parts.append(
            f'<clipPath id="{clip}"><rect x="{x + 0.75}" y="{_SHOTS_Y}" width="{max(0.5, width - 1.5)}" '
            f'height="{_SHOTS_H}" rx="4"/></clipPath>'
        )
        parts.append(f'<g clip-path="url(#{clip})">')
        parts.append(f'<rect class="blank" x="{x}" y="{_SHOTS_Y}" width="{width}" height="{_SHOTS_H}"/>')
        picture = thumbnails.get(shot.photo_id)
        if picture is not None:
            parts.append(
                f'<image href="{picture}" x="{x}" y="{_SHOTS_Y}" width="{width}" height="{_SHOTS_H}" '
                'preserveAspectRatio="xMidYMid slice"/>'
            )
        label_y = _SHOTS_Y + _SHOTS_H
        parts.append(f'<rect class="shade" x="{x}" y="{label_y - 17}" width="{width}" height="17"/>')
        parts.append(f'<text class="motion" x="{x + 6}" y="{label_y - 5}">{escape(str(shot.motion))}</text></g></g>')
    for cut in timeline.cuts:
        if cut.transition_frames:
            first = x_of(cut.frame - cut.transition_frames / 2)
            width = round(x_of(cut.frame + cut.transition_frames / 2) - first, 2)
            parts.append(
                f'<rect class="transition" x="{first}" y="{_SHOTS_Y}" width="{width}" height="{_SHOTS_H}">'
                f"<title>{escape(str(cut.transition))}, {cut.transition_frames} frames</title></rect>"
            )
    return parts


def _level(audio: AudioAnalysis, cue: MusicCue, seconds: float, fps: int, x_of: _Scale) -> list[str]:
    levels = {point.at_s: point.level_db for point in audio.energy}
    if len(levels) < 2:
        return []
    points = []
    for at_s, level in sorted((at, db) for start, db in levels.items() for at in moments_heard([start], cue, seconds)):
        share = min(1.0, max(0.0, 1 - level / _QUIET_DB))
        points.append((x_of(at_s * fps), round(_WAVE_H / 2 * share, 2)))
    if len(points) < 2:
        return []
    middle = _WAVE_Y + _WAVE_H / 2
    points = [(x_of(0), points[0][1]), *points, (x_of(seconds * fps), points[-1][1])]
    upper = " ".join(f"{x},{round(middle - height, 2)}" for x, height in points)
    lower = " ".join(f"{x},{round(middle + height, 2)}" for x, height in reversed(points))
    return [f'<polygon class="level" points="{upper} {lower}"/>']


def _beats(audio: AudioAnalysis, cue: MusicCue, seconds: float, fps: int, x_of: _Scale) -> list[str]:
    downbeats = set(audio.downbeats_s)
    weak = moments_heard((beat for beat in audio.beats_s if beat not in downbeats), cue, seconds)
    strong = moments_heard(downbeats, cue, seconds)
    top, bottom = _WAVE_Y, _WAVE_Y + _WAVE_H
    thin = " ".join(f"M{x_of(at * fps)} {top + 14}V{bottom - 14}" for at in weak)
    bold = " ".join(f"M{x_of(at * fps)} {top + 4}V{bottom - 4}" for at in strong)
    return [f'<path class="beat" d="{thin}"/>', f'<path class="downbeat" d="{bold}"/>']


def _cut(cut: Cut, fps: int, x: float) -> str:
    """A line down to the beat, and the distance from it in milliseconds."""
    on_beat = cut.error_frames is not None and abs(cut.error_frames) <= 0.5 + 1e-6
    kind = "free" if cut.beat is BeatKind.NONE else ("on" if on_beat else "off")
    label = "" if cut.error_s is None else f"{cut.error_s * 1000:+.0f}"
    title = f"cut at frame {cut.frame} ({cut.frame / fps:.3f} s) on a {cut.beat}" if label else f"cut at {cut.frame}"
    return (
        f'<g class="cut {kind}"><title>{escape(title)}{f", {label} ms" if label else ""}</title>'
        f'<path d="M{x} {_SHOTS_Y - 4}V{_WAVE_Y + _WAVE_H}"/>'
        f'<text x="{x}" y="{_SHOTS_Y + _SHOTS_H + 15}">{label}</text></g>'
    )


def _axis(seconds: float, fps: int, x_of: _Scale) -> list[str]:
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60) if seconds / step <= 16), 120)
    parts = [f'<path class="axis" d="M{_LEFT} {_AXIS_Y - 10}H{_WIDTH - _LEFT}"/>']
    for second in range(0, int(seconds) + 1, step):
        x = x_of(second * fps)
        parts.append(f'<path class="axis" d="M{x} {_AXIS_Y - 10}v4"/>')
        parts.append(f'<text class="second" x="{x}" y="{_AXIS_Y + 6}">{second} s</text>')
    return parts
