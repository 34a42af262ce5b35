"""The county hospital's electronic prescriptions: what one says, which boxes it covers.

A box is dispensed under a prescription of its person that has its drug, by the national
code (med_list_codg), and never more of it than was prescribed: a further box is an ordinary
line. Only whole packs count, for only of these the interface's cnt says the same to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from terminal.core.items import Item
from terminal.core.record_views import RxState


@dataclass(frozen=True, slots=True)
class Drug:
    """One line of a prescription."""

    med_list_codg: str
    name: str
    spec: str
    quantity: Decimal
    unit: str
    """盒, 瓶; or the small unit, 片."""
    usage: str

    def packs_of(self, item: Item) -> int:
        """Whole packs of this item that it covers; 0 where its unit is not one of the item's."""
        if self.unit == item.unit:
            return int(self.quantity)
        if item.small_unit and self.unit == item.small_unit:
            return int(self.quantity / item.pack_units)
        return 0


@dataclass(frozen=True, slots=True, repr=False)
class Prescription:
    """As the platform tells it (D005)."""

    hi_rxno: str
    """Its number, sent as rxno of 2204 (C30)."""
    id_number: str
    hospital: str
    doctor: str
    prescribed_on: date | None
    valid_until: date | None
    diagnosis_code: str
    diagnosis: str
    state: RxState
    where: str
    """Who dispensed it; empty where nobody did, or it is not told."""
    drugs: tuple[Drug, ...]

    def as_told(self) -> dict[str, object]:
        """What is kept with the visit. Whose it is the visit says."""
        return {
            "hospital": self.hospital,
            "doctor": self.doctor,
            "prescribed_on": _written(self.prescribed_on),
            "valid_until": _written(self.valid_until),
            "diagnosis_code": self.diagnosis_code,
            "diagnosis": self.diagnosis,
            "drugs": [
                [one.med_list_codg, one.name, one.spec, str(one.quantity), one.unit, one.usage]
                for one in self.drugs
            ],
        }


def prescription_of(hi_rxno: str, told: dict[str, object]) -> Prescription:
    """What was kept, as it was found: open, and of the visit's person."""
    drugs = told["drugs"]
    return Prescription(
        hi_rxno=hi_rxno,
        id_number="",
        hospital=str(told["hospital"]),
        doctor=str(told["doctor"]),
        prescribed_on=_day(told["prescribed_on"]),
        valid_until=_day(told["valid_until"]),
        diagnosis_code=str(told["diagnosis_code"]),
        diagnosis=str(told["diagnosis"]),
        state=RxState.OPEN,
        where="",
        drugs=tuple(
            Drug(code, name, spec, Decimal(quantity), unit, usage)
            for code, name, spec, quantity, unit, usage in (
                drugs if isinstance(drugs, list) else ()
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A whole pack on the bill."""

    number: int
    item: Item
    rxno: str | None = None


def covered(boxes: Iterable[Box], prescriptions: Sequence[Prescription]) -> dict[int, str]:
    """Under which prescription each box is dispensed, by the number of its line.

    A box keeps its own while that covers it; of the others the earlier one comes first. What
    is not in the answer is an ordinary line.
    """
    used: dict[tuple[str, str], int] = {}
    found: dict[int, str] = {}
    for box in sorted(boxes, key=lambda each: (each.rxno is None, each.number)):
        own_first = sorted(prescriptions, key=lambda each: each.hi_rxno != box.rxno)
        for each in own_first:
            key = (each.hi_rxno, box.item.med_list_codg)
            if used.get(key, 0) < packs_prescribed(each, box.item):
                used[key] = used.get(key, 0) + 1
                found[box.number] = each.hi_rxno
                break
    return found


def packs_prescribed(prescription: Prescription, item: Item) -> int:
    """Whole packs of this item on all lines of the prescription."""
    return sum(
        drug.packs_of(item)
        for drug in prescription.drugs
        if drug.med_list_codg == item.med_list_codg
    )


def state_on(state: RxState, valid_until: date | None, today: date) -> RxState:
    """The state of a day: one that is past its last day has expired, whatever was told."""
    over = valid_until is not None and valid_until < today
    return RxState.EXPIRED if state is RxState.OPEN and over else state


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)) if written else None
