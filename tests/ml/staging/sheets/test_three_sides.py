"""A piece shown inside a photo from three sides stands on free floor, three times, each turned otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from ml.staging.engines import Answer, Work
from ml.staging.errors import NotSupportedError
from ml.staging.kits import load_kit
from ml.staging.layout import Option
from ml.staging.layout.occupancy import Occupancy
from ml.staging.sheets.three_sides import FIRST_KINDS, TURNS_DEG, options_of, shown_in
from tests.ml.staging.scene.box_room import Box, box_photo, box_room


@dataclass
class Watching:
    """An engine that paints nothing and remembers what it was asked."""

    name: str = "watching"
    revision: int = 1
    removes_furniture: bool = False
    asked: list[Work] = field(default_factory=list)

    def identity(self) -> str:
        return self.name

    def furnish(self, work: Work) -> Answer:
        self.asked.append(work)
        details: Mapping[str, str | int | float] = {}
        return Answer(work.photo, np.zeros(work.photo.shape[:2], bool), details)


def test_three_of_a_piece_stand_apart_on_free_floor() -> None:
    room = box_room(Box(left=-3.0, right=3.0, back=6.0))
    engine = Watching()
    option = Option("armchair", "club", 0.76)
    shown_in(box_photo(room), room, load_kit("contemporary"), option, engine, samples=1)
    items = engine.asked[0].layout.items
    assert len(items) == len(TURNS_DEG)
    occupancy = Occupancy(room.floor)
    for number, item in enumerate(items):
        assert occupancy.shares(item.footprint).blocked <= 0.05
        assert all(item.footprint.overlap_m2(other.footprint) == 0 for other in items[:number])
    assert len({round(item.heading_deg) for item in items}) == len(items)


def test_what_hangs_is_refused() -> None:
    room = box_room()
    with pytest.raises(NotSupportedError, match="hangs"):
        shown_in(box_photo(room), room, load_kit("contemporary"), Option("print", "pair", 1.1), Watching(), samples=1)


def test_the_designs_of_a_kit_are_found_each_once() -> None:
    found = options_of(load_kit("scandinavian"), FIRST_KINDS)
    names = [(option.kind, option.design) for option in found]
    assert len(names) == len(set(names))
    assert {kind for kind, _ in names} == set(FIRST_KINDS)
