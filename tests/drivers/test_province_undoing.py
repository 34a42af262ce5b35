"""Once and only once: a batch, its cancellation, its reversal, and a restart between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.call import Manner, UnknownOriginal
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import Clinic, Clock, Visit

BOX = "阿莫西林胶囊"


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    """A visit with one box on the book, worth 26.34."""
    return with_a_box(clinic)


def with_a_box(clinic: Clinic, name: str = "王建国") -> Visit:
    visit = clinic.visit(name).describe()
    visit.upload(visit.line(BOX, "26.34"))
    return visit


def states(province: SandboxProvince) -> list[Any]:
    return [row["state"] for row in province.book()["settlements"]]


def cancel(visit: Visit, setl_id: str, **more: object) -> dict[str, Any]:
    named = {"setl_id": setl_id, "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    return visit.ask("2208", {"data": named}, **more)


def used(visit: Visit) -> str:
    rows = visit.done("5206", {"data": {"psn_no": visit.psn_no}})["cuminfo"]
    return next(str(row["cum"]) for row in rows if row["cum_type_code"] == "D390101_BIZ11")


def test_a_presettlement_is_null_where_only_a_settlement_has_something(
    visit: Visit, province: SandboxProvince
) -> None:
    info = visit.done("2206", {"data": visit.bill("26.34")})["setlinfo"]
    assert [info[name] for name in ("setl_id", "setl_time", "clr_optins", "clr_way")] == [None] * 4
    assert states(province) == []


def test_a_settlement_answers_with_the_message_it_came_by(visit: Visit) -> None:
    msgid = visit.clinic.msgid()
    output = visit.done("2207", {"data": visit.echoed("26.34")}, msgid=msgid)
    assert output["setlinfo"]["medins_setl_id"] == msgid
    [row] = output["setldetail"]
    assert (row["fund_pay_type"], str(row["fund_payamt"])) == ("390100", "18.44")


def test_a_batch_is_settled_once(visit: Visit, province: SandboxProvince) -> None:
    visit.settle("26.34")
    for infno in ("2207", "2207A", "2206"):
        bill = visit.bill if infno == "2206" else visit.echoed
        answer = visit.ask(infno, {"data": bill("26.34")})
        assert (answer["infcode"], answer["err_msg"]) == (-2, "FSI-该批次已结算[setlcheck_4]")
    assert states(province) == ["settled"]


def test_a_settlement_is_found_by_its_number_and_by_its_visit(visit: Visit) -> None:
    named = {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id}
    assert visit.done("5203", {"data": named}) == {"setlinfo": None, "setldetail": []}
    info = visit.settle("26.34")
    for asked in (named, {"psn_no": visit.psn_no, "setl_id": info["setl_id"]}):
        found = visit.done("5203", {"data": asked})["setlinfo"]
        assert found["medins_setl_id"] == info["medins_setl_id"]
        assert (str(found["psn_pay"]), str(found["cash_payamt"])) == ("7.90", "7.90")
        assert found["refd_setl_flag"] == "0"
    cancel(visit, info["setl_id"])
    assert visit.done("5203", {"data": named})["setlinfo"]["refd_setl_flag"] == "1"


def test_a_cancellation_is_negative_and_gives_the_limit_back_once(
    visit: Visit, province: SandboxProvince
) -> None:
    info = visit.settle("26.34")
    assert used(visit) == "18.44"
    answer = cancel(visit, info["setl_id"])
    back = answer["output"]["setlinfo"]
    assert [str(back[n]) for n in ("medfee_sumamt", "fund_pay_sumamt", "psn_cash_pay")] == [
        "-26.34",
        "-18.44",
        "-7.90",
    ]
    assert str(back["maf_pay"]) == "0.00"
    assert str(answer["output"]["setldetail"][0]["fund_payamt"]) == "-18.44"
    assert used(visit) == "0.00"
    assert "已撤销" in cancel(visit, info["setl_id"])["err_msg"]
    visit.settle("26.34")
    assert states(province) == ["cancelled", "settled"]


def test_a_reversal_undoes_a_settlement_and_may_be_asked_again(
    visit: Visit, province: SandboxProvince
) -> None:
    msgid = visit.settle("26.34")["medins_setl_id"]
    for _ in range(2):
        answer = visit.reverse(msgid)
        assert (answer["infcode"], answer["output"]) == (0, {})
    assert used(visit) == "0.00"
    visit.settle("26.34")
    assert visit.reverse(msgid)["infcode"] == 0
    assert states(province) == ["reversed", "settled"]


@pytest.mark.parametrize("manner", UnknownOriginal)
def test_an_original_that_arrives_after_its_reversal_is_refused(
    tmp_path: Path, clock: Clock, manner: UnknownOriginal
) -> None:
    with (
        SandboxProvince(tmp_path, clock=clock, manner=Manner(unknown_original=manner)) as province,
        Clinic(province, clock) as clinic,
    ):
        visit = with_a_box(clinic.sign_in())
        msgid = clinic.msgid()
        for _ in range(2):
            answer = visit.reverse(msgid)
            expected = 0 if manner is UnknownOriginal.ACCEPTED else -2
            assert answer["infcode"] == expected
        late = visit.ask("2207", {"data": visit.echoed("26.34")}, msgid=msgid)
        assert (late["infcode"], late["err_msg"]) == (-2, "FSI-该报文已被冲正[msgcheck_7]")
        assert states(province) == []
        visit.settle("26.34")


@pytest.mark.parametrize("oinfno", ["2201", "2204", "3505A", "1101", "0000"])
def test_only_money_can_be_reversed(visit: Visit, oinfno: str) -> None:
    assert "revscheck_1" in visit.reverse(visit.clinic.msgid(), oinfno)["err_msg"]


def test_a_reversal_names_the_right_transaction_and_the_right_person(
    visit: Visit, province: SandboxProvince
) -> None:
    msgid = visit.settle("26.34")["medins_setl_id"]
    assert "revscheck_2" in visit.reverse(msgid, "2208")["err_msg"]
    other = visit.clinic.visit("李秀英")
    assert "revscheck_6" in other.reverse(msgid)["err_msg"]
    assert states(province) == ["settled"]


def test_reversing_a_cancellation_reinstates_the_settlement(
    visit: Visit, province: SandboxProvince
) -> None:
    info = visit.settle("26.34")
    msgid = visit.clinic.msgid()
    cancel(visit, info["setl_id"], msgid=msgid)
    assert "已撤销" in visit.reverse(info["medins_setl_id"])["err_msg"]
    assert visit.reverse(msgid, "2208")["infcode"] == 0
    assert visit.reverse(msgid, "2208")["infcode"] == 0
    assert states(province) == ["settled"]
    assert used(visit) == "18.44"


def test_a_cancellation_stays_when_the_batch_was_settled_anew(
    visit: Visit, province: SandboxProvince
) -> None:
    info = visit.settle("26.34")
    msgid = visit.clinic.msgid()
    cancel(visit, info["setl_id"], msgid=msgid)
    visit.settle("26.34")
    assert "revscheck_5" in visit.reverse(msgid, "2208")["err_msg"]
    assert states(province) == ["cancelled", "settled"]


def test_a_region_may_answer_for_a_visit_only_by_the_settlements_number(
    tmp_path: Path, clock: Clock
) -> None:
    with (
        SandboxProvince(
            tmp_path, clock=clock, manner=Manner(visit_finds_settlement=False)
        ) as province,
        Clinic(province, clock) as clinic,
    ):
        visit = with_a_box(clinic.sign_in())
        answer = visit.ask("5203", {"data": {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id}})
        assert "setl_id不能为空" in answer["err_msg"]


def test_a_restart_forgets_nothing(tmp_path: Path, clock: Clock) -> None:
    with SandboxProvince(tmp_path, clock=clock) as before, Clinic(before, clock) as clinic:
        visit = with_a_box(clinic.sign_in())
        barred = clinic.msgid()
        visit.reverse(barred)
        info = visit.settle("26.34")
        book = before.book()
    clock.now += timedelta(seconds=1)
    with SandboxProvince(tmp_path, clock=clock) as after:
        visit.clinic = Clinic(after, clock)
        visit.clinic.sign_no = clinic.sign_no
        with visit.clinic:
            assert after.book() == book
            assert used(visit) == "18.44"
            reused = visit.ask(
                "2207", {"data": visit.echoed("26.34")}, msgid=info["medins_setl_id"]
            )
            assert "msgcheck_5" in reused["err_msg"]
            late = visit.ask("2207", {"data": visit.echoed("26.34")}, msgid=barred)
            assert "msgcheck_7" in late["err_msg"]


def test_a_batch_asked_for_by_many_at_once_is_settled_once(
    visit: Visit, province: SandboxProvince
) -> None:
    bill = {"data": visit.echoed("26.34")}
    bodies = [visit.clinic.envelope("2207", bill) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: visit.clinic.post(body).json(), bodies))
    assert sorted(answer["infcode"] for answer in answers) == [-2] * 5 + [0]
    assert states(province) == ["settled"]


def test_a_cancellation_gives_the_account_back(clinic: Clinic) -> None:
    visit = clinic.visit("谢晓东", insutype="310").describe()
    visit.upload(visit.line(BOX, "26.34"))
    info = visit.settle("26.34", account="1")
    asked = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": visit.id_number}}
    balances = [str(visit.done("1101", asked)["insuinfo"][0]["balc"])]
    cancel(visit, info["setl_id"])
    balances.append(str(visit.done("1101", asked)["insuinfo"][0]["balc"]))
    assert (str(info["acct_pay"]), balances) == ("3.00", ["0.00", "3.00"])
