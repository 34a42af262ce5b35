"""Trace codes: one code is one sale, whichever way it was reported."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import ITEMS, Clinic, Visit

BOX, OTHER = "阿莫西林胶囊", "头孢克肟分散片"
CODE, SECOND = "89101110000000000001", "89101480000000000002"
"""Two prefixes of the same drug."""


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line(BOX, "26.34"))
    return visit


def sale(visit: Visit, setl_id: str, *codes: str, **more: object) -> dict[str, object]:
    """One row of 3505A."""
    return {
        "med_list_codg": ITEMS[BOX][0],
        "fixmedins_hilist_id": ITEMS[BOX][1],
        "fixmedins_hilist_name": BOX,
        "fixmedins_bchno": "B1",
        "prsc_dr_name": "雷新民",
        "phar_name": "唐小兰",
        "phar_prac_cert_no": "P1",
        "hi_feesetl_type": "1",
        "setl_id": setl_id,
        "mdtrt_sn": visit.ipt_otp_no,
        "psn_no": visit.psn_no,
        "psn_cert_type": "01",
        "manu_lotnum": "L1",
        "manu_date": "2025-01-01",
        "rx_flag": "1",
        "trdn_flag": "0",
        "rx_circ_flag": "0",
        "rtal_docno": "D1",
        "sel_retn_cnt": len(codes),
        "sel_retn_time": visit.now,
        "sel_retn_opter_name": "雷新民",
        "mdtrt_setl_type": "1",
        "drugtracinfo": [{"drug_trac_codg": code} for code in codes],
        **more,
    }


def sell(visit: Visit, *rows: dict[str, object]) -> tuple[str, str]:
    """The inner verdict of 3505A."""
    result = visit.done("3505A", {"selinfoDetail": list(rows)})["result"]
    return result["retRslt"], result["msgRslt"]


def give_back(visit: Visit, row: dict[str, object]) -> str:
    only = ("prsc_dr_name", "phar_name", "phar_prac_cert_no", "hi_feesetl_type")
    only += ("rx_circ_flag", "rtal_docno")
    sent = {name: value for name, value in row.items() if name not in only}
    result: dict[str, Any] = visit.done("3506A", {"selinfoDetail": [sent]})["result"]
    return str(result["retRslt"])


def test_a_code_is_sold_once_and_the_second_sale_is_a_no_inside_a_yes(
    visit: Visit, province: SandboxProvince
) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    row = sale(visit, setl_id, CODE)
    assert sell(visit, row) == ("1", "成功")
    assert sell(visit, row) == ("0", "第1行:追溯码已销售")
    assert len(province.book()["sales"]) == 1


def test_a_report_is_taken_whole_or_not_at_all(visit: Visit, province: SandboxProvince) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    twice = [sale(visit, setl_id, CODE, SECOND), sale(visit, setl_id, CODE)]
    assert sell(visit, *twice) == ("0", "第2行:追溯码已销售")
    assert province.book()["sales"] == []


def test_an_opened_box_is_sold_again_and_again_but_never_whole(visit: Visit) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    split = sale(visit, setl_id, CODE, trdn_flag="1")
    assert [sell(visit, split)[0] for _ in range(3)] == ["1", "1", "1"]
    assert sell(visit, sale(visit, setl_id, CODE))[0] == "0"
    assert sell(visit, sale(visit, setl_id, SECOND))[0] == "1"
    assert sell(visit, sale(visit, setl_id, SECOND, trdn_flag="1"))[0] == "0"


def test_a_returned_code_can_be_sold_anew(visit: Visit) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    row = sale(visit, setl_id, CODE)
    assert give_back(visit, row) == "0"
    sell(visit, row)
    assert give_back(visit, {**row, "drugtracinfo": {"drug_trac_codg": CODE}}) == "1"
    assert sell(visit, row)[0] == "1"
    rows = visit.done("3513", {"data": {"drug_trac_codg": CODE}})["data"]
    assert [each["retn_flag"] for each in rows] == ["0", "1"]


def test_an_insured_sale_names_a_settlement_that_stands(visit: Visit) -> None:
    missing = visit.ask("3505A", {"selinfoDetail": [sale(visit, "", CODE)]})
    assert (missing["infcode"], missing["err_msg"]) == (-2, "FSI-setl_id不能为空[fieldcheck_2]")
    assert sell(visit, sale(visit, "1", CODE)) == ("0", "第1行:结算信息不存在或已撤销")
    assert sell(visit, sale(visit, "", CODE, mdtrt_setl_type="2"))[0] == "1"


def test_a_code_of_another_drug_is_refused(visit: Visit) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    row = sale(visit, setl_id, CODE, med_list_codg=ITEMS[OTHER][0])
    assert sell(visit, row) == ("0", "第1行:追溯码与药品不一致")


def test_a_code_inside_2207_is_sold_with_it_and_released_with_it(
    visit: Visit, province: SandboxProvince
) -> None:
    code = {
        "feedetl_sn": "1",
        "drug_trac_codg": CODE,
        "trdn_flag": "0",
        "min_prcunt_type": "2",
    }
    sent = {"data": visit.echoed("26.34"), "drug_trac_info": [code]}
    info = visit.done("2207", sent)["setlinfo"]
    # Reporting the same sale by 3505A as well is no second sale.
    assert sell(visit, sale(visit, info["setl_id"], CODE))[0] == "1"
    visit.upload(visit.line(BOX, "26.34", batch="2"))
    again = {"data": visit.echoed("26.34", batch="2"), "drug_trac_info": [code]}
    assert "traccheck_1" in visit.ask("2207", again)["err_msg"]
    again["drug_trac_info"] = [{**code, "feedetl_sn": "2"}]
    assert "追溯码已销售" in visit.ask("2207", again)["err_msg"]
    assert len(province.book()["settlements"]) == 1
    visit.reverse(info["medins_setl_id"])
    assert visit.ask("2207", again)["infcode"] == 0
