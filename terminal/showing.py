"""Draws the counter for the screens: from the store and what is in hand, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from terminal.assuring import still_asked
from terminal.beside import Beside
from terminal.board import Workplace
from terminal.cards import Cards, Sign
from terminal.core.bill_views import Bill, Share
from terminal.core.catalogue import Catalogue
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView, Notice, VisitView, Waiting
from terminal.core.money import total
from terminal.core.people import masked_name, named
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from terminal.doubts import Doubts
from terminal.enrolling import Enrolling
from terminal.goods_rooms import GoodsRooms
from terminal.health import Health
from terminal.people_rooms import PeopleRooms
from terminal.record_rooms import RecordRooms
from terminal.screen_rooms import ScreenRooms
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

_SHOWS_BILL = (
    SettlementState.ESTIMATED,
    SettlementState.WAITING,
    SettlementState.DIFFERS,
    SettlementState.PRICED,
    SettlementState.CONFIRMED,
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
    SettlementState.SETTLED,
    SettlementState.CANCELLING,
    SettlementState.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Rest:
    """Those who say what belongs to a visit besides its bill."""

    enrolling: Enrolling
    doubts: Doubts
    beside: Beside
    goods: GoodsRooms
    people: PeopleRooms
    screens: ScreenRooms
    record: RecordRooms


class Showing:
    """Makes a CounterView of this moment."""

    def __init__(
        self,
        workplace: Workplace,
        health: Health,
        catalogue: Catalogue,
        sign: Sign,
        rest: Rest,
    ) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._errands = workplace.errands
        self._now = workplace.now
        self._health = health
        self._catalogue = catalogue
        self._sign = sign
        self._enrolling = rest.enrolling
        self._doubts = rest.doubts
        self._beside = rest.beside
        self._goods = rest.goods
        self._people = rest.people
        self._screens = rest.screens
        self._record = rest.record
        self._settled: tuple[tuple[date, int], tuple[Waiting, ...]] | None = None
        self._cards = Cards(workplace.store, sign, workplace.now)

    def draw(self, number: int) -> CounterView:
        with self._counter.lock:
            front = self._counter.front
            hint = self._counter.hint
            scan = self._counter.scan
            picking_up = self._counter.picking_up
            whose, said = self._counter.big_text
        return CounterView(
            number=number,
            day=self._now().date(),
            clinic_name=self._sign.clinic_name,
            visit=None if front is None else self._visit(self._store.visits.visit(front)),
            hint=hint,
            scan=scan,
            away=self._health.away(),
            waiting=tuple(
                self._waiting(visit)
                for visit in self._beside.unfinished()
                if visit.visit_id != front
            ),
            # Looked at between two visits; while one is on the counter, speed is its.
            settled_today=self._settled_today() if front is None else (),
            diagnoses=self._goods.favourites.diagnoses(),
            services=self._goods.favourites.services(),
            goods=self._goods.view(),
            enrolling=self._enrolling.view(),
            picking_up=picking_up,
            big_text=said if whose == front else "",
            fund=self._beside.fund(),
            offline_allowed=self._beside.offline_allowed(),
            **self._people.of_counter(),
            **self._screens.of_counter(),
            **self._record.of_counter(),
        )

    def _visit(self, visit: Visit) -> VisitView:
        settlements = self._store.settlements.of_visit(visit.visit_id)
        bill = _bill(visit, settlements)
        with self._counter.lock:
            notice = self._counter.notices.get(visit.visit_id)
            why = self._counter.assurance_why
            asked = still_asked(visit, why if self._counter.assurance_of == visit.visit_id else ())
        return VisitView(
            visit_id=visit.visit_id,
            state=visit.state,
            revision=visit.revision,
            opened_at=visit.opened_at,
            identified=visit.identified,
            similarity=visit.similarity,
            person=self._cards.treated(visit),
            holder=self._cards.card(visit.holder_id),
            choices=self._cards.choices(visit),
            diagnosis=visit.diagnosis,
            diagnosis_name=None
            if visit.diagnosis is None
            else self._goods.name_of(visit.diagnosis),
            lines=self._goods.lines(visit),
            bill=bill,
            busy=_busy(visit.visit_id, self._errands.under_way()),
            notice=notice,
            doubted=self._cards.doubted(visit),
            digits_left=self._doubts.digits_left(visit),
            second_factor=visit.second_factor,
            challenged=visit.challenged,
            face_agrees=visit.face_agrees,
            assurance_wanted=bool(asked),
            assurance_why=asked,
            may_keep_face=self._enrolling.may_keep(visit),
            always_challenged=self._always_challenged(visit),
            advice=self._advice(visit),
            **self._beside.of(visit, settlements),
            **self._people.of_visit(visit),
            **self._screens.of_visit(visit, bill),
            **self._record.of_visit(visit),
            **self._goods.of(visit, settlements),
        )

    def _always_challenged(self, visit: Visit) -> bool:
        standing = visit.holder_id or visit.person_id
        return standing is not None and self._store.faces.challenge_always(standing)

    def _advice(self, visit: Visit) -> tuple[Notice, ...]:
        """What was said beforehand of just this bill, until it is agreed to."""
        if visit.state is not VisitState.PRICED:
            return ()
        with self._counter.lock:
            kept = self._counter.advice.get(visit.visit_id, ())
        current = [each for each in kept if each.revision == visit.revision]
        return tuple(notice for each in current for notice in (*each.not_enjoyed, *each.audited))

    def _settled_today(self) -> tuple[Waiting, ...]:
        """Today's settled and cancelled visits; drawn anew only when one more step was made."""
        day, step = self._now().date(), self._store.history.last_step()
        if self._settled is None or self._settled[0] != (day, step):
            rows = tuple(self._waiting(visit) for visit in self._beside.over_on(day))
            self._settled = ((day, step), rows)
        return self._settled[1]

    def _waiting(self, visit: Visit) -> Waiting:
        person = None if visit.person_id is None else self._store.people.person(visit.person_id)
        settlements = self._store.settlements.of_visit(visit.visit_id)
        bill = _bill(visit, settlements)
        row = Waiting(
            visit_id=visit.visit_id,
            state=visit.state,
            masked_name=masked_name(person.name) if person else "",
            opened_at=visit.opened_at,
            own=None if bill is None else bill.own,
            name=named(person) if person else "",
        )
        return self._beside.waiting(visit, settlements, row)


def _bill(visit: Visit, settlements: Sequence[Settlement]) -> Bill | None:
    """The province's shares, as long as they are of the lines that stand there now."""
    shares = tuple(_share(record) for record in settlements if record.state in _SHOWS_BILL)
    current = all(
        record.state not in (SettlementState.PRICED, SettlementState.ESTIMATED)
        or record.priced_revision == visit.revision
        for record in settlements
    )
    in_hand = (VisitState.IDENTIFIED, VisitState.TRACED, VisitState.ABANDONED)
    # Of a partly settled visit what is settled is shown, though the rest has no price yet.
    whole = visit.state is VisitState.PARTLY_SETTLED or len(shares) == len(settlements)
    if not shares or not current or visit.state in in_hand or not whole:
        return None
    return Bill(
        total=total(share.total for share in shares),
        fund=total(share.fund for share in shares),
        own=total(share.own for share in shares),
        shares=shares,
        estimated=visit.state in (VisitState.ESTIMATED, VisitState.WAITING),
    )


def _share(record: Settlement) -> Share:
    reckoned = record.state in (SettlementState.ESTIMATED, SettlementState.WAITING)
    said = record.estimate if reckoned else record.settled or record.pre_settlement
    written: Mapping[str, int] = said or {}
    shares = Shares.from_fen(dict(written))
    return Share(
        settlement_id=record.settlement_id,
        category=record.category.partition(":")[0],
        state=record.state,
        total=shares.total,
        fund=shares.fund,
        own=shares.own,
        account=shares.account + shares.mutual_aid,
        cash=shares.cash,
        hospital=shares.hospital,
        full_self_pay=shares.full_self_pay,
        over_limit_price=shares.over_limit_price,
        advance_self_pay=shares.advance_self_pay,
        in_scope=shares.in_scope,
        setl_id=record.setl_id,
        agreed_own=record.agreed_own,
        refusal=record.refusal,
    )


def _busy(visit_id: str, under_way: Sequence[str]) -> str | None:
    for name in under_way:
        what, _, whose = name.partition(":")
        if whose == visit_id:
            return what
    return None
