"""Apicurio registry, which speaks Confluent's schema registry API. Schemas are kept in memory."""

import os

from deploy.local import jars, programs
from deploy.local.errors import ServerFailedError
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK
from deploy.local.server import Command, NotReadyError, Server

_JVM = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")


class Registry(Server):
    """The one registry process."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout, "registry")

    def prepare(self) -> None:
        """Make its folder."""
        jars.fetch(jars.REGISTRY)
        self.folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> Command:
        """The Quarkus runner. Raises ServerFailedError when the cache holds none."""
        unpacked = jars.fetch(jars.REGISTRY)
        runners = sorted(unpacked.rglob("*-runner.jar"))
        if len(runners) != 1:
            raise ServerFailedError(
                f"{unpacked} should hold one *-runner.jar and holds {len(runners)}: delete the folder"
            )
        where = (f"-Dquarkus.http.host={LOOPBACK}", f"-Dquarkus.http.port={self.layout.registry_port}")
        argv = [str(programs.java()), *_JVM, *where, "-jar", str(runners[0])]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("QUARKUS_", "REGISTRY_"))}
        return Command(argv, environment=environment)

    def ask(self) -> None:
        """List the subjects."""
        import httpx

        try:
            # The environment's proxies are for the outside.
            answer = httpx.get(f"{self.layout.registry_url}/subjects", timeout=5, trust_env=False)
        except httpx.HTTPError as error:
            raise NotReadyError(f"it does not answer yet: {error}") from error
        if answer.status_code != httpx.codes.OK or not isinstance(answer.json(), list):
            raise NotReadyError(f"it answered {answer.status_code}")
