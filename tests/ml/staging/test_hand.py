"""One hand: what is the same in all rooms of a listing, and how the score tells hands apart."""

import pytest

from ml.staging.hand import Handiwork, Swatch, consistency, one_hand
from ml.staging.kits import Room, list_kits, load_kit


@pytest.mark.parametrize("name", list_kits())
def test_a_kind_has_one_design_wherever_the_kit_lets_it(name: str) -> None:
    kit = load_kit(name)
    for seed in range(4):
        hand = one_hand(kit, seed)
        chosen: dict[str, set[str]] = {}
        offered: dict[str, list[set[str]]] = {}
        for room in kit.rooms:
            for slot_name, slot in hand.slots(Room(room)).items():
                assert len(slot.designs) == 1
                assert slot.designs[0] in kit.slots(room)[slot_name].designs
                chosen.setdefault(slot.kind, set()).add(slot.designs[0])
                offered.setdefault(slot.kind, []).append(set(kit.slots(room)[slot_name].designs))
        for kind, lists in offered.items():
            if set.intersection(*lists):
                assert len(chosen[kind]) == 1, kind
            # A greedy cover is one design more than the best at most for lists as short as these.
            assert len(chosen[kind]) < max(2, len(lists)), kind
        assert (hand.wood, hand.metal, hand.textiles) == (kit.wood, kit.metal, kit.textiles)


def test_another_seed_is_another_hand_and_the_same_seed_the_same() -> None:
    kit = load_kit("contemporary")
    assert one_hand(kit, 3) == one_hand(kit, 3)
    assert len({str(one_hand(kit, seed).rooms) for seed in range(4)}) > 1


def _work(lightness: float, designs: dict[str, str], woods: tuple[str, ...], metals: tuple[str, ...]) -> Handiwork:
    swatches = (Swatch((lightness, 2.0, 8.0), 0.7), Swatch((lightness - 30, 10.0, 20.0), 0.3))
    return Handiwork(swatches, {kind: (design,) for kind, design in designs.items()}, woods, metals)


def test_rooms_of_one_hand_score_high_though_one_has_fewer_materials() -> None:
    living = _work(70, {"rug": "pile", "plant": "fern"}, ("walnut",), ("black",))
    bedroom = _work(72, {"rug": "pile", "bed": "panel"}, ("walnut", "black"), ("black",))
    score = consistency(0, [living, bedroom])
    assert score.shared_woods == 1.0
    assert score.shared_designs == 1.0
    assert score.score is not None
    assert score.score > 0.95


def test_rooms_of_two_hands_score_low() -> None:
    one = _work(70, {"rug": "pile"}, ("walnut",), ("black",))
    other = _work(25, {"rug": "flatwoven"}, ("pale_oak",), ("white",))
    score = consistency(0, [one, other])
    assert (score.shared_designs, score.shared_woods, score.shared_metals) == (0.0, 0.0, 0.0)
    assert score.score is not None
    assert score.score < 0.3
    assert consistency(0, [one]).score is None
