"""The gate held against labels: what is counted, and the list itself."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from ml.staging.evaluate import Judged, read_labels, tables

LIST = Path(__file__).parent / "data" / "stageable.yaml"
SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def judged(file: str, *, stageable: bool, accepted: bool) -> Judged:
    reasons = () if accepted else ("not_enough_floor: 2.0 m2.",)
    return Judged(file, stageable, accepted, reasons, "", "living", ("sofa",), {}, 1.0)


def test_false_accepts_and_false_refusals_are_told_apart() -> None:
    rows = [
        judged("rooms/good.jpg", stageable=True, accepted=True),
        judged("rooms/lost.jpg", stageable=True, accepted=False),
        judged("rooms/bad.jpg", stageable=False, accepted=True),
        judged("rooms/right.jpg", stageable=False, accepted=False),
    ]
    console = Console(width=120, record=True, file=io.StringIO())
    for table in tables(rows):
        console.print(table)
    text = console.export_text()
    accepts, _, rest = text.partition("false refusals")
    assert "bad" in accepts
    assert "lost" in rest
    assert "good" not in text
    assert "not_enough_floor 1" in text


@pytest.mark.parametrize("content", ["a: 1", "- {file: x.jpg}", "- [x.jpg]"])
def test_what_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(content)
    with pytest.raises((TypeError, ValueError)):
        read_labels(path)


def test_every_refusal_of_the_list_has_its_reason() -> None:
    labels = read_labels(LIST)
    assert len(labels) > 100
    assert all(each.stageable or each.reason for each in labels)
    assert len({each.file for each in labels}) == len(labels)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the photos of the list are not beside the checkout")
def test_every_photo_of_the_list_is_there() -> None:
    assert not [each.file for each in read_labels(LIST) if not (SHARED / each.file).is_file()]
