"""Files that the province offers: prefixes, diagnoses, sold codes, and how they go wrong."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from drivers.simulated.province.downloads import VERSION
from drivers.simulated.province.manner import Manner
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from terminal.core.diagnoses import FAVOURITES
from terminal.core.sold_digest import SoldDigest
from tests.drivers.province_clinic import Clinic, Clock
from tests.drivers.test_province_sales import CODE, SECOND, give_back, sale, sell

GOODS = read_reference().goods


def fetched(clinic: Clinic, infno: str) -> bytes:
    """The text of the file that is offered, as its bytes."""
    told = clinic.done(infno, {"data": {"ver": "0"}})
    return inside(file(clinic, told["file_qury_no"], "plc"))


def rows_of(clinic: Clinic, infno: str) -> list[list[str]]:
    return [line.split("\t") for line in fetched(clinic, infno).decode().splitlines()]


def file(clinic: Clinic, number: str, name: str) -> bytes:
    asked = {"file_qury_no": number, "filename": name, "fixmedins_code": clinic.institution}
    return clinic.post(clinic.envelope("9102", {"fsDownloadIn": asked})).content


def inside(packed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [name] = archive.namelist()
        return archive.read(name)


def test_the_table_of_prefixes_says_drug_level_and_ratio(clinic: Clinic) -> None:
    rows = rows_of(clinic, "ZSMCJ003")
    assert {len(row) for row in rows} == {5}
    assert {row[-1] for row in rows} == {VERSION}
    told = {row[0]: (row[1], int(row[2]), int(row[3])) for row in rows}
    assert len(told) == len(rows) == len(GOODS.packs)
    assert {level for _, level, _ in told.values()} == {1, 2, 3}
    assert all((ratio == 1) is (level == 1) for _, level, ratio in told.values())


def test_outer_packs_and_second_prefixes_are_of_known_drugs_and_no_prefix_of_the_list() -> None:
    reference = read_reference()
    listed = {pack.drug for pack in GOODS.packs.values()}
    assert listed <= {item.code for item in reference.items.values() if item.drug}
    assert all(prefix.isdigit() and len(prefix) == 7 for prefix in GOODS.packs)


def test_the_diagnoses_have_their_columns_and_those_a_village_meets_most(clinic: Clinic) -> None:
    rows = rows_of(clinic, "1307")
    assert ({len(row) for row in rows}, len(rows)) == ({24}, len(GOODS.diagnoses))
    told = {row[10]: row[11] for row in rows}
    assert {each.code: told.get(each.code) for each in FAVOURITES} == {
        each.code: each.name for each in FAVOURITES
    }


@pytest.mark.parametrize("infno", ["1307", "ZSMCJ003"])
def test_whoever_has_the_newest_version_is_offered_nothing(clinic: Clinic, infno: str) -> None:
    told = clinic.done(infno, {"data": {"ver": VERSION}})
    assert (told["file_qury_no"], told["data_cnt"]) == (None, 0)


# --- a file gone wrong; the ZIP around it stays whole


def test_a_cut_file_ends_in_the_middle_of_a_row(clinic: Clinic, province: SandboxProvince) -> None:
    whole = fetched(clinic, "1307")
    province.faults.plant("file_cut", "9102")
    cut = fetched(clinic, "1307")
    assert whole.startswith(cut)
    assert cut.decode().splitlines()[-1].count("\t") != 23


def test_a_file_lacks_rows_that_were_promised(clinic: Clinic, province: SandboxProvince) -> None:
    whole = rows_of(clinic, "ZSMCJ003")
    province.faults.plant("file_rows_missing", "9102")
    thinned = rows_of(clinic, "ZSMCJ003")
    assert len(thinned) < len(whole)
    assert all(row in whole for row in thinned)


def test_a_file_of_another_version_says_so_inside(
    clinic: Clinic, province: SandboxProvince
) -> None:
    province.faults.plant("file_wrong_version", "9102")
    versions = {row[-1] for row in rows_of(clinic, "1301")}
    assert len(versions) == 1
    assert VERSION not in versions


def test_a_file_in_gbk_is_no_utf_8(clinic: Clinic, province: SandboxProvince) -> None:
    province.faults.plant("file_gbk", "9102")
    spoilt = fetched(clinic, "1307")
    with pytest.raises(UnicodeDecodeError):
        spoilt.decode()
    assert "高血压病" in spoilt.decode("gbk")


def test_a_fault_of_files_leaves_every_other_answer_as_it_was(
    clinic: Clinic, province: SandboxProvince
) -> None:
    province.faults.plant("file_cut", "1307")
    assert clinic.done("1307", {"data": {"ver": "0"}})["data_cnt"] == len(GOODS.diagnoses)


# --- the county's sold codes


def filtered(clinic: Clinic) -> SoldDigest:
    return SoldDigest.read(inside(file(clinic, "sold_digest", "sold_digest")))


def test_the_filter_has_what_the_county_has_sold_and_not_what_was_brought_back(
    clinic: Clinic,
) -> None:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    setl_id = visit.settle("26.34")["setl_id"]
    sell(visit, sale(visit, setl_id, CODE, SECOND))
    give_back(visit, sale(visit, setl_id, SECOND))
    told = filtered(clinic)
    there = [code for code, sold in GOODS.sold_elsewhere.items() if sold.region == "431024"]
    other = [code for code, sold in GOODS.sold_elsewhere.items() if sold.region != "431024"]
    assert (told.county, told.day, told.count) == ("431024", date(2025, 9, 20), len(there) + 1)
    assert all(told.may_hold(code) for code in [*there, CODE])
    assert not any(told.may_hold(code) for code in [*other, SECOND])


def test_a_county_without_the_file_says_so(clock: Clock, tmp_path: Path) -> None:
    with (
        SandboxProvince(
            tmp_path / "p", clock=clock, manner=Manner(sold_digest_file="")
        ) as province,
        Clinic(province, clock) as clinic,
    ):
        said = file(clinic.sign_in(), "sold_digest", "sold_digest").decode()
    assert "filecheck_2" in said


def test_a_filter_that_was_cut_is_no_filter(clinic: Clinic, province: SandboxProvince) -> None:
    whole = inside(file(clinic, "sold_digest", "sold_digest"))
    province.faults.plant("file_cut", "9102")
    cut = inside(file(clinic, "sold_digest", "sold_digest"))
    assert whole.startswith(cut)
    assert len(cut) < len(whole)
