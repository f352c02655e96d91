"""Every kit that ships is whole and different from the others; what breaks the format is refused in one sentence."""

import copy
from itertools import combinations
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

import ml.staging.kits
from ml.staging.furniture import CATALOGUE
from ml.staging.kits import SLOTS, KitError, PaletteRole, Room, UnknownKitError, list_kits, load_kit, read_kit
from schemas.errors import CATALOGUE as CODES


@pytest.mark.parametrize("name", list_kits())
def test_a_kit_that_ships_is_whole(name: str) -> None:
    kit = load_kit(name)
    assert kit.name == name
    for room in Room:
        slots = kit.slots(room)
        assert next(iter(slots)) == next(iter(SLOTS[room]))
        for slot in slots.values():
            kind = CATALOGUE[slot.kind]
            assert set(slot.designs) <= set(kind.designs)
            assert len(set(slot.widths_cm)) == len(slot.widths_cm)


def test_the_kits_that_are_named_ship() -> None:
    assert {"contemporary", "scandinavian"} <= set(list_kits())


def lab(code: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rgb = np.array([[[int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]]], np.float32)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0], float)


@pytest.mark.parametrize(("first", "second"), list(combinations(list_kits(), 2)))
def test_two_kits_differ_in_anchors_or_in_colours(first: str, second: str) -> None:
    one, other = load_kit(first), load_kit(second)
    anchors = {kit.name: [set(next(iter(kit.slots(room).values())).designs) for room in Room] for kit in (one, other)}
    shared = np.mean(
        [len(mine & theirs) / len(mine | theirs) for mine, theirs in zip(anchors[first], anchors[second], strict=True)]
    )
    far = sum(
        float(np.linalg.norm(lab(one.palette.of(role)) - lab(other.palette.of(role)))) >= 15 for role in PaletteRole
    )
    assert shared <= 0.5 or far >= 3


def content() -> dict[str, Any]:
    folder = Path(ml.staging.kits.__file__).parent
    loaded: dict[str, Any] = yaml.safe_load((folder / "contemporary.yaml").read_text())
    return copy.deepcopy(loaded)


def refusal(changed: dict[str, Any]) -> str:
    with pytest.raises(KitError) as refused:
        read_kit(yaml.safe_dump(changed), "mine.yaml")
    assert refused.value.code == "invalid_kit"
    return str(refused.value)


def test_a_misspelled_slot_is_named_with_what_is_offered() -> None:
    changed = content()
    changed["rooms"]["living"]["coffe_table"] = changed["rooms"]["living"].pop("coffee_table")
    said = refusal(changed)
    assert "there is no slot of living 'coffe_table'; there are: sofa, coffee_table" in said
    assert said.startswith("mine.yaml: rooms")


def test_an_impossible_size_is_named_with_the_limits() -> None:
    changed = content()
    changed["rooms"]["living"]["sofa"]["widths_cm"] = [2200]
    assert "a sofa is 130 to 280 cm wide; widths_cm says 2200" in refusal(changed)


def test_a_misspelled_field_room_wood_or_design_is_refused() -> None:
    changed = content()
    changed["woood"] = "oak"
    assert "woood: there is no such field" in refusal(changed)
    changed = content()
    changed["wood"] = "pine"
    assert "there is no wood 'pine'; there are: oak" in refusal(changed)
    changed = content()
    changed["rooms"]["kitchen"] = {}
    assert "kitchen" in refusal(changed)
    changed = content()
    changed["rooms"]["bedroom"]["bed"]["designs"] = ["waterbed"]
    assert "there is no bed design 'waterbed'; there are: panel" in refusal(changed)


def test_a_kit_without_an_anchor_or_a_room_is_refused() -> None:
    changed = content()
    del changed["rooms"]["bedroom"]["bed"]
    assert "bedroom has no bed, which is its anchor" in refusal(changed)
    changed = content()
    del changed["rooms"]["dining"]
    assert "missing: dining" in refusal(changed)


def test_a_slot_takes_only_furniture_that_belongs_there() -> None:
    changed = content()
    changed["rooms"]["bedroom"]["bed"] = changed["rooms"]["living"]["sofa"]
    assert "there is no kind for the slot bedroom.bed 'sofa'; there are: bed" in refusal(changed)


@pytest.mark.parametrize("text", ["a: [", "- 1", "", "name: 3"])
def test_what_is_no_kit_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(KitError) as refused:
        read_kit(text, "mine.yaml")
    assert "\n" not in str(refused.value)


def test_an_unknown_kit_or_version_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownKitError, match=r"no kit 'contemporery'; there are: contemporary, "):
        load_kit("contemporery")
    with pytest.raises(UnknownKitError, match=r"of contemporary there is version 1"):
        load_kit("contemporary@7")
    assert load_kit("contemporary@1") == load_kit("contemporary")
    assert UnknownKitError.code in CODES
    assert KitError.code in CODES


def test_finishes_take_their_colours_from_the_palette() -> None:
    kit = load_kit("scandinavian")
    assert kit.finishes().upholstery.colour == kit.palette.main
    assert kit.finishes().rug.ground == kit.palette.base
