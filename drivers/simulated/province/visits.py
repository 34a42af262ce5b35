"""Registering a visit and saying what it is for: 2201 and 2202, 2203A, 5201."""

from __future__ import annotations

import sqlite3

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json


def register(call: Call) -> Output:
    """2201: open a visit."""
    data, person = call.data, call.person()
    if person.died is not None and person.died < call.today:
        raise Rejection("该人员已死亡,不能就医登记", "psncheck_4")
    if not person.holds(data["mdtrt_cert_type"], data["mdtrt_cert_no"]):
        raise Rejection("就诊凭证与人员不符", "mdtrtcheck_1")
    person.insured_as(data["insutype"])
    check_doctor(call, data["atddr_no"])
    mdtrt_id = call.identifier("mdtrt")
    opened = call.book.write_once(
        "INSERT INTO visits (mdtrt_id, psn_no, institution, ipt_otp_no, insutype, begntime,"
        " doctor, doctor_name, department, department_name, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        mdtrt_id,
        person.psn_no,
        call.institution.code,
        data["ipt_otp_no"],
        data["insutype"],
        data["begntime"],
        data["atddr_no"],
        data["dr_name"],
        data["dept_code"],
        data["dept_name"],
        call.time,
    )
    if not opened:
        raise Rejection("住院/门诊号已存在", "mdtrtcheck_2")
    visit: Output = {
        "mdtrt_id": mdtrt_id,
        "psn_no": person.psn_no,
        "ipt_otp_no": data["ipt_otp_no"],
        "exp_content": None,
    }
    return {"data": visit}


def unregister(call: Call) -> Output:
    """2202: close a visit that has no fees."""
    visit = open_visit(call, call.data)
    if visit["ipt_otp_no"] != call.data["ipt_otp_no"]:
        raise Rejection("就诊信息不存在", "mdtrtcheck_3")
    if call.book.total("SELECT count(*) FROM lines WHERE mdtrt_id = ?", visit["mdtrt_id"]):
        raise Rejection("存在费用明细,不能撤销挂号", "mdtrtcheck_4")
    call.book.write("UPDATE visits SET open = 0 WHERE mdtrt_id = ?", visit["mdtrt_id"])
    return {}


def describe(call: Call) -> Output:
    """2203A: what the visit is for; may be sent again before each settlement."""
    visit = open_visit(call, call.data)
    for diagnosis in call.nodes["diseinfo"]:
        check_doctor(call, diagnosis["dise_dor_no"])
    call.book.write(
        "UPDATE visits SET med_type = ?, dise_codg = ?, dise_name = ? WHERE mdtrt_id = ?",
        call.data["med_type"],
        call.data["dise_codg"],
        call.data["dise_name"],
        visit["mdtrt_id"],
    )
    return {}


def visits_of(call: Call) -> Output:
    """5201: someone's visits in a span of time, at whichever institution; the last 500."""
    data, person = call.data, call.person()
    rows = call.book.rows(
        "SELECT * FROM visits WHERE psn_no = ? AND open = 1"
        " AND begntime BETWEEN ? AND ? AND coalesce(med_type, ?) = ?"
        " AND ? IN ('', mdtrt_id) ORDER BY begntime DESC, mdtrt_id DESC LIMIT 500",
        person.psn_no,
        data["begntime"],
        data["endtime"],
        data["med_type"],
        data["med_type"],
        data["mdtrt_id"],
    )
    found: list[Json] = [
        {
            "mdtrt_id": row["mdtrt_id"],
            "psn_no": person.psn_no,
            "psn_name": person.name,
            "insutype": row["insutype"],
            "psn_type": person.insured_as(row["insutype"]).psn_type,
            "begntime": row["begntime"],
            "endtime": None,
            "med_type": row["med_type"],
            "ipt_otp_no": row["ipt_otp_no"],
            "dise_codg": row["dise_codg"],
            "dise_name": row["dise_name"],
            "fixmedins_code": row["institution"],
            "fixmedins_name": call.reference.institutions[row["institution"]].name,
            "opt_time": row["at"],
        }
        for row in reversed(rows)
    ]
    return {"mdtrtinfo": found}


def open_visit(call: Call, data: Node) -> sqlite3.Row:
    """The open visit a request names. Raises Rejection when there is none of theirs here."""
    visit = call.book.row(
        "SELECT * FROM visits WHERE mdtrt_id = ? AND psn_no = ? AND institution = ? AND open = 1",
        data["mdtrt_id"],
        call.person().psn_no,
        call.institution.code,
    )
    if visit is None:
        raise Rejection("就诊信息不存在", "mdtrtcheck_3")
    return visit


def check_doctor(call: Call, code: str) -> None:
    """Raises Rejection for a doctor who is not registered at this institution."""
    doctor = call.institution.doctors.get(code)
    if doctor is None or (doctor.until is not None and doctor.until < call.today):
        raise Rejection("医师编码未登记", "doctorcheck_1")
