"""Work of a child process that renders for as long as it is let: for cancelling in the middle of it."""

from ml.staging.engines.cpu import CpuEngine
from processors.engine.work import WorkDone, WorkItem
from processors.media_failures import one_by_one
from processors.stager_work import Report, _Watched
from tests.ml.staging.scene.test_cpu_engine import work


def _work(item: WorkItem, report: Report) -> WorkDone:
    engine = _Watched(CpuEngine(), report, 1)
    engine.furnish(work(samples=int(item.params["samples"])))
    return WorkDone({})


run = one_by_one(_work)
