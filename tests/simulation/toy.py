"""A toy stage without media, for tests of the engine: each item becomes one task, a last task sums them up."""

import hashlib
import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from processors.engine.stage import Ending, Event, Phase, Plan, RunContext, Stage, TaskSpec
from processors.engine.work import (
    FailureKind,
    InvalidInputError,
    OutputFile,
    Report,
    WorkDone,
    WorkFailed,
    WorkItem,
    WorkResult,
)
from schemas.codec import Codec
from schemas.codec_errors import InvalidRecordError, UndecodableError
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord, TaskStatus
from schemas.record import Command, Record
from schemas.static_ids import StaticIds

EVENTS = "toy.made"


class ToyCommand(Command):
    """Do something to each item."""

    job_id: str = Field(description="UUID of the job.")
    listing_id: str = Field(description="Whose it is.")
    items: list[str] = Field(
        description="What to do: ok, invalid, flaky, crash, raise, read[:path] (with an input), wait:seconds[:any]"
    )


class ToyMade(Record):
    """What became of an item."""

    run_id: str = Field(description="UUID of the run.")
    task_id: str = Field(description="The task.")
    status: str = Field(description="How it ended.")


class ToyStage(Stage[ToyCommand]):
    """Plans differently in each version, as a rolling deploy would."""

    name = StageName.CLASSIFY
    command_type = ToyCommand
    run = "tests.simulation.toy:run"

    def __init__(self, version: int = 1, batch_size: int = 2, events_topic: str = EVENTS) -> None:
        self.version = version
        self.batch_size = batch_size
        self.events_topic = events_topic

    def plan(self, command: ToyCommand) -> Plan:
        """One task an item; every version has ids of its own, and version 2 splits each item in two."""
        if "unplannable" in command.items:
            raise InvalidInputError("plan_failed", "An item cannot be planned.")
        parts = 2 if self.version == 2 else 1
        tasks = tuple(
            TaskSpec(
                task_id=f"v{self.version}:item:{index:03d}:{part}",
                kind="item",
                revision=1,
                params={"do": item, "index": index if item != "same" else 0, "part": part},
                inputs=_inputs(item, index),
                item=str(index),
            )
            for index, item in enumerate(command.items)
            for part in range(parts)
        )
        return Plan(Phase("items", tasks), {"items": 0.8, "sum": 0.2})

    def next_phase(self, command: ToyCommand, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:
        """After the items, one sum of what succeeded."""
        if phase != "items":
            return None
        good = [json.loads(outcome.result)["out"] for outcome in outcomes if outcome.status is TaskStatus.SUCCEEDED]
        return Phase("sum", (TaskSpec(f"v{self.version}:sum", "sum", 1, {"do": "ok", "of": good}),))

    def finish(self, command: ToyCommand, outcomes: Sequence[TaskOutcome]) -> Ending:
        """The sum is the result."""
        sums = [outcome for outcome in outcomes if outcome.kind == "sum" and outcome.status is TaskStatus.SUCCEEDED]
        return Ending(has_result=bool(sums), result={"tasks": len(outcomes)})

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """One event a task."""
        return [
            Event(
                self.events_topic, run.job_id, ToyMade(run_id=run.run_id, task_id=task.task_id, status=outcome.status)
            )
        ]


def _inputs(item: str, index: int) -> tuple[TaskInput, ...]:
    what, _, path = item.partition(":")
    if what != "read":
        return ()
    return (TaskInput(name="photo", uri=f"file://{path}" if path else f"file:///photos/{index}?sig=x"),)


def run_one(item: WorkItem, attempt_of: dict[str, int]) -> WorkResult | None:
    """What a child makes of an item; None when the item kills its child."""
    what = str(item.params["do"]).partition(":")[0]
    text = json.dumps(item.params, sort_keys=True)
    attempt_of[text] = attempt_of.get(text, 0) + 1
    if what == "invalid":
        return WorkFailed(FailureKind.INVALID_INPUT, "image_unreadable", "Not a picture.")
    if what == "flaky" and attempt_of[text] % 3:
        return WorkFailed(FailureKind.TRANSIENT, "encoder_failed", "Not this time.")
    if what == "crash":
        return None
    out = hashlib.sha256(text.encode()).hexdigest()[:8]
    file = OutputFile(item.folder / out, "toy", "text/plain", "toy.txt")
    return WorkDone({"out": out, "inputs": sorted(item.inputs)}, (file,), cpu_seconds=0.25)


def run(items: Sequence[WorkItem], report: Report) -> list[WorkResult]:
    """The same, in a real child process, which says whose child it is."""
    results: list[WorkResult] = []
    for item in items:
        what, _, how = str(item.params["do"]).partition(":")
        if what == "wait":
            time.sleep(float(how.partition(":")[0]))
        if what == "raise":
            raise RuntimeError("nobody foresaw this")
        result = run_one(item, {})
        if isinstance(result, WorkDone):
            result = replace(result, result={**result.result, "worker": os.getppid()})
            (item.out_dir / str(result.result["out"])).write_text(str(result.result["out"]))
        if result is None:
            os.kill(os.getpid(), signal.SIGSEGV)
            raise AssertionError("alive")
        report(item.ref, 1.0)
        results.append(result)
    return results


class JsonCodec:
    """A codec for topics that topics.yaml does not have: the record's JSON."""

    def __init__(self, types: dict[str, type[Record]]) -> None:
        self._types = types

    def encode(self, topic: str, record: Record) -> bytes:
        """The record's JSON."""
        assert isinstance(record, self._types[topic]), (topic, record)
        return record.model_dump_json().encode()

    def decode(self, topic: str, value: bytes | None) -> Record:
        """The record, or the error that the real codec would raise; what begins as its wire format goes to it."""
        if value is not None and value[:1] == b"\0":
            return Codec(StaticIds()).decode("media.classify.commands", value)
        try:
            fields: Any = json.loads(value or b"")
        except ValueError as error:
            raise UndecodableError("Not JSON.") from error
        try:
            return self._types[topic].model_validate(fields)
        except ValueError as error:
            raise InvalidRecordError(str(error)) from error
