"""One empty room of a listing to be furnished: whether this machine can, which room, and the command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ml.decode import decode_photo
from ml.errors import MediaError
from ml.staging.engines import engine_named
from ml.staging.rendering import llvm
from ml.staging.staging import KIND_OF_LABEL
from processors.reference.photos import PhotoFolder, new_job_id
from schemas.commands import StagePhotos, StagingPhoto
from schemas.events import ListingSummarized, PhotoClassified
from schemas.photo import Furnishing, Space

LONGEST = 1024
"""Pixels of the longer side that the room is furnished at."""


@dataclass(frozen=True, slots=True)
class StagingWish:
    """How an empty room is to be furnished, and where its smaller copy is kept."""

    kit: str
    copies: Path


def why_not() -> str | None:
    """What this machine lacks for furnishing rooms; None where nothing. Without libLLVM it would take minutes."""
    try:
        engine_named("cpu").identity()
    except MediaError as error:
        return str(error)
    if llvm.usable() is None:
        return f"no libLLVM that the renderer can use was found: apt-get install {llvm.PACKAGE}"
    return None


_CANDIDATES = 2
"""Photos that the stager is shown: it looks closer than a label does, and gives back what is no empty room."""


def empty_rooms(summary: ListingSummarized, classified: Mapping[str, PhotoClassified]) -> list[str]:
    """Photos to be furnished: the listing's empty rooms before those that may be empty, in its order; two at most.

    What the models cannot tell about a room's furniture the stager looks at itself, and gives it back with its reasons.
    """
    shown = [classified[photo_id] for photo_id in summary.order if photo_id in classified]
    inside = [photo for photo in shown if photo.space is Space.INTERIOR and _may_be_furnished(photo)]
    wanted = (Furnishing.EMPTY, Furnishing.UNKNOWN)
    return [photo.photo_id for kind in wanted for photo in inside if photo.furnishing is kind][:_CANDIDATES]


def _may_be_furnished(photo: PhotoClassified) -> bool:
    """Whether it is a room that kits have furniture for, as far as its label is sure."""
    return photo.scene is None or photo.scene.abstained or photo.scene.label in KIND_OF_LABEL


def staging_command(listing_id: str, folder: PhotoFolder, photo_ids: Sequence[str], wish: StagingWish) -> StagePhotos:
    """Ask for the rooms at no more than LONGEST pixels. Raises PhotoError, OSError."""
    photos = [
        StagingPhoto(photo_id=photo_id, uri=smaller_copy(folder.photos[photo_id], wish.copies).as_uri())
        for photo_id in photo_ids
    ]
    return StagePhotos(job_id=new_job_id(), listing_id=listing_id, photos=photos, kit=wish.kit)


def smaller_copy(photo: Path, folder: Path) -> Path:
    """The photo with at most LONGEST pixels along its longer side; itself where it has no more. Raises PhotoError."""
    decoded = decode_photo(photo)
    if max(decoded.width, decoded.height) <= LONGEST:
        return photo
    picture = Image.fromarray(decoded.pixels)
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{decoded.sha256[:16]}.jpg"
    picture.save(copy, "JPEG", quality=95, subsampling=0)
    return copy


def titles(kinds: Sequence[str]) -> str:
    """Kinds of furniture as a reader's list, each with how often it stands there."""
    counted = {kind: kinds.count(kind) for kind in kinds}
    return ", ".join(f"{kind.replace('_', ' ')}{f' × {count}' if count > 1 else ''}" for kind, count in counted.items())
