"""Apache Kafka in KRaft mode: a node that is broker and controller, alone or one of several."""

import logging
import os
import subprocess
from collections.abc import Mapping

from deploy.local import jars, ports, programs
from deploy.local.errors import ServerFailedError
from deploy.local.layout import Layout, Node
from deploy.local.ports import LOOPBACK
from deploy.local.server import Command, NotReadyError, Server

_JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
_QUIET = logging.getLogger("deploy.local.kafka.client")
_QUIET.propagate = False
_QUIET.addHandler(logging.NullHandler())


class Kafka(Server):
    """One node."""

    def __init__(self, layout: Layout, node: Node) -> None:
        super().__init__(layout, "kafka" if len(layout.kafka) == 1 else f"kafka-{node.number}")
        self.node = node

    @property
    def bootstrap(self) -> str:
        """This node's own address."""
        return f"{LOOPBACK}:{self.node.port}"

    def properties(self) -> dict[str, str]:
        """The content of server.properties."""
        nodes = self.layout.kafka
        copies = min(3, len(nodes))
        in_sync = max(1, copies - 1)
        return {
            "process.roles": "broker,controller",
            "node.id": str(self.node.number),
            "controller.quorum.voters": ",".join(f"{n.number}@{LOOPBACK}:{n.controller_port}" for n in nodes),
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{LOOPBACK}:{self.node.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "default.replication.factor": str(copies),
            "min.insync.replicas": str(in_sync),
            "offsets.topic.replication.factor": str(copies),
            "transaction.state.log.replication.factor": str(copies),
            "transaction.state.log.min.isr": str(in_sync),
            "share.coordinator.state.topic.replication.factor": str(copies),
            "share.coordinator.state.topic.min.isr": str(in_sync),
            # Internal topics for a machine, not for a data centre: fewer files, quicker starts.
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.num.partitions": "8",
            "group.initial.rebalance.delay.ms": "0",
            # Tests lose members on purpose and do not want to wait for them as long as production would.
            "group.min.session.timeout.ms": "1000",
            "group.consumer.min.session.timeout.ms": "1000",
            "group.consumer.min.heartbeat.interval.ms": "300",
            # A killed node may register again only when its old session is over (9 s by default).
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            # How soon a dead producer's transaction, once timed out, stops holding up read_committed (10 s by default).
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
        }

    def prepare(self) -> None:
        """Write the configuration and format the data folder, once."""
        libraries = jars.fetch(jars.KAFKA)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "server.properties").write_text(_as_properties(self.properties()))
        (self.folder / "log4j2.properties").write_text(_LOGGING)
        if (self.folder / "data" / "meta.properties").exists():
            return
        configuration = str(self.folder / "server.properties")
        tool = ["kafka.tools.StorageTool", "format", "-t", self.layout.cluster_id, "-c", configuration]
        done = subprocess.run(
            [str(programs.java()), *_JVM, "-cp", f"{libraries}/*", *tool],
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise ServerFailedError(
                f"{self.name}: formatting its data folder failed: {(done.stdout + done.stderr).strip()}"
            )

    def command(self) -> Command:
        """Kafka's own main class."""
        logging_file = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        libraries = f"{jars.fetch(jars.KAFKA)}/*"
        properties = str(self.folder / "server.properties")
        argv = [str(programs.java()), *_JVM, logging_file, "-cp", libraries, "kafka.Kafka", properties]
        return Command(argv, environment=_environment())

    def ask(self) -> None:
        """Ask this node for the cluster's brokers; all of them must be there."""
        if ports.is_free(self.node.port):
            raise NotReadyError("it does not listen yet")
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        client = AdminClient({"bootstrap.servers": self.bootstrap, "socket.timeout.ms": 3000}, logger=_QUIET)
        try:
            brokers = client.list_topics(timeout=3).brokers
        except KafkaException as error:
            raise NotReadyError(str(error)) from error
        if self.node.number not in brokers:
            raise NotReadyError("it is not among the cluster's brokers yet")


def _as_properties(values: Mapping[str, str]) -> str:
    """A Java properties file; backslashes are its escape character."""
    return "".join(f"{key}={value.replace(chr(92), chr(92) * 2)}\n" for key, value in values.items())


def _environment() -> dict[str, str]:
    """The caller's environment without what would change the JVM's settings."""
    return {key: value for key, value in os.environ.items() if key not in {"CLASSPATH", "JAVA_TOOL_OPTIONS"}}
