"""The commands about the ledger, by their exit status and what they write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from terminal.assembly.keys import open_settled_store, open_vault, rotate_keys
from terminal.assembly.ledger_commands import add_ledger
from terminal.assembly.ledgers import check_ledger, export_ledger, prove_erased, verify_ledger
from terminal.clock import now
from terminal.core.evidence import Verdict, judged
from terminal.core.faults import Refused
from terminal.core.ledger import Deed, commitment, enrolled, erased
from terminal.core.ledger_check import LedgerVerdict
from terminal.settings import Settings
from terminal.store import Store

VECTOR = bytes(range(256)) * 4


class Works:
    """What the joiner does, without a program around it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "terminal", fixmedins_code="H43102400991")
        self.public_key = open_vault(self.settings).device_keys()[0].public_key

    def ledger_verify(self, settings_file: Path | None) -> LedgerVerdict:
        return verify_ledger(self.settings)

    def ledger_export(self, out: Path, settings_file: Path | None) -> int:
        return export_ledger(self.settings, out)

    def ledger_check(self, file: Path, public_key: str, earlier: list[Path]) -> LedgerVerdict:
        return check_ledger(file, public_key, earlier)

    def ledger_prove_erased(self, person: str, key: str, settings_file: Path | None) -> str:
        return prove_erased(self.settings, person, key)

    def words(self, code: str) -> str:
        return f"words of {code}"

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = open_settled_store(self.settings)
        try:
            yield store
        finally:
            store.close()

    def add(self, count: int) -> None:
        with self.store() as store:
            for number in range(count):
                store.ledger.add(Deed.SETTLED, now(), {"own_fen": number}, who="D1")


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(tmp_path)


def run(works: Works, *words: str) -> Result:
    app = typer.Typer()

    @app.callback()
    def program() -> None: ...

    add_ledger(app, works)
    return CliRunner().invoke(app, ["ledger", *words])


def told(result: Result) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(result.stdout)
    return figures


def test_a_sound_ledger_is_exit_status_0_and_the_reading_is_noted(works: Works) -> None:
    works.add(5)
    result = run(works, "verify", "--json")
    assert result.exit_code == 0
    assert (told(result)["sound"], told(result)["entries"]) == (True, 5)
    with works.store() as store:
        assert store.ledger.last_of(Deed.VERIFIED) is not None


def test_a_break_is_exit_status_1_with_its_code_number_and_words(works: Works) -> None:
    works.add(5)
    run(works, "verify")
    with works.store() as store, store.transaction() as db:
        db.execute("DROP TRIGGER ledger_is_not_edited")
        db.execute("UPDATE ledger SET who = 'D2' WHERE number = 3")
    result = run(works, "verify", "--json")
    assert result.exit_code == 1
    assert (told(result)["broken"], told(result)["number"]) == ("ledger.edited", 3)
    assert "words of ledger.edited" in run(works, "verify").output


def test_a_database_put_back_is_told_by_the_command_and_never_forgotten(works: Works) -> None:
    works.add(3)
    run(works, "verify")
    database = works.settings.data_dir / "terminal.db"
    older = database.read_bytes()
    works.add(3)
    run(works, "verify")
    database.write_bytes(older)
    result = run(works, "verify", "--json")
    assert (result.exit_code, told(result)["broken"]) == (1, "ledger.cut")
    result = run(works, "verify", "--json")
    assert (result.exit_code, told(result)["broken"]) == (1, "ledger.broken_before")


def test_an_export_is_checked_anywhere_with_the_public_key(works: Works, tmp_path: Path) -> None:
    works.add(5)
    out, key = tmp_path / "ledger.jsonl", works.public_key
    assert run(works, "export", str(out)).exit_code == 0
    assert out.stat().st_mode & 0o077 == 0
    result = run(works, "check", str(out), "--public-key", key, "--json")
    assert (result.exit_code, told(result)["entries"]) == (0, 5)
    other = Works(tmp_path / "other").public_key
    result = run(works, "check", str(out), "--public-key", other, "--json")
    assert (result.exit_code, told(result)["broken"]) == (1, "ledger.foreign_key")
    out.write_bytes(out.read_bytes().replace(b'\\"own_fen\\":3', b'\\"own_fen\\":4'))
    result = run(works, "check", str(out), "--public-key", key, "--json")
    assert (result.exit_code, told(result)["number"]) == (1, 4)


def test_a_whole_folder_put_back_is_shown_by_an_export_kept_elsewhere(
    works: Works, tmp_path: Path
) -> None:
    """The head went back with it: what the bureau holds did not."""
    before, after = str(tmp_path / "before.jsonl"), str(tmp_path / "after.jsonl")
    for out in (before, after):
        works.add(3)
        run(works, "export", out)
    words = ("--public-key", works.public_key, "--json", "--earlier")
    assert run(works, "check", after, *words, before).exit_code == 0
    result = run(works, "check", before, *words, after)
    assert (result.exit_code, told(result)["broken"]) == (1, "ledger.cut")


def test_a_changed_device_key_leaves_old_and_new_exports_good(works: Works, tmp_path: Path) -> None:
    out, old = tmp_path / "ledger.jsonl", works.public_key
    works.add(3)
    run(works, "verify")
    rotate_keys(works.settings)
    works.add(3)
    assert run(works, "verify").exit_code == 0
    new = Works(tmp_path).public_key
    assert new != old
    run(works, "export", str(out))
    for key in (old, new):
        assert run(works, "check", str(out), "--public-key", key).exit_code == 0


@pytest.mark.parametrize("missing", ["file", "earlier"])
def test_a_file_that_is_not_there_is_said(works: Works, tmp_path: Path, missing: str) -> None:
    works.add(1)
    export_ledger(works.settings, tmp_path / "file")
    earlier = [] if missing == "file" else [tmp_path / "nowhere"]
    file = tmp_path / ("nowhere" if missing == "file" else "file")
    with pytest.raises(Refused) as refused:
        check_ledger(file, works.public_key, earlier)
    assert refused.value.code == "ledger.no_such_file"


def test_an_empty_ledger_is_not_exported(works: Works, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        export_ledger(works.settings, tmp_path / "ledger.jsonl")
    assert refused.value.code == "ledger.empty"


def test_an_inspector_reads_the_ledger_beside_a_terminal_that_runs(works: Works) -> None:
    works.add(5)
    run(works, "verify")
    with works.store() as store:
        store.ledger.add(Deed.SETTLED, now(), {"own_fen": 5}, who="D1")
        before = store.ledger.last()
        result = run(works, "verify", "--json")
        assert (result.exit_code, told(result)["entries"]) == (0, 7)
        assert store.ledger.last() == before, "only read"
        with store.transaction() as db:
            db.execute("DROP TRIGGER ledger_is_not_edited")
            db.execute("UPDATE ledger SET who = 'D2' WHERE number = 3")
        result = run(works, "verify", "--json")
        assert (result.exit_code, told(result)["broken"]) == (1, "ledger.edited")


# --- proof of erasure
def came(works: Works) -> None:
    with works.store() as store:
        store.ledger.add(Deed.ENROLLED, now(), enrolled("p1", "c1", "2", {"k1": VECTOR}))


def test_it_is_proven_that_a_template_is_gone_without_the_template(
    works: Works, tmp_path: Path
) -> None:
    came(works)
    with works.store() as store:
        store.ledger.add(Deed.WITHDRAWN, now(), erased("p1", ["k1"], "person"))
    out = tmp_path / "proof.json"
    assert run(works, "prove-erased", "p1", "--out", str(out)).exit_code == 0
    proof = out.read_bytes()
    assert judged(proof, works.public_key).verdict is Verdict.GENUINE
    record = json.loads(proof)["record"]
    assert record["templates"] == ["k1"]
    assert record["enrolled"][0]["facts"]["templates"] == [
        {"key": "k1", "sm3": commitment("k1", VECTOR)}
    ]
    assert record["erased"][0]["deed"] == "withdrawn"
    assert VECTOR.hex()[:64] not in proof.decode()


def test_one_template_alone_may_be_asked_for(works: Works) -> None:
    came(works)
    record = json.loads(prove_erased(works.settings, "", "k1"))["record"]
    assert [entry["number"] for entry in record["enrolled"]] == [1]


def test_nothing_is_proven_of_a_template_that_the_ledger_never_saw(works: Works) -> None:
    came(works)
    with pytest.raises(Refused) as refused:
        prove_erased(works.settings, "", "k9")
    assert refused.value.code == "ledger.never_enrolled"


def test_nothing_is_proven_while_the_template_stands(works: Works) -> None:
    came(works)
    with works.store() as store, store.transaction() as db:
        db.execute(
            "INSERT INTO template (template_key, vector, model_digest, live_score)"
            " VALUES ('k1', ?, 'm', 0.9)",
            (VECTOR,),
        )
    with pytest.raises(Refused) as refused:
        prove_erased(works.settings, "p1", "")
    assert refused.value.code == "ledger.template_stands"


def test_nothing_is_proven_of_whom_the_ledger_does_not_know(works: Works) -> None:
    works.add(1)
    with pytest.raises(Refused) as refused:
        prove_erased(works.settings, "p9", "")
    assert refused.value.code == "ledger.never_enrolled"
