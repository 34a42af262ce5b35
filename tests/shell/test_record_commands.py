"""Records verified anywhere, exported for our eyes only, and the key to verify them by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from terminal.assembly.away import offline_rules, rules_version
from terminal.assembly.record_commands import add_records
from terminal.assembly.records import export_records, public_key
from terminal.clock import now
from terminal.core.evidence import OFFLINE_VISIT, canonical, sealed
from terminal.core.faults import Refused
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.offline import SignedRecord
from terminal.vault import database_key
from tests.keys import device_key

DATA = Path(__file__).parents[2] / "drivers/simulated/province/data"


class Works:
    """What the joiner does, without a program around it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder)

    def records_export(self, out: Path, settings_file: Path | None) -> list[Path]:
        return export_records(self.settings, out)

    def public_key(self, settings_file: Path | None) -> str:
        return public_key(self.settings)

    def words(self, code: str) -> str:
        return f"words of {code}"


@pytest.fixture
def works(tmp_path: Path) -> Works:
    """A terminal with two records."""
    key = device_key(tmp_path / "keys")
    store = Store(tmp_path / "terminal.db", database_key(tmp_path / "keys"))
    for visit_id in ("v1", "v2"):
        record: dict[str, Any] = {
            "schema": OFFLINE_VISIT,
            "visit_id": visit_id,
            "device": {"public_key": key.public_key},
            "person": {"name": "王建国"},
        }
        data = canonical(record)
        with store.transaction():
            store.visits.open(visit_id, "D1", now())
            store.offline.keep(SignedRecord(visit_id, data.decode(), key.sign(data)), now())
    store.close()
    return Works(tmp_path)


def ran(works: Works, *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    app = typer.Typer()
    app.callback()(lambda: None)
    add_records(app, works)
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, Refused):
        return 1, "", done.exception.code
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def exported(works: Works, tmp_path: Path) -> list[Path]:
    status, out, _ = ran(works, "records", "--out", str(tmp_path / "out"), "--json")
    assert status == 0
    return [Path(name) for name in json.loads(out)["records"]]


def test_exported_records_verify_with_the_key_as_digits_as_a_file_and_with_none(
    works: Works, exported: list[Path], tmp_path: Path
) -> None:
    status, key, _ = ran(works, "public-key")
    assert status == 0
    written = tmp_path / "clinic.pub"
    written.write_text(key)
    files = [str(path) for path in exported]
    for given in (["--key", key.strip()], ["--key", str(written)], []):
        status, out, err = ran(works, "verify-record", *files, *given, "--json")
        told = json.loads(out)
        assert (status, told["genuine"], told["key_given"]) == (0, True, bool(given))
        assert [row["visit_id"] for row in told["records"]] == ["v1", "v2"]
        assert ("--key" in err) is not bool(given), "whose it is, is said to be open"


def test_one_record_that_is_not_genuine_fails_them_all_and_is_named(
    works: Works, exported: list[Path]
) -> None:
    exported[1].write_text(exported[1].read_text("utf-8").replace("王建国", "王建军"), "utf-8")
    status, out, _ = ran(works, "verify-record", *map(str, exported), "--json")
    told = json.loads(out)
    assert (status, told["genuine"]) == (1, False)
    assert [row["verdict"] for row in told["records"]] == ["record.genuine", "record.changed"]
    status, out, _ = ran(works, "verify-record", *map(str, exported))
    assert status == 1
    assert "record.changed" in out
    assert "words of" in out


def test_another_clinics_key_does_not_vouch_for_it(
    works: Works, exported: list[Path], tmp_path: Path
) -> None:
    theirs = device_key(tmp_path / "theirs").public_key
    status, out, _ = ran(works, "verify-record", str(exported[0]), "--key", theirs, "--json")
    assert status == 1
    assert json.loads(out)["records"][0]["verdict"] == "record.other_key"


def test_a_record_signed_by_a_forgers_own_key_is_not_the_clinics(
    works: Works, exported: list[Path], tmp_path: Path
) -> None:
    forger = device_key(tmp_path / "theirs")
    record = json.loads(exported[0].read_text("utf-8"))["record"]
    record["device"]["public_key"] = forger.public_key
    data = canonical(record)
    exported[0].write_text(sealed(data.decode(), forger.sign(data)), "utf-8")
    ours = public_key(works.settings)
    status, out, _ = ran(works, "verify-record", str(exported[0]), "--key", ours, "--json")
    assert status == 1
    assert json.loads(out)["records"][0]["verdict"] == "record.other_key"


def test_a_truncated_record_is_unreadable(works: Works, exported: list[Path]) -> None:
    exported[0].write_bytes(exported[0].read_bytes()[:-20])
    status, out, _ = ran(works, "verify-record", str(exported[0]), "--json")
    assert status == 1
    assert json.loads(out)["records"][0]["verdict"] == "record.unreadable"


def test_records_are_for_our_eyes_only_and_may_be_exported_again(
    works: Works, exported: list[Path], tmp_path: Path
) -> None:
    exported[0].chmod(0o644)
    assert ran(works, "records", "--out", str(tmp_path / "out"))[0] == 0
    assert {path.stat().st_mode & 0o777 for path in exported} == {0o600}
    assert sorted((tmp_path / "out").iterdir()) == sorted(exported)


def test_what_cannot_be_read_or_written_is_a_fault(
    works: Works, exported: list[Path], tmp_path: Path
) -> None:
    here = str(exported[0])
    assert ran(works, "verify-record", str(tmp_path / "none"))[2] == "record.no_such_file"
    assert ran(works, "verify-record", here, "--key", "12")[2] == "record.no_such_key"
    assert ran(works, "verify-record", here, "--key", here)[2] == "record.no_such_key"
    assert ran(works, "verify-record", here, "--key", "0" * 128)[2] == "crypto.key_unusable"
    assert ran(works, "records", "--out", str(exported[0]))[2] == "record.not_written"


def test_while_a_terminal_runs_its_store_is_not_opened_beside_it(
    works: Works, tmp_path: Path
) -> None:
    running = Store(tmp_path / "terminal.db", database_key(tmp_path / "keys"))
    assert ran(works, "records", "--out", str(tmp_path / "out"))[2] == "store.held"
    running.close()


# --- what an estimate is made by, from the settings


def settings(**more: Any) -> Settings:
    return Settings(
        benefits_file=DATA / "benefits.toml",
        drugs_file=DATA / "drugs.csv",
        services_file=DATA / "services.csv",
        mdtrtarea_admvs="431024",
        **more,
    )


def test_the_rules_come_from_the_clinics_files() -> None:
    rules = offline_rules(settings(settles_under="演示镇中心卫生院"))
    assert (rules.allowed, len(rules.policies), rules.here.region) == (True, 3, "431024")
    assert rules.here.hospitals == {"演示镇中心卫生院"}
    assert {"YP0001", "FW0005"} <= set(rules.terms)
    assert not offline_rules(settings(offline_visits=False)).allowed
    assert offline_rules(Settings()).policies == ()


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("benefits_file", b"[[policy", "benefits.policy_unreadable"),
        ("benefits_file", b"\xff\xfe", "benefits.policy_unreadable"),
        ("benefits_file", b"#" * 5_000_000, "benefits.policy_unreadable"),
        ("drugs_file", b"\xff\xfe", "catalogue.unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_start(
    tmp_path: Path, name: str, text: bytes, fault: str
) -> None:
    (tmp_path / "file").write_bytes(text)
    told = settings().model_copy(update={name: tmp_path / "file"})
    with pytest.raises(Refused) as refused:
        offline_rules(told)
    assert refused.value.code == fault
    with pytest.raises(Refused) as refused:
        offline_rules(told.model_copy(update={name: tmp_path / "none"}))
    assert refused.value.code == fault


def test_another_setting_of_the_region_is_another_version() -> None:
    assert rules_version(settings()) == rules_version(settings())
    assert rules_version(settings()) != rules_version(settings(refunds_netted=False))
    assert rules_version(settings()) != rules_version(Settings())
