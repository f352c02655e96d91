"""A worker that opens a transaction, says so, waits for a line, commits, and says what came of it."""

import sys

from processors.engine.broker import BrokerError, Message
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog


def main(bootstrap_servers: str, transactional_id: str, topic: str) -> None:
    """Hold a transaction with one message of this topic."""
    settings = KafkaSettings(bootstrap_servers=bootstrap_servers)
    producer = KafkaTransactionalProducer(settings, transactional_id, Watchdog())
    producer.begin()
    producer.send([Message(topic, b"k", b"of the stopped worker")])
    print("in transaction", flush=True)  # noqa: T201 - its way to speak to the test
    sys.stdin.readline()
    try:
        producer.commit(20.0)
    except BrokerError as failure:
        print(type(failure).__name__, flush=True)  # noqa: T201
    else:
        print("committed", flush=True)  # noqa: T201


main(*sys.argv[1:])
