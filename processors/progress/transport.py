"""Faust's Kafka transport, set to what the service needs: only committed records, and the service's security."""

import ssl
from collections.abc import Mapping
from typing import Any

from faust.auth import Credentials, SASLCredentials, SSLCredentials
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from pydantic import SecretStr

_KNOWN = {
    "security.protocol",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.username",
    "sasl.password",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.key.password",
}


class SecurityError(ValueError):
    """A security setting that this processor's Kafka client does not have; the message names it."""


class _Thread(AIOKafkaConsumerThread):
    """Reads only what transactions have committed: a completion that is taken back must not end a run."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust asks for this only together with its own transactions, and has no setting for it.
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        return consumer


class _Consumer(Consumer):
    def _new_consumer_thread(self) -> Any:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class CommittedTransport(Transport):
    """Faust's transport with a consumer that reads only committed records."""

    Consumer = _Consumer


def credentials(security: Mapping[str, SecretStr]) -> Credentials | None:
    """The service's security settings as Faust's; None for a plain connection. Raises SecurityError."""
    values = {name: value.get_secret_value() for name, value in security.items()}
    if unknown := sorted(values.keys() - _KNOWN):
        raise SecurityError(f"the progress processor cannot apply {', '.join(unknown)}")
    protocol = values.get("security.protocol", "PLAINTEXT").upper()
    context = _tls(values) if protocol in {"SSL", "SASL_SSL"} else None
    if protocol.startswith("SASL_"):
        return SASLCredentials(
            username=values.get("sasl.username"),
            password=values.get("sasl.password"),
            mechanism=values.get("sasl.mechanism", values.get("sasl.mechanisms", "PLAIN")),
            ssl_context=context,
        )
    return SSLCredentials(context) if context is not None else None


def _tls(values: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=values.get("ssl.ca.location"))
    if certificate := values.get("ssl.certificate.location"):
        context.load_cert_chain(certificate, values.get("ssl.key.location"), values.get("ssl.key.password"))
    return context
