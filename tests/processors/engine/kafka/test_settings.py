import pytest
from pydantic import ValidationError

from processors.engine.kafka.settings import KafkaSettings


def test_secrets_are_not_shown() -> None:
    settings = KafkaSettings.model_validate(
        {"bootstrap_servers": "b:9092", "security": {"sasl.password": "hush", "sasl.username": "worker"}}
    )
    assert "hush" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"bootstrap_servers": ""}, "bootstrap_servers"),
        ({"security": {"group.id": "mine"}}, "group.id"),
        ({"heartbeat_interval_ms": 20_000}, "heartbeat_interval_ms"),
        ({"max_poll_interval_ms": 20_000}, "max_poll_interval_ms"),
        ({"call_limit_s": 500.0}, "call_limit_s"),
        ({"assign_timeout_s": 60.0}, "assign_timeout_s"),
        ({"transaction_timeout_ms": 900_001}, "transaction_timeout_ms"),
        ({"sesion_timeout_ms": 1}, "sesion_timeout_ms"),
    ],
)
def test_what_cannot_work_is_refused_by_name(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        KafkaSettings.model_validate({"bootstrap_servers": "b:9092"} | changes)
