"""Trace codes: one code is one sale, whichever way it was reported."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import ITEMS, Clinic, Clock, Visit

REFERENCE = read_reference()
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


def test_one_box_of_several_is_returned_and_once_only(visit: Visit) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    assert sell(visit, sale(visit, setl_id, CODE, SECOND))[0] == "1"
    one = sale(visit, setl_id, CODE)
    assert give_back(visit, one) == "1"
    assert give_back(visit, one) == "0"
    assert returned(visit) == {CODE: "1", SECOND: "0"}
    assert give_back(visit, sale(visit, "1", SECOND)) == "0"  # With another settlement.


def test_more_codes_than_packs_are_refused(visit: Visit, province: SandboxProvince) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    row = sale(visit, setl_id, CODE, SECOND, sel_retn_cnt=1)
    assert sell(visit, row) == ("0", "第1行:包装实采数量与追溯码数量不一致")
    assert province.book()["sales"] == []


def test_a_sale_without_insurance_names_nobody_and_no_settlement(visit: Visit) -> None:
    bought = {"mdtrt_setl_type": "2", "hi_feesetl_type": "0", "psn_no": ""}
    setl_id = visit.settle("26.34")["setl_id"]
    assert sell(visit, sale(visit, setl_id, CODE, **bought)) == ("0", "第1行:自费销售不应有结算ID")
    row = sale(visit, "", CODE, **bought, expy_end="2027-01-01", finl_trns_pric="26.34")
    assert sell(visit, {**row, "drug_prod_barc": "6901234567892"}) == ("1", "成功")
    assert give_back(visit, row) == "1"
    assert returned(visit) == {CODE: "1"}


def test_what_another_institution_sold_is_refused_without_a_name(
    visit: Visit, province: SandboxProvince, clock: Clock
) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    known = REFERENCE.goods.sold_elsewhere
    seeded = next(code for code, there in known.items() if code.startswith(CODE[:7]))
    verdict = sell(visit, sale(visit, setl_id, seeded))
    day = known[seeded].day.isoformat()
    assert verdict == ("0", f"第1行:追溯码已于{day}在其他定点医药机构销售")
    assert sell(visit, sale(visit, setl_id, CODE, trdn_flag="1"))[0] == "1"
    with Clinic(province, clock, "H43102400992") as other:
        there = other.sign_in().visit("李秀英")
        bought = {"mdtrt_setl_type": "2", "psn_no": ""}
        for split in ("0", "1"):
            row = sale(there, "", CODE, **bought, trdn_flag=split)
            assert sell(there, row) == ("0", "第1行:追溯码已在其他定点医药机构销售")
        taken = sale(there, setl_id, SECOND, psn_no="")
        assert sell(there, taken) == ("0", "第1行:结算信息不存在或已撤销")
        assert give_back(there, sale(there, setl_id, CODE, trdn_flag="1", psn_no="")) == "0"


def test_a_prefix_of_an_outer_pack_belongs_to_its_drug_as_well(visit: Visit) -> None:
    setl_id = visit.settle("26.34")["setl_id"]
    outer = next(
        prefix
        for prefix, pack in REFERENCE.goods.packs.items()
        if pack.level == 2 and pack.drug != ITEMS[BOX][0]
    )
    row = sale(visit, setl_id, f"{outer}0000000000001")
    assert sell(visit, row) == ("0", "第1行:追溯码与药品不一致")


def test_a_split_code_comes_with_several_lines_of_one_settlement(
    visit: Visit, province: SandboxProvince
) -> None:
    visit.upload(visit.line(BOX, "26.34"))
    split = {"drug_trac_codg": CODE, "trdn_flag": "1", "min_prcunt_type": "2"}
    lines = [{**split, "feedetl_sn": number} for number in ("1", "2")]
    visit.done("2207", {"data": visit.echoed("52.68"), "drug_trac_info": lines})
    visit.upload(visit.line(BOX, "26.34", batch="2"))
    whole = [{**split, "feedetl_sn": "3", "trdn_flag": "0"}]
    again = {"data": visit.echoed("26.34", batch="2"), "drug_trac_info": whole}
    assert "追溯码已销售" in visit.ask("2207", again)["err_msg"]
    again["drug_trac_info"] = [{**split, "feedetl_sn": "3"}]
    assert visit.ask("2207", again)["infcode"] == 0


def returned(visit: Visit) -> dict[str, str]:
    """3513: each code with whether it was brought back."""
    rows = visit.done("3513", {"data": {}})["data"]
    return {row["drug_trac_codg"]: row["retn_flag"] for row in rows}


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
