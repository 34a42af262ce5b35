"""What an inspection asks for, shown by a stand-in: evidence of one settlement, and a sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from terminal.core.calibration import DEFAULT_CALIBRATION
from terminal.core.compliance import (
    ComplianceFacts,
    DeviceTold,
    Kept,
    LedgerCounted,
    PeopleCounted,
    Place,
    StaffCounted,
    Weights,
)
from terminal.core.evidence_goods import BoxStepTold, FindingTold, LineTold
from terminal.core.evidence_people import (
    BindingTold,
    ConsentTold,
    DoctorTold,
    FaceTold,
    IdentifiedTold,
    PersonTold,
    StandingTold,
)
from terminal.core.faults import Refused
from terminal.core.listeners import Listener
from terminal.core.measured_rates import RATES, RATES_OF
from terminal.core.settlement_evidence import (
    AgreedTold,
    CancelledTold,
    ChargeTold,
    LedgerTold,
    MessageTold,
    Reader,
    SettlementEvidence,
    as_read_by,
)
from terminal.core.status_views import FacesStatus, KeyClass, KeysStatus

AT = "2026-11-20T08:05:30+08:00"
CERTNO = "990101195702031234"
DOCTOR = DoctorTold("D990101000001", "李医生")

LINE = LineTold(
    number=1,
    name="阿莫西林胶囊",
    med_list_codg="XJ01CAA040E001010101445",
    medins_list_codg="YP0002",
    category="ordinary",
    quantity="1",
    price="26.34",
    total_fen=2634,
    added_at=AT,
    trace_code="89101110000000000001",
    typed=False,
    split_units=0,
    untraced="",
    delivery_note="",
    lot="L77",
    expires_on="2027-03-31",
    lot_from="received",
    delivery="B1",
    received=None,
    told_province="told",
    history=(BoxStepTold(AT, "scanned", DOCTOR.code),),
)

CHARGE = ChargeTold(
    settlement_id="5e1" * 10,
    setl_id="4310242026112000000001",
    mdtrt_id="4310242026112000000009",
    ipt_otp_no="20261120080530000000001",
    chrg_bchno="1",
    category="ordinary",
    state="settled",
    settled_at=AT,
    shares_fen={"total": 2634, "fund": 1844, "own": 790},
    clearing={},
    cancelled=None,
    steps=(),
    messages=tuple(
        MessageTold(infno, f"H99010100001202611200805{n:06}", AT, AT, "answered", "", "ab" * 32,
                    "cd" * 32, '{"certno":"' + CERTNO + '"}', "{}")
        for n, infno in enumerate(("2201", "2203A", "2204", "2206A", "5201", "2207A", "3505A"))
    ),
)  # fmt: skip


def evidence(**other: Any) -> SettlementEvidence:
    """A child's settlement by a grandmother's face."""
    binding = BindingTold(
        "b" * 32, "documents", ("ask", "collect", "settle"), "2026-01-01", "2028-12-31", AT,
        DOCTOR.code, "household_register", "", "", "",
    )  # fmt: skip
    face = FaceTold(AT, "known", "device: HD camera (0c45:6366, at 1-2)", "0.9877", "0.8123",
                    "0.6000", "1796", "passed", RATES_OF)  # fmt: skip
    known: dict[str, Any] = {
        "made_at": AT,
        "reader": Reader.BUREAU,
        "public_key": "04" + "1f" * 64,
        "clinic": {
            "fixmedins_code": "H99010100001",
            "fixmedins_name": "石桥镇大屋村卫生室",
            "mdtrtarea_admvs": "990101",
        },
        "visit_id": "v1",
        "slip_no": "",
        "corrects": "",
        "state": "settled",
        "person": PersonTold("王小宝", CERTNO, "99010100000000000001"),
        "identified": IdentifiedTold(
            how="by_relative",
            similarity="0.8123",
            live_score="0.9877",
            challenge="passed",
            second_factor="doctor",
            face_agrees="",
            confirmed_at=AT,
            confirmed_by=DOCTOR.code,
            consent=ConsentTold("2", "2026-01-05T09:00:00+08:00", DOCTOR.code, ""),
            faces=(face,),
        ),
        "standing": StandingTold(
            "family", PersonTold("赵桂花", "990101195001011227", "1"), "孙子", binding, None, ""
        ),
        "treated": DOCTOR,
        "opened_at": AT,
        "diagnosis": "J06.900",
        "diagnosis_name": "急性上呼吸道感染",
        "bedside": False,
        "agreed": (AgreedTold(AT, "amount_confirmed", 790, DOCTOR),),
        "charges": (CHARGE,),
        "lines": (LINE, replace(LINE, number=2, name="氨酚黄那敏颗粒", lot="", lot_from="")),
        "findings": (FindingTold("child_dose", 1, "体重三十公斤，已减量", DOCTOR.code, AT),),
        "steps": (),
        "offline_sm3": "",
        "ledger": tuple(
            LedgerTold(number, AT, deed, DOCTOR.code, "{}", "ef" * 32)
            for number, deed in enumerate(
                ("presented", "chosen", "person_confirmed", "amount_confirmed", "settled"), 4711
            )
        ),
        "seal": None,
    }
    return SettlementEvidence(**{**known, **other})


CANCELLED = replace(
    CHARGE, state="cancelled", cancelled=CancelledTold(AT, AT, "扫错了<b>药</b>", DOCTOR)
)


def sheet(**other: Any) -> ComplianceFacts:
    """A village's device on a usual day."""
    tasks = ("detection", "eyes", "landmarks", "liveness", "pose", "recognition")
    known: dict[str, Any] = {
        "made_at": datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        "device": DeviceTold(
            "石桥镇大屋村卫生室", "H99010100001", "0.1.0", "2", 24, 30, 50_000, 8765, 0.01,
            DEFAULT_CALIBRATION,
            tuple(Weights(task, f"{task}.onnx", "ab" * 32) for task in tasks),
        ),
        "kept": dict(zip(Kept, (5421, 1843, 12044, 50000, 98211, 40123, 88120, 70012, 4, 301244,
                                31), strict=True)),
        "place": Place("/var/lib/clinic-terminal/terminal.db", 612_345_678, encrypted=True),
        "people": PeopleCounted(1811, 1796, 8980, 8980, 1843, 1796, 47, 12, 3, 96),
        "faces": FacesStatus("YuNet, SFace and Faceplugin liveness", RATES_OF, "Apache-2.0, MIT",
                             None, True, 1796, 0, 0.673, "device: HD camera (0c45:6366, at 1-2)",
                             "ordinary"),
        "threshold": DEFAULT_CALIBRATION.similarity_for(1796, 0.01),
        "rates": RATES,
        "keys": KeysStatus(KeyClass.WEAK, "file", datetime(2026, 1, 2, tzinfo=UTC)),
        "ledger": LedgerCounted(301_244, 612, 301_240, datetime(2026, 11, 20, 1, 2, tzinfo=UTC),
                                301_198, sound=True),
        "staff": StaffCounted(2, 1, 1),
        "listeners": (
            Listener("tcp", "127.0.0.1", 8765, 1, ours=True),
            Listener("tcp", "0.0.0.0", 22, 2),  # noqa: S104 - shown, not opened.
        ),
    }  # fmt: skip
    return ComplianceFacts(**{**known, **other})


class ShownInspection:
    """Knows one settlement."""

    def __init__(self) -> None:
        self.shown = evidence()
        self.facts_shown = sheet()
        self.fact_missing: str | None = None

    def evidence(self, number: str, reader: Reader) -> SettlementEvidence:
        if number not in (self.shown.visit_id, CHARGE.setl_id):
            raise Refused("evidence.not_found")
        return as_read_by(self.shown, reader)

    def signed(self, number: str, reader: Reader) -> str:
        return f'{{"record":"{self.evidence(number, reader).person.certno}"}}\n'

    def facts(self) -> ComplianceFacts:
        if self.fact_missing is not None:
            raise Refused("compliance.fact_missing", fact=self.fact_missing)
        return self.facts_shown
