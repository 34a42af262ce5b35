"""What the sandbox's own county hospital prescribes, as it would send it (D001)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta

from drivers.simulated.province.call import TIME
from drivers.simulated.province.reference import DATA, Person, Reference

HOSPITAL = "H43102400001"
DAYS = 3
DRUGS = (("XJ01CAQ001A003020190002", "2"), ("XN02BEQ001A002010190001", "1"))
"""What a prescription is for where nobody says: two amoxicillin, one paracetamol."""
_SPECS = {
    row["med_list_codg"]: (row["spec"], row["unit"])
    for row in csv.DictReader((DATA / "drugs.csv").read_text("utf-8").splitlines())
}


def as_prescribed(
    person: Person,
    drugs: Sequence[Sequence[object]],
    days: int,
    now: datetime,
    reference: Reference,
) -> dict[str, object]:
    """The request of D001 for a cold. `drugs`: national code and packs; `now` in the
    province's time."""
    return {
        "mdtrtCertType": "02",
        "bizTypeCode": "01",
        "rxExraAttrCode": "02",
        "hospRxno": f"Z{now:%Y%m%d%H%M%S}",
        "fixmedinsCode": HOSPITAL,
        "certno": person.id_number,
        "patnName": person.name,
        "prscDrName": "欧阳海",
        "maindiagCode": "J06.900",
        "maindiagName": "急性上呼吸道感染",
        "prscTime": now.strftime(TIME),
        "valiEndTime": (now + timedelta(days=days)).strftime("%Y-%m-%d 23:59:59"),
        "rxDetlList": [_drug(str(code), str(quantity), reference) for code, quantity in drugs],
    }


def _drug(code: str, quantity: str, reference: Reference) -> dict[str, object]:
    item = reference.items.get(code)
    spec, unit = _SPECS.get(code, ("", "盒"))
    return {
        "medListCodg": code,
        "drugGenname": item.name if item else "本地没有的药",
        "drugSpec": spec,
        "drugCnt": quantity,
        "drugDosunt": unit,
        "medcWayDscr": "口服，每日3次",
    }
