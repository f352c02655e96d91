"""One photo to one clip: decoded, framed, moved, encoded."""

from pathlib import Path

from render.encode import Report, VideoFormat, encode_frames
from render.frames import Shot
from render.motion import choose_motion, move_for
from schemas.video import ClipReport, Framing, Motion


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
    report: Report | None = None,
) -> ClipReport:
    """Make an MP4 of `photo` at `out`, `frames` long, or else `seconds` rounded to whole frames.

    `place` is the photo's place in its list, from which auto chooses the motion. `report` gets the fraction that is
    done, 0 to 1. Raises PhotoError, EncoderError, and ValueError for a size or a length that no video can have.
    """
    length = frames if frames is not None else round(seconds * fps)
    if length < 1:
        raise ValueError(f"a clip of {length} frames: at least 1 is needed")
    video = VideoFormat(width, height, fps)
    chosen = choose_motion(motion, place)
    shot = Shot(photo, width, height, move_for(chosen, length, fps))
    size = encode_frames(shot.sequence(0, length), length, out, video, report)
    return clip_report(shot, chosen, video, length, size)


def clip_report(shot: Shot, motion: Motion, video: VideoFormat, frames: int, size: int) -> ClipReport:
    """What there is to say about a clip of `size` bytes that was made of this shot."""
    layout = shot.layout
    smallest = min(layout.path.start.width, layout.path.end.width)
    enlargement = video.width / smallest
    notes = list(shot.notes)
    if enlargement > 1.5:
        notes.append(
            f"The photo has {shot.photo_width}x{shot.photo_height} pixels: soft, enlarged {enlargement:.1f} times."
        )
    if layout.framing is Framing.FIT:
        notes.append("The photo's shape is too far from the frame's; it stands before a blurred background.")
    return ClipReport(
        motion=motion,
        framing=layout.framing,
        photo_width=shot.photo_width,
        photo_height=shot.photo_height,
        width=video.width,
        height=video.height,
        fps=video.fps,
        frames=frames,
        enlargement=round(enlargement, 4),
        kept=round(layout.region.width * layout.region.height / (shot.photo_width * shot.photo_height), 4),
        bytes=size,
        notes=notes,
    )
