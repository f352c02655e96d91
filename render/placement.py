"""Where texts, labels and the logo stand in a video, in pixels: inside the safe area, never one over another. Pure.

The alteration labels of staged photos come first and keep their place; what would cover them, or what came before,
moves towards the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from render.contrast import plate_opacity, worst_contrast
from render.errors import PlanError
from render.text import FittedText, fit_text, shortened
from schemas.video import Overlay, OverlayKind, OverlayPlace, Timeline

LABEL = "alteration_label"
BRANDING = frozenset({OverlayKind.AGENT, OverlayKind.PHONE, OverlayKind.WEBSITE, OverlayKind.LOGO})
LABEL_COLOR, LABEL_PLATE = "#ffffff", "#101418"
_LOGO_BOX = (0.26, 0.13)  # of the frame's shorter side: width and height


class _Style(NamedTuple):
    """How a kind of text is set; size as a share of the frame's shorter side, width of the safe area's."""

    size: float
    width: float
    lines: int
    bold: bool
    least: int = 0  # pixels, where the frame has room for them


_STYLES = {
    OverlayKind.TITLE: _Style(0.062, 0.92, 4, bold=True),
    OverlayKind.CAPTION: _Style(0.042, 0.8, 2, bold=False),
    OverlayKind.PRICE_BADGE: _Style(0.05, 0.6, 1, bold=True),
    OverlayKind.AGENT: _Style(0.044, 0.8, 2, bold=True),
    OverlayKind.PHONE: _Style(0.04, 0.8, 1, bold=False),
    OverlayKind.WEBSITE: _Style(0.04, 0.8, 1, bold=False),
}
# A disclosure is there to be read, also on a frame of 180 lines: smaller letters are a smear after encoding.
_LABEL_STYLE = _Style(0.034, 0.62, 3, bold=False, least=12)
_LEAST_SIZE = 6  # pixels


@dataclass(frozen=True, slots=True)
class Placed:
    """A text on its plate, or the logo: where it is, in pixels of the frame, and on which frames of the video."""

    kind: str
    text: str
    lines: tuple[str, ...]
    size: int
    line_height: int
    bold: bool
    left: int
    top: int
    width: int
    height: int
    color: str
    background: str
    opacity: float
    contrast: float  # at its worst over any picture; 21 for the logo, which has no text
    first_frame: int
    frames: int
    fade_frames: int

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.first_frame + self.frames

    def drawing(self) -> dict[str, Any]:
        """What decides its pixels, JSON-able."""
        names = ("kind", "lines", "size", "line_height", "bold", "left", "top", "width", "height")
        return {name: getattr(self, name) for name in (*names, "color", "background", "opacity")} | {
            "lines": list(self.lines)
        }


@dataclass(frozen=True, slots=True)
class SafeArea:
    """The part of a frame that no screen or player covers, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def safe_area(width: int, height: int) -> SafeArea:
    """The safe area of a frame: 5 % from each edge (EBU R 95, graphics), more on tall ones.

    Feeds of tall videos lay their own buttons over the lowest 15 % and the uppermost 10 %.
    """
    tall = height > 1.5 * width
    side, top, bottom = (0.06, 0.10, 0.15) if tall else (0.05, 0.05, 0.05)
    return SafeArea(
        round(side * width), round(top * height), width - round(side * width), height - round(bottom * height)
    )


def place_overlays(timeline: Timeline) -> list[Placed]:
    """Everything that is laid over a timeline's pictures, labels first.

    Raises PlanError plan_failed: a text too long, a character that no font has, too little contrast, or no room for all
    that is to be seen at one time.
    """
    placed: list[Placed] = []
    for label, place, first, end in labels(timeline):
        overlay = Overlay(
            kind=OverlayKind.CAPTION, text=label, first_frame=first, frames=end - first, place=place,
            color=LABEL_COLOR, background=LABEL_PLATE,
        )  # fmt: skip
        placed.append(_place(overlay, LABEL, f"the label {shortened(label)!r}", timeline, placed))
    for overlay in timeline.overlays:
        placed.append(_place(overlay, overlay.kind.value, _name(overlay), timeline, placed))
    return placed


def labels(timeline: Timeline) -> list[tuple[str, OverlayPlace, int, int]]:
    """Alteration labels with their place, first frame and end; one that goes on from shot to shot is one."""
    found: list[tuple[str, OverlayPlace, int, int]] = []
    for shot in timeline.shots:
        first, end = shot.first_frame, shot.first_frame + shot.frames
        if shot.reveal is not None:
            wiped = shot.reveal.first_frame + shot.reveal.frames
            found.append((shot.reveal.label, OverlayPlace.BOTTOM_RIGHT, first, wiped))
            first = shot.reveal.first_frame
        if not shot.label:
            continue
        before = found[-1] if found else None
        if before is not None and before[:2] == (shot.label, OverlayPlace.BOTTOM_LEFT) and before[3] >= first:
            found[-1] = (*before[:3], end)
        else:
            found.append((shot.label, OverlayPlace.BOTTOM_LEFT, first, end))
    return found


def check_text(overlay: Overlay, width: int, height: int) -> None:
    """See whether an overlay can be set in a frame at all. Raises PlanError as place_overlays does."""
    if overlay.kind is not OverlayKind.LOGO:
        _set(overlay, _STYLES[overlay.kind], _name(overlay), width, height)


def _place(overlay: Overlay, kind: str, what: str, timeline: Timeline, others: Sequence[Placed]) -> Placed:
    frame = (timeline.width, timeline.height)
    if overlay.kind is OverlayKind.UNKNOWN or overlay.place is OverlayPlace.UNKNOWN:
        raise PlanError("plan_failed", f"{what}: 'unknown' is no kind or place")
    if overlay.first_frame + overlay.frames > timeline.frames:
        message = f"{what} lasts to frame {overlay.first_frame + overlay.frames}, the video to {timeline.frames}"
        raise PlanError("plan_failed", message)
    if 2 * overlay.fade_frames > overlay.frames:
        raise PlanError("plan_failed", f"{what} is seen for {overlay.frames} frames, too few for its fades")
    if overlay.kind is OverlayKind.LOGO:
        text, size = None, _logo_size(overlay, frame)
    else:
        style = _LABEL_STYLE if kind == LABEL else _STYLES[overlay.kind]
        text, size = _set(overlay, style, what, *frame)
    opacity = 1.0 if text is None else plate_opacity(overlay.color, overlay.background, what)
    left, top = _corner(overlay, size, what, frame, others)
    return Placed(
        kind=kind,
        text=overlay.text,
        lines=() if text is None else text.lines,
        size=0 if text is None else text.size,
        line_height=0 if text is None else text.line_height,
        bold=False if kind == LABEL or text is None else _STYLES[overlay.kind].bold,
        left=left,
        top=top,
        width=size[0],
        height=size[1],
        color=overlay.color,
        background=overlay.background,
        opacity=opacity,
        contrast=21.0 if text is None else round(worst_contrast(overlay.color, overlay.background, opacity), 2),
        first_frame=overlay.first_frame,
        frames=overlay.frames,
        fade_frames=overlay.fade_frames,
    )


def _name(overlay: Overlay) -> str:
    return f"the {overlay.kind.value.replace('_', ' ')}"


def padding(size: int) -> tuple[int, int]:
    """Room between a plate's edge and its text of `size` pixels: sideways, and above and below."""
    return round(0.55 * size), round(0.28 * size)


def _set(overlay: Overlay, style: _Style, what: str, width: int, height: int) -> tuple[FittedText, tuple[int, int]]:
    """The text broken into lines, and the size of its plate in pixels, even."""
    if not overlay.text.strip():
        raise PlanError("plan_failed", f"{what} has no text")
    safe = safe_area(width, height)
    wanted = max(_LEAST_SIZE, round(style.size * min(width, height)))
    for size in sorted({wanted, max(wanted, style.least)}, reverse=True):
        across, down = padding(size)
        room = round(style.width * (safe.right - safe.left)) - 2 * across
        try:
            text = fit_text(overlay.text, what, size=size, width=room, lines=style.lines, bold=style.bold)
        except PlanError:
            if size == wanted:
                raise
        else:
            break
    return text, (
        _even(text.width + 2 * across),
        _even(len(text.lines) * text.line_height + 2 * down),
    )


def _logo_size(overlay: Overlay, frame: tuple[int, int]) -> tuple[int, int]:
    if not overlay.picture_width or not overlay.picture_height:
        raise PlanError("plan_failed", "the logo has no size: picture_width and picture_height are needed")
    scale = min(_LOGO_BOX[0] * min(frame) / overlay.picture_width, _LOGO_BOX[1] * min(frame) / overlay.picture_height)
    return max(2, _even(scale * overlay.picture_width)), max(2, _even(scale * overlay.picture_height))


def _corner(
    overlay: Overlay, size: tuple[int, int], what: str, frame: tuple[int, int], others: Sequence[Placed]
) -> tuple[int, int]:
    """Left and top, even: at its place, or the next free one towards the middle."""
    safe = safe_area(*frame)
    gap = max(2, round(0.012 * min(frame)))
    place = overlay.place.value
    left = (
        safe.left
        if place.endswith("left")
        else safe.right - size[0]
        if place.endswith("right")
        else (frame[0] - size[0]) // 2
    )
    up = place.startswith("bottom")
    top = (
        safe.bottom - size[1]
        if up
        else safe.top
        if place.startswith("top")
        else (safe.top + safe.bottom - size[1]) // 2
    )
    left, top = _even_up(left), (top // 2 * 2 if up else _even_up(top))
    if left + size[0] > safe.right:
        left -= 2
    at_once = [
        other
        for other in others
        if other.first_frame < overlay.first_frame + overlay.frames and overlay.first_frame < other.end
    ]
    while True:
        covered = [
            other
            for other in at_once
            if left < other.left + other.width + gap
            and other.left < left + size[0] + gap
            and top < other.top + other.height + gap
            and other.top < top + size[1] + gap
        ]
        if not covered:
            break
        top = (
            (min(other.top for other in covered) - gap - size[1]) // 2 * 2
            if up
            else _even_up(max(other.top + other.height for other in covered) + gap)
        )
    if left < safe.left or top < safe.top or top + size[1] > safe.bottom:
        raise PlanError("plan_failed", f"there is no room in the safe area for {what} beside what is seen with it")
    return left, top


def _even(length: float) -> int:
    return 2 * max(1, round(length / 2 + 0.49))


def _even_up(position: int) -> int:
    return position + position % 2
