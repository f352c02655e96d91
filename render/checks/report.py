"""The quality checks of a file, written beside it."""

from pathlib import Path

from schemas.video import VideoReport


def write_quality(file: Path, found: VideoReport) -> Path:
    """Write the checks of `found` as NAME.quality.json beside `file`. Raises ValueError when none were made."""
    if found.quality is None:
        raise ValueError(f"{file.name} was not checked")
    beside = file.with_suffix(".quality.json")
    beside.write_text(found.quality.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return beside
