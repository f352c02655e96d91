"""What was asked for, with photos and music, to the timelines of all versions: shapes, branded and unbranded. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from render.billing import auto_overlays, brand_colors, unbranded
from render.contrast import plate_opacity
from render.errors import PlanError
from render.placement import check_text, place_overlays
from render.plate import MATTE
from render.ramp import check_ramp
from render.sent import accept_timeline, reshape
from render.sequence import Look
from render.slot import PhotoSlot, ratio_of
from render.soundtrack import Analysis
from render.template import PLACES, fill_slots, merge_template, plan_template, template_overlays
from render.timeline import frame_size, plan_timeline
from schemas.edit import AutoEdit, Brand, Branding, NarrowFraming, Template, VideoTexts
from schemas.video import LeftOutPhoto, Overlay, OverlayKind, Ratio, Timeline


@dataclass(frozen=True, slots=True)
class Edit:
    """What is asked for. At most one of `auto`, `template` and `timeline`; none shows all photos in their order."""

    seconds: float = 30.0
    ratio: Ratio = Ratio.WIDE_16_9
    height: int = 1080
    fps: int = 30
    auto: AutoEdit | None = None
    template: Template | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    timeline: Timeline | None = None
    more_ratios: tuple[Ratio, ...] = ()
    branding: Branding = Branding.BRANDED
    brand: Brand | None = None
    texts: VideoTexts | None = None
    narrow: NarrowFraming = NarrowFraming.REFRAME_PAN
    strict: bool = False

    @property
    def matte(self) -> str:
        """The colour of mattes: the brand's, or a dark one."""
        return MATTE if self.brand is None else self.brand.color

    @property
    def first_ratio(self) -> Ratio:
        """The shape of the first version: the timeline's own where one is sent."""
        return self.ratio if self.timeline is None else ratio_of(self.timeline.width, self.timeline.height)


@dataclass(frozen=True, slots=True)
class Version:
    """One video of those that are asked for; `name` is empty for the first."""

    name: str
    ratio: Ratio
    branded: bool
    timeline: Timeline


def check_edit(edit: Edit, photos: Sequence[PhotoSlot]) -> None:
    """Refuse what can be refused before any work: shapes, ramps, a template's fields and slots, texts, colours.

    `photos` need no sizes yet. Raises PlanError.
    """
    _check_kind(edit)
    sizes = [frame_size(ratio, edit.height) for ratio in (edit.ratio, *edit.more_ratios)]
    texts: list[tuple[OverlayKind, str]] = []
    for photo in photos:
        check_ramp(photo.ramp)
        texts += [(OverlayKind.CAPTION, photo.caption), (OverlayKind.CAPTION, photo.label)]
    texts += _texts_of(edit) if edit.template is None else _template_texts(edit.template, edit.fields, photos)
    colors = brand_colors(edit.brand)
    plate_opacity(colors.text, colors.plate, "the brand's text")
    for kind, text in texts:
        if text.strip():
            overlay = Overlay(kind=kind, text=text, first_frame=0, frames=1, place=PLACES[kind])
            for size in sizes:
                check_text(overlay, *size)


def _check_kind(edit: Edit) -> None:
    given = [name for name in ("auto", "template", "timeline") if getattr(edit, name) is not None]
    if len(given) > 1:
        raise PlanError("plan_failed", f"one of auto, template and timeline may be given, not {' and '.join(given)}")
    if edit.fields and edit.template is None:
        raise PlanError("plan_failed", "there are fields and no template to put them in")


def _texts_of(edit: Edit) -> list[tuple[OverlayKind, str]]:
    """The texts of an automatic edit."""
    found = []
    if edit.texts is not None:
        found += [(OverlayKind.TITLE, edit.texts.title), (OverlayKind.PRICE_BADGE, edit.texts.price)]
    if edit.brand is not None:
        found += [
            (OverlayKind.AGENT, edit.brand.agent),
            (OverlayKind.PHONE, edit.brand.phone),
            (OverlayKind.WEBSITE, edit.brand.website),
        ]
    return found


def _template_texts(
    template: Template, fields: Mapping[str, str], photos: Sequence[PhotoSlot]
) -> list[tuple[OverlayKind, str]]:
    """The texts of a template, its fields and slots checked."""
    merged = merge_template(template, fields)
    fill_slots(merged, photos)
    for slot in merged.slots:
        check_ramp(slot.ramp)
    captions = [(OverlayKind.CAPTION, slot.caption) for slot in merged.slots]
    return captions + [
        (OverlayKind(text.kind), text.text) for text in merged.texts if text.kind != OverlayKind.LOGO.value
    ]


def plan_video(
    edit: Edit,
    photos: Sequence[PhotoSlot],
    analysis: Analysis | None,
    *,
    left_out: Sequence[LeftOutPhoto] = (),
    logo: tuple[int, int] | None = None,
) -> list[Version]:
    """The timelines of all versions, the first one first. The same arguments give the same timelines.

    `photos` are those that can be used, with their sizes; `left_out` those that cannot; `logo` is the size of the
    brand's logo. Raises PlanError.
    """
    if not photos and edit.timeline is None:
        raise PlanError("no_usable_photo", "there is no photo to make a video of")
    first = edit.first_ratio
    versions: list[Version] = []
    for ratio in (first, *(ratio for ratio in edit.more_ratios if ratio is not first)):
        timeline = _planned(edit, ratio, photos, analysis, left_out, logo)
        for branded in _brandings(edit.branding):
            made = timeline if branded else unbranded(timeline)
            place_overlays(made)
            parts = ([] if ratio is first else [ratio.value]) + (["unbranded"] if not branded else [])
            name = "-".join(parts) if versions else ""
            versions.append(Version(name, ratio, branded, made))
    return versions


def _brandings(branding: Branding) -> tuple[bool, ...]:
    return {Branding.BRANDED: (True,), Branding.UNBRANDED: (False,), Branding.PAIR: (True, False)}[branding]


def _planned(
    edit: Edit,
    ratio: Ratio,
    photos: Sequence[PhotoSlot],
    analysis: Analysis | None,
    left_out: Sequence[LeftOutPhoto],
    logo: tuple[int, int] | None,
) -> Timeline:
    if edit.timeline is not None:
        accepted = accept_timeline(edit.timeline, photos, analysis, strict=edit.strict and ratio is edit.first_ratio)
        if ratio is edit.first_ratio:
            return accepted
        look = Look(accepted.width, accepted.height, accepted.fps, edit.narrow, edit.strict, edit.matte)
        return reshape(accepted, photos, ratio, look)
    if edit.template is not None:
        width, height = frame_size(ratio, edit.height)
        merged = merge_template(edit.template, edit.fields)
        look = Look(width, height, edit.fps, edit.narrow, edit.strict, edit.matte)
        timeline = plan_template(merged, photos, analysis, look, left_out)
        colors = brand_colors(edit.brand)
        overlays = template_overlays(merged, timeline, colors.text, colors.plate, logo)
    else:
        timeline = plan_timeline(
            photos,
            analysis,
            seconds=edit.seconds,
            ratio=ratio,
            height=edit.height,
            fps=edit.fps,
            left_out=left_out,
            auto=edit.auto,
            narrow=edit.narrow,
            strict=edit.strict,
            matte=edit.matte,
        )
        overlays = auto_overlays(timeline, photos, edit.texts, edit.brand, logo)
    return timeline.model_copy(update={"overlays": overlays})
