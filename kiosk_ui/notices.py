"""What went wrong last, as long as it is true, and not said already."""

from __future__ import annotations

from dataclasses import replace

from kiosk_ui.taps import outcome_unknown
from terminal.core.counter import CounterView, Notice, VisitView
from terminal.core.visit import VisitState

ANSWER_UNUSABLE = "line.answer_unusable"
"""The words for no answer, or a useless one, where no charge is in doubt."""

LINE_AWAY = "line.away"

_UNUSABLE = frozenset(
    {
        "province.no_answer",
        "province.nonsense",
        "province.amounts_do_not_add_up",
        "province.contradiction",
        "province.system_error",
    }
)
"""Each leaves a charge in doubt; anything else that was asked can simply be asked again."""

_OVER = {VisitState.SETTLED, VisitState.CANCELLED, VisitState.CLOSED, VisitState.ABANDONED}

_CARDS = {
    "settlement.differs_from_agreed",
    "settlement.settled_elsewhere",
    "offline.above_ceiling",
    "typing.away",
    "typing.cut",
    "handed.not_found_yet",
    "handed.to_choose",
}
"""A card and the headline say these as long as they last; afterwards they are past."""


def notice_now(view: CounterView) -> Notice | None:
    """The notice of the visit on the counter, or None where it is past or said elsewhere."""
    visit = view.visit
    if visit is None or visit.notice is None:
        return None
    notice, code = visit.notice, visit.notice.code
    if code in _CARDS or view.away.get("province") == code or _told(visit, code):
        return None
    if code in _UNUSABLE and not outcome_unknown(visit):
        return None if visit.state in _OVER else replace(notice, code=ANSWER_UNUSABLE)
    return notice


def part_code(part: str, code: str) -> str:
    """The code of the words for a part that is away: of the part, and of no visit."""
    if part != "province":
        return code
    return ANSWER_UNUSABLE if code in _UNUSABLE else {"province.away": LINE_AWAY}.get(code, code)


def line_gone(view: CounterView) -> bool:
    """Whether nothing reaches the province; one answer that is missing is less than that."""
    return "province" in view.away and view.away["province"] not in _UNUSABLE


def _told(visit: VisitView, code: str) -> bool:
    return visit.state is VisitState.UNCERTAIN and code.startswith("province.")
