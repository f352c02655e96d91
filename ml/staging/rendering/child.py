"""The child process that renders: reads its work from a file, writes its answer to another, ends with its parent.

On stdout it says after each pass which share of them is done, a line each.

python -m ml.staging.rendering.child SCENE LAYERS MEMORY_BYTES
"""

import ctypes
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Told = Callable[[float], None]

_PR_SET_PDEATHSIG = 1

MISSING = 3
"""Exit status where the renderer is not installed."""


def serve(make: Callable[[Any, str, Told], Any]) -> int:
    """Do what the command line names: `make` gets the work, the renderer's variant, and whom to tell of progress."""
    # Before numpy's and OpenCV's own threads: the renderer has them all, and its result must not depend on theirs.
    end_with_parent()
    # The renderer's library writes to stdout what it likes: that goes with what it says of errors.
    said = os.dup(1)
    os.dup2(2, 1)
    source, target, memory = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    # What the process allocates, not what it maps: the compiler of kernels reserves much that it never touches.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    import cv2

    cv2.setNumThreads(1)
    with source.open("rb") as file:
        # Written by the parent a moment ago, in a folder that is this user's alone.
        work, variant = pickle.load(file)  # noqa: S301
    try:
        made = make(work, variant, lambda share: _tell(said, share))
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return MISSING
    with target.open("wb") as file:
        pickle.dump(made, file, protocol=5)
    sys.stdout.flush()
    # The renderer's threads take a second to say goodbye, and nothing is left to be written.
    os._exit(0)


def _layers(scene: Any, variant: str, told: Told) -> Any:
    from ml.staging.rendering.passes import render

    return render(scene, variant, told)


def _tell(descriptor: int, share: float) -> None:
    os.write(descriptor, f"{share:.4f}\n".encode())


def end_with_parent() -> None:
    """The parent holds the other end of stdin: its end is the parent's end, however that came.

    On Linux the kernel kills it besides: a renderer in the middle of its work need not let Python's threads run.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(serve(_layers))
