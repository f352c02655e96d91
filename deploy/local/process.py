"""Processes that are known by pid and start time, so that a pid used again by a stranger is never signalled."""

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}  # what this process started, kept so that it is reaped


@dataclass(frozen=True, slots=True)
class Identity:
    """One process in the life of this machine: a pid alone is used again."""

    pid: int
    start_ticks: int  # clock ticks since boot, field 22 of /proc/PID/stat
    boot_id: str

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """The identity of a process that exists. Raises ProcessLookupError."""
        return cls(pid, _stat(pid)[1], _boot_id())

    def alive(self) -> bool:
        """Whether this very process still runs; one that has ended and waits to be reaped does not."""
        child = _CHILDREN.get(self.pid)
        if child is not None:
            child.poll()
        try:
            state, start_ticks = _stat(self.pid)
        except ProcessLookupError:
            return False
        return start_ticks == self.start_ticks and state not in "ZX" and _boot_id() == self.boot_id

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to this very process; False when it is gone."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        try:
            # The descriptor holds on to whatever has the pid now, so the check below cannot be overtaken.
            if not self.alive():
                return False
            signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)
        return True

    def wait(self, timeout_s: float) -> bool:
        """Wait until it has ended; False when it has not within the time."""
        deadline = time.monotonic() + timeout_s
        while self.alive():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        return True


@dataclass(frozen=True, slots=True)
class PidFile:
    """Where a server's identity is kept between processes."""

    path: Path

    def write(self, identity: Identity) -> None:
        """Keep it, as a whole or not at all."""
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        temporary.write_text(json.dumps(asdict(identity)))
        temporary.replace(self.path)

    def read(self) -> Identity | None:
        """The process that was written, whether it still runs or not; None when there is no readable one."""
        try:
            return Identity(**json.loads(self.path.read_text()))
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
            return None

    def running(self) -> Identity | None:
        """The process that was written, if it still runs."""
        identity = self.read()
        return identity if identity is not None and identity.alive() else None


def spawn(
    argv: Sequence[str],
    *,
    cwd: Path,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    new_session: bool = True,
    death_signal: signal.Signals | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program.

    `log` takes its output and cuts it off from the terminal's input; without it the program has both.
    `new_session` keeps a terminal's Ctrl-C away from it. With `death_signal` the kernel sends that signal when the
    *thread* that called this ends, so it must be the main thread, and signals that it blocks are not blocked in the
    child. `user` needs root.
    """
    parent = os.getpid()

    def before_exec() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if death_signal is not None:
            # After the change of user, which would clear it (prctl(2)).
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    if log is None:
        output: int | None = None
    else:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        child = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=None if environment is None else dict(environment),
            stdin=None if log is None else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            start_new_session=new_session,
            preexec_fn=None if death_signal is None else before_exec,  # noqa: PLW1509 - no other thread runs then
        )
    finally:
        if output is not None:
            os.close(output)
    _CHILDREN[child.pid] = child
    return child


def reap() -> None:
    """Let children of this process that have ended go."""
    for pid, child in list(_CHILDREN.items()):
        if child.poll() is not None:
            del _CHILDREN[pid]


def _stat(pid: int) -> tuple[str, int]:
    """State letter and start time of a process (proc(5)). Raises ProcessLookupError."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError as error:
        raise ProcessLookupError(pid) from error
    # The name, in parentheses, may itself hold blanks and parentheses.
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[19])


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
