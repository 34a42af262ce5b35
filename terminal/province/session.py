"""The session: signed in once a day (9001), and every send made as this clinic."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from terminal.core.faults import Refused
from terminal.core.people import Coverage, Person
from terminal.core.region import Region
from terminal.province import messages as m
from terminal.province.answers import SignedIn
from terminal.province.client import Client, judged
from terminal.province.envelope import Answer, Caller
from terminal.province.nodes import read, written

_SIGN_IN = "签到"
"""What every refusal of an unknown or expired sign-in speaks of; there is no code for it."""

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
        kept = self._signed_in()
        if kept:
            return kept
        doctor = self.clinic.doctor_code
        node = written(m.SignIn, opter_no=doctor, mac=_mac(), ip="127.0.0.1")
        answer = self._client.send("9001", self._caller(""), {"signIn": node})
        sign_no = read(SignedIn, answer, "signinoutb").sign_no
        today = self.now().date().isoformat()
        self._memory.remember("sign_in", {"day": today, "opter": doctor, "sign_no": sign_no})
        return sign_no

    def sign_out(self) -> None:
        """9002, when the terminal closes for the day; nothing when it is not signed in.

        May be repeated: an unanswered one is forgotten all the same, for the next day
        signs in anew. Raises as client.Client.send does.
        """
        sign_no = self._signed_in()
        if not sign_no:
            return
        node = written(m.SignOut, sign_no=sign_no, opter_no=self.clinic.doctor_code)
        self._memory.remember("sign_in", {})
        self._client.send("9002", self._caller(sign_no), {"signOut": node})

    def send(
        self,
        infno: str,
        payload: Mapping[str, Any],
        case: Case | None = None,
        *,
        insuplc_admdvs: str = "",
        psn_type: str = "",
        msgid: str | None = None,
    ) -> Answer:
        """Send one transaction, signed in. Raises as client.Client.send does.

        A case says where its person is insured and which system keeps them (psn_type);
        what is about a person and no case says it itself.

        Signed out over there (their midnight may come before ours): sign in anew and say
        it again. With a `msgid` it is said once only, for it moves money.
        """
        if case is not None:
            psn_type = case.coverage.psn_type
        return self._signed(
            lambda sign_no: self._client.send(
                infno,
                self._caller(sign_no, psn_type),
                payload,
                settlement_id=(case.settlement_id or None) if case else None,
                insuplc_admdvs=insuplc_admdvs or (case.coverage.insuplc_admdvs if case else ""),
                msgid=msgid,
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
            lambda sign_no: self._client.download(self._caller(sign_no), {"fsDownloadIn": node}),
            once=False,
        )

    def reread(self, infno: str, answer: bytes) -> Answer:
        """A kept answer to this transaction, judged as it was when it came."""
        return judged(infno, self._client.read(answer), self.clinic.region.good_texts)

    def _signed(self, say: Callable[[str], _T], *, once: bool) -> _T:
        try:
            return say(self.sign_in())
        except Refused as fault:
            if _SIGN_IN not in fault.said:
                raise
            self._memory.remember("sign_in", {})
            if once:
                raise
        return say(self.sign_in())

    def _signed_in(self) -> str:
        """Today's sign_no of this doctor, or nothing."""
        kept = self._memory.recall("sign_in")
        today = self.now().date().isoformat()
        ours = kept.get("day") == today and kept.get("opter") == self.clinic.doctor_code
        return str(kept["sign_no"]) if ours else ""

    def _caller(self, sign_no: str, psn_type: str = "") -> Caller:
        clinic, region = self.clinic, self.clinic.region
        return Caller(
            fixmedins_code=clinic.fixmedins_code,
            fixmedins_name=clinic.fixmedins_name,
            mdtrtarea_admvs=clinic.mdtrtarea_admvs,
            recer_sys_code=region.receiver(psn_type),
            infver=region.infver,
            opter=clinic.doctor_code,
            opter_name=clinic.doctor_name,
            sign_no=sign_no,
            input_as_text=region.input_as_text,
            good_texts=region.good_texts,
        )


def _mac() -> str:
    """This device's address, as 9001 asks for it."""
    return ":".join(f"{(uuid.getnode() >> shift) & 0xFF:02X}" for shift in range(40, -8, -8))
