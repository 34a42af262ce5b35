"""The province's tables: taken whole from a real sandbox into a real store, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from drivers.simulated.province.downloads import VERSION
from drivers.simulated.province.server import SandboxProvince
from terminal.core.diagnoses import FAVOURITES, Diagnosis
from terminal.core.items import ProvincePrefix
from terminal.core.kept_file import DIAGNOSES, PREFIXES, KeptFile
from terminal.keeping import Keeping
from terminal.province.downloads import Catalogues, Offer
from terminal.store import Store
from terminal.store.database import IntegrityError
from tests.clinic import Clock, catalogue
from tests.shell.at_the_province import at_the_province, line_to
from tests.shell.between import Between
from tests.shell.conftest import NOWHERE

ZSMCJ003 = "ZSMCJ003"


@dataclass
class Desk:
    """A store, a catalogue, and a list of diagnoses, as one start of the terminal has them."""

    store: Store
    clock: Clock
    fetch: Any
    infno: str = ZSMCJ003
    learnt: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.catalogue = catalogue()
        self.keeping = Keeping(
            self.store, self.catalogue, self.fetch, self.clock, self.learn,
            infno_prefixes=self.infno,
        )  # fmt: skip

    def learn(self, rows: Iterable[Diagnosis]) -> None:
        self.learnt = {row.code: row.name for row in rows}

    def snapshot(self) -> object:
        book = self.store.catalogues
        return book.kept(), book.prefixes(), book.diagnoses()


@pytest.fixture
def desk(line: Between, store: Store, clock: Clock) -> Iterator[Desk]:
    with at_the_province(line_to(line.address), store, clock) as at:
        yield Desk(store, clock, Catalogues(at.session))


@dataclass
class OneFile:
    """A province that offers this and nothing else."""

    offer: Offer | None

    def offered(self, infno: str, version: str) -> Offer | None:
        return self.offer


def prefixes_file(*prefixes: str, version: str = "F001_20250801", **told: Any) -> Offer:
    rows = tuple((prefix, "X1", "1", "1", version) for prefix in prefixes)
    good = Offer(ZSMCJ003, rows, len(rows), version, frozenset({version}))
    return replace(good, **told)


def test_what_the_province_knows_is_kept_and_taken_up_again_after_a_restart(
    desk: Desk, clock: Clock
) -> None:
    assert desk.keeping.any_waiting()
    desk.keeping.tell()
    assert not desk.keeping.any_waiting()
    assert desk.keeping.troubles() == {}
    diagnoses, prefixes = desk.keeping.kept()
    assert (diagnoses.kind, diagnoses.version, diagnoses.fetched_at) == (
        DIAGNOSES,
        VERSION,
        clock(),
    )
    assert (prefixes.kind, prefixes.version) == (PREFIXES, VERSION)
    assert prefixes.rows == len(desk.store.catalogues.prefixes()) > 80
    assert {each.code for each in FAVOURITES} <= set(desk.learnt)
    assert diagnoses.rows == len(desk.learnt)
    again = Desk(desk.store, clock, desk.fetch)
    outer = next(
        prefix
        for prefix, row in desk.store.catalogues.prefixes().items()
        if row.level > 1 and desk.catalogue.pack_of(prefix) is not None
    )
    assert again.catalogue.pack_of(outer) is None
    again.keeping.take_up()
    assert again.catalogue.pack_of(outer) == desk.catalogue.pack_of(outer)
    assert again.learnt == desk.learnt


def test_a_table_is_asked_for_once_a_day_and_not_fetched_while_nothing_is_newer(
    desk: Desk, line: Between, clock: Clock
) -> None:
    desk.keeping.tell()
    fetched = line.asked.count("9102")
    assert fetched == 2
    desk.keeping.tell()
    assert line.asked.count("1307") == 1
    clock.now += timedelta(days=1)
    assert desk.keeping.any_waiting()
    desk.keeping.tell()
    assert (line.asked.count("1307"), line.asked.count(ZSMCJ003)) == (2, 2)
    assert line.asked.count("9102") == fetched


def test_a_region_without_a_table_of_prefixes_is_never_asked_for_one(
    desk: Desk, line: Between
) -> None:
    bare = Desk(desk.store, desk.clock, desk.fetch, infno="")
    bare.keeping.tell()
    assert ZSMCJ003 not in line.asked
    assert [file.kind for file in bare.keeping.kept()] == [DIAGNOSES]


@pytest.mark.parametrize(
    ("infno", "fault", "code"),
    [
        ("9102", "file_rows_missing", "catalogue.cut_short"),
        ("9102", "file_wrong_version", "catalogue.wrong_version"),
        ("9102", "file_gbk", "province.nonsense"),
        ("9102", "file_cut", "catalogue.cut_short"),
        ("9102", "half_answer", "province.no_answer"),
        ("1307", "refused", "province.refused"),
        ("1307", "lost_before", "province.no_answer"),
    ],
)
def test_a_file_that_is_no_good_leaves_everything_as_it_was_and_is_asked_for_again(
    desk: Desk, province: SandboxProvince, clock: Clock, infno: str, fault: str, code: str
) -> None:
    bare = Desk(desk.store, clock, desk.fetch, infno="")
    bare.store.catalogues.keep_diagnoses("F001_20240101", clock(), [("A00.000", "旧")], "d")
    before = bare.snapshot()
    province.faults.plant(fault, infno)
    province.faults.plant(fault, infno)
    bare.keeping.tell()
    assert bare.snapshot() == before
    assert bare.learnt == {}
    (trouble,) = bare.keeping.troubles().values()
    assert trouble == code
    assert not bare.keeping.any_waiting()
    clock.now += timedelta(hours=1)
    province.faults.clear()
    bare.keeping.tell()
    assert bare.keeping.troubles() == {}
    (kept,) = bare.keeping.kept()
    assert kept.version == VERSION


def test_without_a_line_the_counter_goes_on_and_says_so_once(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "terminal.keeping")
    with at_the_province(line_to(NOWHERE), store, clock) as at:
        away = Desk(store, clock, Catalogues(at.session))
        for _ in range(5):
            away.keeping.tell()
            assert not away.keeping.any_waiting(), "the second table would meet the same line"
            clock.now += timedelta(hours=1)
        assert len(caplog.records) == 1
        assert away.keeping.troubles() == {PREFIXES: "province.away"}


SHRUNK = prefixes_file("8000001", "8000002")
MANY = {f"80000{n:02}": ProvincePrefix("X1", 1, 1) for n in range(5)}


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        (SHRUNK, "catalogue.shrunk"),
        (prefixes_file(*MANY, data_cnt=6), "catalogue.cut_short"),
        (prefixes_file(*MANY, "800000"), "catalogue.bad_row"),
        (prefixes_file(*MANY, version="F001_20250601"), "catalogue.wrong_version"),
        (replace(prefixes_file(), rows=(("1",) * 24,), data_cnt=1), "catalogue.wrong_kind"),
        (prefixes_file(), "catalogue.cut_short"),
    ],
)
def test_each_check_stands_between_a_file_and_what_is_kept(
    store: Store, clock: Clock, offer: Offer, code: str
) -> None:
    store.catalogues.keep_prefixes("F001_20250701", clock(), MANY, "d")
    desk = Desk(store, clock, OneFile(offer))
    desk.keeping.take_up()
    before = desk.snapshot()
    desk.keeping.tell()
    assert desk.keeping.troubles()[PREFIXES] == code
    assert desk.snapshot() == before


def test_a_table_of_half_the_size_is_still_taken(store: Store, clock: Clock) -> None:
    store.catalogues.keep_prefixes("F001_20250701", clock(), MANY, "d")
    desk = Desk(store, clock, OneFile(prefixes_file(*list(MANY)[:3])))
    desk.keeping.tell()
    assert len(store.catalogues.prefixes()) == 3


def test_what_breaks_in_the_middle_of_a_table_leaves_the_old_one(
    store: Store, clock: Clock
) -> None:
    """A row that the database itself refuses stands for a cut in the middle of writing."""
    book = store.catalogues
    book.keep_prefixes("1", clock(), MANY, "d")
    book.keep_diagnoses("1", clock(), [("A00.000", "旧")], "d")
    before = (book.kept(), book.prefixes(), book.diagnoses())
    bad = {"8000001": ProvincePrefix("X1", 1, 1), "8000009": ProvincePrefix("X1", 1, 0)}
    with pytest.raises(IntegrityError):
        book.keep_prefixes("2", clock(), bad, "e")
    with pytest.raises(IntegrityError):
        book.keep_diagnoses("2", clock(), [("B00.000", "新"), ("B00.000", "新")], "e")
    assert (book.kept(), book.prefixes(), book.diagnoses()) == before


def test_a_binding_is_remembered_replaced_and_forgotten(
    tmp_path: Any, clock: Clock, store: Store, line: Between
) -> None:
    book = store.catalogues
    book.bind("8000001", "YP0001", "D1", clock())
    book.bind("8000001", "YP0002", "D1", clock())
    book.bind("06901234567892", "YP0003", "D1", clock())
    assert book.bindings() == {"8000001": "YP0002", "06901234567892": "YP0003"}
    desk = Desk(store, clock, OneFile(None))
    desk.keeping.take_up()
    pack = desk.catalogue.pack_of("8000001")
    assert pack is not None
    assert pack.own
    assert pack.item.medins_list_codg == "YP0002"
    book.unbind("8000001")
    book.unbind("8000001")
    assert book.bindings() == {"06901234567892": "YP0003"}


def test_the_same_rows_have_the_same_digest_in_whatever_order(store: Store, clock: Clock) -> None:
    digests: list[str] = []
    for day, prefixes in (("20250801", list(MANY)), ("20250802", list(MANY)[::-1])):
        desk = Desk(store, clock, OneFile(prefixes_file(*prefixes, version=f"F001_{day}")))
        desk.keeping.tell()
        kept: KeptFile | None = store.catalogues.version(PREFIXES)
        assert kept is not None
        assert kept.version == f"F001_{day}"
        digests.append(kept.digest)
    assert digests[0] == digests[1]
