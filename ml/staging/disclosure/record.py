"""What is said of an altered picture for machines: the content of its sidecar, from which its XMP follows."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from ml.staging.disclosure.legibility import Box
from ml.staging.disclosure.policy import OriginalOrder
from schemas.events import MediaAlteration


class DigitalSource(StrEnum):
    """How the picture came to be: IPTC NewsCodes, scheme digitalsourcetype."""

    COMPOSITE_SYNTHETIC = "compositeSynthetic"
    """A photo and things that a renderer drew by rule."""
    COMPOSITE_TRAINED = "compositeWithTrainedAlgorithmicMedia"
    """A photo and what a trained network drew into it."""

    @property
    def uri(self) -> str:
        """The term's address."""
        return f"http://cv.iptc.org/newscodes/digitalsourcetype/{self.value}"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Original(_Part):
    """The photo before any alteration."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    uri: str
    """Where the command had it."""
    url: str | None
    """Where the public finds it; None where the command gave no address."""
    order: OriginalOrder


class Making(_Part):
    """What the alteration was made with."""

    kit: str
    """`name@version`."""
    engine: str
    """`name@version`."""
    seed: int
    variation: int


class DrawnLabel(_Part):
    """The label as drawn and measured."""

    wording: str
    box: Box
    contrast: float
    cap_height_px: float
    """At a thumbnail of 320 pixels' width."""


class DisclosureRecord(_Part):
    """How a picture was altered and what is said of it. The sidecar is this as JSON."""

    format: str = "vls-media.disclosure/1"
    policy: str
    """`name@version`."""
    rule: str
    source: str
    effective: str | None
    """ISO 8601 date."""
    reviewed_by: str | None
    alterations: tuple[MediaAlteration, ...]
    """`MediaAlteration` of the RESO Data Dictionary 2.0."""
    digital_source_type: DigitalSource
    description: str
    """One sentence: what was altered, and how."""
    label: DrawnLabel | None
    """None where the policy demands none and the command gives no wording."""
    strip_px: int
    """Height of the strip below the picture; 0 without."""
    original: Original
    making: Making
    picture_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """Of the altered picture without its disclosure, as it was given."""


def describe(alterations: tuple[MediaAlteration, ...], items: tuple[str, ...], source: DigitalSource) -> str:
    """One sentence on what was altered and how; `items` are the kinds of furniture that were added."""
    how = "drawn by a trained network" if source is DigitalSource.COMPOSITE_TRAINED else "rendered by computer"
    said = []
    if MediaAlteration.DECLUTTERED_ITEM_REMOVED in alterations:
        said.append("furniture was removed from the photo")
    if MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION in alterations:
        named = ", ".join(sorted(dict.fromkeys(item.replace("_", " ") for item in items)))
        said.append(f"furniture and its shadows were added to the photo, {how}{f': {named}' if named else ''}")
    text = "; ".join(said) if said else "the photo was not altered"
    return f"{text[0].upper()}{text[1:]}."
