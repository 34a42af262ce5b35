"""Drugs, services and diagnoses found by what the doctor types, with a real store behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from terminal import shipped
from terminal.core.catalogue import Catalogue
from terminal.core.diagnoses import Diagnosis
from terminal.core.faults import Unavailable
from terminal.core.goods_views import FoundItem, OpenedBox
from terminal.favourites import Favourites
from terminal.finding import KINDS, Finding
from terminal.store import Store
from tests.clinic import COLD, LI, Clock, catalogue, code
from tests.rooms import Rooms

AMOXICILLIN = "YP0002"


def opened_box(box: int, item_code: str, left: int = 6) -> OpenedBox:
    at = datetime.fromisoformat("2025-09-19T10:00:00+08:00")
    return OpenedBox(box, item_code, "阿莫西林胶囊", "0.25g×50粒", "粒", 50, left, at, "")


class Desk:
    """Finding over the demo clinic's list, with boxes opened as a test says."""

    def __init__(self, store: Store, clock: Clock, drugs: Catalogue | None = None) -> None:
        self.diagnoses = shipped.diagnoses()
        self.catalogue = drugs or catalogue()
        self.opened: Sequence[OpenedBox] = ()
        self.favourites = Favourites(store, self.catalogue, self.diagnoses, clock)
        self.finding = Finding(self.catalogue, self.diagnoses, self.favourites, lambda: self.opened)

    def codes(self, text: str, *kinds: str) -> list[str]:
        return [found.code for found in self.finding.find(text, kinds or KINDS)]


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("amxl", AMOXICILLIN),
        ("阿莫西林", AMOXICILLIN),
        ("amoxilin", AMOXICILLIN),
        ("ＹＰ０００２", AMOXICILLIN),
        ("XJ01CAQ001A003020190002", AMOXICILLIN),
        ("ncg", "FW0001"),
        ("wuhua", "FW0016"),
        ("0099250102", "FW0001"),
        ("gxy", "I10.x00"),
        ("j06.9", COLD),
        ("ｊ06900", COLD),
        ("shanghuxidao", COLD),
    ],
)
def test_it_is_found_by_initials_pinyin_name_or_code(desk: Desk, text: str, code: str) -> None:
    assert code in desk.codes(text)


def test_what_is_found_says_what_it_is(desk: Desk) -> None:
    (found,) = desk.finding.find("阿莫西林胶囊", ["drug"])
    assert found == FoundItem(
        "drug", AMOXICILLIN, "阿莫西林胶囊", "0.25g×50粒 26.34元/盒", exempt="", opened=None
    )
    (cold,) = desk.finding.find("J06.900", ["diagnosis"])
    assert (cold.kind, cold.name, cold.detail) == ("diagnosis", "急性上呼吸道感染", "J06.900")


def test_only_the_kinds_that_are_asked_for_are_found(desk: Desk) -> None:
    assert {found.kind for found in desk.finding.find("tang", ["service"])} == {"service"}
    assert {found.kind for found in desk.finding.find("tang", KINDS)} == set(KINDS)
    assert desk.finding.find("x", ["patient"]) == desk.finding.find("", []) == ()


def test_no_more_than_twelve_are_found(desk: Desk) -> None:
    assert len(desk.codes("x")) == len(desk.codes("y", "drug")) == 12
    assert len(desk.codes("")) <= 12


def test_nothing_typed_shows_the_favourites_filled_up_from_the_list(desk: Desk) -> None:
    assert desk.codes(" ", "diagnosis") == [choice.code for choice in desk.favourites.diagnoses()]
    assert desk.codes("", "service") == [c.code for c in desk.favourites.services()][:12]
    assert desk.codes("", "drug") == [drug.medins_list_codg for drug in desk.catalogue.drugs][:12]
    assert {found.kind for found in desk.finding.find("", KINDS)} == set(KINDS)


def test_a_favourite_comes_before_whatever_fits_as_well_of_other_kinds(desk: Desk) -> None:
    found = desk.finding.find("g", KINDS)
    assert [each.code for each in found[:2]] == ["I10.x00", "M19.900"]
    assert found[2].kind == "drug"


def test_what_the_clinic_uses_most_comes_first_among_what_fits_as_well(
    rooms: Callable[..., Rooms], clock: Clock
) -> None:
    at = rooms()
    before = Desk(at.store, clock)
    plain = before.codes("x", "drug")
    given = plain[5]
    prefix = before.catalogue.item(given)
    assert prefix is not None
    visit_id = at.priced(LI, code(prefix.prefixes[0], 1))
    at.confirm(visit_id)
    after = Desk(at.store, clock)
    assert after.codes("x", "drug")[0] == given
    assert sorted(after.codes("x", "drug")) == sorted(plain)
    assert after.codes("", "drug")[0] == given


def test_a_drug_with_an_opened_box_says_so_and_the_oldest_box_is_taken(desk: Desk) -> None:
    desk.opened = (
        opened_box(3, AMOXICILLIN, left=0),
        opened_box(4, AMOXICILLIN),
        opened_box(5, AMOXICILLIN),
    )
    first, *rest = desk.finding.find("amxl", ["drug"])
    assert (first.code, first.opened) == (AMOXICILLIN, 4)
    assert all(found.opened is None for found in rest)
    desk.opened = ()
    assert desk.finding.find("amxl", ["drug"])[0].opened is None


def test_herbal_pieces_are_found_as_exempt(store: Store, clock: Clock) -> None:
    plain = catalogue()
    drugs = [
        dataclasses.replace(drug, exempt="herbal_pieces" if drug.name == "保和丸" else "")
        for drug in plain.drugs
    ]
    desk = Desk(store, clock, Catalogue(drugs, plain.services))
    assert desk.finding.find("bhw", ["drug"])[0].exempt
    assert not desk.finding.find("amxl", ["drug"])[0].exempt


def test_a_downloaded_list_is_found_from_the_moment_it_is_learnt(desk: Desk) -> None:
    assert desk.codes("mzg", "diagnosis") == []
    desk.diagnoses.learn([Diagnosis("A20.900", "鼠疫"), Diagnosis("B54.x00", "未特指的疟疾")])
    assert desk.codes("nueji", "diagnosis") == ["B54.x00"]
    assert desk.codes("sy", "diagnosis")[0] == "A20.900"


def test_a_store_that_is_away_is_said(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock)
    store.close()
    with pytest.raises(Unavailable) as away:
        desk.codes("amxl")
    assert away.value.code == "store.away"


def test_many_may_ask_at_once(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(desk.codes, ["amxl", "gxy", "ncg"] * 8))
    assert len({tuple(each) for each in found}) == 3
