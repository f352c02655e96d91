"""Records of virtual staging: what a room is furnished as, what stands in it, what the gate measured, what was left."""

from pydantic import Field

from schemas.photo import Point
from schemas.record import CommandPart, Record, Symbol


class RoomUse(Symbol):
    """What a room is furnished as."""

    UNKNOWN = "unknown"
    AUTO = "auto"
    LIVING = "living"
    BEDROOM = "bedroom"
    DINING = "dining"
    HOME_OFFICE = "home_office"
    OPEN_PLAN = "open_plan"
    KIDS = "kids"


class StagingStatus(Symbol):
    """What came of a photo that was to be furnished."""

    UNKNOWN = "unknown"
    STAGED = "staged"
    UNSTAGED = "unstaged"


class FloorPolygon(CommandPart):
    """A part of the floor that stays free."""

    points: list[Point] = Field(description="Its corners in order, 3 to 100.", min_length=3, max_length=100)


class StagingReason(Record):
    """Why a photo stays as it is. That is a good result and no error."""

    code: str = Field(
        description="A room that cannot be furnished: not_a_room, furnished, image_too_small, image_too_large, "
        "too_dark, tilted, no_floor, no_wall, not_enough_floor, camera_uncertain, scale_uncertain, kit_room_unfit. "
        "A picture that the gate stopped: structure_changed, does_not_stand, blocks_opening, out_of_frame, "
        "implausible. Another view of the same room: view_not_registered."
    )
    detail: str = Field(description="One sentence: what was found, and what is needed.")


class StagedItem(Record):
    """A piece of furniture in a photo."""

    slot: str = Field(description="Its place in the kit's list for the room, such as `sofa` or `storage`.")
    kind: str = Field(description="What it is, such as `sofa` or `tv_bench`.")
    design: str = Field(description="Which design of the kind.")
    anchor: bool = Field(description="Whether the rest is arranged around it.")
    x_m: float = Field(description="Its place to the right of the camera, in metres, along the room's walls.")
    y_m: float = Field(description="Its place ahead of the camera, in metres, along the room's walls.")
    z_m: float = Field(description="Height of its origin above the floor, in metres.")
    heading_deg: float = Field(description="Where its front faces, counter-clockwise from above, in degrees.")
    width_m: float = Field(description="Its width in metres, all that stands on it included.")
    depth_m: float = Field(description="Its depth in metres.")
    height_m: float = Field(description="Its height in metres.")
    left_px: float = Field(description="Left edge of the rectangle around it in the photo, in pixels.")
    top_px: float = Field(description="Top edge, in pixels.")
    right_px: float = Field(description="Right edge, in pixels.")
    bottom_px: float = Field(description="Bottom edge, in pixels.")


class GateCheck(Record):
    """One number of the structure gate and its limit."""

    check: str = Field(description="What was measured.")
    found: float | None = Field(description="The number; null where it is beyond all measure.")
    limit: float = Field(description="Its limit.")
    side: str = Field(description="at_most or at_least: on which side of the limit it has to be.")
    passed: bool = Field(description="Whether it is.")


class DisclosedBy(Record):
    """The policy that a staged photo is disclosed by, and what was drawn for it."""

    policy: str = Field(description="Disclosure policy, as name@version.")
    rule: str = Field(description="What its rule says, in our words.")
    source: str = Field(description="The text that the rule is taken from.")
    effective: str | None = Field(default=None, description="Since when the rule is in force, as ISO 8601 date.")
    reviewed_by: str | None = Field(
        default=None, description="Who, qualified to, compared the policy with the rule; null: nobody has."
    )
    original_order: str = Field(
        description="Where the original stands in the listing: not_needed, right_after or beside the staged photo."
    )
    original_url: str | None = Field(default=None, description="The address drawn on the photo, as text and QR code.")
    digital_source_type: str = Field(default="", description="IPTC term that its metadata carry, as address.")
    contrast: float | None = Field(
        default=None, description="Contrast ratio of the label as measured at 320 pixels' width; null without a label."
    )
    cap_height_px: float | None = Field(
        default=None, description="Height of its capitals at 320 pixels' width, in pixels; null without a label."
    )


class ViewRegistration(Record):
    """How a photo lies to the room's best view: checked, before both may share a floor plan."""

    photo_id: str = Field(description="The backend's id of the photo.")
    reference_photo_id: str = Field(description="The view that it was held against.")
    registered: bool = Field(description="Whether every check passed: it then shows the same furniture.")
    quarter_turns: int | None = Field(
        default=None, description="By how many right angles it looks another way, 0 to 3; null where nothing matched."
    )
    x_m: float | None = Field(default=None, description="Where its camera stands, to the right of the other, metres.")
    y_m: float | None = Field(default=None, description="Where it stands ahead of the other, in metres.")
    scale: float | None = Field(default=None, description="What a metre of its own is in the other view's metres.")
    checks: list[GateCheck] = Field(default_factory=list, description="What was measured, and its limits.")


class ListingRoom(Record):
    """A room of a listing that is staged, and its views."""

    room: str = Field(description="The command's name of the room, or one that this service gave.")
    photo_ids: list[str] = Field(description="Its views, in the order of the command.")
    staged_photo_ids: list[str] = Field(default_factory=list, description="Those that were furnished.")
    registrations: list[ViewRegistration] = Field(
        default_factory=list, description="How its other views lie to the best one; empty where they were not compared."
    )


class LeftPhoto(Record):
    """A photo of the command that was not furnished."""

    photo_id: str = Field(description="The backend's id of the photo.")
    reasons: list[StagingReason] = Field(description="Why.")


class Consistency(Record):
    """How much one hand shows in the staged photos of a listing, for one variation."""

    variation: int = Field(description="Which variation of the photos, from 0.", ge=0)
    photos: int = Field(description="How many staged photos were compared.", ge=0)
    score: float | None = Field(
        default=None,
        description="0 to 1: half how near the furniture's colours are, half the shared pieces, woods and metals; "
        "null where fewer than two photos were staged.",
    )
    palette_delta_e: float | None = Field(
        default=None, description="Mean distance of the furniture's colours over all pairs of photos, CIE 1976 delta E."
    )
    shared_designs: float | None = Field(
        default=None, description="Of the kinds that stand in several photos, the share made in one design; 0 to 1."
    )
    shared_woods: float | None = Field(
        default=None, description="Shared woods among those of the photo of a pair that shows fewer, mean, 0 to 1."
    )
    shared_metals: float | None = Field(
        default=None, description="Shared metals among those of the photo of a pair that shows fewer, mean, 0 to 1."
    )
