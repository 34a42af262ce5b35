"""Where the interface is open: each value of each question, as a client meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import Manner, UrlStyle
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock, Visit

WHO = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": PEOPLE["王建国"][1]}}
BOX = "阿莫西林胶囊"


@contextmanager
def at(folder: Path, clock: Clock, **manner: Any) -> Iterator[Clinic]:
    with (
        SandboxProvince(folder, clock=clock, manner=Manner(**manner)) as province,
        Clinic(province, clock) as clinic,
    ):
        yield clinic


def with_a_box(clinic: Clinic, name: str = "王建国", **more: str) -> Visit:
    visit = clinic.visit(name, **more).describe()
    visit.upload(visit.line(BOX, "26.34"))
    return visit


@pytest.mark.parametrize("infno", ["2203", "2203A", "2206", "2206A", "2207", "2207A"])
def test_a_form_that_is_not_spoken_here_is_refused(
    tmp_path: Path, clock: Clock, infno: str
) -> None:
    with at(tmp_path, clock, infnos_refused=frozenset({infno})) as clinic:
        assert "msgcheck_2" in clinic.ask(infno, WHO)["err_msg"]
        other = infno.removesuffix("A") if infno.endswith("A") else f"{infno}A"
        assert "msgcheck_2" not in clinic.ask(other, WHO)["err_msg"]


PATHS = {
    UrlStyle.ANY: {"/": 200, "/1101": 200, "/x/fsi/api/fsiPsnInfoService/queryPsnInfo": 200},
    UrlStyle.BY_INFNO: {
        "/": 404,
        "/api/1101": 200,
        "/api/1101/?a=b": 200,
        "/api/1102": 404,
        "/fsi/api/fsiPsnInfoService/queryPsnInfo": 404,
    },
    UrlStyle.BY_PATH: {
        "/": 404,
        "/1101": 404,
        "/x/fsi/api/fsiPsnInfoService/queryPsnInfo": 200,
        "/fsi/api/reverseService/revsMethod": 404,
    },
}


@pytest.mark.parametrize("style", UrlStyle)
def test_nobody_listens_at_an_address_of_another_style(
    tmp_path: Path, clock: Clock, style: UrlStyle
) -> None:
    with at(tmp_path, clock, url_style=style) as clinic:
        for path, status in PATHS[style].items():
            response = clinic.post(clinic.envelope("1101", WHO), path=path)
            assert (path, response.status_code) == (path, status)


@pytest.mark.parametrize(("text_only", "objects"), [(False, 0), (True, -2)])
def test_some_take_input_only_as_text(
    tmp_path: Path,
    clock: Clock,
    *,
    text_only: bool,
    objects: int,
) -> None:
    with at(tmp_path, clock, input_as_text=text_only) as clinic:
        asked = {"signIn": {"opter_no": "op1", "mac": "", "ip": "127.0.0.1"}}
        assert clinic.ask("9001", asked)["infcode"] == objects
        assert clinic.ask("9001", json.dumps(asked))["infcode"] == 0


@pytest.mark.parametrize("text", [None, "成功"])
def test_a_success_may_bring_a_good_text(tmp_path: Path, clock: Clock, text: str | None) -> None:
    with at(tmp_path, clock, good_text=text) as clinic:
        answer = clinic.ask("9001", {"signIn": {"opter_no": "op1", "mac": "", "ip": "127.0.0.1"}})
        assert (answer["infcode"], answer["err_msg"]) == (0, text)


def test_numbers_may_be_quoted_and_what_is_optional_null(tmp_path: Path, clock: Clock) -> None:
    with at(tmp_path, clock, numbers_as_strings=True, null_rich=True) as clinic:
        asked = {"signIn": {"opter_no": "op1", "mac": "", "ip": "127.0.0.1"}}
        answer = clinic.ask("9001", asked)
        assert answer["infcode"] == "0"
        clinic.sign_no = answer["output"]["signinoutb"]["sign_no"]
        assert clinic.ask("1101", WHO)["output"]["baseinfo"]["brdy"] is None


def test_a_null_rich_settlement_still_tells_its_sums(tmp_path: Path, clock: Clock) -> None:
    with at(tmp_path, clock, null_rich=True) as clinic:
        info = with_a_box(clinic.sign_in()).settle("26.34")
        nulls = ("cvlserv_pay", "hosp_part_amt", "acct_mulaid_pay", "naty", "clr_way")
        assert [info[name] for name in nulls] == [None] * 5
        assert [str(info[name]) for name in ("fund_pay_sumamt", "psn_cash_pay")] == [
            "18.44",
            "7.90",
        ]


def shares(info: dict[str, Any]) -> list[str]:
    names = ("fund_pay_sumamt", "psn_part_amt", "acct_pay", "acct_mulaid_pay", "psn_cash_pay")
    return [f"{Decimal(info[name]):.2f}" for name in names]


SHARES = [
    ({}, ["18.44", "7.90", "3.00", "4.00", "0.90"]),
    ({"account_in_fund": True}, ["21.44", "4.90", "3.00", "4.00", "0.90"]),
    ({"mutual_aid_in_account": True}, ["18.44", "7.90", "7.00", "4.00", "0.90"]),
    (
        {"account_in_fund": True, "mutual_aid_in_account": True},
        ["25.44", "0.90", "7.00", "4.00", "0.90"],
    ),
]


@pytest.mark.parametrize(("manner", "amounts"), SHARES)
def test_account_and_mutual_aid_stand_where_this_province_puts_them(
    tmp_path: Path, clock: Clock, manner: dict[str, bool], amounts: list[str]
) -> None:
    """Worked case 28: the person's own 3.00, then a relative's 4.00."""
    with at(tmp_path, clock, **manner) as clinic:
        visit = with_a_box(clinic.sign_in(), "谢晓东", insutype="310")
        info = visit.settle("26.34", account="1")
        assert shares(info) == amounts
        outside = info["psn_part_amt"] + info["fund_pay_sumamt"] + info["hosp_part_amt"]
        assert info["medfee_sumamt"] == outside
        found = visit.done("5203", {"data": {"psn_no": visit.psn_no, "setl_id": info["setl_id"]}})
        assert str(found["setlinfo"]["psn_pay"]) == amounts[1]
        sums = {
            "insutype": "310",
            "clr_type": "11",
            "setl_optins": "431024",
            "stmt_begndate": "2025-09-20",
            "stmt_enddate": "2025-09-20",
            "medfee_sumamt": "26.34",
            "fund_pay_sumamt": amounts[0],
            "acct_pay": amounts[2],
            "fixmedins_setl_cnt": 1,
        }
        assert clinic.done("3201", {"data": sums})["stmtinfo"]["stmt_rslt"] == "0"


@pytest.mark.parametrize(("demanded", "infcode"), [(False, 0), (True, -2)])
def test_trace_codes_may_have_to_come_with_the_settlement(
    tmp_path: Path,
    clock: Clock,
    *,
    demanded: bool,
    infcode: int,
) -> None:
    with at(tmp_path, clock, trace_codes_with_settlement=demanded) as clinic:
        visit = clinic.sign_in().visit("王建国").describe()
        visit.upload(visit.line(BOX, "26.34"), visit.line("肌肉注射", "3.00"))
        bill = {"data": visit.echoed("29.34")}
        assert visit.ask("2207", bill)["infcode"] == infcode
        code = {"feedetl_sn": "1", "drug_trac_codg": "89101110000000000001"}
        bill["drug_trac_info"] = [{**code, "trdn_flag": "0", "min_prcunt_type": "2"}]  # type: ignore[assignment]
        again = visit.ask("2207", bill)
        assert again["infcode"] == (0 if demanded else -2)


@pytest.mark.parametrize(("told", "infcode"), [('{"untraced":"bought_before"}', 0), ("", -2)])
def test_a_drug_without_a_code_says_why_or_is_not_settled(
    tmp_path: Path, clock: Clock, told: str, infcode: int
) -> None:
    with at(tmp_path, clock, trace_codes_with_settlement=True) as clinic:
        visit = clinic.sign_in().visit("王建国").describe()
        first = visit.line(BOX, "26.34")
        visit.upload({**first, "exp_content": '{"untraced":"unreadable"}'})
        whole = {"mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no, "chrg_bchno": "0000"}
        visit.done("2205", {"data": whole})
        visit.upload({**first, "exp_content": told})  # The newest upload is what counts.
        assert visit.ask("2207", {"data": visit.echoed("26.34")})["infcode"] == infcode


def test_herbal_pieces_need_no_code(tmp_path: Path, clock: Clock) -> None:
    herb = next(item for item in read_reference().items.values() if item.exempt)
    with at(tmp_path, clock, trace_codes_with_settlement=True) as clinic:
        visit = clinic.sign_in().visit("王建国").describe()
        visit.upload(visit.line(herb.name, "1.00"))
        assert visit.ask("2207", {"data": visit.echoed("1.00")})["infcode"] == 0


@pytest.mark.parametrize(("most", "infcode"), [(2, 0), (1, -2)])
def test_one_call_takes_so_many_lines(
    tmp_path: Path, clock: Clock, most: int, infcode: int
) -> None:
    with at(tmp_path, clock, fee_lines_max=most) as clinic:
        visit = clinic.sign_in().visit("王建国").describe()
        lines = [visit.line(BOX, "26.34"), visit.line("肌肉注射", "3.00")]
        assert visit.ask("2204", {"feedetail": lines})["infcode"] == infcode


def test_a_message_id_that_comes_again_may_be_carried_out_again(
    tmp_path: Path, clock: Clock
) -> None:
    with at(tmp_path, clock, msgid_once=False) as clinic:
        msgid = clinic.sign_in().msgid()
        assert [clinic.ask("1101", WHO, msgid=msgid)["infcode"] for _ in range(2)] == [0, 0]
        visit = with_a_box(clinic)
        msgid = f"{clinic.institution}202509200930009999"
        bill = {"data": visit.echoed("26.34")}
        first, second = (visit.ask("2207", bill, msgid=msgid) for _ in range(2))
        assert first["infcode"] == 0
        assert "该批次已结算" in second["err_msg"]


def test_a_person_belongs_to_the_system_of_their_kind(tmp_path: Path, clock: Clock) -> None:
    with at(tmp_path, clock, receivers={"": "YBXT", "12": "LXXT"}) as clinic:
        clinic.sign_in()
        asked = {"data": {"psn_no": PEOPLE["王建国"][0]}}
        assert "msgcheck_8" in clinic.ask("5301", asked, recer_sys_code="LXXT")["err_msg"]
        assert clinic.ask("5301", asked, recer_sys_code="YBXT")["infcode"] == 0


def test_codes_are_read_and_written_in_the_provinces_own_spelling(
    tmp_path: Path, clock: Clock
) -> None:
    codes = {"insutype": {"390": "391"}, "fund_pay_type": {"390100": "390101"}}
    with at(tmp_path, clock, codes=codes) as clinic:
        found = clinic.sign_in().done("1101", WHO)
        assert found["insuinfo"][0]["insutype"] == "391"
        visit = clinic.visit("王建国", insutype="391").describe()
        visit.upload(visit.line(BOX, "26.34"))
        output = visit.done("2206", {"data": visit.bill("26.34")})
        assert output["setlinfo"]["insutype"] == "391"
        assert output["setldetail"][0]["fund_pay_type"] == "390101"


@pytest.mark.parametrize("own", [False, True])
def test_a_cancellation_may_have_a_number_of_its_own(
    tmp_path: Path,
    clock: Clock,
    *,
    own: bool,
) -> None:
    with at(tmp_path, clock, cancellation_has_own_id=own) as clinic:
        visit = with_a_box(clinic.sign_in())
        setl_id = visit.settle("26.34")["setl_id"]
        named = {"setl_id": setl_id, "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
        back = visit.done("2208", {"data": named})["setlinfo"]["setl_id"]
        assert (back != setl_id) is own
