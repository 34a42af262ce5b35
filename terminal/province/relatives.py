"""Whom somebody may act for, and whose account pays for them, as 1101 tells it beside them.

Two permissions, never one from the other. No region's field list of either was found, so
that a node may be away (nothing was said), and a row that does not say whom it means is
passed over.
"""

from __future__ import annotations

import logging
from datetime import date

from terminal.core.families import ToldBinding, ToldRelative
from terminal.core.faults import Refused, Uncertain
from terminal.core.people import check_id_number
from terminal.province import answers as a
from terminal.province.envelope import Answer
from terminal.province.nodes import read_node, rows

log = logging.getLogger(__name__)

_ROWS_MAX = 50
"""Of one answer: no family is larger, and no answer may fill the screen."""

_OPEN_END = date(2099, 12, 31)
"""The last day of what was told without one."""


def family(answer: Answer) -> tuple[ToldBinding, ...] | None:
    """Node familyinfo: whom they may act for, those that are over as well."""
    found = _relatives(answer, "familyinfo")
    return (
        None
        if found is None
        else tuple(
            ToldBinding(relative, row.rlts_name, row.enddate or _OPEN_END)
            for row, relative in found
        )
    )


def aid_payers(answer: Answer) -> tuple[ToldRelative, ...] | None:
    """Node aidinfo: whose account may pay this person's share (家庭共济)."""
    found = _relatives(answer, "aidinfo")
    return None if found is None else tuple(relative for _, relative in found)


def _relatives(answer: Answer, node: str) -> list[tuple[a.Relative, ToldRelative]] | None:
    if answer.output.get(node) is None:
        return None
    found = []
    for told in rows(answer, node)[:_ROWS_MAX]:
        try:
            row = read_node(a.Relative, told)
            number = check_id_number(row.certno)
        except (Refused, Uncertain) as fault:  # Who somebody is does not hang on their family.
            log.info("a relative was passed over: %s", fault)
            continue
        if row.psn_no and row.psn_name:
            found.append((row, ToldRelative(row.psn_no, number, row.psn_name)))
    return found
