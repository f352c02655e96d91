"""A folder of photos as a listing: which files are photos, what they are called, and the commands about them."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from processors.photo_facts import facts_of
from render.timeline import frame_size
from schemas.commands import ClassifyPhotos, ClipPhoto, GenerateClips, PhotoInput, RenderPhoto, RenderVideo
from schemas.events import ListingSummarized, PhotoClassified
from schemas.video import Ratio

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif", ".avif"}
)
MOST_PHOTOS = 500
_ID_CHARACTERS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIGITS = re.compile(r"(\d+)")


class NoPhotosError(ValueError):
    """The folder has nothing to make a listing of; the message says what was found."""


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """The photos of a folder, in the order of their names, and what was passed over."""

    photos: dict[str, Path]  # photo_id -> file
    passed_over: tuple[str, ...]  # names of other files and folders

    @property
    def inputs(self) -> list[PhotoInput]:
        """The photos as commands name them."""
        return [PhotoInput(photo_id=photo_id, uri=path.as_uri()) for photo_id, path in self.photos.items()]


@dataclass(frozen=True, slots=True)
class VideoWish:
    """What the video is to be like."""

    seconds: float
    ratio: Ratio
    fps: int
    height: int = 1080  # the shorter side, in pixels

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, both even."""
        return frame_size(self.ratio, self.height)


def find_photos(folder: Path) -> PhotoFolder:
    """The files of a folder (not of folders inside it) whose extension is a picture's, in the order of their names.

    A file's extension alone decides here: one that is broken, or no picture at all, is sent and fails with its reason.
    The photo_id is the file's name. Raises NoPhotosError.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise NoPhotosError(f"{folder} is not a folder of photos")
    photos: dict[str, Path] = {}
    passed_over = []
    for path in sorted(folder.iterdir(), key=_name_order):
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in PHOTO_SUFFIXES and not path.is_dir():
            photos[_photo_id(path.name, photos)] = path
        else:
            passed_over.append(f"{path.name}/" if path.is_dir() else path.name)
    if not photos:
        endings = ", ".join(sorted(PHOTO_SUFFIXES))
        raise NoPhotosError(f"{folder} has no photos: none of its {len(passed_over)} entries is a file with {endings}")
    if len(photos) > MOST_PHOTOS:
        raise NoPhotosError(f"{folder} has {len(photos)} photos, a listing has at most {MOST_PHOTOS}")
    return PhotoFolder(photos, tuple(passed_over))


def new_job_id() -> str:
    """A job of its own, also for a listing that was done before."""
    return str(uuid.uuid4())


def listing_id_of(folder: Path) -> str:
    """The folder's name, as an id."""
    return _text(folder.resolve().name) or "listing"


def classify_command(listing_id: str, folder: PhotoFolder) -> ClassifyPhotos:
    """Ask what the photos show."""
    return ClassifyPhotos(job_id=new_job_id(), listing_id=listing_id, photos=folder.inputs)


def clips_command(summary: ListingSummarized, folder: PhotoFolder, wish: VideoWish) -> GenerateClips:
    """Ask for a clip of every photo that the summary shows, in its order."""
    width, height = wish.size
    photos = [ClipPhoto(photo_id=photo, uri=folder.photos[photo].as_uri()) for photo in summary.order]
    return GenerateClips(
        job_id=new_job_id(), listing_id=summary.listing_id, photos=photos, width=width, height=height, fps=wish.fps
    )


def video_command(
    summary: ListingSummarized,
    classified: dict[str, PhotoClassified],
    folder: PhotoFolder,
    wish: VideoWish,
    music: Path | None,
) -> RenderVideo:
    """Ask for the video of the photos that the summary shows, in its order, with all that is known about them."""
    photos = [
        RenderPhoto(
            photo_id=photo, uri=folder.photos[photo].as_uri(), **facts_of(photo, classified.get(photo), summary)
        )
        for photo in summary.order
    ]
    return RenderVideo(
        job_id=new_job_id(),
        listing_id=summary.listing_id,
        photos=photos,
        music=music.resolve().as_uri() if music is not None else None,
        seconds=wish.seconds,
        ratio=wish.ratio,
        height=wish.height,
        fps=wish.fps,
    )


def _photo_id(name: str, taken: dict[str, Path]) -> str:
    """The file's name, made fit to be an id: UTF-8 without control characters, not too long, only once."""
    wanted = _text(name)
    photo_id, number = wanted, 1
    while photo_id in taken:
        number += 1
        photo_id = f"{wanted[: _ID_CHARACTERS - 10]} ({number})"
    return photo_id


def _text(name: str) -> str:
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("_", readable)[:_ID_CHARACTERS]


def _name_order(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Names as people order them: 2 before 10, case aside; the name itself last, so that the order is total."""
    parts = _DIGITS.split(path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part], path.name
