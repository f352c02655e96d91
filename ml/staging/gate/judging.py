"""All checks on one furnished photo."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.staging.compositing.surfaces import ground_of
from ml.staging.furniture import Piece
from ml.staging.gate.checks import Verdict
from ml.staging.gate.plausible import plausibility_checks
from ml.staging.gate.standing import standing_checks
from ml.staging.gate.structure import structure_checks
from ml.staging.layout.items import Layout
from ml.staging.rendering.scene import Crop
from ml.staging.room import Room
from ml.staging.room.geometry import Grid

REVISION = 2
"""Goes up by hand when a verdict changes for the same picture."""


def judge(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    furniture: Grid,
    room: Room,
    layout: Layout,
    pieces: Sequence[Piece],
) -> Verdict:
    """Whether a picture that any engine made may be shown: every check with its number and its limit.

    before, after: H x W x 3. furniture: H x W, the engine's mask, which is itself held against the layout.
    """
    height, width = before.shape[:2]
    ground = ground_of(room, layout.items, room.camera.at_size(width, height), Crop(0, 0, width, height))
    return Verdict(
        (
            *plausibility_checks(room),
            *standing_checks(room, layout, pieces),
            *structure_checks(before, after, furniture, ground, room.camera, layout.items),
        )
    )
