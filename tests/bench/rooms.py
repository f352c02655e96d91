"""`python -m tests.bench.rooms`: errors of field of view, pitch and scale by confidence, over rooms made by code."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.ml.staging.room.errors import MEASURES, Errors, by_confidence, errors_of
from tests.ml.staging.room.made_rooms import made_room


def main() -> int:
    """Make, photograph and understand the rooms, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--width", type=int, default=1024, help="of the photos, 4 to 3; they are analysed at one size")
    parser.add_argument("--bins", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="file of one JSON line a room; rooms in it are not made again")
    arguments = parser.parse_args()
    size = (arguments.width, arguments.width * 3 // 4)
    known: dict[int, Errors] = {}
    if arguments.keep is not None and arguments.keep.exists():
        for line in arguments.keep.read_text().splitlines():
            row = json.loads(line)
            known[row["seed"]] = Errors(**{**row, "doubts": tuple(row["doubts"])})
    found: list[Errors] = []
    for seed in range(arguments.rooms):
        if seed not in known:
            known[seed] = errors_of(made_room(seed, facing=seed % 7 == 6, size=size))
            if arguments.keep is not None:
                with arguments.keep.open("a") as kept:
                    kept.write(json.dumps(asdict(known[seed])) + "\n")
            sys.stderr.write(f"\r{len(found) + 1} of {arguments.rooms}")
        found.append(known[seed])
    table = Table("error", "confidence", "from", "to", "mean error", "rooms")
    for measure, part in MEASURES:
        for low, high, error, count in by_confidence(found, measure, part, arguments.bins):
            table.add_row(measure, part, f"{low:.2f}", f"{high:.2f}", f"{error:.3f}", str(count))
    Console(width=100).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
