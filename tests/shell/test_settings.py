"""Settings: every name known, every value in its limits, every origin said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from terminal.core.faults import Refused
from terminal.settings import ENV_PREFIX, Settings
from terminal.settings_file import origins, read_settings

SECRET = "a-secret-that-nobody-prints"


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str | bytes) -> Path:
    file = Path("clinic.toml")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refusal(file: Path | None = None) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        read_settings(file)
    return refused.value.code, refused.value.facts


def test_without_a_file_and_variables_the_defaults_hold() -> None:
    assert read_settings() == Settings()


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = written('clinic_name = "file"\ndept_name = "file"')
    monkeypatch.setenv("CLINIC_TERMINAL_CLINIC_NAME", "变量")
    settings = read_settings(file)
    assert (settings.clinic_name, settings.dept_name, settings.caty) == ("变量", "file", "A02")
    sources = {origin.name: origin.source for origin in origins(settings, file)}
    assert sources["clinic_name"] == "variable"
    assert sources["dept_name"] == str(file)
    assert sources["caty"] == "default"


def test_the_file_is_looked_for_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("here").mkdir()
    Path("here/terminal.toml").write_text('clinic_name = "found"')
    monkeypatch.setenv("CLINIC_TERMINAL_DATA_DIR", "here")
    assert read_settings().clinic_name == "found"


def test_a_misspelt_name_in_the_file_is_refused_and_no_default_is_used() -> None:
    assert refusal(written("resume_evry_s = 5")) == (
        "settings.unknown",
        {"setting": "resume_evry_s"},
    )


@pytest.mark.parametrize("name", ["CLINIC_TERMINAL_PROVINC_URL", "clinic_terminal_province_url"])
def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert refusal() == ("settings.unknown", {"setting": name})


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("province_read_timeout_s = 0.05", "province_read_timeout_s"),
        ("province_read_timeout_s = nan", "province_read_timeout_s"),
        ("resume_every_s = inf", "resume_every_s"),
        ("resume_every_s = -1", "resume_every_s"),
        ("resume_every_s = true", "resume_every_s"),
        ('resume_every_s = "soon"', "resume_every_s"),
        ("web_port = 65536", "web_port"),
        ("web_port = true", "web_port"),
        ("web_port = 80.5", "web_port"),
        ("clinic_name = 5", "clinic_name"),
        (f'clinic_name = "{"名" * 201}"', "clinic_name"),
        ('fixmedins_code = "H1"', "fixmedins_code"),
        ('mdtrtarea_admvs = "43102"', "mdtrtarea_admvs"),
        ('province_url = "ftp://x"', "province_url"),
        ('province_paasid = "诊所"', "province_paasid"),
        ('infno_settle = "2207B"', "infno_settle"),
        ('mutual_aid = "somewhere"', "mutual_aid"),
        ("reversal_answer_suffices = 2", "reversal_answer_suffices"),
        ("live_min = 1.0", "live_min"),
        ("similarity_min = nan", "similarity_min"),
        ("fund_limit_yuan = -1", "fund_limit_yuan"),
        ('fund_limit_yuan = "NaN"', "fund_limit_yuan"),
        ("fund_limit_yuan = 1.234", "fund_limit_yuan"),
        ("scanner_baud = 12345", "scanner_baud"),
        ("registrations = { A = 1 }", "registrations.A"),
        (f'province_secret = ["{SECRET}"]', "province_secret"),
        (f'county_people_key = "{SECRET}"', "county_people_key"),
    ],
)
def test_a_value_out_of_its_limits_is_refused_by_name(line: str, setting: str) -> None:
    code, facts = refusal(written(line))
    assert (code, facts["setting"]) == ("settings.wrong_value", setting)
    assert SECRET not in str(facts)


@pytest.mark.parametrize("value", ["{", "5"])
def test_a_variable_that_is_no_table_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CLINIC_TERMINAL_REGISTRATIONS", value)
    assert refusal()[0] == "settings.wrong_value"


@pytest.mark.parametrize(
    "held", [b"clinic_name =", b"\xff\xfe", b"a = 1\na = 2", b"#" * 300_000, b"[[["]
)
def test_a_file_that_cannot_be_read_is_refused(held: bytes) -> None:
    assert refusal(written(held))[0] == "settings.unreadable"


def test_a_folder_in_the_place_of_the_file_is_refused() -> None:
    Path("clinic.toml").mkdir()
    assert refusal(Path("clinic.toml"))[0] == "settings.unreadable"


def test_an_unknown_yearly_limit_is_written_as_empty() -> None:
    assert read_settings(written('fund_limit_yuan = ""')).fund_limit_yuan is None


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_TERMINAL_PROVINCE_SECRET", SECRET)
    settings = read_settings()
    assert settings.province_secret.get_secret_value() == SECRET
    shown = [repr(settings), str(settings), *map(repr, origins(settings))]
    assert not [text for text in shown if SECRET in text]


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = read_settings()
    with pytest.raises(ValidationError):
        settings.clinic_name = "other"


def test_every_setting_says_what_it_is_for_and_numbers_have_limits() -> None:
    for origin in origins(read_settings()):
        assert origin.meaning.endswith("."), origin.name
        value = Settings.model_fields[origin.name].default
        if isinstance(value, int | float) and not isinstance(value, bool):
            assert origin.limits, origin.name
            assert origin.unit or origin.name == "web_port", origin.name


def test_times_and_scores_have_their_unit() -> None:
    for origin in origins(read_settings()):
        if origin.name.endswith("_s"):
            assert origin.unit == "s", origin.name
    assert ENV_PREFIX == "CLINIC_TERMINAL_"


def test_a_file_that_was_named_and_is_not_there_is_said(tmp_path):
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path / "nope.toml")
    assert (refused.value.code, refused.value.facts["file"]) == ("settings.unreadable", "nope.toml")
