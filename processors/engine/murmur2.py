"""The partition of a key, as Java's default partitioner chooses it."""

_SEED = 0x9747B28C
_M = 0x5BD1E995
_R = 24
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """The unsigned 32-bit murmur2 hash with the seed of `org.apache.kafka.common.utils.Utils.murmur2`.

    The algorithm is Austin Appleby's MurmurHash2 (public domain).
    """
    whole = len(data) & ~3
    digest = _SEED ^ len(data)
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * _M & _MASK
        word = (word ^ word >> _R) * _M & _MASK
        digest = (digest * _M & _MASK) ^ word
    if whole < len(data):
        digest = (digest ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    digest = (digest ^ digest >> 13) * _M & _MASK
    return digest ^ digest >> 15


def partition_for_key(key: bytes, partitions: int) -> int:
    """The partition in 0..partitions-1 where Java's client, and librdkafka's murmur2 partitioners, put this key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
