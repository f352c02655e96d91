"""Write what follows from the models and topics.yaml: schemas, documents, example messages.

python -m schemas.generate            write them
python -m schemas.generate --check    fail when what is committed differs
python -m schemas.generate --release  also keep changed schemas as their next released version
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from schemas.asyncapi import asyncapi
from schemas.avro import avro_schema
from schemas.codec import Codec
from schemas.documents import errors_page, topics_page
from schemas.recorded import record_example
from schemas.records import RECORDS
from schemas.release import IncompatibleError, as_text, incompatibilities, is_released, release
from schemas.static_ids import StaticIds
from schemas.topics import load_topics

ROOT = Path(__file__).resolve().parent


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file, relative to schemas/, with its text."""
    topics = load_topics()
    for name, record in RECORDS.items():
        yield Path("avro") / f"{name}.avsc", as_text(avro_schema(record))
    yield Path("docs") / "topics.md", topics_page(topics)
    yield Path("docs") / "errors.md", errors_page()
    yield Path("docs") / "asyncapi.yaml", asyncapi(topics)
    codec = Codec(StaticIds(topics), topics)
    for spec in topics.values():
        example = record_example(spec, codec)
        yield Path("examples") / f"{spec.name}.json", json.dumps(example, indent=2, ensure_ascii=False) + "\n"


def differences(root: Path = ROOT) -> list[str]:
    """What is committed but would not be generated like that, a sentence each; empty when all is in order."""
    files = dict(generated())
    found = [
        f"schemas/{path} differs from the models"
        for path, text in files.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
    for folder, suffix in (("avro", "avsc"), ("examples", "json")):
        strange = {path.relative_to(root) for path in (root / folder).glob(f"*.{suffix}")} - files.keys()
        found += [f"schemas/{path} belongs to no record or topic" for path in sorted(strange)]
    for name, record in RECORDS.items():
        if reasons := incompatibilities(record):
            found.append(f"{name} breaks what was released: {'; '.join(reasons)}")
        elif not is_released(record):
            found.append(f"{name} differs from its newest released version: run python -m schemas.generate --release")
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when all is in order, else 1."""
    parser = argparse.ArgumentParser(prog="python -m schemas.generate", description=__doc__)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--check", action="store_true", help="write nothing, fail when something differs")
    chosen.add_argument("--release", action="store_true", help="also keep changed schemas as released versions")
    options = parser.parse_args(arguments)
    if not options.check:
        try:
            _write(release_too=options.release)
        except IncompatibleError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    problems = differences()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def _write(*, release_too: bool) -> None:
    if release_too:
        for record in RECORDS.values():
            release(record)
    for path, text in generated():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote schemas/{path}\n")


if __name__ == "__main__":
    sys.exit(main())
