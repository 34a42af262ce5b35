"""What lies on the shelf: the last count, and everything that left or came back since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from terminal.core.visit import VisitEvent
from terminal.store import Store
from terminal.store.database import IntegrityError
from terminal.store.opened import UNTOUCHED
from terminal.store.stock import Move, Told
from tests.clinic import AMOXICILLIN, PARACETAMOL, Clock, code
from tests.shell.shelf_book import Book

PILLS, CAPSULES = "YP0001", "YP0002"
BOX, OTHER = code(PARACETAMOL, 1), code(PARACETAMOL, 2)
CAPSULE_BOX = code(AMOXICILLIN, 1)


@pytest.fixture
def book(store: Store, clock: Clock) -> Book:
    return Book(store, clock)


def write(book: Book, kind: str, packs: str, **more: object) -> None:
    move = Move(PILLS, kind, Decimal(packs), "D1", book.clock(), Told.TO_TELL)
    book.store.stock.add(replace(move, **more))  # type: ignore[arg-type]
    book.later(minutes=1)


def there(book: Book) -> Decimal | None:
    book.later(minutes=1)
    return book.store.stock.on_hand().get(PILLS)


def test_what_was_never_counted_is_not_known(book: Book) -> None:
    write(book, "in", "10")
    assert there(book) is None


def test_a_count_and_what_came_and_went_after_it(book: Book) -> None:
    write(book, "in", "10")
    write(book, "count", "5")
    write(book, "in", "2.5")
    write(book, "out", "0.0001")
    assert there(book) == Decimal("7.4999")
    write(book, "count", "3")
    assert there(book) == 3


def test_a_sold_box_is_gone_and_only_of_its_own_drug(book: Book) -> None:
    book.sold(PILLS, BOX)
    book.later(minutes=1)
    write(book, "count", "5")
    write(book, "count", "9", item_code=CAPSULES)
    book.sold(PILLS, OTHER)
    book.sold(PILLS, quantity=Decimal(3))
    assert there(book) == 1
    assert book.store.stock.on_hand()[CAPSULES] == 9


def test_a_box_on_the_counter_is_off_the_shelf_until_it_is_taken_off_the_bill(book: Book) -> None:
    write(book, "count", "5")
    visit_id = book.visit(book.person())
    number = book.line(visit_id, PILLS, BOX)
    assert there(book) == 4
    book.store.lines.remove(visit_id, number, book.clock())
    assert there(book) == 5


def test_a_left_visit_puts_everything_back(book: Book) -> None:
    write(book, "count", "5")
    visit_id = book.visit(book.person())
    book.line(visit_id, PILLS, BOX)
    book.line(visit_id, PILLS, quantity=Decimal(2))
    book.store.settlements.abandon(visit_id, VisitEvent.ABANDONED, book.clock())
    assert there(book) == 5


def test_what_lay_on_the_counter_at_the_count_comes_back_to_it(book: Book) -> None:
    visit_id = book.visit(book.person())
    number = book.line(visit_id, PILLS, BOX)
    book.later(minutes=1)
    write(book, "count", "4")
    book.store.lines.remove(visit_id, number, book.clock())
    assert there(book) == 5


def test_a_bill_cancelled_on_the_counter_puts_its_box_back(book: Book) -> None:
    write(book, "count", "5")
    visit_id = book.visit(book.person())
    book.line(visit_id, PILLS, BOX)
    settlement_id = book.sell(visit_id)
    assert there(book) == 4
    book.cancel(settlement_id)
    assert there(book) == 5


def test_a_bill_cancelled_after_it_was_handed_over_puts_nothing_back(book: Book) -> None:
    write(book, "count", "5")
    _, settlement_id = book.sold(PILLS, BOX)
    book.later(minutes=1)
    book.cancel(settlement_id)
    assert there(book) == 4
    book.store.boxes.bring_back(BOX, book.clock(), "D1", "reaction", "")
    assert there(book) == 4


def test_a_bill_put_right_takes_its_boxes_once(book: Book) -> None:
    write(book, "count", "9")
    visit_id, settlement_id = book.sold(PILLS, BOX)
    book.later(minutes=1)
    book.cancel(settlement_id)
    old = book.store.visits.visit(visit_id)
    anew = book.visit(old.person_id or "", corrects=visit_id)
    book.line(anew, PILLS, BOX)
    assert there(book) == 8
    book.line(anew, PILLS, OTHER)  # One more than was on the bill that is put right.
    assert there(book) == 7
    book.store.lines.remove(anew, 1, book.clock())  # It is at somebody's home all the same.
    assert there(book) == 7


def test_an_opened_box_leaves_the_shelf_whole_and_its_tablets_move_nothing(book: Book) -> None:
    write(book, "count", "5")
    book.store.opened.open(BOX, PILLS, 12, book.clock(), "D1")
    assert there(book) == 4
    for _ in range(3):
        book.sold(PILLS, BOX, quantity=Decimal(4), split_units=4)
    assert there(book) == 4


def test_a_box_opened_by_mistake_comes_back(book: Book) -> None:
    write(book, "count", "5")
    book.store.opened.open(BOX, PILLS, 12, book.clock(), "D1")
    book.later(minutes=1)
    box = book.store.opened.under_way()[0].box
    book.store.opened.close(box, book.clock(), "D1", UNTOUCHED)
    assert there(book) == 5
    book.later(minutes=1)
    book.store.opened.open(BOX, PILLS, 12, book.clock(), "D1")
    book.later(minutes=1)
    box = book.store.opened.under_way()[0].box
    book.store.opened.close(box, book.clock(), "D1", "污染")
    assert there(book) == 4


# --- expiry


def test_the_earliest_expiry_of_what_may_lie_there(book: Book) -> None:
    def expires() -> date | None:
        return book.store.stock.expiries().get(PILLS)

    assert expires() is None
    write(book, "in", "5", lot="A", expires_on="2026-01-31")
    write(book, "in", "5", lot="B", expires_on="2025-12-31")
    write(book, "in", "5")
    assert expires() == date(2025, 12, 31)
    write(book, "out", "5", lot="B", expires_on="2025-12-31", reason="过期")
    assert expires() == date(2026, 1, 31)
    write(book, "count", "7", lot="C", expires_on="2027-06-30")
    assert expires() == date(2027, 6, 30)


# --- the book itself


def test_a_row_of_the_book_is_neither_changed_nor_deleted(book: Book) -> None:
    write(book, "count", "5")
    with pytest.raises(IntegrityError, match="never changed"), book.store.transaction() as db:
        db.execute("UPDATE stock_move SET packs = '6'")
    with pytest.raises(IntegrityError, match="never deleted"), book.store.transaction() as db:
        db.execute("DELETE FROM stock_move")


def test_the_newest_rows_come_first(book: Book) -> None:
    write(book, "count", "5")
    write(book, "in", "1", reason="进货")
    assert [move.kind for move in book.store.stock.newest()] == ["in", "count"]
    assert book.store.stock.newest()[1].at == book.clock() - timedelta(minutes=2)
