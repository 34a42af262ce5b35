"""The session: signed in once a day (9001), and every send made as this clinic."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from terminal.core.faults import Refused
from terminal.core.people import Coverage, Person
from terminal.core.shares import MutualAid
from terminal.province import messages as m
from terminal.province.answers import SignedIn
from terminal.province.client import Client
from terminal.province.envelope import Answer, Caller
from terminal.province.nodes import read, written

_SIGN_IN = "签到"
"""What every refusal of an unknown or expired sign-in speaks of; there is no code for it."""

ID_CARD = "02"
"""mdtrt_cert_type: a resident identity card. A face, too, is sent as the number it found."""


class Memory(Protocol):
    """Small facts that outlive a restart."""

    def remember(self, name: str, value: dict[str, Any]) -> None: ...

    def recall(self, name: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who settles here: the institution, its department, its doctor."""

    fixmedins_code: str
    fixmedins_name: str
    mdtrtarea_admvs: str
    recer_sys_code: str
    infver: str
    dept_code: str
    dept_name: str
    caty: str
    doctor_code: str
    doctor_name: str
    infno_pre_settle: str
    infno_settle: str
    mutual_aid: MutualAid


@dataclass(frozen=True, slots=True)
class Case:
    """One settlement's facts, the same in all its messages."""

    settlement_id: str
    person: Person
    coverage: Coverage
    med_type: str
    diagnosis_code: str
    diagnosis_name: str
    registration: str
    """opsp_dise_code under which a chronic disease settles; empty for an ordinary visit."""
    begun_at: datetime


class Session:
    """The way to the province for everything that is said to it."""

    def __init__(
        self, client: Client, clinic: Clinic, memory: Memory, now: Callable[[], datetime]
    ) -> None:
        self.clinic = clinic
        self.now = now
        self._client = client
        self._memory = memory

    def sign_in(self) -> str:
        """9001. Once per operator and day; returns the sign_no, kept across restarts."""
        today = self.now().date().isoformat()
        doctor = self.clinic.doctor_code
        kept = self._memory.recall("sign_in")
        if kept.get("day") == today and kept.get("opter") == doctor:
            return str(kept["sign_no"])
        node = written(m.SignIn, opter_no=doctor, mac=_mac(), ip="127.0.0.1")
        answer = self._client.send("9001", self._caller(""), {"signIn": node})
        sign_no = read(SignedIn, answer, "signinoutb").sign_no
        self._memory.remember("sign_in", {"day": today, "opter": doctor, "sign_no": sign_no})
        return sign_no

    def send(
        self,
        infno: str,
        payload: Mapping[str, Any],
        case: Case | None = None,
        *,
        insuplc_admdvs: str = "",
        msgid: str | None = None,
    ) -> Answer:
        """Send one transaction, signed in. Raises as client.Client.send does.

        Signed out over there (their midnight may come before ours): sign in anew and say
        it again. With a `msgid` it is said once only, for it moves money.
        """

        def say() -> Answer:
            return self._client.send(
                infno,
                self._caller(self.sign_in()),
                payload,
                settlement_id=None if case is None else case.settlement_id,
                insuplc_admdvs=insuplc_admdvs or (case.coverage.insuplc_admdvs if case else ""),
                msgid=msgid,
            )

        try:
            return say()
        except Refused as fault:
            if _SIGN_IN not in fault.said:
                raise
            self._memory.remember("sign_in", {})
            if msgid is not None:
                raise
        return say()

    def _caller(self, sign_no: str) -> Caller:
        clinic = self.clinic
        return Caller(
            fixmedins_code=clinic.fixmedins_code,
            fixmedins_name=clinic.fixmedins_name,
            mdtrtarea_admvs=clinic.mdtrtarea_admvs,
            recer_sys_code=clinic.recer_sys_code,
            infver=clinic.infver,
            opter=clinic.doctor_code,
            opter_name=clinic.doctor_name,
            sign_no=sign_no,
        )


def _mac() -> str:
    """This device's address, as 9001 asks for it."""
    return ":".join(f"{(uuid.getnode() >> shift) & 0xFF:02X}" for shift in range(40, -8, -8))
