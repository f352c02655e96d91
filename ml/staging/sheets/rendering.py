"""Renders the scenes of a sheet in one child process, under a deadline and a memory limit."""

import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.staging.engines.cpu import check_installed
from ml.staging.errors import EngineMissingError, RenderCrashedError, RenderMemoryError, RenderTimeoutError
from ml.staging.rendering import llvm, process
from ml.staging.rendering.child import MISSING
from ml.staging.rendering.scene import Scene

Light = NDArray[np.float32]

_SECONDS_A_SCENE = 180.0
_MEMORY_BYTES = 3_500_000_000


def check_engine() -> str:
    """The libLLVM to render with. Raises EngineMissingError where sheets cannot be rendered in their time."""
    check_installed()
    found = llvm.usable()
    if found is None:
        raise EngineMissingError(
            f"Sheets need the compiled renderer, and no libLLVM is usable here: install {llvm.PACKAGE} (Debian, "
            f"Ubuntu), or name one in {llvm.VARIABLE}; `vls-media doctor` says what it found."
        )
    return found


def render_all(scenes: Sequence[Scene], progress: Callable[[int], None]) -> list[Light]:
    """Light of each scene, linear, height x width x 3; `progress` is told how many are done.

    Raises EngineMissingError, RenderTimeoutError, RenderMemoryError, and RenderCrashedError with the child's last line.
    """
    environment = {**os.environ, "PYTHONHASHSEED": "0", llvm.VARIABLE: check_engine()}
    environment["OMP_NUM_THREADS"] = str(max((scene.threads for scene in scenes), default=1))
    with tempfile.TemporaryDirectory(prefix="vls-sheet-") as folder:
        source, target, errors = (Path(folder) / name for name in ("scenes", "pictures", "errors"))
        with source.open("wb") as file:
            pickle.dump((list(scenes), process.FAST), file, protocol=5)
        with errors.open("wb") as said:
            child = subprocess.Popen(
                [sys.executable, "-m", "ml.staging.sheets.child", source, target, str(_MEMORY_BYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                cwd=Path(__file__).resolve().parents[3],
                start_new_session=True,
            )
            late = _follow(child, _SECONDS_A_SCENE * max(1, len(scenes)), progress)
        _check(child.returncode, errors.read_text(errors="replace"), late=late)
        with target.open("rb") as file:
            pictures: list[Light] = pickle.load(file)  # noqa: S301  written by our own child, in this user's folder
    return pictures


def _follow(child: "subprocess.Popen[bytes]", seconds: float, progress: Callable[[int], None]) -> bool:
    """Wait for the child's end, and pass on what it says; True where it had to be ended because its time was over."""
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        for line in child.stdout or ():
            progress(int(line))
        child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
    return late.is_set()


def _check(status: int, said: str, *, late: bool) -> None:
    if late:
        raise RenderTimeoutError("The sheet took longer to render than three minutes a room, the most that is allowed.")
    if status == 0:
        return
    lines = said.strip().splitlines()
    last = lines[-1] if lines else f"it ended with status {status} and said nothing"
    if status == MISSING:
        raise EngineMissingError(f"The renderer is not here ({last}): install it with `make setup-staging`.")
    if any(sign in said for sign in ("MemoryError", "bad_alloc", "Cannot allocate memory", "out of memory")):
        raise RenderMemoryError(f"The sheet needs more than {_MEMORY_BYTES / 1e9:.1f} GB of memory.")
    raise RenderCrashedError(f"The renderer's process ended without a result: {last}")
