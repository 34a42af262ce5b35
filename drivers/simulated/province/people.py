"""Who someone is and what stands in their name: 1101, 5206, 5301, 5302."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.policy import account_left, used_in
from drivers.simulated.province.reference import Person
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json
from terminal.core.benefit_policy import Pot
from terminal.core.money import ZERO, Money, total

FAMILY_DOCTOR = "03"
"""PH: the biz_appy_type under which 5302 lists family-doctor contracts here; no
dictionary of it was found."""
_DEAD = "9"
"""PH: psn_stas of who has died; no dictionary of it was found."""
_PACKAGE_WORDS = {"basic": "基础包", "added": "增值包", "personal": "个性化包"}


def person_info(call: Call) -> Output:
    """1101: a person by e-voucher token, identity number or card."""
    data = call.data
    kind, number = data["mdtrt_cert_type"], data["mdtrt_cert_no"]
    person = call.reference.holders.get((kind, number))
    if person is None:
        raise Rejection("未查询到人员信息", "psncheck_2")
    if kind == "03" and not data["card_sn"]:
        raise Rejection("card_sn不能为空", "fieldcheck_2")
    if data["psn_name"] not in {"", person.name}:
        raise Rejection("姓名与证件不符", "psncheck_3")
    if data["certno"] not in {"", person.id_number}:
        raise Rejection("证件号码不符", "psncheck_3")
    insurance: list[Json] = [
        {
            "balc": account_left(call, person, row.insutype),
            "insutype": row.insutype,
            "psn_type": row.psn_type,
            "psn_insu_stas": row.status,
            "psn_insu_date": "2020-01-01",
            "paus_insu_date": None if row.in_force else "2025-01-01",
            "cvlserv_flag": "0",
            "insuplc_admdvs": row.region,
            "emp_name": row.employer or None,
        }
        for row in person.insurance
    ]
    base = base_info(call, person)
    if person.died is not None:
        base |= {"psn_stas": _DEAD, "die_date": person.died.isoformat()}
    told: Output = {"baseinfo": base, "insuinfo": insurance, "idetinfo": []}
    return told | _relatives(call, person) if call.manner.tells_families else told


def base_info(call: Call, person: Person) -> Output:
    """The baseinfo node; a settlement repeats most of it."""
    return {
        "psn_no": person.psn_no,
        "psn_cert_type": "01",
        "certno": person.id_number,
        "psn_name": person.name,
        "gend": person.gend,
        "naty": "01",
        "brdy": person.birth.isoformat(),
        "age": _age(person.birth, call.today),
        "exp_content": None,
    }


def _relatives(call: Call, person: Person) -> Output:
    """Whom they may act for, ended ones as well; and, apart from it, whose account pays."""
    family: list[Json] = [
        _named(call, each.member)
        | {
            "rlts_name": each.relation,
            "begndate": each.begins.isoformat(),
            "enddate": each.ends.isoformat(),
        }
        for each in person.family
    ]
    payers = [] if person.mutual_aid is None else [person.mutual_aid]
    return {"familyinfo": family, "aidinfo": [_named(call, each) for each in payers]}


def _named(call: Call, psn_no: str) -> dict[str, Json]:
    relative = call.reference.person(psn_no)
    return {"psn_no": psn_no, "certno": relative.id_number, "psn_name": relative.name}


def accumulations(call: Call) -> Output:
    """5206: what each limit has paid in a year, under the codes D<kind>_BIZ<med_type>.

    PH: that 11 stands for the reform and the base policy together, 15 for the employee
    policy and the bare code for all of them is this sandbox's reading.
    """
    person = call.person()
    month = call.data["cum_ym"] or f"{call.now:%Y%m}"
    if not (month.isdigit() and len(month) == 6):
        raise Rejection("cum_ym格式错误", "fieldcheck_4")
    used = used_in(call, person, int(month[:4]))
    rows: list[Json] = []
    for row in person.insurance:
        if not row.in_force:
            continue
        kind = "D310101" if row.insutype == "310" else "D390101"
        amounts = {
            f"{kind}_BIZ11": used.get(Pot.REFORM, ZERO) + used.get(Pot.BASE, ZERO),
            f"{kind}_BIZ14": used.get(Pot.CHRONIC, ZERO),
            f"{kind}_BIZ9901": used.get(Pot.TWO_DISEASES, ZERO),
            kind: total(used.values()),
        }
        if row.insutype == "310":
            amounts[f"{kind}_BIZ15"] = used.get(Pot.EMPLOYEE, ZERO)
        rows += [_accumulation(row.insutype, month, code, each) for code, each in amounts.items()]
    return {"cuminfo": rows}


def registrations(call: Call) -> Output:
    """5301: the disease programmes in force."""
    rows: list[Json] = [
        {
            "opsp_dise_code": each.code,
            "opsp_dise_name": each.name,
            "begndate": each.begins.isoformat(),
            "enddate": each.ends.isoformat(),
        }
        for each in call.person().registrations
        if each.begins <= call.today <= each.ends
    ]
    return {"feedetail": rows}


def contracts(call: Call) -> Output:
    """5302: with whom someone is contracted; the packages stand in memo."""
    person = call.person()
    if call.data["biz_appy_type"] != FAMILY_DOCTOR:
        return {"psnfixmedin": []}
    insutype = next((row.insutype for row in person.insurance if row.in_force), None)
    rows: list[Json] = [
        {
            "psn_no": person.psn_no,
            "insutype": insutype,
            "fix_srt_no": str(index),
            "fixmedins_code": each.institution,
            "fixmedins_name": call.reference.institutions[each.institution].name,
            "begndate": each.begins.isoformat(),
            "enddate": each.ends.isoformat(),
            "memo": ",".join(
                words for name, words in _PACKAGE_WORDS.items() if name in each.packages
            ),
        }
        for index, each in enumerate(person.contracts, 1)
    ]
    return {"psnfixmedin": rows}


def dictionary(call: Call) -> Output:
    """1901: what the codes of one type mean."""
    day = call.today.isoformat()
    rows: list[Json] = [
        {
            "type": row["type"],
            "label": row["label"],
            "value": row["value"],
            "parentValue": None,
            "sort": str(number),
            "valiFlag": "1",
            "createUser": None,
            "createDate": day,
            "version": "1",
        }
        for number, row in enumerate(call.reference.dictionary, 1)
        if row["type"] == call.data["type"]
    ]
    return {"list": rows}


def _age(birth: date, today: date) -> Decimal:
    """Years with one digit behind the point, as the interface's N4,1."""
    months = (today.year - birth.year) * 12 + today.month - birth.month
    if today.day < birth.day:
        months -= 1
    return (Decimal(months) / 12).quantize(Decimal("0.1"))


def _accumulation(insutype: str, month: str, code: str, amount: Money) -> Json:
    return {
        "insutype": insutype,
        "year": month[:4],
        "cum_ym": month,
        "cum_type_code": code,
        "cum": amount,
    }
