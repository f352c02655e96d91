"""The embedded stack: broker in this process, ledger and artifacts in a folder, every processor its own process.

The folder is kept: what was made once is found again by its content. The broker is not: its topics end with it.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy import select

import processors
from processors.engine.kafka.embedded import EmbeddedBroker
from processors.engine.ledger import open_ledger, tables
from processors.engine.ledger.migrating import upgrade
from processors.reference.backend import ReferenceBackend
from processors.reference.processes import Processor, stop_all
from processors.settings import Settings
from schemas.jobs import RunKind, Stage
from schemas.topics import load_topics

PROCESSORS = ("classifier", "clipper", "renderer", "progress")
"""Those that every listing needs; `stager` beside them where rooms are furnished."""

_READY_S = 90.0
_GRACE_S = 4.0
_KEPT_SETTINGS = (
    "VLS_LOG_LEVEL",
    "VLS_CHILD_MEMORY_BYTES",
    "VLS_LANES",
    *(f"VLS_{name.upper()}" for name in Settings.model_fields if name.startswith("model")),
)


class StackError(RuntimeError):
    """The stack cannot be started or does not work; the message says why."""


class EmbeddedStack:
    """Everything that the service needs on one machine, for as long as the `with` block lasts.

    `sources` are the folders that inputs may be read from, beside those of earlier stacks on the same state folder,
    so that replays find them. `names` are the processors; unset: those that what was done in the folder needs to be
    done again. One stack at a time uses a state folder.
    """

    def __init__(self, state: Path, sources: Iterable[Path] = (), names: Sequence[str] | None = None) -> None:
        self.state = state.absolute()
        self._sources = [folder.resolve().as_uri() for folder in sources]
        self._names = None if names is None else tuple(names)
        self._resources = ExitStack()
        self._processors: list[Processor] = []
        self._settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The settings that a client of this stack uses."""
        if self._settings is None:
            raise StackError("the stack is not started")
        return self._settings

    def __enter__(self) -> Self:
        """Raises StackError when the state folder is in use."""
        with ExitStack() as unless_good:
            unless_good.callback(self._resources.close)
            self._start()
            unless_good.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._resources.close()

    def check(self) -> None:
        """Raises ProcessorDiedError when a processor has ended."""
        for processor in self._processors:
            processor.check()

    def wait_ready(self, names: Iterable[str] | None = None, idle: Callable[[], None] | None = None) -> None:
        """Wait until these processors (all, unless named) work. Raises StackError, ProcessorDiedError."""
        waiting = {processor for processor in self._processors if names is None or processor.name in set(names)}
        deadline = time.monotonic() + _READY_S
        while waiting:
            self.check()
            if idle is not None:
                idle()
            waiting = {processor for processor in waiting if not processor.ready()}
            if waiting and time.monotonic() > deadline:
                slow = min(waiting, key=lambda processor: processor.name)
                raise StackError(
                    f"the {slow.name} is not ready after {_READY_S:.0f} s; the end of {slow.log}:\n{slow.tail()}"
                )
            if waiting:
                time.sleep(0.05)

    def cancel_abandoned(self, backend: ReferenceBackend) -> int:
        """End the jobs that an interrupted stack left open: nobody waits for them. How many there were."""
        ledger = open_ledger(self.settings.ledger_url)
        runs = tables.runs
        query = select(runs.c.stage, runs.c.job_id).where(runs.c.ended_ms.is_(None), runs.c.kind == str(RunKind.LIVE))
        try:
            with ledger.transaction() as connection:
                rows = connection.execute(query).all()
        finally:
            ledger.close()
        for row in rows:
            backend.cancel(row.job_id, Stage(row.stage), "It was abandoned: whoever waited for it has ended.")
        return len(rows)

    def _start(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self._resources.enter_context(_only_user(self.state / "lock"))
        ledger_url = f"sqlite:///{self.state / 'ledger.db'}"
        upgrade(ledger_url)
        broker = self._resources.enter_context(EmbeddedBroker())
        broker.create_topics(load_topics())
        values = {
            "bootstrap_servers": broker.bootstrap_servers,
            "embedded_cluster": broker.cluster,
            "delivery": "at_least_once",
            "ledger_url": ledger_url,
            "artifacts_url": self.state.as_uri(),
            "allowed_sources": self._allowed_sources(),
            "scratch": str(self.state / "scratch"),
            "stop_grace_s": 1.0,
            "lanes": int(os.environ.get("VLS_LANES", "0")) or min(4, os.cpu_count() or 1),
        }
        self._settings = Settings.model_validate({**_defaults(), **values})
        env = _environment(values)
        self._resources.callback(lambda: stop_all(self._processors, _GRACE_S))
        for name in _needed(ledger_url) if self._names is None else self._names:
            self._processors.append(Processor(name, env, self.state / "logs" / f"{name}.log", self.state))

    def _allowed_sources(self) -> list[str]:
        """Ours and those of earlier stacks."""
        file = self.state / "sources.json"
        known = set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()
        allowed = sorted(known | set(self._sources))
        file.write_text(json.dumps(allowed, indent=1), encoding="utf-8")
        return allowed


def _needed(ledger_url: str) -> tuple[str, ...]:
    """Processors for what this ledger knows of: a room's job waits for ever where no stager runs."""
    ledger = open_ledger(ledger_url)
    query = select(tables.runs.c.job_id).where(tables.runs.c.stage == str(Stage.STAGE)).limit(1)
    try:
        with ledger.transaction() as connection:
            return (*PROCESSORS, "stager") if connection.execute(query).first() else PROCESSORS
    finally:
        ledger.close()


class _only_user:  # noqa: N801 - reads as what it does
    """Holds a lock file: two stacks on one folder would share their processors' slots."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        self._file = self._path.open("a", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._file.close()
            raise StackError(
                f"{self._path.parent} is in use by another demo; end it, or use another --state"
            ) from taken

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _defaults() -> dict[str, object]:
    """Every setting's default: VLS_ variables that are meant for real servers must not reach the embedded stack."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
        if f"VLS_{name.upper()}" not in _KEPT_SETTINGS
    }


def _environment(values: dict[str, object]) -> dict[str, str]:
    """The processors' environment: ours, with no VLS_ variable but the stack's own and the few that may be set."""
    env = {name: text for name, text in os.environ.items() if not name.startswith("VLS_") or name in _KEPT_SETTINGS}
    for name, value in values.items():
        env[f"VLS_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    root = str(Path(next(iter(processors.__path__))).resolve().parent)
    env["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [env.get("PYTHONPATH")])])
    env["PYTHONUNBUFFERED"] = "1"
    return env
