"""Photos that their files say one camera took on one day are one shoot."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.staging.room.exif import camera_told
from ml.staging.room.shoot import focals_of_shoots, shoots_of


def photo(folder: Path, name: str, *, model: str | None = "R6", day: str = "2024:05:01 10:00:00") -> Path:
    exif = Image.Exif()
    if model is not None:
        exif[0x010F], exif[0x0110], exif[0x0132] = "Canon", model, day
    path = folder / name
    Image.fromarray(np.full((48, 64, 3), 128, np.uint8)).save(path, exif=exif)
    return path


def test_camera_and_day_make_a_shoot(tmp_path: Path) -> None:
    first, second = photo(tmp_path, "a.jpg"), photo(tmp_path, "b.jpg", day="2024:05:01 18:20:00")
    others = [
        photo(tmp_path, "c.jpg", day="2024:05:02 10:00:00"),
        photo(tmp_path, "d.jpg", model="R5"),
        photo(tmp_path, "e.jpg", model=None),
        photo(tmp_path, "f.jpg", model=None),
        tmp_path / "missing.jpg",
    ]
    assert shoots_of([first, *others, second]) == [[first, second]]


def test_a_person_can_say_that_photos_are_one_shoot(tmp_path: Path) -> None:
    paths = [photo(tmp_path, "a.jpg", model=None), photo(tmp_path, "b.jpg", model=None)]
    assert shoots_of(paths) == []
    assert shoots_of(paths, one_shoot=True) == [paths]
    assert shoots_of(paths[:1], one_shoot=True) == []


def test_a_file_without_camera_tells_none(tmp_path: Path) -> None:
    assert camera_told(photo(tmp_path, "a.jpg", model=None).read_bytes(), "a.jpg") is None
    assert camera_told(photo(tmp_path, "b.jpg").read_bytes(), "b.jpg") == "Canon|R6||2024:05:01"


def test_without_a_shoot_nothing_is_looked_at() -> None:
    assert focals_of_shoots([], {}) == {}


@pytest.mark.parametrize("one_shoot", [True, False])
def test_the_same_photo_twice_is_no_shoot(tmp_path: Path, *, one_shoot: bool) -> None:
    path = photo(tmp_path, "a.jpg")
    assert shoots_of([path, path], one_shoot=one_shoot) == []
