"""How well marks are found: calibration on photos kept for it, tables on photos, typefaces and styles not learnt."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.boxes import area, corners_of, shared_area
from ml.compliance import marks_of, marks_view
from ml.picture import picture_of_pixels
from ml.store import LoadedModel
from ml.training.mark_samples import LARGE_BOTTOM, LONG_SIDE, is_drawn, marked_photos, read, without_edges
from ml.training.mark_styles import HELD_OUT_STYLES, LEARNT_STYLES, Style, as_file, mark
from ml.training.overlays import KINDS, Pixels, Truth
from ml.training.photos import read_index
from ml.training.typefaces import Typeface
from schemas.photo import Mark

SMALLEST, LARGEST = 9, 44
"""Height of the text in pixels of what the network sees: a photo's longer side has LONG_SIDE of them or fewer."""

_MOST = 1600
"""Pixels of the longer side of the photos that are measured with: half a phone's."""

_LARGE = 600
"""Pixels of the longer side of the photos whose lower corners carry the marks of their listings."""

_FOUND = 0.5
"""Share of the smaller of the two boxes that a find has in common with a mark to count as finding it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A photo with one mark laid over it, and what was found."""

    source: str
    truth: Truth
    height: float
    """Height of the text in pixels of what the network sees."""
    found: tuple[tuple[float, float, str], ...]
    """Of every find: confidence, share in common with the mark (of the smaller box), kind."""

    def hit(self, least: float) -> tuple[float, float, str] | None:
        """The surest find of the mark from a confidence on."""
        hits = [find for find in self.found if find[0] >= least and find[1] >= _FOUND]
        return max(hits) if hits else None


def common_share(mark: Mark, truth: Truth, width: int, height: int) -> float:
    """Share of the smaller of the two boxes that they have in common, 0 to 1."""
    found = [side * whole for side, whole in zip(corners_of(mark.box), (width, height) * 2, strict=True)]
    smaller = min(float(area(found)), float(area(truth.box)))
    return float(shared_area(found, truth.box)) / smaller if smaller > 0 else 0.0


def calibration_photos(folder: Path) -> list[Path]:
    """Photos that set temperature, shift and threshold: houses that were not learnt, every second of them."""
    return [file for source, file in _clean(folder) if source == "house" and _number(file) % 4 == 1]


def held_out_photos(folder: Path) -> list[tuple[str, Path]]:
    """Source and file of the photos without marks that nothing was learnt or set on: listings, houses, large ones."""
    kept = [(source, file) for source, file in _clean(folder) if source == "ph" or _number(file) % 4 == 3]
    return kept + [("large", file) for file in large_photos(folder)]


def carrying_photos(folder: Path) -> list[tuple[str, Path]]:
    """Source and file of the photos that carry a mark of their own, of listings and houses that were not learnt."""
    names = [name for name, sure in sorted(marked_photos().items()) if sure == "mark"]
    files = [folder / "rooms" / name for name in names if "/ph_" in name or "/house_" in name]
    return [
        ("ph" if "ph_" in file.name else "house", file)
        for file in files
        if "ph_" in file.name or _number(file) % 2 == 1
    ]


def large_photos(folder: Path) -> list[Path]:
    """Photos of 600 pixels and more that were not learnt; `held_out` cuts off where most of them carry a mark."""
    places = [folder.parent / "listings" / "portfolio_4k", folder.parent / "listings" / "listing_1"]
    return [file for place in places for file in sorted(place.glob("*.jpg"))]


def _number(file: Path) -> int:
    return int(file.stem.split("_")[1])


def _clean(folder: Path) -> list[tuple[str, Path]]:
    marked = marked_photos()
    rooms = folder / "rooms"
    return [
        (photo.source, photo.file)
        for photo in read_index(folder)
        if (photo.source == "house" and _number(photo.file) % 2 == 1)
        or (photo.source == "ph" and not is_drawn(photo) and photo.file.relative_to(rooms).as_posix() not in marked)
    ]


def held_out(file: Path) -> Pixels:
    """A photo with _MOST pixels or fewer on its longer side, without the edges where its source carries marks."""
    pixels = read(file)
    if file.name.startswith("house_"):
        pixels = without_edges(pixels)
    if max(pixels.shape[:2]) >= _LARGE:
        pixels = np.ascontiguousarray(pixels[: int(pixels.shape[0] * LARGE_BOTTOM)])
    scale = min(1.0, _MOST / max(pixels.shape[:2]))
    if scale == 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def finder(model: LoadedModel) -> Callable[[Pixels], list[Mark]]:
    """What finds the marks in a photo's pixels as they are found for its record."""

    def find(pixels: Pixels) -> list[Mark]:
        return marks_of(marks_view(picture_of_pixels(pixels), model), model)

    return find


def tried(
    photos: Iterable[tuple[str, Path]], faces: Sequence[Typeface], styles: dict[str, tuple[Style, float]],
    find: Callable[[Pixels], list[Mark]], seed: int,
) -> list[Tried]:  # fmt: skip
    """Each photo with one mark laid over it, as a JPEG, and what `find` finds."""
    answers = []
    for at, (source, file) in enumerate(photos):
        draw = np.random.default_rng((seed, at))
        photo = held_out(file)
        finer = max(1.0, max(photo.shape[:2]) / LONG_SIDE)
        made = mark(draw, photo, faces, styles, smallest=round(SMALLEST * finer), largest=round(LARGEST * finer))
        if not made.truths:
            continue
        pixels = as_file(made.pixels, int(draw.integers(60, 96)))
        height, width = pixels.shape[:2]
        truth = made.truths[0]
        found = tuple((one.confidence, common_share(one, truth, width, height), str(one.kind)) for one in find(pixels))
        answers.append(Tried(source, truth, truth.height / finer, found))
    return answers


def alarms(photos: Iterable[tuple[str, Path]], find: Callable[[Pixels], list[Mark]]) -> dict[str, list[float]]:
    """Confidence of the surest find on each photo without a mark, 0 for none, by source."""
    answers: dict[str, list[float]] = {}
    for source, file in photos:
        found = find(held_out(file))
        answers.setdefault(source, []).append(max((mark.confidence for mark in found), default=0.0))
    return answers


def interval(hits: int, count: int) -> tuple[float, float]:
    """95 % confidence interval of a share (Wilson, 1927)."""
    if count == 0:
        return 0.0, 1.0
    z = 1.96
    share, spread = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / spread
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / spread
    return middle - half, middle + half


def fit_logistic(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Divisor and shift, so that 1 / (1 + exp(-(score + shift) / divisor)) is the share that is right (Platt, 1999)."""

    def loss(line: NDArray[np.float64]) -> float:
        odds = line[0] * scores + line[1]
        return float(np.logaddexp(0, np.where(right, -odds, odds)).sum())

    line = np.array([1.0, 0.0])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(line[0] * scores + line[1], -60, 60)))
        weight = np.maximum(chance * (1 - chance), 1e-9)
        gap = chance - right
        gradient = np.array([(gap * scores).sum(), gap.sum()])
        bend = np.array([
            [(weight * scores**2).sum(), (weight * scores).sum()],
            [(weight * scores).sum(), weight.sum()],
        ]) + 1e-6 * np.eye(2)  # fmt: skip
        step = np.linalg.solve(bend, gradient)
        # Newton's full step can lead away where nearly all scores are on one side.
        while loss(line - step) > loss(line) and np.abs(step).max() > 1e-9:
            step = step / 2
        line = line - step
    slope, offset = line
    return float(1 / slope), float(offset / slope)


def _line(name: str, hits: int, count: int) -> str:
    low, high = interval(hits, count)
    return f"| {name} | {hits / max(count, 1):.3f} | {low:.3f} to {high:.3f} | {count} |"


def _table(title: str, rows: Iterable[tuple[str, int, int]]) -> str:
    lines = [f"| {title} | share | 95 % interval | n |", "|---|---|---|---|"]
    return "\n".join(lines + [_line(*row) for row in rows])


def _recall_rows(answers: Sequence[Tried], least: float) -> list[tuple[str, int, int]]:
    groups: list[tuple[str, list[Tried]]] = [("all", list(answers))]
    groups += [(f"kind {kind}", [one for one in answers if one.truth.kind == kind]) for kind in KINDS]
    styles = list(dict.fromkeys(sorted(one.truth.style for one in answers)))
    groups += [(f"style {style}", [one for one in answers if one.truth.style == style]) for style in styles]
    for low, high in ((0.25, 0.4), (0.4, 0.65), (0.65, 1.01)):
        name = f"opacity {low} to {min(high, 1)}"
        groups.append((name, [one for one in answers if low <= one.truth.opacity < high]))
    for small, large in ((0, 12), (12, 18), (18, 30), (30, 999)):
        name = f"text {small} to {large} px" if large < 999 else f"text from {small} px"
        groups.append((name, [one for one in answers if small <= one.height < large]))
    for source in sorted({one.source for one in answers}):
        groups.append((f"photos of {source}", [one for one in answers if one.source == source]))
    return [(name, sum(one.hit(least) is not None for one in some), len(some)) for name, some in groups if some]


def _flagged(answers: Sequence[Tried], least: float) -> tuple[int, int]:
    return sum(any(find[0] >= least for find in one.found) for one in answers), len(answers)


def _found_on(photos: Sequence[tuple[str, Path]], find: Callable[[Pixels], list[Mark]]) -> list[tuple[str, int, int]]:
    """By source: photos with a find, and photos."""
    found = [(source, bool(find(read(file)))) for source, file in photos]
    return [
        (source, sum(hit for name, hit in found if name == source), sum(name == source for name, _ in found))
        for source in sorted({source for source, _ in found})
    ]


def _confusion(answers: Sequence[Tried], least: float) -> str:
    lines = ["| laid \\ found as | " + " | ".join(KINDS) + " |", "|---" * (len(KINDS) + 1) + "|"]
    for kind in KINDS:
        hits = [hit for one in answers if one.truth.kind == kind and (hit := one.hit(least)) is not None]
        lines.append(f"| {kind} | " + " | ".join(str(sum(hit[2] == other for hit in hits)) for other in KINDS) + " |")
    return "\n".join(lines)


def _calibration(answers: Sequence[Tried], clean: Sequence[float], least: float) -> str:
    finds = [(find[0], find[1] >= _FOUND) for one in answers for find in one.found]
    finds += [(confidence, False) for confidence in clean if confidence > 0]
    rows = []
    for low, high in ((least, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)):
        some = [right for confidence, right in finds if low <= confidence < high]
        if some:
            rows.append((f"confidence {low:.2f} to {min(high, 1):.2f}", sum(some), len(some)))
    return _table("finds that are marks", rows)


def report(folder: Path, faces: Sequence[Typeface], model: LoadedModel, seed: int = 11) -> str:
    """The tables of the model card, for the model as it ships."""
    least = model.spec.threshold

    find = finder(model)
    photos = held_out_photos(folder)
    often = photos + 4 * [(source, file) for source, file in photos if source == "large"]
    known = tried(often, faces, LEARNT_STYLES, find, seed)
    new = tried(often, faces, HELD_OUT_STYLES, find, seed + 1)
    clean = alarms(photos, find)
    rows = [(source, sum(one >= least for one in found), len(found)) for source, found in clean.items()]
    everything = [one for found in clean.values() for one in found]
    return "\n\n".join([
        "### False alarms, photos without marks",
        _table("photos of", [*rows, ("all", sum(one >= least for one in everything), len(everything))]),
        "### Marks that photos carried already",
        _table("photos of", _found_on(carrying_photos(folder), find)),
        "### Photos with a mark that were told to carry one, wherever in them",
        _table("photos", [("typefaces and photos held out", *_flagged(known, least)),
                          ("styles held out too", *_flagged(new, least))]),
        "### Recall, typefaces and photos held out",
        _table("marks", _recall_rows(known, least)),
        "### Recall, styles held out too",
        _table("marks", _recall_rows(new, least)),
        "### Kinds of the marks that were found, typefaces and photos held out",
        _confusion(known, least),
        "### Calibration, as many photos with a mark as without",
        _calibration(known, everything, least),
    ])  # fmt: skip
