"""One room of a kit as a scene: laid out in the made room by the layout of photos; and its light as a picture."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.staging.errors import StagingError
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.kits import Kit
from ml.staging.layout import RoomKind, lay_out
from ml.staging.rendering.proxy import lights_of, walls_of
from ml.staging.rendering.scene import Crop, Exposure, Scene, Standing, Surface
from ml.staging.sheets.made_room import FLOOR_ALBEDO, LARGE, WHITE, Shape, made_room
from ml.staging.sheets.trim import trim

_EXPOSURE = 1.5
_SEED = 0
"""Of every piece: the one that its size was taken from is shown, and none is built twice."""


def scene_of_room(
    kit: Kit, room: RoomKind, width: int, height: int, *, samples: int, seed: int = 0, threads: int = 2
) -> Scene:
    """The scene of a kit's room. Raises StagingError where its anchor does not fit, which is a fault of the kit."""
    shape = LARGE if room is RoomKind.OPEN_PLAN else Shape()
    made = made_room(width, height, shape)
    layout = lay_out(made, furnishing_of(kit), room, seed)
    if layout is None:
        raise StagingError(f"{kit.title_with_version} has no anchor for {room} that fits a room of 25 square metres.")
    same = replace(layout, items=tuple(replace(item, seed=_SEED) for item in layout.items))
    placed, pieces = furnished(same, kit)
    standing = [Standing(piece.parts, item.to_room) for item, piece in zip(placed.items, pieces, strict=True)]
    return Scene(
        camera=made.camera,
        crop=Crop(0, 0, width, height),
        floor=Surface(FLOOR_ALBEDO, 0.45, 0.25),
        walls=walls_of(made),
        # The light from above would be seen as a square on the ceiling: the environment has it.
        panels=tuple(panel for panel in lights_of(made, WHITE) if panel.shape.normal[2] > -0.5),
        environment=made.light.environment,
        standing=(*standing, Standing(trim(shape), np.eye(4))),
        exposure=Exposure(made.floor_mask, 0.0),
        white=WHITE,
        samples=samples,
        seed=seed,
        threads=threads,
    )


def developed(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The picture, sRGB, of linear light (height x width x 3): highlights are rolled off as a camera does."""
    exposed = np.clip(light * _EXPOSURE, 0, None)
    # Up to 0.6 as it is, above softly towards 1 (an exponential shoulder).
    knee = 0.6
    rolled = np.where(exposed > knee, knee + (1 - knee) * (1 - np.exp(-(exposed - knee) / (1 - knee))), exposed)
    coded = np.where(rolled <= 0.0031308, 12.92 * rolled, 1.055 * np.maximum(rolled, 1e-6) ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(coded, 0, 1) * 255 + 0.5, np.uint8)
