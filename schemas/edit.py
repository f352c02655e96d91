"""What a backend may ask of an edit: an automatic choice, a template, texts, a brand. Strict, as a command is."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from schemas.record import CommandPart, Symbol
from schemas.video import Motion, OverlayPlace, SpeedRamp, TransitionKind

Color = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]


class NarrowFraming(Symbol):
    """What becomes of a photo of which a cut to the frame's shape would keep less than 60 %.

    `reframe_pan` lets the camera go along the side that is cut; `blurred` and `brand` show the whole photo before its
    own blurred picture, or before the brand's colour.
    """

    UNKNOWN = "unknown"
    REFRAME_PAN = "reframe_pan"
    BLURRED = "blurred"
    BRAND = "brand"


class Branding(Symbol):
    """Which versions are made: with agent, phone, website and logo, without them, or both from the same segments."""

    UNKNOWN = "unknown"
    BRANDED = "branded"
    UNBRANDED = "unbranded"
    PAIR = "pair"


class AutoEdit(CommandPart):
    """An editorial choice: the hero first, then the order of a tour, one view of each room before second views."""

    quality_floor: float = Field(
        default=35.0, description="Photos whose quality is below this are left out, 0 to 100.", ge=0, le=100
    )
    hero: str | None = Field(default=None, description="photo_id to begin with; null: the best view of the front.")
    pinned: list[str] = Field(default_factory=list, description="photo_ids that must be in the video.")
    order: list[str] = Field(
        default_factory=list,
        description="photo_ids that come first, in this order, and must be in it; the others follow as on a tour.",
    )
    keep_order: bool = Field(default=False, description="Keep the command's order of photos instead of a tour's.")
    plans: bool = Field(default=True, description="Whether floor plans, maps and pictures of text may be in it, last.")


class TemplateSlot(CommandPart):
    """A place in a template for one photo."""

    name: str = Field(description="Name of the slot, unique within the template.", min_length=1, max_length=100)
    rooms: list[str] = Field(
        default_factory=list, description="Scene labels that fit, the most wanted first; empty: any photo."
    )
    seconds: float | None = Field(
        default=None, description="Length in seconds, 0.2 to 60; give this or `beats`.", ge=0.2, le=60
    )
    beats: int | None = Field(default=None, description="Length in beats of the music, 1 to 64.", ge=1, le=64)
    motion: Motion = Field(default=Motion.AUTO, description="How the camera moves.")
    ramp: SpeedRamp = Field(default=SpeedRamp(), description="How fast the camera goes when.")
    transition: TransitionKind = Field(
        default=TransitionKind.CUT, description="How the shot before becomes this one; cut for the first slot."
    )
    transition_seconds: float = Field(
        default=0.4, description="Length of that transition in seconds, 0 to 2.", ge=0, le=2
    )
    caption: str = Field(default="", description="Text over the shot; {field} is replaced by the command's field.")
    reveal: bool = Field(
        default=False, description="Show the photo before its alteration first, and wipe it away: staged photos only."
    )


class TemplateText(CommandPart):
    """A text of a template that lies over one or more of its slots."""

    kind: str = Field(description="title, price_badge, agent, phone, website or logo.")
    text: str = Field(default="", description="What it says; {field} is replaced. Empty for the logo.")
    from_slot: str = Field(description="Name of the slot on which it appears.")
    to_slot: str = Field(description="Name of the last slot on which it is seen.")
    place: OverlayPlace | None = Field(default=None, description="Where it stands; null: where its kind belongs.")


def _slot_names(slots: list[TemplateSlot]) -> list[TemplateSlot]:
    names = [slot.name for slot in slots]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PydanticCustomError("slot_twice", "slot {name} is there more than once", {"name": repr(twice[0])})
    for slot in slots:
        if (slot.seconds is None) == (slot.beats is None):
            message = "slot {name} needs a length: one of seconds and beats"
            raise PydanticCustomError("slot_length", message, {"name": repr(slot.name)})
    return slots


class Template(CommandPart):
    """An edit without photos. The backend owns it; it is executed as it is, or refused."""

    template_id: str = Field(description="The backend's name of the template.", min_length=1, max_length=200)
    slots: Annotated[list[TemplateSlot], AfterValidator(_slot_names)] = Field(
        description="The shots, in order, 1 to 200.", min_length=1, max_length=200
    )
    texts: list[TemplateText] = Field(default_factory=list, description="Texts and logo over the slots.")


class VideoTexts(CommandPart):
    """Texts of an automatic edit."""

    title: str = Field(default="", description="Over the first shot, such as the address; lines parted by a line feed.")
    price: str = Field(default="", description="A badge on the first shot, such as $1,250,000.")


class Brand(CommandPart):
    """Whose video it is. Nothing of it is in an unbranded version, but for the colour."""

    agent: str = Field(default="", description="The agent's name and title.")
    phone: str = Field(default="", description="The agent's phone number.")
    website: str = Field(default="", description="The agent's website.")
    logo: str | None = Field(
        default=None, description="Where the logo lies, a picture that may be transparent: `file://` or `s3://`."
    )
    color: Color = Field(default="#101418", description="Colour of plates, badges and mattes, #rrggbb.")
    text_color: Color | None = Field(
        default=None, description="Colour of texts on it, #rrggbb; null: black or white, whichever is easier to read."
    )
