"""Galleries of several weights: each template is compared by its own, and nobody stays."""

from __future__ import annotations

import pytest

from models.gallery import Gallery
from terminal.assembly.shelves import Shelves
from tests.shell.faces_in import OTHER, TWIN, WANGS, template


@pytest.fixture
def shelves() -> Shelves:
    opened = Shelves([Gallery("new", 2), Gallery("old", 2)])
    opened.replace([("wang", template(WANGS, "old")), ("li", template(OTHER, "new"))])
    return opened


def test_whom_only_old_weights_know_is_found_by_them(shelves: Shelves) -> None:
    face = [template(TWIN, "new"), template(TWIN, "old"), template(OTHER, "gone")]
    assert [one.person_id for one in shelves.resembling(face, 0.8)] == ["wang"]
    assert shelves.resembling([template(WANGS, "new")], 0.8) == []


def test_somebody_found_by_two_weights_stands_where_they_are_most_alike(shelves: Shelves) -> None:
    shelves.replace([("wang", template(WANGS, "old")), ("wang", template(WANGS, "new"))])
    found = shelves.resembling([template(TWIN, "old"), template(WANGS + 5.0, "new")], 0.5)
    assert [round(one.similarity, 2) for one in found] == [1.0, 0.87]


def test_who_goes_is_gone_from_all_of_them(shelves: Shelves) -> None:
    shelves.replace([("wang", template(WANGS, "old")), ("wang", template(WANGS, "new"))])
    shelves.remove("wang")
    assert shelves.resembling([template(WANGS, "old"), template(WANGS, "new")], -1.0) == []
