"""A server in a folder of its own: prepare, start, ask until it answers, stop by its own pid.

Clients are imported where a server is asked: what only stops servers must be quick and needs none of them.
"""

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import process
from deploy.local.errors import ServerFailedError
from deploy.local.layout import Layout
from deploy.local.process import Identity, PidFile

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0
_LOG_TAIL = 15


class NotReadyError(Exception):
    """The server does not answer as it should yet."""


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is run."""

    argv: Sequence[str]
    user: str | None = None
    environment: dict[str, str] | None = field(default=None)


class Server(ABC):
    """One process, its folder and its pid file. Any process may stop it and start it again at the same port."""

    gentle = signal.SIGTERM  # asks it to finish what it does
    sudden = signal.SIGKILL  # ends it now, without leaving anything behind in the system

    def __init__(self, layout: Layout, name: str) -> None:
        self.layout = layout
        self.name = name
        self.pid_file = PidFile(layout.root / f"{name}.pid")
        self.log = layout.root / f"{name}.log"

    @property
    def folder(self) -> Path:
        """Its configuration and data."""
        return self.layout.root / self.name

    @abstractmethod
    def prepare(self) -> None:
        """Write the configuration and, the first time, make the data folder. May run beside other servers' prepare."""

    @abstractmethod
    def command(self) -> Command:
        """How it is run, once prepared."""

    @abstractmethod
    def ask(self) -> None:
        """Make one real request, in at most a few seconds. Raises NotReadyError unless it is answered well."""

    def running(self) -> Identity | None:
        """Its process, if it runs."""
        return self.pid_file.running()

    def spawn(self, *, die_with_caller: bool = False) -> None:
        """Start the process and keep its identity, without waiting for an answer.

        `die_with_caller`: the kernel ends it with the calling process; call from the main thread then.
        """
        command = self.command()
        child = process.spawn(
            command.argv,
            cwd=self.layout.root,
            log=self.log,
            environment=command.environment,
            user=command.user,
            death_signal=self.sudden if die_with_caller else None,
        )
        self.pid_file.write(Identity.of(child.pid))

    def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Start it, if it does not run, and wait until it answers. Raises ServerFailedError."""
        if self.running() is None:
            self.prepare()
            self.spawn()
        await_answers([self], timeout_s)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Let it finish what it does, then make sure that it is gone."""
        identity = self.pid_file.read()
        if identity is not None and identity.send(self.gentle) and not identity.wait(timeout_s):
            identity.send(signal.SIGKILL)
            identity.wait(timeout_s)
        self.pid_file.path.unlink(missing_ok=True)

    def kill(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """End it at once, as a crash would, and wait until it is gone. Raises ServerFailedError if it stays."""
        identity = self.pid_file.read()
        if identity is not None and identity.send(self.sudden) and not identity.wait(timeout_s):
            raise ServerFailedError(f"{self.name} (pid {identity.pid}) is still there {timeout_s:g} s after a kill")
        self.pid_file.path.unlink(missing_ok=True)

    def last_words(self) -> str:
        """Its log's path and last lines."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return f"{self.log} is not there"
        return "\n".join([f"the end of {self.log}:", *lines[-_LOG_TAIL:]])


def await_answers(servers: Sequence[Server], timeout_s: float) -> None:
    """Ask all of them until each has answered. Raises ServerFailedError with the log of one that does not."""
    deadline = time.monotonic() + timeout_s
    waiting = list(servers)
    while waiting:
        for server in list(waiting):
            if server.running() is None:
                raise ServerFailedError(f"{server.name} ended while it started; {server.last_words()}")
            try:
                server.ask()
            except NotReadyError as error:
                if time.monotonic() >= deadline:
                    silence = f"{server.name} did not answer within {timeout_s:g} s ({error})"
                    raise ServerFailedError(f"{silence}; {server.last_words()}") from error
            else:
                waiting.remove(server)
        if waiting:
            time.sleep(0.1)
