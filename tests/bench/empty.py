"""A stage whose tasks do nothing: what is left is the engine."""

from collections.abc import Sequence

from processors.engine.stage import Ending, Phase, Plan, Stage, TaskSpec
from processors.engine.work import Report, WorkDone, WorkItem, WorkResult
from schemas.commands import ClassifyPhotos
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskOutcome


class EmptyStage(Stage[ClassifyPhotos]):
    """One task a photo that never looks at it."""

    name = StageName.CLASSIFY
    command_type = ClassifyPhotos
    run = "tests.bench.empty:run"
    batch_size = 32

    def plan(self, command: ClassifyPhotos) -> Plan:
        """Tasks without inputs; the job's id in their parameters keeps the cache out of the figures."""
        tasks = tuple(
            TaskSpec(f"empty:{place:04d}", "empty", 1, {"job": command.job_id, "place": place}, item=photo.photo_id)
            for place, photo in enumerate(command.photos)
        )
        return Plan(Phase("empty", tasks), {"empty": 1.0})

    def finish(self, command: ClassifyPhotos, outcomes: Sequence[TaskOutcome]) -> Ending:
        """All tasks are the result."""
        return Ending(has_result=True, result={"tasks": len(outcomes)})


def run(items: Sequence[WorkItem], report: Report) -> list[WorkResult]:
    """Nothing."""
    return [WorkDone({}) for _ in items]
