"""The diagnoses: the village's own list, and what the province's adds to it."""

from __future__ import annotations

import pytest

from terminal import shipped
from terminal.core.diagnoses import FAVOURITES, Diagnoses, Diagnosis, read_diagnoses
from terminal.core.faults import Refused

COLD = Diagnosis("J06.900", "急性上呼吸道感染")


def test_the_shipped_list_begins_with_what_is_met_most_and_names_each_once() -> None:
    rows = shipped.diagnoses().rows
    assert rows[: len(FAVOURITES)] == FAVOURITES
    assert 200 <= len(rows) <= 300
    assert len({row.code for row in rows}) == len({row.name for row in rows}) == len(rows)


def test_a_code_that_is_not_known_is_refused_and_shown_as_it_is() -> None:
    known = Diagnoses([COLD])
    assert known.diagnosis("J06.900") is COLD
    with pytest.raises(Refused) as refused:
        known.diagnosis("J06.9")
    assert refused.value.code == "diagnosis.unknown"
    assert known.name_of("Z99.900") == "Z99.900"


def test_the_provinces_list_adds_to_the_shipped_one_and_replaces_what_was_learnt() -> None:
    known = Diagnoses([COLD])
    before = known.rows
    known.learn([Diagnosis("J06.900", "另一个名称"), Diagnosis("I10.x00x002", "高血压病")])
    assert [row.name for row in known.rows] == ["急性上呼吸道感染", "高血压病"]
    assert before == (COLD,)
    known.learn([Diagnosis("B01.900", "水痘")])
    assert [row.code for row in known.rows] == ["J06.900", "B01.900"]
    assert known.rows is known.rows


@pytest.mark.parametrize("row", ["J06.9,感冒", "j06.900,感冒", "J06.900,", "J06900,感冒"])
def test_a_row_of_another_form_is_no_diagnosis(row: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)^j06"):
        read_diagnoses(f"code,name\n{row}\n")
    assert read_diagnoses("code,name\nI10.x00x002,高血压病\n") == [
        Diagnosis("I10.x00x002", "高血压病")
    ]
