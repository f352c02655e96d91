"""The child process that renders: reads a scene from a file, writes its layers to another, ends with its parent.

python -m ml.staging.rendering.child SCENE LAYERS MEMORY_BYTES
"""

import os
import pickle
import resource
import sys
import threading
from pathlib import Path

MISSING = 3
"""Exit status where the renderer is not installed."""


def main() -> int:
    """Render one scene."""
    # Before numpy's and OpenCV's own threads: the renderer has them all, and its result must not depend on theirs.
    _end_with_parent()
    source, target, memory = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    # What the process allocates, not what it maps: the compiler of kernels reserves much that it never touches.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    import cv2

    cv2.setNumThreads(1)
    with source.open("rb") as file:
        # Written by the parent a moment ago, in a folder that is this user's alone.
        scene, variant = pickle.load(file)  # noqa: S301
    try:
        from ml.staging.rendering.passes import render

        layers = render(scene, variant)
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return MISSING
    with target.open("wb") as file:
        pickle.dump(layers, file, protocol=5)
    sys.stdout.flush()
    # The renderer's threads take a second to say goodbye, and nothing is left to be written.
    os._exit(0)


def _end_with_parent() -> None:
    """The parent holds the other end of stdin: its end is the parent's end, however that came."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(main())
