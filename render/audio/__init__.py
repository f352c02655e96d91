"""Music analysis: tempo, beats, bars and energy of an audio file. Start at `analyse`."""

from render.audio.analysis import analyse, analyse_decoded
from render.audio.decode import DecodedAudio, DecodeLimits, decode
from render.audio.errors import (
    AudioError,
    AudioNotFoundError,
    AudioTooLargeError,
    AudioTooShortError,
    AudioUnreadableError,
)

__all__ = [
    "AudioError",
    "AudioNotFoundError",
    "AudioTooLargeError",
    "AudioTooShortError",
    "AudioUnreadableError",
    "DecodeLimits",
    "DecodedAudio",
    "analyse",
    "analyse_decoded",
    "decode",
]
