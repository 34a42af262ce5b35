"""Treatments of several days: injections settled once and ticked off day by day."""

from __future__ import annotations

import uuid

from terminal.board import Workplace
from terminal.core.catalogue import Catalogue
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.goods_views import CourseView
from terminal.core.people import masked_name
from terminal.store.courses import Course

TIMES_MIN, TIMES_MAX = 2, 31
"""Once is no course; longer than a month nobody is settled for at once."""

_REASON_MAX = 100
"""Characters of a reason that are kept."""

_NOT_AGREED = (SettlementState.DRAFT, SettlementState.ESTIMATED, SettlementState.PRICED)


class Courses:
    """The doctor's verbs about courses (kiosk_ui/desk_goods.Courses)."""

    def __init__(self, workplace: Workplace, catalogue: Catalogue) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._doctor = workplace.doctor

    def begin(self, visit_id: str, number: int, times: int) -> None:
        """This line of the bill is settled once for so many times.

        May be said again while nothing is agreed to. Raises Refused `course.times`,
        `visit.other_on_counter`, `visit.no_such_line`, `course.line_charged`.
        """
        if not TIMES_MIN <= times <= TIMES_MAX:
            raise Refused("course.times", times=times)
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            category = self._store.lines.line(visit_id, number).category
            for record in self._store.settlements.of_visit(visit_id):
                if record.category == category and record.state not in _NOT_AGREED:
                    raise Refused("course.line_charged", state=record.state.value)
            self._store.courses.begin(uuid.uuid4().hex, visit_id, number, times, self._now())
        self._board.publish()

    def tick(self, course_id: str) -> None:
        """Done today, which may be the day of the visit.

        Raises Refused `course.not_found`, `course.not_settled`, `course.done`,
        `course.ticked_today`.
        """
        with self._store.transaction():
            course = self._store.courses.course(course_id)
            if not course.settled:
                raise Refused("course.not_settled")
            if course.done >= course.times:
                raise Refused("course.done", times=course.times)
            self._store.courses.tick(course, self._now(), self._doctor())
        self._board.publish()

    def end(self, course_id: str, reason: str) -> None:
        """Broken off. The settlement stays as it is: giving money back is a cancellation.

        Raises Refused `course.not_found`, `course.no_reason`.
        """
        because = reason.strip()[:_REASON_MAX]
        if not because:
            raise Refused("course.no_reason")
        with self._store.transaction():
            self._store.courses.course(course_id)
            self._store.courses.end(course_id, because, self._now())
        self._board.publish()

    def view(self) -> tuple[CourseView, ...]:
        """Under way; those due today first."""
        shown = [self._shown(course) for course in self._store.courses.under_way()]
        return tuple(sorted(shown, key=lambda course: not course.due_today))

    def _shown(self, course: Course) -> CourseView:
        item = self._catalogue.item(course.item_code)
        return CourseView(
            course_id=course.course_id,
            masked_name=masked_name(course.person_name),
            name=course.person_name,
            item_name=course.item_code if item is None else item.name,
            times=course.times,
            done=course.done,
            last_at=course.last_at,
            due_today=course.settled and course.last_day != self._now().date(),
        )
