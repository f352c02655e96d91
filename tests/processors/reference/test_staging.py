"""Which room of a listing is furnished in the demo, and at which size."""

from pathlib import Path

import numpy as np
from PIL import Image

from processors.reference.photos import PhotoFolder
from processors.reference.staging import LONGEST, StagingWish, empty_rooms, staging_command, titles
from schemas.events import PhotoClassified
from schemas.photo import Furnishing, Space
from tests.processors.reference import records


def classified(photo_id: str, furnishing: Furnishing, space: Space = Space.INTERIOR) -> PhotoClassified:
    found = records.classified(records.job(), photo_id)
    scene = found.scene
    assert scene is not None
    scene = scene.model_copy(update={"abstained": furnishing is not Furnishing.FURNISHED})
    return found.model_copy(update={"furnishing": furnishing, "space": space, "scene": scene})


def test_an_empty_room_goes_before_one_that_may_be_empty() -> None:
    run = records.listing_run()
    assert run.summary is not None
    summary = run.summary.model_copy(update={"order": ["front", "sofa", "unsure", "empty"]})
    photos = {
        "front": classified("front", Furnishing.UNKNOWN, Space.EXTERIOR),
        "sofa": classified("sofa", Furnishing.FURNISHED),
        "unsure": classified("unsure", Furnishing.UNKNOWN),
        "empty": classified("empty", Furnishing.EMPTY),
    }
    assert empty_rooms(summary, photos) == ["empty", "unsure"]
    del photos["empty"]
    assert empty_rooms(summary, photos) == ["unsure"]
    del photos["unsure"]
    assert empty_rooms(summary, photos) == []


def test_a_large_photo_is_furnished_at_the_demos_size_and_a_small_one_as_it_is(tmp_path: Path) -> None:
    for name, size in (("large.jpg", (2000, 1500)), ("small.jpg", (640, 480))):
        Image.fromarray(np.full((size[1], size[0], 3), 90, np.uint8)).save(tmp_path / name)
    folder = PhotoFolder({name: tmp_path / name for name in ("large.jpg", "small.jpg")}, ())
    wish = StagingWish("japandi", tmp_path / "smaller")
    command = staging_command("listing", folder, ["large.jpg"], wish)
    assert command.kit == "japandi"
    with Image.open(command.photos[0].uri.removeprefix("file://")) as copy:
        assert max(copy.size) == LONGEST
    same = staging_command("listing", folder, ["small.jpg"], wish)
    assert same.photos[0].uri == (tmp_path / "small.jpg").as_uri()


def test_pieces_are_counted() -> None:
    assert titles(["sofa", "floor_lamp", "armchair", "armchair"]) == "sofa, floor lamp, armchair × 2"
