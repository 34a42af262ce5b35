"""Each transaction of an outpatient day, and what an unanswered one leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.province.conversation import Treatment
from terminal.store import Store
from tests.clinic import LI, PAUSED, WANG, Clock, code
from tests.shell.at_the_province import BOX, AtTheProvince, at_the_province, line_to
from tests.shell.between import Between, Dropped, Message

DAY = date(2025, 9, 20)


def fault_of(act: Any) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


@pytest.fixture
def at(line: Between, store: Store, clock: Clock) -> Iterator[AtTheProvince]:
    with at_the_province(line_to(line.address), store, clock) as opened:
        yield opened


def rewriting(line: Between, infno: str, **changes: object) -> None:
    """From now on the province's answer to this has these values in its node."""

    def change(sent: Message, said: Message) -> Message:
        if sent["infno"] == infno:
            for node in said["output"].values():
                for row in node if isinstance(node, list) else [node]:
                    row.update(changes)
        return said

    line.answer = change


# --- the session


def test_signing_out_ends_the_day_and_again_sends_nothing(at: AtTheProvince, line: Between) -> None:
    at.province.ready()
    at.session.sign_out()
    at.session.sign_out()
    assert line.asked == ["9001", "9002"]
    at.province.ready()
    assert line.asked == ["9001", "9002", "9001"]


def test_a_sign_out_that_nobody_answers_is_forgotten_all_the_same(
    at: AtTheProvince, line: Between, province: SandboxProvince
) -> None:
    at.province.ready()
    province.faults.plant("lost_before", "9002")
    assert isinstance(fault_of(at.session.sign_out), Uncertain)
    at.case()
    assert line.asked.count("9001") == 2


# --- before the money


def test_who_would_pay_is_told_with_the_reason_where_nobody_would(at: AtTheProvince) -> None:
    assert at.province.treatment(at.case()) == (Treatment("390100", enjoyed=True, reason=""),)


def test_what_the_fund_would_not_pay_says_why(at: AtTheProvince, line: Between) -> None:
    rewriting(line, "2001", trt_enjymnt_flag="0", fund_pay_type=None, trt_chk_rslt="待遇冻结")
    case = at.case()
    assert at.province.treatment(case) == (Treatment("", enjoyed=False, reason="待遇冻结"),)


@pytest.mark.parametrize("during", [False, True], ids=["3101", "3102"])
def test_the_audit_warns_of_what_is_ordered_twice(
    at: AtTheProvince, line: Between, during: Any
) -> None:
    case = at.case()
    mdtrt_id, _ = at.priced(case)
    assert at.province.audit(case, mdtrt_id, [at.fee(1)], during=during) == ()
    found = at.province.audit(case, mdtrt_id, [at.fee(1), at.fee(2)], during=during)
    assert {each.rule for each in found} == {"同日重复开药"}
    assert found[0].amount == at.fee(1).total
    assert found[0].severity == "2"
    assert "3102" in line.asked if during else "3101" in line.asked


def test_a_registration_is_taken_back_and_again_is_as_good_as_done(at: AtTheProvince) -> None:
    case = at.case()
    mdtrt_id = at.province.register(case, "O9")
    at.province.unregister(case, mdtrt_id, "O9")
    at.province.unregister(case, mdtrt_id, "O9")
    assert at.province.visits_of_day(case, DAY) == ()


def test_a_registration_that_is_charged_is_not_taken_back(at: AtTheProvince) -> None:
    case = at.case()
    settled = at.settled(case)
    fault = fault_of(lambda: at.province.unregister(case, settled.mdtrt_id, "O1"))
    assert isinstance(fault, Refused)
    assert at.province.find(case, settled.mdtrt_id)


def test_taking_a_registration_back_may_be_repeated_after_silence(
    at: AtTheProvince, province: SandboxProvince
) -> None:
    case = at.case()
    mdtrt_id = at.province.register(case, "O9")
    province.faults.plant("lost_after_commit", "2202")
    assert isinstance(fault_of(lambda: at.province.unregister(case, mdtrt_id, "O9")), Uncertain)
    at.province.unregister(case, mdtrt_id, "O9")


def test_the_persons_visits_of_the_day_are_told_with_where_and_what_kind(
    at: AtTheProvince,
) -> None:
    case = at.case()
    mdtrt_id, _ = at.priced(case)
    (visit,) = at.province.visits_of_day(case, DAY)
    assert (visit.mdtrt_id, visit.med_type, visit.ipt_otp_no) == (mdtrt_id, "11", "O1")
    assert visit.begun.startswith("2025-09-20")
    assert visit.institution
    assert at.province.visits_of_day(case, date(2025, 9, 19)) == ()
    assert at.province.visits_of_day(at.case(LI), DAY) == ()


def test_ordinary_visits_are_seen_from_a_case_of_another_kind(
    at: AtTheProvince, line: Between
) -> None:
    from dataclasses import replace  # noqa: PLC0415

    case = at.case()
    mdtrt_id, _ = at.priced(case)
    chronic = replace(case, med_type="9901")
    assert [visit.mdtrt_id for visit in at.province.visits_of_day(chronic, DAY)] == [mdtrt_id]
    assert line.asked.count("5201") == 2


# --- the money


def test_a_settlement_says_where_it_is_cleared_and_when_it_was_made(at: AtTheProvince) -> None:
    case = at.case()
    settled = at.settled(case)
    assert (settled.insutype, settled.clr_type, settled.clr_optins, settled.clr_way) == (
        "390", "11", "431024", "1",
    )  # fmt: skip
    assert settled.setl_time == "2025-09-20 09:30:00"
    (found,) = at.province.settlements_of(case, settled.mdtrt_id)
    assert found.institution
    assert found.setl_id == settled.setl_id
    assert found.shares == settled.shares


def test_settlements_of_another_visit_of_the_same_person_are_told_by_that_visit(
    at: AtTheProvince,
) -> None:
    case = at.case()
    first, second = at.settled(case), at.settled(case)
    assert [each.setl_id for each in at.province.settlements_of(case, second.mdtrt_id)] == [
        second.setl_id
    ]
    assert at.province.find(case, first.mdtrt_id, second.setl_id) == ()


def test_what_was_cancelled_is_found_as_refunded_even_below_zero(
    at: AtTheProvince, line: Between
) -> None:
    case = at.case()
    settled = at.settled(case)
    at.province.cancel(case, settled.mdtrt_id, settled.setl_id)

    def negative(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5203":
            told = said["output"]["setlinfo"]
            for row in told if isinstance(told, list) else [told]:
                row["REFD_SETL_FLAG"] = row.pop("refd_setl_flag")
                for name, value in row.items():
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        row[name] = f"{-value:.2f}"
        return said

    line.answer = negative
    (found,) = at.province.find(case, settled.mdtrt_id)
    assert found.refunded
    assert found.shares == settled.shares


@pytest.mark.parametrize(
    "changes",
    [{"mdtrt_id": "another"}, {"psn_no": "another"}, {"medins_setl_id": "another"}],
    ids=["visit", "person", "message"],
)
def test_a_charge_answered_for_somebody_else_is_not_known(
    at: AtTheProvince, line: Between, changes: dict[str, str]
) -> None:
    case = at.case()
    mdtrt_id, priced = at.priced(case)
    rewriting(line, "2207A", **changes)
    fault = fault_of(lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()))
    assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


@pytest.mark.parametrize("changes", [{"mdtrt_id": "another"}, {"psn_no": "another"}])
def test_a_cancellation_answered_for_somebody_else_is_not_known(
    at: AtTheProvince, line: Between, changes: dict[str, str]
) -> None:
    case = at.case()
    settled = at.settled(case)
    rewriting(line, "2208", **changes)
    fault = fault_of(lambda: at.province.cancel(case, settled.mdtrt_id, settled.setl_id))
    assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("2025-09-20 09:30:00", True), ("2025-09-21 09:29:00", True), ("", True), (None, True),
        ("20250920093000", True), ("2025-09-22 00:00:00", False), ("2099-01-01 00:00:00", False),
    ],
)  # fmt: skip
def test_a_settlement_of_a_day_to_come_is_not_known(
    at: AtTheProvince, line: Between, told: object, known: Any
) -> None:
    """Where the date is written in another way it is no reason to doubt a charge."""
    case = at.case()
    mdtrt_id, priced = at.priced(case)
    rewriting(line, "2207A", setl_time=told)
    if known:
        assert at.province.settle(case, mdtrt_id, "1", priced, at.msgid()).setl_id
        return
    fault = fault_of(lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()))
    assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


@pytest.mark.parametrize(
    "wrong",
    [
        {"psn_cash_pay": "-7.90"}, {"fund_pay_sumamt": "NaN"}, {"fund_pay_sumamt": "18.45"},
        {"medfee_sumamt": True}, {"psn_part_amt": [7.9]}, {"acct_pay": {"a": 1}},
        {"inscp_scp_amt": "26.345"}, {"setl_id": ""}, {"setl_id": "x" * 31}, {"setl_id": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_charge_with_figures_that_are_none_is_not_known(
    at: AtTheProvince, line: Between, wrong: dict[str, object]
) -> None:
    case = at.case()
    mdtrt_id, priced = at.priced(case)
    rewriting(line, "2207A", **wrong)
    fault = fault_of(lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()))
    assert type(fault) is Uncertain


@pytest.mark.parametrize("infno", ["infno", "msgid"])
def test_an_answer_that_repeats_another_number_is_nobodys(
    at: AtTheProvince, line: Between, infno: str
) -> None:
    case = at.case()
    mdtrt_id, priced = at.priced(case)

    def repeated(sent: Message, said: Message) -> Message:
        return {**said, "infno": sent["infno"], "msgid": sent["msgid"]}

    def foreign(sent: Message, said: Message) -> Message:
        return {**repeated(sent, said), infno: "another"}

    line.answer = repeated
    at.province.find(case, mdtrt_id)
    line.answer = foreign
    fault = fault_of(lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()))
    assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


MONEY = ["2207A", "2208", "2601"]


@pytest.mark.parametrize("infno", MONEY)
@pytest.mark.parametrize(
    "said",
    [
        b"", b"<html>", b'{"infcode": 0, "err_msg": "FSI-x"}', b'{"infcode": -1}', b"[]",
        b'{"infcode": 0, "output": [1]}', b'{"infcode": 0, "output": "x"}', b"\xff",
        b'{"infcode": 0, "output": {"setlinfo": 7}}', b"dropped",
    ],
)  # fmt: skip
def test_of_money_everything_unclear_is_not_known(
    at: AtTheProvince, line: Between, infno: str, said: bytes
) -> None:
    case = at.case()
    settled = at.settled(case)
    mdtrt_id, priced = at.priced(case)

    def unclear(sent: Message, told: Message) -> Message | bytes:
        if sent["infno"] != infno:
            return told
        if said == b"dropped":
            raise Dropped
        return said

    line.answer = unclear
    acts = {
        "2207A": lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()),
        "2208": lambda: at.province.cancel(case, settled.mdtrt_id, settled.setl_id),
        "2601": lambda: at.province.reverse(case, settled.medins_setl_id),
    }
    if infno == "2601" and (b"[1]" in said or b"setlinfo" in said):
        acts[infno]()  # It has no output: whatever stands there is passed over.
        return
    assert type(fault_of(acts[infno])) is Uncertain


# --- the boxes


def sale(at: AtTheProvince, setl_id: str, psn_no: str, box: str) -> dict[str, object]:
    from decimal import Decimal  # noqa: PLC0415

    from tests.clinic import AMOXICILLIN, DELIVERY  # noqa: PLC0415
    from tests.shell.at_the_province import DRUGS  # noqa: PLC0415

    drug = DRUGS[AMOXICILLIN]
    return {
        "med_list_codg": drug.med_list_codg, "fixmedins_hilist_id": drug.medins_list_codg,
        "fixmedins_hilist_name": drug.name, "fixmedins_bchno": DELIVERY["batch"],
        "prsc_dr_name": "雷新民", "phar_name": "雷新民", "phar_prac_cert_no": "D431024000991",
        "setl_id": setl_id, "mdtrt_sn": setl_id, "psn_no": psn_no,
        "manu_lotnum": DELIVERY["lot"], "manu_date": DELIVERY["made_on"], "rx_flag": "1",
        "rtal_docno": setl_id, "sel_retn_cnt": Decimal(1), "sel_retn_time": "2025-09-20 09:30:00",
        "sel_retn_opter_name": "雷新民", "drugtracinfo": [{"drug_trac_codg": box}],
    }  # fmt: skip


def test_a_box_is_sold_once_and_after_its_return_again(at: AtTheProvince) -> None:
    case = at.case()
    settled = at.settled(case)
    row = sale(at, settled.setl_id, case.person.psn_no, BOX)
    at.province.report_sale(case, row)
    assert fault_of(lambda: at.province.report_sale(case, row)).code == "province.sale_refused"
    (box,) = at.province.sold(DAY, DAY, BOX)
    assert (box.trace_code, box.setl_id, box.returned) == (BOX, settled.setl_id, False)
    at.province.take_back_sale(case, row)
    assert all(each.returned for each in at.province.sold(DAY, DAY, BOX))
    fault = fault_of(lambda: at.province.take_back_sale(case, row))
    assert (fault.code, bool(fault.said)) == ("province.sale_refused", True)
    at.province.report_sale(case, row)


def test_boxes_of_others_in_an_answer_are_passed_over(at: AtTheProvince, line: Between) -> None:
    case = at.case()
    settled = at.settled(case)
    at.province.report_sale(case, sale(at, settled.setl_id, case.person.psn_no, BOX))
    rewriting(line, "3513", drug_trac_codg=code("8910111", 99))
    assert at.province.sold(DAY, DAY, BOX) == ()
    assert len(at.province.sold(DAY, DAY)) == 1


# --- nothing of it in the log


def test_no_log_line_names_anybody(
    at: AtTheProvince, line: Between, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="terminal")
    case = at.case()
    settled = at.settled(case)

    def naming(_: Message, said: Message) -> Message:
        return {**said, "infcode": -2, "err_msg": f"{WANG} {case.person.name} 余额不足"}

    line.answer = naming
    fault = fault_of(lambda: at.province.find(case, settled.mdtrt_id))
    assert WANG in fault.said
    assert caplog.text
    assert WANG not in caplog.text
    assert case.person.name not in caplog.text
    assert case.person.psn_no not in caplog.text


def test_somebody_whose_insurance_is_paused_is_refused_and_not_guessed(
    at: AtTheProvince,
) -> None:
    case = at.case(PAUSED)
    assert not case.coverage.in_force
    assert isinstance(fault_of(lambda: at.province.register(case, "O1")), Refused)


def test_with_nobody_there_nothing_was_sent(store: Store, clock: Clock) -> None:
    with at_the_province(line_to("http://127.0.0.1:1"), store, clock) as alone:
        assert isinstance(fault_of(alone.case), Unavailable)
