"""What overtakes what, limits that move between two requests, and a province that goes down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from drivers.simulated.province import remote
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import Clinic, Clock, Visit


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    return visit


def settlements(province: SandboxProvince) -> int:
    return len(province.book()["settlements"])


def settle(visit: Visit) -> httpx.Response:
    """2207 as it comes back, whatever that is."""
    bill = {"data": visit.echoed("26.34")}
    return visit.clinic.post(visit.clinic.envelope("2207", bill))


def late_settlement(visit: Visit, msgid: str) -> tuple[threading.Thread, list[dict[str, Any]]]:
    """A 2207 on its way in a thread of its own, and where its answer comes."""
    bill = {"data": visit.echoed("26.34")}
    answers: list[dict[str, Any]] = []
    late = threading.Thread(target=lambda: answers.append(visit.ask("2207", bill, msgid=msgid)))
    late.start()
    return late, answers


def test_a_held_settlement_is_overtaken_by_its_own_reversal(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("reordered", "2207", seconds=30)
    msgid = visit.clinic.msgid()
    late, answers = late_settlement(visit, msgid)
    wait_for(lambda: not province.faults.waiting("reordered"))
    assert visit.reverse(msgid)["infcode"] == 0
    late.join(timeout=10)
    assert "已被冲正" in answers[0]["err_msg"]
    assert settlements(province) == 0


def test_a_held_settlement_is_made_after_a_question_that_did_not_find_it(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("reordered", "2207", seconds=30)
    late, answers = late_settlement(visit, visit.clinic.msgid())
    wait_for(lambda: not province.faults.waiting("reordered"))
    asked = {"data": {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id}}
    assert visit.done("5203", asked)["setlinfo"] is None
    late.join(timeout=10)
    assert (answers[0]["infcode"], settlements(province)) == (0, 1)


def test_a_request_that_nobody_overtakes_is_carried_out_all_the_same(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("reordered", "2207", seconds=0.1)
    assert settle(visit).json()["infcode"] == 0


def test_a_limit_that_moved_pays_less_than_was_foreseen(
    visit: Visit, province: SandboxProvince
) -> None:
    before = visit.done("2206", {"data": visit.bill("26.34")})["setlinfo"]
    province.faults.plant("limit_moved", "2207")
    after = settle(visit).json()["output"]["setlinfo"]
    assert (str(before["fund_pay_sumamt"]), after["fund_pay_sumamt"]) == ("18.44", 0.0)
    assert settlements(province) == 2


def test_who_names_nobody_has_no_limit_that_could_move(
    clinic: Clinic, province: SandboxProvince
) -> None:
    province.faults.plant("limit_moved", "1901")
    assert clinic.ask("1901", {"data": {"type": "insutype"}})["infcode"] == 0
    assert settlements(province) == 0


@pytest.mark.parametrize(("name", "charged"), [("restart", 1), ("restart_before", 0)])
def test_a_province_that_restarts_cuts_the_line_and_comes_back_with_its_book(
    visit: Visit, province: SandboxProvince, name: str, charged: int
) -> None:
    province.faults.plant(name, "2207", seconds=0.2)
    address = province.address
    with pytest.raises(httpx.HTTPError):
        settle(visit)
    wait_for(lambda: is_up(address))
    assert (province.address, settlements(province)) == (address, charged)
    asked = {"data": {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id}}
    found = visit.done("5203", asked)["setlinfo"]
    assert bool(found) == bool(charged)


def test_a_restart_asked_for_refuses_connections_until_it_is_over(
    visit: Visit, province: SandboxProvince
) -> None:
    remote.restart(province.address, 0.3)
    wait_for(lambda: not is_up(province.address))
    wait_for(lambda: is_up(province.address))
    assert settle(visit).json()["infcode"] == 0


def test_a_province_may_be_closed_while_it_is_down(tmp_path: Path, clock: Clock) -> None:
    province = SandboxProvince(tmp_path, clock=clock)
    province.start()
    remote.restart(province.address, 600)
    wait_for(lambda: not is_up(province.address))
    province.close()
    assert not is_up(province.address)


def is_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/sandbox/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(happened: Callable[[], bool]) -> None:
    """Until something that another thread does has happened."""
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)
