"""The one ffmpeg that is used, the pinned build inside imageio-ffmpeg: how it is run, what its failures are called."""

import contextlib
import fcntl
import functools
import hashlib
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import imageio_ffmpeg

from render.errors import EncoderError

STALL_S = 120.0
_QUIET = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y")
_PIPE_BYTES = 1 << 20
_PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.2")
_SAID_LINES = 6


@functools.cache
def ffmpeg_path() -> Path:
    """The pinned binary, never another one from PATH. Raises EncoderError when the package has none."""
    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    found = sorted(folder.glob("ffmpeg-*"))
    if len(found) != 1:
        raise EncoderError("encoder_failed", f"imageio-ffmpeg should carry one ffmpeg binary, {len(found)} were found")
    return found[0]


@functools.cache
def encoder_build() -> str:
    """Which encoder this is, for cache keys: the version that ffmpeg prints and the SHA-256 of the binary."""
    path = ffmpeg_path()
    printed = run_ffmpeg(("-version",), quiet=False)
    version = printed.split()[2] if len(printed.split()) > 2 else "unknown"
    with path.open("rb") as binary:
        return f"ffmpeg {version} sha256:{hashlib.file_digest(binary, 'sha256').hexdigest()}"


def run_ffmpeg(
    arguments: Sequence[str], *, ffmpeg: Path | None = None, quiet: bool = True, timeout_s: float = 1800.0
) -> str:
    """Run ffmpeg to its end; return what it wrote to stdout and stderr. Raises EncoderError."""
    binary = ffmpeg or ffmpeg_path()
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(
                [str(binary), *(_QUIET if quiet else ()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EncoderError("encoder_failed", f"ffmpeg did not end within {timeout_s:.0f} s") from error
        except OSError as error:
            raise _missing(binary, error) from error
        text = _read(said)
    if done.returncode != 0:
        raise failure(done.returncode, text)
    return text


class FramePipe:
    """An ffmpeg that reads raw frames from a pipe. Leaving the `with` block by an exception ends it at once."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        ffmpeg: Path | None = None,
        stall_s: float = STALL_S,
        heard: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Start it. Raises EncoderError.

        `stall_s`: how long it may take nothing before it is given up. `heard` gets the frames that the encoder has
        finished, whenever it says so, also after the last was handed over.
        """
        self._heard, self._silent = heard, False
        binary = ffmpeg or ffmpeg_path()
        self._stall_s = stall_s
        self.encoded = 0  # frames that the encoder has finished, as it says several times a second
        self._unread = b""
        # What it says goes to a file: a pipe that nobody reads would block it.
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in _close)
        try:
            self._process = subprocess.Popen(
                [str(binary), *_QUIET, *_PROGRESS, *arguments],
                stdin=subprocess.PIPE,
                bufsize=0,  # every write goes through the file descriptor
                stdout=subprocess.PIPE,
                stderr=self._said,
            )
        except OSError as error:
            self._said.close()
            raise _missing(binary, error) from error

    def __enter__(self) -> Self:
        if self._process.stdin is None:
            raise EncoderError("encoder_failed", "ffmpeg was started without a pipe")
        self._fd = self._process.stdin.fileno()
        os.set_blocking(self._fd, False)
        # A frame of 1080p is 3 MB: through the 64 kB that a pipe holds at first it takes fifty turns of both processes.
        # Where the system grants no more, it is slower and nothing else.
        with contextlib.suppress(PermissionError):
            fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        if self._process.stdout is not None:
            os.set_blocking(self._process.stdout.fileno(), False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
            self._close()
            return
        try:
            self.finish()
        finally:
            self._process.kill()
            self._close()

    def write(self, frame: memoryview) -> None:
        """Hand over a frame. Raises EncoderError when ffmpeg has died or takes nothing for too long."""
        rest = frame.cast("B")
        taken = time.monotonic()
        while rest.nbytes:
            left = max(0.0, taken + self._stall_s - time.monotonic())
            says, takes, _ = select.select(self._ears(), (self._fd,), (), left)
            if says:
                self._listen()
            if not takes:
                if left:
                    continue
                raise EncoderError("encoder_failed", f"ffmpeg has taken no frame for {self._stall_s:.0f} s")
            try:
                rest = rest[os.write(self._fd, rest) :]
                taken = time.monotonic()
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise self._died() from error
        self._listen()

    def _ears(self) -> tuple[int, ...]:
        return () if self._process.stdout is None or self._silent else (self._process.stdout.fileno(),)

    def _listen(self) -> None:
        """Take what the encoder says about its progress: lines of name=value."""
        for ear in self._ears():
            try:
                heard = os.read(ear, 65536)
            except BlockingIOError:
                return
            self._silent = not heard
            *lines, self._unread = (self._unread + heard).split(b"\n")
            for line in lines:
                name, _, value = line.partition(b"=")
                if name == b"frame" and value.strip().isdigit():
                    self.encoded = int(value)
                    self._heard(self.encoded)

    def finish(self) -> None:
        """Close the pipe and wait for the end. Raises EncoderError when ffmpeg does not end well."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        # What it was given last it has yet to encode.
        while self._ears() and select.select(self._ears(), (), (), self._stall_s)[0]:
            self._listen()
        try:
            status = self._process.wait(self._stall_s)
        except subprocess.TimeoutExpired as error:
            raise EncoderError("encoder_failed", f"ffmpeg did not end within {self._stall_s:.0f} s") from error
        if status != 0:
            raise failure(status, _read(self._said))

    def _died(self) -> EncoderError:
        try:
            status = self._process.wait(self._stall_s)
        except subprocess.TimeoutExpired:
            return EncoderError("encoder_failed", "ffmpeg closed its pipe and did not end")
        return failure(status, _read(self._said))

    def _close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._said.close()


def failure(status: int, said: str) -> EncoderError:
    """What an ffmpeg that ended with `status` and said this is called."""
    lines = [line.strip() for line in said.splitlines() if line.strip()][-_SAID_LINES:]
    code = "disk_full" if "No space left on device" in said or "File too large" in said else "encoder_failed"
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return EncoderError(code, f"ffmpeg {how}: {' | '.join(lines) or 'it said nothing'}")


def _missing(binary: Path, error: OSError) -> EncoderError:
    return EncoderError("encoder_failed", f"ffmpeg cannot be started from {binary.name}: {error.strerror}")


def _read(said: IO[bytes]) -> str:
    """The last 64 KiB of what was said."""
    end = said.seek(0, os.SEEK_END)
    said.seek(max(0, end - 65536))
    return said.read().decode("utf-8", "replace")
