"""The light in a photo: how bright, how warm, how even, and whether it is day, dusk, night or lamps."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.picture import Picture
from ml.srgb import linear_light, luma_of
from schemas.photo import Lighting, LightKind, Space

_GRID = 8
"""Parts to a side."""

_LAMPLIGHT_K = 5500.0
"""Of what should be neutral in a room without a window in sight: below it lamps light the room.

Of 25 such rooms, looked at one by one, 11 of 17 under lamps and 6 of 8 by day are told right.
"""

_LINEAR = linear_light(np.arange(256, dtype=np.float32) / np.float32(255))


@dataclass(frozen=True, slots=True)
class LightCues:
    """What the kind of light is judged by; lightness is CIELAB L*, 0 to 100."""

    lightness: float
    """Median of the picture."""
    bright: float
    """95th percentile of the picture."""
    sky_lightness: float | None
    """Median of the sky, or, without a segmentation, of what may be sky in the upper fifth of an
    exterior; None where neither is."""
    sky_blue: float | None
    """Negated mean b* of the same: above zero is blue."""
    window_lightness: float | None
    """80th percentile within the windows; None without a segmentation or without windows."""
    daylight: float
    """Share of the picture that is brighter than L* 80 and bluer than the neutral surface."""
    lamps: float
    """Share that is bright and warm: b* above 12 at L* above 75."""
    temperature_k: float | None


def lighting_of(picture: Picture) -> Lighting:
    """The light in a photo; its sky and windows count where a segmentation found them."""
    luma = luma_of(picture.draft)
    neutral = picture.neutral
    return Lighting(
        kind=kind_of_light(cues_of(picture), picture.space),
        mean_luma=round(float(luma.mean(dtype=np.float64)), 2),
        colour_temperature_k=None if neutral is None else round(neutral.colour_temperature_k),
        tint=None if neutral is None else round(neutral.tint, 4),
        evenness=round(evenness(luma), 4),
    )


def evenness(luma: NDArray[np.uint8]) -> float:
    """1 less the Gini coefficient of the light in 8 x 8 parts: 1 where all are equal, 1/64 where one has all of it."""
    light = np.asarray(cv2.LUT(luma, _LINEAR), np.float32)
    parts = np.sort(np.asarray(cv2.resize(light, (_GRID, _GRID), interpolation=cv2.INTER_AREA), np.float64).reshape(-1))
    total = float(parts.sum())
    if total <= 0:
        return 1.0
    ranks = np.arange(1, parts.size + 1)
    return float(np.clip((2 * (parts.size + 1 - ranks) - 1) @ parts / (parts.size * total), 0, 1))


def cues_of(picture: Picture) -> LightCues:
    """Measure what `kind_of_light` judges by."""
    draft, neutral, sky, windows = picture.draft, picture.neutral, picture.mask("sky"), picture.mask("window")
    step = max(1, min(max(draft.shape[:2]) // 160, *draft.shape[:2]))
    small = np.ascontiguousarray(draft[step // 2 :: step, step // 2 :: step])
    lab = np.asarray(cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab), np.float32)
    lightness, blue = lab[:, :, 0], -lab[:, :, 2]
    if sky is not None:
        above = np.asarray(sky[step // 2 :: step, step // 2 :: step])
    else:
        above = np.zeros(lightness.shape, bool)
        if picture.space in (Space.EXTERIOR, Space.AERIAL):
            # Trees and eaves stand there too: sky is smooth, and neither green nor brown.
            rough = np.asarray(cv2.morphologyEx(lightness, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
            fifth = max(1, lightness.shape[0] // 5)
            above[:fifth] = ((rough < 6) & (blue > -8) & (lab[:, :, 1] > -10))[:fifth]
    seen = bool(above.mean() >= 0.02)
    panes = None if windows is None else np.asarray(windows[step // 2 :: step, step // 2 :: step])
    paler = blue > (-neutral.b if neutral is not None else 0.0) + 3
    return LightCues(
        lightness=float(np.median(lightness)),
        bright=float(np.percentile(lightness, 95)),
        sky_lightness=float(np.median(lightness[above])) if seen else None,
        sky_blue=float(blue[above].mean()) if seen else None,
        window_lightness=(
            float(np.percentile(lightness[panes], 80)) if panes is not None and panes.mean() >= 0.004 else None
        ),
        daylight=float(((lightness > 80) & paler).mean()),
        lamps=float(((lightness > 75) & (blue < -12)).mean()),
        temperature_k=None if neutral is None else neutral.colour_temperature_k,
    )


def kind_of_light(cues: LightCues, space: Space) -> LightKind:
    """Day, dusk, night or lamps, by rules of our own; unknown for what is no photo, or shows neither sky nor room."""
    if space is Space.INTERIOR:
        return _light_of_a_room(cues)
    if space not in (Space.EXTERIOR, Space.AERIAL):
        return LightKind.UNKNOWN
    if cues.sky_lightness is None:
        return LightKind.DAY if cues.bright > 60 else LightKind.UNKNOWN
    return _light_under_the_sky(cues, cues.sky_lightness)


def _light_under_the_sky(cues: LightCues, sky: float) -> LightKind:
    if sky < 22:
        return LightKind.NIGHT
    # At dusk the sky is darker than lit walls and windows; by day it is the brightest thing, or deep blue over sun.
    dim = sky < 55 and cues.bright < 85 and cues.lightness < 40
    lit = cues.lamps > 0.01 and sky < 60 and cues.lightness < 42
    return LightKind.DUSK if dim or lit else LightKind.DAY


def _light_of_a_room(cues: LightCues) -> LightKind:
    if cues.window_lightness is not None:
        return LightKind.DAY if cues.window_lightness > 60 else LightKind.ARTIFICIAL
    # Without a window in sight: lamps are whiter than the walls they light, so daylight tells less than warmth does.
    if cues.temperature_k is not None and cues.temperature_k < _LAMPLIGHT_K:
        return LightKind.ARTIFICIAL
    if cues.daylight > 0.02:
        return LightKind.DAY
    return LightKind.ARTIFICIAL if cues.lamps > 0.05 else LightKind.DAY
