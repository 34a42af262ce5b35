"""The commands that bring faces in and out, and the terminal that holds the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from drivers.camera_identity import CameraIdentity
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from terminal.assembly import enrol, enrol_held
from terminal.assembly.enrol_commands import (
    EnrolOptions,
    ImportOptions,
    Report,
    add_enrol,
)
from terminal.core.consent import Consent
from terminal.core.faults import Refused
from terminal.settings import Settings
from terminal.technician import Fraction
from tests.clinic import CLINIC, LI, WANG, Clock
from tests.shell.faces_in import CONSENT, SISTER, WANGS, template

ROW = {"row": 2, "outcome": "import.enrolled", "person": "王*国", "look_alikes": 0}
WRONG = {"row": 3, "outcome": "photograph.missing", "person": "李*英", "look_alikes": 0}


class Works:
    """Remembers what it was asked, and answers as a test says."""

    def __init__(self, *rows: dict[str, object]) -> None:
        self.report = Report(list(rows), complete=WRONG not in rows, dry_run=False)
        self.asked: list[object] = []

    def enrol_person(self, options: EnrolOptions, hinted: Callable[[str], None]) -> Report:
        self.asked.append(options)
        hinted("face.too_far")
        return self.report

    def enrol_import(self, options: ImportOptions, told: Fraction) -> Report:
        self.asked.append(options)
        told("photographs", 1, 1)
        return self.report

    def enrol_forget(self, id_number: str, settings_file: Path | None) -> dict[str, object]:
        self.asked.append(id_number)
        return {"erased": 5, "ledger_entry": 7}

    def enrol_held(self, whom: str, settings_file: Path | None) -> list[str]:
        self.asked.append(whom)
        return ["演示村卫生室", "没有赊账。"]

    def enrol_list(self, settings_file: Path | None) -> dict[str, object]:
        return {"people": 1, "to_enrol_anew": 0, "enrolled": [{"person": "王*国"}]}

    def words(self, code: str) -> str:
        return f"words of {code}"

    def said_aloud(self, code: str) -> str:
        return f"spoken words of {code}"


def ran(works: Works, *words: str, typed: str = "") -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `enrol` with these words."""
    app = typer.Typer()
    app.callback()(lambda: None)
    add_enrol(app, works)
    done = CliRunner().invoke(app, ["enrol", *words], input=typed)
    return done.exit_code, done.stdout, done.stderr


def test_the_number_is_asked_for_and_stands_in_no_output() -> None:
    works = Works(ROW)
    status, out, err = ran(works, "person", "--witness", "D1", "--json", typed=f"{WANG}\n")
    assert status == 0
    (options,) = works.asked
    assert isinstance(options, EnrolOptions)
    assert (options.id_number, options.consent.witness) == (WANG, "D1")
    assert json.loads(out)["rows"] == [ROW]
    assert "spoken words of face.too_far" in err
    assert WANG not in out + repr(options)


def test_a_report_with_a_row_that_failed_ends_with_status_one() -> None:
    works = Works(ROW, WRONG)
    words = ("import", "--csv", "list.csv", "--root", "there", "--dry-run")
    status, out, _ = ran(works, *words, "--json")
    assert status == 1
    told = json.loads(out.splitlines()[-1])
    assert told["outcomes"] == {"import.enrolled": 1, "photograph.missing": 1}
    assert (told["complete"], told["rows"]) == (False, [ROW, WRONG])
    (options,) = works.asked
    assert isinstance(options, ImportOptions)
    assert (options.dry_run, options.consent.version) == (True, "")
    assert "photograph.missing" in ran(works, *words)[1]


def test_somebody_is_forgotten_and_everybody_listed() -> None:
    works = Works()
    status, out, _ = ran(works, "forget", "--json", typed=f"{LI}\n")
    assert (status, works.asked) == (0, [LI])
    assert json.loads(out) == {"erased": 5, "ledger_entry": 7}
    assert "Entry 7 of the ledger" in ran(works, "forget", typed=f"{LI}\n")[2]
    assert json.loads(ran(works, "list", "--json")[1])["people"] == 1
    assert "王*国" in ran(works, "list")[1]


def test_what_is_held_of_somebody_is_printed_for_them() -> None:
    works = Works()
    assert ran(works, "held", typed=f"{LI}\n")[1] == "演示村卫生室\n没有赊账。\n"
    assert json.loads(ran(works, "held", "p1", "--json")[1])["lines"][1] == "没有赊账。"
    assert works.asked == [LI, "p1"]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[SandboxProvince]:
    """By the clock on the wall, as the command is."""
    with SandboxProvince(tmp_path / "province") as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, province: SandboxProvince) -> Settings:
    return Settings(
        data_dir=tmp_path / "terminal",
        clinic_name=CLINIC.fixmedins_name,
        fixmedins_code=CLINIC.fixmedins_code,
        doctor_code=CLINIC.doctor_code,
        doctor_name=CLINIC.doctor_name,
        mdtrtarea_admvs=CLINIC.mdtrtarea_admvs,
        province_url=f"{province.address}/fsi/api/medical/service",
        province_paasid=DEMO_PAASID,
        province_secret=SecretStr(DEMO_SECRET),
    )


def test_while_a_terminal_runs_here_the_store_is_its_own(settings: Settings) -> None:
    with enrol.Registry(settings):
        for act in (
            lambda: enrol.enrol_list(settings),
            lambda: enrol_held.enrol_forget(settings, WANG),
        ):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.code == "store.held"
    assert enrol.enrol_list(settings) == {"people": 0, "to_enrol_anew": 0, "enrolled": []}


def test_who_must_come_again_is_listed_and_who_goes_is_gone(settings: Settings) -> None:
    with enrol.Registry(settings) as registry:
        here = registry.pack.model_digest
        for id_number, face, digest in ((WANG, WANGS, here), (LI, SISTER, "gone")):
            person_id = registry.enrolment.introduce(id_number)
            kept = {f"key-{face}": template(face, digest)}
            registry.store.people.enrol(person_id, Consent("1", "D1"), kept, Clock()())
    told = enrol.enrol_list(settings)
    assert (told["people"], told["to_enrol_anew"]) == (2, 1)
    assert WANG[-4:] not in str(told)
    told_of_li = enrol_held.enrol_held(settings, LI)
    assert any("1 组数字，没有照片" in line for line in told_of_li)
    assert LI not in "".join(told_of_li)
    done = enrol_held.enrol_forget(settings, LI)
    assert done["erased"] == 1
    assert done["ledger_entry"]
    assert enrol_held.enrol_forget(settings, LI)["ledger_entry"] == 0
    assert enrol_held.enrol_held(settings, str(done["person"]))
    assert enrol.enrol_list(settings)["people"] == 1
    with pytest.raises(Refused) as no:
        enrol_held.enrol_forget(settings, "991024199111111443")
    assert no.value.code == "enrolment.no_such_person"


@pytest.mark.parametrize("camera", ["clip.mp4", "loop"])
def test_a_camera_that_vouches_for_no_face_enrols_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, camera: str
) -> None:
    if camera == "loop":
        virtual = CameraIdentity("device", "loopback", "", "", "", virtual=True)
        monkeypatch.setattr(enrol, "identify", lambda _: virtual)
        camera = "/dev/video0"
    options = EnrolOptions(WANG, CONSENT, None, None)
    with pytest.raises(Refused) as no:
        enrol.enrol_person(settings.model_copy(update={"camera": camera}), options, lambda _: None)
    assert no.value.code == "camera.virtual"


def test_who_was_enrolled_before_look_alikes_were_asked_for_is_compared_at_a_command(
    settings: Settings,
) -> None:
    with enrol.Registry(settings) as registry:
        here = registry.pack.model_digest
        for id_number in (WANG, LI):
            person_id = registry.enrolment.introduce(id_number)
            kept = {f"key-{id_number}": template(WANGS, here)}
            registry.store.people.enrol(person_id, Consent("1", "D1"), kept, Clock()())
        assert registry.store.faces.look_alikes() == {}
    listed = enrol.enrol_list(settings)["enrolled"]
    assert isinstance(listed, list)
    assert [row["look_alikes"] for row in listed] == [1, 1]


def test_a_folder_without_photographs_is_named(settings: Settings, tmp_path: Path) -> None:
    for folder, code in ((tmp_path, "import.list_empty"), (tmp_path / "x", "import.root_missing")):
        options = EnrolOptions(WANG, CONSENT, folder, None)
        with pytest.raises(Refused) as no:
            enrol.enrol_person(settings, options, lambda _: None)
        assert no.value.code == code
