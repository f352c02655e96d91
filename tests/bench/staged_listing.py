"""A listing of 12 photos, 5 of them empty rooms, staged whole: beside its renders alone, and done again.

Without broker or ledger: the stage's own plan and work, files kept by content. `python -m tests.bench.staged_listing`;
VLS_BENCH_STAGE_PIXELS is the longer side of its photos (640).
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from PIL import Image, ImageEnhance, ImageOps

from ml.staging.engines import Answer, Engine, Work, engine_named
from processors import stager_work
from processors.settings import Settings
from processors.stager import make_stage
from schemas.commands import StagePhotos
from tests.processors.stager.house import House, go

SAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "demo" / "sample" / "photos"
_EMPTY = "11_empty_room.jpg"
_OTHERS = 7


class _Timed:
    """The engine, and how long its renders took together."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.revision, self.removes_furniture = engine.name, engine.revision, engine.removes_furniture
        self._engine, self.seconds = engine, 0.0

    def identity(self) -> str:
        """The engine's own."""
        return self._engine.identity()

    def furnish(self, work: Work) -> Answer:
        """The engine's answer."""
        answer = self._engine.furnish(work)
        self.seconds += float(answer.details.get("seconds_rendering", 0.0))
        return answer


def staged_listing() -> Iterator[tuple[str, str, str, str]]:
    """Rows of the table: the whole run beside the sum of its renders, and a replay beside the first run."""
    pixels = int(os.environ.get("VLS_BENCH_STAGE_PIXELS", "640"))
    engine = _Timed(engine_named("cpu"))
    with (
        tempfile.TemporaryDirectory(prefix="vls-bench-") as folder,
        mock.patch.object(stager_work, "engine_named", return_value=engine),
    ):
        store = Path(folder) / "store"
        store.mkdir()
        house, command = House(store), _command(_photos(Path(folder), pixels))
        stager = make_stage(Settings())
        started = time.perf_counter()
        came = go(house, stager, command)
        first = time.perf_counter() - started
        if came.ending is None:
            raise RuntimeError(f"The listing of the bench cannot be staged: {came.error}")
        started = time.perf_counter()
        go(house, make_stage(Settings()), command)
        again = time.perf_counter() - started
    staged = came.listing.staged_photos
    what = f"a listing of 12 photos, 5 empty rooms, {staged} staged at {pixels} px, one child"
    yield (
        what,
        f"{first:.1f} s",
        f"its renders alone {engine.seconds:.1f} s",
        f"{first / max(engine.seconds, 1e-9):.2f}x",
    )
    yield (
        "the same listing again, from the cache",
        f"{again:.2f} s",
        f"the first run {first:.1f} s",
        f"{again / first:.3f}x",
    )


def _photos(folder: Path, pixels: int) -> list[Path]:
    """Five rooms made of the sample's empty one, and seven photos that are none."""
    with Image.open(SAMPLE / _EMPTY) as opened:
        room = opened.convert("RGB")
    width, height = room.size
    rooms = [
        room,
        ImageOps.mirror(room),
        ImageEnhance.Brightness(room).enhance(0.93),
        ImageEnhance.Color(ImageOps.mirror(room)).enhance(0.85),
        room.transform((width, height), Image.Transform.AFFINE, (0.97, 0, 0.015 * width, 0, 0.97, 0.015 * height)),
    ]
    others = [path for path in sorted(SAMPLE.glob("*.jpg")) if path.name != _EMPTY][:_OTHERS]
    made = []
    for number, picture in enumerate([*rooms, *(Image.open(path) for path in others)]):
        picture.thumbnail((pixels, pixels), Image.Resampling.LANCZOS)
        made.append(folder / f"{number:02d}.jpg")
        picture.convert("RGB").save(made[-1], quality=94)
    return made


def _command(photos: list[Path]) -> StagePhotos:
    # Each is a room of its own: they are variants of one picture.
    given: list[dict[str, Any]] = [{"photo_id": path.stem, "uri": path.as_uri(), "room": path.stem} for path in photos]
    return StagePhotos.model_validate(
        {
            "job_id": "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10",
            "listing_id": "bench",
            "photos": given,
            "kit": "contemporary",
        }
    )


if __name__ == "__main__":
    for row in staged_listing():
        print(" | ".join(row))  # noqa: T201
