"""A photo looked at before anything is rendered: whether it can be staged, and how well it shows its room."""

from dataclasses import dataclass
from pathlib import Path

from ml.decode import DecodedPhoto
from ml.inspect import Models, record_of
from ml.staging.gate import Unstaged
from ml.staging.looking import look_at
from ml.staging.room.exif import focal_35mm_of
from ml.staging.room.understand import understand
from ml.staging.staging import doubts_of
from ml.staging.suitability import sight_reason, size_reason
from schemas.photo import PhotoRecord

REVISION = 4
"""Raised by hand when the same photo gives another answer."""

_FLOOR_ENOUGH_M2 = 20.0
"""More free floor than this makes a view no better."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey says of one photo."""

    record: PhotoRecord
    """For finding the other views of its room."""
    reasons: tuple[Unstaged, ...]
    """Why it cannot be staged; empty where nothing speaks against it yet."""
    worth: float
    """How well it shows its room, 0 to 1: confidence, and free floor that is seen; 0 with reasons."""
    confidence: float
    floor_m2: float
    answerable: bool = False
    """Whether the reasons are such as go when the photo is registered to a better view of its room."""


def survey(
    photo: DecodedPhoto,
    data: bytes,
    name: str,
    models: Models,
    *,
    ceiling_m: float | None = None,
    use_given: bool = False,
    removes_furniture: bool = False,
) -> Surveyed:
    """Look at a photo; `data` are its file's bytes. Raises PhotoError, ModelError.

    use_given: somebody said what the room is, or what it is to be furnished as. removes_furniture: what stands there
    will be taken out.
    """
    record = record_of(photo, models)
    unfit = size_reason(photo.width, photo.height)
    if unfit is not None:
        # Before all pixels are decoded: there may be very many.
        return Surveyed(record, (unfit,), 0.0, 0.0, 0.0)
    pixels = photo.pixels
    look = look_at(pixels, models)
    unfit = sight_reason(pixels, look, removes_furniture=removes_furniture, use_given=use_given)
    if unfit is not None:
        return Surveyed(record, (unfit,), 0.0, 0.0, 0.0)
    room = understand(
        pixels, look.segmentation, focal_35mm=focal_35mm_of(data, name), ceiling_m=ceiling_m, lines=look.lines
    )
    reasons = doubts_of(room, removes_furniture=removes_furniture)
    answerable = bool(reasons) and not doubts_of(room, removes_furniture=removes_furniture, registered=True)
    confidence, floor = room.confidence.overall, room.floor.free_m2
    worth = 0.0 if reasons else confidence * min(1.0, floor / _FLOOR_ENOUGH_M2) ** 0.5
    return Surveyed(record, reasons, worth, confidence, floor, answerable)


def read(path: Path) -> tuple[DecodedPhoto, bytes]:
    """A photo and its file's bytes. Raises PhotoError."""
    from ml.decode import decode_bytes, read_bytes
    from ml.opening import Limits

    limits = Limits()
    data = read_bytes(path, limits)
    return decode_bytes(data, path.name, limits), data
