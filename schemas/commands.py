"""The commands: what the backend asks for. Strict: an unknown field or enum symbol is refused."""

from collections import Counter
from typing import Annotated, Protocol, Self, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.audio import MusicCredit
from schemas.edit import AutoEdit, Brand, Branding, NarrowFraming, Template, VideoTexts
from schemas.events import Disclosure
from schemas.photo import Crop, Point
from schemas.record import Command, CommandPart, Symbol, Uuid
from schemas.staging import FloorPolygon, RoomUse
from schemas.video import Motion, Ratio, SpeedRamp, Timeline

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
    scene: str = Field(default="", description="Scene label that classification found, or empty.")
    ramp: SpeedRamp = Field(default=SpeedRamp(), description="How fast the camera goes when.")
    focus: Point | None = Field(default=None, description="What the camera keeps to, in shares of the photo.")
    crops: list[Crop] = Field(default_factory=list, description="The best crops that classification found.")
    depth: Uri | None = Field(
        default=None, description="Where a depth map lies, a grey picture, near is bright; needed for parallax."
    )
    disclosure: Disclosure | None = Field(
        default=None, description="Of a staged photo: its alteration record. Its label is in every frame."
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
    narrow: NarrowFraming = Field(
        default=NarrowFraming.REFRAME_PAN, description="What becomes of photos that the frame would cut too much of."
    )
    matte: str = Field(default="#101418", description="Colour of a matte, #rrggbb.", pattern="^#[0-9a-f]{6}$")
    strict_resolution: bool = Field(
        default=False, description="Refuse photos with less than a pixel for each of the clip's."
    )


class RenderPhoto(CommandPart):
    """A photo of the video."""

    photo_id: Id = Field(description="The backend's id of the photo, unique within the command.")
    uri: Uri = Field(description="Where its bytes lie: `file://` or `s3://`, inside an allowed source.")
    motion: Motion = Field(
        default=Motion.AUTO, description="How the camera moves; auto chooses by the photo's place in the video."
    )
    scene: str = Field(default="", description="Scene label that classification found, or empty.")
    ramp: SpeedRamp = Field(default=SpeedRamp(), description="How fast the camera goes when.")
    room: str = Field(default="", description="Which photos show the same room: equal values are one room.")
    quality: float | None = Field(
        default=None, description="Overall quality that classification found, 0 to 100; null: not known.", ge=0, le=100
    )
    duplicate_of: str = Field(
        default="", description="photo_id of a photo that shows the same picture and is the better one, or empty."
    )
    focus: Point | None = Field(default=None, description="What the camera keeps to, in shares of the photo.")
    crops: list[Crop] = Field(default_factory=list, description="The best crops that classification found.")
    depth: Uri | None = Field(
        default=None, description="Where a depth map lies, a grey picture, near is bright; needed for parallax."
    )
    caption: str = Field(default="", description="Text over the photo, in an automatic edit.")
    disclosure: Disclosure | None = Field(
        default=None, description="Of a staged photo: its alteration record. Its label is in every frame."
    )
    reveal: bool = Field(
        default=False,
        description="Show the photo of `disclosure.original` first, under the same camera move, and wipe it away.",
    )


class RenderVideo(Command):
    """Make a video of the listing, cut on the beats of its music: automatically, from a template, or by a timeline.

    Give one of `auto`, `template` and `timeline`, or none: then all photos come in their order, as in `auto` with
    `keep_order`.
    """

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
    credit: MusicCredit | None = Field(
        default=None, description="Whose music it is; comes back in the timeline and in the events."
    )
    preview: bool = Field(
        default=False, description="Make the same video on 640 pixels of its longer side, quickly and coarsely encoded."
    )
    auto: AutoEdit | None = Field(default=None, description="Let the photos be chosen and put in order.")
    template: Template | None = Field(default=None, description="Execute this template.")
    fields: dict[str, str] = Field(default_factory=dict, description="Values of the template's {fields}.")
    timeline: Timeline | None = Field(
        default=None,
        description="Execute this timeline: one that came back in an event, edited or not. Its size and rate count.",
    )
    more_ratios: list[Ratio] = Field(default_factory=list, description="Further shapes of the same edit.")
    branding: Branding = Field(default=Branding.BRANDED, description="Which versions to make.")
    brand: Brand | None = Field(default=None, description="Whose video it is.")
    texts: VideoTexts | None = Field(default=None, description="Texts of an automatic edit.")
    narrow: NarrowFraming = Field(
        default=NarrowFraming.REFRAME_PAN, description="What becomes of photos that the frame would cut too much of."
    )
    strict_resolution: bool = Field(
        default=False, description="Refuse photos with less than a pixel for each of the video's."
    )

    @model_validator(mode="after")
    def _one_edit(self) -> Self:
        given = [name for name in ("auto", "template", "timeline") if getattr(self, name) is not None]
        if len(given) > 1:
            message = "one of auto, template and timeline may be given, not {given}"
            raise PydanticCustomError("edits", message, {"given": " and ".join(given)})
        if self.fields and self.template is None:
            raise PydanticCustomError("fields", "fields belong to a template, and there is none")
        twice = {self.ratio, *self.more_ratios}
        if len(twice) != 1 + len(self.more_ratios):
            raise PydanticCustomError("ratio_twice", "a ratio is asked for twice")
        if Ratio.UNKNOWN in twice:
            raise PydanticCustomError("unknown_symbol", "'unknown' is not a choice, it is for readers only")
        return self


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
        description="Furnish every view of a room by itself: its pieces then stand elsewhere in each. Else views that "
        "could be registered to the best one show its furniture, and the others are not furnished.",
    )
