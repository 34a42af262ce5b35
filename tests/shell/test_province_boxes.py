"""Boxes and stock as they are told to the province, and what its two verdicts become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import Manner
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused, Uncertain
from terminal.core.goods_views import FindingView, Severity
from terminal.core.region import Region, TraceCodes
from terminal.province.conversation import BoxCode
from terminal.store import Store
from tests.clinic import AMOXICILLIN, WANG, Clock, code
from tests.shell.at_the_province import DRUGS, AtTheProvince, at_the_province, line_to
from tests.shell.between import Between
from tests.shell.test_province_verbs import fault_of

DAY = date(2025, 9, 20)
FIRST, SECOND = code(AMOXICILLIN, 1), code(AMOXICILLIN, 2)


@pytest.fixture
def at(line: Between, store: Store, clock: Clock) -> Iterator[AtTheProvince]:
    with at_the_province(line_to(line.address), store, clock) as opened:
        yield opened


def sale(setl_id: str, psn_no: str, *codes: str, **more: object) -> dict[str, object]:
    drug = DRUGS[AMOXICILLIN]
    return {
        "med_list_codg": drug.med_list_codg,
        "fixmedins_hilist_id": drug.medins_list_codg,
        "fixmedins_hilist_name": drug.name,
        "fixmedins_bchno": drug.batch,
        "prsc_dr_name": "雷新民",
        "phar_name": "雷新民",
        "phar_prac_cert_no": "D1",
        "setl_id": setl_id,
        "mdtrt_sn": setl_id or "S1",
        "psn_no": psn_no,
        "manu_lotnum": drug.lot,
        "manu_date": drug.made_on,
        "rx_flag": "1",
        "rtal_docno": setl_id or "S1",
        "sel_retn_cnt": Decimal(len(codes)),
        "sel_retn_time": "2025-09-20 09:30:00",
        "sel_retn_opter_name": "雷新民",
        "drugtracinfo": [{"drug_trac_codg": each} for each in codes],
        **more,
    }


def bought(*codes: str, **more: object) -> dict[str, object]:
    """A row of a sale without insurance."""
    row = sale("", "", *codes, **more)
    return {name: value for name, value in row.items() if name not in {"setl_id", "psn_no"}}


def known(at: AtTheProvince) -> dict[str, tuple[bool, bool]]:
    """3513: each code with whether it was returned, and whether only units were sold."""
    return {box.trace_code: (box.returned, box.split) for box in at.province.sold(DAY, DAY)}


# --- sales


def test_several_boxes_of_one_row_are_sold_and_one_of_them_comes_back(at: AtTheProvince) -> None:
    case = at.case()
    settled = at.settled(case)
    row = sale(settled.setl_id, case.person.psn_no, FIRST, SECOND)
    more = {"expy_end": "2028-02-29", "finl_trns_pric": Decimal("26.34"), "drug_prod_barc": "69"}
    at.province.report_sale(case, {**row, **more})
    assert known(at) == {FIRST: (False, False), SECOND: (False, False)}
    one = sale(settled.setl_id, case.person.psn_no, SECOND, **more)
    at.province.take_back_sale(case, one)
    assert known(at) == {FIRST: (False, False), SECOND: (True, False)}
    twice = fault_of(lambda: at.province.take_back_sale(case, one))
    assert (twice.code, twice.said) == ("province.sale_refused", "第1行:追溯码已退货")


def test_an_opened_box_is_told_of_again_and_again(at: AtTheProvince) -> None:
    case = at.case()
    settled = at.settled(case)
    row = sale(settled.setl_id, case.person.psn_no, FIRST, trdn_flag="1", sel_retn_cnt=Decimal(6))
    for _ in range(3):
        at.province.report_sale(case, row)
    assert known(at) == {FIRST: (False, True)}
    whole = sale(settled.setl_id, case.person.psn_no, FIRST)
    assert fault_of(lambda: at.province.report_sale(case, whole)).said == "第1行:追溯码已销售"


def test_a_sale_without_insurance_needs_no_case_and_names_nobody(
    at: AtTheProvince, line: Between, province: SandboxProvince
) -> None:
    at.province.report_self_paid_sale(bought(FIRST))
    at.province.report_self_paid_sale(bought(SECOND), "431024")
    assert [row["setl_id"] for row in province.book()["sales"]] == ["", ""]  # type: ignore[union-attr,index,call-overload]
    at.province.take_back_self_paid(bought(FIRST))
    assert known(at) == {FIRST: (True, False), SECOND: (False, False)}
    assert set(line.asked) == {"9001", "3505A", "3506A", "3513"}


def test_who_bought_it_may_be_told_with_the_region_of_their_insurance(at: AtTheProvince) -> None:
    psn_no = at.case().person.psn_no
    row = {**bought(FIRST), "psn_no": psn_no, "psn_name": "王建国", "certno": WANG}
    refused = fault_of(lambda: at.province.report_self_paid_sale(row))
    assert "insuplc_admdvs" in refused.said
    at.province.report_self_paid_sale(row, "431024")
    assert known(at) == {FIRST: (False, False)}


@pytest.mark.parametrize(
    "changes",
    [
        {"setl_id": "S1"},
        {"mdtrt_setl_type": "1"},
        {"hi_feesetl_type": "1"},
        {"drugtracinfo": []},
        {"drugtracinfo": [{"drug_trac_codg": ""}]},
        {"drugtracinfo": [{"drug_trac_code": FIRST}]},
        {"expy_end": "2028"},
        {"finl_trns_pric": Decimal(-1)},
        {"drug_prod_barc": "6" * 31},
        {"psn_names": "x"},
    ],
    ids=str,
)
def test_a_row_that_is_not_whole_is_not_sent(
    at: AtTheProvince, line: Between, changes: dict[str, object]
) -> None:
    row = {**bought(FIRST), **changes}
    refused = fault_of(lambda: at.province.report_self_paid_sale(row))
    assert refused.code == "province.request_incomplete"
    assert FIRST not in str(refused)
    assert line.asked == []


def test_what_was_sold_elsewhere_is_refused_in_the_provinces_words(at: AtTheProvince) -> None:
    seeded = next(
        each for each in read_reference().goods.sold_elsewhere if each.startswith(AMOXICILLIN)
    )
    refused = fault_of(lambda: at.province.report_self_paid_sale(bought(seeded)))
    assert refused.code == "province.sale_refused"
    assert "在其他定点医药机构销售" in refused.said


# --- stock


def stocktake(**more: object) -> dict[str, object]:
    row = {**_shelf(), "invdate": DAY.isoformat(), "inv_cnt": Decimal(12)}
    drug = DRUGS[AMOXICILLIN]
    return {**row, "manu_date": drug.made_on, "expy_end": "2028-01-01", **more}


def moved(**more: object) -> dict[str, object]:
    move = {"inv_chg_type": "101", "pric": Decimal("26.34"), "cnt": Decimal(5)}
    return {**_shelf(), **move, "inv_chg_time": "2025-09-20 09:30:00", **more}


def _shelf() -> dict[str, object]:
    drug = DRUGS[AMOXICILLIN]
    return {
        "med_list_codg": drug.med_list_codg,
        "fixmedins_hilist_id": drug.medins_list_codg,
        "fixmedins_hilist_name": drug.name,
        "fixmedins_bchno": drug.batch,
        "rx_flag": "1",
    }


def lying(province: SandboxProvince) -> list[Any]:
    stock: Any = province.book()["stock"]
    return [row["cnt"] for row in stock]


def test_what_was_counted_and_moved_is_told(at: AtTheProvince, province: SandboxProvince) -> None:
    at.province.report_stocktake(stocktake(manu_lotnum="L1", memo="月底"))
    at.province.report_stock_move(moved())
    at.province.report_stock_move(moved(inv_chg_type="102", cnt=Decimal("0.5")))
    assert lying(province) == ["16.5000"]


def test_the_second_verdict_of_stock_is_honoured(at: AtTheProvince) -> None:
    tell = lambda: at.province.report_stocktake(stocktake(invdate="2025-09-21"))  # noqa: E731
    refused = fault_of(tell)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.said) == ("province.stock_refused", "盘存日期晚于当前日期")


@pytest.mark.parametrize("infno", ["3501", "3502", "3505A", "3506A"])
def test_each_report_knows_the_three_outcomes(
    at: AtTheProvince, province: SandboxProvince, infno: str
) -> None:
    tell = {
        "3501": lambda: at.province.report_stocktake(stocktake()),
        "3502": lambda: at.province.report_stock_move(moved()),
        "3505A": lambda: at.province.report_self_paid_sale(bought(FIRST)),
        "3506A": lambda: at.province.take_back_self_paid(bought(FIRST)),
    }[infno]
    code_refused = "province.stock_refused" if infno < "3503" else "province.sale_refused"
    province.faults.plant("not_taken", infno)
    no = fault_of(tell)
    assert (type(no), no.code, no.said) == (Refused, code_refused, "业务校验不通过")
    province.faults.plant("refused", infno)
    assert fault_of(tell).code == "province.refused"
    for silence in ("lost_before", "half_answer", "nonsense"):
        province.faults.plant(silence, infno)
        assert isinstance(fault_of(tell), Uncertain)


def test_an_answer_without_a_verdict_is_no_yes(
    at: AtTheProvince, province: SandboxProvince
) -> None:
    province.faults.plant("no_verdict", "3502")
    assert isinstance(fault_of(lambda: at.province.report_stock_move(moved())), Uncertain)
    assert lying(province) == ["5.0000"]  # It was done: telling it again would count it twice.


@pytest.mark.parametrize(
    "changes", [{"inv_cnt": Decimal(-1)}, {"inv_cnt": Decimal("0.001")}, {"expy_end": ""},
                {"fixmedins_bchno": ""}, {"counted": 1}], ids=str,
)  # fmt: skip
def test_a_count_that_is_not_whole_is_not_sent(
    at: AtTheProvince, line: Between, changes: dict[str, object]
) -> None:
    refused = fault_of(lambda: at.province.report_stocktake(stocktake(**changes)))
    assert refused.code == "province.request_incomplete"
    assert line.asked == []


# --- our findings


def finding(rule: str, severity: Severity = Severity.WARN, words: str = "x") -> FindingView:
    return FindingView(rule, severity, words, "依据", 1, "已核对")


def test_our_findings_come_back_as_the_province_sees_them(
    at: AtTheProvince, province: SandboxProvince
) -> None:
    case = at.case()
    mdtrt_id, _ = at.priced(case)
    told = [finding("women_only", Severity.BLOCK, "只用于女性"), finding("our_own_idea")]
    [seen] = at.province.audit(case, mdtrt_id, [at.fee(1)], during=True, findings=told)
    assert (seen.rule_id, seen.rule, seen.said) == ("women_only", "限女性使用药品", "只用于女性")
    kept: Any = province.book()["findings"]
    assert [(row["rule"], row["reason"]) for row in kept] == [
        ("women_only", "已核对"),
        ("our_own_idea", "已核对"),
    ]


def test_findings_beyond_the_slot_are_left_out_whole_the_lightest_first(
    at: AtTheProvince, line: Between
) -> None:
    case = at.case()
    mdtrt_id, _ = at.priced(case)
    sent: list[Any] = []
    line.answer = lambda asked, said: sent.append(asked) or said  # type: ignore[func-returns-value]
    long = [finding(f"hint_{n}", Severity.HINT, "长" * 300) for n in range(20)]
    told = [*long, finding("women_only", Severity.BLOCK)]
    at.province.audit(case, mdtrt_id, [at.fee(1)], during=False, findings=told)
    text = sent[-1]["input"]["data"]["exp_content"]
    rules = [each["rule_id"] for each in json.loads(text)["findings"]]
    assert len(text) <= 4000
    assert rules[0] == "women_only"
    assert rules[1:] == [f"hint_{n}" for n in range(len(rules) - 1)]
    assert 5 <= len(rules) < 21


def test_without_findings_nothing_stands_in_the_slot(at: AtTheProvince, line: Between) -> None:
    case = at.case()
    mdtrt_id, _ = at.priced(case)
    sent: list[Any] = []
    line.answer = lambda asked, said: sent.append(asked) or said  # type: ignore[func-returns-value]
    at.province.audit(case, mdtrt_id, [at.fee(1)], during=False)
    assert "exp_content" not in sent[-1]["input"]["data"]


# --- where codes travel with the money


def test_a_drug_without_a_code_settles_when_its_reason_was_told(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    strict = Manner(trace_codes_with_settlement=True)
    region = Region(trace_codes=TraceCodes.SETTLEMENT)
    with (
        SandboxProvince(tmp_path / "strict", clock=clock, manner=strict) as province,
        at_the_province(line_to(province.address), store, clock, region) as at,
    ):
        case = at.case()
        split = BoxCode("2", FIRST, split=True)
        untraced = replace(at.fee(1), untraced="bought_before")
        assert isinstance(fault_of(lambda: at.settled(case, at.fee(1))), Refused)
        assert at.settled(case, untraced, at.fee(2), codes=(split,)).setl_id
        assert at.settled(case, at.fee(2), codes=(split,)).setl_id  # The opened box again.
        assert known(at) == {FIRST: (False, True)}
