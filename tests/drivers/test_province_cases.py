"""The worked cases over HTTP: a whole visit, 9001 to 2207A, and what it says."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import CHINA, Clinic, Clock

DRUG, TEST, LISTED, CLASS_B = "头孢克肟分散片", "葡萄糖测定", "对乙酰氨基酚片", "银杏叶片"
BOX = "阿莫西林胶囊"
AS_3 = ((TEST, "12.50", "1"), (DRUG, "30.00", "1"))
AS_7 = (*AS_3, ("诊查费", "10.00", "1"))
HERE, OTHER_VILLAGE = "H43102400991", "H43102400992"


@pytest.mark.parametrize(
    ("person", "place", "lines", "amounts"),
    [
        pytest.param("王建国", HERE, [(LISTED, "4.00", "2")], "8.00 8.00 0.00", id="1"),
        pytest.param("王建国", HERE, [(BOX, "26.34", "1")], "26.34 18.44 7.90", id="2"),
        pytest.param("李秀英", "H43102400001", AS_3, "42.50 32.25 10.25", id="3"),
        pytest.param("何春花", HERE, AS_3, "42.50 10.00 32.50", id="4"),
        pytest.param("吴小燕", "H43010000001", AS_3, "42.50 32.25 10.25", id="5"),
        pytest.param("王建国", HERE, [(CLASS_B, "50.00", "1")], "50.00 31.50 18.50", id="6"),
        pytest.param("张国强", HERE, AS_7, "52.50 26.25 26.25", id="7"),
        pytest.param("王建国", HERE, AS_3, "42.50 32.25 10.25", id="11"),
        pytest.param("王建国", OTHER_VILLAGE, AS_7, "52.50 26.25 26.25", id="12"),
        pytest.param("邓大山", HERE, [(BOX, "26.34", "1")], "26.34 14.32 12.02", id="13"),
        pytest.param("王建国", HERE, [("连花清瘟胶囊", "12.50", "1")], "12.50 10.13 2.37", id="14"),
        pytest.param(
            "王建国", HERE, [("复方氨酚烷胺胶囊", "10.00", "1")], "10.00 10.00 0.00", id="15"
        ),
        pytest.param("罗水生", HERE, [(LISTED, "4.00", "2")], "8.00 5.00 3.00", id="16"),
        pytest.param(
            "王建国",
            HERE,
            [("家庭医生个性化服务包", "60.00", "1"), (BOX, "26.34", "1")],
            "86.34 18.44 67.90",
            id="21",
        ),
        pytest.param(
            "王建国", HERE, [("葡萄糖注射液", "0.35", "1")] * 3, "1.05 0.75 0.30", id="30"
        ),
        pytest.param("王建国", HERE, [("维生素C片", "8.88", "0.1")], "0.89 0.62 0.27", id="31"),
        pytest.param("吴明", HERE, AS_7, "52.50 0.00 52.50", id="34"),
        pytest.param("王建国", HERE, [(BOX, "26.34", "6")], "158.04 110.63 47.41", id="35"),
        pytest.param(
            "胡大同",
            "H14020000991",
            [("阿莫西林克拉维酸钾片", "26.34", "1")],
            "26.34 14.92 11.42",
            id="36",
        ),
    ],
)
def test_a_worked_case_is_settled_as_written(
    province: SandboxProvince,
    clock: Clock,
    person: str,
    place: str,
    lines: list[tuple[str, str, str]],
    amounts: str,
) -> None:
    total, fund, own = amounts.split()
    with Clinic(province, clock, place) as clinic:
        visit = clinic.sign_in().visit(person).describe()
        visit.upload(*(visit.line(*line) for line in lines))
        info = visit.settle(total)
    assert (str(info["fund_pay_sumamt"]), str(info["psn_cash_pay"])) == (fund, own)
    assert_identities(info)


def assert_identities(info: dict[str, Decimal]) -> None:
    scope = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    payers = ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
    person = ("acct_pay", "acct_mulaid_pay", "psn_cash_pay")
    assert info["medfee_sumamt"] == sum(info[name] for name in scope)
    assert info["medfee_sumamt"] == sum(info[name] for name in payers)
    assert info["psn_part_amt"] == sum(info[name] for name in person)


def test_case_8_an_employees_two_policies_are_two_rows_of_the_detail(clinic: Clinic) -> None:
    visit = clinic.visit("黄志明", insutype="310").describe()
    visit.upload(visit.line(TEST, "10.00"), visit.line("奥美拉唑肠溶胶囊", "40.00"))
    output = visit.done("2207A", {"data": visit.echoed("50.00")})
    amounts = [str(row["fund_payamt"]) for row in output["setldetail"]]
    assert amounts == ["20.00", "14.57"]
    assert str(output["setlinfo"]["psn_cash_pay"]) == "15.43"


@pytest.mark.parametrize(
    ("person", "insutype", "account", "aid", "cash"),
    [
        pytest.param("曾玉梅", "390", "0.00", "7.90", "0.00", id="9"),
        pytest.param("彭国庆", "390", "0.00", "5.00", "2.90", id="27"),
        pytest.param("谢晓东", "310", "3.00", "4.00", "0.90", id="28"),
    ],
)
def test_accounts_pay_the_persons_share_and_are_emptied_by_it(
    clinic: Clinic, person: str, insutype: str, account: str, aid: str, cash: str
) -> None:
    visit = clinic.visit(person, insutype).describe()
    visit.upload(visit.line(BOX, "26.34"), visit.line(BOX, "26.34", batch="2"))
    info = visit.settle("26.34", account="1")
    again = visit.settle("26.34", batch="2", account="1")
    paid = [str(info[name]) for name in ("acct_pay", "acct_mulaid_pay", "psn_cash_pay")]
    assert paid == [account, aid, cash]
    assert_identities(info)
    if cash != "0.00":
        assert str(again["psn_cash_pay"]) == "7.90"


def test_case_10_a_cancellation_gives_the_limit_back(clinic: Clinic) -> None:
    visit = clinic.visit("姜晚晴").describe()
    visit.upload(*(visit.line(*line) for line in AS_3))
    info = visit.settle("42.50")
    assert str(info["fund_pay_sumamt"]) == "20.00"
    named = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    back = visit.done("2208", {"data": named})["setlinfo"]
    assert str(back["fund_pay_sumamt"]) == "-20.00"
    assert back["psn_part_amt"] is None
    visit.done(
        "2205",
        {"data": {"mdtrt_id": visit.mdtrt_id, "chrg_bchno": "0000", "psn_no": visit.psn_no}},
    )
    visit.upload(visit.line(TEST, "12.50"))
    assert str(visit.settle("12.50")["fund_pay_sumamt"]) == "11.25"
    cum = visit.done("5206", {"data": {"psn_no": visit.psn_no, "cum_ym": "202509"}})
    used = {row["cum_type_code"]: str(row["cum"]) for row in cum["cuminfo"]}
    assert used["D390101_BIZ11"] == "411.25"


def test_case_17_the_afternoon_knows_what_the_morning_used(clinic: Clinic) -> None:
    funds = []
    for _ in range(2):
        visit = clinic.visit("尹秋生").describe()
        visit.upload(visit.line(DRUG, "30.00"))
        funds.append(str(visit.settle("30.00")["fund_pay_sumamt"]))
    assert funds == ["21.00", "9.00"]


def test_case_20_the_limit_is_that_of_the_year_of_the_visit(clinic: Clinic, clock: Clock) -> None:
    clock.now = datetime(2025, 12, 31, 23, 50, tzinfo=CHINA)
    visit = clinic.sign_in().visit("宋年年").describe()
    visit.upload(visit.line(BOX, "26.34"))
    clock.now = datetime(2026, 1, 2, 8, 0, tzinfo=CHINA)
    clinic.sign_in()
    assert str(visit.settle("26.34")["fund_pay_sumamt"]) == "0.00"
    new = clinic.visit("宋年年").describe()
    new.upload(new.line(BOX, "26.34"))
    assert str(new.settle("26.34")["fund_pay_sumamt"]) == "18.44"


def test_case_24_a_chronic_disease_has_its_own_limit_and_no_advance(clinic: Clinic) -> None:
    visit = clinic.visit("刘德福", med_type="14").describe("M03900")
    visit.upload(visit.line(CLASS_B, "50.00"))
    info = visit.settle("50.00")
    assert (str(info["fund_pay_sumamt"]), str(info["psn_part_amt"])) == ("35.00", "15.00")


def test_case_25_one_visit_holds_two_settlements(clinic: Clinic, province: SandboxProvince) -> None:
    visit = clinic.visit("王建国", med_type="9901").describe("LB001")
    visit.upload(visit.line("苯磺酸左氨氯地平片", "26.34"))
    first = visit.settle("26.34")
    visit.med_type = "11"
    visit.describe()
    visit.upload(visit.line("氯雷他定片", "20.00", batch="2"))
    second = visit.settle("20.00", batch="2")
    funds = [str(each["fund_pay_sumamt"]) for each in (first, second)]
    assert funds == ["18.44", "14.00"]
    assert [row["med_type"] for row in (first, second)] == ["9901", "11"]
    assert len(province.book()["settlements"] or []) == 2


def test_case_29_a_settlement_is_not_changed_by_the_cancelling_of_an_earlier_one(
    clinic: Clinic,
) -> None:
    visit = clinic.visit("秦朝阳").describe()
    visit.upload(visit.line(CLASS_B, "50.00"), visit.line(DRUG, "30.00", batch="2"))
    first = visit.settle("50.00")
    assert str(first["fund_pay_sumamt"]) == "25.00"
    second = visit.settle("30.00", batch="2")
    assert str(second["fund_pay_sumamt"]) == "0.00"
    for info in (first, second):
        named = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        visit.done("2208", {"data": named})
    assert str(visit.settle("30.00", batch="2")["fund_pay_sumamt"]) == "21.00"


def test_case_33_away_from_home_the_account_pays(clinic: Clinic) -> None:
    visit = clinic.visit("周美玲", insutype="310").describe()
    visit.upload(*(visit.line(*line) for line in AS_7))
    info = visit.settle("52.50", account="1")
    paid = [str(info[name]) for name in ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "balc")]
    assert paid == ["0.00", "30.00", "22.50", "0.00"]


@pytest.mark.parametrize(
    ("person", "med_type", "dise", "item", "said"),
    [
        ("王建国", "11", "", "诊查费", "诊查费"),
        ("王建国", "11", "", "65岁及以上老年人健康体检", "公共卫生"),
        ("陈桂兰", "14", "M03900", BOX, "备案"),
        ("王建国", "9901", "LB002", BOX, "备案"),
        ("王建国", "9901", "LB001", BOX, "用药范围"),
        ("王建国", "41", "", BOX, "医疗类别"),
    ],
)
def test_what_the_rules_forbid_is_refused_when_it_is_uploaded(
    clinic: Clinic, person: str, med_type: str, dise: str, item: str, said: str
) -> None:
    visit = clinic.visit(person, med_type=med_type).describe(dise)
    answer = visit.ask("2204", {"feedetail": [visit.line(item, "1.00")]})
    assert answer["infcode"] == -2
    assert said in answer["err_msg"]


def test_one_batch_is_one_disease(clinic: Clinic) -> None:
    visit = clinic.visit("王建国").describe()
    mixed = [visit.line(BOX, "26.34"), {**visit.line(DRUG, "30.00"), "dise_codg": "LB001"}]
    answer = visit.ask("2204", {"feedetail": mixed})
    assert "同一病种" in answer["err_msg"]


def test_case_19_the_shared_limit_counts_what_the_base_policy_paid(clinic: Clinic) -> None:
    visit = clinic.visit("孟新荷").describe()
    visit.upload(visit.line(DRUG, "30.00"))
    [row] = visit.done("2206", {"data": visit.bill("30.00")})["setldetail"]
    assert str(row["crt_payb_lmt_amt"]) == "320.00"


@pytest.mark.parametrize(
    ("med_type", "dise", "fund", "own"),
    [("11", "", "18.20", "11.80"), ("9901", "LB001", "21.00", "9.00")],
)
def test_case_23_two_diseases_know_no_price_limit(
    clinic: Clinic, med_type: str, dise: str, fund: str, own: str
) -> None:
    visit = clinic.visit("王建国", med_type=med_type).describe(dise)
    visit.upload(visit.line("缬沙坦胶囊", "30.00"))
    info = visit.settle("30.00")
    assert (str(info["fund_pay_sumamt"]), str(info["psn_part_amt"])) == (fund, own)


def test_case_26_a_data_folder_of_ones_own_changes_the_rules(tmp_path: Path, clock: Clock) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    rules = data / "benefits.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('"uncovered_fees"', '"unpaid_in_scope"'), encoding="utf-8")
    with (
        SandboxProvince(tmp_path, clock=clock, data=data) as province,
        Clinic(province, clock) as clinic,
    ):
        visit = clinic.sign_in().visit("黄志明", insutype="310").describe()
        visit.upload(visit.line(TEST, "10.00"), visit.line("奥美拉唑肠溶胶囊", "40.00"))
        output = visit.done("2207", {"data": visit.echoed("50.00")})
    amounts = [str(row["fund_payamt"]) for row in output["setldetail"]]
    assert (amounts, str(output["setlinfo"]["psn_part_amt"])) == (["20.00", "18.00"], "12.00")
