"""What others settle behind the terminal's back, and the record of every commit."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.simulated.province import remote
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from tests.drivers.province_clinic import PEOPLE, Clinic, Visit

WANG, _ = PEOPLE["王建国"]
BOX = "阿莫西林胶囊"


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line(BOX, "26.34"))
    return visit


def elsewhere(clinic: Clinic, **asked: object) -> Any:
    told = clinic.http.post(clinic.address + "/sandbox/elsewhere", json={"psn_no": WANG, **asked})
    return told.json()


def of_the_day(clinic: Clinic) -> list[dict[str, Any]]:
    asked = {
        "psn_no": WANG,
        "begntime": "2025-09-20 00:00:00",
        "endtime": "2025-09-20 23:59:59",
        "med_type": "11",
    }
    found: list[dict[str, Any]] = clinic.done("5201", {"data": asked})["mdtrtinfo"]
    return found


def known(clinic: Clinic, mdtrt_id: str) -> dict[str, Any]:
    found = clinic.done("5203", {"data": {"psn_no": WANG, "mdtrt_id": mdtrt_id}})
    return dict(found["setlinfo"] or {})


def balance(clinic: Clinic, count: int, fee: str, fund: str) -> str:
    sums = {
        "insutype": "390",
        "clr_type": "11",
        "setl_optins": "431024",
        "stmt_begndate": "2025-09-20",
        "stmt_enddate": "2025-09-20",
        "medfee_sumamt": fee,
        "fund_pay_sumamt": fund,
        "acct_pay": "0.00",
        "fixmedins_setl_cnt": count,
    }
    return str(clinic.done("3201", {"data": sums})["stmtinfo"]["stmt_rslt"])


def test_a_settlement_at_another_institution_is_seen_from_here(clinic: Clinic) -> None:
    told = elsewhere(clinic, amount="50.00")
    [seen] = of_the_day(clinic)
    assert seen["mdtrt_id"] == told["mdtrt_id"]
    assert seen["fixmedins_code"] == told["fixmedins_code"] != clinic.institution
    settled = known(clinic, told["mdtrt_id"])
    assert settled["fixmedins_code"] == told["fixmedins_code"]
    assert (str(settled["medfee_sumamt"]), settled["medins_setl_id"]) == ("50.00", told["msgid"])
    assert balance(clinic, 0, "0.00", "0.00") == "0"


def test_it_uses_the_persons_limit(visit: Visit) -> None:
    elsewhere(visit.clinic, amount="1000.00")
    assert str(visit.settle("26.34")["fund_pay_sumamt"]) == "0.00"


def test_the_clinics_own_record_system_settles_here_and_is_in_the_days_sums(
    clinic: Clinic,
) -> None:
    told = elsewhere(clinic, amount="26.34", here=True)
    assert told["fixmedins_code"] == clinic.institution
    assert [each["ipt_otp_no"][:3] for each in of_the_day(clinic)] == ["HIS"]
    assert balance(clinic, 1, "26.34", "18.44") == "0"


def test_the_record_system_settles_a_visit_that_the_terminal_registered(visit: Visit) -> None:
    told = elsewhere(visit.clinic, mdtrt_id=visit.mdtrt_id, amount="10.00")
    assert (told["mdtrt_id"], told["fund_pay_sumamt"]) == (visit.mdtrt_id, 7.00)
    settled = known(visit.clinic, visit.mdtrt_id)
    assert settled["medins_setl_id"] == told["msgid"]
    assert visit.settle("26.34")["setl_id"] != told["setl_id"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"psn_no": "1"}, "elsewhere_refused"),
        ({"amount": "0.00"}, "elsewhere_refused"),
        ({"mdtrt_id": "1"}, "elsewhere_refused"),
        ({"psn_no": PEOPLE["蒋停云"][0]}, "elsewhere_refused"),
        ({"psn_no": 5}, "elsewhere_unreadable"),
        ({"amount": "1,00"}, "elsewhere_unreadable"),
        ({"amount": True}, "elsewhere_unreadable"),
        ({"here": "yes"}, "elsewhere_unreadable"),
        ({"institution": "x"}, "elsewhere_unreadable"),
    ],
)
def test_what_cannot_be_settled_elsewhere_is_refused_and_leaves_nothing(
    clinic: Clinic, province: SandboxProvince, asked: dict[str, object], code: str
) -> None:
    assert elsewhere(clinic, **asked)["message"] == f"sandbox.{code}"
    assert province.book()["visits"] == province.commits() == []


def test_every_commit_is_told_once_in_its_order(visit: Visit, province: SandboxProvince) -> None:
    first = visit.settle("26.34")
    named = {"setl_id": first["setl_id"], "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    undoing = visit.clinic.msgid()
    visit.done("2208", {"data": named}, msgid=undoing)
    visit.reverse(undoing, "2208")
    reversing = visit.clinic.msgid()
    reversal = {"psn_no": visit.psn_no, "omsgid": first["medins_setl_id"], "oinfno": "2207"}
    for _ in range(2):
        visit.ask("2601", {"data": reversal}, msgid=reversing)
        visit.reverse(first["medins_setl_id"])
    commits: list[Any] = province.commits()
    assert [(each["kind"], each["total"], each["fund"], each["cash"]) for each in commits] == [
        ("settled", 2634, 1844, 790),
        ("cancelled", -2634, -1844, -790),
        ("reinstated", 2634, 1844, 790),
        ("reversed", -2634, -1844, -790),
    ]
    assert {each["setl_id"] for each in commits} == {first["setl_id"]}
    assert [each["msgid"] for each in commits[::3]] == [first["medins_setl_id"], reversing]
    assert {(each["mdtrt_id"], each["chrg_bchno"]) for each in commits} == {(visit.mdtrt_id, "1")}


def test_an_oracle_reads_only_what_is_new(visit: Visit, province: SandboxProvince) -> None:
    visit.settle("26.34")
    [one] = remote.commits(province.address)
    assert one == province.commits()[0]
    assert remote.commits(province.address, one["seq"]) == []
    remote.settle_elsewhere(province.address, WANG, "5.00", here=True)
    [two] = remote.commits(province.address, one["seq"])
    assert (two["kind"], two["total"], two["seq"]) == ("settled", 500, 2)


@pytest.mark.parametrize("query", ["since=", "since=-1", "since=x", "until=3", "since=1&x=2", "=1"])
def test_a_question_for_commits_in_another_shape_is_refused(clinic: Clinic, query: str) -> None:
    assert clinic.http.get(f"{clinic.address}/sandbox/book?{query}").status_code == 400


def test_the_remote_handle_tells_a_refusal(province: SandboxProvince) -> None:
    with pytest.raises(Refused):
        remote.settle_elsewhere(province.address, "nobody", "5.00", here=True)
