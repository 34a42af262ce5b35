"""Who works at an institution: 5102."""

from __future__ import annotations

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.wire import Json

_DOCTOR = "1"
"""prac_psn_type: nobody else of an institution is written down here."""


def of_institution(call: Call) -> Output:
    """5102: the doctors registered at the institution that asks, one or all of them.

    Who is registered elsewhere is not among them, and no error is told. ID numbers are
    not given out.
    """
    data = call.data
    found: list[Json] = [
        {
            "psn_cert_type": "01",
            "certno": None,
            "prac_psn_no": each.code,
            "prac_psn_code": each.code,
            "prac_psn_name": each.name,
            "prac_psn_type": _DOCTOR,
            "prac_psn_cert": None,
            "prac_cert_no": None,
            "hi_dr_flag": "1",
            "begntime": "2020-01-01 00:00:00",
            "endtime": f"{each.until} 23:59:59" if each.until else None,
            "chg_rea": None,
        }
        for each in call.institution.doctors.values()
        if data["prac_psn_type"] == _DOCTOR
        and data["prac_psn_code"] in ("", each.code)
        and data["prac_psn_name"] in ("", each.name)
    ]
    return {"feedetail": found}
