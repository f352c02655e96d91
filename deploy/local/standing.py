"""Servers that stay for a person: in `.local/` of the checkout, until they are told to go."""

import shlex
from pathlib import Path

from deploy.local.layout import Layout
from deploy.local.lending import CHECKOUT
from deploy.local.servers import Servers

HOME = CHECKOUT / ".local"
ROOT = HOME / "servers"


def up() -> Layout:
    """Start what does not run yet and write the settings to `.local/env`; returns how they are reached.

    Raises MissingProgramError, DownloadError, ServerFailedError.
    """
    layout = Layout.load(ROOT)
    if layout is not None and Servers(layout).registry.running() is None:
        # The registry keeps schemas in memory. Topics that outlive it would hold messages nobody can decode.
        down()
        layout = None
    if layout is None:
        ROOT.mkdir(parents=True, exist_ok=True)
        ROOT.chmod(0o711)
        layout = Layout.choose(ROOT, durable=True)
        layout.save()
    Servers(layout).start()
    write_exports(HOME / "env", layout.person_environment())
    write_exports(HOME / "test.env", layout.test_environment())
    return layout


def down() -> bool:
    """Stop them and delete what they kept; False when there were none."""
    layout = Layout.load(ROOT)
    for name in ("env", "test.env"):
        (HOME / name).unlink(missing_ok=True)
    if layout is None:
        return False
    servers = Servers(layout)
    servers.stop()
    servers.discard()
    return True


def status() -> list[tuple[str, str]]:
    """Each server's name and what it does."""
    layout = Layout.load(ROOT)
    if layout is None:
        return []
    found = []
    for server in Servers(layout).all:
        identity = server.running()
        found.append((server.name, "stopped" if identity is None else f"running, pid {identity.pid}"))
    return found


def exports(values: dict[str, str]) -> str:
    """Lines that a shell can read."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def write_exports(path: Path, values: dict[str, str]) -> None:
    """Keep them, readable by their owner alone (passwords)."""
    path.touch(mode=0o600)
    path.write_text(exports(values))
