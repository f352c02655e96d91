"""What was laid over a photo after it was taken: text, phone numbers, logos, watermarks; not signs in the scene."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.picture import Picture
from ml.sizes import size_at, within
from ml.srgb import luma_of
from ml.store import LoadedModel
from schemas.photo import Box, Mark, MarkKind

_STEP = 16
"""The network takes pictures whose sides are divisible by this."""

_LEAST_SIDE = 32

_EDGE_ODDS = -0.5
"""Log odds from which a cell belongs to a mark, once the mark's best cells have been found sure enough."""

_BEST_CELLS = 12
"""Cells that a mark's score is the mean of: the best ones; a mark with fewer cells has zeros for the rest."""

FAINT = 0.1
"""Confidence from which a find below the threshold is kept, to be looked for in the other photos of its listing."""

_MOST_FAINT = 8
"""So many of them on a photo, the surest."""

_TILES = 4
"""So many watermarks over a photo, spread over _TILED_SHARE of its width and height, are one that repeats."""

_TILED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Spot:
    """A part of the grid that may be a mark: its kind by place in the labels, score, and left, top, right, bottom."""

    kind: int
    score: float
    box: tuple[int, int, int, int]


def scores_of(pixels: NDArray[np.uint8], model: LoadedModel) -> NDArray[np.float32]:
    """The network's answers: (1 + kinds) x rows x columns, log odds of a mark first, then scores of its kinds.

    `pixels` is sRGB, height x width x 3. The grid covers exactly the picture, however small.
    """
    most = max(model.spec.input.width, model.spec.input.height)
    small = within(pixels, most)
    tall, wide = small.shape[:2]
    down = max(_LEAST_SIDE, -(-tall // _STEP) * _STEP) - tall
    across = max(_LEAST_SIDE, -(-wide // _STEP) * _STEP) - wide
    framed = np.pad(small, ((0, down), (0, across), (0, 0)), mode="edge")
    pictures = np.ascontiguousarray(framed.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    answers = model.output(pictures, "scores")[0]
    rows, columns = (max(1, round(side * answers.shape[1] / framed.shape[0])) for side in (tall, wide))
    return np.asarray(answers[:, :rows, :columns], np.float32)


def _spots(scores: NDArray[np.float32]) -> list[_Spot]:
    odds, kinds = scores[0], scores[1:]
    count, parts, stats, _ = cv2.connectedComponentsWithStats((odds > _EDGE_ODDS).astype(np.uint8), connectivity=8)
    raised = np.exp(kinds - kinds.max(axis=0))
    shares = raised / raised.sum(axis=0)
    spots = []
    for part in range(1, count):
        left, top, width, height, _ = (int(number) for number in stats[part])
        inside = np.s_[top : top + height, left : left + width]
        chosen = parts[inside] == part
        cells = odds[inside][chosen]
        score = float(np.sort(cells)[-_BEST_CELLS:].sum()) / _BEST_CELLS
        kind = int(shares[:, top : top + height, left : left + width][:, chosen].mean(axis=1).argmax())
        spots.append(_Spot(kind, score, (left, top, left + width, top + height)))
    return spots


def _around(spots: list[_Spot]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*(spot.box for spot in spots), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _one_where_tiled(spots: list[_Spot], rows: int, columns: int, watermark: int) -> list[_Spot]:
    tiles = [spot for spot in spots if spot.kind == watermark]
    if len(tiles) < _TILES:
        return spots
    left, top, right, bottom = _around(tiles)
    if right - left < _TILED_SHARE * columns or bottom - top < _TILED_SHARE * rows:
        return spots
    whole = _Spot(watermark, max(tile.score for tile in tiles), (left, top, right, bottom))
    return [whole, *(spot for spot in spots if spot.kind != watermark)]


def marks_in(scores: NDArray[np.float32], labels: Sequence[str], *, temperature: float, threshold: float) -> list[Mark]:
    """The marks in a network's answers (as `scores_of` gives them), the surest first.

    The confidence is 1 / (1 + exp(-score / temperature)); finds below the threshold are left out.
    """
    rows, columns = scores.shape[1:]
    sure = [spot for spot in _spots(scores) if _confidence(spot, temperature) >= threshold]
    if MarkKind.WATERMARK in labels:
        sure = _one_where_tiled(sure, rows, columns, list(labels).index(MarkKind.WATERMARK))
    found = []
    for spot in sure:
        left, top, right, bottom = spot.box
        box = Box(x=left / columns, y=top / rows, width=(right - left) / columns, height=(bottom - top) / rows)
        found.append(Mark(kind=MarkKind(labels[spot.kind]), box=box, confidence=_confidence(spot, temperature)))
    return sorted(found, key=lambda mark: (-mark.confidence, mark.box.y, mark.box.x))


def _confidence(spot: _Spot, temperature: float) -> float:
    return 1 / (1 + math.exp(-max(min(spot.score / temperature, 60.0), -60.0)))


def marks_view(picture: Picture, model: LoadedModel) -> NDArray[np.uint8]:
    """A photo as large as the model looks at it: sRGB, height x width x 3; never more pixels than the photo has.

    A draft alone would hide the small lines of a large photo. The luma is there at full size, so its pixels are taken
    from there, with the colours of the draft: what a JPEG with fewer pixels of colour than of luma looks like anyway.
    """
    height, width = picture.luma.shape
    size = size_at(width, height, max(model.spec.input.width, model.spec.input.height))
    if max(picture.draft.shape[:2]) >= max(size):
        return picture.draft
    fine = within(picture.luma, max(size)).astype(np.int16)
    colours = np.asarray(cv2.resize(picture.draft, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.clip(colours + (fine - luma_of(colours))[:, :, None], 0, 255).astype(np.uint8)


def marks_of(pixels: NDArray[np.uint8], model: LoadedModel) -> list[Mark]:
    """The marks on a photo, the surest first; `pixels` is sRGB, height x width x 3, of any size.

    `model` is one for the task `marks`, which carries the temperature and the threshold of `marks_in`; it looks at no
    more pixels than `marks_view` gives. Raises ModelError where the model cannot be run.
    """
    return sure_and_faint(pixels, model)[0]


def sure_and_faint(pixels: NDArray[np.uint8], model: LoadedModel) -> tuple[list[Mark], list[Mark]]:
    """The marks as `marks_of` gives them, and what is less sure, down to FAINT.

    A faint find is mostly none; where it stands at the same place in many photos of a listing, it is a mark.
    """
    spec = model.spec
    scores = scores_of(pixels, model)
    sure = marks_in(scores, model.labels, temperature=spec.temperature, threshold=spec.threshold)
    possible = marks_in(scores, model.labels, temperature=spec.temperature, threshold=min(FAINT, spec.threshold))
    faint = [mark for mark in possible if mark.confidence < spec.threshold]
    return sure, faint[:_MOST_FAINT]
