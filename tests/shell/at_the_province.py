"""A session, and one person's case taken through the interface without any room of ours."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET
from terminal.core.money import Money, total
from terminal.core.region import Region
from terminal.core.shares import Shares
from terminal.province.client import Client
from terminal.province.conversation import BoxCode, Fee, Province, Settled
from terminal.province.enquiry import Enquiry
from terminal.province.line import Line
from terminal.province.session import Case, Session
from terminal.store import Store
from tests.clinic import AMOXICILLIN, CLINIC, COLD, PARACETAMOL, WANG, Clock, catalogue, code

EVERYBODY = [
    each["id_number"] for each in tomllib.loads((DATA / "people.toml").read_text("utf-8"))["person"]
]
DRUGS = {prefix: drug for drug in catalogue().drugs for prefix in drug.prefixes}


@dataclass
class AtTheProvince:
    """What a test needs to speak to a province as the rooms do."""

    line: Line
    session: Session
    province: Province
    store: Store
    clock: Clock

    def case(self, id_number: str = WANG, **more: object) -> Case:
        person, coverage = Enquiry(self.session).person(id_number)
        return Case("", person, coverage, "11", COLD, "急性上呼吸道感染", "", self.clock(), **more)  # type: ignore[arg-type]

    def fee(self, number: int, prefix: str = AMOXICILLIN, quantity: int = 1) -> Fee:
        drug = DRUGS[prefix]
        return Fee(
            str(number),
            drug.med_list_codg,
            drug.medins_list_codg,
            Money.of(drug.price * quantity),
            Decimal(quantity),
            drug.price,
            self.clock(),
        )

    def priced(self, case: Case, *fees: Fee, batch: str = "1") -> tuple[str, Shares]:
        """mdtrt_id, and what would be paid."""
        mdtrt_id = self.province.register(case, f"O{self.store.journal.next_number('otp')}")
        self.province.describe(case, mdtrt_id)
        lines = fees or (self.fee(1),)
        self.province.upload_fees(case, mdtrt_id, batch, lines)
        sum_of_lines = total(fee.total for fee in lines)
        return mdtrt_id, self.province.pre_settle(case, mdtrt_id, batch, sum_of_lines)

    def msgid(self) -> str:
        return self.store.journal.next_msgid(CLINIC.fixmedins_code, self.clock())

    def settled(self, case: Case, *fees: Fee, codes: tuple[BoxCode, ...] = ()) -> Settled:
        mdtrt_id, shares = self.priced(case, *fees)
        return self.province.settle(case, mdtrt_id, "1", shares, self.msgid(), codes)


@contextmanager
def at_the_province(
    line: Line, store: Store, clock: Clock, region: Region | None = None
) -> Iterator[AtTheProvince]:
    """Opened at the demo clinic, in this region's manner."""
    client = Client(line, store.journal, clock)
    try:
        session = Session(client, replace(CLINIC, region=region or Region()), store.journal, clock)
        yield AtTheProvince(line, session, Province(session), store, clock)
    finally:
        client.close()


def line_to(address: str, **more: object) -> Line:
    values: dict[str, object] = {
        "url": address,
        "paasid": DEMO_PAASID,
        "secret": DEMO_SECRET,
        "connect_timeout_s": 0.5,
        "read_timeout_s": 2.0,
    }
    return Line(**{**values, **more})  # type: ignore[arg-type]


BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(PARACETAMOL, 1)
