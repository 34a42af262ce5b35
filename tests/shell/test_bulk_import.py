"""Photographs in by the folder: what became of every row, and nothing half-written."""

from __future__ import annotations

import contextlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.simulated.province.server import SandboxProvince
from models.photographs import read_photograph
from terminal.bulk_import import BulkImport, RowOutcome, read_list
from terminal.core.consent import Consent
from terminal.core.faults import Refused, Unavailable
from terminal.core.people import id_check_digit
from terminal.core.photograph_list import read_entries
from terminal.core.recognition import Hint
from tests.clinic import CHILD, LI, PAUSED, WANG
from tests.shell.faces_in import CONSENT, OTHER, SISTER, TWIN, WANGS, Place, Sight, portrait

NOBODYS = "991024198001011234"
"""A number with a wrong check digit."""

UNKNOWN = [
    first + id_check_digit(first) for first in (f"99102419800101{n:03}" for n in range(1, 7))
]
"""Right numbers of nobody the province knows."""


class PhotographEyes:
    """Stand in at the port: the grey of a photograph is the angle of its face."""

    def describe(self, pixels: np.ndarray) -> Sight:
        grey = int(np.median(pixels))
        return Hint("face.none") if grey > 200 else portrait(float(grey))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Photographs of a few faces, and some that are none."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name, grey in {"wang": WANGS, "wang2": 10.0, "li": OTHER, "twin": TWIN, "sister": SISTER,
                       "wall": 255.0}.items():  # fmt: skip
        assert cv2.imwrite(str(folder / f"{name}.png"), np.full((64, 64, 3), grey, np.uint8))
    (folder / "torn.png").write_bytes((folder / "li.png").read_bytes()[:40])
    (folder / "empty.png").write_bytes(b"")
    (folder / "letter.png").write_text("not a picture")
    (tmp_path / "outside.png").write_bytes((folder / "li.png").read_bytes())
    return folder


def imported(place: Place, root: Path, *rows: str, dry_run: bool = False) -> dict[int, str]:
    """Import these rows; what became of each, by its line. The first line is the header."""
    return {each.row: each.outcome for each in reported(place, root, *rows, dry_run=dry_run)}


def reported(place: Place, root: Path, *rows: str, dry_run: bool = False) -> list[RowOutcome]:
    entries = read_entries("\n".join(("id_number,path", *rows)), CONSENT)
    work = BulkImport(place.enrolment, PhotographEyes(), read_photograph, dry_run=dry_run)
    return list(work.run(entries, root))


# --- the report


def test_several_photographs_of_a_person_are_several_templates(place: Place, root: Path) -> None:
    rows = (f"{WANG},wang.png", f"{LI},li.png", f"{WANG},wang2.png")
    report = reported(place, root, *rows)
    assert [(each.row, each.outcome, each.person) for each in report] == [
        (2, "import.enrolled", "王*国"),
        (4, "import.enrolled", "王*国"),
        (3, "import.enrolled", "李*英"),
    ]
    assert len(place.gallery.knows) == 3
    assert not any(WANG[-4:] in str(each) for each in report)


WRONG = {
    f"{NOBODYS},wang.png": "person.id_number_wrong",
    "4.31024E+17,wang.png": "person.id_number_wrong",
    ",wang.png": "person.id_number_wrong",
    f"{UNKNOWN[0]},wang.png": "province.refused",
    f"{CHILD},wang.png": "enrolment.too_young",
    f"{WANG},torn.png": "photograph.unreadable",
    f"{WANG},empty.png": "photograph.unreadable",
    f"{WANG},letter.png": "photograph.unreadable",
    f"{WANG},nowhere.png": "photograph.missing",
    f"{WANG},": "photograph.missing",
    WANG: "photograph.missing",
    f"{WANG},../outside.png": "import.outside_root",
    f"{WANG},/etc/passwd": "import.outside_root",
    f"{WANG},sub/../../outside.png": "import.outside_root",
    f"{WANG},wall.png": "face.none",
}


@pytest.mark.parametrize("row", WRONG)
def test_a_wrong_row_says_why_and_the_next_person_is_tried(
    place: Place, root: Path, row: str
) -> None:
    found = imported(place, root, row, f"{LI},li.png")
    assert found == {2: WRONG[row], 3: "import.enrolled"}
    assert {place.store.people.person(known).id_number for known in place.gallery.people} == {LI}  # type: ignore[union-attr]


def test_a_person_comes_in_with_all_their_rows_or_not_at_all(place: Place, root: Path) -> None:
    rows = (f"{WANG},wang.png", f"{WANG},torn.png", f"{WANG},li.png")
    assert imported(place, root, *rows) == {
        2: "import.other_row",
        3: "photograph.unreadable",
        4: "import.not_one_person",
    }
    assert place.store.people.templates() == []
    assert place.enrolment.known(WANG) is None


def test_a_person_has_so_many_photographs_and_no_more(place: Place, root: Path) -> None:
    found = imported(place, root, *[f"{WANG},wang.png"] * 11)
    assert found[12] == "import.too_many_photographs"
    assert set(found.values()) == {"import.other_row", "import.too_many_photographs"}


def test_without_consent_nobody_is_enrolled_and_a_row_may_bring_its_own(
    place: Place, root: Path
) -> None:
    text = f"id_number,path,consent_version,witness\n{WANG},wang.png,,\n{LI},li.png,1,D9\n"
    entries = read_entries(text, Consent("", ""))
    work = BulkImport(place.enrolment, PhotographEyes(), read_photograph)
    found = [each.outcome for each in work.run(entries, root)]
    assert found == ["enrolment.no_consent", "import.enrolled"]


def test_rows_of_a_person_that_name_different_consents_are_not_guessed_about(
    place: Place, root: Path
) -> None:
    text = f"id_number,path,witness\n{WANG},wang.png,D1\n{WANG},wang2.png,D2\n"
    work = BulkImport(place.enrolment, PhotographEyes(), read_photograph)
    found = {each.outcome for each in work.run(read_entries(text, CONSENT), root)}
    assert found == {"import.consents_differ"}


def test_the_same_face_twice_in_a_batch_comes_in_once(place: Place, root: Path) -> None:
    rows = (f"{WANG},wang.png", f"{LI},twin.png")
    assert imported(place, root, *rows) == {2: "import.enrolled", 3: "enrolment.same_face"}
    li = place.enrolment.known(LI)
    assert li is not None
    assert len(place.store.faces.same_faces(li.person_id)) == 1, "for a doctor to clear"


def test_look_alikes_are_counted_in_the_report(place: Place, root: Path) -> None:
    report = reported(place, root, f"{WANG},wang.png", f"{LI},sister.png")
    assert [each.look_alikes for each in report] == [0, 1]


def test_what_is_done_already_is_left_as_it_is(place: Place, root: Path) -> None:
    rows = (f"{WANG},wang.png", f"{LI},torn.png")
    imported(place, root, *rows)
    before = place.store.people.templates()
    assert imported(place, root, *rows) == {
        2: "import.already_enrolled",
        3: "photograph.unreadable",
    }
    assert place.store.people.templates() == before


def test_who_is_enrolled_already_is_replaced_where_that_was_asked_for(
    place: Place, root: Path
) -> None:
    imported(place, root, f"{WANG},wang.png")
    entries = read_entries(f"id_number,path\n{WANG},wang2.png\n", CONSENT)
    work = BulkImport(place.enrolment, PhotographEyes(), read_photograph, anew=True)
    assert [each.outcome for each in work.run(entries, root)] == ["import.enrolled"]
    assert [kept for _, kept in place.gallery.knows] == [portrait(10.0).template]


@pytest.mark.parametrize("dry_run", [False, True])
def test_another_face_than_before_is_an_outcome_and_not_kept(
    place: Place, root: Path, *, dry_run: bool
) -> None:
    imported(place, root, f"{WANG},wang.png")
    before = place.store.people.templates()
    entries = read_entries(f"id_number,path\n{WANG},li.png\n", CONSENT)
    eyes = PhotographEyes()
    work = BulkImport(place.enrolment, eyes, read_photograph, anew=True, dry_run=dry_run)
    assert [each.outcome for each in work.run(entries, root)] == ["enrolment.other_face"]
    assert place.store.people.templates() == before


# --- a dry run


def test_a_dry_run_finds_everything_and_writes_nothing(place: Place, root: Path) -> None:
    rows = (f"{WANG},wang.png", f"{LI},twin.png", f"{PAUSED},torn.png")
    assert imported(place, root, *rows, dry_run=True) == {
        2: "import.would_enrol",
        3: "enrolment.same_face",
        4: "photograph.unreadable",
    }
    assert place.store.people.templates() == []
    assert [place.enrolment.known(each) for each in (WANG, LI, PAUSED)] == [None] * 3
    with place.store.transaction() as db:
        assert db.execute("SELECT count(*) FROM same_face").fetchone()[0] == 0


# --- the province away, the store away


def test_rows_wait_while_the_province_is_away_and_it_is_not_asked_for_each(
    place: Place, root: Path, province: SandboxProvince
) -> None:
    place.enrolment.introduce(WANG)
    for _ in range(9):
        province.faults.plant("lost_before", "1101")
    rows = [*(f"{number},li.png" for number in UNKNOWN), f"{WANG},wang.png"]
    found = list(imported(place, root, *rows).values())
    assert found[:3] == ["province.no_answer"] * 3
    assert found[3:6] == ["import.province_away"] * 3
    assert found[6] == "import.enrolled", "known here already"


def test_a_store_that_is_away_ends_the_run(place: Place, root: Path) -> None:
    place.store.close()
    with pytest.raises(Unavailable) as away:
        imported(place, root, f"{WANG},wang.png")
    assert away.value.code == "store.away"


# --- photographs of all kinds


def test_grey_deep_and_turned_photographs_are_read(place: Place, root: Path) -> None:
    assert cv2.imwrite(str(root / "grey.png"), np.full((64, 64), 100, np.uint8))
    assert cv2.imwrite(str(root / "deep.png"), np.full((64, 64), 100 * 256, np.uint16))
    turned = Image.new("RGB", (64, 48), (100, 100, 100))
    exif = turned.getexif()
    exif[274] = 6
    turned.save(root / "turned.jpg", exif=exif)
    rows = [f"{LI},{name}" for name in ("grey.png", "deep.png", "turned.jpg")]
    assert set(imported(place, root, *rows).values()) == {"import.enrolled"}


def test_a_photograph_that_claims_to_be_enormous_is_not_opened(place: Place, root: Path) -> None:
    header = b"P6 90000 90000 255\n"
    (root / "enormous.ppm").write_bytes(header + b"\0" * 64)
    assert imported(place, root, f"{LI},enormous.ppm") == {2: "photograph.too_large"}


# --- the list


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_table_programs_save_it(tmp_path: Path, encoding: str) -> None:
    text = f"path,note,id_number,guardian\r\n照片/王.jpg,x,{WANG.lower()},李秀英\r\n\r\n"
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    (entry,) = read_list(tmp_path / "list.csv", CONSENT)
    assert (entry.row, entry.id_number, entry.path) == (2, WANG, "照片/王.jpg")
    assert (entry.consent.guardian, entry.consent.witness) == ("李秀英", CONSENT.witness)
    assert WANG not in repr(entry)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "import.list_empty"),
        ("id_number,path\n\n , \n", "import.list_empty"),
        ("id_number,file\n1,2\n", "import.columns_missing"),
        ('id_number,path\n1,"torn\n', "import.list_unreadable"),
        ("id_number,path\n" + "1,2\n" * 20_001, "import.list_unreadable"),
    ],
)
def test_a_list_that_is_none_is_refused_as_a_whole(text: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        read_entries(text, CONSENT)
    assert no.value.code == code


def test_a_list_that_cannot_be_read_and_a_folder_that_is_none_are_named(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "noise.csv").write_bytes(b"\xff\xfe\x00\x81")
    for file in (tmp_path / "none.csv", tmp_path, tmp_path / "noise.csv"):
        with pytest.raises(Refused) as no:
            read_list(file, CONSENT)
        assert no.value.code == "import.list_unreadable"
    with pytest.raises(Refused) as no:
        imported(place, tmp_path / "none", f"{WANG},wang.png")
    assert no.value.code == "import.root_missing"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_list(text: str) -> None:
    with contextlib.suppress(Refused):
        assert read_entries("id_number,path\n" + text, CONSENT)
