"""The session: signed in once a day (9001), and every send made as this clinic."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from terminal.core.faults import Refused
from terminal.core.operators import Doctor
from terminal.core.people import Coverage, Person
from terminal.core.region import Region
from terminal.core.standing import Companion
from terminal.province import messages as m
from terminal.province.answers import SignedIn
from terminal.province.client import Client, judged
from terminal.province.envelope import Answer, Caller
from terminal.province.nodes import read, written
from terminal.province.vouchers import Vouchers

_SIGN_IN = "签到"
"""What every refusal of an unknown or expired sign-in speaks of; there is no code for it."""

_NOBODY = Doctor("", "")

ID_CARD = "02"
"""mdtrt_cert_type: a resident identity card. A face, too, is sent as the number it found."""

_T = TypeVar("_T")


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
    dept_code: str
    dept_name: str
    caty: str
    doctor_code: str
    doctor_name: str
    region: Region
    settles_under: str = ""
    """The township hospital's name, where this clinic settles under its code as one of
    its departments; empty where the code is the clinic's own."""

    @property
    def doctor(self) -> Doctor:
        """Who answers here until somebody signs in."""
        return Doctor(self.doctor_code, self.doctor_name)

    def named(self, doctor: Doctor) -> Doctor:
        """This doctor with a name to send; without a code the clinic's own.

        A doctor whose name nobody here knows any more is told by the code alone: what was
        registered under it goes on under it.
        """
        if doctor.name:
            return doctor
        known = doctor.code in ("", self.doctor_code)
        return self.doctor if known else Doctor(doctor.code, doctor.code)


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
    by_code: bool = False
    """Whether the person showed their insurance code, and not a card."""
    companion: Companion | None = None
    """Who stands at the counter with or for the person, where somebody was noted."""
    doctor: Doctor = _NOBODY
    """Who treats, as the visit says; without a code it is the clinic's own."""

    def claimed_by(self, clinic: Clinic) -> Doctor:
        """Under whose national code every message of this settlement claims."""
        return clinic.named(self.doctor)


@dataclass(frozen=True, slots=True)
class _By:
    """Who says it, and under which sign-in."""

    doctor: Doctor
    sign_no: str


class Session:
    """The way to the province for everything that is said to it."""

    def __init__(
        self, client: Client, clinic: Clinic, memory: Memory, now: Callable[[], datetime]
    ) -> None:
        self.clinic = clinic
        self.now = now
        self.on_duty: Callable[[], Doctor] = lambda: clinic.doctor
        """Who signs in at the province and sends (opter); the desk says who is on duty."""
        self.vouchers = Vouchers(now)
        self._client = client
        self._memory = memory

    @property
    def settles(self) -> bool:
        """Whether this terminal settles, and not the clinic's record system."""
        return self._client.sends(self.clinic.region.infno_settle)

    def refuse_settling(self) -> None:
        """Raises Refused `settling.record_system` where the clinic's record system settles."""
        self._client.refuse(self.clinic.region.infno_settle)

    def sign_in(self) -> str:
        """9001. Once per operator and day; returns the sign_no, kept across restarts."""
        return self._sign_in(self.on_duty()).sign_no

    def is_signed_in(self) -> bool:
        """Whether whoever is on duty has signed in today."""
        return bool(self._signed_in(self.on_duty()))

    def sign_out(self) -> None:
        """9002, when the terminal closes for the day; nothing when it is not signed in.

        May be repeated: an unanswered one is forgotten all the same, for the next day
        signs in anew. Raises as client.Client.send does.
        """
        doctor = self.on_duty()
        sign_no = self._signed_in(doctor)
        if not sign_no:
            return
        node = written(m.SignOut, sign_no=sign_no, opter_no=doctor.code)
        self._memory.remember("sign_in", {})
        self._client.send("9002", self._caller(_By(doctor, sign_no)), {"signOut": node})

    def send(
        self,
        infno: str,
        payload: Mapping[str, Any],
        case: Case | None = None,
        *,
        insuplc_admdvs: str = "",
        psn_type: str = "",
        msgid: str | None = None,
        hidden: str = "",
    ) -> Answer:
        """Send one transaction, signed in. Raises as client.Client.send does.

        A case says where its person is insured and which system keeps them (psn_type);
        what is about a person and no case says it itself.

        Signed out over there (their midnight may come before ours): sign in anew and say
        it again. With a `msgid` it is said once only, for it moves money.
        """
        self._client.refuse(infno)  # Before the sign-in that would come first.
        if case is not None:
            psn_type = case.coverage.psn_type
        return self._signed(
            lambda by: self._client.send(
                infno,
                self._caller(by, psn_type),
                payload,
                settlement_id=(case.settlement_id or None) if case else None,
                insuplc_admdvs=insuplc_admdvs or (case.coverage.insuplc_admdvs if case else ""),
                msgid=msgid,
                hidden=hidden,
            ),
            once=msgid is not None,
        )

    def download(self, file_qury_no: str, filename: str) -> bytes:
        """9102: a file that the province has ready, packed. Raises as client.Client
        .download does; may be repeated."""
        node = written(
            m.Download,
            file_qury_no=file_qury_no,
            filename=filename,
            fixmedins_code=self.clinic.fixmedins_code,
        )
        return self._signed(
            lambda by: self._client.download(self._caller(by), {"fsDownloadIn": node}),
            once=False,
        )

    def reread(self, infno: str, answer: bytes) -> Answer:
        """A kept answer to this transaction, judged as it was when it came."""
        return judged(infno, self._client.read(answer), self.clinic.region.good_texts)

    def _signed(self, say: Callable[[_By], _T], *, once: bool) -> _T:
        doctor = self.on_duty()  # Asked once: a shift may change between sign-in and message.
        try:
            return say(self._sign_in(doctor))
        except Refused as fault:
            if _SIGN_IN not in fault.said:
                raise
            self._memory.remember("sign_in", {})
            if once:
                raise
        return say(self._sign_in(doctor))

    def _sign_in(self, doctor: Doctor) -> _By:
        kept = self._signed_in(doctor)
        if kept:
            return _By(doctor, kept)
        node = written(m.SignIn, opter_no=doctor.code, mac=_mac(), ip="127.0.0.1")
        answer = self._client.send("9001", self._caller(_By(doctor, "")), {"signIn": node})
        sign_no = read(SignedIn, answer, "signinoutb").sign_no
        today = self.now().date().isoformat()
        self._memory.remember("sign_in", {"day": today, "opter": doctor.code, "sign_no": sign_no})
        return _By(doctor, sign_no)

    def _signed_in(self, doctor: Doctor) -> str:
        """Today's sign_no of this doctor, or nothing."""
        kept = self._memory.recall("sign_in")
        today = self.now().date().isoformat()
        ours = kept.get("day") == today and kept.get("opter") == doctor.code
        return str(kept["sign_no"]) if ours else ""

    def _caller(self, by: _By, psn_type: str = "") -> Caller:
        clinic, region = self.clinic, self.clinic.region
        return Caller(
            fixmedins_code=clinic.fixmedins_code,
            fixmedins_name=clinic.fixmedins_name,
            mdtrtarea_admvs=clinic.mdtrtarea_admvs,
            recer_sys_code=region.receiver(psn_type),
            infver=region.infver,
            opter=by.doctor.code,
            opter_name=by.doctor.name,
            sign_no=by.sign_no,
            input_as_text=region.input_as_text,
            good_texts=region.good_texts,
        )


def _mac() -> str:
    """This device's address, as 9001 asks for it."""
    return ":".join(f"{(uuid.getnode() >> shift) & 0xFF:02X}" for shift in range(40, -8, -8))
