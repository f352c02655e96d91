import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml.duplicates import PerceptualHash, groups
from ml.errors import ModelMissingError, PhotoError, PhotoNotFoundError, PhotoTruncatedError
from ml.inspect import inspect_photo, inspect_photos, records_for, shipped_models
from ml.listing import summarise
from ml.store import LoadedModel
from schemas.photo import AnalysisName, AnalysisState, ImageFormat, ListedPhoto, PhotoRecord
from tests.ml.scenes import encoded, room, saved

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def test_a_record_says_what_the_file_is(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jpg", room(1, 800, 600))
    record = inspect_photo(path)
    assert (record.width, record.height, record.format) == (800, 600, ImageFormat.JPEG)
    assert record.bytes == path.stat().st_size
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    models = {analysis.name: analysis.model for analysis in record.analyses}
    assert models[AnalysisName.SCENE] is not None
    assert all(analysis.state is AnalysisState.DONE for analysis in record.analyses)


def test_width_and_height_are_those_of_the_upright_photo(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path, "phone.jpg", room(1, 800, 600), exif=exif.tobytes())
    record = inspect_photo(path)
    assert (record.width, record.height) == (600, 800)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_nothing_of_the_camera_or_the_place_is_passed_on(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0xA431] = "SECRETMAKER", "SERIAL12345"
    exif.get_ifd(0x8769)[0xA435] = "SERIAL67890"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    path = saved(tmp_path, "a.file", room(1, 320, 240), form, exif=exif.tobytes())
    assert b"SERIAL12345" in path.read_bytes()
    written = inspect_photo(path).model_dump_json()
    assert not [word for word in ("SECRET", "SERIAL", "gps", "latitude", "a.file") if word in written]


def test_a_record_is_the_same_every_time_and_survives_json(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jpg", room(1))
    record = inspect_photo(path)
    assert inspect_photo(path) == record
    assert PhotoRecord.model_validate_json(record.model_dump_json()) == record


def test_a_photo_gets_the_same_record_alone_and_in_a_batch_of_sixteen(tmp_path: Path) -> None:
    paths = [saved(tmp_path, f"{seed}.jpg", room(seed, 300, 240)) for seed in range(16)]
    together = records_for(paths)
    assert [inspect_photo(path) for path in paths] == together


def test_one_broken_photo_leaves_the_others(tmp_path: Path) -> None:
    good = saved(tmp_path, "good.jpg", room(1))
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(encoded(room(2))[:9000])
    answers = list(inspect_photos([cut, tmp_path / "gone.jpg", good]))
    assert [path.name for path, _ in answers] == ["cut.jpg", "gone.jpg", "good.jpg"]
    assert [type(answer) for _, answer in answers] == [PhotoTruncatedError, PhotoNotFoundError, PhotoRecord]


def test_a_missing_model_is_no_photos_fault(tmp_path: Path) -> None:
    class Gone(LoadedModel):
        def run(self, pictures: object) -> dict[str, NDArray[np.float32]]:
            raise ModelMissingError("The model is gone.")

    shipped = shipped_models()["scene"]
    broken = {"scene": Gone(shipped.spec, shipped.backend)}
    with pytest.raises(ModelMissingError):
        list(inspect_photos([saved(tmp_path, "a.jpg", room(1))], broken))


def test_without_a_model_the_other_analyses_are_done(tmp_path: Path) -> None:
    record = inspect_photo(saved(tmp_path, "a.jpg", room(1)), {})
    states = {analysis.name: analysis.state for analysis in record.analyses}
    assert {name for name, state in states.items() if state is AnalysisState.NOT_CONFIGURED} == {
        AnalysisName.SCENE,
        AnalysisName.SEGMENTATION,
        AnalysisName.OBJECTS,
        AnalysisName.COMPLIANCE,
    }
    assert record.scene is None
    assert record.quality is not None
    assert record.colours


@pytest.mark.parametrize("shape", [(32, 32), (3000, 40), (40, 3000), (10_000, 33), (33, 20_000)])
def test_any_shape_gets_a_record(tmp_path: Path, shape: tuple[int, int]) -> None:
    record = inspect_photo(saved(tmp_path, "a.png", room(1, *shape), "PNG"))
    assert (record.width, record.height) == shape
    assert all(analysis.state is AnalysisState.DONE for analysis in record.analyses)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_picture_gets_a_record(tmp_path: Path, level: int) -> None:
    blank = np.full((200, 300, 3), level, np.uint8)
    quality = inspect_photo(saved(tmp_path, "a.png", blank, "PNG")).quality
    assert quality is not None
    assert quality.overall < 5


def test_a_real_listing_is_summarised_with_no_photo_taken_for_anothers_copy() -> None:
    folder = SHARED / "listings" / "listing_1"
    if not folder.is_dir():
        pytest.skip("needs ../shared/listings/listing_1")
    answers = list(inspect_photos(sorted(folder.glob("*.jpg"))))
    assert not [path for path, answer in answers if isinstance(answer, PhotoError)]
    records = [(path.name, answer) for path, answer in answers if isinstance(answer, PhotoRecord)]
    summary = summarise([ListedPhoto(photo_id=name, photo=record) for name, record in records])
    assert summary.duplicates == []
    assert len(summary.order) + len(summary.left_out) == 23
    assert summary.hero is not None
    front = {"26007148_0.jpg", "26007148_48_0.jpg", "genMid.26007148_1_0.jpg"}
    assert summary.hero.photo_id in front
    assert groups([PerceptualHash.parse(record.perceptual_hash or "") for _, record in records]) == []
