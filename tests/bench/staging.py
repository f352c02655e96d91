"""A room furnished at 1,600 x 1,200 and at 4,096 x 3,072 pixels: everything beside the renderer's own time; memory."""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ml.staging.engines import Bounds, engine_named
from ml.staging.furnishing import furnishing_of
from ml.staging.kits import load_kit
from ml.staging.layout import RoomKind, lay_out
from ml.staging.outputs import write
from ml.staging.staging import Order, furnish
from tests.ml.staging.scene.box_room import Box, box_photo, box_room

_SIZES = ((1600, 1200), (4096, 3072))


def furnished_rooms() -> Iterator[tuple[str, str, str, str]]:
    """Rows of the table: seconds for all, for the renderer's process alone, and the ratio of both."""
    engine, kit = engine_named("cpu"), load_kit("contemporary")
    for width, height in _SIZES:
        room = box_room(Box(), width=width, height=height)
        photo = box_photo(room)
        # Kernels are compiled, and pieces built, once on a machine.
        order = Order(kit, RoomKind.LIVING, bounds=Bounds(threads=2))
        small = box_room(Box(), width=320, height=240)
        layout = lay_out(small, furnishing_of(kit), RoomKind.LIVING, 0)
        if layout is None:
            raise RuntimeError("The room of the bench takes no sofa.")
        furnish(box_photo(small), small, layout, order, engine)
        started = time.perf_counter()
        layout = lay_out(room, furnishing_of(kit), RoomKind.LIVING, 0)
        if layout is None:
            raise RuntimeError("The room of the bench takes no sofa.")
        result = furnish(photo, room, layout, order, engine)
        with tempfile.TemporaryDirectory(prefix="vls-bench-") as folder:
            write(result, "room", Path(folder))
        seconds = time.perf_counter() - started
        rendering = float(result.details.get("seconds_rendering", 0.0))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        samples, variant = result.details.get("samples"), result.details.get("variant")
        yield (
            f"a room furnished at {width} x {height}, {samples} samples, {variant}",
            f"{seconds:.1f} s, at most {peak:.2f} GB in a child",
            f"the renderer's process {rendering:.1f} s",
            f"{seconds / max(rendering, 1e-9):.2f}x",
        )
