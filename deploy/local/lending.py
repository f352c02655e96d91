"""Servers lent to one command: in a temporary folder, gone when the command ends, is interrupted, or is killed.

Three things see to that. The normal end, and every signal that can be handled, close the leash (a process that
notices the end of a pipe, also when its owner was killed with -9) and wait for it. The kernel ends what the owner
started when the owner dies. The next loan sweeps folders whose owner is gone, should the leash have been killed too.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local import process
from deploy.local.layout import Layout
from deploy.local.process import Identity, PidFile
from deploy.local.servers import Servers

CHECKOUT = Path(__file__).resolve().parents[2]
_PREFIX = "vls-media-"
_OWNER = "owner.pid"
_HANDLED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
_FROM_TERMINAL = 0x80  # si_code SI_KERNEL: the terminal sent it to the whole foreground group
_LEASH_TIMEOUT_S = 60


@contextmanager
def lent_servers(*, kafka_nodes: int = 1, kafka_only: bool = False) -> Iterator[Servers]:
    """Started servers that end with this block; all of them, or Kafka alone. Enter it from the main thread."""
    sweep()
    # No signal may fall between making the folder and being sure that it will be deleted.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    root, leash = _on_a_leash()
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
        layout = Layout.choose(root, durable=False, kafka_nodes=kafka_nodes)
        layout.save()
        servers = Servers(layout)
        servers.start(servers.kafka_nodes if kafka_only else servers.all, die_with_caller=True)
        yield servers
    finally:
        assert leash.stdin is not None
        leash.stdin.close()
        leash.wait(_LEASH_TIMEOUT_S)
        discard(root)
        process.reap()


def _on_a_leash() -> "tuple[Path, subprocess.Popen[bytes]]":
    """A temporary folder, and the process that throws it away when the pipe to it ends."""
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # What lies in it is protected one by one: the database's own account has to pass through.
    root.chmod(0o711)
    PidFile(root / _OWNER).write(Identity.of(os.getpid()))
    leash = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.leash", str(root)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    PidFile(root / "leash.pid").write(Identity.of(leash.pid))
    return root, leash


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command in the foreground and return its exit status (128 + n when signal n ended it).

    Signals that ask this process to end are passed on to the command, which decides when it is done.
    """
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    try:
        child = process.spawn(
            command,
            cwd=Path.cwd(),
            environment=os.environ | dict(environment),
            new_session=False,
            death_signal=signal.SIGTERM,
        )
        while child.poll() is None:
            got = signal.sigtimedwait(_HANDLED, 0.5)
            if got is None or got.si_signo == signal.SIGCHLD:
                continue
            # Ctrl-C in a terminal has reached the command already; a second one would cut its clean-up short.
            if got.si_code != _FROM_TERMINAL:
                child.send_signal(got.si_signo)
        status = child.returncode
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
        process.reap()
    return status if status >= 0 else 128 - status


def sweep() -> None:
    """Throw away what earlier loans of this user left behind when they and their leash were killed."""
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if not root.is_dir() or root.is_symlink() or root.stat().st_uid != os.geteuid():
            continue
        owner = PidFile(root / _OWNER).read()
        if owner is not None and not owner.alive():
            discard(root)


def discard(root: Path) -> None:
    """End the servers of a loan and delete its folder; harmless when it is gone."""
    layout = Layout.load(root)
    if layout is not None:
        Servers(layout).discard()
    shutil.rmtree(root, ignore_errors=True)
