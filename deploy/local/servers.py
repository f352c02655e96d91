"""All servers of a layout together: start side by side, stop together, throw away."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local import jars, programs
from deploy.local.errors import ServerFailedError
from deploy.local.kafka import Kafka
from deploy.local.layout import Layout
from deploy.local.postgres import Postgres
from deploy.local.registry import Registry
from deploy.local.s3 import S3
from deploy.local.server import START_TIMEOUT_S, STOP_TIMEOUT_S, Server, await_answers


class Servers:
    """Handles on the servers of one layout; several processes may hold them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.kafka_nodes = tuple(Kafka(layout, node) for node in layout.kafka)
        self.registry = Registry(layout)
        self.postgres = Postgres(layout)
        self.s3 = S3(layout)

    @classmethod
    def attach(cls, root: Path) -> "Servers":
        """The servers that live in this folder. Raises ServerFailedError when none do."""
        layout = Layout.load(root)
        if layout is None:
            raise ServerFailedError(f"no servers live in {root}")
        return cls(layout)

    @property
    def kafka(self) -> Kafka:
        """The first node, which is the only one unless more were asked for."""
        return self.kafka_nodes[0]

    @property
    def all(self) -> Sequence[Server]:
        """Every server."""
        return (*self.kafka_nodes, self.registry, self.postgres, self.s3)

    def start(
        self,
        which: Sequence[Server] | None = None,
        *,
        die_with_caller: bool = False,
        timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        """Start those (all, unless named) that do not run, side by side, and wait until they answer.

        Raises MissingProgramError, DownloadError, ServerFailedError. Call it from the main thread with
        `die_with_caller`.
        """
        programs.require(programs.needs(jars_cached=jars.all_cached()))
        wanted = self.all if which is None else which
        absent = [server for server in wanted if server.running() is None]
        with ThreadPoolExecutor(max_workers=len(self.all)) as pool:
            for prepared in [pool.submit(server.prepare) for server in absent]:
                prepared.result()
        for server in absent:
            server.spawn(die_with_caller=die_with_caller)
        await_answers(wanted, timeout_s)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Let all of them finish, side by side, and make sure that they are gone."""
        with ThreadPoolExecutor(max_workers=len(self.all)) as pool:
            for stopped in [pool.submit(server.stop, timeout_s) for server in self.all]:
                stopped.result()

    def discard(self) -> None:
        """End all of them at once and delete what they kept."""
        for server in self.all:
            server.kill()
        for server in self.all:
            shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(self.layout.root, ignore_errors=True)
