"""A processor as its own process: started tied to us, asked whether it is ready, stopped, its log kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

_TAIL_LINES = 12
_ASK_S = 2.0


class ProcessorDiedError(RuntimeError):
    """A processor ended by itself; the message has the end of its log."""


class Processor:
    """One `vls-media run NAME`, with its log in a file."""

    def __init__(self, name: str, env: Mapping[str, str], log: Path, cwd: Path) -> None:
        """Start it. To be called from a thread that lives as long as the processor: it dies with the thread."""
        self.name = name
        self.log = log
        self.port = free_port()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "processors.cli.tied", str(os.getpid()), "run", name],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**env, "VLS_HTTP_PORT": str(self.port)},
                cwd=cwd,
                start_new_session=True,  # Ctrl-C at the terminal is ours to handle
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """Raises ProcessorDiedError when it has ended."""
        status = self._process.poll()
        if status is not None:
            how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
            raise ProcessorDiedError(f"the {self.name} ended with {how}; the end of {self.log}:\n{self.tail()}")

    def ready(self) -> bool:
        """Whether it says that it works."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=_ASK_S) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False
        except (URLError, OSError):
            return False  # not listening yet

    def tail(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line[:2000]}" for line in lines[-_TAIL_LINES:]) or "  (it is empty)"

    def terminate(self) -> None:
        """Ask it to stop."""
        if self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic), then kill its group."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def stop_all(processors: Iterable[Processor], grace_s: float) -> None:
    """Stop them side by side; what is still there after `grace_s` is killed."""
    chosen = list(processors)
    for processor in chosen:
        processor.terminate()
    deadline = time.monotonic() + grace_s
    for processor in chosen:
        processor.end(deadline)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
