"""What classification found, as a video takes it: scene, room, quality, copies, focus and crops of each photo."""

from collections.abc import Mapping
from typing import Any

from render.slot import PhotoSlot
from schemas.photo import ListingSummary, PhotoRecord


def facts_of(photo_id: str, record: PhotoRecord | None, summary: ListingSummary | None) -> dict[str, Any]:
    """Fields that RenderPhoto and PhotoSlot have in common. What is not sure, or not known, is left out."""
    found: dict[str, Any] = {}
    if record is not None:
        if record.scene is not None and not record.scene.abstained:
            found["scene"] = record.scene.label
        if record.quality is not None:
            found["quality"] = record.quality.overall
        found |= {"focus": record.focus_point, "crops": record.crops}
    if summary is not None:
        room = next((n for n, group in enumerate(summary.rooms) if photo_id in group.photo_ids), None)
        if room is not None:
            found["room"] = f"room-{room:02d}"
        copy = next((group.keep for group in summary.duplicates if photo_id in group.drop), None)
        if copy is not None:
            found["duplicate_of"] = copy
    return found


def slots_of(records: Mapping[str, PhotoRecord], summary: ListingSummary) -> dict[str, PhotoSlot]:
    """The photos of a listing as planning knows them, by photo_id."""
    slots = {}
    for photo_id, record in records.items():
        found = facts_of(photo_id, record, summary)
        hero = summary.hero is not None and summary.hero.photo_id == photo_id
        slots[photo_id] = PhotoSlot(photo_id, hero=hero, **(found | {"crops": tuple(found["crops"])}))
    return slots
