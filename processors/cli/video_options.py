"""Options about a video, from what a person writes to what the libraries take. Wrong ones end with status 2."""

import math
import re
from collections.abc import Iterable
from pathlib import Path

import typer

from schemas.commands import FRAME_RATES
from schemas.edit import Branding, NarrowFraming
from schemas.photo import Point
from schemas.video import Motion, Ramp, Ratio, SpeedPoint, SpeedRamp

RATIOS = {"16:9": Ratio.WIDE_16_9, "9:16": Ratio.TALL_9_16, "1:1": Ratio.SQUARE, "4:5": Ratio.PORTRAIT_4_5}
MOTIONS = {motion.value: motion for motion in Motion if motion is not Motion.UNKNOWN}
_LEAST, _MOST = 64, 7680


def motion_of(text: str) -> Motion:
    """A motion by its name. Raises typer.BadParameter."""
    found = MOTIONS.get(text.lower().replace("-", "_"))
    if found is None:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(MOTIONS)}", param_hint="--motion")
    return found


def ratio_of(text: str, option: str = "--ratio") -> Ratio:
    """A ratio such as 16:9, given to `option`. Raises typer.BadParameter."""
    if text not in RATIOS:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(RATIOS)}", param_hint=option)
    return RATIOS[text]


def size_of(text: str) -> tuple[int, int]:
    """Width and height in pixels from `WxH`. Raises typer.BadParameter."""
    found = re.fullmatch(r"([0-9]{1,5})[xX]([0-9]{1,5})", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not WIDTHxHEIGHT, such as 1920x1080", param_hint="--size")
    width, height = int(found[1]), int(found[2])
    if not all(_LEAST <= side <= _MOST and side % 2 == 0 for side in (width, height)):
        message = f"{text}: width and height must be even numbers from {_LEAST} to {_MOST}"
        raise typer.BadParameter(message, param_hint="--size")
    return width, height


def check_rate(fps: int) -> int:
    """A frame rate that the service makes. Raises typer.BadParameter."""
    if fps not in FRAME_RATES:
        raise typer.BadParameter(f"{fps} is none of {', '.join(map(str, FRAME_RATES))}", param_hint="--fps")
    return fps


def check_seconds(seconds: float, least: float, most: float) -> float:
    """A length that the service makes; also not-a-number is refused. Raises typer.BadParameter."""
    if not (math.isfinite(seconds) and least <= seconds <= most):
        raise typer.BadParameter(f"{seconds:g} is not between {least:g} and {most:g}", param_hint="--seconds")
    return seconds


def check_height(height: int) -> int:
    """A shorter side in pixels. Raises typer.BadParameter."""
    if height % 2 or not 64 <= height <= 4320:
        raise typer.BadParameter(f"{height} is not an even number from 64 to 4320", param_hint="--height")
    return height


def check_out(out: Path, inputs: Iterable[Path | None] = ()) -> Path:
    """A place where an MP4 can be written, with what is written beside it. Raises typer.BadParameter.

    None of `inputs` may lie there: it would be written over.
    """
    if out.suffix.lower() != ".mp4":
        raise typer.BadParameter(f"{out} does not end in .mp4, and an MP4 is what is made", param_hint="-o")
    if out.is_dir():
        raise typer.BadParameter(f"{out} is a folder", param_hint="-o")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}: make it first", param_hint="-o")
    written = [path for path in (out, out.with_suffix(".json"), out.with_suffix(".quality.json")) if path.exists()]
    for given in inputs:
        if given is not None and given.exists() and any(path.samefile(given) for path in written):
            raise typer.BadParameter(f"{given} would be written over: name another file", param_hint="-o")
    return out


def ramp_of(text: str) -> SpeedRamp:
    """A speed ramp by its name, or its points as AT:SPEED,AT:SPEED. Raises typer.BadParameter."""
    names = [ramp.value for ramp in Ramp if ramp not in {Ramp.UNKNOWN, Ramp.CUSTOM}]
    name = text.lower().replace("-", "_")
    if name in names:
        return SpeedRamp(kind=Ramp(name))
    try:
        pairs = [pair.split(":") for pair in text.split(",")]
        points = [SpeedPoint(at=float(at), speed=float(speed)) for at, speed in pairs]
    except ValueError as error:
        message = f"{text!r} is none of {', '.join(names)}, nor points such as 0:1,0.5:0.2,1:3"
        raise typer.BadParameter(message, param_hint="--ramp") from error
    return SpeedRamp(kind=Ramp.CUSTOM, points=points)


def focus_of(text: str) -> Point | None:
    """A focus point from X,Y in shares of the photo; None for no text. Raises typer.BadParameter."""
    if not text:
        return None
    try:
        x, y = (float(share) for share in text.split(","))
        return Point(x=x, y=y)
    except ValueError as error:
        message = f"{text!r} is not X,Y in shares of the photo, such as 0.7,0.4"
        raise typer.BadParameter(message, param_hint="--focus") from error


def narrow_of(text: str) -> NarrowFraming:
    """What becomes of narrow photos, by its name. Raises typer.BadParameter."""
    known = {framing.value: framing for framing in NarrowFraming if framing is not NarrowFraming.UNKNOWN}
    if text.lower().replace("-", "_") not in known:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}", param_hint="--narrow")
    return known[text.lower().replace("-", "_")]


def branding_of(text: str) -> Branding:
    """Which versions to make. Raises typer.BadParameter."""
    known = {branding.value: branding for branding in Branding if branding is not Branding.UNKNOWN}
    if text not in known:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}", param_hint="--branding")
    return known[text]


def color_of(text: str) -> str:
    """A colour as #rrggbb, in lower case. Raises typer.BadParameter."""
    if re.fullmatch("#[0-9a-fA-F]{6}", text) is None:
        raise typer.BadParameter(f"{text!r} is not a colour such as #0a5c46", param_hint="--color")
    return text.lower()
