"""The signed record of a visit that was agreed to while the province was away.

It says who stood there and how they were known, which boxes and services, which doctor,
what was reckoned (marked as an estimate), what the resident agreed to pay at most, and
when. No face, no embedding; scores as text. It is signed by this terminal's own key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from terminal.core.catalogue import Catalogue
from terminal.core.evidence import OFFLINE_VISIT, canonical
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import Person
from terminal.core.shares import Shares
from terminal.duty import doctor_of
from terminal.province.session import Clinic
from terminal.store import Store
from terminal.store.offline import SignedRecord
from terminal.store.visits import Visit
from terminal.vault import DeviceKey


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed to, and when."""

    own: Money
    """The most that the resident will pay."""
    taken_by: str
    """National code of the doctor before whom they agreed."""
    at: datetime
    slip_no: str
    estimates: Sequence[tuple[str, Shares]]
    """Category and reckoned shares of each settlement."""


class Evidence:
    """Makes the records, and signs them."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        name_of: Callable[[str], str],
        clinic: Clinic,
        key: DeviceKey,
        rules_version: str,
    ) -> None:
        """`name_of` a diagnosis by its code; `rules_version`: which settings of the region
        the estimate was made by."""
        self._store = store
        self._catalogue = catalogue
        self._name_of = name_of
        self._clinic = clinic
        self._key = key
        self._rules_version = rules_version

    def keep(self, visit: Visit, agreement: Agreement) -> None:
        """Sign what is known of this visit now, and keep it. One transaction.

        A second agreement to the same visit does not wipe out the first: the new record
        holds the earlier one whole.
        """
        with self._store.transaction():
            earlier = self._store.offline.record_of(visit.visit_id)
            record = self._record(visit, agreement)
            if earlier is not None:
                record["replaces"] = {"record": earlier.record, "signature": earlier.signature}
            data = canonical(record)
            signed = SignedRecord(visit.visit_id, data.decode("utf-8"), self._key.sign(data))
            self._store.offline.keep(signed, agreement.at)

    def _record(self, visit: Visit, agreement: Agreement) -> dict[str, object]:
        clinic = self._clinic
        doctor = doctor_of(self._store, clinic, visit.doctor_code)
        standing = self._standing(visit)
        return {
            "schema": OFFLINE_VISIT,
            "visit_id": visit.visit_id,
            "slip_no": agreement.slip_no,
            "device": {"public_key": self._key.public_key},
            "clinic": {
                "fixmedins_code": clinic.fixmedins_code,
                "fixmedins_name": clinic.fixmedins_name,
                "mdtrtarea_admvs": clinic.mdtrtarea_admvs,
            },
            "rules_version": self._rules_version,
            "doctor": {
                "code": visit.doctor_code,
                "name": doctor.name if doctor.name != doctor.code else "",
            },
            "person": self._person(visit.person_id),
            "standing": standing,
            "identified": self._identified(visit),
            "diagnosis": {
                "code": visit.diagnosis,
                "name": self._name_of(visit.diagnosis or ""),
            },
            "lines": self._lines(visit),
            "estimate": {
                "estimate": True,
                "settlements": [
                    {"category": category, **shares.as_fen()}
                    for category, shares in agreement.estimates
                ],
            },
            "consent": {
                "ceiling_own_fen": agreement.own.fen,
                "by": "resident" if standing is None else "relative",
                "before": agreement.taken_by,
            },
            "deposit_fen": self._store.offline.deposit(visit.visit_id).fen,
            "times": {
                "opened": visit.opened_at.isoformat(),
                "agreed": agreement.at.isoformat(),
            },
        }

    def _person(self, person_id: str | None) -> dict[str, object]:
        person = self._known(person_id)
        return {"psn_no": person.psn_no, "name": person.name, "certno": person.id_number}

    def _standing(self, visit: Visit) -> dict[str, object] | None:
        """The relative who stood there, where it was not the person."""
        if visit.holder_id is None or visit.holder_id == visit.person_id:
            return None
        binding = self._store.families.binding(visit.binding_id or "")
        relation = "" if binding is None else binding.relation
        # What the person is to the one who stood there: 儿子, 母亲.
        return {**self._person(visit.holder_id), "relation": relation}

    def _identified(self, visit: Visit) -> dict[str, object]:
        face = self._store.offline.face_of(visit.visit_id)
        return {
            "how": visit.identified,
            "live_score": "" if visit.live_score is None else f"{visit.live_score:.4f}",
            "similarity": "" if visit.similarity is None else f"{visit.similarity:.4f}",
            "challenge": visit.challenged,
            "second_factor": visit.second_factor,
            "face_agrees": visit.face_agrees,
            "face": None if face is None else asdict(face),
        }

    def _lines(self, visit: Visit) -> list[dict[str, object]]:
        added_at = self._store.offline.added_at(visit.visit_id)
        found: list[dict[str, object]] = []
        for line in self._store.lines.of(visit.visit_id):
            item = self._catalogue.item(line.item_code)
            found.append(
                {
                    "number": line.number,
                    "name": "" if item is None else item.name,
                    "med_list_codg": "" if item is None else item.med_list_codg,
                    "medins_list_codg": line.item_code,
                    "category": line.category,
                    "quantity": str(line.quantity),
                    "price": str(line.price),
                    "total_fen": line.total.fen,
                    "trace_code": line.trace_code,
                    **({"rxno": line.rxno} if line.rxno else {}),
                    "at": added_at.get(line.number, ""),
                }
            )
        return found

    def _known(self, person_id: str | None) -> Person:
        person = self._store.people.person(person_id or "")
        if person is None:
            raise Refused("person.not_asked")
        return person
