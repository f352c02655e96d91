import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.engine.murmur2 import murmur2, partition_for_key


@pytest.mark.parametrize(
    ("key", "signed"),
    [
        # The vectors that Kafka's own tests of org.apache.kafka.common.utils.Utils.murmur2 state.
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_hashes_are_those_of_java(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed & 0xFFFFFFFF


@settings(deadline=None)
@given(key=st.binary(max_size=64), partitions=st.integers(1, 1000))
def test_every_key_has_a_partition(key: bytes, partitions: int) -> None:
    assert 0 <= partition_for_key(key, partitions) < partitions
