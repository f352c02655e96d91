"""Which photos one camera took on one day, and the focal length that they share."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ml.decode import read_bytes
from ml.errors import MediaError
from ml.models.loaded import LoadedModel
from ml.opening import Limits
from ml.staging.room.camera import FocalSource
from ml.staging.room.estimate import CameraFit, SharedFocal, shared_focal
from ml.staging.room.exif import camera_told
from ml.staging.room.photo import look_at_room


def shoots_of(paths: Sequence[Path], *, one_shoot: bool = False) -> list[list[Path]]:
    """Groups of at least two photos that their files say one camera took on one day; all of them for `one_shoot`.

    Photos whose files do not tell their camera are in no group, and neither are those that cannot be read.
    """
    limits = Limits()
    groups: dict[str, list[Path]] = {}
    for path in dict.fromkeys(paths):
        if one_shoot:
            key: str | None = "all"
        else:
            try:
                key = camera_told(read_bytes(path, limits), path.name, limits)
            except (MediaError, OSError):
                # Told by whoever answers for this photo.
                continue
        if key is not None:
            groups.setdefault(key, []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def focals_of_shoots(shoots: Sequence[Sequence[Path]], models: Mapping[str, LoadedModel]) -> dict[Path, SharedFocal]:
    """The shoot's focal length for each photo that does not tell its own, and nothing for the others.

    Looks at every photo of the shoots. Raises ModelError.
    """
    found: dict[Path, SharedFocal] = {}
    for shoot in shoots:
        fits: dict[Path, CameraFit] = {}
        for path in shoot:
            try:
                fits[path] = look_at_room(path, models).view.fit
            except (MediaError, OSError):
                continue
        shared = shared_focal(list(fits.values()))
        if shared is not None:
            found |= {path: shared for path, fit in fits.items() if fit.camera.focal_from is FocalSource.PRIOR}
    return found
