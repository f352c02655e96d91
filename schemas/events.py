"""Result events: what each stage found or made, one record for each photo, clip, segment or video."""

from pydantic import Field

from schemas.artifacts import ArtifactRef, InputSnapshot
from schemas.audio import AudioAnalysis, MusicCredit
from schemas.photo import ListingSummary, PhotoRecord
from schemas.record import Record, Symbol
from schemas.staging import (
    Consistency,
    DisclosedBy,
    GateCheck,
    LeftPhoto,
    ListingRoom,
    RoomUse,
    StagedItem,
    StagingReason,
    StagingStatus,
)
from schemas.video import ClipReport, LeftOutPhoto, Ratio, SegmentKind, Timeline, VideoReport


class ResultEvent(Record):
    """What all result events have: whose they are, and an id to drop duplicates by."""

    event_id: str = Field(
        description="UUIDv5 of the run, the task and the event; the same whenever this event is published again."
    )
    job_id: str = Field(description="UUID of the job.")
    run_id: str = Field(description="UUID of the run.")
    listing_id: str = Field(description="The backend's id of the listing.")
    cached: bool = Field(default=False, description="True when the result came from the cache and no work was done.")


class PhotoClassified(ResultEvent, PhotoRecord):
    """What one photo of the command shows and how good it is."""

    photo_id: str = Field(description="The backend's id of the photo.")
    source: InputSnapshot | None = Field(default=None, description="The photo as it was read.")


class ListingSummarized(ResultEvent, ListingSummary):
    """What the photos of the command are together."""


class MediaAlteration(Symbol):
    """How a picture differs from what the camera saw: `MediaAlteration` of the RESO Data Dictionary 2.0."""

    UNKNOWN = "unknown"
    NONE = "None"
    VIRTUAL_STAGING_ITEM_ADDITION = "VirtualStagingItemAddition"
    DECLUTTERED_ITEM_REMOVED = "DeclutteredItemRemoved"
    VIRTUAL_ENHANCEMENTS = "VirtualEnhancements"
    VIRTUAL_RENOVATION = "VirtualRenovation"
    TWILIGHT_CONVERSION = "TwilightConversion"
    MODEL_HOME = "ModelHome"
    VIRTUAL_REPRESENTATION_TO_BE_BUILT = "VirtualRepresentationToBeBuilt"
    VIRTUAL_REPRESENTATION_UNDER_CONSTRUCTION = "VirtualRepresentationUnderConstruction"
    OTHER_MEDIA_MODIFICATION = "OtherMediaModification"


class Lineage(Record):
    """What a staged photo was made with, so that it can be made again."""

    seed: int = Field(description="Seed of this variation.", ge=0)
    kit: str = Field(description="Design kit, as name@version.")
    versions: dict[str, str] = Field(
        default_factory=dict, description="What else decided the pixels: model digests, encoder build."
    )


class Disclosure(Record):
    """What has to be said where a staged photo is shown."""

    alterations: list[MediaAlteration] = Field(description="Every kind of alteration that was made.")
    original: ArtifactRef = Field(description="The photo before any alteration, to be reachable beside the staged one.")
    label: str = Field(description="One line to show with the photo.")


class PhotoStaged(ResultEvent):
    """One furnished variation of a photo, or a photo that stays as it is with the reasons."""

    photo_id: str = Field(description="The backend's id of the photo.")
    variation: int = Field(description="Which variation of the photo, from 0.", ge=0)
    staged: ArtifactRef = Field(
        description="The one file to publish: the staged photo with its disclosure; the original where it is unstaged."
    )
    disclosure: Disclosure = Field(description="What has to be said where it is shown.")
    lineage: Lineage = Field(description="What it was made with.")
    source: InputSnapshot | None = Field(default=None, description="The photo as it was read.")
    status: StagingStatus = Field(default=StagingStatus.STAGED, description="Whether it was furnished.")
    reasons: list[StagingReason] = Field(default_factory=list, description="Why it was not; empty where it was.")
    furnished_as: RoomUse = Field(default=RoomUse.UNKNOWN, description="What the room was furnished as.")
    room: str = Field(
        default="", description="The room that it shows; empty where the listing has no other view of it."
    )
    independent_view: bool = Field(
        default=False, description="True where other views of its room were furnished by themselves, differently."
    )
    shared_with: list[str] = Field(
        default_factory=list,
        description="Photos of the same room that share its layout: the same furniture in the same places.",
    )
    master: ArtifactRef | None = Field(
        default=None, description="Lossless and without disclosure: not to be published. Null where unstaged."
    )
    furniture_mask: ArtifactRef | None = Field(
        default=None, description="White where the master shows furniture, PNG of its size."
    )
    shadow_mask: ArtifactRef | None = Field(
        default=None, description="White where the master is darker or lighter by furniture, PNG of its size."
    )
    sidecar: ArtifactRef | None = Field(default=None, description="The disclosure as JSON.")
    xmp: ArtifactRef | None = Field(default=None, description="The disclosure as XMP; it is in `staged` as well.")
    items: list[StagedItem] = Field(default_factory=list, description="What stands in it.")
    left_out: list[str] = Field(default_factory=list, description="What the room has no place for, a sentence each.")
    gate: list[GateCheck] = Field(default_factory=list, description="What the structure gate measured.")
    engine: str = Field(default="", description="What made it: engine, versions, processor.")
    disclosed_by: DisclosedBy | None = Field(default=None, description="Its disclosure; null where unstaged.")


class ListingStaged(ResultEvent):
    """What a listing came to that was to be staged by one hand."""

    kit: str = Field(description="Design kit, as name@version.")
    policy: str = Field(description="Disclosure policy, as name@version.")
    engine: str = Field(description="What made the pictures: engine, versions, processor.")
    photos: int = Field(description="Photos of the command.", ge=0)
    staged_photos: int = Field(description="Photos of which at least one variation was furnished.", ge=0)
    rooms: list[ListingRoom] = Field(default_factory=list, description="Rooms with several views, and their views.")
    left: list[LeftPhoto] = Field(default_factory=list, description="Photos that stay as they are, and why.")
    independent_views: bool = Field(
        default=False, description="Whether views of one room were furnished by themselves."
    )
    consistency: list[Consistency] = Field(
        default_factory=list, description="How much one hand shows, a variation each."
    )


class ClipGenerated(ResultEvent):
    """A clip made of one photo."""

    photo_id: str = Field(description="The backend's id of the photo.")
    clip: ArtifactRef = Field(description="The clip.")
    report: ClipReport = Field(description="What the clip is made of.")
    source: InputSnapshot | None = Field(default=None, description="The photo as it was read.")


class AudioAnalyzed(ResultEvent, AudioAnalysis):
    """What the analysis of the command's music found."""

    source: InputSnapshot | None = Field(default=None, description="The music as it was read.")


class SegmentRendered(ResultEvent):
    """A part of a video that is encoded and waits to be joined."""

    segment: ArtifactRef = Field(description="The encoded part, without sound.")
    index: int = Field(description="Its place among the parts, from 0.", ge=0)
    kind: SegmentKind = Field(description="Whether it shows one photo or the change between two.")
    first_frame: int = Field(description="Its first frame, counted from the start of the video.", ge=0)
    duration_frames: int = Field(description="Length in frames.", ge=1)
    photo_ids: list[str] = Field(description="The photos seen in it: one in a body, two in a transition.")


class VideoRendered(ResultEvent):
    """A finished and checked video of the listing."""

    video: ArtifactRef = Field(description="The video.")
    timeline: ArtifactRef = Field(description="Its timeline, a JSON file: every shot, cut and segment.")
    report: VideoReport = Field(description="What a check of the file found, by decoding all of it.")
    photo_ids: list[str] = Field(description="The photos in it, in the order in which they appear.")
    left_out: list[LeftOutPhoto] = Field(default_factory=list, description="Photos that are not in it, and why.")
    tempo_bpm: float | None = Field(
        default=None, description="Tempo that its cuts keep to, in beats a minute; null when they keep to none."
    )
    notes: list[str] = Field(
        default_factory=list, description="What was decided otherwise than asked, a sentence each."
    )
    plan: Timeline | None = Field(
        default=None, description="The timeline that was executed; may be edited and sent again in a command."
    )
    credit: MusicCredit | None = Field(default=None, description="Whose music it is, by the command; null: unsaid.")
    quality: ArtifactRef | None = Field(
        default=None, description="Every quality check with its number and limit, a JSON file; also in `report`."
    )
    encoder: str = Field(default="x264", description="Encoder of the pictures, as the setting VLS_ENCODER names it.")
    reproducible: bool = Field(
        default=True, description="Whether the same inputs give the same bytes: true for x264, false for hardware."
    )
    preview: bool = Field(default=False, description="Whether it is a preview: small and coarse.")
    branded: bool = Field(default=True, description="Whether agent, phone, website and logo may be in it.")
    ratio: Ratio = Field(default=Ratio.UNKNOWN, description="Its shape.")
