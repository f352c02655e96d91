"""A deterministic broker in memory: what Kafka promises, without threads, clocks or waiting."""

from processors.engine.memory_broker.broker import Appearance, MemoryBroker, Timeouts
from processors.engine.memory_broker.consumer import MemoryConsumer
from processors.engine.memory_broker.faults import Action, Faults, MisuseError, NoFaults
from processors.engine.memory_broker.groups import MemberToken
from processors.engine.memory_broker.producers import MemoryPlainProducer, MemoryTransactionalProducer
from processors.engine.murmur2 import murmur2, partition_for_key

__all__ = [
    "Action",
    "Appearance",
    "Faults",
    "MemberToken",
    "MemoryBroker",
    "MemoryConsumer",
    "MemoryPlainProducer",
    "MemoryTransactionalProducer",
    "MisuseError",
    "NoFaults",
    "Timeouts",
    "murmur2",
    "partition_for_key",
]
