"""Tiny models for tests: ONNX files written by hand, and manifests that name them."""

import hashlib
from pathlib import Path
from typing import Any

import yaml


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _tensor_info(name: str, dims: tuple[int | str, ...]) -> bytes:
    shape = b"".join(_field(1, _number(1, dim) if isinstance(dim, int) else _field(2, dim.encode())) for dim in dims)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, 1) + _field(2, shape)))


def onnx_mean(side: int = 4) -> bytes:
    """An ONNX model of protobuf wire format: `pictures` (batch x 3 x side x side) to `scores`, each channel's mean.

    onnx itself, which writes such files, is no dependency of the tests. Fields are those of onnx.proto3.
    """
    node = _field(1, b"pictures") + _field(2, b"pooled") + _field(4, b"GlobalAveragePool")
    flatten = _field(1, b"pooled") + _field(2, b"scores") + _field(4, b"Flatten")
    graph = (
        _field(1, node)
        + _field(1, flatten)
        + _field(2, b"mean")
        + _field(11, _tensor_info("pictures", ("batch", 3, side, side)))
        + _field(12, _tensor_info("scores", ("batch", 3)))
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def entry(content: bytes, **fields: Any) -> dict[str, Any]:
    """A manifest's entry for a scene model of three labels with this content."""
    return {
        "name": "tiny",
        "version": "1",
        "task": "scene",
        "format": "onnx",
        "file": "tiny.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "the project's own",
        "source": "the tests",
        "input": {"width": 4, "height": 4},
        "labels": ["red", "green", "blue"],
        **fields,
    }


def write_manifest(folder: Path, *entries: dict[str, Any]) -> Path:
    """A folder with this manifest; its files are the caller's to write."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.yaml").write_text(yaml.safe_dump({"models": list(entries)}), encoding="utf-8")
    return folder
