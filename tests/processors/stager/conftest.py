"""A listing of photos of one known room, and an engine that paints: behind the interface that all engines have."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml.segmentation import Segmentation
from ml.staging.engines import Answer, Removal, Work
from ml.staging.errors import EngineMissingError, NotSupportedError
from ml.staging.looking import Look
from ml.staging.room import Doubt, Reason, Room
from processors.settings import Settings
from processors.stager import Stager, make_stage
from schemas.commands import StagePhotos
from schemas.photo import Space
from tests.ml.staging.scene.box_room import Box, box_photo, box_room
from tests.ml.staging.scene.pieces import painted
from tests.processors.stager.house import House

SIZE = (480, 360)


class Painter:
    """Paints flat furniture with a soft shade: nothing to install, and the gate passes it."""

    name = "painter"
    revision = 1
    removes_furniture = False
    made: ClassVar[list[int]] = []
    wild = False

    def identity(self) -> str:
        return "painter@1 test"

    def furnish(self, work: Work) -> Answer:
        if work.removal is Removal.ON:
            raise NotSupportedError("The painter cannot take furniture out.")
        Painter.made.append(work.seed)
        pixels, furniture, _ = painted(work.photo, work.room, work.layout)
        if Painter.wild:
            pixels = np.random.default_rng(work.seed).integers(0, 256, pixels.shape, np.uint8)
        return Answer(pixels, furniture, {"samples": 1, "seconds_rendering": float(len(Painter.made))})


def known_room(width: int, height: int) -> Room:
    return box_room(Box(), width=width, height=height)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every photo is understood as the known room, except dark ones: those have no floor."""

    def understand(pixels: NDArray[np.uint8], segmentation: Segmentation, **_: Any) -> Room:
        room = known_room(pixels.shape[1], pixels.shape[0])
        if pixels.mean() < 60:
            return replace(room, doubts=(Doubt(Reason.NO_FLOOR, "No floor is seen."),))
        return room

    def look_at(pixels: NDArray[np.uint8], models: object) -> Look:
        return Look(Space.INTERIOR, "living_room", Segmentation(("floor",), np.ones((1, 8, 8), np.float32)), None, None)

    def engine_named(name: str) -> Painter:
        if name != "painter":
            raise EngineMissingError(f"There is no engine {name!r}; there are: painter.")
        return Painter()

    for module in ("ml.staging.staging", "ml.staging.survey", "ml.staging.views.staging"):
        monkeypatch.setattr(f"{module}.understand", understand)
    monkeypatch.setattr("ml.staging.suitability.scene_reason", lambda *_a, **_k: None)
    for module in ("ml.staging.survey", "processors.stager_work"):
        monkeypatch.setattr(f"{module}.look_at", look_at)
    for module in ("processors.stager", "processors.stager_work"):
        monkeypatch.setattr(f"{module}.engine_named", engine_named)
    monkeypatch.setenv("VLS_STAGING_ENGINE", "painter")
    monkeypatch.setattr(Painter, "made", [])
    monkeypatch.setattr(Painter, "wild", False)


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "store"
    folder.mkdir()
    return House(folder)


@pytest.fixture
def stager() -> Stager:
    return make_stage(Settings())


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Writes a photo of the known room; other seeds are other photos, dark ones show no floor."""

    def write(name: str, seed: int = 0, *, dark: bool = False) -> Path:
        pixels = box_photo(known_room(*SIZE), seed)
        path = tmp_path / name
        Image.fromarray(pixels // 5 if dark else pixels).save(path, quality=95)
        return path

    return write


def command(photos: list[dict[str, Any]], **changes: Any) -> StagePhotos:
    given = {
        "job_id": "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10",
        "listing_id": "listing",
        "photos": photos,
        "kit": "contemporary",
        "seed": 3,
        **changes,
    }
    return StagePhotos.model_validate(given)
