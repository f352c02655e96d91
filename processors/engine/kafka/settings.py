"""What can be set about the Kafka clients."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_SECURITY_PREFIXES = ("security.", "sasl.", "ssl.", "enable.ssl.", "enable.sasl.")


class KafkaSettings(BaseModel):
    """Settings of every Kafka client in one process. Times are in the unit that the name ends with.

    `transaction_retry_backoff_ms` decides what a transaction costs: the coordinator answers CONCURRENT_TRANSACTIONS
    while it still ends the one before, and librdkafka then sleeps so long (3 ms each at 1, over 70 ms at 100).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap_servers: str = Field(min_length=1)
    client_id: str = "vls-media"
    security: dict[str, SecretStr] = Field(
        default_factory=dict, description="librdkafka's TLS and SASL properties, such as sasl.mechanism"
    )

    group_protocol: Literal["classic", "consumer"] = Field(
        default="classic", description="classic: cooperative-sticky; consumer: KIP-848, the broker assigns"
    )
    static_membership: bool | None = Field(
        default=None,
        description="keep a slot's partitions over a restart; by default on for classic and off for consumer, which "
        "refuses a killed member's successor until the old session has ended",
    )
    session_timeout_ms: int = Field(default=30_000, ge=1_000, description="classic only; KIP-848 sets it on the broker")
    heartbeat_interval_ms: int = Field(default=3_000, ge=100)
    max_poll_interval_ms: int = Field(default=120_000, ge=1_000, description="watches our loop; not a job's length")
    fetch_wait_max_ms: int = Field(default=50, ge=1, description="what the first message after a resume may wait")
    queued_min_messages: int = Field(
        default=100, ge=1, description="read ahead per partition; pausing throws it away, so keep it small"
    )
    metadata_refresh_ms: int = Field(default=10_000, ge=100, description="how soon a topic made later is noticed")
    assign_timeout_s: float = Field(
        default=10.0, gt=0, description="how long one rebalance callback may ask for committed offsets"
    )

    message_max_bytes: int = Field(default=1_000_000, ge=1_000, le=1_000_000_000)
    linger_ms: int = Field(default=1, ge=0)
    delivery_timeout_ms: int = Field(default=300_000, ge=1_000, description="of producers without transactions")
    transaction_timeout_ms: int = Field(
        default=30_000,
        ge=1_000,
        le=900_000,
        description="an orphaned transaction holds up read_committed readers for so long",
    )
    transaction_retry_backoff_ms: int = Field(default=1, ge=1, le=1_000)
    init_timeout_s: float = Field(default=30.0, gt=0, description="until a transactional producer must be ready")
    positions_timeout_s: float = Field(default=10.0, gt=0, description="librdkafka does not always keep to it")
    positions_limit_s: float = Field(
        default=20.0, gt=0, description="positions that take longer hang in librdkafka: the process is ended"
    )
    abort_timeout_s: float = Field(default=10.0, gt=0)
    buffer_timeout_s: float = Field(default=30.0, gt=0, description="how long a full send buffer may stay full")

    call_limit_s: float = Field(default=60.0, gt=0, description="the watchdog ends the process after that long a call")
    embedded_cluster: str | None = Field(
        default=None, description="the embedded broker's identity: it has no topic ids, transactions or static members"
    )

    @field_validator("security")
    @classmethod
    def _only_security(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name in value:
            if not name.startswith(_SECURITY_PREFIXES):
                message = f"{name!r} is no security property: expected a name that starts with {_SECURITY_PREFIXES}"
                raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _intervals_fit(self) -> Self:
        if self.group_protocol == "classic":
            if self.heartbeat_interval_ms * 3 > self.session_timeout_ms:
                message = (
                    f"heartbeat_interval_ms={self.heartbeat_interval_ms} must be at most a third of "
                    f"session_timeout_ms={self.session_timeout_ms}"
                )
                raise ValueError(message)
            if self.max_poll_interval_ms < self.session_timeout_ms:
                message = (
                    f"max_poll_interval_ms={self.max_poll_interval_ms} must not be below "
                    f"session_timeout_ms={self.session_timeout_ms}"
                )
                raise ValueError(message)
        if self.call_limit_s * 1000 > self.max_poll_interval_ms:
            message = f"call_limit_s={self.call_limit_s} must end a hung process before max_poll_interval_ms passes"
            raise ValueError(message)
        if self.assign_timeout_s >= self.call_limit_s or self.abort_timeout_s >= self.call_limit_s:
            message = f"assign_timeout_s and abort_timeout_s must be below call_limit_s={self.call_limit_s}"
            raise ValueError(message)
        if self.positions_timeout_s >= self.positions_limit_s:
            message = (
                f"positions_timeout_s={self.positions_timeout_s} must be below "
                f"positions_limit_s={self.positions_limit_s}"
            )
            raise ValueError(message)
        return self

    @property
    def uses_static_membership(self) -> bool:
        """Whether consumers name their slot to the group coordinator."""
        if self.static_membership is not None:
            return self.static_membership
        return self.group_protocol == "classic" and self.embedded_cluster is None
