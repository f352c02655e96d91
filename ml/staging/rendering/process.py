"""Renders a scene in a child process of its own, under a deadline and a memory limit."""

import functools
import hashlib
import os
import pickle
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ml.staging.errors import EngineMissingError, RenderCrashedError, RenderMemoryError, RenderTimeoutError
from ml.staging.rendering import llvm
from ml.staging.rendering.child import MISSING
from ml.staging.rendering.scene import Layers, Scene

FAST, SLOW = "llvm_ad_rgb", "scalar_rgb"
"""Variants of the renderer: compiled for this processor, and plain C++, about ten times slower."""

_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use."""

    seconds: float = 600.0
    memory_bytes: int = 3_500_000_000


def variant() -> str:
    """The fastest variant that works here."""
    return FAST if llvm.usable() else SLOW


@functools.cache
def machine() -> str:
    """What floating-point results depend on beside the input: the processor's features. For cache keys."""
    flags = ""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        lines = information.read_text().splitlines()
        flags = next((line.partition(":")[2] for line in lines if line.startswith(("flags", "Features"))), "")
    features = " ".join(sorted(flags.split()))
    return hashlib.sha256(f"{os.uname().machine} {features}".encode()).hexdigest()[:16]


def render(scene: Scene, limits: Limits | None = None, told: Callable[[float], None] | None = None) -> Layers:
    """The layers of a scene; `told` hears which share of the renderer's passes is done. Raises as `answer_of`."""
    layers = answer_of(
        "ml.staging.rendering.child", scene, limits or Limits(), variant=variant(), threads=scene.threads, told=told
    )
    if not isinstance(layers, Layers):
        raise RenderCrashedError(f"The renderer's process answered with {type(layers).__name__} instead of layers.")
    return layers


def answer_of(
    module: str,
    work: object,
    limits: Limits,
    *,
    variant: str,
    threads: int,
    told: Callable[[float], None] | None = None,
) -> Any:
    """What a module that serves (`child.serve`) makes of the work; `told` hears which share is done.

    Raises EngineMissingError, RenderTimeoutError, RenderMemoryError, and RenderCrashedError, which says the child's
    last line.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONHASHSEED": "0"}
    if variant == FAST:
        environment[llvm.VARIABLE] = str(llvm.usable())
    with tempfile.TemporaryDirectory(prefix="vls-staging-") as folder:
        source, target = Path(folder) / "work", Path(folder) / "answer"
        with source.open("wb") as file:
            pickle.dump((work, variant), file, protocol=5)
        errors = Path(folder) / "errors"
        with errors.open("wb") as said:
            child = subprocess.Popen(
                [sys.executable, "-m", module, source, target, str(limits.memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                cwd=Path(__file__).resolve().parents[3],
                start_new_session=True,
            )
            try:
                _wait(child, limits, told)
                _pass_on(child, told)
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
                for pipe in (child.stdin, child.stdout):
                    if pipe:
                        pipe.close()
        _check(child.returncode, errors.read_text(errors="replace"), limits)
        with target.open("rb") as file:
            return pickle.load(file)  # noqa: S301  written by our own child, in a folder that is this user's alone


def _wait(child: subprocess.Popen[bytes], limits: Limits, told: Callable[[float], None] | None) -> None:
    due = time.monotonic() + limits.seconds
    watched = psutil.Process(child.pid)
    while child.poll() is None:
        _pass_on(child, told)
        if time.monotonic() > due:
            raise RenderTimeoutError(f"Rendering took longer than {limits.seconds:.0f} s, the most that is allowed.")
        try:
            used = watched.memory_info().rss
        except psutil.NoSuchProcess:
            break
        if used > limits.memory_bytes:
            raise RenderMemoryError(_needs_memory(limits))
        time.sleep(_LOOK_S)
    child.wait()


def _pass_on(child: subprocess.Popen[bytes], told: Callable[[float], None] | None) -> None:
    """What the child has said of its passes since it was last asked, without waiting: the last of it counts."""
    if child.stdout is None or not select.select([child.stdout], [], [], 0)[0]:
        return
    lines = os.read(child.stdout.fileno(), 4096).split()
    if lines and told is not None:
        told(float(lines[-1]))


def _check(status: int, said: str, limits: Limits) -> None:
    if status == 0:
        return
    lines = said.strip().splitlines()
    last = lines[-1] if lines else f"it ended with status {status} and said nothing"
    if status == MISSING:
        raise EngineMissingError(f"The renderer is not here ({last}): install it with `make setup-staging`.")
    if any(sign in said for sign in ("MemoryError", "bad_alloc", "Cannot allocate memory", "out of memory")):
        raise RenderMemoryError(_needs_memory(limits))
    raise RenderCrashedError(f"The renderer's process ended without a result: {last}")


def _needs_memory(limits: Limits) -> str:
    return f"Rendering needs more than {limits.memory_bytes / 1e9:.1f} GB of memory, the most that is allowed."
