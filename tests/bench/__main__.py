"""`make bench`: a table of ratios, each against something measured in the same run."""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from processors.settings import Settings
from tests.bench.engine import bare_loop, through_the_engine
from tests.bench.motion import against_zoompan
from tests.bench.photos import against_plain_code, memory_over_a_stream
from tests.bench.staged_listing import staged_listing
from tests.bench.staging import furnished_rooms
from tests.bench.video import against_moviepy, against_x264, whole_video

CELERY_MS = 1.67  # Celery 5.7 with Redis, two processes, empty tasks with results: measured once, elsewhere


def main() -> int:
    """Run all and print the table."""
    bootstrap, postgres = os.environ.get("VLS_TEST_KAFKA"), os.environ.get("VLS_TEST_POSTGRES")
    if not bootstrap or not postgres:
        sys.stderr.write("The bench needs the real servers: run `make bench`.\n")
        return 1
    table = Table("what", "ours", "beside it", "ratio")
    with tempfile.TemporaryDirectory(prefix="vls-bench-") as folder:
        settings = Settings(
            bootstrap_servers=bootstrap,
            ledger_url=postgres,
            artifacts_url=f"file://{folder}/artifacts",
            scratch=Path(folder) / "scratch",
        )
        jobs = int(os.environ.get("VLS_BENCH_JOBS", "16"))
        bare = bare_loop(settings, jobs * 250, 100)
        engine = through_the_engine(settings, jobs)
        table.add_row(
            "engine, empty task (transactions, PostgreSQL, a child process)",
            f"{engine.wall_ms:.2f} ms/task",
            f"bare transactional loop {bare.wall_ms:.3f} ms/message",
            f"{engine.wall_ms / bare.wall_ms:.1f}x",
        )
        table.add_row(
            "the same",
            f"{engine.wall_ms:.2f} ms/task",
            f"Celery + Redis {CELERY_MS} ms/task (not of this run)",
            f"{engine.wall_ms / CELERY_MS:.2f}x",
        )
        videos = (*against_x264(Path(folder)), *against_moviepy(Path(folder)), *whole_video(Path(folder)))
        photos = (*against_plain_code(), *memory_over_a_stream(), *furnished_rooms(), *staged_listing())
        for row in (*against_zoompan(Path(folder)), *videos, *photos):
            table.add_row(*row)
    Console(width=150).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
