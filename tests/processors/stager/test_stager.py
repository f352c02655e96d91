"""A listing staged as a whole: one hand, one view a room, disclosed files, reasons for what stays, no work twice."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml.staging.gate.checks import at_least
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.kits import Room, load_kit
from ml.staging.views.pose import Pose
from ml.staging.views.registration import Registration
from processors.engine.work import InvalidInputError
from processors.settings import Settings
from processors.stager import Stager, make_stage
from schemas.events import MediaAlteration
from schemas.jobs import TaskStatus
from schemas.staging import RoomUse, StagingStatus
from tests.processors.stager.conftest import Painter, command
from tests.processors.stager.house import House, digests, go

Write = Callable[..., Path]

# Furniture is built and laid out for each photo: seconds on an idle core, minutes on a busy one.
pytestmark = pytest.mark.timeout(900)


def given(path: Path, **more: Any) -> dict[str, Any]:
    return {"photo_id": path.stem, "uri": path.as_uri(), "room": path.stem, **more}


def test_a_photo_comes_back_furnished_disclosed_and_with_its_lineage(
    house: House, stager: Stager, photo: Write
) -> None:
    path = photo("a.jpg")
    url = "https://listings.example.com/8841/a"
    came = go(house, stager, command([given(path, original_url=url)], policy="ab723"))
    assert came.phases == ["survey", "photos", "publish", "summary"]
    event = came.photo("a")
    assert event.status is StagingStatus.STAGED
    assert event.lineage.kit == load_kit("contemporary").title_with_version
    assert (event.lineage.seed, event.variation, event.engine) == (3, 0, "painter@1 test")
    assert event.disclosure.alterations == [MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION]
    assert event.disclosure.label == "Virtually staged. Digitally altered photo."
    assert event.disclosed_by is not None
    assert (event.disclosed_by.policy, event.disclosed_by.original_url) == ("ab723@1", url)
    assert event.disclosed_by.reviewed_by is None
    assert event.source is not None
    assert event.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == event.disclosure.original.sha256
    assert event.furnished_as is not RoomUse.UNKNOWN
    assert any(item.anchor for item in event.items)
    assert all(check.passed for check in event.gate)
    assert len(event.gate) > 5
    assert event.master is not None
    assert event.furniture_mask is not None
    assert event.shadow_mask is not None
    before = np.asarray(Image.open(path).convert("RGB"))
    master = np.asarray(Image.open(house.folder / event.master.sha256))
    mask = np.asarray(Image.open(house.folder / event.furniture_mask.sha256).convert("L")) > 0
    shadow = np.asarray(Image.open(house.folder / event.shadow_mask.sha256).convert("L")) > 0
    assert np.array_equal(master[~(mask | shadow)], before[~(mask | shadow)])
    assert mask.any()
    with Image.open(house.folder / event.staged.sha256) as published:
        assert published.height > master.shape[0]  # the strip with the original's address
        assert b"VirtualStagingItemAddition" in published.info["xmp"]
    assert event.sidecar is not None
    sidecar = json.loads((house.folder / event.sidecar.sha256).read_bytes())
    assert sidecar["picture_sha256"] == event.master.sha256
    assert came.ending is not None
    assert came.ending.has_result


def test_variations_are_published_each_with_its_own_event(house: House, stager: Stager, photo: Write) -> None:
    came = go(house, stager, command([given(photo("a.jpg"))], variations=2))
    assert [(event.photo_id, event.variation) for event in came.photos] == [("a", 0), ("a", 1)]
    assert len({event.event_id for event in came.photos}) == 2
    assert came.photo("a", 0).staged.sha256 != came.photo("a", 1).staged.sha256
    assert [score.variation for score in came.listing.consistency] == [0, 1]


def test_a_replay_serves_the_same_bytes_without_work(house: House, stager: Stager, photo: Write) -> None:
    wanted = command([given(photo("a.jpg")), given(photo("b.jpg", 1))])
    first = go(house, stager, wanted)
    house.worked.clear()
    again = go(house, make_stage(Settings()), wanted)
    assert house.worked == []
    assert digests(again) == digests(first)
    assert all(event.cached for event in again.photos)


def test_the_same_work_in_another_place_gives_the_same_bytes(
    house: House, stager: Stager, photo: Write, tmp_path: Path
) -> None:
    wanted = command([given(photo("a.jpg"))])
    first = go(house, stager, wanted)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    again = go(House(elsewhere), stager, wanted)
    assert digests(again) == digests(first)
    assert [o.result for o in again.outcomes if o.kind == "stage"] == [
        o.result for o in first.outcomes if o.kind == "stage"
    ]


@pytest.mark.parametrize(
    ("change", "redone"),
    [
        ({"policy": "none"}, {"hand", "publish:0000:0", "publish:0001:0"}),
        ({"wording": "Furnished by computer"}, {"publish:0000:0", "publish:0001:0"}),
        ({"kit": "scandinavian"}, {"hand", "stage", "publish", "summary"}),
        ({"seed": 4}, {"hand", "stage", "publish", "summary"}),
    ],
)
def test_a_change_redoes_what_depends_on_it(
    house: House, stager: Stager, photo: Write, change: dict[str, Any], redone: set[str]
) -> None:
    photos = [given(photo("a.jpg")), given(photo("b.jpg", 1))]
    go(house, stager, command(photos))
    house.worked.clear()
    go(house, stager, command(photos, **change))
    found = set(house.worked)
    assert not any(task.startswith("survey") for task in found)
    short = {task.split(":")[0] for task in found}
    assert found == redone or short == redone


def test_another_photo_is_staged_and_the_others_come_from_the_cache(house: House, stager: Stager, photo: Write) -> None:
    photos = [given(photo("a.jpg")), given(photo("b.jpg", 1))]
    go(house, stager, command(photos))
    house.worked.clear()
    go(house, stager, command([*photos, given(photo("c.jpg", 2))]))
    assert set(house.worked) == {"survey:0002", "stage:0002", "publish:0002:0", "summary"}


def test_a_photo_that_cannot_be_staged_goes_back_with_its_reason(house: House, stager: Stager, photo: Write) -> None:
    path = photo("dark.jpg", dark=True)
    came = go(house, stager, command([given(photo("a.jpg")), given(path)]))
    back = came.photo("dark")
    assert back.status is StagingStatus.UNSTAGED
    assert [reason.code for reason in back.reasons] == ["no_floor"]
    assert (house.folder / back.staged.sha256).read_bytes() == path.read_bytes()
    assert back.disclosure.alterations == [MediaAlteration.NONE]
    assert back.master is None
    assert [left.photo_id for left in came.listing.left] == ["dark"]
    assert (came.listing.photos, came.listing.staged_photos) == (2, 1)
    assert Painter.made == [12]


def test_a_broken_photo_fails_alone(house: House, stager: Stager, photo: Write) -> None:
    broken = photo("broken.jpg")
    broken.write_bytes(broken.read_bytes()[:2000])
    came = go(house, stager, command([given(broken), given(photo("a.jpg"))]))
    assert came.outcome("survey:0000").status is TaskStatus.FAILED
    assert came.photo("a").status is StagingStatus.STAGED
    assert came.ending is not None
    assert came.ending.has_result


def test_the_gate_stops_an_engine_that_paints_noise(house: House, stager: Stager, photo: Write) -> None:
    Painter.wild = True
    came = go(house, stager, command([given(photo("a.jpg"))]))
    assert came.error is not None
    assert came.error.code == "no_stageable_photo"
    event = came.photo("a")
    assert event.status is StagingStatus.UNSTAGED
    assert "structure_changed" in {reason.code for reason in event.reasons}
    assert any(not check.passed for check in event.gate)


def test_of_the_views_of_a_room_one_is_staged(house: House, stager: Stager, photo: Write) -> None:
    views = [given(photo(f"{name}.jpg", seed), room="bed 1") for seed, name in enumerate("abc")]
    came = go(house, stager, command(views))
    assert [event.photo_id for event in came.photos if event.status is StagingStatus.STAGED] == ["a"]
    for other in ("b", "c"):
        assert [reason.code for reason in came.photo(other).reasons] == ["view_not_registered"]
        assert came.photo(other).room == "bed 1"
    [room] = came.listing.rooms
    assert (room.photo_ids, room.staged_photo_ids) == (["a", "b", "c"], ["a"])


def test_views_that_were_registered_share_a_layout_and_the_event_says_so(
    house: House, stager: Stager, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [given(photo(f"{name}.jpg", seed), room="bed 1") for seed, name in enumerate("abc")]
    passed = at_least("matched_places", 20, 10, UnstagedReason.VIEW_NOT_REGISTERED)
    failed = at_least("matched_places", 3, 10, UnstagedReason.VIEW_NOT_REGISTERED)
    found = iter([Registration(Pose(0, 0.0, -0.4, 1.0), (passed,), "floor"), Registration(None, (failed,))])
    monkeypatch.setattr("processors.stager_work.register", lambda _one, _other: next(found))
    came = go(house, stager, command(views))
    assert came.phases[:3] == ["survey", "register", "photos"]
    states = {event.photo_id: str(event.status) for event in came.photos}
    assert states == {"a": "staged", "b": "staged", "c": "unstaged"}
    assert came.photo("a").shared_with == ["b"]
    assert came.photo("b").shared_with == ["a"]
    places = [
        {(item.slot, item.design): (item.x_m, item.y_m) for item in came.photo(name).items} for name in ("a", "b")
    ]
    assert set(places[1]) <= set(places[0])
    for slot, (x, y) in places[1].items():
        assert places[0][slot] == pytest.approx((x, y - 0.4), abs=0.02), slot
    [room] = came.listing.rooms
    assert room.staged_photo_ids == ["a", "b"]
    assert {each.photo_id: each.registered for each in room.registrations} == {"b": True, "c": False}
    assert [reason.code for reason in came.photo("c").reasons] == ["view_not_registered"]


def test_views_of_one_room_are_furnished_as_what_any_of_them_was_said_to_be(
    house: House, stager: Stager, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [given(photo("a.jpg", 0), room="1"), given(photo("b.jpg", 1), room="1", furnish_as="home_office")]
    passed = at_least("matched_places", 20, 10, UnstagedReason.VIEW_NOT_REGISTERED)
    monkeypatch.setattr(
        "processors.stager_work.register",
        lambda _one, _other: Registration(Pose(0, 0.0, -0.4, 1.0), (passed,), "floor"),
    )
    came = go(house, stager, command(views))
    assert {str(came.photo(name).furnished_as) for name in "ab"} == {"home_office"}


def test_where_the_best_view_cannot_be_staged_the_next_one_is(
    house: House, stager: Stager, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [given(photo(f"{name}.jpg", seed), room="bed 1") for seed, name in enumerate("abc")]
    turns = iter([True, False])

    def sometimes(spec: Any) -> None:
        if spec.kind == "stage":
            monkeypatch.setattr(Painter, "wild", next(turns))

    came = go(house, stager, command(views), sometimes)
    assert "views" in came.phases
    states = {event.photo_id: str(event.status) for event in came.photos}
    assert states == {"a": "unstaged", "b": "staged", "c": "unstaged"}
    assert [reason.code for reason in came.photo("c").reasons] == ["view_not_registered"]
    assert "b" in came.photo("c").reasons[0].detail


def test_independent_views_are_staged_when_the_command_allows_it_and_the_event_says_so(
    house: House, stager: Stager, photo: Write
) -> None:
    views = [given(photo(f"{name}.jpg", seed), room="bed 1") for seed, name in enumerate("ab")]
    came = go(house, stager, command([*views, given(photo("c.jpg", 5))], independent_views=True))
    assert {event.photo_id: event.independent_view for event in came.photos} == {"a": True, "b": True, "c": False}
    assert came.listing.independent_views


def test_photos_that_look_alike_are_one_room_without_being_told(house: House, stager: Stager, photo: Write) -> None:
    one, copy = photo("a.jpg"), photo("b.jpg")
    came = go(house, stager, command([given(one, room=""), given(copy, room="")]))
    assert [event.photo_id for event in came.photos if event.status is StagingStatus.STAGED] == ["a"]
    assert came.listing.rooms[0].room == "room-1"


def test_one_hand_shows_in_the_score(house: House, stager: Stager, photo: Write) -> None:
    came = go(house, stager, command([given(photo("a.jpg")), given(photo("b.jpg", 1))]))
    [score] = came.listing.consistency
    assert score.photos == 2
    assert score.score is not None
    assert score.score > 0.9
    assert score.shared_designs == 1.0


def test_progress_moves_while_a_photo_is_made(house: House, stager: Stager, photo: Write) -> None:
    go(house, stager, command([given(photo("a.jpg"))], variations=2))
    shares = [share for ref, share in house.ticks if ref == "stage:0000"]
    assert len(shares) >= 5
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"kit": "rococo"}, "unknown_kit", "contemporary"),
        ({"kit": "contemporary@99"}, "unknown_kit", "version"),
        ({"policy": "reso"}, "unknown_policy", "ab723"),
        ({"policy": "crmls@7"}, "unknown_policy", "version 1"),
        ({"wording": "虚拟"}, "disclosure_wording", "虚"),
        ({"remove_furniture": "on"}, "not_supported", "painter"),
    ],
)
def test_what_can_be_known_before_is_refused_before(
    house: House, stager: Stager, photo: Write, change: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said) as refused:
        stager.plan(command([given(photo("a.jpg"))], **change))
    assert refused.value.code == code


def test_a_policy_of_the_operators_without_wording_is_refused(
    photo: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "mls.yaml").write_text(
        "{name: mls, version: 2, title: MLS, rule: A label., source: its rules, effective: null, reviewed_by: null, "
        "removal_is_alteration: true, label: {required: true}, original: {order: right_after}}"
    )
    monkeypatch.setenv("VLS_STAGING_POLICIES", str(own))
    stager = make_stage(Settings())
    photos = [given(photo("a.jpg"))]
    with pytest.raises(InvalidInputError, match="no wording") as refused:
        stager.plan(command(photos, policy="mls"))
    assert refused.value.code == "disclosure_wording"
    came = go(house, stager, command(photos, policy="mls", wording="Virtuell möbliert"))
    event = came.photo("a")
    assert event.disclosure.label == "Virtuell möbliert"
    assert event.disclosed_by is not None
    assert event.disclosed_by.policy == "mls@2"


def test_a_mask_of_another_size_is_refused_before_rendering(
    house: House, stager: Stager, photo: Write, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.png"
    Image.new("L", (320, 240), 255).save(mask)
    came = go(house, stager, command([given(photo("a.jpg"), mask=mask.as_uri()), given(photo("b.jpg", 1))]))
    failed = came.outcome("survey:0000")
    assert failed.error is not None
    assert "320 x 240" in failed.error.message
    assert came.photo("b").status is StagingStatus.STAGED
    assert len(Painter.made) == 1


def test_a_mask_limits_the_engine(house: House, stager: Stager, photo: Write, tmp_path: Path) -> None:
    mask = tmp_path / "mask.png"
    Image.new("L", (480, 360), 255).save(mask)
    came = go(house, stager, command([given(photo("a.jpg"), mask=mask.as_uri())]))
    event = came.photo("a")
    assert event.source is not None
    assert event.source.uri.endswith("a.jpg")
    assert "furniture_cut_by_mask" in {check.check for check in event.gate}


def test_a_room_that_no_kit_furnishes_goes_back_unrendered(house: House, stager: Stager, photo: Write) -> None:
    photos = [given(photo("a.jpg"), scene="kitchen"), given(photo("b.jpg", 1), scene="bedroom")]
    came = go(house, stager, command(photos))
    assert [reason.code for reason in came.photo("a").reasons] == ["kit_room_unfit"]
    assert came.photo("b").furnished_as is RoomUse.BEDROOM
    house.worked.clear()
    photos[0]["furnish_as"] = "dining"
    assert go(house, stager, command(photos)).photo("a").status is StagingStatus.STAGED


def test_a_kit_without_furniture_for_the_room_that_is_asked_for_is_said_before_rendering(
    house: House, stager: Stager, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_kit("contemporary")
    bare = whole.model_copy(update={"rooms": {room: whole.rooms[room] for room in whole.rooms if room != Room.KIDS}})
    monkeypatch.setattr("processors.stager.load_kit", lambda _name: bare)
    photos = [given(photo("a.jpg"), furnish_as="kids"), given(photo("b.jpg", 1))]
    came = go(house, stager, command(photos))
    assert [reason.code for reason in came.photo("a").reasons] == ["kit_room_unfit"]
    assert bare.title_with_version in came.photo("a").reasons[0].detail
    assert came.photo("b").status is StagingStatus.STAGED
    assert len(Painter.made) == 1


def test_a_listing_without_one_stageable_photo_is_one_reason(house: House, stager: Stager, photo: Write) -> None:
    came = go(house, stager, command([given(photo("a.jpg", dark=True)), given(photo("b.jpg", 1, dark=True))]))
    assert came.error is not None
    assert came.error.code == "no_stageable_photo"
    assert "a: no_floor; b: no_floor" in came.error.message
    assert Painter.made == []
    assert {event.photo_id for event in came.photos} == {"a", "b"}


def test_a_worker_with_another_engine_does_not_do_the_task(
    house: House, stager: Stager, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = command([given(photo("a.jpg"))])

    def other(spec: Any) -> None:
        if spec.kind == "stage":
            monkeypatch.setattr(Painter, "identity", lambda self: "painter@2 test")

    with pytest.raises(Exception, match="one version") as refused:
        go(house, stager, wanted, other)
    assert getattr(refused.value, "code", "") == "engine_differs"


def test_without_its_engine_the_stager_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLS_STAGING_ENGINE", "absent")
    with pytest.raises(Exception, match="absent") as missing:
        make_stage(Settings())
    assert getattr(missing.value, "code", "") == "engine_missing"
