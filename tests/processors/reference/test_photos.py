import os
from pathlib import Path

import pytest

from processors.reference.photos import (
    NoPhotosError,
    VideoWish,
    classify_command,
    clips_command,
    find_photos,
    video_command,
)
from schemas.video import Ratio
from tests.photo_records import scene
from tests.processors.reference import records

WISH = VideoWish(20.0, Ratio.TALL_9_16, 25, 720)


def folder_with(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def test_files_are_photos_by_their_extension_whatever_its_case(tmp_path: Path) -> None:
    found = find_photos(folder_with(tmp_path, "a.JPG", "b.png", "notes.txt", "c.HeIc"))
    assert list(found.photos) == ["a.JPG", "b.png", "c.HeIc"]
    assert found.passed_over == ("notes.txt",)


def test_numbers_in_names_are_ordered_as_numbers(tmp_path: Path) -> None:
    assert list(find_photos(folder_with(tmp_path, "room10.jpg", "room2.jpg", "Room1.jpg")).photos) == [
        "Room1.jpg",
        "room2.jpg",
        "room10.jpg",
    ]


def test_folders_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sub.jpg").mkdir()
    found = find_photos(folder_with(tmp_path, "a.jpg", "._a.jpg"))
    assert list(found.photos) == ["a.jpg"]
    assert found.passed_over == ("sub.jpg/",)


def test_names_of_any_letters_become_addresses_without_them(tmp_path: Path) -> None:
    found = find_photos(folder_with(tmp_path, "Küche #1?.jpg"))
    (photo,) = found.inputs
    assert photo.photo_id == "Küche #1?.jpg"
    assert photo.uri.endswith("/K%C3%BCche%20%231%3F.jpg")


def test_a_name_that_is_no_text_still_has_an_id_of_its_own(tmp_path: Path) -> None:
    for name in (b"\xff.jpg", b"\xfe.jpg", b"a\nb.jpg"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"x")
    found = find_photos(tmp_path)
    assert len(found.photos) == 3
    command = classify_command("listing", found)
    assert "a_b.jpg" in [photo.photo_id for photo in command.photos]
    command.model_dump_json().encode()


@pytest.mark.parametrize("names", [(), ("notes.txt",)])
def test_a_folder_without_photos_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(NoPhotosError, match="has no photos"):
        find_photos(folder_with(tmp_path, *names))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPhotosError, match="not a folder"):
        find_photos(tmp_path / "nowhere")


def test_the_same_folder_is_another_job_each_time(tmp_path: Path) -> None:
    found = find_photos(folder_with(tmp_path, "a.jpg"))
    assert classify_command("listing", found).job_id != classify_command("listing", found).job_id


def test_clips_are_asked_for_in_the_order_of_the_summary_and_the_shape_of_the_video(tmp_path: Path) -> None:
    found = find_photos(folder_with(tmp_path, "a.jpg", "b.jpg", "c.jpg"))
    command = clips_command(records.summarized(records.job(), ["c.jpg", "a.jpg"]), found, WISH)
    assert [photo.photo_id for photo in command.photos] == ["c.jpg", "a.jpg"]
    assert (command.width, command.height, command.fps) == (720, 1280, 25)


def test_the_video_is_told_only_the_scenes_that_are_sure(tmp_path: Path) -> None:
    found = find_photos(folder_with(tmp_path, "a.jpg", "b.jpg"))
    sure = records.classified(records.job(), "a.jpg")
    unsure = sure.model_copy(update={"photo_id": "b.jpg", "scene": scene("kitchen", abstained=True)})
    summary = records.summarized(records.job(), ["a.jpg", "b.jpg"])
    command = video_command(summary, {"a.jpg": sure, "b.jpg": unsure}, found, WISH, None)
    assert [photo.scene for photo in command.photos] == ["kitchen", ""]
    assert (command.ratio, command.height, command.music) == (Ratio.TALL_9_16, 720, None)
