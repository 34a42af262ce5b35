"""What the province tells before a claim: treatment, audit, dictionary and catalogue."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import ITEMS, PEOPLE, Clinic, Visit

NOW = "2025-09-20 09:30:00"


def treatment(clinic: Clinic, name: str, **more: str) -> dict[str, Any]:
    psn_no, _ = PEOPLE[name]
    asked = {
        "psn_no": psn_no,
        "insutype": "390",
        "fixmedins_code": clinic.institution,
        "med_type": "11",
        "begntime": NOW,
        **more,
    }
    [row] = clinic.done("2001", {"data": asked}, insuplc_admdvs=psn_no[:6])["trtinfo"]
    return dict(row)


def test_who_may_claim_is_told_with_the_fund_that_pays(clinic: Clinic) -> None:
    row = treatment(clinic, "王建国")
    assert (row["trt_enjymnt_flag"], row["fund_pay_type"]) == ("1", "390100")
    row = treatment(clinic, "谢晓东", insutype="310")
    assert (row["trt_enjymnt_flag"], row["fund_pay_type"]) == ("1", "310100")


def test_who_may_not_claim_is_told_why(clinic: Clinic) -> None:
    row = treatment(clinic, "蒋停云")
    assert (row["trt_enjymnt_flag"], row["trt_chk_rslt"]) == ("0", "参保状态异常或险种不存在")


def test_a_disease_programme_is_for_those_registered_in_it(clinic: Clinic) -> None:
    for code in ("", "LB001"):
        told = treatment(clinic, "王建国", med_type="9901", dise_codg=code)
        assert told["trt_enjymnt_flag"] == "1"
    assert treatment(clinic, "王建国", med_type="9901", dise_codg="X")["trt_enjymnt_flag"] == "0"
    assert (
        treatment(clinic, "李秀英", med_type="14")["trt_chk_rslt"] == "未办理该病种备案或备案已失效"
    )


def order(item: str, **more: object) -> dict[str, object]:
    code, own_code = ITEMS.get(item, ("NO-SUCH-CODE", "X"))
    return {
        "rx_id": "1",
        "hilist_code": code,
        "hilist_name": item,
        "hosplist_code": own_code,
        "cnt": 1,
        "pric": "1.00",
        "sumamt": "1.00",
        "drord_begn_date": NOW,
        **more,
    }


def warned(
    clinic: Clinic, *orders: dict[str, object], mdtrt_id: str = "1", exp_content: str = ""
) -> list[str]:
    psn_no, _ = PEOPLE["王建国"]
    encounter = {
        "mdtrt_id": mdtrt_id,
        "medins_id": clinic.institution,
        "medins_name": "演示村卫生室",
        "medins_admdvs": "431024",
        "medins_type": "1",
        "medins_lv": "11",
        "adm_date": NOW,
        "dscg_main_dise_codg": "J00.x00",
        "dscg_main_dise_name": "急性上呼吸道感染",
        "dr_codg": clinic.doctor,
        "adm_dept_codg": "A01",
        "adm_dept_name": "全科医疗科",
        "med_mdtrt_type": "1",
        "med_type": "11",
        "medfee_sumamt": "1.00",
        "insutype": "390",
        "fsi_diagnose_dtos": [
            {
                "dise_id": 1,
                "inout_dise_type": "1",
                "maindise_flag": "1",
                "dias_srt_no": 1,
                "dise_codg": "J00.x00",
                "dise_name": "急性上呼吸道感染",
                "dise_date": NOW,
            }
        ],
        "fsi_order_dtos": list(orders),
    }
    patient = {
        "patn_id": psn_no,
        "patn_name": "王建国",
        "gend": "1",
        "brdy": "1965-03-12",
        "poolarea": "431024",
        "curr_mdtrt_id": mdtrt_id,
        "fsi_encounter_dtos": [encounter],
    }
    asked = {"data": {"syscode": "1", "trig_scen": "1", "patient_dtos": [patient]}}
    asked["data"]["exp_content"] = exp_content
    before, during = (clinic.done(infno, asked)["result"] for infno in ("3101", "3102"))
    rules = [str(each["rule_id"]) for each in before]
    assert rules == [each["rule_id"] for each in during]
    assert all(each["vola_cont"] and each["jr_id"] for each in before)
    return rules


def test_the_terminals_findings_are_kept_and_come_back_as_the_province_sees_them(
    clinic: Clinic, province: SandboxProvince
) -> None:
    findings = [
        {"rule_id": "women_only", "sev": "block", "line": 1, "words": "只用于女性", "reason": ""},
        {"rule_id": "our_own_idea", "sev": "warn", "line": 2, "words": "x", "reason": "已核对"},
    ]
    told = json.dumps({"findings": findings}, ensure_ascii=False)
    assert warned(clinic, order("阿莫西林胶囊"), exp_content=told) == ["women_only"]
    kept = [(row["rule"], row["line"], row["reason"]) for row in province.book()["findings"]]
    assert kept == 2 * [("women_only", "1", ""), ("our_own_idea", "2", "已核对")]


@pytest.mark.parametrize(
    "told", ["x", "[]", '{"findings":5}', '{"findings":[1,{"rule_id":[]}]}', '{"a":"\\ud800"}']
)
def test_an_extension_that_nobody_can_read_stops_no_audit(clinic: Clinic, told: str) -> None:
    assert warned(clinic, order("阿莫西林胶囊"), exp_content=told) == []


def test_an_ordinary_bill_is_warned_of_nothing(clinic: Clinic) -> None:
    assert warned(clinic, order("阿莫西林胶囊"), order("肌肉注射"), order("肌肉注射")) == []


@pytest.mark.parametrize(
    ("orders", "rules"),
    [
        ([order("阿莫西林胶囊"), order("阿莫西林胶囊")], ["R0001", "R0001"]),
        ([order("阿莫西林胶囊", drord_stop_date="2025-12-13 09:30:00")], []),
        ([order("阿莫西林胶囊", drord_stop_date="2025-12-14 09:30:00")], ["R0002"]),
        ([order("预防接种服务")], ["R0003"]),
        ([order("不存在的药")], ["R0004"]),
    ],
)
def test_each_rule_warns_of_what_it_is_for(
    clinic: Clinic, orders: list[dict[str, object]], rules: list[str]
) -> None:
    assert warned(clinic, *orders) == rules


def test_a_drug_settled_earlier_today_is_warned_of_wherever_it_was(clinic: Clinic) -> None:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    visit.settle("26.34")
    assert warned(clinic, order("阿莫西林胶囊")) == ["R0001"]
    assert warned(clinic, order("阿莫西林胶囊"), mdtrt_id=visit.mdtrt_id) == []


def test_a_dictionary_is_told_by_its_type(clinic: Clinic) -> None:
    rows = clinic.done("1901", {"data": {"type": "insutype"}})["list"]
    assert {row["value"]: row["label"] for row in rows}["390"] == "城乡居民基本医疗保险"
    assert clinic.done("1901", {"data": {"type": "nothing"}}) == {"list": []}


@pytest.mark.parametrize(
    ("infno", "columns", "named"), [("1301", 97, "阿莫西林胶囊"), ("1305", 20, "诊查费")]
)
def test_a_catalogue_is_fetched_as_a_file(
    clinic: Clinic, infno: str, columns: int, named: str
) -> None:
    told = clinic.done(infno, {"data": {"ver": "0"}})
    asked = {
        "file_qury_no": told["file_qury_no"],
        "filename": "plc",
        "fixmedins_code": clinic.institution,
    }
    content = clinic.post(clinic.envelope("9102", {"fsDownloadIn": asked})).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [name] = archive.namelist()
        rows = [line.split("\t") for line in archive.read(name).decode().splitlines()]
    assert f"{name}.zip" == told["filename"]
    assert ({len(row) for row in rows}, len(rows)) == ({columns}, told["data_cnt"])
    assert ITEMS[named][0] in {row[0] for row in rows if named in row}
    again = clinic.done(infno, {"data": {"ver": rows[0][-2]}})
    assert (again["data_cnt"], again["file_qury_no"]) == (0, None)


def test_herbal_pieces_are_offered_apart_from_the_drugs(clinic: Clinic) -> None:
    herbs = [item for item in read_reference().items.values() if item.charge_type == "10"]
    assert clinic.done("1302", {"data": {"ver": "0"}})["data_cnt"] == len(herbs)
    assert all(item.exempt for item in herbs)


def test_a_sale_is_reported_alone_as_well_as_in_a_row(clinic: Clinic) -> None:
    visit: Visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    setl_id = visit.settle("26.34")["setl_id"]
    code, own_code = ITEMS["阿莫西林胶囊"]
    sale = {
        "med_list_codg": code,
        "fixmedins_hilist_id": own_code,
        "fixmedins_hilist_name": "阿莫西林胶囊",
        "fixmedins_bchno": "1",
        "prsc_dr_name": "雷新民",
        "phar_name": "雷新民",
        "phar_prac_cert_no": "1",
        "hi_feesetl_type": "1",
        "setl_id": setl_id,
        "mdtrt_sn": visit.mdtrt_id,
        "psn_cert_type": "01",
        "manu_lotnum": "1",
        "manu_date": "2025-03-15",
        "rx_flag": "1",
        "trdn_flag": "0",
        "rx_circ_flag": "0",
        "rtal_docno": "1",
        "sel_retn_cnt": 1,
        "sel_retn_time": NOW,
        "sel_retn_opter_name": "雷新民",
        "mdtrt_setl_type": "1",
        "drugtracinfo": [{"drug_trac_codg": "89101110000000000001"}],
    }
    assert visit.done("3505", {"selinfo": sale})["result"]["retRslt"] == "1"
    assert "未定义的节点" in visit.ask("3505A", {"selinfo": sale})["err_msg"]
    again = visit.done("3505A", {"selinfoDetail": [sale]})
    assert again["result"]["retRslt"] == "0"
