"""Where a set of servers lives and how it is reached: chosen once, kept in a file, the same after a restart."""

import dataclasses
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports
from deploy.local.ports import LOOPBACK

_FILE = "layout.json"
BUCKET = "vls-media"
DATABASE = "vls_media"


@dataclass(frozen=True, slots=True)
class Node:
    """One Kafka node."""

    number: int
    port: int
    controller_port: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Ports, keys and folders of a set of servers. `durable` ones are for a person, others for one command."""

    root: Path
    durable: bool
    cluster_id: str
    kafka: tuple[Node, ...]
    registry_port: int
    postgres_port: int
    postgres_password: str
    s3_port: int
    s3_key: str
    s3_secret: str

    @classmethod
    def choose(cls, root: Path, *, durable: bool, kafka_nodes: int = 1) -> "Layout":
        """A new set, on ports that are free now."""
        free = ports.pick(3 + 2 * kafka_nodes)
        nodes = tuple(Node(n + 1, free[3 + 2 * n], free[4 + 2 * n]) for n in range(kafka_nodes))
        return cls(
            root=root,
            durable=durable,
            cluster_id=_cluster_id(),
            kafka=nodes,
            registry_port=free[0],
            postgres_port=free[1],
            postgres_password=secrets.token_hex(12),
            s3_port=free[2],
            s3_key=secrets.token_hex(10),
            s3_secret=secrets.token_hex(20),
        )

    @classmethod
    def load(cls, root: Path) -> "Layout | None":
        """The set that lives in this folder, if one does."""
        try:
            kept = json.loads((root / _FILE).read_text())
        except FileNotFoundError:
            return None
        kept["kafka"] = tuple(Node(**node) for node in kept["kafka"])
        return cls(root=root, **kept)

    def save(self) -> None:
        """Keep it in its folder, readable by its owner alone (it holds passwords)."""
        kept = dataclasses.asdict(self)
        del kept["root"]
        path = self.root / _FILE
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept, indent=2))

    @property
    def bootstrap(self) -> str:
        """Kafka's bootstrap servers."""
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.kafka)

    @property
    def registry_url(self) -> str:
        """The registry, as Confluent's client wants it."""
        return f"http://{LOOPBACK}:{self.registry_port}/apis/ccompat/v7"

    @property
    def s3_endpoint(self) -> str:
        """The S3 server."""
        return f"http://{LOOPBACK}:{self.s3_port}"

    def postgres_url(self, database: str) -> str:
        """SQLAlchemy URL of one database, as superuser."""
        return f"postgresql+psycopg://vls:{self.postgres_password}@{LOOPBACK}:{self.postgres_port}/{database}"

    def person_environment(self) -> dict[str, str]:
        """The service's settings to work against these servers."""
        return {
            "VLS_BOOTSTRAP_SERVERS": self.bootstrap,
            "VLS_REGISTRY_URL": self.registry_url,
            "VLS_LEDGER_URL": self.postgres_url(DATABASE),
            "VLS_ARTIFACTS_URL": f"s3://{BUCKET}",
            "VLS_S3_ENDPOINT": self.s3_endpoint,
            "AWS_ACCESS_KEY_ID": self.s3_key,
            "AWS_SECRET_ACCESS_KEY": self.s3_secret,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def test_environment(self) -> dict[str, str]:
        """What the integration tests read; VLS_TEST_SERVERS lets them stop and start the servers."""
        return {
            "VLS_TEST_KAFKA": self.bootstrap,
            "VLS_TEST_REGISTRY": self.registry_url,
            "VLS_TEST_POSTGRES": self.postgres_url("postgres"),
            "VLS_TEST_S3_ENDPOINT": self.s3_endpoint,
            "VLS_TEST_S3_KEY": self.s3_key,
            "VLS_TEST_S3_SECRET": self.s3_secret,
            "VLS_TEST_SERVERS": str(self.root),
        }


def _cluster_id() -> str:
    """16 random bytes in base64url, as Kafka wants them, without a leading `-`, which its tool takes for an option."""
    return "vls" + secrets.token_urlsafe(16)[3:]
