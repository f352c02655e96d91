"""One child process as the worker sees it: its start, its socket, the batch it works on, its exit."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from processors.engine.children.endings import Batch, Verdict
from processors.engine.children.guardian import Guardian
from processors.engine.children.wire import FrameReader, encode_frame

_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[3]); "
    "from processors.engine.children.child import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)
_READ_BYTES = 1 << 18


class State(Enum):
    """Where a child is in its life."""

    STARTING = auto()  # importing and warming up
    IDLE = auto()
    BUSY = auto()
    DYING = auto()  # its group was killed; waiting to be reaped


@dataclass(frozen=True, slots=True)
class Program:
    """What every child of a pool runs, and in which surroundings."""

    run: str  # "package.module:function"
    memory_bytes: int
    env: Mapping[str, str]
    cwd: Path


class Child:
    """One process, from its start (which may raise OSError) to its reaping. Owned by the pool's thread."""

    def __init__(self, lane: int, program: Program, guardian: Guardian, now: float) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            fd = theirs.fileno()
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _BOOT, str(fd), str(os.getpid()), json.dumps(_import_path()), program.run],
                    stdin=subprocess.DEVNULL,
                    stdout=2,  # standard output belongs to the worker
                    env=dict(program.env),
                    cwd=program.cwd,
                    pass_fds=(fd,),
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                raise
        self.lane = lane
        self.socket = ours
        self.pid = self._process.pid
        self.state = State.STARTING
        self.since = now
        self.batch: Batch | None = None
        self.was_ready = False
        self.verdict = Verdict.DIED
        self.remark = ""  # what is known beyond the verdict: a start's traceback, the memory used
        self._reader = FrameReader()
        self._unsent: deque[memoryview] = deque()
        self._guardian = guardian
        guardian.watch(self.pid)  # before it is told what to run: it cannot have started anything yet
        self.enqueue([program.run, program.memory_bytes])
        self.flush()

    def enqueue(self, message: object) -> None:
        """Add a message to what `flush` sends. Raises TypeError or ValueError, and adds nothing, if it is not JSON."""
        self._unsent.append(memoryview(encode_frame(message)))

    def flush(self) -> bool:
        """Send what is waiting, without blocking. True when nothing is left."""
        while self._unsent:
            chunk = self._unsent[0]
            try:
                sent = self.socket.send(chunk)
            except BlockingIOError:
                return False
            except (BrokenPipeError, ConnectionResetError):
                self._note_unread()  # it died; reading will say so
                return True
            if sent == len(chunk):
                self._unsent.popleft()
            else:
                self._unsent[0] = chunk[sent:]
        return True

    def receive(self) -> tuple[list[Any], bool]:
        """The messages that have arrived, without blocking, and whether the child's end is closed.

        Raises FrameError.
        """
        messages: list[Any] = []
        while True:
            try:
                data = self.socket.recv(_READ_BYTES)
            except BlockingIOError:
                return messages, False
            except ConnectionResetError:
                self._note_unread()  # how a Unix socket says that its peer closed without reading all it was sent
                return messages, True
            if not data:
                return messages, True
            messages += self._reader.feed(data)
            if len(data) < _READ_BYTES:
                return messages, False

    def exited(self) -> bool:
        """Whether the process has ended; it is not reaped, so its id is still its own."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def terminate(self) -> None:
        """Ask the process itself, not its group, to abandon its batch."""
        os.kill(self.pid, signal.SIGTERM)

    def kill_group(self) -> None:
        """Kill the process and everything in its group."""
        os.killpg(self.pid, signal.SIGKILL)

    def reap(self) -> int:
        """Reap the process, which has exited, and return its return code (negative: the signal)."""
        self._guardian.forget(self.pid)
        return self._process.wait()

    def _note_unread(self) -> None:
        self._unsent.clear()
        if self.batch is not None:
            self.batch.unread = True


def _import_path() -> list[str]:
    """The worker's own import path, so that a child finds what the worker finds."""
    return [str(Path(entry or ".").absolute()) for entry in sys.path]
