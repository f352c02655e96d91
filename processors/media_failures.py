"""Errors of the media libraries as the engine's failures: the catalogue says whether trying again can help."""

import functools
from collections.abc import Callable

import cv2

from ml.errors import MediaError
from processors.engine.work import FailureKind, WorkDone, WorkFailed, WorkItem, WorkResult
from render.audio.errors import AudioError
from render.errors import RenderError
from schemas.errors import CATALOGUE


def as_failure(error: MediaError | RenderError | AudioError) -> WorkFailed:
    """The failure that an error of ml or render is."""
    retryable = CATALOGUE[error.code].retryable
    kind = FailureKind.TRANSIENT if retryable else FailureKind.INVALID_INPUT
    return WorkFailed(kind, error.code, str(getattr(error, "message", error)))


def one_by_one(work: Callable[[WorkItem, Callable[[float], None]], WorkDone]) -> Callable[..., list[WorkResult]]:
    """A stage's `run` from a function of one item: an item that fails leaves the others of its batch untouched."""

    @functools.wraps(work)
    def run(items: list[WorkItem], report: Callable[[str, float], None]) -> list[WorkResult]:
        cv2.setNumThreads(1)  # the lanes are what runs side by side
        results: list[WorkResult] = []
        for item in items:
            try:
                results.append(work(item, functools.partial(report, item.ref)))
            except (MediaError, RenderError, AudioError) as error:
                results.append(as_failure(error))
        return results

    return run
