"""A kind of the national catalogue fetched from a province, into a file for our eyes only."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from drivers.simulated.province.downloads import VERSION
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from kiosk_ui.words import WORDS
from terminal.__main__ import Joined
from terminal.assembly.catalogue_commands import add_catalogue
from terminal.assembly.catalogues import fetch_catalogue, kept_catalogues, unbind
from terminal.core.faults import Fault
from terminal.core.items import ProvincePrefix
from terminal.private_file import write_private
from terminal.settings import Settings
from terminal.store import Store
from terminal.vault import database_key
from tests.clinic import CLINIC


class Works:
    """What the joiner does, with these settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def catalogue(
        self, kind: str, since: str, out: Path, settings_file: Path | None
    ) -> dict[str, object]:
        return fetch_catalogue(self.settings, kind, since, out)

    def kept_catalogues(self, settings_file: Path | None) -> list[dict[str, object]]:
        return kept_catalogues(self.settings)

    def unbind(self, prefix: str, settings_file: Path | None) -> dict[str, object]:
        return unbind(self.settings, prefix)


@pytest.fixture
def province(tmp_path: Path) -> Iterator[SandboxProvince]:
    """By this machine's clock, as the command is."""
    with SandboxProvince(tmp_path / "province") as running:
        yield running


@pytest.fixture
def works(tmp_path: Path, province: SandboxProvince) -> Works:
    folder = tmp_path / "terminal"
    folder.mkdir()
    return Works(
        Settings(
            data_dir=folder,
            clinic_name=CLINIC.fixmedins_name,
            fixmedins_code=CLINIC.fixmedins_code,
            doctor_code=CLINIC.doctor_code,
            doctor_name=CLINIC.doctor_name,
            mdtrtarea_admvs=CLINIC.mdtrtarea_admvs,
            province_url=province.address,
            province_paasid=DEMO_PAASID,
            province_secret=SecretStr(DEMO_SECRET),
            province_connect_timeout_s=0.5,
            province_read_timeout_s=2.0,
            province_file_timeout_s=2.0,
        )
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "list.txt"


def ran(works: Any, *words: str) -> tuple[str, str]:
    """Standard output, and the code of the fault that ended it."""
    app = typer.Typer()
    app.callback()(lambda: None)
    add_catalogue(app, works)
    done = CliRunner().invoke(app, ["catalogue", *words])
    if isinstance(done.exception, Fault):
        return "", done.exception.code
    assert done.exit_code == 0, done.output
    return done.stdout, ""


def rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("kind", "columns", "named"), [("1301", 97, "阿莫西林胶囊"), ("1305", 20, "诊查费")]
)
def test_a_kind_of_the_catalogue_becomes_a_file(
    works: Works, out: Path, kind: str, columns: int, named: str
) -> None:
    said, fault = ran(works, "--kind", kind, "--out", str(out), "--json")
    assert fault == ""
    told = json.loads(said)
    found = rows(out)
    assert told == {"kind": kind, "rows": len(found), "file": str(out)}
    assert {len(row) for row in found} == {columns}
    assert [row for row in found if named in row]
    assert not [row for row in found if "null" in row], "empty is empty"
    assert out.stat().st_mode & 0o777 == 0o600
    assert list(out.parent.glob("list*")) == [out], "no half file is left beside it"


def test_without_json_kind_rows_and_file_are_told(works: Works, out: Path) -> None:
    said, _ = ran(works, "--kind", "1305", "--out", str(out))
    assert "1305" in said
    assert str(len(rows(out))) in said


def test_where_nothing_is_newer_a_good_list_stays(works: Works, out: Path) -> None:
    out.write_text("as it was", "utf-8")
    said, _ = ran(works, "--kind", "1301", "--since", VERSION, "--out", str(out), "--json")
    assert json.loads(said) == {"kind": "1301", "rows": 0, "file": ""}
    assert out.read_text("utf-8") == "as it was"


@pytest.mark.parametrize(
    ("infno", "fault", "code"),
    [
        ("1301", "refused", "province.refused"),
        ("1301", "lost_before", "province.no_answer"),
        ("9102", "half_answer", "province.no_answer"),
        ("9102", "nonsense", "province.nonsense"),
        ("9102", "refused", "province.refused"),
        ("9001", "refused", "province.refused"),
    ],
)
def test_what_did_not_come_whole_is_a_fault_and_leaves_the_list_as_it_was(
    works: Works, province: SandboxProvince, out: Path, infno: str, fault: str, code: str
) -> None:
    out.write_text("as it was", "utf-8")
    province.faults.plant(fault, infno)
    assert ran(works, "--kind", "1301", "--out", str(out)) == ("", code)
    assert out.read_text("utf-8") == "as it was"
    assert ran(works, "--kind", "1301", "--out", str(out))[1] == "", "it may be repeated"


@pytest.mark.parametrize("kind", ["1304", "1312", "1320", "2207", "", "1301 "])
def test_what_is_no_kind_of_the_catalogue_is_never_asked_for(
    works: Works, out: Path, kind: str
) -> None:
    assert ran(works, "--kind", kind, "--out", str(out))[1] == "province.no_such_catalogue"
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_a_fault_with_words(
    works: Works, province: SandboxProvince, out: Path, tmp_path: Path
) -> None:
    folder = str(tmp_path / "province")
    assert ran(works, "--kind", "1301", "--out", folder)[1] == "catalogue.not_written"
    province.faults.plant("refused", "1301")
    nowhere = str(tmp_path / "none" / "list.txt")
    told = ran(works, "--kind", "1301", "--out", nowhere)[1]
    assert told == "catalogue.not_written", "known before anything is asked"
    assert "catalogue.not_written" in WORDS
    assert not list(tmp_path.glob("*.part"))


def test_a_disk_that_takes_no_more_leaves_the_old_file_and_nothing_half(out: Path) -> None:
    write_private(out, b"as it was")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="large"):
            write_private(out, b"anew" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert out.read_bytes() == b"as it was"
    assert list(out.parent.glob("list*")) == [out]


def test_while_a_terminal_runs_its_store_is_not_opened_beside_it(works: Works, out: Path) -> None:
    folder = works.settings.data_dir
    running = Store(folder / "terminal.db", database_key(folder / "keys"))
    assert ran(works, "--kind", "1301", "--out", str(out))[1] == "store.held"
    running.close()


def test_what_is_kept_is_shown_with_kind_version_date_and_rows(works: Works) -> None:
    assert json.loads(ran(works, "--kept", "--json")[0]) == []
    folder = works.settings.data_dir
    with closing(Store(folder / "terminal.db", database_key(folder / "keys"))) as store:
        at = datetime(2025, 9, 20, 9, 30, tzinfo=UTC)
        table = {"8000001": ProvincePrefix("X1", 1, 1)}
        store.catalogues.keep_prefixes("F001_20250701", at, table, "d")
    (file,) = json.loads(ran(works, "--kept", "--json")[0])
    assert file == {
        "kind": "prefixes",
        "version": "F001_20250701",
        "fetched_at": "2025-09-20T09:30:00+00:00",
        "rows": 1,
    }
    shown, _ = ran(works, "--kept")
    assert "F001_20250701" in shown


def test_a_wrong_binding_can_be_taken_back(works: Works) -> None:
    folder = works.settings.data_dir
    with closing(Store(folder / "terminal.db", database_key(folder / "keys"))) as store:
        store.catalogues.bind("8000001", "YP0001", "D1", datetime(2025, 9, 20, tzinfo=UTC))
    said, _ = ran(works, "--unbind", "8000001", "--json")
    assert json.loads(said) == {"prefix": "8000001", "was": "YP0001"}
    assert ran(works, "--unbind", "8000001")[1] == "binding.unknown"
    assert "binding.unknown" in WORDS


def test_a_clinic_that_is_not_set_up_is_told_so(out: Path, tmp_path: Path) -> None:
    bare = Works(Settings(data_dir=tmp_path / "bare"))
    assert ran(bare, "--kind", "1301", "--out", str(out))[1] == "settings.missing"


def test_the_program_knows_the_command(works: Works, out: Path, tmp_path: Path) -> None:
    told = {
        name: getattr(works.settings, name)
        for name in ("clinic_name", "fixmedins_code", "doctor_code", "doctor_name")
    }
    told |= {"mdtrtarea_admvs": CLINIC.mdtrtarea_admvs, "province_paasid": DEMO_PAASID}
    told |= {"province_url": works.settings.province_url, "province_secret": DEMO_SECRET}
    told |= {"data_dir": str(works.settings.data_dir)}
    written = tmp_path / "clinic.toml"
    written.write_text(
        "".join(f"{name} = {json.dumps(v, ensure_ascii=False)}\n" for name, v in told.items())
    )
    said, fault = ran(
        Joined(), "--kind", "1305", "--out", str(out), "--settings", str(written), "--json"
    )
    assert fault == ""
    assert json.loads(said)["rows"] == len(rows(out))
