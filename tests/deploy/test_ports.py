"""Picking ports."""

import socket
from pathlib import Path

from deploy.local import ports


def test_picked_ports_differ_and_can_be_listened_on() -> None:
    picked = ports.pick(8)
    assert len(set(picked)) == 8
    assert all(ports.is_free(port) for port in picked)


def test_picked_ports_are_none_that_the_kernel_gives_to_outgoing_connections() -> None:
    first_ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(ports.pick(8)) < first_ephemeral


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listening:
        listening.bind((ports.LOOPBACK, 0))
        listening.listen()
        assert not ports.is_free(listening.getsockname()[1])
