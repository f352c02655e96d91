"""Every kit that ships is whole and different from the others; what breaks the format is refused in one sentence."""

import copy
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

import ml.staging.kits
from ml.staging.furniture import CATALOGUE
from ml.staging.hand import one_hand
from ml.staging.kits import SLOTS, Kit, KitError, PaletteRole, Room, UnknownKitError, list_kits, load_kit, read_kit
from schemas.errors import CATALOGUE as CODES

THE_EIGHT = {
    "coastal",
    "contemporary",
    "farmhouse",
    "industrial",
    "japandi",
    "mid_century",
    "scandinavian",
    "traditional",
}
APART_DELTA_E = 15.0


@pytest.mark.parametrize("name", list_kits())
def test_a_kit_that_ships_is_whole(name: str) -> None:
    kit = load_kit(name)
    assert kit.name == name
    assert kit.title_with_version == f"{name}@{kit.version}"
    assert load_kit(kit.title_with_version) == kit
    assert kit.about
    for room in Room:
        slots = kit.slots(room)
        assert next(iter(slots)) == next(iter(SLOTS[room]))
        for slot in slots.values():
            kind = CATALOGUE[slot.kind]
            assert set(slot.designs) <= set(kind.designs)
            assert len(set(slot.widths_cm)) == len(slot.widths_cm)


@pytest.mark.parametrize("name", list_kits())
def test_every_design_of_a_slot_is_made_in_one_of_its_widths(name: str) -> None:
    for room in Room:
        for place, slot in load_kit(name).slots(room).items():
            for design in slot.designs:
                made = set(CATALOGUE[slot.kind].designs[design].widths_cm)
                assert made & set(slot.widths_cm), f"{room}.{place}: {design} is made in {sorted(made)}"


@pytest.mark.parametrize("name", list_kits())
def test_one_hand_finds_the_same_rug_armchair_and_storage_for_all_rooms(name: str) -> None:
    hand = one_hand(load_kit(name))
    for kind in ("rug", "armchair", "sideboard", "curtain"):
        lists = {slot.designs for room in Room for slot in hand.slots(room).values() if slot.kind == kind}
        assert len(lists) <= 1, f"{kind}: {lists}"


def test_the_kits_that_are_named_ship() -> None:
    assert set(list_kits()) >= THE_EIGHT


def lab(code: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rgb = np.array([[[int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]]], np.float32)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0], float)


def shared_anchors(one: Kit, other: Kit) -> float:
    """Of the anchors of all rooms, the share of designs that both kits have, in the room where it is largest."""
    shares = []
    for room in Room:
        mine, theirs = (set(next(iter(kit.slots(room).values())).designs) for kit in (one, other))
        shares.append(len(mine & theirs) / min(len(mine), len(theirs)))
    return max(shares)


def roles_apart(one: Kit, other: Kit) -> int:
    """How many roles of the palette differ by delta E (CIE 1976) of 15 or more."""
    distances = (np.linalg.norm(lab(one.palette.of(role)) - lab(other.palette.of(role))) for role in PaletteRole)
    return sum(float(distance) >= APART_DELTA_E for distance in distances)


@pytest.mark.parametrize(("first", "second"), list(combinations(list_kits(), 2)))
def test_two_kits_differ_in_the_anchors_of_every_room_or_in_three_colours(first: str, second: str) -> None:
    one, other = load_kit(first), load_kit(second)
    assert shared_anchors(one, other) <= 0.5 or roles_apart(one, other) >= 3


@pytest.mark.parametrize(("first", "second"), list(combinations(list_kits(), 2)))
def test_two_kits_share_at_most_half_of_what_they_furnish_a_room_with(first: str, second: str) -> None:
    one, other = load_kit(first), load_kit(second)
    seen = {"sofa", "bed", "armchair", "coffee_table", "dining_table", "dining_chair", "desk", "storage", "bench"}
    for room in (Room.LIVING, Room.BEDROOM, Room.DINING):
        mine, theirs = (
            {(name, design) for name, slot in kit.slots(room).items() if name in seen for design in slot.designs}
            for kit in (one, other)
        )
        assert len(mine & theirs) <= 0.5 * min(len(mine), len(theirs)), f"{room}: {sorted(mine & theirs)}"


def test_the_check_of_likeness_fails_a_kit_under_another_name() -> None:
    kit = load_kit("coastal")
    copied = kit.model_copy(update={"name": "seaside"})
    assert shared_anchors(kit, copied) > 0.5
    assert roles_apart(kit, copied) == 0


def test_every_design_of_the_catalogue_belongs_to_a_kit() -> None:
    used = {
        (slot.kind, design)
        for name in list_kits()
        for room in Room
        for slot in load_kit(name).slots(room).values()
        for design in slot.designs
    }
    idle = {(kind, design) for kind, found in CATALOGUE.items() for design in found.designs} - used
    assert not idle


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
    changed["wood"] = "plywood"
    assert "there is no wood 'plywood'; there are: oak" in refusal(changed)
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
    with pytest.raises(UnknownKitError, match=r"no kit 'contemporery'; there are: .*\. Did you mean contemporary\?"):
        load_kit("contemporery")
    with pytest.raises(UnknownKitError, match=r"of contemporary there is version 2"):
        load_kit("contemporary@7")
    assert load_kit("contemporary@2") == load_kit("contemporary")
    assert UnknownKitError.code in CODES
    assert KitError.code in CODES


def test_finishes_take_their_colours_from_the_palette() -> None:
    kit = load_kit("scandinavian")
    assert kit.finishes().upholstery.colour == kit.palette.main
    assert kit.finishes().rug.ground == kit.palette.base


def test_a_kit_may_leave_the_childs_room_out_and_has_linen_curtains_without_saying_so() -> None:
    changed = content()
    del changed["rooms"]["kids"]
    del changed["textiles"]["curtain"]
    kit = read_kit(yaml.safe_dump(changed), "mine.yaml")
    assert kit.slots(Room.KIDS) == {}
    assert kit.finishes().curtain.textile == "linen"
    assert kit.finishes().curtain.colour == kit.palette.base


def test_the_kits_that_the_contract_shows_are_there() -> None:
    shown = {
        found
        for example in (Path(__file__).parents[4] / "schemas" / "examples").glob("*.json")
        for found in re.findall(r'"kit": "([a-z_]+@\d+)"', example.read_text())
    }
    assert shown
    for kit in shown:
        load_kit(kit)
