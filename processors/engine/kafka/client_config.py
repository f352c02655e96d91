"""The librdkafka configuration of each kind of client, as pure functions of the settings."""

from processors.engine.kafka.settings import KafkaSettings

Config = dict[str, str | int | float | bool]


def client_config(settings: KafkaSettings) -> Config:
    """What every client has: where the broker is, who asks, how failures are reported.

    Reconnecting starts at 100 ms and slows down to 1 s. librdkafka's own lines below "critical" are left out, for it
    writes one for each attempt; `Connectivity` logs the change instead.
    """
    config: Config = {
        "bootstrap.servers": settings.bootstrap_servers,
        "client.id": settings.client_id,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 1_000,
        "socket.connection.setup.timeout.ms": 5_000,
        "socket.nagle.disable": True,
        "topic.metadata.refresh.interval.ms": settings.metadata_refresh_ms,
        "log_level": 2,
        "log.connection.close": False,
    }
    config.update({name: value.get_secret_value() for name, value in settings.security.items()})
    return config


def consumer_config(settings: KafkaSettings, group_id: str, instance_id: str | None) -> Config:
    """A member of `group_id` that commits by itself, reads only committed records and starts at the earliest.

    `instance_id` names the slot for static membership; it is used where the settings allow it. KIP-848 refuses the
    classic protocol's keys, the broker sets them there.
    """
    config = client_config(settings)
    config |= {
        "group.id": group_id,
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "enable.partition.eof": False,
        "allow.auto.create.topics": settings.embedded_cluster is not None,
        "max.poll.interval.ms": settings.max_poll_interval_ms,
        "fetch.wait.max.ms": settings.fetch_wait_max_ms,
        "queued.min.messages": settings.queued_min_messages,
        # How long a partition with that much read ahead is left alone: by default 1 s, which a small queue does not
        # last for. 20,000 messages were read in 0.3 s instead of 2.1.
        "fetch.queue.backoff.ms": 10,
        "fetch.error.backoff.ms": 100,
        "fetch.message.max.bytes": max(1_048_576, settings.message_max_bytes),
    }
    if settings.uses_static_membership and instance_id is not None:
        config["group.instance.id"] = instance_id
    if settings.group_protocol == "consumer":
        config["group.protocol"] = "consumer"
    else:
        config |= {
            "group.protocol": "classic",
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": settings.session_timeout_ms,
            "heartbeat.interval.ms": settings.heartbeat_interval_ms,
        }
    return config


def _producer_config(settings: KafkaSettings) -> Config:
    return client_config(settings) | {
        "partitioner": "murmur2_random",
        "linger.ms": settings.linger_ms,
        "message.max.bytes": settings.message_max_bytes,
    }


def transactional_config(settings: KafkaSettings, transactional_id: str) -> Config:
    """A producer whose transactions are fenced by `transactional_id`, one for each process slot."""
    return _producer_config(settings) | {
        "transactional.id": transactional_id,
        "transaction.timeout.ms": settings.transaction_timeout_ms,
        "retry.backoff.ms": settings.transaction_retry_backoff_ms,
    }


def reliable_config(settings: KafkaSettings) -> Config:
    """An idempotent producer without transactions, for at_least_once delivery."""
    return _producer_config(settings) | {
        "enable.idempotence": True,
        "acks": "all",
        "delivery.timeout.ms": settings.delivery_timeout_ms,
        "delivery.report.only.error": True,
    }


def lossy_config(settings: KafkaSettings) -> Config:
    """A producer for ticks: the leader's word is enough, a small buffer, and what is old is dropped."""
    return _producer_config(settings) | {
        "acks": 1,
        "delivery.timeout.ms": 10_000,
        "queue.buffering.max.messages": 10_000,
        "delivery.report.only.error": True,
    }
