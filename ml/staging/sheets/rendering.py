"""Renders the scenes of a sheet in one child process, under a deadline and a memory limit."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.staging.engines.cpu import check_installed
from ml.staging.errors import EngineMissingError
from ml.staging.rendering import llvm, process
from ml.staging.rendering.scene import Scene

Light = NDArray[np.float32]

_SECONDS_A_SCENE = 180.0


def check_engine() -> None:
    """Raises EngineMissingError where sheets cannot be rendered in their time."""
    check_installed()
    if llvm.usable() is None:
        raise EngineMissingError(
            f"Sheets need the compiled renderer, and no libLLVM is usable here: install {llvm.PACKAGE} (Debian, "
            f"Ubuntu), or name one in {llvm.VARIABLE}; `vls-media doctor` says what it found."
        )


def render_all(scenes: Sequence[Scene], progress: Callable[[int], None]) -> list[Light]:
    """Light of each scene, linear, height x width x 3; `progress` is told how many are done.

    Raises EngineMissingError, RenderTimeoutError, RenderMemoryError, and RenderCrashedError with the child's last line.
    """
    check_engine()
    count = max(1, len(scenes))
    pictures: list[Light] = process.answer_of(
        "ml.staging.sheets.child",
        list(scenes),
        process.Limits(seconds=_SECONDS_A_SCENE * count),
        variant=process.FAST,
        threads=max((scene.threads for scene in scenes), default=1),
        told=lambda share: progress(round(share * count)),
    )
    return pictures
