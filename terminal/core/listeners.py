"""Who listens on the network here, read from the kernel's own tables.

`/proc/net/tcp` and its like (proc_pid_net(5)): an address is hexadecimal, each four bytes in
the order of the machine (little-endian on every machine that this runs on); state 0A of TCP
is LISTEN, and 07 of UDP a socket that takes from anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address

TABLES = ("tcp", "tcp6", "udp", "udp6")

_WAITS = {"tcp": "0A", "udp": "07"}
_FIELDS_MIN = 10


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that somebody may send to."""

    protocol: str
    """tcp, tcp6, udp, udp6."""
    address: str
    port: int
    inode: int
    ours: bool = False
    """Whether the terminal itself holds it."""

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return _is_loopback(self.address)


def read_listeners(protocol: str, table: str) -> list[Listener]:
    """The listening sockets of one table; lines that say nothing of the kind are left out."""
    found = []
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < _FIELDS_MIN or fields[3] != _WAITS[protocol.rstrip("6")]:
            continue
        address, _, port = fields[1].partition(":")
        found.append(Listener(protocol, _address(address), int(port, 16), int(fields[9])))
    return found


def owned(
    listeners: Iterable[Listener], inodes: Collection[int], port: int
) -> tuple[Listener, ...]:
    """The same in order, each saying whether it is one of ours: held by this process, or
    on the port of our pages, which a terminal beside this process holds."""
    told = [replace(each, ours=each.inode in inodes or each.port == port) for each in listeners]
    return tuple(sorted(told, key=lambda each: (not each.ours, each.port, each.protocol)))


def _address(told: str) -> str:
    words = [bytes.fromhex(told[at : at + 8])[::-1] for at in range(0, len(told), 8)]
    return str(ip_address(b"".join(words)))


def _is_loopback(address: str) -> bool:
    told: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(told, IPv6Address) and told.ipv4_mapped is not None:
        told = told.ipv4_mapped
    return told.is_loopback
