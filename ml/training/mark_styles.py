"""The styles of marks: what is laid where; the styles held out of training are those that only the measurement uses."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.mark_signs import sign
from ml.training.mark_words import advert, date_stamp, line, name, phone_number
from ml.training.overlays import (
    BLACK,
    LEAST_CONTRAST,
    WHITE,
    Colour,
    Marked,
    Patch,
    Pixels,
    Truth,
    contrast,
    lay,
    outlined,
    over,
    padded,
    plated,
    shadowed,
    stacked,
    text_patch,
    turned,
)
from ml.training.typefaces import Typeface

Draw = np.random.Generator
Style = Callable[[Draw, Marked, Typeface, int, float], Truth | None]
"""Lays a mark whose text is so many pixels high, with an opacity; None where it would not be seen."""

_INKS: tuple[Colour, ...] = (
    WHITE, WHITE, WHITE, WHITE, BLACK, (235.0, 235.0, 235.0), (60.0, 60.0, 60.0), (200.0, 20.0, 30.0),
    (20.0, 60.0, 150.0), (245.0, 190.0, 20.0), (20.0, 120.0, 60.0), (240.0, 120.0, 20.0),
)  # fmt: skip


def _ink(draw: Draw) -> Colour:
    if draw.random() < 0.15:
        red, green, blue = draw.uniform(0, 255, 3)
        return float(red), float(green), float(blue)
    return _INKS[int(draw.integers(len(_INKS)))]


def _on(plate: Colour) -> Colour:
    return BLACK if 0.3 * plate[0] + 0.6 * plate[1] + 0.1 * plate[2] > 140 else WHITE


def _dressed(draw: Draw, patch: Patch, height: int, ink: Colour) -> Patch:
    """Now and then with a shadow or an outline, as makers of watermarks do to be seen on any ground."""
    chance = draw.random()
    if chance < 0.2:
        return shadowed(patch, max(1, height // 14), height / 25, _on(ink))
    if chance < 0.33:
        return outlined(patch, max(1, height // 18), _on(ink))
    return patch


def _corner(draw: Draw, marked: Marked, patch: Patch) -> tuple[int, int]:
    """Mostly near an edge or a corner, sometimes anywhere."""
    height, width = marked.regions.shape
    wide, tall = patch.size
    free_x, free_y = width - wide, height - tall
    if draw.random() < 0.25:
        return int(draw.uniform(0, 1) * free_x), int(draw.uniform(0, 1) * free_y)
    margin = int(draw.uniform(0, 0.05) * min(width, height))
    x = (margin, free_x // 2, free_x - margin)[int(draw.integers(3))]
    y = (margin, free_y - margin, free_y - margin)[int(draw.integers(3))]
    return x, y


def _fit(marked: Marked, patch: Patch, share: float = 0.96) -> Patch:
    """Shrink a patch that is wider or higher than its share of the photo."""
    height, width = marked.regions.shape
    scale = min(1.0, share * width / patch.size[0], share * height / patch.size[1])
    if scale == 1:
        return patch
    size = (max(4, int(patch.size[0] * scale)), max(4, int(patch.size[1] * scale)))
    colour, alpha, region = (
        np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32)
        for part in (patch.colour, patch.alpha, patch.region)
    )
    return Patch(colour, alpha, region)


def _put(
    draw: Draw, marked: Marked, patch: Patch, opacity: float, kind: str, style: str, height: int,
    at: tuple[int, int] | None = None,
) -> Truth | None:  # fmt: skip
    fitted = _fit(marked, patch)
    place = at if at is not None else _corner(draw, marked, fitted)
    if contrast(marked, fitted, place, opacity) < LEAST_CONTRAST:
        return None
    box = lay(marked, fitted, place, opacity, kind)
    shrunk = round(height * fitted.size[0] / patch.size[0])
    truth = Truth(kind, style, opacity, shrunk, box)
    marked.truths.append(truth)
    return truth


def _solid(kind: str, opacity: float) -> str:
    """Names and signs that let the photo through are watermarks; a phone number stays one."""
    return "watermark" if opacity < 0.65 and kind != "phone_number" else kind


def _tilt(draw: Draw) -> float:
    """Degrees: none mostly."""
    chance = draw.random()
    return float(draw.uniform(-50, 50)) if chance < 0.2 else 90.0 if chance < 0.23 else 0.0


def words(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """One line of text."""
    ink = _ink(draw)
    patch = _dressed(draw, text_patch(face, line(draw), height, ink), height, ink)
    return _put(draw, marked, turned(patch, _tilt(draw)), opacity, _solid("text", opacity), "words", height)


def stamp_of_date(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A date as a camera prints it."""
    ink = ((255.0, 150.0, 30.0), (255.0, 210.0, 40.0), (250.0, 70.0, 40.0), WHITE)[int(draw.integers(4))]
    height, opacity = min(height, 22), max(opacity, 0.8)
    return _put(draw, marked, text_patch(face, date_stamp(draw), height, ink), opacity, "text", "date", height)


def phone(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A phone number, alone or on a plate."""
    ink = _ink(draw)
    opacity = max(opacity, 0.5)
    if draw.random() < 0.5:
        patch = _dressed(draw, text_patch(face, phone_number(draw), height, ink), height, ink)
    else:
        margin = (int(height * draw.uniform(0.3, 1)), int(height * draw.uniform(0.2, 0.6)))
        plain = text_patch(face, phone_number(draw), height, _on(ink))
        patch = plated(plain, margin, ink, float(draw.uniform(0.5, 1)), float(draw.choice([0, 0, 0.4, 1])))
    return _put(draw, marked, turned(patch, _tilt(draw)), opacity, "phone_number", "phone", height)


def banner(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A strip from edge to edge with an offer, sometimes with a phone number."""
    tall, wide = marked.regions.shape
    height = min(height, tall // 7)
    plate = _ink(draw)
    has_number = draw.random() < 0.4
    said = [text_patch(face, advert(draw) if draw.random() < 0.6 else line(draw), height, _on(plate))]
    if has_number:
        said.append(text_patch(face, phone_number(draw), height, _on(plate)))
    text = _fit(marked, stacked(said, height, 0.5, across=True), 0.9)
    free = wide - text.size[0]
    before = int(free * draw.choice([0.05, 0.5, 0.95]))
    strip = plated(padded(text, before, 0, free - before, 0), (0, int(height * draw.uniform(0.2, 0.8))), plate,
                   float(draw.uniform(0.5, 1)), 0)  # fmt: skip
    y = int((0, tall - strip.size[1], (tall - strip.size[1]) * draw.random())[int(draw.integers(3))])
    kind = "phone_number" if has_number else "text"
    return _put(draw, marked, strip, max(opacity, 0.6), kind, "banner", height, at=(0, y))


def plate(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """Two or three lines on a plate: name, address, perhaps a phone number."""
    ground = _ink(draw)
    has_number = draw.random() < 0.4
    said = [name(draw), *(line(draw) for _ in range(int(draw.integers(1, 3))))]
    if has_number:
        said[-1] = phone_number(draw)
    sizes = [height, *(max(7, round(height * draw.uniform(0.6, 1))) for _ in said[1:])]
    lines = [text_patch(face, text, size, _on(ground)) for text, size in zip(said, sizes, strict=True)]
    text = stacked(lines, max(2, height // 4), float(draw.choice([0, 0.5, 1])))
    margin = (int(height * draw.uniform(0.2, 1)), int(height * draw.uniform(0.15, 0.7)))
    patch = plated(text, margin, ground, float(draw.uniform(0.45, 1)), float(draw.choice([0, 0, 0.2])))
    kind = "phone_number" if has_number else _solid("text", opacity)
    return _put(draw, marked, turned(patch, _tilt(draw)), opacity, kind, "plate", height)


def _logo_patch(draw: Draw, face: Typeface, height: int, ink: Colour) -> Patch:
    drawn = sign(draw, max(12, int(height * draw.uniform(1.4, 3.2))), _ink(draw) if draw.random() < 0.4 else ink)
    lines = [text_patch(face, name(draw), height, ink)]
    if draw.random() < 0.4:
        lines.append(text_patch(face, line(draw), max(7, int(height * draw.uniform(0.4, 0.7))), ink))
    text = stacked(lines, max(1, height // 6), float(draw.choice([0, 0.5])))
    across = bool(draw.random() < 0.5)
    return stacked([drawn, text], max(2, height // 3), 0.5, across=across)


def logo(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A sign with a name, on the photo or on a plate."""
    ink = _ink(draw)
    patch = _logo_patch(draw, face, height, ink)
    if draw.random() < 0.35:
        margin = (int(height * draw.uniform(0.2, 0.8)),) * 2
        patch = plated(patch, margin, _on(ink), float(draw.uniform(0.4, 1)), float(draw.choice([0, 0.2])))
    return _put(draw, marked, patch, opacity, _solid("logo", opacity), "logo", height)


def middle(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A large mark that lets the photo through, across its middle."""
    tall, wide = marked.regions.shape
    opacity, height = min(opacity, 0.6), max(height, int(tall * draw.uniform(0.06, 0.16)))
    ink = WHITE if draw.random() < 0.7 else _ink(draw)
    if draw.random() < 0.5:
        patch = _logo_patch(draw, face, height, ink)
    else:
        patch = _dressed(draw, text_patch(face, name(draw), height, ink), height, ink)
    if draw.random() < 0.35:
        patch = turned(patch, float(draw.uniform(15, 45)) * float(draw.choice([-1, 1])))
    fitted = _fit(marked, patch, float(draw.uniform(0.5, 0.95)))
    at = ((wide - fitted.size[0]) // 2, int((tall - fitted.size[1]) * draw.uniform(0.35, 0.65)))
    return _put(
        draw, marked, fitted, opacity, "watermark", "middle", round(height * fitted.size[0] / patch.size[0]), at
    )


def emblem(draw: Draw, marked: Marked, _face: Typeface, height: int, opacity: float) -> Truth | None:
    """A sign without words: large and letting the photo through in the middle, or small in a corner."""
    tall, wide = marked.regions.shape
    ink = WHITE if draw.random() < 0.6 else _ink(draw)
    if draw.random() < 0.5:
        patch = _fit(marked, sign(draw, int(min(tall, wide) * draw.uniform(0.25, 0.6)), ink), 0.8)
        at = ((wide - patch.size[0]) // 2, (tall - patch.size[1]) // 2)
        return _put(draw, marked, patch, min(opacity, 0.6), "watermark", "emblem", height, at)
    patch = sign(draw, max(16, int(height * draw.uniform(1.5, 3))), ink)
    return _put(draw, marked, patch, opacity, _solid("logo", opacity), "emblem", height)


def crossed(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """Words in the middle with lines from them to the corners, as agencies of stock photos lay them."""
    tall, wide = marked.regions.shape
    opacity, height = min(opacity, 0.6), max(height, int(tall * draw.uniform(0.05, 0.12)))
    ink = WHITE if draw.random() < 0.7 else _ink(draw)
    said = _fit(marked, text_patch(face, name(draw), height, ink), 0.6)
    middle_x, middle_y = wide // 2, tall // 2
    left, top = middle_x - said.size[0] // 2, middle_y - said.size[1] // 2
    alpha = np.zeros((tall, wide), np.float32)
    region = np.zeros((tall, wide), np.float32)
    line_width = max(1, height // int(draw.integers(10, 24)))
    for x, y in ((0, 0), (wide, 0), (0, tall), (wide, tall)):
        cv2.line(alpha, (middle_x, middle_y), (x, y), 1.0, line_width, cv2.LINE_AA)
        cv2.line(region, (middle_x, middle_y), (x, y), 1.0, max(line_width, 5))
    gap = max(2, height // 4)
    inside = np.s_[max(0, top - gap) : top + said.size[1] + gap, max(0, left - gap) : left + said.size[0] + gap]
    alpha[inside], region[inside] = 0, 1
    alpha[top : top + said.size[1], left : left + said.size[0]] = said.alpha
    patch = Patch(np.broadcast_to(np.asarray(ink, np.float32), (tall, wide, 3)).copy(), alpha, region)
    return _put(draw, marked, patch, opacity, "watermark", "crossed", height, (0, 0))


def tiles(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """The same words again and again over the whole photo."""
    tall, wide = marked.regions.shape
    opacity, height = min(opacity, 0.6), min(height, 28)
    ink = WHITE if draw.random() < 0.7 else _ink(draw)
    turn = float(draw.choice([0, 0, 1])) * float(draw.uniform(-45, 45))
    patch = _fit(marked, turned(text_patch(face, name(draw), height, ink), turn), 0.6)
    step_x, step_y = patch.size[0] + int(draw.uniform(1, 5) * height), patch.size[1] + int(draw.uniform(1, 5) * height)
    spots = [(x + (row % 2) * step_x // 2, row * step_y + step_y // 3)
             for row in range(tall // step_y + 1) for x in range(-step_x // 2, wide, step_x)]  # fmt: skip
    if np.mean([contrast(marked, patch, spot, opacity) for spot in spots]) < LEAST_CONTRAST:
        return None
    for spot in spots:
        lay(marked, patch, spot, opacity, "watermark")
    truth = Truth("watermark", "tiles", opacity, height, (0, 0, wide, tall))
    marked.truths.append(truth)
    return truth


def ribbon(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A band across a corner."""
    tall, wide = marked.regions.shape
    ground = _ink(draw)
    height = min(height, min(wide, tall) // 9)
    text = text_patch(face, advert(draw)[:10], height, _on(ground))
    long = int(min(wide, tall) * 0.7)
    free = max(0, long - text.size[0]) // 2
    band = plated(padded(text, free, 0, free, 0), (0, max(2, height // 3)), ground, 1.0, 0)
    left = bool(draw.random() < 0.5)
    patch = turned(band, 45.0 if left else -45.0)
    reach = int(min(wide, tall) * 0.2)
    middle_x = reach if left else wide - reach
    at = (middle_x - patch.size[0] // 2, reach - patch.size[1] // 2)
    return _put(draw, marked, patch, max(opacity, 0.7), "text", "ribbon", height, at)


def rubber_stamp(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """Words within a ring or a frame, turned, as with a rubber stamp."""
    ink = _INKS[5 + int(draw.integers(len(_INKS) - 5))]
    text = text_patch(face, advert(draw), height, ink)
    framed = padded(text, height, height, height, height)
    ring = framed.alpha.copy()
    width = max(2, height // 7)
    wide, tall = framed.size
    if draw.random() < 0.5:
        cv2.rectangle(ring, (width, width), (wide - width - 1, tall - width - 1), 1.0, width)
    else:
        cv2.ellipse(ring, (wide // 2, tall // 2), (wide // 2 - width, tall // 2 - width), 0, 0, 360, 1.0, width)
    patch = turned(
        Patch(np.broadcast_to(np.asarray(ink, np.float32), (*ring.shape, 3)).copy(), ring, np.ones_like(ring)),
        float(draw.uniform(-25, 25)),
    )
    return _put(draw, marked, patch, opacity, _solid("logo", opacity), "stamp", height)


def footer(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """A gradient into the dark along the lower edge, a sign with a name on it, contact on the right."""
    tall, wide = marked.regions.shape
    height = min(height, tall // 9)
    has_number = bool(draw.random() < 0.5)
    left = _logo_patch(draw, face, height, WHITE)
    right = text_patch(face, phone_number(draw) if has_number else line(draw), height, WHITE)
    text = _fit(marked, stacked([left, right], height, 0.5, across=True), 0.92)
    free = wide - text.size[0]
    around = padded(text, free // 2, height, free - free // 2, height // 2)
    fade = np.linspace(0, 0.85, around.size[1], dtype=np.float32)[:, None] * np.ones((1, wide), np.float32)
    patch = over(Patch(np.zeros((*fade.shape, 3), np.float32), fade, np.ones_like(fade)), around)
    kind = "phone_number" if has_number else "logo"
    return _put(draw, marked, patch, max(opacity, 0.7), kind, "footer", height, at=(0, tall - patch.size[1]))


def embossed(draw: Draw, marked: Marked, face: Typeface, height: int, opacity: float) -> Truth | None:
    """Letters that are only a light edge and a dark edge, as a relief."""
    text = text_patch(face, name(draw), max(height, 14), WHITE)
    reach = max(1, height // 16)
    light, dark = padded(text, 0, 0, reach, reach), padded(text, reach, reach, 0, 0)
    both = over(Patch(np.zeros_like(light.colour), dark.alpha, np.ones_like(dark.alpha)), light)
    face_of_it = np.minimum(light.alpha, dark.alpha)
    patch = Patch(both.colour, both.alpha * (1 - np.float32(0.6) * face_of_it), np.ones_like(both.alpha))
    return _put(draw, marked, patch, max(opacity, 0.4), "watermark", "embossed", height)


LEARNT_STYLES: dict[str, tuple[Style, float]] = {
    "words": (words, 3.0), "date": (stamp_of_date, 1.0), "phone": (phone, 2.4), "banner": (banner, 1.5),
    "plate": (plate, 1.5), "logo": (logo, 2.5), "middle": (middle, 1.5), "tiles": (tiles, 0.7),
    "emblem": (emblem, 1.0), "crossed": (crossed, 0.4),
}  # fmt: skip
"""Styles to train on, with how often they come."""

HELD_OUT_STYLES: dict[str, tuple[Style, float]] = {
    "ribbon": (ribbon, 1.0), "stamp": (rubber_stamp, 1.0), "footer": (footer, 1.0), "embossed": (embossed, 0.6),
}  # fmt: skip
"""Styles that only the measurement uses."""


def mark(
    draw: Draw, photo: Pixels, faces: Sequence[Typeface],
    styles: dict[str, tuple[Style, float]], *, smallest: int, largest: int, count: int = 1, faintest: float = 0.25,
) -> Marked:  # fmt: skip
    """A photo (uint8 RGB) with marks of these styles and typefaces, most of them see-through from `faintest` on.

    Text is from `smallest` to `largest` pixels high.
    """
    marked = Marked(photo.astype(np.float32))
    names = list(styles)
    weights = np.array([styles[style][1] for style in names])
    for _ in range(count):
        for _ in range(8):
            style = styles[names[int(draw.choice(len(names), p=weights / weights.sum()))]][0]
            height = round(float(np.exp(draw.uniform(np.log(smallest), np.log(largest)))))
            opacity = float(draw.uniform(faintest, 1)) if draw.random() < 0.6 else 1.0
            if style(draw, marked, faces[int(draw.integers(len(faces)))], height, opacity) is not None:
                break
    return marked


def as_file(pixels: NDArray[np.float32], quality: int) -> Pixels:
    """Pixels as they come back from a JPEG of this quality; 100 and more leaves them as they are."""
    whole = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    if quality >= 100:
        return whole
    done, content = cv2.imencode(".jpg", np.ascontiguousarray(whole[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be encoded")
    back = np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(back[:, :, ::-1])
