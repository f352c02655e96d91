"""The outside of a worker in the simulation: background jobs, children, disk, store and sources, one step at a time."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from processors.engine.artifacts import Stored
from processors.engine.background import Failed, Job, Then
from processors.engine.children import ChildDied, Finished, PoolEvent, Ticked
from processors.engine.work import FailureKind, WorkFailed, WorkItem
from tests.simulation.toy import run_one


class Disk:
    """A worker's scratch disk: paths without files; a path's content is its name unless something was fetched to it."""

    def __init__(self) -> None:
        self.content: dict[Path, bytes] = {}

    def name(self, ref: str) -> Path:
        return Path("/scratch") / ref

    def new(self, ref: str) -> Path:
        return self.name(ref)

    def remove(self, path: Path) -> None:
        for known in [known for known in self.content if known.is_relative_to(path)]:
            del self.content[known]

    def read(self, path: Path) -> bytes:
        return self.content.get(path, path.name.encode())


class MemoryStore:
    """One worker's view of the shared store: its faults are its own."""

    def __init__(self, files: dict[str, bytes], disk: Disk, fault: Callable[[str], None]) -> None:
        self._files = files
        self._disk = disk
        self._fault = fault

    def put(self, path: Path, media_type: str = "") -> Stored:
        return self.put_bytes(self._disk.read(path))

    def put_bytes(self, data: bytes, media_type: str = "") -> Stored:
        self._fault("store.put.before")
        digest = hashlib.sha256(data).hexdigest()
        assert self._files.setdefault(digest, data) == data
        self._fault("store.put.after")
        return Stored(f"mem://artifacts/{digest}", digest, len(data))

    def fetch(self, which: str, to: Path) -> None:
        self._fault("store.fetch.before")
        self._disk.content[to] = self._files[which]

    def exists(self, sha256: str) -> bool:
        return sha256 in self._files

    def uri(self, sha256: str) -> str:
        return f"mem://artifacts/{sha256}"

    def open_url(self, sha256: str, file_name: str, expires_s: int) -> str:
        return self.uri(sha256)


class ChangingSources:
    """Photos that are overwritten all the time: every fetch of an address finds other bytes."""

    def __init__(self, disk: Disk, counter: list[int], store: MemoryStore) -> None:
        self._disk = disk
        self._counter = counter
        self._store = store

    def fetch(self, uri: str, to: Path) -> Stored:
        self._counter[0] += 1
        data = f"{uri} as of {self._counter[0]}".encode()
        self._disk.content[to] = data
        self._store.put_bytes(data)
        return Stored(uri, hashlib.sha256(data).hexdigest(), len(data))


class StepBackground:
    """Background jobs that run when the simulation says so, also after their worker lost its partitions."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._jobs: list[tuple[Job, Then, Failed]] = []
        self._answers: list[Callable[[], None]] = []

    def submit(self, job: Job, then: Then, failed: Failed) -> None:
        self._jobs.append((job, then, failed))

    def run_one(self) -> bool:
        """Run one of the jobs that are out."""
        if not self._jobs:
            return False
        job, then, failed = self._jobs.pop(self._random.randrange(len(self._jobs)))
        try:
            result = job()
        except Exception as error:  # noqa: BLE001  as the real one does
            caught = error
            self._answers.append(lambda: failed(caught))
        else:
            self._answers.append(lambda: then(result))
        return True

    def collect(self) -> int:
        answers, self._answers = self._answers, []
        for answer in answers:
            answer()
        return len(answers)

    def wait(self, timeout_s: float) -> bool:
        return bool(self._answers) or self.run_one()

    def outstanding(self) -> int:
        return len(self._jobs) + len(self._answers)


class StepPool:
    """Children that finish when the simulation says so."""

    def __init__(self, random: Random, lanes: int, attempt_of: dict[str, int]) -> None:
        self._random = random
        self._lanes = lanes
        self._attempt_of = attempt_of
        self._out: list[list[WorkItem]] = []
        self._events: list[PoolEvent] = []

    def ready(self) -> bool:
        return True

    def free_lanes(self) -> int:
        return self._lanes - len(self._out)

    def submit(self, items: Sequence[WorkItem], deadline_s: float) -> None:
        assert self.free_lanes() > 0
        self._out.append(list(items))

    def busy(self) -> bool:
        """Whether a batch is out or an event unread."""
        return bool(self._out or self._events)

    def finish_one(self) -> bool:
        """Let one batch come to its end."""
        if not self._out:
            return False
        batch = self._out.pop(self._random.randrange(len(self._out)))
        if any(str(item.params["do"]).startswith("crash") for item in batch) or self._random.random() < 0.01:
            self._events.append(ChildDied(tuple(item.ref for item in batch), len(batch) == 1, "killed by signal 11"))
            return True
        if any(str(item.params["do"]).startswith("raise") for item in batch):
            failed = WorkFailed(FailureKind.CRASHED, "internal_error", "RuntimeError")
            self._events += [Finished(item.ref, failed) for item in batch]
            return True
        for item in batch:
            self._events.append(Ticked(item.ref, 0.5))
            result = run_one(item, self._attempt_of)
            assert result is not None
            cpu_seconds = round(self._random.random(), 3)  # never the same twice, as in life
            self._events.append(Finished(item.ref, replace(result, cpu_seconds=cpu_seconds)))
        return True

    def poll(self) -> list[PoolEvent]:
        events, self._events = self._events, []
        return events

    def wait(self, timeout_s: float) -> None:
        return

    def wakeup(self) -> None:
        return

    def cancel(self, refs: Iterable[str]) -> None:
        wanted = set(refs)
        for batch in list(self._out):
            hit = [item for item in batch if item.ref in wanted]
            if hit:
                self._out.remove(batch)
                for item in hit:
                    failed = WorkFailed(FailureKind.CANCELLED, "cancelled", "Cancelled.")
                    self._events.append(Finished(item.ref, failed))
                rest = tuple(item.ref for item in batch if item.ref not in wanted)
                if rest:
                    self._events.append(ChildDied(rest, alone=False, message="killed with its batch"))

    def close(self, grace_s: float) -> None:
        self._out.clear()


class NoTicks:
    """Ticks are lossy: here all are lost."""

    def send(self, messages: Sequence[Any]) -> None:
        return

    def flush(self, timeout_s: float) -> None:
        return

    def close(self) -> None:
        return
