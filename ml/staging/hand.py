"""One hand for a whole listing: a kit whose pieces are the same in all rooms, and a measure of how much that shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.colours import dominant_colours
from ml.staging.furniture import Piece
from ml.staging.furniture.material import MaterialKind
from ml.staging.kits import Kit, Room
from schemas.staging import Consistency

REVISION = 2
"""Raised by hand when the same kit gives another hand, or the same pictures another score."""

_ALIKE_DELTA_E, _APART_DELTA_E = 4.0, 34.0
"""Palettes nearer than the first are one; from the second on (two kits that have nothing in common) they share none."""

_SIDE = 96
"""Pixels of the longer side at which furniture's colours are counted."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of furniture and its share."""

    lab: tuple[float, float, float]
    share: float


@dataclass(frozen=True, slots=True)
class Handiwork:
    """What one staged photo shows of the hand that made it."""

    swatches: tuple[Swatch, ...]
    designs: Mapping[str, tuple[str, ...]]
    """By kind."""
    woods: tuple[str, ...]
    metals: tuple[str, ...]
    """Names of the materials."""


def one_hand(kit: Kit, seed: int = 0) -> Kit:
    """The kit with one design of each kind: what the listing's hand has chosen, the same in all rooms and variations.

    Where one design of a kind is offered by every room that has the kind, the seed says which of those. Otherwise as
    few designs as cover all rooms, the ones first that most rooms offer: a kit may have a desk shelf that no living
    room has. Woods, metals and textiles belong to the kit, and so to all rooms already.
    """
    offered: dict[str, list[tuple[str, ...]]] = {}
    for room in Room:
        for slot in kit.slots(room).values():
            offered.setdefault(slot.kind, []).append(slot.designs)
    chosen = {kind: _chosen(lists, seed) for kind, lists in offered.items()}
    rooms = {
        room: {
            name: slot.model_copy(update={"designs": (next(d for d in chosen[slot.kind] if d in slot.designs),)})
            for name, slot in kit.slots(room).items()
        }
        for room in kit.rooms
    }
    return kit.model_copy(update={"rooms": rooms})


def _chosen(lists: Sequence[tuple[str, ...]], seed: int) -> tuple[str, ...]:
    """As few designs as there can be with one of them in every list; of equals the seed takes one (greedy cover)."""
    left, chosen = list(lists), list[str]()
    while left:
        names = list(dict.fromkeys(name for designs in left for name in designs))
        most = max(sum(name in designs for designs in left) for name in names)
        equals = [name for name in names if sum(name in designs for designs in left) == most]
        chosen.append(equals[seed % len(equals)])
        left = [designs for designs in left if chosen[-1] not in designs]
    return tuple(chosen)


def handiwork_of(pixels: NDArray[np.uint8], furniture: NDArray[np.bool_], pieces: Sequence[Piece]) -> Handiwork:
    """What a staged photo (sRGB, height x width x 3) shows where `furniture` (height x width) is set."""
    designs: dict[str, set[str]] = {}
    for piece in pieces:
        designs.setdefault(piece.kind, set()).add(piece.design)
    return Handiwork(
        _swatches(pixels, furniture),
        {kind: tuple(sorted(found)) for kind, found in sorted(designs.items())},
        _materials_of(pieces, MaterialKind.WOOD),
        _materials_of(pieces, MaterialKind.METAL),
    )


def consistency(variation: int, photos: Sequence[Handiwork]) -> Consistency:
    """How much one hand shows in the staged photos of a listing."""
    pairs = list(combinations(photos, 2))
    if not pairs:
        return Consistency(variation=variation, photos=len(photos))
    distance = float(np.mean([palette_distance(one.swatches, other.swatches) for one, other in pairs]))
    designs = _shared_designs(photos)
    woods = _mean(_overlap(one.woods, other.woods) for one, other in pairs)
    metals = _mean(_overlap(one.metals, other.metals) for one, other in pairs)
    near = float(np.clip((_APART_DELTA_E - distance) / (_APART_DELTA_E - _ALIKE_DELTA_E), 0, 1))
    shared = [value for value in (designs, woods, metals) if value is not None]
    score = near if not shared else 0.5 * near + 0.5 * sum(shared) / len(shared)
    return Consistency(
        variation=variation,
        photos=len(photos),
        score=round(score, 4),
        palette_delta_e=round(distance, 2),
        shared_designs=_rounded(designs),
        shared_woods=_rounded(woods),
        shared_metals=_rounded(metals),
    )


def palette_distance(one: Sequence[Swatch], other: Sequence[Swatch]) -> float:
    """Mean delta E (CIE 1976) from each colour to the nearest of the other palette, weighted by share, both ways."""
    if not one or not other:
        return 0.0 if not one and not other else _APART_DELTA_E
    first, second = (np.array([swatch.lab for swatch in palette]) for palette in (one, other))
    apart = np.linalg.norm(first[:, None] - second[None], axis=2)
    weights = [np.array([swatch.share for swatch in palette]) for palette in (one, other)]
    to_other, to_one = apart.min(axis=1), apart.min(axis=0)
    return float((np.average(to_other, weights=weights[0]) + np.average(to_one, weights=weights[1])) / 2)


def _swatches(pixels: NDArray[np.uint8], furniture: NDArray[np.bool_]) -> tuple[Swatch, ...]:
    """The colours of furniture alone: its pixels, thinned evenly, as a picture of their own."""
    height, width = pixels.shape[:2]
    scale = min(1.0, 4 * _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(furniture.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    found = small[inside]
    if not len(found):
        return ()
    kept = found[:: max(1, len(found) // (_SIDE * _SIDE))]
    columns = min(len(kept), _SIDE)
    grid = kept[: len(kept) // columns * columns].reshape(-1, columns, 3)
    return tuple(Swatch((c.lightness, c.a, c.b), c.share) for c in dominant_colours(np.ascontiguousarray(grid)))


def _materials_of(pieces: Sequence[Piece], kind: MaterialKind) -> tuple[str, ...]:
    return tuple(sorted({part.material.name for piece in pieces for part in piece.parts if part.material.kind is kind}))


def _shared_designs(photos: Sequence[Handiwork]) -> float | None:
    """Of the kinds that stand in several photos, the share that is of one design; None where no kind does."""
    by_kind: dict[str, list[tuple[str, ...]]] = {}
    for photo in photos:
        for kind, designs in photo.designs.items():
            by_kind.setdefault(kind, []).append(designs)
    several = [lists for lists in by_kind.values() if len(lists) > 1]
    if not several:
        return None
    return sum(len({design for designs in lists for design in designs}) == 1 for lists in several) / len(several)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Shared among those of the photo that has fewer (Szymkiewicz-Simpson); None where either has none.

    A room of few pieces that shows one of the listing's two woods is no room of another hand.
    """
    fewer = min(len({*one}), len({*other}))
    return len({*one} & {*other}) / fewer if fewer else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
