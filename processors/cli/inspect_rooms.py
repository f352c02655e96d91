"""The rooms of photos for `vls-media inspect room`: looked at one by one, or first all of a shoot."""

from pathlib import Path
from typing import Any

from PIL import Image

from ml.errors import MediaError
from ml.inspect import MODELS
from ml.models.choice import ModelChoice
from ml.staging.room.overlay import overlay_of
from ml.staging.room.photo import PhotoOfRoom, look_at_room, of_one_shoot
from ml.staging.room.record import record_of_room
from ml.store import LoadedModel, store_of
from processors.cli.environment import settings as environment


class RoomInspector:
    """Answers for one photo after the other."""

    def __init__(
        self, paths: list[Path], overlay: Path | None, ceiling_m: float | None, models: Path | None, *, shared: bool
    ) -> None:
        """`shared`: the photos are of one shoot, looked at all before the first is answered."""
        self._paths = paths
        self._overlay = overlay
        self._ceiling_m = ceiling_m
        self._folder = models
        self._shared = shared
        self._looked: dict[Path, PhotoOfRoom] = {}

    def record(self, path: Path) -> dict[str, Any]:
        """The room of a photo; draws its picture where one is wanted. Raises PhotoError, ModelError and OSError."""
        if self._shared and not self._looked:
            self._looked = self._shoot()
        photo = self._looked.get(path) or look_at_room(path, self._models())
        room = photo.room(ceiling_m=self._ceiling_m)
        record = record_of_room(room)
        if self._overlay is not None:
            target = self._overlay
            if len(self._paths) > 1:
                target = target.with_name(f"{target.stem}-{path.stem}.png")
            Image.fromarray(overlay_of(photo.pixels, room)).save(target)
            record["overlay"] = str(target)
        return record

    def _models(self) -> dict[str, LoadedModel]:
        settings = environment()
        choice = settings.model_choice()
        store = store_of(self._folder or MODELS, settings.models_pulled, settings.model_device)
        return store.load_chosen(ModelChoice(segmentation=choice.segmentation, lines=choice.lines))

    def _shoot(self) -> dict[Path, PhotoOfRoom]:
        """Every photo that can be looked at; the others fail when their turn comes."""
        models = self._models()
        looked: dict[Path, PhotoOfRoom] = {}
        for path in self._paths:
            try:
                looked[path] = look_at_room(path, models)
            except MediaError:
                # Told where it is answered: record() looks at it once more.
                continue
        return dict(zip(looked, of_one_shoot(list(looked.values())), strict=True))
