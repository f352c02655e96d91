"""The catalogue of error codes."""

import re
from pathlib import Path

from schemas.errors import CATALOGUE, Actor

ROOT = Path(__file__).resolve().parents[2]
# Where code of ours names an error code: `InvalidInputError("code", ...)` and its kin, and `code="..."`.
RAISED = re.compile(r'(?:InvalidInputError|TransientError|ResourceExhaustedError|BadMessageError)\(\s*"([a-z_]+)"')
NAMED = re.compile(r'ErrorInfo\(\s*code="([a-z_]+)"')


def test_a_code_is_short_and_its_meaning_is_a_sentence() -> None:
    for code, entry in CATALOGUE.items():
        assert re.fullmatch(r"[a-z][a-z_]{3,40}", code)
        assert entry.meaning[0].isupper()
        assert entry.meaning.endswith(".")
        assert entry.actor in Actor


def test_no_two_entries_have_one_code() -> None:
    text = (ROOT / "schemas" / "errors.py").read_text(encoding="utf-8")
    assert text.count("    ErrorCode(") == len(CATALOGUE)


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    found: dict[str, str] = {}
    for package in ("processors", "ml", "render", "schemas"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= dict.fromkeys([*RAISED.findall(text), *NAMED.findall(text)], path.name)
    assert {code: place for code, place in found.items() if code not in CATALOGUE} == {}
    assert found
