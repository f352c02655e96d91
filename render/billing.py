"""The texts of an automatic edit: title and price on the first shot, captions, the agent's card on the last. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from render.contrast import readable_on
from render.placement import BRANDING
from render.slot import PhotoSlot
from render.template import PLACES
from schemas.edit import Brand, VideoTexts
from schemas.video import Overlay, OverlayKind, Timeline

_FADE_S = 0.3
_LATE_S = 0.2


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours of texts and of the plates behind them."""

    text: str
    plate: str


def brand_colors(brand: Brand | None) -> Colors:
    """The brand's colours, the text's chosen by contrast where it has none."""
    if brand is None:
        return Colors("#ffffff", "#101418")
    return Colors(brand.text_color or readable_on(brand.color), brand.color)


def auto_overlays(
    timeline: Timeline,
    photos: Sequence[PhotoSlot],
    texts: VideoTexts | None,
    brand: Brand | None,
    logo: tuple[int, int] | None,
) -> list[Overlay]:
    """What lies over an automatic edit. `logo` is the size of the logo's file in pixels.

    Each is seen inside one shot, from its cut to the next, so that versions with and without branding share the
    segments of all other shots.
    """
    edges = [0, *(cut.frame for cut in timeline.cuts), timeline.frames]
    last = len(timeline.shots) - 1
    wanted: list[tuple[OverlayKind, str, int]] = []
    if texts is not None:
        wanted += [(OverlayKind.PRICE_BADGE, texts.price, 0), (OverlayKind.TITLE, texts.title, 0)]
    if brand is not None:
        # From the bottom of the picture upwards.
        contact = (
            (OverlayKind.WEBSITE, brand.website),
            (OverlayKind.PHONE, brand.phone),
            (OverlayKind.AGENT, brand.agent),
        )
        wanted += [(kind, text, last) for kind, text in contact]
        if logo is not None:
            wanted += [(OverlayKind.LOGO, "-", shot) for shot in sorted({0, last})]
    captions = {photo.photo_id: photo.caption for photo in photos}
    wanted += [
        (OverlayKind.CAPTION, captions.get(shot.photo_id, ""), index) for index, shot in enumerate(timeline.shots)
    ]
    colors = brand_colors(brand)
    return [
        _over(kind, text, edges[shot], edges[shot + 1], timeline.fps, colors, logo)
        for kind, text, shot in wanted
        if text.strip()
    ]


def unbranded(timeline: Timeline) -> Timeline:
    """The same timeline without agent, phone, website and logo. Alteration labels stay."""
    return timeline.model_copy(
        update={"overlays": [overlay for overlay in timeline.overlays if overlay.kind not in BRANDING]}
    )


def _over(
    kind: OverlayKind, text: str, start: int, stop: int, fps: int, colors: Colors, logo: tuple[int, int] | None
) -> Overlay:
    late = min(round(_LATE_S * fps), (stop - start) // 6)
    fade = min(round(_FADE_S * fps), (stop - start - late) // 4)
    return Overlay(
        kind=kind,
        text="" if kind is OverlayKind.LOGO else text,
        first_frame=start + late,
        frames=stop - start - late,
        place=PLACES[kind],
        fade_frames=fade,
        color=colors.text,
        background=colors.plate,
        picture_width=logo[0] if kind is OverlayKind.LOGO and logo else None,
        picture_height=logo[1] if kind is OverlayKind.LOGO and logo else None,
    )
