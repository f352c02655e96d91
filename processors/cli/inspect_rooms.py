"""The rooms of photos for `vls-media inspect room`, one by one; those of one shoot share their focal length."""

from pathlib import Path
from typing import Any

from PIL import Image

from ml.inspect import MODELS
from ml.models.choice import ModelChoice
from ml.staging.room.estimate import SharedFocal
from ml.staging.room.overlay import overlay_of
from ml.staging.room.photo import look_at_room
from ml.staging.room.record import record_of_room
from ml.staging.room.shoot import focals_of_shoots, shoots_of
from ml.store import LoadedModel, store_of
from processors.cli.environment import settings as environment
from processors.cli.staging_options import KeepOuts, for_photo


class RoomInspector:
    """Answers for one photo after the other."""

    def __init__(
        self,
        paths: list[Path],
        overlay: Path | None,
        ceiling_m: float | None,
        keep_outs: KeepOuts,
        models: Path | None,
        *,
        one_shoot: bool,
    ) -> None:
        """`one_shoot`: the photos share a focal length though their files do not say that one camera took them."""
        self._paths = paths
        self._overlay = overlay
        self._ceiling_m = ceiling_m
        self._keep_outs = keep_outs
        self._folder = models
        self._one_shoot = one_shoot
        self._shared: dict[Path, SharedFocal] | None = None

    def record(self, path: Path) -> dict[str, Any]:
        """The room of a photo; draws its picture where one is wanted. Raises PhotoError, ModelError and OSError."""
        models = self._models()
        if self._shared is None:
            self._shared = focals_of_shoots(shoots_of(self._paths, one_shoot=self._one_shoot), models)
        photo = look_at_room(path, models).with_shared_focal(self._shared.get(path))
        room = photo.room(ceiling_m=self._ceiling_m, keep_out=for_photo(self._keep_outs, path))
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
