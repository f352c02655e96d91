"""Free TCP ports on the loopback interface that the kernel will not hand to somebody else meanwhile."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LOWEST = 15_000
_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do it: connections of an earlier server that linger in TIME_WAIT are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def pick(count: int) -> list[int]:
    """`count` different free ports below the kernel's ephemeral range.

    An ephemeral port could become the local end of somebody's outgoing connection while its server is down for a
    restart; the server would then not get it back.
    """
    highest = _first_ephemeral() - 1
    candidates = random.SystemRandom().sample(range(_LOWEST, highest + 1), k=highest + 1 - _LOWEST)
    found: list[int] = []
    for port in candidates:
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    if len(found) < count:
        raise OSError(f"only {len(found)} of {count} ports wanted are free between {_LOWEST} and {highest}")
    return found


def _first_ephemeral() -> int:
    """Where the kernel's own choice of ports begins (32768 unless it is set otherwise)."""
    try:
        first = int(_EPHEMERAL_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = 32_768
    return first if first > _LOWEST + 1_000 else 32_768
