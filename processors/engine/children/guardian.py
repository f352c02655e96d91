"""Kills the process groups of a worker's children when the worker is gone, however it went.

A child dies with its worker by itself, but an ffmpeg below it would live on. So each pool keeps one tiny process, in a
session of its own, that knows the groups and waits for the end of a pipe that only the worker holds. This file is
also that process's program: it is run by path and imports the standard library alone.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Guardian:
    """The worker's end: says which groups exist, and starts the guardian anew should it die."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._process = self._start()

    def watch(self, group: int) -> None:
        """Kill this process group when the worker is gone."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """The group has ended. Call it before its leader is reaped, so that the number cannot belong to another."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def check(self) -> None:
        """Start the guardian anew if it died."""
        if self._process.poll() is not None:
            self._restart()

    def close(self) -> None:
        """End the guardian; groups still watched are killed."""
        self._close_pipe()
        self._process.wait(timeout=10)

    @property
    def pid(self) -> int:
        """Process id of the guardian that runs now."""
        return self._process.pid

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=2,
            bufsize=0,
            cwd="/",
            start_new_session=True,
        )

    def _restart(self) -> None:
        self._close_pipe()
        self._process.wait()
        self._process = self._start()
        for group in sorted(self._groups):
            self._write(f"+{group}\n")

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except BrokenPipeError:
            self._restart()

    def _write(self, line: str) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(line.encode("ascii"))

    def _close_pipe(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        pipe.close()


def _kill(groups: set[int]) -> None:
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue  # ended already


def main() -> None:
    """Follow the lines on standard input; at their end kill the groups that remain."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # only the end of the pipe ends it
    groups: set[int] = set()
    pending = b""
    while data := os.read(0, 4096):
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            group = int(line[1:])
            if line[:1] == b"+":
                groups.add(group)
            else:
                groups.discard(group)
    _kill(groups)
    if groups:
        time.sleep(0.1)  # a process that was being forked during the first pass
        _kill(groups)


if __name__ == "__main__":
    main()
