"""Running a batch in parts that fit into memory: the parts shrink when memory runs out, and the log says so."""

import logging
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_log = logging.getLogger(__name__)

Tensor = NDArray[np.generic]
Outputs = dict[str, NDArray[np.generic]]

_SIGNS = (
    "bad_alloc",
    "bad allocation",
    "out of memory",
    "not enough memory",
    "failed to allocate memory",
    "cannot allocate memory",
    "can't allocate memory",
    "alloc_failed",
    "insufficient memory",
)
"""How onnxruntime, torch, OpenCV and CUDA's libraries word it: they raise errors of their own, no MemoryError."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of a runtime says that memory ran out."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in text for sign in _SIGNS)


class FittingBatches:
    """Runs a model on batches of at most `size` pictures; one that does not fit is halved, for good in this process."""

    def __init__(self, title: str, run: Callable[[Tensor], Outputs], size: int | None) -> None:
        """`title` names the model in the log; `size` None: as many pictures as come."""
        self._title = title
        self._run = run
        self.size = size

    def __call__(self, pictures: Tensor) -> Outputs:
        """The outputs for all pictures (first axis), in their order.

        Raises MemoryError when a single picture does not fit, and what the runtime raises otherwise.
        """
        whole: Outputs = {}
        start = 0
        while start < len(pictures):
            part = pictures[start : start + (self.size or len(pictures))]
            try:
                found = self._run(part)
                if len(part) == len(pictures):
                    return found
                # Room for all answers is taken before the rest is run: a batch can be halved again, this cannot.
                whole = whole or {
                    name: np.empty((len(pictures), *values.shape[1:]), values.dtype) for name, values in found.items()
                }
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                self._shrink(len(part), error)
            else:
                for name, values in found.items():
                    whole[name][start : start + len(part)] = values
                start += len(part)
        return whole

    def _shrink(self, tried: int, error: Exception) -> None:
        if tried == 1:
            raise MemoryError(f"the model {self._title} does not fit into memory with a single picture") from error
        self.size = tried // 2
        _log.warning(
            "batch does not fit into memory, going on with a smaller one",
            extra={"model": self._title, "tried": tried, "batch_size": self.size, "reason": type(error).__name__},
        )
