"""What stands behind a settlement, for whoever inspects it: gathered, masked, signed.

Asked for by the province's SETL_ID, or by our own number of a visit that was self-paid.
Nothing is kept of it: it is made anew from the book each time, and says when.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.core.catalogue import Catalogue
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.evidence import canonical, sealed
from terminal.core.evidence_people import (
    BindingTold,
    DoctorTold,
    IdentifiedTold,
    PersonTold,
    StandingTold,
)
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.national_crypto import sm3
from terminal.core.settlement_evidence import (
    AgreedTold,
    CancelledTold,
    ChargeTold,
    LedgerTold,
    Reader,
    SettlementEvidence,
    StepTold,
    as_read_by,
    person_told,
    settlement_record,
)
from terminal.core.standing import Standing
from terminal.core.visit import VisitEvent
from terminal.inspected_boxes import boxes_told
from terminal.province.session import Clinic
from terminal.store import Store
from terminal.store.inspected import score
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit
from terminal.vault import DeviceKey

_NUMBER_MAX = 64
"""Characters of a number that is looked for: setl_id is C30, ours has 32."""

_AGREED = {
    VisitEvent.AMOUNT_CONFIRMED.value: Deed.AMOUNT_CONFIRMED,
    VisitEvent.CEILING_AGREED.value: Deed.CEILING_AGREED,
    VisitEvent.SOLD_SELF_PAID.value: Deed.SELF_PAID,
}
"""Steps at which somebody agreed to an amount, and what the ledger calls each."""

_TAKEN_BACK = {
    SettlementEvent.CANCELLATION_SENT.value: Deed.CANCELLATION_ASKED,
    SettlementEvent.SELF_PAID_UNDONE.value: Deed.SELF_PAID_UNDONE,
}
_SETTLED = (Deed.SETTLED, Deed.DIFFERED)
_UNDONE = (SettlementState.CANCELLING, SettlementState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Inspection:
    """Reads the book and signs; changes nothing."""

    store: Store
    catalogue: Catalogue
    name_of: Callable[[str], str]
    """The name of a diagnosis by its code."""
    clinic: Clinic
    key: DeviceKey
    now: Callable[[], datetime]

    def evidence(self, number: str, reader: Reader) -> SettlementEvidence:
        """What stands behind the settlement with this SETL_ID (ours, or the record system's), or
        the visit of this number. Raises Refused `evidence.not_found`.
        """
        with self.store.transaction():  # One moment: nothing changes while it is read.
            visit, settlements = self._found(number.strip())
            return as_read_by(self._gathered(visit, settlements), reader)

    def signed(self, number: str, reader: Reader) -> str:
        """The same as a file that `clinic-terminal verify-record` judges: JSON text.

        Raises as `evidence` does.
        """
        told = canonical(settlement_record(self.evidence(number, reader)))
        return sealed(told.decode("utf-8"), self.key.sign(told))

    def _found(self, number: str) -> tuple[Visit, list[Settlement]]:
        if not 0 < len(number) <= _NUMBER_MAX:
            raise Refused("evidence.not_found")
        number = self.store.handed_over.holders([number]).get(number, number)
        held = self.store.settlements.holder_of(number)
        if held is not None:
            settlement = self.store.settlements.settlement(held)
            return self.store.visits.visit(settlement.visit_id), [settlement]
        try:
            visit = self.store.visits.visit(number)
        except Refused:
            raise Refused("evidence.not_found") from None
        if visit.person_id is None:
            raise Refused("evidence.not_found")
        return visit, self.store.settlements.of_visit(visit.visit_id)

    def _gathered(self, visit: Visit, settlements: Sequence[Settlement]) -> SettlementEvidence:
        read = self.store.inspected
        steps = read.visit_steps(visit.visit_id)
        ledger = read.ledger(_numbers(visit, settlements))
        offline = self.store.offline.record_of(visit.visit_id)
        return SettlementEvidence(
            made_at=self.now().isoformat(),
            reader=Reader.BUREAU,
            public_key=self.key.public_key,
            clinic={
                "fixmedins_code": self.clinic.fixmedins_code,
                "fixmedins_name": self.clinic.fixmedins_name,
                "mdtrtarea_admvs": self.clinic.mdtrtarea_admvs,
            },
            visit_id=visit.visit_id,
            slip_no=visit.slip_no or "",
            corrects=visit.corrects or "",
            state=visit.state.value,
            person=self._person(visit.person_id) or PersonTold("", "", ""),
            identified=self._identified(visit, steps, ledger),
            standing=self._standing(_as_settled(visit, settlements, ledger)),
            treated=self._doctor(visit.doctor_code),
            opened_at=visit.opened_at.isoformat(),
            diagnosis=visit.diagnosis or "",
            diagnosis_name=self.name_of(visit.diagnosis) if visit.diagnosis else "",
            bedside=visit.bedside,
            agreed=self._agreed(visit, steps, ledger),
            charges=tuple(self._charge(visit, each, ledger) for each in settlements),
            lines=boxes_told(self.store, self.catalogue, visit, settlements),
            findings=read.reasons(visit.visit_id),
            steps=steps,
            offline_sm3="" if offline is None else sm3(offline.record.encode("utf-8")).hex(),
            ledger=ledger,
            seal=read.seal_over(ledger[-1].number) if ledger else None,
        )

    def _person(self, person_id: str | None) -> PersonTold | None:
        person = self.store.people.person(person_id or "")
        return None if person is None else person_told(person)

    def _doctor(self, code: str) -> DoctorTold:
        """Whose national code this is, where that is known here."""
        operator = self.store.operators.by_doctor_code(code) if code else None
        if operator is not None:
            return DoctorTold(code, operator.name)
        return DoctorTold(code, self.clinic.doctor_name if code == self.clinic.doctor_code else "")

    def _identified(
        self, visit: Visit, steps: Sequence[StepTold], ledger: Sequence[LedgerTold]
    ) -> IdentifiedTold:
        event = VisitEvent.DOCTOR_CONFIRMED_PERSON.value
        vouched = next((step for step in steps if step.event == event), None)
        agrees = visit.face_agrees
        return IdentifiedTold(
            how=visit.identified or "",
            similarity=score(visit.similarity),
            live_score=score(visit.live_score),
            challenge=visit.challenged.value,
            second_factor=visit.second_factor or "",
            face_agrees="" if agrees is None else "yes" if agrees else "no",
            confirmed_at="" if vouched is None else vouched.at,
            confirmed_by=_who(ledger, Deed.PERSON_CONFIRMED)
            or ("" if vouched is None else visit.doctor_code),
            consent=self.store.inspected.consent_at(
                visit.holder_id or visit.person_id or "", visit.opened_at
            ),
            faces=self.store.inspected.faces(visit.visit_id),
        )

    def _standing(self, visit: Visit) -> StandingTold:
        """Who stood there: a bound relative, or somebody who was noted."""
        holder = None
        if visit.holder_id not in (None, visit.person_id):
            holder = self._person(visit.holder_id)
        noted = self.store.families.companion(visit.visit_id)
        binding = self._binding(visit.binding_id)
        bound = self.store.families.binding(visit.binding_id or "")
        relation = "" if bound is None else bound.relation
        return StandingTold(
            standing=visit.standing.value,
            holder=holder,
            relation=relation if noted is None else noted.relation,
            binding=binding,
            companion=None if noted is None else PersonTold(noted.name, noted.id_number, ""),
            noted_by="" if noted is None else noted.noted_by,
        )

    def _binding(self, binding_id: str | None) -> BindingTold | None:
        bound = self.store.families.binding(binding_id or "")
        if bound is None:
            return None
        return BindingTold(
            binding_id=bound.binding_id,
            basis=bound.basis.value,
            scopes=tuple(sorted(bound.scopes)),
            valid_from=bound.valid_from.isoformat(),
            valid_until=bound.valid_until.isoformat(),
            made_at=bound.made_at.isoformat(),
            witness=bound.witness,
            document=bound.document,
            reason=bound.reason,
            ended_at="" if bound.ended_at is None else bound.ended_at.isoformat(),
            ended_by=bound.ended_by or "",
        )

    def _agreed(
        self, visit: Visit, steps: Sequence[StepTold], ledger: Sequence[LedgerTold]
    ) -> tuple[AgreedTold, ...]:
        found = []
        for step in steps:
            if step.event in _AGREED:
                facts = json.loads(step.facts)
                who = facts.get("by") or _who(ledger, _AGREED[step.event]) or visit.doctor_code
                before = self._doctor(str(who))
                own, how = facts.get("own_fen"), str(facts.get("agreed", ""))
                found.append(AgreedTold(step.at, step.event, own, before, how))
        return tuple(found)

    def _charge(
        self, visit: Visit, settlement: Settlement, ledger: Sequence[LedgerTold]
    ) -> ChargeTold:
        steps = self.store.inspected.settlement_steps(settlement.settlement_id)
        settled = [step for step in steps if step.state == SettlementState.SETTLED]
        return ChargeTold(
            settlement_id=settlement.settlement_id,
            setl_id=settlement.setl_id or "",
            mdtrt_id=settlement.mdtrt_id or "",
            ipt_otp_no=settlement.ipt_otp_no or "",
            chrg_bchno=settlement.chrg_bchno or "",
            category=settlement.category,
            state=settlement.state.value,
            settled_at=settled[0].at if settled else "",
            shares_fen=dict(settlement.settled or {}),
            clearing=dict(settlement.clearing or {}),
            cancelled=self._cancelled(visit, settlement, steps, ledger),
            steps=steps,
            messages=self.store.inspected.messages(settlement.settlement_id),
        )

    def _cancelled(
        self,
        visit: Visit,
        settlement: Settlement,
        steps: Sequence[StepTold],
        ledger: Sequence[LedgerTold],
    ) -> CancelledTold | None:
        """The last time that it was taken back, where it is or is being."""
        asked = [step for step in steps if step.event in _TAKEN_BACK]
        if settlement.state not in _UNDONE or not asked:
            return None
        done = [step for step in steps if step.state == SettlementState.CANCELLED]
        who = _who(ledger, _TAKEN_BACK[asked[-1].event]) or visit.doctor_code
        return CancelledTold(
            asked_at=asked[-1].at,
            done_at=done[-1].at if done else "",
            reason=str(json.loads(asked[-1].facts).get("reason", "")),
            by=self._doctor(who),
        )


def _numbers(visit: Visit, settlements: Sequence[Settlement]) -> list[str]:
    """By what the ledger may name this visit."""
    told = [visit.visit_id, visit.binding_id, visit.corrects]
    for each in settlements:
        told += [each.settlement_id, each.setl_id]
    return [number for number in told if number]


def _as_settled(
    visit: Visit, settlements: Sequence[Settlement], ledger: Sequence[LedgerTold]
) -> Visit:
    """The visit with who stood there when this one settlement of it was settled.

    The rest of a visit may be agreed to later, by the person themselves.
    """
    if visit.holder_id is not None or len(settlements) != 1:
        return visit
    for entry in reversed(ledger):
        facts = json.loads(entry.facts)
        mine = facts.get("settlement") == settlements[0].settlement_id
        if mine and entry.deed in _SETTLED and "holder" in facts:
            standing = Standing(facts.get("standing", Standing.FAMILY))
            stood = {"holder_id": facts["holder"], "binding_id": facts.get("binding")}
            return replace(visit, standing=standing, **stood)
    return visit


def _who(ledger: Sequence[LedgerTold], deed: Deed) -> str:
    """Who did this last, as the ledger says; empty where it does not."""
    return next((entry.who for entry in reversed(ledger) if entry.deed == deed), "")
