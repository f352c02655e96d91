"""The files of an altered picture that may be published: a JPEG that says what was altered, and its sidecars."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ml.decode import decode_photo
from ml.errors import PhotoError
from ml.staging.disclosure.drawing import Disclosed, draw
from ml.staging.disclosure.record import DigitalSource, DisclosureRecord, DrawnLabel, Making, Original, describe
from ml.staging.disclosure.terms import Terms
from ml.staging.disclosure.xmp import xmp_packet
from schemas.events import MediaAlteration

_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Published:
    """What was written."""

    picture: Path
    """The JPEG that may be published, its XMP within."""
    size: tuple[int, int]
    """Its width and height in pixels."""
    sidecar: Path
    """The record as JSON."""
    xmp: Path
    """The record as XMP, for files that hold none."""
    record: DisclosureRecord


def publish(
    picture: Path,
    folder: Path,
    terms: Terms,
    *,
    original: Path,
    original_uri: str,
    making: Making,
    items: Sequence[str],
    alterations: Sequence[MediaAlteration] = (MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION,),
    source: DigitalSource = DigitalSource.COMPOSITE_SYNTHETIC,
) -> Published:
    """Write publish.jpg, disclosure.json and disclosure.xmp into a folder, from an altered picture without disclosure.

    `items` are the kinds of furniture that were added. The same arguments give the same bytes.
    Raises PhotoError for a picture that cannot be read, and DisclosureError where it cannot be disclosed by the terms.
    """
    staged = decode_photo(picture)
    disclosed = draw(staged.pixels, terms)
    told = _told(tuple(alterations), terms)
    record = DisclosureRecord(
        policy=terms.policy.title_with_version,
        rule=terms.policy.rule,
        source=terms.policy.source,
        effective=terms.policy.effective.isoformat() if terms.policy.effective is not None else None,
        reviewed_by=terms.policy.reviewed_by,
        alterations=told,
        digital_source_type=source,
        description=describe(tuple(alterations), tuple(items), source),
        label=_label(disclosed, terms),
        strip_px=disclosed.strip_px,
        original=Original(
            sha256=_sha256(original), uri=original_uri, url=terms.original_url, order=terms.policy.original.order
        ),
        making=making,
        picture_sha256=staged.sha256,
    )
    packet = xmp_packet(record)
    made = Published(
        folder / "publish.jpg",
        (disclosed.pixels.shape[1], disclosed.pixels.shape[0]),
        folder / "disclosure.json",
        folder / "disclosure.xmp",
        record,
    )
    _write_jpeg(made.picture, disclosed, packet, _profile(picture))
    made.sidecar.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    made.xmp.write_bytes(packet)
    return made


def _told(alterations: tuple[MediaAlteration, ...], terms: Terms) -> tuple[MediaAlteration, ...]:
    """What counts as an alteration by the policy: some do not count the removal of loose items."""
    if terms.policy.removal_is_alteration:
        return alterations
    return tuple(found for found in alterations if found is not MediaAlteration.DECLUTTERED_ITEM_REMOVED)


def _label(disclosed: Disclosed, terms: Terms) -> DrawnLabel | None:
    if disclosed.words is None or disclosed.legibility is None or terms.wording is None:
        return None
    return DrawnLabel(
        wording=terms.wording,
        box=disclosed.words,
        contrast=round(disclosed.legibility.contrast, 2),
        cap_height_px=round(disclosed.legibility.cap_height_px, 2),
    )


def _profile(picture: Path) -> bytes | None:
    """The profile that the altered picture carries: it is sRGB already, by whoever made it."""
    try:
        with Image.open(picture) as image:
            found = image.info.get("icc_profile")
    except OSError as error:
        raise PhotoError(f"{picture.name} cannot be read: {error}.") from error
    return found if isinstance(found, bytes) else None


def _write_jpeg(path: Path, disclosed: Disclosed, packet: bytes, profile: bytes | None) -> None:
    held = io.BytesIO()
    # No chroma subsampling: it smears the edges of letters.
    Image.fromarray(np.ascontiguousarray(disclosed.pixels)).save(
        held, "JPEG", quality=_QUALITY, subsampling=0, icc_profile=profile, xmp=packet
    )
    path.write_bytes(held.getvalue())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
