"""What was laid over a photo after it was taken: text, phone numbers, logos, watermarks; not signs in the scene."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.store import LoadedModel
from schemas.photo import Box, Mark, MarkKind

_STEP = 8
"""The network takes pictures whose sides are divisible by this."""

_LEAST_SIDE = 32

_EDGE_ODDS = -0.5
"""Log odds from which a cell belongs to a mark, once the mark's best cells have been found sure enough."""

_BEST_CELLS = 12
"""Cells that a mark's score is the mean of: the best ones; a mark with fewer cells has zeros for the rest."""

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
    height, width = pixels.shape[:2]
    scale = min(1.0, most / max(height, width))
    tall, wide = max(1, round(height * scale)), max(1, round(width * scale))
    small = pixels if scale == 1 else cv2.resize(pixels, (wide, tall), interpolation=cv2.INTER_AREA)
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


def marks_of(pixels: NDArray[np.uint8], model: LoadedModel) -> list[Mark]:
    """The marks on a photo, the surest first; `pixels` is sRGB, height x width x 3, of any size.

    A draft of 500 to 1,000 pixels is enough: the model looks at no more. `model` is one for the task `marks`, which
    carries the temperature and the threshold of `marks_in`. Raises ModelError where the model cannot be run.
    """
    spec = model.spec
    scores = scores_of(pixels, model)
    return marks_in(scores, spec.labels, temperature=spec.temperature, threshold=spec.threshold)
