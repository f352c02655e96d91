from confluent_kafka import KafkaError

from processors.engine.kafka.connectivity import Connectivity

ALL_DOWN = KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down")
REFUSED = KafkaError(KafkaError._TRANSPORT, "connection refused")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def outage() -> tuple[Connectivity, Clock]:
    clock = Clock()
    connectivity = Connectivity("consumer", clock=clock)
    connectivity.on_error(ALL_DOWN)
    return connectivity, clock


def test_one_broken_connection_is_no_outage() -> None:
    connectivity = Connectivity("consumer", clock=Clock())
    connectivity.on_error(REFUSED)
    assert connectivity.problem() is None


def test_an_outage_lasts_while_attempts_fail() -> None:
    connectivity, clock = outage()
    for _ in range(10):
        clock.now += 1.0
        connectivity.on_error(REFUSED)
    assert "1/1 brokers are down" in (connectivity.problem() or "")


def test_an_outage_ends_when_no_attempt_has_failed_for_a_while() -> None:
    connectivity, clock = outage()
    clock.now += 2.0
    assert connectivity.problem() is None


def test_an_outage_ends_when_something_is_received() -> None:
    connectivity, _ = outage()
    connectivity.works()
    assert connectivity.problem() is None
