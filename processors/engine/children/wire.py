"""The bytes between a worker and its children: length-prefixed JSON.

JSON and not pickle: a child decodes files from strangers in native code, so nothing it sends may be able to run code
in the worker. What does not survive JSON (NaN, numpy scalars, bytes) is refused in the child, where the fault is.
"""

import json
import struct
from pathlib import Path
from typing import Any

from processors.engine.work import FailureKind, OutputFile, WorkDone, WorkFailed, WorkItem, WorkResult

MAX_FRAME_BYTES = 256 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_encode_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_decode_json = json.JSONDecoder().decode


class FrameError(ValueError):
    """The bytes are not a frame, or a message does not fit into one."""


def encode_frame(message: object) -> bytes:
    """One message as bytes.

    Raises TypeError or ValueError when it is not JSON-able, FrameError when it is too long.
    """
    payload = _encode_json(message).encode("ascii")
    if len(payload) > MAX_FRAME_BYTES:
        raise FrameError(f"a message of {len(payload)} bytes exceeds the limit of {MAX_FRAME_BYTES}")
    return _LENGTH.pack(len(payload)) + payload


class FrameReader:
    """Cuts a stream of bytes back into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """The messages that are complete now. Raises FrameError."""
        buffer = self._buffer
        buffer += data
        messages: list[Any] = []
        start = 0
        while len(buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, start)
            if length > MAX_FRAME_BYTES:
                raise FrameError(f"a frame announces {length} bytes, the limit is {MAX_FRAME_BYTES}")
            end = start + _LENGTH.size + length
            if len(buffer) < end:
                break
            try:
                messages.append(_decode_json(buffer[start + _LENGTH.size : end].decode("ascii")))
            except ValueError as error:
                raise FrameError(f"a frame of {length} bytes is not JSON: {error}") from error
            start = end
        if start:
            del buffer[:start]
        return messages


def pack_item(item: WorkItem) -> list[Any]:
    """An item as JSON-able data."""
    inputs = {name: str(path) for name, path in item.inputs.items()}
    return [item.ref, item.kind, item.params, inputs, str(item.folder), item.versions, item.item]


def unpack_item(packed: list[Any]) -> WorkItem:
    """The item that `pack_item` packed."""
    ref, kind, params, inputs, folder, versions, item = packed
    paths = {name: Path(path) for name, path in inputs.items()}
    return WorkItem(ref, kind, params, paths, Path(folder), versions, item)


def pack_result(result: WorkResult, cpu_seconds: float) -> list[Any]:
    """A result as JSON-able data, with the CPU seconds measured for it."""
    if isinstance(result, WorkFailed):
        return [result.kind.value, result.code, result.message, cpu_seconds]
    files = [
        [str(f.path), f.role, f.media_type, f.file_name, f.width, f.height, f.duration_frames] for f in result.files
    ]
    return [None, result.result, files, cpu_seconds]


def unpack_result(packed: list[Any]) -> WorkResult:
    """The result that `pack_result` packed. Raises FrameError when it is of another form."""
    try:
        kind, first, second, cpu_seconds = packed
        if kind is None:
            return WorkDone(first, tuple(OutputFile(Path(path), *rest) for path, *rest in second), cpu_seconds)
        return WorkFailed(FailureKind(kind), first, second, cpu_seconds)
    except (TypeError, ValueError) as error:
        raise FrameError(f"a result has the wrong form: {error}") from error
