"""Records in a few lines for a person."""

from collections import Counter
from typing import Any

_BEATS_SHOWN = 8
_MARKS = {"passed": "ok  ", "failed": "FAIL", "not_applicable": "n/a "}


def photo_summary(record: dict[str, Any]) -> list[str]:
    """A PhotoRecord: scene, quality, file."""
    scene, quality = record["scene"], record["quality"]
    label = f"{scene['label']} ({scene['confidence']:.0%})"
    if scene["abstained"]:
        others = ", ".join(f"{other['label']} {other['confidence']:.0%}" for other in scene["top"])
        label = f"not sure: {others}"
    return [
        f"scene    {label}, {record['space']}",
        f"quality  {quality['overall']:.0f} of 100",
        *(f"         {hint}" for hint in quality["hints"]),
        f"file     {record['width']} x {record['height']} {record['format']}, {record['bytes']:,} bytes",
        f"sha256   {record['sha256']}",
    ]


def room_summary(record: dict[str, Any]) -> list[str]:
    """A room in metres: camera, scale, floor, openings, doubts."""
    camera, scale, floor = record["camera"], record["scale"], record["floor"]
    cues = ", ".join(f"{cue['name']} {cue['camera_height_m']:.2f}" for cue in scale["cues"])
    openings = ", ".join(opening["kind"] for opening in record["openings"]) or "none seen"
    doubts = [f"doubt    {doubt['reason']}: {doubt['detail']}" for doubt in record["doubts"]]
    return [
        f"camera   {camera['horizontal_fov_deg']:.0f} degrees wide (by {camera['focal_from']}), "
        f"pitch {camera['pitch_deg']:.1f}, roll {camera['roll_deg']:.1f}" + (", faces a wall" * camera["one_point"]),
        f"scale    camera {scale['camera_height_m']:.2f} m, ceiling {scale['ceiling_m']:.2f} m; camera by cue: {cues}",
        f"floor    {floor['free_m2']:.1f} square metres free, {len(record['walls'])} walls; openings: {openings}",
        f"kept out {_counted([each['reason'] for each in record['keep_outs']])}",
        f"looks at {_counted([each['kind'] for each in record['focal_points']])}",
        f"sure     {record['confidence']['overall']:.0%}",
        *(doubts or ["doubt    none"]),
    ]


def _counted(names: list[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(Counter(names).items())) or "nothing"


def audio_summary(record: dict[str, Any]) -> list[str]:
    """An AudioAnalysis: length, tempo, beats, downbeats."""
    kind = f"{record['codec']}, {record['sample_rate']} Hz, {record['channels']} channels"
    lines = [f"length     {record['duration_s']:.2f} s, {kind}"]
    if record["tempo_bpm"] is None:
        return [*lines, "tempo      none: silence, or music without beats"]
    others = ", ".join(f"{other['bpm']:.1f}" for other in record["tempo_alternatives"]) or "none"
    confidence = f"confidence {record['tempo_confidence']:.2f}"
    return [
        *lines,
        f"tempo      {record['tempo_bpm']:.1f} beats a minute, {confidence}; alternatives: {others}",
        f"beats      {len(record['beats_s'])}: {_times(record['beats_s'])}",
        f"downbeats  {len(record['downbeats_s'])}: {_times(record['downbeats_s'])}",
        f"phrases    {len(record['phrase_ends'])} ends: {_times([end['at_s'] for end in record['phrase_ends']])}",
        f"cuts       best places for strong ones: {_times([place['at_s'] for place in record['strong_cuts']])}",
        *_tempi(record["tempo_sections"]),
    ]


def video_summary(record: dict[str, Any]) -> list[str]:
    """A VideoReport: streams, frames, whether it decodes, its quality checks."""
    rate = record["fps_numerator"] / record["fps_denominator"] if record["fps_denominator"] else 0.0
    lines = [
        f"video    {record['codec']}, {record['width']} x {record['height']}, {rate:g} frames a second",
        f"length   {record['frames']} frames, {record['duration_s']:.3f} s",
    ]
    if record["audio_codec"] is not None:
        heard = f"{record['audio_rate_hz']} Hz, {record['audio_channels']} channels"
        lines.append(f"audio    {record['audio_codec']}, {heard}, {record['audio_duration_s']:.3f} s")
    lines.append(f"decodes  {'every frame' if record['decodes'] else 'not all of it'}")
    quality = record["quality"]
    if quality is not None:
        lines.append(f"quality  {'passed' if quality['passed'] else 'failed'}")
        lines += [f"  {_MARKS.get(c['status'], '?')} {c['check']}: {c['message']}" for c in quality["checks"]]
    return lines


def _tempi(sections: list[dict[str, Any]]) -> list[str]:
    """The tempi of a piece that changes its tempo."""
    if len(sections) < 2:
        return []
    said = ", ".join(f"{s['bpm']:.1f} from {s['start_s']:.1f} s" for s in sections[:_BEATS_SHOWN])
    return [f"changes    {said}"]


def _times(seconds: list[float]) -> str:
    shown = ", ".join(f"{time:.2f}" for time in seconds[:_BEATS_SHOWN])
    return f"{shown}, ... s" if len(seconds) > _BEATS_SHOWN else f"{shown} s"
