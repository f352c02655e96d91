"""One room of a kit as a picture: laid out in the made room by the layout of photos, rendered by their renderer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.staging.errors import EngineMissingError, StagingError
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.kits import Kit
from ml.staging.layout import RoomKind, lay_out
from ml.staging.rendering import llvm, process
from ml.staging.rendering.proxy import lights_of, walls_of
from ml.staging.rendering.scene import Crop, Exposure, Layers, Scene, Standing, Surface
from ml.staging.sheets.made_room import FLOOR_ALBEDO, LARGE, WHITE, made_room

_FLOOR_LUMINANCE = 0.24
"""What the room's empty floor is exposed to, linear."""

_SEED = 0
"""Of every piece: the one that its size was taken from is shown, and none is built twice."""

Render = Callable[[Scene], Layers]


def check_engine() -> None:
    """Raises EngineMissingError where sheets cannot be rendered in their time."""
    from ml.staging.engines.cpu import check_installed

    check_installed()
    if process.variant() != process.FAST:
        raise EngineMissingError(
            f"Sheets are rendered by the compiled renderer, which needs a libLLVM, and none is usable here: install "
            f"{llvm.PACKAGE} (Debian, Ubuntu), or name one in {llvm.VARIABLE}; `vls-media doctor` says what it found."
        )


def scene_of_room(
    kit: Kit, room: RoomKind, width: int, height: int, *, samples: int, seed: int = 0, threads: int = 2
) -> Scene:
    """The scene of a kit's room. Raises StagingError where its anchor does not fit, which is a fault of the kit."""
    made = made_room(width, height, LARGE if room is RoomKind.OPEN_PLAN else None)
    layout = lay_out(made, furnishing_of(kit), room, seed)
    if layout is None:
        raise StagingError(f"{kit.title_with_version} has no anchor for {room} that fits a room of 25 square metres.")
    same = replace(layout, items=tuple(replace(item, seed=_SEED) for item in layout.items))
    placed, pieces = furnished(same, kit)
    return Scene(
        camera=made.camera,
        crop=Crop(0, 0, width, height),
        floor=Surface(FLOOR_ALBEDO, 0.45, 0.25),
        walls=walls_of(made),
        panels=lights_of(made, WHITE),
        environment=made.light.environment,
        standing=tuple(Standing(piece.parts, item.to_room) for item, piece in zip(placed.items, pieces, strict=True)),
        exposure=Exposure(made.floor_mask, _FLOOR_LUMINANCE),
        white=WHITE,
        samples=samples,
        seed=seed,
        threads=threads,
    )


def developed(layers: Layers) -> NDArray[np.uint8]:
    """The picture of a whole render, sRGB, height x width x 3: highlights are rolled off as a camera does."""
    cover = layers.alpha[..., None]
    light = np.clip(layers.furniture * cover + layers.shaded * (1 - cover), 0, None)
    # Up to 0.6 as it is, above softly towards 1 (an exponential shoulder).
    knee = 0.6
    rolled = np.where(light > knee, knee + (1 - knee) * (1 - np.exp(-(light - knee) / (1 - knee))), light)
    coded = np.where(rolled <= 0.0031308, 12.92 * rolled, 1.055 * np.maximum(rolled, 1e-6) ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(coded, 0, 1) * 255 + 0.5, np.uint8)


def vignette(
    kit: Kit, room: RoomKind, width: int, height: int, *, samples: int, threads: int = 2, render: Render | None = None
) -> NDArray[np.uint8]:
    """The picture of a kit's room, height x width x 3. Raises EngineMissingError, and what `process.render` raises."""
    scene = scene_of_room(kit, room, width, height, samples=samples, threads=threads)
    return developed((render or process.render)(scene))
