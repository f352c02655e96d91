"""A stage for the pool's tests: each kind of item does one thing that a stage can do, well or badly."""

import errno
import json
import mmap
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from processors.engine.children import WorkCancelled, child
from processors.engine.work import (
    FailureKind,
    InvalidInputError,
    OutputFile,
    Report,
    WorkDone,
    WorkFailed,
    WorkItem,
    WorkResult,
)

warm: list[int] = []
held: list[object] = []


def warm_up() -> None:
    """Remember that it was called, in this process."""
    warm.append(os.getpid())


def run(items: Sequence[WorkItem], report: Report) -> list[WorkResult]:
    """Do what each item's kind says."""
    return [KINDS[item.kind](item, report) for item in items]


def _echo(item: WorkItem, _report: Report) -> WorkResult:
    inputs = {name: str(path) for name, path in item.inputs.items()}
    facts: dict[str, Any] = {"pid": os.getpid(), "warm": warm, "params": item.params, "inputs": inputs}
    return WorkDone({**facts, "versions": item.versions, "item": item.item, "out_dir": str(item.out_dir)})


def _surroundings(item: WorkItem, _report: Report) -> WorkResult:
    facts = {
        "sid": os.getsid(0),
        "pgid": os.getpgid(0),
        "sigint_ignored": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "data": resource.getrlimit(resource.RLIMIT_DATA)[0],
        "tmpdir": os.environ["TMPDIR"],
        "cwd": str(Path.cwd()),
        "stdin": sys.stdin.read(),
        "fds": sorted(str(path.readlink()) for path in _descriptors()),
    }
    return WorkDone(facts)


def _passed_on(item: WorkItem, _report: Report) -> WorkResult:
    listing = subprocess.run(["ls", "-l", "/proc/self/fd"], check=True, capture_output=True, text=True, close_fds=False)
    return WorkDone({"fds": listing.stdout})


def _descriptors() -> list[Path]:
    return [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]


def _sleep(item: WorkItem, _report: Report) -> WorkResult:
    Path(item.params["started"]).touch()
    time.sleep(item.params.get("seconds", 1000))
    return WorkDone({})


def _tick(item: WorkItem, report: Report) -> WorkResult:
    for fraction in item.params["fractions"]:
        report(item.ref, fraction)
        time.sleep(item.params.get("pause", 0.0))
    return WorkDone({})


def _flood(item: WorkItem, report: Report) -> WorkResult:
    child.TICK_INTERVAL_S = -1.0
    Path(item.params["started"]).touch()
    while True:
        report(item.ref, 0.5)


def _leak(item: WorkItem, _report: Report) -> WorkResult:
    held.append(bytearray(item.params["bytes"]))
    return WorkDone({})


def _map(item: WorkItem, _report: Report) -> WorkResult:
    # Counts as resident and not as private data.
    path = Path(item.params["file"])
    with path.open("w+b") as file:
        file.truncate(item.params["bytes"])
        mapped = mmap.mmap(file.fileno(), 0)
    for position in range(0, len(mapped), mmap.PAGESIZE):
        mapped[position] = 1
    held.append(mapped)
    return WorkDone({})


def _busy(item: WorkItem, _report: Report) -> WorkResult:
    until = time.process_time() + item.params["seconds"]
    while time.process_time() < until:
        pass
    return WorkDone({})


def _busy_below(item: WorkItem, _report: Report) -> WorkResult:
    code = f"import time\nwhile time.process_time() < {item.params['seconds']}: pass"
    subprocess.run([sys.executable, "-S", "-c", code], check=True)
    return WorkDone({})


def _kill_self(item: WorkItem, _report: Report) -> WorkResult:
    os.kill(os.getpid(), item.params["signal"])
    time.sleep(1000)
    raise AssertionError


def _exit(item: WorkItem, _report: Report) -> WorkResult:
    os._exit(item.params["status"])


def _once_bad(item: WorkItem, _report: Report) -> WorkResult:
    flag = Path(item.params["flag"])
    if not flag.exists():
        flag.touch()
        os._exit(7)
    return WorkDone({})


def _invalid(item: WorkItem, _report: Report) -> WorkResult:
    raise InvalidInputError("image_truncated", "the picture ends early")


def _failed(item: WorkItem, _report: Report) -> WorkResult:
    return WorkFailed(FailureKind.TRANSIENT, "encoder_failed", "try again")


def _bug(item: WorkItem, _report: Report) -> WorkResult:
    raise ZeroDivisionError("a bug\nof two lines")


def _quit(item: WorkItem, _report: Report) -> WorkResult:
    sys.exit("the library wanted to end the process")


def _disk_full(item: WorkItem, _report: Report) -> WorkResult:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(item.out_dir / "clip.mp4"))


def _native_memory(item: WorkItem, _report: Report) -> WorkResult:
    raise RuntimeError("std::bad_alloc")


def _allocate(item: WorkItem, _report: Report) -> WorkResult:
    return WorkDone({"held": len(bytearray(item.params["bytes"]))})


def _grandchild_allocates(item: WorkItem, _report: Report) -> WorkResult:
    # Each process stays below the limit by itself; together they are above it.
    code = f"import time; held = b'x' * {item.params['bytes']}; time.sleep(1000)"
    for _ in range(item.params["processes"]):
        subprocess.Popen([sys.executable, "-S", "-c", code])
    time.sleep(1000)
    raise AssertionError


def _grandchild(item: WorkItem, _report: Report) -> WorkResult:
    process = subprocess.Popen(["sleep", "1000"])
    path = Path(item.params["started"])
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps([os.getpid(), process.pid]))
    partial.rename(path)
    if item.params.get("leave"):
        return WorkDone({})
    if item.params.get("deaf"):
        while True:
            try:
                time.sleep(1000)
            except WorkCancelled:
                continue
    process.wait()
    raise AssertionError


def _orphan(item: WorkItem, _report: Report) -> WorkResult:
    code = "import subprocess; print(subprocess.Popen(['sleep', '1000'], stdout=subprocess.DEVNULL).pid)"
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return WorkDone({"pid": int(done.stdout)})


def _cancel_becomes_failure(item: WorkItem, report: Report) -> WorkResult:
    try:
        return _sleep(item, report)
    except WorkCancelled:
        return WorkFailed(FailureKind.TRANSIENT, "encoder_failed", "ffmpeg was interrupted")


def _file(item: WorkItem, _report: Report) -> WorkResult:
    path = Path(item.params.get("path") or item.out_dir / "clip.mp4")
    if item.params.get("write", True):
        path.write_bytes(b"clip")
    return WorkDone({}, (OutputFile(path, "clip", "video/mp4", "Kitchen.mp4", 1920, 1080, 90),))


def _unsendable(item: WorkItem, _report: Report) -> WorkResult:
    return WorkDone({"value": {"nan": float("nan"), "bytes": b"x", "path": Path()}[item.params["what"]]})


def _print(item: WorkItem, _report: Report) -> WorkResult:
    print("a line from a library")  # noqa: T201
    sys.stdout.flush()
    return WorkDone({})


def _big(item: WorkItem, _report: Report) -> WorkResult:
    return WorkDone({"text": "x" * item.params["bytes"], "got": len(item.params.get("text", ""))})


KINDS: dict[str, Callable[[WorkItem, Report], WorkResult]] = {
    name[1:]: value for name, value in list(globals().items()) if name.startswith("_") and callable(value)
}


def run_too_few(items: Sequence[WorkItem], _report: Report) -> list[WorkResult]:
    """Break the rule of one result an item."""
    return [WorkDone({}) for _ in items[1:]]


def run_wrong_type(items: Sequence[WorkItem], _report: Report) -> list[WorkResult]:
    """Break the rule of what a result is."""
    return [{"label": "kitchen"} for _ in items]  # type: ignore[misc]


def run_empty(items: Sequence[WorkItem], _report: Report) -> list[WorkResult]:
    """Do nothing: what is left is the pool's own cost."""
    return [WorkDone({}) for _ in items]
