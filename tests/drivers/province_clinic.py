"""A clinic of five minutes' work: speaks to the simulated province over real HTTP.

It knows the interface as the reference describes it and shares nothing with the
terminal's own client, so that the province is tested by a second reading of it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import ssl
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx

from drivers.simulated import province as province_data
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince

CHINA = timezone(timedelta(hours=8))
_DATA = Path(province_data.__file__).parent / "data"
PEOPLE: dict[str, tuple[str, str]] = {
    each["name"]: (each["psn_no"], each["id_number"])
    for each in tomllib.loads((_DATA / "people.toml").read_text(encoding="utf-8"))["person"]
}
"""Name -> psn_no and identity number."""


def _items() -> dict[str, tuple[str, str]]:
    items = {}
    for name in ("drugs.csv", "services.csv"):
        with (_DATA / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                items[row["name"]] = (row["med_list_codg"], row["medins_list_codg"])
    return items


ITEMS = _items()
"""Name of a drug or service -> the national code and the clinic's own."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2025, 9, 20, 9, 30, tzinfo=CHINA)

    def __call__(self) -> datetime:
        return self.now


class Clinic:
    """One operator at one institution. `ask` sends a transaction and returns its answer."""

    def __init__(
        self,
        province: SandboxProvince,
        clock: Clock,
        institution: str = "H43102400991",
        trusted: Path | None = None,
    ) -> None:
        self.address = province.address
        self.clock = clock
        self.institution = institution
        self.doctor = {
            "H43102400991": "D431024000991",
            "H43102400001": "D431024000001",
            "H43102400992": "D431024000993",
            "H43010000001": "D430100000001",
            "H14020000991": "D140200000991",
        }[institution]
        self.sign_no = ""
        # Nearly empty, for reading the system's certificates is slow.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if trusted is not None:
            tls.load_verify_locations(trusted)
        self.http = httpx.Client(trust_env=False, timeout=10, verify=tls)
        self.seal: Callable[[dict[str, object]], dict[str, object]] = lambda envelope: envelope
        """What is done to an envelope before it is sent: nothing, or a signature."""
        self._serial = count(1)
        self._nonce = count(1)

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def msgid(self) -> str:
        return f"{self.institution}{self.clock.now:%Y%m%d%H%M%S}{next(self._serial):04d}"

    def headers(self, nonce: str | None = None, secret: str = DEMO_SECRET) -> dict[str, str]:
        stamp = str(int(self.clock.now.timestamp()))
        nonce = nonce or f"{self.institution}-{next(self._nonce)}-{id(self)}"
        signed = hashlib.sha256(f"{stamp}{secret}{nonce}{stamp}".encode()).hexdigest()
        return {
            "x-tif-paasid": DEMO_PAASID,
            "x-tif-timestamp": stamp,
            "x-tif-nonce": nonce,
            "x-tif-signature": signed,
            "Content-Type": "application/json; charset=utf-8",
        }

    def envelope(self, infno: str, sent: object, **more: object) -> dict[str, object]:
        return {
            "infno": infno,
            "msgid": self.msgid(),
            "mdtrtarea_admvs": self.institution[1:7],
            "insuplc_admdvs": "431024",
            "recer_sys_code": "HNYB",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "op1",
            "opter_name": "雷新民",
            "inf_time": f"{self.clock.now:%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.institution,
            "fixmedins_name": "演示村卫生室",
            "sign_no": self.sign_no,
            "input": sent,
            **more,
        }

    def post(self, body: object, path: str = "/", **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(
            self.address + path, content=content, headers={**self.headers(), **headers}
        )

    def ask(self, infno: str, sent: object, **more: object) -> dict[str, Any]:
        """The answer's envelope, amounts as Decimal."""
        response = self.post(self.seal(self.envelope(infno, sent, **more)))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = json.loads(response.text, parse_float=Decimal)
        return answer

    def done(self, infno: str, sent: object, **more: object) -> dict[str, Any]:
        """The output of a transaction that must succeed."""
        answer = self.ask(infno, sent, **more)
        assert (answer["infcode"], answer["err_msg"]) == (0, None), answer["err_msg"]
        output: dict[str, Any] = answer["output"]
        return output

    def sign_in(self) -> Clinic:
        output = self.done("9001", {"signIn": {"opter_no": "op1", "mac": "", "ip": "127.0.0.1"}})
        self.sign_no = output["signinoutb"]["sign_no"]
        return self

    def visit(self, name: str, insutype: str = "390", med_type: str = "11") -> Visit:
        return Visit(self, name, insutype, med_type)


class Visit:
    """One visit from 2201 on; batches are settled one by one."""

    def __init__(self, clinic: Clinic, name: str, insutype: str, med_type: str) -> None:
        self.clinic = clinic
        self.psn_no, self.id_number = PEOPLE[name]
        self.region = self.psn_no[:6]
        self.insutype = insutype
        self.med_type = med_type
        serial = clinic.msgid()[12:]
        self.now = f"{clinic.clock.now:%Y-%m-%d %H:%M:%S}"
        self.ipt_otp_no = f"MZ{serial}"
        output = self.done(
            "2201",
            {
                "data": {
                    "psn_no": self.psn_no,
                    "insutype": insutype,
                    "begntime": self.now,
                    "mdtrt_cert_type": "02",
                    "mdtrt_cert_no": self.id_number,
                    "ipt_otp_no": self.ipt_otp_no,
                    "atddr_no": clinic.doctor,
                    "dr_name": "雷新民",
                    "dept_code": "A01",
                    "dept_name": "全科医疗科",
                    "caty": "A02",
                }
            },
        )
        self.mdtrt_id: str = output["data"]["mdtrt_id"]
        self._lines = count(1)

    def ask(self, infno: str, sent: object, **more: object) -> dict[str, Any]:
        return self.clinic.ask(infno, sent, **{"insuplc_admdvs": self.region, **more})

    def done(self, infno: str, sent: object, **more: object) -> dict[str, Any]:
        return self.clinic.done(infno, sent, **{"insuplc_admdvs": self.region, **more})

    def describe(self, dise_codg: str = "") -> Visit:
        self.done(
            "2203A",
            {
                "mdtrtinfo": {
                    "mdtrt_id": self.mdtrt_id,
                    "psn_no": self.psn_no,
                    "med_type": self.med_type,
                    "begntime": self.now,
                    "dise_codg": dise_codg,
                },
                "diseinfo": [
                    {
                        "diag_type": "1",
                        "diag_srt_no": 1,
                        "diag_code": "J00.x00",
                        "diag_name": "急性上呼吸道感染",
                        "diag_dept": "A01",
                        "dise_dor_no": self.clinic.doctor,
                        "dise_dor_name": "雷新民",
                        "diag_time": self.now,
                        "vali_flag": "1",
                    }
                ],
            },
        )
        return self

    def line(self, item: str, price: str, cnt: str = "1", batch: str = "1") -> dict[str, object]:
        """A fee line for the catalogue's item of that name."""
        code, own_code = ITEMS[item]
        amount = (Decimal(price) * Decimal(cnt)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        return {
            "feedetl_sn": str(next(self._lines)),
            "mdtrt_id": self.mdtrt_id,
            "psn_no": self.psn_no,
            "chrg_bchno": batch,
            "dise_codg": "",
            "rx_circ_flag": "0",
            "fee_ocur_time": self.now,
            "med_list_codg": code,
            "medins_list_codg": own_code,
            "det_item_fee_sumamt": str(amount),
            "cnt": cnt,
            "pric": price,
            "bilg_dept_codg": "A01",
            "bilg_dept_name": "全科医疗科",
            "bilg_dr_codg": self.clinic.doctor,
            "bilg_dr_name": "雷新民",
            "hosp_appr_flag": "0",
        }

    def upload(self, *lines: dict[str, object]) -> dict[str, Any]:
        return self.done("2204", {"feedetail": list(lines)})

    def bill(self, total: str, batch: str = "1", account: str = "0") -> dict[str, object]:
        """The data node of 2206."""
        return {
            "psn_no": self.psn_no,
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": self.id_number,
            "med_type": self.med_type,
            "medfee_sumamt": total,
            "psn_setlway": "01",
            "mdtrt_id": self.mdtrt_id,
            "chrg_bchno": batch,
            "acct_used_flag": account,
            "insutype": self.insutype,
        }

    def echoed(self, total: str, batch: str = "1", account: str = "0") -> dict[str, object]:
        """The data node of 2207, with its four echoes left empty."""
        empty = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        return {**self.bill(total, batch, account), **dict.fromkeys(empty, "")}

    def settle(self, total: str, batch: str = "1", account: str = "0") -> dict[str, Any]:
        """2206A and 2207A; the setlinfo, after checking that both say the same."""
        before = self.done("2206A", {"data": self.bill(total, batch, account)})["setlinfo"]
        sent = self.bill(total, batch, account)
        for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"):
            sent[name] = str(before[name])
        after: dict[str, Any] = self.done("2207A", {"data": sent})["setlinfo"]
        assert all(after[name] == before[name] for name in before if name.endswith(("amt", "pay")))
        return after

    def reverse(self, omsgid: str, oinfno: str = "2207") -> dict[str, Any]:
        return self.ask(
            "2601", {"data": {"psn_no": self.psn_no, "omsgid": omsgid, "oinfno": oinfno}}
        )
