import logging
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.models.memory import FittingBatches, Outputs, Tensor, is_out_of_memory


def numbered(count: int) -> Tensor:
    return np.arange(count, dtype=np.float32).reshape(count, 1)


class Narrow:
    """A runtime with room for so many pictures, that says it as onnxruntime does."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.asked: list[int] = []

    def __call__(self, pictures: Tensor) -> Outputs:
        self.asked.append(len(pictures))
        if len(pictures) > self.room:
            raise RuntimeError("Exception during initialization: std::bad_alloc")
        return {"doubled": np.asarray(pictures) * 2}


@settings(deadline=None)
@given(count=st.integers(1, 40), room=st.integers(1, 40), size=st.none() | st.integers(1, 40))
def test_all_pictures_are_answered_in_order_however_little_fits(count: int, room: int, size: int | None) -> None:
    batches = FittingBatches("tiny@1", Narrow(room), size)
    assert np.array_equal(batches(numbered(count))["doubled"], numbered(count) * 2)


def test_a_batch_that_does_not_fit_is_halved_for_good_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    narrow = Narrow(3)
    batches = FittingBatches("tiny@1", narrow, 16)
    with caplog.at_level(logging.WARNING):
        batches(numbered(16))
        batches(numbered(16))
    assert narrow.asked == [16, 8, 4, 2, *[2] * 7, *[2] * 8]
    told = [record for record in caplog.records if "smaller" in record.getMessage()]
    assert [record.__dict__["batch_size"] for record in told] == [8, 4, 2]
    assert all(record.__dict__["model"] == "tiny@1" for record in told)


def test_a_single_picture_that_does_not_fit_is_out_of_memory() -> None:
    with pytest.raises(MemoryError, match="tiny@1"):
        FittingBatches("tiny@1", Narrow(0), None)(numbered(4))


def test_another_error_is_not_taken_for_memory() -> None:
    def broken(pictures: Tensor) -> Outputs:
        raise ValueError(f"{len(pictures)} pictures of a wrong shape")

    with pytest.raises(ValueError, match="wrong shape"):
        FittingBatches("tiny@1", broken, None)(numbered(4))


@pytest.mark.parametrize(
    "text",
    [
        "Failed to allocate memory for requested buffer of size 1073741824",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to allocate",
        "CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate",
    ],
)
def test_the_runtimes_words_for_it_are_known(text: str) -> None:
    assert is_out_of_memory(RuntimeError(text))
    assert not is_out_of_memory(RuntimeError("Got invalid dimensions for input"))


_SHORT_OF_MEMORY = """
import logging, resource, sys
import numpy as np
from ml.inspect import MODELS
from ml.store import ModelStore

logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
model = ModelStore(MODELS).load("room")
wanted = model.spec.input
pictures = np.zeros((96, 3, wanted.height, wanted.width), np.float32)
pictures += np.linspace(0, 1, 96, dtype=np.float32)[:, None, None, None]
few = model.run(pictures[:2])["scores"]
used = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmData"))
resource.setrlimit(resource.RLIMIT_DATA, (used + 160_000_000,) * 2)
scores = model.run(pictures)["scores"]
print(model.batch_size < 96, len(scores), bool(np.allclose(scores[:2], few, atol=1e-4)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not enforce RLIMIT_DATA")
def test_a_process_that_is_refused_memory_goes_on_with_smaller_batches() -> None:
    """With the limit that a worker's children have, and onnxruntime's own words for it."""
    told = subprocess.run([sys.executable, "-c", _SHORT_OF_MEMORY], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "True 96 True"
    assert "going on with a smaller one" in told.stdout
