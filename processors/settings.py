"""Every setting of the service, read from the environment (VLS_...). This file is their documentation."""

from dataclasses import fields
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ml.models.choice import SHIPPED, ModelChoice
from ml.models.folders import pulled_by_default
from processors.engine.artifacts.s3_client import S3Settings
from processors.engine.kafka.settings import KafkaSettings


class Settings(BaseSettings):
    """Settings of a process. Lists and maps are JSON, as in VLS_ALLOWED_SOURCES='["file:///data/photos"]'."""

    model_config = SettingsConfigDict(env_prefix="VLS_", extra="ignore", frozen=True)

    bootstrap_servers: str = Field(default="127.0.0.1:9092", description="Kafka brokers, host:port, comma-separated.")
    embedded_cluster: str | None = Field(
        default=None, description="Identity of the embedded broker; set by `vls-media demo` for its processors."
    )
    kafka_security: dict[str, SecretStr] = Field(
        default_factory=dict, description="librdkafka's security.*, sasl.* and ssl.* properties."
    )
    group_protocol: Literal["classic", "consumer"] = Field(
        default="classic", description="classic (cooperative-sticky) or consumer (KIP-848)."
    )
    session_timeout_ms: int = Field(default=30_000, description="After how long a silent worker is given up.")
    registry_url: str | None = Field(
        default=None, description="Schema registry with Confluent's API; unset: the fixed ids of topics.yaml."
    )
    delivery: Literal["exactly_once", "at_least_once"] = Field(
        default="exactly_once", description="at_least_once is for brokers without transactions, as the embedded one."
    )
    slot: str = Field(
        default="0",
        description="This worker's number within its group (a StatefulSet's ordinal): no two may share one.",
        pattern=r"^[A-Za-z0-9-]+$",
    )
    ledger_url: str = Field(
        default="sqlite:///vls-ledger.db", description="SQLAlchemy URL: postgresql+psycopg://... or sqlite:///path."
    )
    artifacts_url: str = Field(
        default=f"file://{Path.cwd() / 'vls-artifacts'}", description="file:///folder or s3://bucket/prefix."
    )
    s3_endpoint: str | None = Field(default=None, description="S3 server, when it is not AWS itself.")
    allowed_sources: list[str] = Field(
        default_factory=list, description="Prefixes that inputs may be read from: file:///..., s3://..., https://..."
    )
    max_input_bytes: int = Field(default=200_000_000, description="Largest input file, in bytes.")
    scratch: Path = Field(default=Path("/tmp/vls-media"), description="Folder on a local disk for work in progress.")  # noqa: S108
    lanes: int = Field(default=1, ge=1, description="Child processes that work side by side.")
    tasks_in_hand: int = Field(default=0, ge=0, description="Tasks taken on at once; 0: follows from the lanes.")
    window: int = Field(default=64, ge=1, description="Tasks of one run that are out at once.")
    run_deadline_s: int = Field(default=6 * 3600, description="After which a run is ended, in seconds.")
    sweep_s: float = Field(default=60.0, description="How often lost records and deadlines are looked for, in seconds.")
    child_memory_bytes: int = Field(default=4_000_000_000, description="Memory that one child may use.")
    stop_grace_s: float = Field(
        default=20.0, description="How long tasks in hand may go on when the worker is stopped."
    )
    models: Path = Field(
        default=Path(__file__).resolve().parent.parent / "models", description="Folder of the model store."
    )
    models_pulled: Path = Field(
        default_factory=pulled_by_default,
        description="Folder of models that do not ship: `vls-media models pull` fills it, and a manifest.yaml in it "
        "may name the operator's own models.",
    )
    model_scene: str | None = Field(
        default=SHIPPED.scene, description="Model of the scene labels: name, or name@version."
    )
    model_segmentation: str | None = Field(
        default=SHIPPED.segmentation, description="Model of the segmentation; empty: none."
    )
    model_detection: str | None = Field(
        default=None, description="Detector of objects, people and vehicles, as picodet; unset: none."
    )
    model_marks: str | None = Field(
        default=SHIPPED.marks, description="Model of overlaid text, logos and watermarks; empty: none."
    )
    model_lines: str | None = Field(
        default=None, description="Further detector of straight lines for the cameras of rooms, as mlsd; unset: none."
    )
    model_device: Literal["cpu", "cuda"] = Field(
        default="cpu", description="What models run on; cuda needs onnxruntime-gpu or torch with CUDA."
    )
    staging_engine: str = Field(default="cpu", description="What furnishes photos, by its entry point.")
    staging_render_s: float = Field(
        default=600.0, gt=0, description="Longest time that one picture may take to render."
    )
    staging_threads: int = Field(
        default=2, ge=1, le=64, description="Threads of the renderer; another number may give other pixels."
    )
    staging_policies: Path | None = Field(
        default=None, description="Folder of the operator's own disclosure policies, YAML."
    )
    http_host: str = Field(default="127.0.0.1", description="Where /healthz, /readyz and /metrics listen.")
    http_port: int = Field(default=0, description="Their port; 0: any free one, told in the log.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("model_scene", "model_segmentation", "model_detection", "model_marks", "model_lines")
    @classmethod
    def _empty_is_unset(cls, name: str | None) -> str | None:
        return name or None

    def model_choice(self) -> ModelChoice:
        """Which model answers what."""
        return ModelChoice(**{place.name: getattr(self, f"model_{place.name}") for place in fields(ModelChoice)})

    def kafka(self) -> KafkaSettings:
        """Settings of the Kafka clients."""
        embedded = {"embedded_cluster": self.embedded_cluster, "group_protocol": "consumer"}
        return KafkaSettings.model_validate(
            {
                "bootstrap_servers": self.bootstrap_servers,
                "security": self.kafka_security,
                "group_protocol": self.group_protocol,
                "message_max_bytes": 5_000_000,  # a dead letter holds a message of the largest topic whole
                "session_timeout_ms": self.session_timeout_ms,
                "heartbeat_interval_ms": min(3_000, self.session_timeout_ms // 3),
                **(embedded if self.embedded_cluster else {}),
            }
        )

    def s3(self) -> S3Settings:
        """Settings of the S3 client; keys come from boto3's own places."""
        return S3Settings(endpoint_url=self.s3_endpoint, addressing="path" if self.s3_endpoint else "auto")
