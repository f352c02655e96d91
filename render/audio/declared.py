"""How long a file's own header says that it plays, where a header says so: less decoded means that it was cut off."""

import struct
from typing import BinaryIO

import av
import av.container

# FFmpeg takes the length of these from their headers. Wav it measures by the file's size, MP3 it may only estimate;
# Ogg and raw streams say nothing: what is there is all that can be known.
_IN_THE_HEADER = ("flac", "mov", "aiff", "matroska")
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)
_ID3_HEADER_BYTES = 10
_FIRST_FRAME_BYTES = 4096


def declared_seconds(
    container: av.container.InputContainer, stream: av.AudioStream, file: BinaryIO, size_bytes: int
) -> float | None:
    """Length in seconds by the file's header, or None where it has none. Leaves the file's position as it was."""
    formats = container.format.name.split(",")
    if "wav" in formats:
        return _wav_seconds(file, size_bytes)
    if "mp3" in formats and not _mp3_counts_frames(file):
        return None
    if "mp3" not in formats and not any(name in _IN_THE_HEADER for name in formats):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is None or len(container.streams) > 1:  # the longest of several streams
        return None
    return container.duration / av.time_base


def _wav_seconds(file: BinaryIO, size_bytes: int) -> float | None:
    """Bytes of the data chunk over bytes a second (RIFF); what is written to a pipe has the size 0 or all ones."""
    position = file.tell()
    try:
        file.seek(12)
        bytes_a_second = 0
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"data":
                known = bytes_a_second > 0 and length not in _UNKNOWN_SIZES
                return length / bytes_a_second if known else None
            if name == b"fmt ":
                bytes_a_second = struct.unpack("<8xI", file.read(12))[0]
                length -= 12
            if file.tell() + length > size_bytes:
                return None
            file.seek(length + length % 2, 1)
        return None
    finally:
        file.seek(position)


def _mp3_counts_frames(file: BinaryIO) -> bool:
    """Whether the first MP3 frame is a Xing, Info or VBRI header, which holds the number of frames."""
    position = file.tell()
    try:
        file.seek(0)
        start = file.read(_ID3_HEADER_BYTES)
        tag_bytes = 0
        if start[:3] == b"ID3":
            for byte in start[6:10]:  # seven bits each
                tag_bytes = tag_bytes << 7 | byte & 0x7F
            tag_bytes += _ID3_HEADER_BYTES
        file.seek(tag_bytes)
        frame = file.read(_FIRST_FRAME_BYTES)
        return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))
    finally:
        file.seek(position)
