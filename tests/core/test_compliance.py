"""The facts of the compliance sheet: a missing one is named, and figures are the measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.core.compliance import TABLES, Kept, by_kind, told
from terminal.core.faults import Refused
from terminal.core.measured_rates import RATES, RATES_OF, rates_of

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_fact_that_nobody_knows_is_refused_by_name(nothing: str | None) -> None:
    with pytest.raises(Refused) as refused:
        told("keys", nothing)
    assert (refused.value.code, refused.value.facts) == (
        "compliance.fact_missing",
        {"fact": "keys"},
    )


def test_nought_is_a_fact() -> None:
    assert told("enrolled", 0) == 0


def test_a_table_that_nobody_sorted_is_a_missing_fact() -> None:
    with pytest.raises(Refused) as refused:
        by_kind({"person": 1, "secret_pictures": 3})
    assert refused.value.facts == {"fact": "table.secret_pictures"}


def test_every_row_is_counted_under_its_kind_and_every_kind_is_told() -> None:
    found = by_kind({"person": 2, "coverage": 2, "template": 5})
    assert found[Kept.PEOPLE] == 4
    assert found[Kept.FACES] == 5
    assert set(found) == set(Kept)
    assert set(TABLES.values()) == set(Kept)


def test_the_measured_rates_are_those_of_the_page_that_says_how_they_came_about() -> None:
    page = (HOUSE / "docs/thresholds.md").read_text("utf-8")
    for rate in RATES:
        assert f"{rate.measure} {rate.rate} (" in page, rate
        assert f"at most {rate.at_most}" in page, rate
        assert rate.under in page, rate


def test_they_are_the_default_weights_rates_and_nobody_elses() -> None:
    assert RATES_OF in (HOUSE / "models/manifest.toml").read_text("utf-8")
    assert rates_of(RATES_OF) == RATES
    assert rates_of("ab" * 32) == ()
