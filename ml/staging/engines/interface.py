"""What an engine is given, what it answers, and what it may be asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture import Piece
from ml.staging.layout import Layout
from ml.staging.room import Room
from ml.staging.room.geometry import Grid


class Removal(StrEnum):
    """Whether furniture that is in the photo is taken out first."""

    OFF = "off"
    AUTO = "auto"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an engine may use."""

    seconds: float = 600.0
    memory_bytes: int = 3_500_000_000
    threads: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """One picture to make."""

    photo: NDArray[np.uint8]
    """H x W x 3, sRGB, upright; of the room's own size."""
    room: Room
    layout: Layout
    pieces: tuple[Piece, ...]
    """What stands at each of the layout's places, in its order."""
    seed: int
    samples: int | None = None
    """A pixel, for engines that sample; None for as many as they need."""
    removal: Removal = Removal.OFF
    bounds: Bounds = field(default_factory=Bounds)
    told: Callable[[float], None] | None = None
    """Hears which share of the picture is made, 0 to 1, from engines that know."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A furnished photo. What an engine says of itself is checked by the gate, which trusts none."""

    pixels: NDArray[np.uint8]
    """H x W x 3, sRGB, of the photo's size."""
    furniture: Grid
    """H x W: pixels that show furniture."""
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    """How it was made: variant, samples, seconds."""


class Engine(Protocol):
    """Puts furniture into photos. Found by its entry point, which names a class without parameters."""

    name: str
    revision: int
    """Goes up by hand when the same work gives another picture."""
    removes_furniture: bool

    def identity(self) -> str:
        """What a picture depends on beside the work: versions, and the processor's features where it computes on it.

        For cache keys. Raises EngineMissingError where what the engine needs is not here.
        """

    def furnish(self, work: Work) -> Answer:
        """The picture. Raises a StagingError."""
