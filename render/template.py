"""A template with photos and values put in: slots filled, texts merged, shots laid on the music. Pure.

What does not fit is refused, never bent: a field without a value, a value without a field, a slot without a photo.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from render.cuts import Beat, Place
from render.errors import PlanError
from render.sequence import Change, Look, lay_cut, lay_segments, lay_shots, lengths_of, transition_frames
from render.slot import PhotoSlot
from render.soundtrack import Analysis, lay_music
from render.timeline import beats_of, lay_cue
from render.transition import STRONG
from schemas.edit import Template, TemplateSlot
from schemas.video import BeatKind, LeftOutPhoto, Overlay, OverlayKind, OverlayPlace, Timeline, TransitionKind

SNAP_S = 0.35
_NEVER = 1e9
_ROOM_STEP, _QUALITY_STEP = 1e4, 10.0
PLACES = {
    OverlayKind.TITLE: OverlayPlace.BOTTOM_LEFT,
    OverlayKind.CAPTION: OverlayPlace.BOTTOM_LEFT,
    OverlayKind.PRICE_BADGE: OverlayPlace.TOP_LEFT,
    OverlayKind.LOGO: OverlayPlace.TOP_RIGHT,
    OverlayKind.AGENT: OverlayPlace.BOTTOM_LEFT,
    OverlayKind.PHONE: OverlayPlace.BOTTOM_LEFT,
    OverlayKind.WEBSITE: OverlayPlace.BOTTOM_LEFT,
}
"""Where each kind of overlay belongs, unless it is said."""


def merge_template(template: Template, fields: Mapping[str, str]) -> Template:
    """The template with {fields} replaced. `{{` and `}}` are braces.

    Raises PlanError plan_failed: a field without a value, a value that no text uses, a text that cannot be read, a kind
    or a slot that there is not.
    """
    used: set[str] = set()
    slots = [
        slot.model_copy(update={"caption": _merged(slot.caption, fields, used, f"the caption of slot {slot.name!r}")})
        for slot in template.slots
    ]
    names = {slot.name for slot in slots}
    kinds = {kind.value for kind in PLACES}
    texts = []
    for text in template.texts:
        if text.kind not in kinds:
            message = f"a text of the template is of kind {text.kind!r}; there are {', '.join(sorted(kinds))}"
            raise PlanError("plan_failed", message)
        for name in (text.from_slot, text.to_slot):
            if name not in names:
                raise PlanError("plan_failed", f"the {text.kind} is on slot {name!r}, which the template does not have")
        texts.append(text.model_copy(update={"text": _merged(text.text, fields, used, f"the {text.kind}")}))
    unused = sorted(set(fields) - used)
    if unused:
        raise PlanError("plan_failed", f"field {unused[0]!r} has a value, but no text of the template uses it")
    if template.slots[0].transition is not TransitionKind.CUT:
        message = f"slot {slots[0].name!r} is the first: nothing comes before it that a transition could begin with"
        raise PlanError("plan_failed", message)
    return template.model_copy(update={"slots": slots, "texts": texts})


def fill_slots(template: Template, photos: Sequence[PhotoSlot]) -> tuple[list[PhotoSlot], list[LeftOutPhoto]]:
    """A photo for each slot, and the photos that none takes.

    The assignment that costs least together (Kuhn and Munkres): rooms as early in each slot's list as can be, then
    photos of better quality, then those that come early. Raises PlanError plan_failed with the name of a slot that
    stays empty.
    """
    costs = np.full((len(template.slots), max(len(photos), len(template.slots))), _NEVER)
    for row, slot in enumerate(template.slots):
        for column, photo in enumerate(photos):
            if _fits(slot, photo):
                room = slot.rooms.index(photo.scene) if slot.rooms else 0
                quality = 50.0 if photo.quality is None else photo.quality
                costs[row, column] = room * _ROOM_STEP + (100 - quality) * _QUALITY_STEP + column / 1000
    rows, columns = linear_sum_assignment(costs)
    found = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    for row, slot in enumerate(template.slots):
        if costs[row, found[row]] >= _NEVER:
            what = f"of {' or '.join(slot.rooms)}" if slot.rooms else "at all"
            more = " with an original to reveal" if slot.reveal else ""
            raise PlanError(
                "plan_failed", f"slot {slot.name!r} stays empty: there is no photo {what}{more} left for it"
            )
    filled = [
        replace(photos[found[row]], motion=slot.motion, ramp=slot.ramp, caption=slot.caption, reveal=slot.reveal)
        for row, slot in enumerate(template.slots)
    ]
    taken = {photo.photo_id for photo in filled}
    reason = "No slot of the template takes it."
    left = [
        LeftOutPhoto(photo_id=photo.photo_id, code="no_slot", reason=reason)
        for photo in photos
        if photo.photo_id not in taken
    ]
    return filled, left


def plan_template(
    template: Template,
    photos: Sequence[PhotoSlot],
    analysis: Analysis | None,
    look: Look,
    left_out: Sequence[LeftOutPhoto],
) -> Timeline:
    """The timeline of a merged template. Its texts are laid over it already, all but captions of no text.

    A shot given in seconds ends on the beat next to its end, within SNAP_S; one given in beats after exactly so many.
    Strong transitions are for downbeats: a shot in seconds takes the downbeat next to its end, and where there is none
    a fade takes the transition's place, with a note. Raises PlanError.
    """
    shown, unfit = fill_slots(template, photos)
    wanted = _seconds(template, analysis)
    music = lay_music(analysis, wanted) if analysis is not None else None
    beats = beats_of(music)
    places, notes = _lay(template.slots, beats, look.fps)
    end = places[-1].frame
    if music is not None and music.note:
        notes.insert(0, music.note)
    if music is not None and end > int(music.latest_s * look.fps):
        message = f"the template lasts {end / look.fps:.1f} s and the music {music.latest_s:.1f} s"
        raise PlanError("audio_too_short", message)
    lengths = lengths_of(places[:-1], end)
    changes = []
    for index, (slot, place) in enumerate(zip(template.slots[1:], places[:-1], strict=True)):
        kind = slot.transition
        if kind in STRONG and beats and place.kind is not BeatKind.DOWNBEAT:
            notes.append(f"Slot {slot.name!r} begins on no downbeat: it fades in instead of {kind.value}.")
            kind = TransitionKind.FADE
        length = 0 if kind is TransitionKind.CUT else transition_frames(
            slot.transition_seconds, look.fps, lengths[index], lengths[index + 1]
        )  # fmt: skip
        changes.append(Change(place, kind if length else TransitionKind.CUT, length))
    shots, said = lay_shots(shown, changes, end, look, beats)
    cuts = [lay_cut(change, look.fps) for change in changes]
    return Timeline(
        width=look.width,
        height=look.height,
        fps=look.fps,
        frames=end,
        seconds_wanted=round(wanted, 3),
        shots=shots,
        cuts=cuts,
        segments=lay_segments(cuts, end),
        music=lay_cue(music, end, look.fps) if music is not None else None,
        left_out=[*left_out, *unfit],
        notes=[*notes, *said],
    )


def template_overlays(
    template: Template,
    timeline: Timeline,
    color: str,
    background: str,
    logo: tuple[int, int] | None,
) -> list[Overlay]:
    """The texts of a merged template over its timeline, captions last. Raises PlanError for a lacking logo."""
    order = {slot.name: index for index, slot in enumerate(template.slots)}
    edges = [0, *(cut.frame for cut in timeline.cuts), timeline.frames]
    found = []
    for text in template.texts:
        kind = OverlayKind(text.kind)
        first, last = order[text.from_slot], order[text.to_slot]
        if last < first:
            raise PlanError("plan_failed", f"the {text.kind} ends on slot {text.to_slot!r}, before it begins")
        if kind is OverlayKind.LOGO and logo is None:
            raise PlanError("plan_failed", "the template shows a logo, and the brand has none")
        found.append(
            Overlay(
                kind=kind,
                text="" if kind is OverlayKind.LOGO else text.text,
                first_frame=edges[first],
                frames=edges[last + 1] - edges[first],
                place=text.place or PLACES[kind],
                color=color,
                background=background,
                picture_width=logo[0] if kind is OverlayKind.LOGO and logo else None,
                picture_height=logo[1] if kind is OverlayKind.LOGO and logo else None,
            )
        )
    for index, slot in enumerate(template.slots):
        if slot.caption:
            found.append(
                Overlay(
                    kind=OverlayKind.CAPTION,
                    text=slot.caption,
                    first_frame=edges[index],
                    frames=edges[index + 1] - edges[index],
                    place=PLACES[OverlayKind.CAPTION],
                    color=color,
                    background=background,
                )
            )
    return found


def _merged(text: str, fields: Mapping[str, str], used: set[str], what: str) -> str:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PlanError("plan_failed", f"{what} cannot be read: {error}; a brace is written twice") from error
    merged = ""
    for literal, name, form, conversion in parts:
        merged += literal
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise PlanError("plan_failed", f"{what} has {{{name}}}, which is no plain name of a field")
        if not fields.get(name, "").strip():
            raise PlanError("plan_failed", f"{what} needs field {name!r}, which has no value")
        used.add(name)
        merged += fields[name]
    return merged


def _fits(slot: TemplateSlot, photo: PhotoSlot) -> bool:
    if slot.reveal and photo.original_size is None:
        return False
    return not photo.duplicate_of and (not slot.rooms or photo.scene in slot.rooms)


def _seconds(template: Template, analysis: Analysis | None) -> float:
    """How long the template lasts at the music's pace. Raises PlanError for beats without a beat."""
    counted = sum(slot.beats or 0 for slot in template.slots)
    plain = sum(slot.seconds or 0.0 for slot in template.slots)
    if not counted:
        return plain
    beats = [] if analysis is None else list(analysis.beats_s)
    if len(beats) < 2:
        what = "there is no music" if analysis is None else "the music has no beat"
        raise PlanError("plan_failed", f"the template counts beats, and {what}")
    return plain + counted * float(np.median(np.diff(beats))) + beats[0]


def _lay(slots: Sequence[TemplateSlot], beats: Sequence[Beat], fps: int) -> tuple[list[Place], list[str]]:
    """Where each slot ends."""
    places: list[Place] = []
    notes: list[str] = []
    at = 0.0
    for index, slot in enumerate(slots):
        strong = index + 1 < len(slots) and slots[index + 1].transition in STRONG
        if slot.beats is not None:
            place = _after_beats(beats, at, slot, fps)
        else:
            place = _near(beats, at + (slot.seconds or 0.0), fps, strong=strong)
        least = places[-1].frame if places else 0
        if place.frame <= least:
            place = Place(least + max(1, round((slot.seconds or 0.2) * fps)), BeatKind.NONE)
        places.append(place)
        at = place.frame / fps if place.second is None else place.second
    return places, notes


def _after_beats(beats: Sequence[Beat], at: float, slot: TemplateSlot, fps: int) -> Place:
    first = min(range(len(beats)), key=lambda index: abs(beats[index].second - at))
    # The first shot begins with the video: what comes before the first beat belongs to it.
    index = first + (slot.beats or 0)
    if index >= len(beats):
        raise PlanError("audio_too_short", f"the music ends before the {slot.beats} beats of slot {slot.name!r} do")
    beat = beats[index]
    return Place(round(beat.second * fps), beat.kind, beat.second)


def _near(beats: Sequence[Beat], second: float, fps: int, *, strong: bool) -> Place:
    """The downbeat (for a strong transition), else beat, within reach of a moment; else the moment."""
    kinds = (BeatKind.DOWNBEAT, BeatKind.BEAT) if strong else (None,)
    for kind in kinds:
        reach = 2 * SNAP_S if kind is BeatKind.DOWNBEAT else SNAP_S
        near = [b for b in beats if (kind is None or b.kind is kind) and abs(b.second - second) <= reach]
        if near:
            beat = min(near, key=lambda found: abs(found.second - second))
            return Place(round(beat.second * fps), beat.kind, beat.second)
    return Place(round(second * fps), BeatKind.NONE)
