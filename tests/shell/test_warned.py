"""Warnings stand between a bill and its confirmation, by every way there is to confirm."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.boxes import ScanMode, Untraced
from terminal.core.catalogue import Catalogue
from terminal.core.faults import Fault
from terminal.core.goods_views import FindingView, Severity
from terminal.core.money import Money
from terminal.core.region import Region, TraceCodes
from terminal.core.visit import VisitState
from terminal.reminding import open_rules
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CLINIC,
    COLD,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    catalogue,
    code,
)
from tests.rooms import Rooms

Open = Callable[..., Rooms]
WARNED = dataclasses.replace(
    RULES,
    goods=dataclasses.replace(
        RULES.goods,
        reminders=dataclasses.replace(RULES.goods.reminders, rules=open_rules(None)),
    ),
)
PILLS = code(AMLODIPINE, 1)
"""For blood pressure; under a cold the shipped rules ask why."""


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def findings(here: Rooms, visit_id: str) -> tuple[FindingView, ...]:
    visit = here.store.visits.visit(visit_id)
    return here.reminding.findings(visit, here.store.lines.of(visit_id))


def answer_all(here: Rooms, visit_id: str) -> None:
    for each in findings(here, visit_id):
        if each.severity is Severity.WARN and each.open:
            here.basket.give_reason(visit_id, each.rule, each.number, "病情需要")


def test_a_warning_is_answered_before_the_amount_is_confirmed(rooms: Open) -> None:
    here = rooms(rules=WARNED)
    visit_id = here.priced(LI, PILLS)
    assert any(each.open for each in findings(here, visit_id))
    assert code_of(lambda: here.confirm(visit_id)) == "visit.finding_open"
    assert here.state(visit_id) is VisitState.PRICED, "nothing was agreed to"
    answer_all(here, visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED


def test_a_warning_is_answered_before_a_sale_without_insurance(rooms: Open) -> None:
    here = rooms(rules=WARNED)
    visit_id = here.priced(LI, PILLS)
    revision = here.store.visits.visit(visit_id).revision
    whole = Money(392)
    sale = lambda: here.till.sell_self_paid(visit_id, revision, whole)  # noqa: E731
    assert code_of(sale) == "visit.finding_open"
    assert here.state(visit_id) is VisitState.PRICED
    answer_all(here, visit_id)
    sale()
    assert here.state(visit_id) is VisitState.SETTLED


def test_a_warning_is_answered_before_a_ceiling_is_agreed_to(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms(rules=WARNED)
    visit_id = here.traced(LI, PILLS)
    province.close()
    here.line_is_away = True
    here.basket.set_diagnosis(visit_id, COLD)
    here.till.estimate(visit_id)
    visit = here.store.visits.visit(visit_id)
    own = Money(here.record(visit_id).estimate["own"])
    agree = lambda: here.till.agree_ceiling(visit_id, visit.revision, own)  # noqa: E731
    assert code_of(agree) == "visit.finding_open"
    answer_all(here, visit_id)
    agree()
    assert here.state(visit_id) is VisitState.WAITING


def test_a_reason_is_about_its_line_and_goes_with_it(rooms: Open) -> None:
    here = rooms(rules=WARNED)
    visit_id = here.priced(LI, PILLS)
    answer_all(here, visit_id)
    here.basket.remove_line(visit_id, 1)
    here.scanning.scanned(PILLS.encode())
    assert code_of(lambda: here.confirm(visit_id)) == "visit.finding_open"


def test_an_ordinary_cold_is_not_warned_of(rooms: Open) -> None:
    """Of whom nothing is wrong, nobody is asked why: else nobody reads a warning."""
    here = rooms(rules=WARNED)
    visit_id = here.priced(WANG, code(PARACETAMOL, 1), code(AMOXICILLIN, 1))
    assert [each for each in findings(here, visit_id) if each.open] == []
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED


# --- a price that changed since the scan


def dearer() -> Catalogue:
    """The same shelf, after the list was read anew: amoxicillin costs a yuan more."""
    before = catalogue()
    drugs = [
        dataclasses.replace(drug, price=drug.price + 1) if AMOXICILLIN in drug.prefixes else drug
        for drug in before.drugs
    ]
    return Catalogue(drugs, before.services)


def test_a_price_that_changed_is_shown_beside_the_old_one_and_billed_by_a_tap(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG, code(AMOXICILLIN, 1))
    anew = rooms(rules=dataclasses.replace(RULES, catalogue=dearer()))
    anew.reception.call_up(visit_id)
    (line,) = anew.goods_rooms.lines(anew.store.visits.visit(visit_id))
    assert line.price == "26.34", "what was scanned stays what it was"
    assert line.new_price is not None
    assert (line.new_price.now, line.new_price.total_now.yuan) == ("27.34", "27.34")
    anew.basket.take_new_price(visit_id, 1)
    (line,) = anew.goods_rooms.lines(anew.store.visits.visit(visit_id))
    assert (line.price, line.total.yuan, line.new_price) == ("27.34", "27.34", None)


def test_a_new_price_makes_an_old_confirmation_worthless(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(AMOXICILLIN, 1))
    anew = rooms(rules=dataclasses.replace(RULES, catalogue=dearer()))
    anew.reception.call_up(visit_id)
    revision = anew.store.visits.visit(visit_id).revision
    own = Money(anew.record(visit_id).pre_settlement["own"])
    anew.basket.take_new_price(visit_id, 1)
    stale = lambda: anew.till.confirm_amount(visit_id, revision, own)  # noqa: E731
    assert code_of(stale) == "visit.price_changed"


# --- where trace codes travel with the charge


def test_parts_of_a_pack_and_goods_without_a_code_go_with_the_charge_as_what_they_are(
    province: SandboxProvince, rooms: Open
) -> None:
    region = Region(trace_codes=TraceCodes.SETTLEMENT)
    here = rooms(clinic=dataclasses.replace(CLINIC, region=region))
    here.goods.scan_means(ScanMode.OPEN)
    box = code(AMOXICILLIN, 1)
    here.scanning.scanned(box.encode())
    visit_id = here.traced(WANG, code(PARACETAMOL, 1))
    here.goods.add_split(visit_id, here.goods.opened()[0].box, 10)
    why = Untraced.BOUGHT_BEFORE
    here.goods.add_untraced(visit_id, "YP0003", Decimal(1), why, "L1", "JH1")
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    sold = [(row["code"], row["trdn_flag"]) for row in province.book()["sales"]]
    assert sorted(sold) == sorted([(code(PARACETAMOL, 1), "0"), (box, "1")])
