"""What the screens' new verbs could do to somebody's money or identity, and do not.

Several visits at once, answers to amounts, moved lines, scanned commands, what is one's own:
raced, repeated, late, after a restart and after a power cut. Real desk, store and province.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.bill_views import Bill, Share
from terminal.core.charge import SettlementState
from terminal.core.faults import Fault
from terminal.core.ledger import Deed
from terminal.core.money import Money, total
from terminal.core.recognition import Known
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.province.enquiry import Enquiry
from terminal.reception import Reception
from terminal.scan_commands import ScanCommands
from terminal.store import Store
from terminal.store.database import Database
from terminal.store.schema import MIGRATIONS
from tests.clinic import (
    AMOXICILLIN,
    COLD,
    DEVICE_KEY,
    KEY,
    LI,
    PARACETAMOL,
    WANG,
    Clock,
    charges,
    code,
)
from tests.counter import Counter
from tests.crash.power import FailingDisk, Power, PowerCut
from tests.rooms import Rooms
from tests.shell.asking_place import AskingPlace
from tests.shell.sights import alive

Open = Callable[..., Rooms]
BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(PARACETAMOL, 2)


def refused(verb: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(Fault) as fault:
        verb(*arguments)
    return fault.value.code


def asked(here: Rooms, visit_id: str) -> tuple[str, int, Money]:
    """What a tap about the amount on the screen carries."""
    reckoned = here.state(visit_id) is VisitState.ESTIMATED
    owns = [
        Shares.from_fen((record.estimate if reckoned else record.pre_settlement) or {}).own
        for record in here.store.settlements.of_visit(visit_id)
    ]
    return visit_id, here.store.visits.visit(visit_id).revision, total(owns)


def bills_of(store: Store, box: str) -> list[str]:
    """Every visit on whose bill this box stands."""
    visits = [*store.visits.unfinished()]
    return [
        visit.visit_id
        for visit in visits
        for line in store.lines.of(visit.visit_id)
        if line.trace_code == box
    ]


# --- answers to an amount


def limit_nearly_used(here: Rooms, visit_id: str) -> None:
    """As it is known here, the fund pays less: an estimate asks the resident for more."""
    person_id = here.store.visits.visit(visit_id).person_id or ""
    told = here.store.people.coverage(person_id)
    assert told is not None
    here.store.people.keep_coverage(person_id, replace(told, fund_used=Money.parse("410.00")))


def test_a_declined_amount_does_not_settle_by_itself_under_a_larger_ceiling(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.traced(WANG, BOX)
    here.line_is_away = True
    here.store.visits.change_diagnosis(visit_id, COLD, here.clock())
    here.till.estimate(visit_id)
    _, _, declined = asked(here, visit_id)
    here.money.agreeing.decline(*asked(here, visit_id))
    limit_nearly_used(here, visit_id)
    here.till.estimate(visit_id)
    ceiling = asked(here, visit_id)
    assert ceiling[2] > declined
    assert refused(here.till.agree_ceiling, *ceiling) == "agreement.declined"
    here.line_is_away = False
    here.till.ask_now()
    assert charges(province) == []
    here.money.agreeing.spoken(*ceiling)
    here.till.agree_ceiling(*ceiling)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    deeds = [each.entry.deed for each in here.store.ledger.entries()]
    assert deeds.index(Deed.DECLINED) < deeds.index(Deed.AGREED)


def test_a_no_to_less_stands_on_the_screen_as_a_no_to_more_until_they_say_yes(
    rooms: Open,
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    _, revision, own = asked(here, visit_id)
    here.money.agreeing.decline(visit_id, revision, own)
    visit, agreeing = here.store.visits.visit(visit_id), here.money.agreeing
    for shown, no in ((own - Money(1), False), (own, True), (own + Money(1), True)):
        said = agreeing.said_of(visit, bill(shown))
        assert (said is not None) is no
        assert said is None or said.is_of(revision, shown)
    assert refused(agreeing.confirmed, visit, own + Money(1)) == "agreement.declined"
    agreeing.spoken(visit_id, revision, own)
    said = agreeing.said_of(visit, bill(own))
    assert said is not None
    assert (said.answer, said.manner) == ("agreed", "spoken")
    assert agreeing.said_of(visit, bill(own + Money(1))) is None


def bill(own: Money) -> Bill:
    """As it is drawn, of one settlement of which the person pays so much."""
    share = Share(
        "s1", "ordinary", SettlementState.PRICED, own, Money(0), own, *[Money(0)] * 7, None
    )
    return Bill(own, Money(0), own, (share,))


def test_an_answer_that_comes_after_the_doctors_tap_changes_nothing(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    seen = asked(here, visit_id)
    here.confirm(visit_id)
    for verb in (here.money.agreeing.decline, here.money.agreeing.agree):
        assert refused(verb, *seen) == "agreement.nothing"
    last = here.store.agreements.last(visit_id)
    assert last is not None
    assert (last.answer, last.manner) == ("agreed", "spoken")
    assert len(charges(province)) == 1


def test_a_yes_of_one_answers_nothing_of_another_with_the_same_amount(counter: Counter) -> None:
    first = counter.priced(WANG, BOX)
    assert first.bill is not None
    counter.desk.agreeing.agree(first.visit_id, first.revision, first.bill.own)
    counter.desk.reception.set_aside(first.visit_id)
    second = counter.priced(LI, code(AMOXICILLIN, 2))
    assert second.bill is not None
    late = (first.visit_id, first.revision, first.bill.own)
    assert refused(counter.desk.agreeing.agree, *late) == "visit.other_on_counter"
    assert refused(counter.desk.agreeing.decline, *late) == "visit.other_on_counter"
    assert counter.rested().agreement is None
    assert counter.store.agreements.last(second.visit_id) is None


# --- who stands there


def test_after_a_restart_nobody_at_the_screen_is_taken_for_whose_visit_lies_there(
    counter: Counter,
) -> None:
    wang = counter.knows(WANG)
    counter.desk.reception.recognised(Known(wang, 0.9), alive())
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    place = AskingPlace(counter)
    counter.scan(BOX)
    told = place.prices.shown()
    assert told is not None
    assert told.for_whom == "王*国"
    counter.desk.counter.clear()
    counter.desk.reception.aside.take_up()
    place = AskingPlace(counter)
    assert counter.desk.counter.front == visit.visit_id
    counter.scan(BOX)
    assert place.prices.shown() is None
    counter.desk.reception.confirm_person(visit.visit_id)
    assert refused(counter.desk.consents.withdraw, visit.visit_id) == "consent.not_theirs"


def test_a_settled_visit_that_still_lies_there_shows_nothing_to_who_comes_later(
    counter: Counter, clock: Clock
) -> None:
    place = AskingPlace(counter)
    visit_id = place.came(counter.knows(WANG)).visit_id
    counter.desk.reception.confirm_person(visit_id)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(BOX)
    paid = counter.confirm(counter.until(lambda v: v.state is VisitState.PRICED and not v.busy))
    assert paid.state is VisitState.SETTLED
    place.asking.open_mine(visit_id)
    assert place.mine().masked_name == "王*国"
    place.asking.close_mine()
    clock.now += timedelta(minutes=3)
    assert refused(place.asking.open_mine, visit_id) == "asking.face_wanted"
    assert place.asking.mine() is None


def test_a_printed_sheet_vouches_for_no_face(counter: Counter) -> None:
    learnt: list[str] = []
    place, desk = AskingPlace(counter).place, counter.desk
    reception = Reception(
        place,
        Enquiry(counter.session),
        lambda face: learnt.append(face.person_id),
        lambda _: None,
    )
    commands = ScanCommands(
        place, reception, desk.basket, desk.till, desk.handing_over.hand_over, desk.duty.on_duty
    )
    wang = counter.knows(WANG)
    for tap in (False, True):
        reception.recognised(Known(wang, 0.9), alive())
        visit = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
        if tap:
            reception.confirm_person(visit.visit_id)
        else:
            assert commands.heard(b"CT-PERSON")
        assert counter.rested().state is VisitState.IDENTIFIED
        assert learnt == ([wang] if tap else [])
        reception.leave(visit.visit_id)


# --- several at once


def test_no_visit_takes_the_place_of_one_that_is_being_cancelled(
    counter: Counter, province: SandboxProvince
) -> None:
    li = counter.priced(LI, OTHER_BOX).visit_id
    counter.desk.reception.set_aside(li)
    paid = counter.settled(WANG, BOX)
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go.wait(30)

    counter.desk.errands.hand_over("holding", hold)
    assert held.wait(30)
    counter.desk.undoing.cancel(paid.visit_id, "拿错了药")
    try:
        assert refused(counter.desk.reception.bring_forward, li) == "visit.busy_now"
    finally:
        go.set()
    assert counter.rested().state is VisitState.CANCELLED
    box = counter.store.boxes.box(BOX)
    assert box is not None
    assert box.state == "shelf"  # It never left the counter, and may be sold again.
    assert len(charges(province)) == 0


def _hurried(counter: Counter, visits: list[str], dice: random.Random) -> None:
    """One hand that taps whatever there is, as fast as it can."""
    desk, store = counter.desk, counter.store

    def answer(verb: Callable[..., object], visit_id: str) -> None:
        records = store.settlements.of_visit(visit_id)
        owns = [Shares.from_fen(record.pre_settlement or {}).own for record in records]
        verb(visit_id, store.visits.visit(visit_id).revision, total(owns))

    def move(one: str, other: str) -> None:
        lines = store.lines.of(one)
        desk.basket.move_line(one, dice.choice(lines).number if lines else 1, other)

    for _ in range(25):
        one, other = dice.sample(visits, 2)
        verbs: list[Callable[[], object]] = [
            partial(desk.reception.bring_forward, one),
            partial(desk.reception.bring_forward, one),
            partial(desk.reception.set_aside, one),
            partial(answer, desk.agreeing.agree, one),
            partial(answer, desk.agreeing.decline, one),
            partial(answer, desk.till.confirm_amount, one),
            partial(move, one, other),
            partial(counter.scan, code(AMOXICILLIN, dice.randrange(1, 6))),
        ]
        with suppress(Fault):
            dice.choice(verbs)()


@pytest.mark.parametrize("seed", [71])
def test_whatever_two_windows_and_the_scanner_do_at_once_nobody_pays_for_another(
    tmp_path: Path, counter: Counter, province: SandboxProvince, seed: int
) -> None:
    li = counter.priced(LI, code(AMOXICILLIN, 11)).visit_id
    counter.desk.reception.set_aside(li)
    wang = counter.priced(WANG, code(PARACETAMOL, 12)).visit_id
    hands = [
        threading.Thread(
            target=_hurried,
            args=(counter, [li, wang], random.Random(seed + n)),  # noqa: S311 - it shuffles taps.
            daemon=True,
        )
        for n in range(3)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
        assert not hand.is_alive()
    assert counter.desk.errands.rest(60)
    _nothing_is_mixed_up(counter, province, [li, wang])
    ledger = Ledger(counter.store, DEVICE_KEY, tmp_path, 1, counter.clock, Health())
    ledger.start()
    try:
        assert ledger.verify().sound
    finally:
        ledger.stop()


def _nothing_is_mixed_up(counter: Counter, province: SandboxProvince, visits: list[str]) -> None:
    store = counter.store
    claimed: list[str] = []
    for visit_id in visits:
        boxes = [line.trace_code or "" for line in store.lines.of(visit_id)]
        claimed += boxes
        for each in boxes:
            box = store.boxes.box(each)
            assert box is not None
            assert box.visit_id == visit_id
    assert len(claimed) == len(set(claimed))
    settled = [
        record
        for visit_id in visits
        for record in store.settlements.of_visit(visit_id)
        if record.state is SettlementState.SETTLED
    ]
    assert len(charges(province)) == len(settled)
    for record in settled:
        last = store.agreements.last(record.visit_id)
        assert last is not None
        assert last.answer == "agreed"
        assert last.own == record.agreed_own == Shares.from_fen(record.settled or {}).own
    front = counter.desk.counter.front
    for visit in store.visits.unfinished():
        assert (visit.set_aside_at is None) == (visit.visit_id == front), visit.state


# --- the power fails


def test_a_power_cut_at_any_write_of_a_move_leaves_each_box_on_one_bill(rooms: Open) -> None:
    here = rooms(database=FailingDisk)
    li = here.traced(LI, code(AMOXICILLIN, 2))
    here.reception.set_aside(li)
    wang = here.priced(WANG, BOX, OTHER_BOX)
    cuts = 0
    while bills_of(here.store, BOX) == [wang]:
        Power.left = cuts
        try:
            here.basket.move_line(wang, 1, li)
        except PowerCut:
            Power.left = float("inf")
            here = rooms(database=FailingDisk)
            here.reception.aside.take_up()
            assert here.counter.front == wang
        finally:
            Power.left = float("inf")
        cuts += 1
        (bill,) = bills_of(here.store, BOX)
        box = here.store.boxes.box(BOX)
        assert box is not None
        assert box.visit_id == bill
    assert cuts > 3


def test_a_power_cut_while_two_visits_change_places_ends_neither(rooms: Open, clock: Clock) -> None:
    here = rooms(database=FailingDisk)
    li = here.priced(LI, code(AMOXICILLIN, 2))
    before = here.store.visits.visit(li).revision
    here.reception.set_aside(li)
    wang = here.priced(WANG, BOX)
    clock.now += timedelta(days=1)
    cuts = 0
    while here.counter.front != li or cuts == 0:
        Power.left = cuts
        try:
            here.reception.bring_forward(li)
        except PowerCut:
            Power.left = float("inf")
            here = rooms(database=FailingDisk)
            here.reception.aside.take_up()
            if here.counter.front == li:
                here.till.lines_changed(li)
            elif here.counter.front is None:
                here.reception.bring_forward(wang)
        finally:
            Power.left = float("inf")
        cuts += 1
        assert {here.state(li), here.state(wang)} <= {VisitState.TRACED, VisitState.PRICED}
        assert len(here.store.lines.of(li)) == len(here.store.lines.of(wang)) == 1
    assert cuts > 2
    assert here.state(li) is VisitState.PRICED  # Anew: never with yesterday's amount.
    assert here.store.visits.visit(li).revision == before + 1
    assert here.record(li).priced_revision == before + 1


# --- a clinic that comes from the version before


@pytest.mark.parametrize("version", [6, 7])
def test_an_open_visit_of_the_version_before_is_priced_and_settled_once(
    version: int,
    tmp_path: Path,
    province: SandboxProvince,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "terminal"
    counter = Counter(folder, province.address, clock)
    visit_id = counter.priced(WANG, BOX).visit_id
    counter.close()
    _as_before(version, folder / "terminal.db", tmp_path / "before.db", monkeypatch)
    counter = Counter(folder, province.address, clock)
    try:
        visit = counter.rested()
        assert (visit.visit_id, visit.state) == (visit_id, VisitState.PRICED)
        assert (visit.agreement, len(visit.lines)) == (None, 1)
        assert counter.confirm(visit).state is VisitState.SETTLED
    finally:
        counter.close()
    assert len(charges(province)) == 1
    monkeypatch.setattr("terminal.store.database.MIGRATIONS", MIGRATIONS[:version])
    assert refused(Store, folder / "terminal.db", KEY) == "store.newer"


_ADDED = {
    8: (
        *("DROP TABLE typed", "DROP TABLE settled_there", "DROP TABLE callback"),
        *("DROP TABLE pushed_bill", "DROP TABLE api_client", "DROP TABLE prescription"),
        "ALTER TABLE line DROP COLUMN rxno",
    ),
    7: (
        *("DROP TABLE agreement", "DROP TABLE paper", "DROP TABLE pad_slip"),
        "ALTER TABLE visit DROP COLUMN set_aside_at",
    ),
}
"""What takes away again what each migration adds."""


def _as_before(version: int, path: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from this file what later migrations add: that version's, with what it holds."""
    file = Database(path, KEY)
    with file.transaction() as db:
        for number in range(len(MIGRATIONS), version, -1):
            for sql in _ADDED[number]:
                db.execute(sql)
        db.execute(f"PRAGMA user_version = {version}")
    monkeypatch.setattr("terminal.store.database.MIGRATIONS", MIGRATIONS[:version])
    before = Database(example, KEY)
    tables = "SELECT name FROM sqlite_master ORDER BY name"
    columns = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2"
    )
    for sql in (tables, columns):
        assert [*map(tuple, file.rows(sql))] == [*map(tuple, before.rows(sql))]
    file.close()
    before.close()
    monkeypatch.undo()
