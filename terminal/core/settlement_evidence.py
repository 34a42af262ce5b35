"""What stands behind one settlement, for whoever inspects it: one record, no face in it.

Everything comes from what was written down when it happened; what nobody wrote down is
empty, never guessed. Scores are text, amounts whole fen: the record is signed, and a
number written in two ways would be two records.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from terminal.core.evidence import SETTLEMENT_EVIDENCE
from terminal.core.evidence_goods import FindingTold, LineTold
from terminal.core.evidence_people import (
    DoctorTold,
    IdentifiedTold,
    PersonTold,
    StandingTold,
)
from terminal.core.people import Person, masked_id


class Reader(StrEnum):
    """Who reads it: what of a person is masked follows from that."""

    DOCTOR = "doctor"
    """Knows the person; reads neither whole ID numbers nor whole messages off a page."""
    BUREAU = "bureau"
    """The county's insurance bureau: every claim tied to a real person, box and doctor."""


@dataclass(frozen=True, slots=True)
class AgreedTold:
    """One agreement to an amount."""

    at: str
    event: str
    """amount_confirmed, ceiling_agreed, sold_self_paid."""
    own_fen: int | None
    """What the person agreed to pay; None where an older version did not write it down."""
    before: DoctorTold
    how: str = ""
    """tap, button, spoken (core/agreement.Manner); empty where an older version did not say."""


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of a visit or a settlement."""

    at: str
    event: str
    state: str
    facts: str
    """JSON, as it was written down."""


@dataclass(frozen=True, slots=True, repr=False)
class MessageTold:
    """One message to the province. The digests are SM3 over the bytes as they went."""

    infno: str
    msgid: str
    sent_at: str
    answered_at: str
    outcome: str
    code: str
    request_sm3: str
    answer_sm3: str
    request: str
    """The whole text, for the bureau alone."""
    answer: str


@dataclass(frozen=True, slots=True)
class CancelledTold:
    """That it was taken back, why, and whether the province has done it."""

    asked_at: str
    done_at: str
    """Empty: not answered yet."""
    reason: str
    by: DoctorTold


@dataclass(frozen=True, slots=True, repr=False)
class ChargeTold:
    """One settlement of the visit."""

    settlement_id: str
    setl_id: str
    mdtrt_id: str
    ipt_otp_no: str
    chrg_bchno: str
    category: str
    state: str
    settled_at: str
    shares_fen: dict[str, int]
    """As the province settled it; empty while nothing is."""
    clearing: dict[str, str]
    cancelled: CancelledTold | None
    steps: tuple[StepTold, ...]
    messages: tuple[MessageTold, ...]


@dataclass(frozen=True, slots=True)
class LedgerTold:
    """An entry of the ledger that names this visit, a settlement of it or its binding."""

    number: int
    at: str
    deed: str
    who: str
    facts: str
    digest: str


@dataclass(frozen=True, slots=True)
class SealTold:
    """The first signature of the ledger that covers all of these entries."""

    number: int
    at: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True, repr=False)
class SettlementEvidence:
    """Everything that stands behind a settlement, or behind a visit that was self-paid."""

    made_at: str
    reader: Reader
    public_key: str
    clinic: dict[str, str]
    visit_id: str
    slip_no: str
    corrects: str
    state: str
    person: PersonTold
    identified: IdentifiedTold
    standing: StandingTold
    treated: DoctorTold
    opened_at: str
    diagnosis: str
    diagnosis_name: str
    bedside: bool
    agreed: tuple[AgreedTold, ...]
    charges: tuple[ChargeTold, ...]
    lines: tuple[LineTold, ...]
    findings: tuple[FindingTold, ...]
    steps: tuple[StepTold, ...]
    offline_sm3: str
    """SM3 of the signed record of an agreement made while the province was away."""
    ledger: tuple[LedgerTold, ...]
    seal: SealTold | None


def person_told(person: Person) -> PersonTold:
    return PersonTold(person.name, person.id_number, person.psn_no)


def as_read_by(evidence: SettlementEvidence, reader: Reader) -> SettlementEvidence:
    """The same with what this reader may not see hidden; digests and numbers stay."""
    if reader is Reader.BUREAU:
        return replace(evidence, reader=reader)
    standing = evidence.standing
    return replace(
        evidence,
        reader=reader,
        person=_masked(evidence.person),
        standing=replace(
            standing,
            holder=None if standing.holder is None else _masked(standing.holder),
            companion=None if standing.companion is None else _masked(standing.companion),
        ),
        charges=tuple(
            replace(
                charge,
                messages=tuple(replace(each, request="", answer="") for each in charge.messages),
            )
            for charge in evidence.charges
        ),
    )


def settlement_record(evidence: SettlementEvidence) -> dict[str, Any]:
    """What is signed. `device` names the key, as every signed record here does."""
    told = asdict(evidence)
    return {
        "schema": SETTLEMENT_EVIDENCE,
        "device": {"public_key": told.pop("public_key")},
        **told,
    }


def _masked(person: PersonTold) -> PersonTold:
    hidden = masked_id(person.certno) if len(person.certno) > _SHOWN else ""
    return PersonTold(person.name, hidden, "")


_SHOWN = 7
"""Digits that a masked ID number shows; of a shorter one nothing is hidden by masking."""
