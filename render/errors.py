"""What can go wrong while a video is made. Every error has a code of the catalogue and says it in one sentence."""

from schemas.errors import CATALOGUE
from schemas.video import VideoReport


class RenderError(Exception):
    """Base of the hierarchy. `code` is in schemas/errors.py; `message` says what was found and what was expected."""

    def __init__(self, code: str, message: str) -> None:
        if code not in CATALOGUE:
            raise ValueError(f"{code!r} is not in the catalogue of error codes")
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["RenderError"], tuple[str, str]]:
        """Pickle by code and message, so that an error crosses a process boundary whole."""
        return type(self), (self.code, self.message)


class PhotoError(RenderError):
    """A photo that cannot be used."""


class MusicError(RenderError):
    """Music that cannot be used."""


class PlanError(RenderError):
    """A video that cannot be laid out."""


class EncoderError(RenderError):
    """The encoder could not do its work: it is missing, died, stalled, or had no room to write."""


class VideoError(RenderError):
    """A video file that cannot be read, or that does not pass its checks."""


class QualityError(VideoError):
    """A finished video that does not pass its quality checks; `report` is what they found."""

    def __init__(self, message: str, report: VideoReport) -> None:
        super().__init__("quality_check_failed", message)
        self.report = report

    def __reduce__(self) -> tuple[type["QualityError"], tuple[str, VideoReport]]:  # type: ignore[override]
        """Pickle whole."""
        return type(self), (self.message, self.report)
