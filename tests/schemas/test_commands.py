"""What a command may say."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.commands import ClassifyPhotos, GenerateClips, RenderVideo, StagePhotos
from schemas.jobs import Cancel, Stage
from schemas.record import Record

JOB_ID = "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10"
COMMANDS = (ClassifyPhotos, GenerateClips, RenderVideo, StagePhotos)


def command(kind: type[Record] = ClassifyPhotos, **changes: Any) -> Record:
    photos = changes.pop("photos", [{"photo_id": "p1", "uri": "file:///1.jpg"}])
    more = {"kit": "scandinavian@2"} if kind is StagePhotos else {}
    return kind.model_validate({"job_id": JOB_ID, "listing_id": "l", "photos": photos} | more | changes)


def problem(kind: type[Record] = ClassifyPhotos, **changes: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        command(kind, **changes)
    error = caught.value.errors()[0]
    return ".".join(str(part) for part in error["loc"]), error["msg"]


@pytest.mark.parametrize("kind", COMMANDS)
def test_the_least_command_is_accepted(kind: type[Record]) -> None:
    assert command(kind).model_fields_set <= {"job_id", "listing_id", "photos", "kit"}


@pytest.mark.parametrize("job_id", ["", "42", JOB_ID.upper(), JOB_ID.replace("-", ""), f"{JOB_ID}\n", f" {JOB_ID}"])
def test_a_job_id_has_one_spelling(job_id: str) -> None:
    assert problem(job_id=job_id)[0] == "job_id"


def test_a_cancel_needs_a_job_id_of_that_spelling() -> None:
    with pytest.raises(ValidationError):
        Cancel(job_id="42", stage=Stage.CLIP)


@pytest.mark.parametrize("kind", COMMANDS)
def test_one_photo_id_twice_is_refused_by_name(kind: type[Record]) -> None:
    photos = [{"photo_id": name, "uri": "file:///1.jpg"} for name in ("a", "b", "a")]
    assert problem(kind, photos=photos) == ("photos", "photo_id 'a' is used more than once")


@pytest.mark.parametrize("count", [0, 501])
def test_there_are_one_to_five_hundred_photos(count: int) -> None:
    photos = [{"photo_id": str(n), "uri": "file:///1.jpg"} for n in range(count)]
    assert problem(photos=photos)[0] == "photos"
    assert command(photos=[{"photo_id": str(n), "uri": "file:///1.jpg"} for n in range(500)])


@pytest.mark.parametrize("text", ["", "a\nb", "a\x00", "x" * 201])
def test_ids_are_short_text_without_control_characters(text: str) -> None:
    assert problem(photos=[{"photo_id": text, "uri": "file:///1.jpg"}])[0] == "photos.0.photo_id"
    assert problem(listing_id=text)[0] == "listing_id"


@pytest.mark.parametrize("name", ["photo 1", "Küche", "写真", "a/b", "../x"])
def test_ids_may_be_any_readable_text(name: str) -> None:
    assert command(photos=[{"photo_id": name, "uri": "file:///1.jpg"}])


@pytest.mark.parametrize("fps", [0, 23, 29, 31, 120])
def test_frame_rates_are_those_that_are_named(fps: int) -> None:
    assert problem(GenerateClips, fps=fps) == ("fps", "must be 24, 25, 30 or 60 frames a second")
    assert problem(RenderVideo, fps=fps)[0] == "fps"


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 0.0, 1e9])
def test_a_length_is_a_number_in_its_range(seconds: float) -> None:
    assert problem(GenerateClips, seconds=seconds)[0] == "seconds"
    assert problem(RenderVideo, seconds=seconds)[0] == "seconds"


@pytest.mark.parametrize("size", [{"width": 1921}, {"height": 62}, {"width": 7682}])
def test_sizes_are_even_and_in_range(size: dict[str, int]) -> None:
    assert problem(GenerateClips, **size)[0] in size


def test_unknown_is_refused_wherever_it_stands() -> None:
    assert problem(RenderVideo, ratio="unknown") == ("ratio", "'unknown' is not a choice, it is for readers only")
    photos = [{"photo_id": "p", "uri": "file:///1.jpg", "motion": "unknown"}]
    assert problem(GenerateClips, photos=photos)[0] == "photos.0.motion"


def test_an_unknown_field_is_refused() -> None:
    assert problem(colour="red")[0] == "colour"
