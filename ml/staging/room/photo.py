"""A photo's file to its room, with the models that are configured; several of one shoot share their focal length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.decode import decode_bytes, read_bytes
from ml.errors import ModelMissingError
from ml.models.loaded import LoadedModel
from ml.models.readings.geometry import line_segments
from ml.opening import Limits
from ml.segmentation import segment
from ml.staging.room.camera import Floats, FocalSource
from ml.staging.room.estimate import SharedFocal, camera_of, shared_focal
from ml.staging.room.exif import focal_35mm_of
from ml.staging.room.understand import View, room_of, view_of
from ml.staging.room.understanding import Room


@dataclass(frozen=True, slots=True, eq=False)
class PhotoOfRoom:
    """A photo that was looked at: its pixels, and its view with the camera."""

    pixels: NDArray[np.uint8]
    view: View

    def room(self, *, ceiling_m: float | None = None, keep_out: Sequence[Floats] = ()) -> Room:
        """The room in it. keep_out: polygons of its pixels, n x 2, of floor that stays as it is."""
        size = (self.pixels.shape[1], self.pixels.shape[0])
        return room_of(self.view, size, ceiling_m=ceiling_m, keep_out=keep_out)

    def with_shared_focal(self, shared: SharedFocal | None) -> "PhotoOfRoom":
        """The same, its camera estimated anew where its own lines and file leave the focal length open."""
        if shared is None or self.view.fit.camera.focal_from is not FocalSource.PRIOR:
            return self
        return replace(self, view=replace(self.view, fit=camera_of(self.view.fit.lines, shared=shared)))


def look_at_room(path: Path, models: Mapping[str, LoadedModel], *, limits: Limits | None = None) -> PhotoOfRoom:
    """Look at one photo. Raises PhotoError, and ModelError where no segmentation is configured or it fails."""
    segmenter = models.get("segmentation")
    if segmenter is None:
        raise ModelMissingError("No segmentation model is configured: set VLS_MODEL_SEGMENTATION.")
    limits = limits or Limits()
    data = read_bytes(path, limits)
    pixels = decode_bytes(data, path.name, limits).pixels
    liner = models.get("lines")
    view = view_of(
        pixels,
        segment(pixels, segmenter),
        focal_35mm=focal_35mm_of(data, path.name, limits),
        lines=None if liner is None else line_segments(pixels, liner),
    )
    return PhotoOfRoom(pixels, view)


def of_one_shoot(photos: Sequence[PhotoOfRoom]) -> list[PhotoOfRoom]:
    """The photos with the focal length shared that those of them agree on whose lines tell it."""
    shared = shared_focal([photo.view.fit for photo in photos])
    return [photo.with_shared_focal(shared) for photo in photos]
