"""Files that the province offers: what is said of them beside what is in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.simulated.province.downloads import VERSION
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Uncertain
from terminal.province.downloads import (
    COLUMNS,
    DIAGNOSIS_CODE,
    DIAGNOSIS_NAME,
    PREFIX_COLUMNS,
    Catalogues,
    Offer,
)
from terminal.store import Store
from tests.clinic import AMOXICILLIN, Clock
from tests.shell.at_the_province import DRUGS, at_the_province, line_to
from tests.shell.between import Between, Message
from tests.shell.test_province_verbs import fault_of

PREFIXES = "ZSMCJ003"


@pytest.fixture
def catalogues(line: Between, store: Store, clock: Clock) -> Iterator[Catalogues]:
    with at_the_province(line_to(line.address), store, clock) as at:
        yield Catalogues(at.session)


def offered(catalogues: Catalogues, infno: str) -> Offer:
    offer = catalogues.offered(infno, "0")
    assert offer is not None
    return offer


@pytest.mark.parametrize("infno", ["1301", "1305", "1307", PREFIXES])
def test_a_good_file_says_three_times_the_same(catalogues: Catalogues, infno: str) -> None:
    offer = offered(catalogues, infno)
    assert offer.data_cnt == len(offer.rows) > 0
    assert (offer.version, offer.row_versions) == (VERSION, frozenset({VERSION}))
    assert {len(row) for row in offer.rows} == {COLUMNS.get(infno, PREFIX_COLUMNS)}
    assert catalogues.offered(infno, VERSION) is None


def test_the_table_of_prefixes_has_the_clinics_own_and_outer_packs(catalogues: Catalogues) -> None:
    told = {row[0]: row[1:4] for row in offered(catalogues, PREFIXES).rows}
    assert told[AMOXICILLIN] == (DRUGS[AMOXICILLIN].med_list_codg, "1", "1")
    assert ("2", "10") in {row[1:] for row in told.values()}


def test_the_diagnoses_stand_in_their_columns(catalogues: Catalogues) -> None:
    rows = offered(catalogues, "1307").rows
    assert ("I10.x00", "高血压病") in {(row[DIAGNOSIS_CODE], row[DIAGNOSIS_NAME]) for row in rows}


def test_a_file_cut_short_is_seen_by_its_count_and_its_last_row(
    catalogues: Catalogues, province: SandboxProvince
) -> None:
    province.faults.plant("file_cut", "9102")
    offer = offered(catalogues, "1307")
    assert offer.data_cnt is not None
    assert len(offer.rows) < offer.data_cnt
    assert len(offer.rows[-1]) < COLUMNS["1307"]


def test_rows_that_are_missing_are_seen_by_the_count(
    catalogues: Catalogues, province: SandboxProvince
) -> None:
    province.faults.plant("file_rows_missing", "9102")
    offer = offered(catalogues, PREFIXES)
    assert offer.data_cnt is not None
    assert len(offer.rows) < offer.data_cnt
    assert {len(row) for row in offer.rows} == {PREFIX_COLUMNS}


def test_another_version_inside_is_seen_beside_the_name(
    catalogues: Catalogues, province: SandboxProvince
) -> None:
    province.faults.plant("file_wrong_version", "9102")
    offer = offered(catalogues, PREFIXES)
    assert offer.version == VERSION
    assert offer.row_versions != {VERSION}


def test_a_file_in_gbk_is_nonsense_and_the_next_one_is_good(
    catalogues: Catalogues, province: SandboxProvince
) -> None:
    province.faults.plant("file_gbk", "9102")
    broken = fault_of(lambda: catalogues.offered("1307", "0"))
    assert (type(broken), broken.code) == (Uncertain, "province.nonsense")
    assert broken.facts["error"] == "UnicodeDecodeError"
    assert offered(catalogues, "1307").rows


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("1307_F001_20250701.txt.zip", "F001_20250701"),
        ("1307_F001_20250701.zip", "F001_20250701"),
        ("ZSMCJ003_12", "12"),
        ("plc", ""),
        ("", ""),
        (None, ""),
    ],
)
@pytest.mark.parametrize("count", ["7", 7, " 7 "])
def test_name_and_count_are_read_however_they_are_written(
    catalogues: Catalogues, line: Between, filename: str, version: str, count: object
) -> None:
    def changed(sent: Message, said: Message) -> Message:
        if sent["infno"] == "1307":
            said["output"] = {"fileinfo": {**said["output"], "filename": filename}}
            said["output"]["fileinfo"]["data_cnt"] = count
        return said

    line.answer = changed
    offer = offered(catalogues, "1307")
    assert (offer.version, offer.data_cnt) == (version, 7)


@pytest.mark.parametrize(("count", "told"), [(None, None), ("", None)])
def test_a_count_that_is_not_told_is_none(
    catalogues: Catalogues, line: Between, count: object, told: object
) -> None:
    def changed(sent: Message, said: Message) -> Message:
        if sent["infno"] == "1307":
            said["output"]["data_cnt"] = count
        return said

    line.answer = changed
    assert offered(catalogues, "1307").data_cnt is told


@pytest.mark.parametrize("count", ["many", [], {}, 1.5])
def test_a_count_that_is_none_is_nonsense(
    catalogues: Catalogues, line: Between, count: object
) -> None:
    def changed(sent: Message, said: Message) -> Message:
        if sent["infno"] == "1307":
            said["output"]["data_cnt"] = count
        return said

    line.answer = changed
    assert fault_of(lambda: catalogues.offered("1307", "0")).code == "province.nonsense"
