import subprocess
import sys

import pytest

from processors.engine.kafka.watchdog import WATCHDOG_EXIT_CODE, Watchdog


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Guarded:
    def __init__(self) -> None:
        self.clock = Clock()
        self.expired: list[tuple[str, float]] = []
        self.watchdog = Watchdog(60.0, clock=self.clock, on_expiry=lambda *call: self.expired.append(call))

    def after(self, seconds: float) -> list[tuple[str, float]]:
        self.clock.now += seconds
        self.watchdog.check()
        return self.expired


def test_a_call_over_the_limit_expires_by_name() -> None:
    guarded = Guarded()
    with guarded.watchdog.call("send_offsets"):
        assert guarded.after(59.0) == []
        assert guarded.after(1.0) == [("send_offsets", 60.0)]


def test_a_call_may_have_a_limit_of_its_own() -> None:
    guarded = Guarded()
    with guarded.watchdog.call("send_offsets", limit_s=20.0):
        assert guarded.after(19.0) == []
        assert guarded.after(1.0) == [("send_offsets", 20.0)]


def test_the_outer_call_keeps_its_limit_after_a_shorter_inner_one() -> None:
    guarded = Guarded()
    with guarded.watchdog.call("poll"):
        with guarded.watchdog.call("send_offsets", limit_s=20.0):
            pass
        assert guarded.after(59.0) == []
        assert guarded.after(1.0) == [("poll", 60.0)]


def test_time_between_calls_does_not_count() -> None:
    guarded = Guarded()
    with guarded.watchdog.call("poll"):
        pass
    assert guarded.after(1_000.0) == []


def test_an_inner_call_counts_by_itself_and_its_end_restarts_the_outer() -> None:
    guarded = Guarded()
    with guarded.watchdog.call("poll"):
        guarded.after(50.0)
        with guarded.watchdog.call("commit_transaction"):
            assert guarded.after(50.0) == []
        assert guarded.after(50.0) == []
        assert guarded.after(10.0) == [("poll", 60.0)]


def test_a_call_that_raises_is_over() -> None:
    guarded = Guarded()
    with pytest.raises(KeyError), guarded.watchdog.call("poll"):
        raise KeyError
    assert guarded.after(1_000.0) == []


def test_a_hung_process_ends_with_its_own_code_and_says_where() -> None:
    program = (
        "import logging, time; logging.basicConfig(format='%(levelname)s %(client_call)s %(message)s')\n"
        "from processors.engine.kafka.watchdog import Watchdog\n"
        "with Watchdog(0.2).start().call('send_offsets'): time.sleep(60)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == WATCHDOG_EXIT_CODE
    assert "CRITICAL send_offsets client call hangs" in ended.stderr
