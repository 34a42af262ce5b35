"""A visit and its fees: what is put on the book, what is refused, what is asked."""

from __future__ import annotations

import pytest

from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import Clinic, Visit

BOX = "阿莫西林胶囊"


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    """A visit with one box on the book, worth 26.34."""
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line(BOX, "26.34"))
    return visit


def test_a_settled_batch_takes_no_more_lines_and_loses_none(visit: Visit) -> None:
    visit.settle("26.34")
    assert "已结算" in visit.ask("2204", {"feedetail": [visit.line(BOX, "26.34")]})["err_msg"]
    named = {"mdtrt_id": visit.mdtrt_id, "chrg_bchno": "1", "psn_no": visit.psn_no}
    assert "已结算" in visit.ask("2205", {"data": named})["err_msg"]
    visit.done("2205", {"data": {**named, "chrg_bchno": "0000"}})
    closing = {
        "psn_no": visit.psn_no,
        "mdtrt_id": visit.mdtrt_id,
        "ipt_otp_no": visit.ipt_otp_no,
    }
    assert "存在费用明细" in visit.ask("2202", {"data": closing})["err_msg"]


@pytest.mark.parametrize(
    ("change", "origin"),
    [
        ({"medfee_sumamt": "26.35"}, "setlcheck_6"),
        ({"inscp_scp_amt": "26.33"}, "setlcheck_3"),
        ({"preselfpay_amt": "0.01"}, "setlcheck_3"),
        ({"insutype": "310"}, "setlcheck_1"),
        ({"chrg_bchno": "2"}, "setlcheck_5"),
        ({"mdtrt_id": "1"}, "mdtrtcheck_3"),
        ({"mdtrt_cert_no": "990000190001010000"}, "mdtrtcheck_1"),
    ],
)
def test_an_amount_or_a_name_that_differs_from_the_book_settles_nothing(
    visit: Visit, province: SandboxProvince, change: dict[str, object], origin: str
) -> None:
    answer = visit.ask("2207", {"data": {**visit.echoed("26.34"), **change}})
    assert answer["infcode"] == -2
    assert origin in answer["err_msg"]
    assert province.book()["settlements"] == []


@pytest.mark.parametrize(
    ("change", "origin"),
    [
        ({"feedetl_sn": "0"}, "feecheck_5"),
        ({"feedetl_sn": "1" * 16}, "feecheck_5"),
        ({"feedetl_sn": "A1"}, "feecheck_5"),
        ({"feedetl_sn": "1"}, "feecheck_3"),
        ({"med_list_codg": "X"}, "feecheck_6"),
        ({"medins_list_codg": "YP9999"}, "feecheck_6"),
        ({"det_item_fee_sumamt": "26.33"}, "feecheck_7"),
        ({"bilg_dr_codg": "D431024000002"}, "doctorcheck_1"),
        ({"cnt": "-1", "det_item_fee_sumamt": "-26.34"}, "setlcheck_8"),
        ({"cnt": "0", "det_item_fee_sumamt": "0"}, "setlcheck_8"),
    ],
)
def test_a_fee_line_that_is_wrong_leaves_the_book_as_it_was(
    visit: Visit, change: dict[str, object], origin: str
) -> None:
    good, bad = visit.line(BOX, "26.34"), {**visit.line(BOX, "26.34"), **change}
    answer = visit.ask("2204", {"feedetail": [good, bad]})
    assert origin in answer["err_msg"]
    visit.settle("26.34")


def test_an_upload_says_how_each_line_divides(clinic: Clinic) -> None:
    visit = clinic.visit("王建国").describe()
    [row] = visit.upload(visit.line("银杏叶片", "50.00"))["result"]
    assert {name: str(row[name]) for name in ("preselfpay_amt", "inscp_scp_amt")} == {
        "preselfpay_amt": "5.00",
        "inscp_scp_amt": "45.00",
    }
    assert (str(row["overlmt_amt"]), str(row["pric_uplmt_amt"])) == ("0.00", "999999")


def test_a_visit_without_fees_can_be_taken_back_and_is_gone(clinic: Clinic) -> None:
    visit = clinic.visit("王建国")
    asked = {
        "psn_no": visit.psn_no,
        "begntime": "2025-09-20 00:00:00",
        "endtime": "2025-09-20 23:59:59",
        "med_type": "11",
    }
    [found] = visit.done("5201", {"data": asked})["mdtrtinfo"]
    assert (found["mdtrt_id"], found["ipt_otp_no"]) == (visit.mdtrt_id, visit.ipt_otp_no)
    visit.done(
        "2202",
        {
            "data": {
                "psn_no": visit.psn_no,
                "mdtrt_id": visit.mdtrt_id,
                "ipt_otp_no": visit.ipt_otp_no,
            }
        },
    )
    assert visit.done("5201", {"data": asked})["mdtrtinfo"] == []


def test_what_is_registered_and_signed_can_be_asked(clinic: Clinic) -> None:
    visit = clinic.visit("王建国")
    [disease] = visit.done("5301", {"data": {"psn_no": visit.psn_no}})["feedetail"]
    assert disease["opsp_dise_code"] == "LB001"
    asked = {"psn_no": visit.psn_no, "biz_appy_type": "03"}
    [contract] = visit.done("5302", {"data": asked})["psnfixmedin"]
    assert (contract["fixmedins_code"], contract["memo"]) == ("H43102400001", "基础包,增值包")
    other = {"psn_no": visit.psn_no, "biz_appy_type": "01"}
    assert visit.done("5302", {"data": other})["psnfixmedin"] == []
