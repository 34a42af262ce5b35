"""Who people are to the simulated province: codes, relatives, deaths, and who works where."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.simulated.province.manner import Manner
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock

PERSON = {each.name: each for each in read_reference().people.values()}


def by_number(clinic: Clinic, name: str) -> dict[str, object]:
    asked = {"mdtrt_cert_type": "02", "mdtrt_cert_no": PEOPLE[name][1]}
    return clinic.done("1101", {"data": asked})


def test_what_the_phone_shows_names_its_owner(clinic: Clinic) -> None:
    shown = PERSON["王建国"].shown_code
    assert len(shown) == 28
    asked = {"mdtrt_cert_type": "01", "mdtrt_cert_no": shown}
    assert clinic.done("1101", {"data": asked})["baseinfo"]["psn_name"] == "王建国"


def test_a_holder_is_told_of_those_that_are_over_as_well(clinic: Clinic) -> None:
    told = by_number(clinic, "郭守义")
    assert told["familyinfo"] == [
        {
            "psn_no": PEOPLE["郭老根"][0],
            "certno": PEOPLE["郭老根"][1],
            "psn_name": "郭老根",
            "rlts_name": "父亲",
            "begndate": "2025-01-01",
            "enddate": "2035-12-31",
        },
        {
            "psn_no": PEOPLE["付少安"][0],
            "certno": PEOPLE["付少安"][1],
            "psn_name": "付少安",
            "rlts_name": "表兄",
            "begndate": "2024-01-01",
            "enddate": "2025-01-31",
        },
    ]
    assert told["aidinfo"] == []


def test_whose_account_pays_is_told_apart_from_whom_they_may_act_for(clinic: Clinic) -> None:
    told = by_number(clinic, "曾玉梅")
    assert told["familyinfo"] == []
    [payer] = told["aidinfo"]  # type: ignore[misc]
    assert payer["psn_no"] == PEOPLE["曾志刚"][0]


def test_a_province_may_tell_of_no_families(tmp_path: Path, clock: Clock) -> None:
    manner = Manner(tells_families=False)
    with (
        SandboxProvince(tmp_path / "other", clock=clock, manner=manner) as province,
        Clinic(province, clock) as clinic,
    ):
        clinic.sign_in()
        assert not {"familyinfo", "aidinfo"} & set(by_number(clinic, "郭守义"))


def test_who_died_is_told_and_registered_no_more(clinic: Clinic) -> None:
    base = by_number(clinic, "钱故里")["baseinfo"]
    assert base["die_date"] == "2025-08-14"  # type: ignore[index]
    psn_no, id_number = PEOPLE["钱故里"]
    asked = {
        "psn_no": psn_no,
        "insutype": "390",
        "begntime": "2025-09-20 09:30:00",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": id_number,
        "ipt_otp_no": "DEAD1",
        "atddr_no": clinic.doctor,
        "dr_name": "雷新民",
        "dept_code": "A01",
        "dept_name": "全科医疗科",
        "caty": "A02",
    }
    assert "psncheck_4" in str(clinic.ask("2201", {"data": asked})["err_msg"])


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({}, {"D431024000991", "D431024000992"}),
        ({"prac_psn_code": "D431024000992"}, {"D431024000992"}),
        ({"prac_psn_code": "D431024000993"}, set()),
        ({"prac_psn_name": "雷新民"}, {"D431024000991"}),
        ({"prac_psn_type": "2"}, set()),
    ],
)
def test_an_institution_is_told_of_its_own_doctors(
    clinic: Clinic, named: dict[str, str], found: set[str]
) -> None:
    asked = {"prac_psn_type": "1", "psn_cert_type": "01", **named}
    rows = clinic.done("5102", {"data": asked})["feedetail"]
    assert {row["prac_psn_code"] for row in rows} == found


def test_a_class_of_practitioners_that_is_none_is_refused(clinic: Clinic) -> None:
    asked = {"prac_psn_type": "9", "psn_cert_type": "01"}
    assert "fieldcheck_5" in str(clinic.ask("5102", {"data": asked})["err_msg"])
