"""How sure the counter must be of who stands there, by the amount."""

from __future__ import annotations

import pytest

from terminal.core.assurance import SecondFactor, asks_for_more, assured, digits_fit
from terminal.core.money import Money
from terminal.core.people import Identified
from terminal.core.recognition import Challenged


@pytest.mark.parametrize("identified", [Identified.BY_FACE, Identified.BY_RELATIVE, None])
def test_a_face_alone_is_not_more_than_a_face(identified: Identified | None) -> None:
    assert not assured(identified, Challenged.NOT_ASKED, None, face_agrees=None)
    assert not assured(identified, Challenged.FAILED, None, face_agrees=True)
    assert assured(identified, Challenged.PASSED, None, face_agrees=None)
    assert assured(identified, Challenged.FAILED, SecondFactor.DOCTOR, face_agrees=False)


def test_a_card_compared_by_the_doctor_needs_nothing_more_unless_the_face_is_anothers() -> None:
    for agrees in (None, True, False):
        by_card = assured(Identified.BY_ID_NUMBER, Challenged.NOT_ASKED, None, face_agrees=agrees)
        assert by_card is (agrees is not False)


def test_the_amount_asks_from_its_limit_on_and_never_without_one() -> None:
    limit = Money.parse("200.00")
    assert asks_for_more(limit, limit)
    assert not asks_for_more(Money.parse("199.99"), limit)
    assert not asks_for_more(Money.parse("9999.00"), None)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("123X", True),
        ("123x", True),
        ("23X", False),
        ("0123X", False),
        ("1234", False),
        ("", False),
    ],
)
def test_exactly_the_last_four_fit(typed: str, fits: bool) -> None:  # noqa: FBT001
    assert digits_fit("99010119500101123X", typed) is fits
