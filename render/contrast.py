"""How well a text can be read on its plate: contrast by WCAG 2.2, at its worst over any picture. Pure."""

from render.errors import PlanError

LEAST_CONTRAST = 4.5
PLATE_OPACITY = 0.72
_STEP = 0.04

Rgb = tuple[int, int, int]


def rgb(color: str) -> Rgb:
    """The three parts of #rrggbb."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: tuple[float, float, float]) -> float:
    """Relative luminance of an sRGB colour, parts 0 to 255 (WCAG 2.2)."""
    parts = []
    for part in color:
        share = part / 255
        parts.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def worst_contrast(text: str, plate: str, opacity: float) -> float:
    """The least contrast of a text on a plate that lets some of the picture through: over black or over white."""
    behind = rgb(plate)
    mixed = [tuple(opacity * part + (1 - opacity) * level for part in behind) for level in (0, 255)]
    return min(contrast(rgb(text), (r, g, b)) for r, g, b in mixed)


def readable_on(plate: str) -> str:
    """Black or white, whichever has more contrast on a colour."""
    return max(("#ffffff", "#000000"), key=lambda color: contrast(rgb(color), rgb(plate)))


def plate_opacity(text: str, plate: str, what: str) -> float:
    """How opaque a plate must be for its text to be read over any picture; at least PLATE_OPACITY.

    Raises PlanError plan_failed where even an opaque one is not enough.
    """
    opacity = PLATE_OPACITY
    while opacity < 1 and worst_contrast(text, plate, opacity) < LEAST_CONTRAST:
        opacity = min(1.0, round(opacity + _STEP, 2))
    found = worst_contrast(text, plate, opacity)
    if found < LEAST_CONTRAST:
        message = f"{what} in {text} on {plate} has a contrast of {found:.1f}; {LEAST_CONTRAST} is needed"
        raise PlanError("plan_failed", message)
    return opacity
