"""The catalogue: which kinds and designs there are, their real widths, and `make`, which builds one."""

from collections.abc import Callable
from dataclasses import dataclass

from ml.staging.furniture import tables
from ml.staging.furniture.piece import Piece
from ml.staging.furniture.surfaces.finishes import Finishes

Maker = Callable[[Finishes, int, float], Piece]


class FurnitureError(ValueError):
    """A piece was asked for that the catalogue does not have."""


@dataclass(frozen=True, slots=True)
class Design:
    """A design: who builds it, and the widths it is made in, in centimetres, the usual one first."""

    make: Maker
    widths_cm: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of furniture: its designs, and the narrowest and the widest that makes sense, in centimetres."""

    designs: dict[str, Design]
    least_cm: int
    most_cm: int


CATALOGUE: dict[str, Kind] = {
    "coffee_table": Kind(
        {
            "round": Design(tables.round_coffee_table, (80, 70, 60)),
            "framed": Design(tables.framed_coffee_table, (110, 100, 90)),
        },
        45,
        150,
    ),
}
KINDS: tuple[str, ...] = tuple(CATALOGUE)


def designs_of(kind: str) -> tuple[str, ...]:
    """The designs of a kind; raises FurnitureError for a kind that there is none of."""
    return tuple(_kind(kind).designs)


def widths_of(kind: str, design: str) -> tuple[float, ...]:
    """The widths that a design is made in, in metres, the usual one first; raises FurnitureError."""
    return tuple(width / 100 for width in _design(kind, design).widths_cm)


def make(kind: str, design: str, *, seed: int, finishes: Finishes, width_m: float | None = None) -> Piece:
    """Build a piece: the same arguments give the same bytes.

    width_m: its usual width if None. Raises FurnitureError for an unknown kind or design, or an impossible width.
    """
    found = _design(kind, design)
    width = found.widths_cm[0] / 100 if width_m is None else width_m
    limits = CATALOGUE[kind]
    if not limits.least_cm <= round(width * 100) <= limits.most_cm:
        raise FurnitureError(
            f"A {kind} is {limits.least_cm} to {limits.most_cm} cm wide; {width * 100:.0f} cm were asked for."
        )
    return found.make(finishes, seed, width)


def _kind(kind: str) -> Kind:
    if kind not in CATALOGUE:
        raise FurnitureError(f"There is no furniture {kind!r}; there is: {', '.join(CATALOGUE)}.")
    return CATALOGUE[kind]


def _design(kind: str, design: str) -> Design:
    designs = _kind(kind).designs
    if design not in designs:
        raise FurnitureError(f"There is no {kind} {design!r}; there are: {', '.join(designs)}.")
    return designs[design]
