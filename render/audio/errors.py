"""Why a piece of music cannot be analysed: one small hierarchy, each error with a code of schemas/errors.py."""

from typing import ClassVar


class AudioError(Exception):
    """Base of what analysis raises about a file; `code` is one of the catalogue in schemas/errors.py."""

    code: ClassVar[str] = "audio_unreadable"


class AudioUnreadableError(AudioError):
    """The file has no audio that can be decoded: no such stream, not media at all, or broken on the way."""


class AudioTooShortError(AudioError):
    """The music is shorter than the least that beats can be found in."""

    code = "audio_too_short"


class AudioTooLargeError(AudioError):
    """The file has more bytes, or plays for longer, than the limit."""

    code = "input_too_large"


class AudioNotFoundError(AudioError):
    """There is no file at the path."""

    code = "input_not_found"
