"""One photo to one clip: decoded, framed, moved, labelled, encoded."""

from dataclasses import replace
from pathlib import Path

from render.checks import Span, failures, inspect_video
from render.checks.planned import expectation_of
from render.checks.report import write_quality
from render.encode import Report, VideoFormat, encode_frames
from render.errors import PlanError, QualityError
from render.framing import choose_motion
from render.motion import Move
from render.photo import read_header
from render.plate import MATTE, Layout, lay_out
from render.ramp import CONSTANT
from render.segment import encoding_of, segment_frames, segment_parameters
from render.sequence import Look, lay_segments, lay_shots
from render.slot import PhotoSlot
from schemas.edit import NarrowFraming
from schemas.photo import Crop, Point
from schemas.video import ClipReport, Framing, Motion, SpeedRamp, Timeline, VideoReport


def make_clip(
    photo: Path,
    out: Path,
    motion: Motion = Motion.AUTO,
    *,
    seconds: float = 3.0,
    frames: int | None = None,
    width: int = 1920,
    height: int = 1080,
    fps: int = 30,
    place: int = 0,
    scene: str = "",
    ramp: SpeedRamp = CONSTANT,
    focus: Point | None = None,
    crops: tuple[Crop, ...] = (),
    depth: Path | None = None,
    narrow: NarrowFraming = NarrowFraming.REFRAME_PAN,
    matte: str = MATTE,
    strict: bool = False,
    label: str = "",
    report: Report | None = None,
) -> ClipReport:
    """Make an MP4 of `photo` at `out`, `frames` long, or else `seconds` rounded to whole frames.

    `place` is the photo's place in its list, from which auto chooses the motion. `label` is the alteration label of a
    staged photo, seen in every frame. `report` gets the fraction that is done, 0 to 1. `out` appears when it has passed
    every quality check that its plan allows; the checks are written beside it as OUT.quality.json, also when it has
    not. Raises PhotoError, PlanError, EncoderError, ClipQualityError, and
    ValueError for a size or a length that no video can have.
    """
    length = frames if frames is not None else round(seconds * fps)
    if length < 1:
        raise ValueError(f"a clip of {length} frames: at least 1 is needed")
    video = VideoFormat(width, height, fps)
    chosen = choose_motion(motion, place, focused=focus is not None)
    if chosen is Motion.PARALLAX and depth is None:
        raise PlanError("plan_failed", f"{photo.name} has no depth map, which a parallax needs")
    header = read_header(photo)
    slot = PhotoSlot(
        photo.name, chosen, scene, (header.width, header.height),
        ramp=ramp, focus=focus, crops=crops, has_depth=depth is not None, label=label,
    )  # fmt: skip
    shots, notes = lay_shots([slot], [], length, Look(width, height, fps, narrow, strict, matte))
    timeline = Timeline(
        width=width,
        height=height,
        fps=fps,
        frames=length,
        seconds_wanted=length / fps,
        shots=shots,
        cuts=[],
        segments=lay_segments([], length),
    )
    files = {"photo": photo} | ({"photo-depth": depth} if depth is not None else {})
    said: list[str] = []
    params = segment_parameters(timeline, 0)
    frames_made = segment_frames(params, files, said)
    made = out.with_name(f".{out.name}.made.mp4")
    try:
        size = encode_frames(frames_made, length, made, video, report, encoding=encoding_of(params))
        # Whether a photo is dark is no matter of its clip.
        found = inspect_video(made, replace(expectation_of(timeline), black=(Span(0, length),)))
        clip = clip_report(timeline, size, [*said, *notes]).model_copy(update={"quality": found.quality})
        write_quality(out, found)
        if problems := failures(found):
            raise ClipQualityError("the clip is not as planned: " + "; ".join(problems), found, clip)
        made.replace(out)
    finally:
        made.unlink(missing_ok=True)
    return clip


class ClipQualityError(QualityError):
    """A finished clip that does not pass its quality checks; `clip` is its report, the checks in it."""

    def __init__(self, message: str, report: VideoReport, clip: ClipReport) -> None:
        super().__init__(message, report)
        self.clip = clip

    def __reduce__(self) -> tuple[type["ClipQualityError"], tuple[str, VideoReport, ClipReport]]:  # type: ignore[override]
        """Pickle whole."""
        return type(self), (self.message, self.report, self.clip)


def clip_layout(timeline: Timeline) -> Layout:
    """How the photo of a one-shot timeline lies under the camera."""
    shot = timeline.shots[0]
    if shot.photo_width is None or shot.photo_height is None:
        raise ValueError("the size of the photo is not known")
    move = Move(shot.motion, shot.frames, shot.zoom, shot.travel, shot.ramp, shot.focus, shot.crop)
    size = (shot.photo_width, shot.photo_height)
    return lay_out(size, (timeline.width, timeline.height), move, shot.framing, shot.matte)


def clip_report(timeline: Timeline, size: int, notes: list[str]) -> ClipReport:
    """What there is to say about a clip of `size` bytes that was made of a one-shot timeline."""
    shot, layout = timeline.shots[0], clip_layout(timeline)
    across, down = layout.photo
    if layout.framing is not Framing.COVER:
        behind = "a blurred background" if layout.framing is Framing.FIT else "a matte"
        notes = [*notes, f"The photo's shape is too far from the frame's, or it is a plan; it stands before {behind}."]
    return ClipReport(
        motion=shot.motion,
        framing=layout.framing,
        photo_width=across,
        photo_height=down,
        width=timeline.width,
        height=timeline.height,
        fps=timeline.fps,
        frames=timeline.frames,
        enlargement=round(timeline.width / layout.path.narrowest(), 4),
        kept=round(layout.region.width * layout.region.height / (across * down), 4),
        source_px_per_output_px=shot.source_px_per_output_px,
        bytes=size,
        notes=notes,
    )
