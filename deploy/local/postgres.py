"""PostgreSQL from the operating system's packages, with a cluster of its own."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from deploy.local import programs
from deploy.local.errors import MissingProgramError, ServerFailedError
from deploy.local.layout import DATABASE, Layout
from deploy.local.ports import LOOPBACK
from deploy.local.server import Command, NotReadyError, Server

_ACCOUNT = "postgres"  # Debian's; the server refuses to run as root


class Postgres(Server):
    """The one database server."""

    gentle = signal.SIGINT  # "fast" shutdown: does not wait for clients to leave
    sudden = signal.SIGQUIT  # "immediate" shutdown: a crash to its data, but its shared memory is given back

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout, "postgres")

    @property
    def folder(self) -> Path:
        """Its data folder; elsewhere when the account it runs under cannot get into the servers' folder."""
        inside = self.layout.root / self.name
        if _account() is None or _can_enter(self.layout.root):
            return inside
        digest = hashlib.sha256(str(self.layout.root).encode()).hexdigest()[:12]
        return Path("/var/lib/vls-media") / f"{self.name}-{digest}"

    def settings(self) -> dict[str, str]:
        """What differs from the server's defaults."""
        changed = {
            "listen_addresses": LOOPBACK,
            "port": str(self.layout.postgres_port),
            "unix_socket_directories": "",  # their paths may be 107 characters long at most
            "max_connections": "200",
            "shared_buffers": "64MB",
            "log_line_prefix": "%m [%p] ",
        }
        if not self.layout.durable:
            # The data does not outlive the command that it was made for; a crash of the server alone loses nothing.
            changed |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return changed

    def prepare(self) -> None:
        """Make the cluster, once."""
        data = self.folder
        if (data / "PG_VERSION").exists():
            return
        account = _account()
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700, parents=True)
        password = data.with_name(f"{data.name}.password")
        password.unlink(missing_ok=True)
        password.touch(mode=0o600, exist_ok=False)
        password.write_text(self.layout.postgres_password)
        if account:
            shutil.chown(data, account, account)
            shutil.chown(password, account, account)
        options = ["--username=vls", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(
            [str(programs.postgres("initdb")), *options, f"--pwfile={password}", "-D", str(data)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            user=account,
            group=account,
            extra_groups=None if account is None else [],
        )
        password.unlink()
        if done.returncode != 0:
            raise ServerFailedError(f"postgres: initdb failed: {(done.stdout + done.stderr).strip()}")

    def command(self) -> Command:
        """The server itself, not pg_ctl, so that its pid is ours to know."""
        options = [word for name, value in self.settings().items() for word in ("-c", f"{name}={value}")]
        return Command([str(programs.postgres()), "-D", str(self.folder), *options], user=_account())

    def ask(self) -> None:
        """Make sure that the service's database exists."""
        import psycopg
        from psycopg import sql

        try:
            with psycopg.connect(self._conninfo(), connect_timeout=5, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                if known is None:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError as error:
            raise NotReadyError(str(error).strip()) from error

    def _conninfo(self) -> str:
        return self.layout.postgres_url("postgres").replace("postgresql+psycopg", "postgresql")


def _account() -> str | None:
    """The account to run under: Debian's when we are root, otherwise our own. Raises MissingProgramError."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(_ACCOUNT)
    except KeyError as error:
        raise MissingProgramError(
            f"PostgreSQL refuses to run as root and there is no account {_ACCOUNT}: apt-get install postgresql"
        ) from error
    return _ACCOUNT


def _can_enter(folder: Path) -> bool:
    """Whether PostgreSQL's account can reach files below this folder."""
    looked = subprocess.run(
        ["test", "-x", str(folder)], user=_ACCOUNT, group=_ACCOUNT, extra_groups=[], check=False, cwd="/"
    )
    return looked.returncode == 0
