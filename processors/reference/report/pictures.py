"""Small pictures for the page, as data URIs."""

import base64
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

_THUMBNAIL = (360, 240)
_POSTER = (1280, 1280)
_POSTER_S = 1.0  # the first frames may be a fade


def thumbnail(data: bytes) -> str | None:
    """A photo's bytes as a small upright JPEG, or None where it cannot be shown."""
    try:
        with Image.open(BytesIO(data)) as photo:
            photo.draft("RGB", (_THUMBNAIL[0] * 2, _THUMBNAIL[1] * 2))
            upright = ImageOps.exif_transpose(photo)
            upright.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
            return data_uri(upright, quality=72)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def poster(video: Path) -> str | None:
    """A frame of the video from its first second on, as a JPEG; None for a video without frames."""
    with av.open(str(video)) as container:
        shown: npt.NDArray[np.uint8] | None = None
        for frame in container.decode(video=0):
            if shown is None or (frame.time is not None and frame.time >= _POSTER_S):
                shown = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            if frame.time is not None and frame.time >= _POSTER_S:
                break
    if shown is None:
        return None
    picture = Image.fromarray(shown)
    picture.thumbnail(_POSTER, Image.Resampling.LANCZOS)
    return data_uri(picture, quality=80)


def data_uri(picture: Image.Image, quality: int) -> str:
    """The picture as a JPEG inside a URI."""
    buffer = BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
