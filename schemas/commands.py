"""The commands: what the backend asks for. Strict: an unknown field or enum symbol is refused."""

from collections import Counter
from typing import Annotated, Protocol, TypeVar

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.record import Command, CommandPart, Symbol, Uuid
from schemas.staging import FloorPolygon, RoomUse
from schemas.video import Motion, Ratio

# The backend's ids become keys, task ids and file names: any text but control characters.
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=4_096, pattern=r"^[^\x00-\x1f\x7f]+$")]
FRAME_RATES = (24, 25, 30, 60)


class _HasPhotoId(Protocol):
    @property
    def photo_id(self) -> str: ...


P = TypeVar("P", bound=_HasPhotoId)


def _unique_photo_ids(photos: list[P]) -> list[P]:
    twice = [name for name, count in Counter(photo.photo_id for photo in photos).items() if count > 1]
    if twice:
        raise PydanticCustomError("photo_id_twice", "photo_id {name} is used more than once", {"name": repr(twice[0])})
    return photos


def _known_rate(fps: int) -> int:
    if fps not in FRAME_RATES:
        raise PydanticCustomError("frame_rate", "must be 24, 25, 30 or 60 frames a second")
    return fps


FrameRate = Annotated[int, AfterValidator(_known_rate)]


class PhotoInput(CommandPart):
    """A photo of the listing."""

    photo_id: Id = Field(description="The backend's id of the photo, unique within the command.")
    uri: Uri = Field(description="Where its bytes lie: `file://` or `s3://`, inside an allowed source.")


class ClassifyPhotos(Command):
    """Say what each photo shows and how good it is, and summarise the listing."""

    job_id: Uuid = Field(description="UUID of the job, in lower case: the idempotency key.")
    listing_id: Id = Field(description="The backend's id of the listing.")
    photos: Annotated[list[PhotoInput], AfterValidator(_unique_photo_ids)] = Field(
        description="The photos, 1 to 500, in the agent's order.", min_length=1, max_length=500
    )


class ClipPhoto(CommandPart):
    """A photo to be turned into a clip."""

    photo_id: Id = Field(description="The backend's id of the photo, unique within the command.")
    uri: Uri = Field(description="Where its bytes lie: `file://` or `s3://`, inside an allowed source.")
    motion: Motion = Field(
        default=Motion.AUTO, description="How the camera moves; auto chooses by the photo's place in the list."
    )


class GenerateClips(Command):
    """Make one clip of each photo."""

    job_id: Uuid = Field(description="UUID of the job, in lower case: the idempotency key.")
    listing_id: Id = Field(description="The backend's id of the listing.")
    photos: Annotated[list[ClipPhoto], AfterValidator(_unique_photo_ids)] = Field(
        description="The photos, 1 to 500, in order.", min_length=1, max_length=500
    )
    seconds: float = Field(
        default=3.0, description="Length of each clip in seconds, 0.5 to 30, rounded to whole frames.", ge=0.5, le=30
    )
    width: int = Field(default=1920, description="Width in pixels, even, 64 to 7680.", ge=64, le=7680, multiple_of=2)
    height: int = Field(default=1080, description="Height in pixels, even, 64 to 7680.", ge=64, le=7680, multiple_of=2)
    fps: FrameRate = Field(default=30, description="Frames a second: 24, 25, 30 or 60.")


class RenderPhoto(CommandPart):
    """A photo of the video."""

    photo_id: Id = Field(description="The backend's id of the photo, unique within the command.")
    uri: Uri = Field(description="Where its bytes lie: `file://` or `s3://`, inside an allowed source.")
    motion: Motion = Field(
        default=Motion.AUTO, description="How the camera moves; auto chooses by the photo's place in the video."
    )
    scene: str = Field(default="", description="Scene label that classification found, or empty.")


class RenderVideo(Command):
    """Make one video of the listing, cut on the beats of its music."""

    job_id: Uuid = Field(description="UUID of the job, in lower case: the idempotency key.")
    listing_id: Id = Field(description="The backend's id of the listing.")
    photos: Annotated[list[RenderPhoto], AfterValidator(_unique_photo_ids)] = Field(
        description="The photos, 1 to 500, in the order of the video.", min_length=1, max_length=500
    )
    music: Uri | None = Field(
        default=None, description="Where the music lies: `file://` or `s3://`; null for a silent video."
    )
    seconds: float = Field(
        default=30.0, description="Length wanted, in seconds, 2 to 600; the last cut keeps to the beat.", ge=2, le=600
    )
    ratio: Ratio = Field(default=Ratio.WIDE_16_9, description="Shape of the video.")
    height: int = Field(
        default=1080, description="Shorter side in pixels, even, 64 to 4320.", ge=64, le=4320, multiple_of=2
    )
    fps: FrameRate = Field(default=30, description="Frames a second: 24, 25, 30 or 60.")


class StagingPhoto(CommandPart):
    """A photo to be staged."""

    photo_id: Id = Field(description="The backend's id of the photo, unique within the command.")
    uri: Uri = Field(description="Where its bytes lie: `file://` or `s3://`, inside an allowed source.")
    scene: str = Field(default="", description="Scene label that classification found, or empty.")
    room: str = Field(default="", description="Which photos show the same room: equal values are one room.")
    furnish_as: RoomUse = Field(
        default=RoomUse.AUTO, description="What to furnish it as; auto: as its label and its size suggest."
    )
    ceiling_cm: int | None = Field(
        default=None, description="Height of the ceiling in centimetres, 200 to 600, where it is known.", ge=200, le=600
    )
    keep_out: list[FloorPolygon] = Field(
        default_factory=list, description="Floor that stays free, at most 20 polygons.", max_length=20
    )
    mask: Uri | None = Field(
        default=None,
        description="Where a picture of the photo's size lies, white where the photo may be changed; null: anywhere.",
    )
    original_url: str | None = Field(
        default=None,
        description="Public http(s) address of the unaltered photo, for the label's text and QR code; null: neither.",
        max_length=400,
    )


class FurnitureRemoval(Symbol):
    """Whether furniture that stands in the photo is removed first."""

    UNKNOWN = "unknown"
    OFF = "off"
    AUTO = "auto"
    ON = "on"


class StagePhotos(Command):
    """Furnish empty rooms, with one hand for the whole listing."""

    job_id: Uuid = Field(description="UUID of the job, in lower case: the idempotency key.")
    listing_id: Id = Field(description="The backend's id of the listing.")
    photos: Annotated[list[StagingPhoto], AfterValidator(_unique_photo_ids)] = Field(
        description="The photos, 1 to 500.", min_length=1, max_length=500
    )
    kit: str = Field(description="Design kit, as name or name@version.", min_length=1)
    variations: int = Field(default=1, description="How many seeded variations of each photo, 1 to 4.", ge=1, le=4)
    seed: int = Field(default=0, description="Seed of the first variation.", ge=0)
    remove_furniture: FurnitureRemoval = Field(
        default=FurnitureRemoval.OFF, description="Whether to remove what is there first."
    )
    policy: str = Field(
        default="crmls", description="Disclosure policy, as name or name@version: ab723, crmls, none or the operator's."
    )
    wording: str | None = Field(
        default=None,
        description="What the label says, 1 to 160 characters; null: what the policy says.",
        min_length=1,
        max_length=160,
    )
    independent_views: bool = Field(
        default=False,
        description="Furnish every view of a room by itself: its pieces then stand elsewhere in each. Else the best "
        "view alone is furnished.",
    )
