"""The kernel's tables of sockets: who listens, where, and whether only this machine reaches it."""

from __future__ import annotations

import pytest

from terminal.core.listeners import owned, read_listeners

TCP = """  sl  local_address rem_address   st
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 71001 1
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71002 1
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 71003 1
"""
TCP6 = """  sl  local_address rem_address st
   0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 7
   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 8
   2: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 9
"""
UDP = """  sl  local_address rem_address   st
   0: 00000000:14E9 00000000:0000 07 00000000:00000000 0 0 104 0 9901 2
   1: 0100007F:D431 0100007F:0035 01 00000000:00000000 0 0 104 0 9902 2
"""


def test_only_what_waits_for_others_listens() -> None:
    found = read_listeners("tcp", TCP)
    assert [(each.address, each.port, each.loopback) for each in found] == [
        ("127.0.0.1", 8080, True),
        ("0.0.0.0", 22, False),  # noqa: S104 - read, not opened.
    ]
    assert [(each.address, each.port) for each in read_listeners("udp", UDP)] == [
        ("0.0.0.0", 5353)  # noqa: S104
    ]


def test_the_longer_addresses_are_read_and_loopback_is_loopback_in_every_dress() -> None:
    found = read_listeners("tcp6", TCP6)
    assert [(each.address, each.port, each.loopback) for each in found] == [
        ("::1", 8081, True),
        ("::", 80, False),
        ("::ffff:7f00:1", 81, True),
    ]


@pytest.mark.parametrize("table", ["", "sl", "sl\n", "sl\nnothing at all\n"])
def test_a_table_that_says_nothing_names_nobody(table: str) -> None:
    assert read_listeners("tcp", table) == []


def test_ours_are_those_we_hold_and_the_one_on_our_port() -> None:
    told = owned(read_listeners("tcp", TCP), {71002}, 8080)
    assert {each.port: each.ours for each in told} == {22: True, 8080: True}
    assert not any(each.ours for each in owned(read_listeners("tcp", TCP), set(), 1))
