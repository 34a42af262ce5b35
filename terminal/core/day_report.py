"""A closing as it is kept: what was asked, what the province said, what differs.

Kept without names: who a difference is about is looked up when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from terminal.core.differences import NOTHING_TO_DO, Difference
from terminal.core.money import Money
from terminal.core.money_views import DifferenceView, GroupView, Whose
from terminal.core.reconciliation import NOTHING, Group, Result, Sums


@dataclass(frozen=True, slots=True)
class Asked:
    """What 3201 was asked of a group, and what it said."""

    sums: Sums
    """Ours."""
    result: Result | None
    """None: the province would not say."""
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a closing came to."""

    asked: Mapping[Group, Asked]
    differences: tuple[Difference, ...]
    beside: bool = False
    """The record system settles under the same code: the province's sums hold its settlements
    too, and only rows are compared."""

    @property
    def balanced(self) -> bool:
        """Whether every group is level, and nothing that was looked at differs."""
        level = all(
            self.level(told) or (told.result is None and told.sums == NOTHING)
            for told in self.asked.values()
        )
        return level and all(each.action == NOTHING_TO_DO for each in self.differences)

    def level(self, told: Asked) -> bool | None:
        """Whether the province says so of this group, or where sums tell nothing its rows;
        None: it would not say."""
        if told.result is None:
            return None
        return told.result is Result.BALANCED or (self.beside and not self.differences)

    def sums(self) -> dict[Group, Sums]:
        """Our sums at the time, of groups in which we had something."""
        return {group: told.sums for group, told in self.asked.items() if told.sums != NOTHING}


def written(report: Report) -> dict[str, Any]:
    """The report as it is written down; amounts in fen."""
    return {
        "groups": [
            {
                "group": asdict(group),
                "sums": asdict(told.sums),
                "result": told.result,
                "said": told.said,
            }
            for group, told in report.asked.items()
        ],
        "differences": [asdict(difference) for difference in report.differences],
        "beside": report.beside,
    }


def report_from(told: Mapping[str, Any]) -> Report:
    """Read what `written` made."""
    return Report(
        {
            Group(**row["group"]): Asked(
                Sums(**{name: _amount(value) for name, value in row["sums"].items()}),
                None if row["result"] is None else Result(row["result"]),
                row["said"],
            )
            for row in told["groups"]
        },
        tuple(
            Difference(
                **{
                    **row,
                    "whose": Whose(row["whose"]),
                    "ours": _amount(row["ours"]),
                    "theirs": _amount(row["theirs"]),
                }
            )
            for row in told["differences"]
        ),
        told.get("beside", False),
    )


def group_views(report: Report | None, sums: Mapping[Group, Sums]) -> tuple[GroupView, ...]:
    """Each group as it was closed; before that, as it stands in our book.

    A group in which nobody has anything is not shown.
    """
    if report is None:
        report = Report({group: Asked(ours, None, "") for group, ours in sums.items()}, ())
    rows = []
    for group, told in sorted(report.asked.items()):
        if told.sums == NOTHING and told.result in (Result.BALANCED, None):
            continue
        ours = told.sums
        rows.append(
            GroupView(
                group.insutype,
                group.clr_type,
                group.clr_optins,
                ours.count,
                ours.total,
                ours.fund,
                ours.account,
                report.level(told),
                told.said,
            )
        )
    return tuple(rows)


def difference_views(
    report: Report | None, name_of: Callable[[str | None], str]
) -> tuple[DifferenceView, ...]:
    """The differences as they are shown; `name_of` a visit is masked."""
    listed = () if report is None else report.differences
    return tuple(
        DifferenceView(
            each.code,
            each.whose,
            each.action,
            each.setl_id,
            each.visit_id,
            name_of(each.visit_id),
            each.ours,
            each.theirs,
        )
        for each in listed
    )


def _amount(told: Any) -> Any:
    """Money is written as its fen; a count is a number, nothing is nothing."""
    return Money(**told) if isinstance(told, dict) else told
