"""Whether a doctor is registered here is asked of the province, and silence is no answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused
from terminal.core.operators import Registered
from terminal.province.practitioners import Practitioners
from terminal.store import Store
from tests.clinic import Clock
from tests.shell.at_the_province import AtTheProvince, at_the_province, line_to
from tests.shell.between import Between, Message

OWN, SUBSTITUTE, NEIGHBOUR = "D431024000991", "D431024000992", "D431024000993"


@pytest.fixture
def at(line: Between, store: Store, clock: Clock) -> Iterator[AtTheProvince]:
    with at_the_province(line_to(line.address), store, clock) as opened:
        yield opened


def answering(line: Between, **changes: object) -> None:
    """From now on the rows of 5102 have these values."""

    def change(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5102":
            for row in said["output"]["feedetail"]:
                row.update(changes)
        return said

    line.answer = change


@pytest.mark.parametrize(
    ("doctor", "told"),
    [(OWN, Registered.YES), (SUBSTITUTE, Registered.YES), (NEIGHBOUR, Registered.NO)],
)
def test_only_who_is_registered_at_this_institution_is(
    at: AtTheProvince, doctor: str, told: Registered
) -> None:
    assert Practitioners(at.session).registered(doctor) is told


@pytest.mark.parametrize(
    "changes",
    [
        {"endtime": "2025-09-19 23:59:59"},
        {"begntime": "2025-09-21 00:00:00"},
        {"hi_dr_flag": "0"},
        {"prac_psn_code": SUBSTITUTE},
    ],
)
def test_who_left_or_may_not_claim_or_is_another_is_not_registered(
    at: AtTheProvince, line: Between, changes: dict[str, str]
) -> None:
    answering(line, **changes)
    assert Practitioners(at.session).registered(OWN) is Registered.NO


def test_a_region_that_calls_the_rows_otherwise_is_understood(
    at: AtTheProvince, line: Between
) -> None:
    def renamed(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5102":
            said["output"] = {"data": said["output"]["feedetail"]}
        return said

    line.answer = renamed
    assert Practitioners(at.session).registered(OWN) is Registered.YES


def test_silence_does_not_say_that_a_doctor_is_not_registered(
    at: AtTheProvince, province: SandboxProvince
) -> None:
    at.province.ready()
    province.faults.plant("lost_before", "5102")
    with pytest.raises(Fault):
        Practitioners(at.session).registered(OWN)


def test_a_code_that_cannot_be_one_is_not_sent(at: AtTheProvince, line: Between) -> None:
    with pytest.raises(Refused) as refused:
        Practitioners(at.session).registered("")
    assert refused.value.code == "province.request_incomplete"
    assert "5102" not in line.asked
