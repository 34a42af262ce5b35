"""Records what is said between a clinic and the simulated province, a file a transaction.

    python -m tests.drivers.record

writes tests/drivers/recorded/*.json anew: for each transaction the first success and the
first refusal of each kind, from one clinic's day with invented people. Clock and numbers
stand still, so that the same province always gives the same bytes; where a file changes,
the shape of the wire has changed.
"""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import ITEMS, PEOPLE, Clinic, Clock, Visit

FOLDER = Path(__file__).parent / "recorded"
_BOX = "阿莫西林胶囊"
_CODE = "89101110000000000001"
_DAY = "2025-09-20"

Pair = dict[str, Any]


class Recorder(Clinic):
    """A clinic that keeps the first of each kind of answer: {infno: {kind: pair}}."""

    kept: dict[str, dict[str, Pair]]

    def ask(self, infno: str, sent: object, **more: object) -> dict[str, Any]:
        envelope = self.envelope(infno, sent, **more)
        response = self.post(envelope)
        if response.headers["Content-Type"] == "application/octet-stream":
            told: dict[str, Any] = {"file": _text(response.content)}
            kind = "success"
        else:
            told = json.loads(response.text, parse_float=Decimal)
            text = told["err_msg"] or ""
            kind = "success" if told["infcode"] == 0 else text[text.rindex("[") + 1 : -1]
        self.kept.setdefault(infno, {}).setdefault(kind, {"request": envelope, "answer": told})
        return told


def recorded() -> dict[str, dict[str, Pair]]:
    """One day at a clinic, as it was said."""
    clock = Clock()
    with (
        tempfile.TemporaryDirectory() as folder,
        SandboxProvince(Path(folder), clock=clock) as province,
        Recorder(province, clock) as clinic,
    ):
        clinic.kept = {}
        clinic.ask("1101", {"data": {}})  # Not signed in.
        clinic.ask("9001", {"signIn": {"opter_no": "op2", "ip": "127.0.0.1"}})
        clinic.sign_in()
        _people(clinic)
        visit = _visit(clinic)
        setl_id = _settle(clinic, visit)
        _sales(clinic, visit, setl_id)
        _statements(clinic, visit)
        _undo(clinic, visit, setl_id)
        _catalogue(clinic)
        _goods(clinic)
        for kind in ("1", ""):
            asked = {"prac_psn_type": kind, "psn_cert_type": "01", "prac_psn_code": clinic.doctor}
            clinic.ask("5102", {"data": asked})
        clinic.ask("9002", {"signOut": {"sign_no": "1", "opter_no": "op1"}})
        clinic.ask("9002", {"signOut": {"sign_no": clinic.sign_no, "opter_no": "op1"}})
        return clinic.kept


def _people(clinic: Clinic) -> None:
    psn_no, id_number = PEOPLE["王建国"]
    for number in (id_number, "991024190001010000"):
        clinic.ask("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": number}})
    treatment = {"insutype": "390", "med_type": "11", "begntime": f"{_DAY} 09:30:00"}
    day = {"begntime": f"{_DAY} 00:00:00", "endtime": f"{_DAY} 23:59:59", "med_type": "11"}
    asked: dict[str, dict[str, str]] = {
        "2001": {**treatment, "fixmedins_code": clinic.institution},
        "5201": day,
        "5203": {"setl_id": "1"},
        "5206": {"cum_ym": ""},
        "5301": {},
        "5302": {"biz_appy_type": "03"},
    }
    for infno, more in asked.items():
        clinic.ask(infno, {"data": {"psn_no": psn_no, **more}})
        clinic.ask(infno, {"data": {"psn_no": "1", **more}})
    clinic.ask("5203", {"data": {"psn_no": psn_no}})


def _visit(clinic: Clinic) -> Visit:
    visit = clinic.visit("王建国")
    registration = {"psn_no": visit.psn_no, "mdtrt_id": visit.mdtrt_id, "ipt_otp_no": "1"}
    visit.ask("2201", {"data": {"psn_no": visit.psn_no}})
    visit.ask("2204", {"feedetail": [visit.line(_BOX, "26.34")]})  # Not described yet.
    visit.ask("2203A", {"mdtrtinfo": registration})
    visit.describe()
    visit.ask("2202", {"data": registration})
    wrong = {**visit.line(_BOX, "26.34"), "det_item_fee_sumamt": "26.35"}
    visit.ask("2204", {"feedetail": [wrong]})
    visit.upload(visit.line(_BOX, "26.34"), visit.line("葡萄糖测定", "12.50"))
    other = clinic.visit("李秀英")
    leaving = {"psn_no": other.psn_no, "mdtrt_id": other.mdtrt_id, "ipt_otp_no": other.ipt_otp_no}
    other.done("2202", {"data": leaving})
    return visit


def _settle(clinic: Clinic, visit: Visit) -> str:
    visit.ask("2206A", {"data": visit.bill("38.85")})
    visit.ask("2207A", {"data": visit.echoed("38.85")})
    setl_id = str(visit.settle("38.84")["setl_id"])
    visit.ask("2207A", {"data": visit.echoed("38.84")})
    lines = {"mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    visit.ask("2205", {"data": {**lines, "chrg_bchno": "1"}})
    visit.ask("2205", {"data": {**lines, "chrg_bchno": "0000"}})
    visit.ask("5203", {"data": {"psn_no": visit.psn_no, "setl_id": setl_id}})
    return setl_id


def _sales(clinic: Clinic, visit: Visit, setl_id: str) -> None:
    code, own_code = ITEMS[_BOX]
    moved = {
        "med_list_codg": code,
        "fixmedins_hilist_id": own_code,
        "fixmedins_hilist_name": _BOX,
        "fixmedins_bchno": "JH20250002",
        "setl_id": setl_id,
        "mdtrt_sn": visit.mdtrt_id,
        "psn_cert_type": "01",
        "manu_lotnum": "2503002",
        "manu_date": "2025-03-15",
        "rx_flag": "1",
        "trdn_flag": "0",
        "sel_retn_cnt": "1",
        "sel_retn_time": f"{_DAY} 09:30:00",
        "sel_retn_opter_name": "雷新民",
        "drugtracinfo": [{"drug_trac_codg": _CODE}],
    }
    sold = {
        **moved,
        "prsc_dr_name": "雷新民",
        "phar_name": "雷新民",
        "phar_prac_cert_no": "1",
        "hi_feesetl_type": "1",
        "rx_circ_flag": "0",
        "rtal_docno": "1",
        "mdtrt_setl_type": "1",
    }
    for sent in (sold, {**sold, "setl_id": ""}):
        visit.ask("3505A", {"selinfoDetail": [sent]})
    for sent in (moved, {**moved, "trdn_flag": "2"}):
        visit.ask("3506A", {"selinfoDetail": [sent]})
    for day in (_DAY, "today"):
        clinic.ask("3513", {"data": {"drug_trac_codg": _CODE, "begndate": day}})


def _statements(clinic: Clinic, visit: Visit) -> None:
    days = {"stmt_begndate": _DAY, "stmt_enddate": _DAY}
    sums = {"medfee_sumamt": "38.84", "fund_pay_sumamt": "29.69", "fixmedins_setl_cnt": 1}
    told = {"setl_optins": "431024", "clr_type": "11", **days, **sums}
    clinic.ask("3201", {"data": {**told, "insutype": "390", "acct_pay": "0.00"}})
    clinic.ask("3201", {"data": {**told, "insutype": "39", "acct_pay": "0.00"}})
    columns = ("431024202509200099999999", visit.mdtrt_id, visit.psn_no, "1.00", "0.00", "0.00")
    packed = _packed("\t".join((*columns, "0")) + "\n")
    whose = {"filename": "stmt.txt.zip", "fixmedins_code": clinic.institution}
    clinic.ask("9101", {"fsUploadIn": {"in": "eA==", **whose}})
    file = clinic.done("9101", {"fsUploadIn": {"in": base64.b64encode(packed).decode(), **whose}})
    clinic.ask("3202", {"data": {**told, "cash_payamt": "0.00", "file_qury_no": "1"}})
    asked = {**told, "cash_payamt": "0.00", "file_qury_no": file["file_qury_no"]}
    named = clinic.done("3202", {"data": asked})["fileinfo"]
    for number in ("1", named["file_qury_no"]):
        fetched = {**whose, "file_qury_no": number, "filename": named["filename"]}
        clinic.ask("9102", {"fsDownloadIn": fetched})


def _undo(clinic: Clinic, visit: Visit, setl_id: str) -> None:
    named = {"setl_id": setl_id, "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    for _ in range(2):
        visit.ask("2208", {"data": named})
    visit.reverse(clinic.msgid())
    visit.reverse(clinic.msgid(), "2201")


def _catalogue(clinic: Clinic) -> None:
    for infno in ("1301", "1302", "1305"):
        clinic.ask(infno, {"data": {"ver": "0"}})
        clinic.ask(infno, {"data": {}})
    for kind in ("insutype", ""):
        clinic.ask("1901", {"data": {"type": kind}})
    order = {"rx_id": "1", "hilist_code": "NONE", "cnt": 1, "pric": "1.00", "sumamt": "1.00"}
    now = f"{_DAY} 09:30:00"
    named = {"dise_codg": "J00.x00", "dise_name": "急性上呼吸道感染"}
    diagnosis = {"dise_id": "1", "inout_dise_type": "1", "maindise_flag": "1", "dias_srt_no": 1}
    encounter = {
        "mdtrt_id": "1",
        "medins_id": clinic.institution,
        "medins_name": "演示村卫生室",
        "medins_admdvs": "431024",
        "medins_type": "1",
        "medins_lv": "11",
        "adm_date": now,
        **{f"dscg_main_{name}": value for name, value in named.items()},
        "dr_codg": clinic.doctor,
        "adm_dept_codg": "A01",
        "adm_dept_name": "全科医疗科",
        "med_mdtrt_type": "1",
        "med_type": "11",
        "medfee_sumamt": "1.00",
        "insutype": "390",
        "fsi_diagnose_dtos": [{**diagnosis, **named, "dise_date": now}],
        "fsi_order_dtos": [{**order, "drord_begn_date": now}],
    }
    patient = {
        "patn_id": PEOPLE["王建国"][0],
        "patn_name": "王建国",
        "gend": "1",
        "brdy": "1965-03-12",
        "poolarea": "431024",
        "curr_mdtrt_id": "1",
        "fsi_encounter_dtos": [encounter],
    }
    for infno in ("3101", "3102"):
        for patients in ({"patient_dtos": [patient]}, {}):
            clinic.ask(infno, {"data": {"syscode": "1", "trig_scen": "1", **patients}})


def _goods(clinic: Clinic) -> None:
    for infno in ("1307", "ZSMCJ003"):
        for data in ({"ver": "0"}, {}):
            clinic.ask(infno, {"data": data})
    code, own_code = ITEMS[_BOX]
    shelf = {
        "med_list_codg": code,
        "fixmedins_hilist_id": own_code,
        "fixmedins_hilist_name": _BOX,
        "fixmedins_bchno": "JH20250002",
        "rx_flag": "1",
    }
    dates = {"invdate": _DAY, "manu_date": "2025-03-15", "expy_end": "2027-03-14"}
    move = {"inv_chg_type": "101", "pric": "26.34", "trdn_flag": "0"}
    for count in ("30", "x"):
        clinic.ask("3501", {"invinfo": {**shelf, **dates, "inv_cnt": count}})
        sent = {**shelf, **move, "inv_chg_time": f"{_DAY} 09:30:00", "cnt": count}
        clinic.ask("3502", {"invinfo": sent})


def _packed(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("stmt.txt"), text)
    return packed.getvalue()


def _text(packed: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [name] = archive.namelist()
        text = archive.read(name).decode("utf-8")
    return [line.split("\t") for line in text.splitlines()]


def written(value: object, indent: int = 0) -> str:
    """JSON for a reader: indented, and every amount with the digits it came with."""
    deeper = "\n" + " " * (indent + 1)
    match value:
        case {**pairs} if pairs:
            lines = (f"{json.dumps(k)}: {written(v, indent + 1)}" for k, v in pairs.items())
            return "{" + deeper + f",{deeper}".join(lines) + "\n" + " " * indent + "}"
        case [*rows] if rows:
            lines = (written(each, indent + 1) for each in rows)
            return "[" + deeper + f",{deeper}".join(lines) + "\n" + " " * indent + "]"
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    for infno, pairs in recorded().items():
        (FOLDER / f"{infno}.json").write_text(written(pairs) + "\n", encoding="utf-8")
