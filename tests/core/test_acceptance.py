"""The acceptance sheet: what is on it, and that it never says more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.core.acceptance import acceptance_paper
from terminal.core.papers import COLUMNS, laid_out, width
from tests.kiosk.pairing_machine import BAD_PARTS, FACTS


def told(facts) -> str:
    (part,) = acceptance_paper(facts, lambda name: name).parts
    return "\n".join(f"{line.left}\t{line.right}" for line in part)


def test_the_sheet_names_what_was_set_up_and_how_long_it_took():
    text = told(FACTS)
    for said in (FACTS.clinic_name, FACTS.fixmedins_code, FACTS.card_serial, FACTS.setl_id,
                 FACTS.cancelled_setl_id, "2026-11-23 10:05", "2027-11-23", "32.0 秒", "4/4 正常",
                 FACTS.device_key_digest[:16], FACTS.weights["embed"][:16]):  # fmt: skip
        assert said in text, said
    assert all(f"{who}：____" in text for who in ("技术员", "村医", "日期"))


def test_a_part_that_is_not_well_stands_there_with_its_code():
    text = told(replace(FACTS, parts=BAD_PARTS))
    assert "printer\t不可用\n  printer.paper_out" in text
    assert "3/5 正常" in text


def test_a_fen_that_nobody_knows_of_is_not_called_returned():
    text = told(replace(FACTS, cancelled_setl_id="", trial_code="province.no_answer"))
    assert "退费还没有查清\tprovince.no_answer" in text
    assert "已退" not in text


def test_a_visit_that_was_not_made_is_not_told_as_one():
    text = told(replace(FACTS, setl_id="", cancelled_setl_id="", trial_code="provision.no_trial"))
    assert "没有做\tprovision.no_trial" in text
    assert "结算号" not in text


def test_an_erasure_stands_there_whole_and_only_where_there_was_one():
    assert "擦掉" not in told(FACTS)
    assert "9a" * 32 in told(replace(FACTS, erasure_digest="9a" * 32))


@pytest.mark.parametrize("paper_mm", COLUMNS)
def test_the_sheet_fits_the_receipt_printer(paper_mm):
    (part,) = acceptance_paper(replace(FACTS, erasure_digest="9a" * 32), str).parts
    assert all(width(row.text) <= COLUMNS[paper_mm] for row in laid_out(part, COLUMNS[paper_mm]))
