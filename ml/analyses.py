"""Runs the analyses of a photo, each by itself: one that fails says so and leaves the others."""

import logging
from collections.abc import Callable
from typing import TypeVar

from ml.errors import ModelError
from ml.models.memory import is_out_of_memory
from schemas.photo import Analysis, AnalysisName, AnalysisState, ModelRef

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Analyses:
    """What became of each analysis of one photo, in the order in which they ran."""

    def __init__(self) -> None:
        self.done: list[Analysis] = []

    def run(
        self,
        name: AnalysisName,
        analyse: Callable[[], Answer],
        instead: Answer,
        *,
        model: ModelRef | None = None,
    ) -> Answer:
        """The answer of one analysis, or `instead` where it fails.

        Raises ModelError and MemoryError: they are no photo's fault, and the next photo would meet them too.
        """
        try:
            answer = analyse()
        except (ModelError, MemoryError):
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise MemoryError(f"{name}: {error}") from error
            _log.exception("analysis failed", extra={"analysis": str(name)})
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            self.done.append(Analysis(name=name, state=AnalysisState.FAILED, reason=reason, model=model))
            return instead
        self.done.append(Analysis(name=name, state=AnalysisState.DONE, reason=None, model=model))
        return answer

    def not_configured(self, name: AnalysisName, reason: str) -> None:
        """Note an analysis that nobody asked for, and what would turn it on."""
        self.done.append(Analysis(name=name, state=AnalysisState.NOT_CONFIGURED, reason=reason, model=None))
