"""A support file tells of the machine and of nobody; whatever a line, a name or a setting holds."""

from __future__ import annotations

import base64
import io
import json
import stat
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from terminal.assembly.support import figures_of
from terminal.core.faults import Refused
from terminal.core.support_lines import HIDDEN, Vocabulary
from terminal.settings import Settings
from terminal.support import FILE_BYTES_MAX, UNITS, Sources, write_support
from terminal.support_words import vocabulary

VECTOR = bytes(range(40, 104))
PERSONAL = {
    "name": "欧阳翠花",
    "pinyin": "Ouyang Cuihua",
    "id number": "990102196503076614",
    "telephone": "13800990099",
    "grouped telephone": "138 0099 0099",
    "pin": "834201",
    "birthday": "1965-03-07",
    "child's birthday": "2019-03-07",
    "psn_no": "99010200000000004711",
    "setl_id": "990102G0000000815",
    "trace code": "81234567890123456789",
    "card number": "9901A2B3C",
    "address": "龙背村3组17号",
    "latin address": "longbei-3-17",
    "embedding": "0.1834, -0.0092, 0.7731",
    "hex": VECTOR.hex(),
    "password": "hunter2-Sesame",
}


def ways(text: str) -> set[bytes]:
    """How the same thing may stand in a file without looking like it."""
    plain = [text, text.replace(" ", ""), text.lower(), text[::-1]]
    found: set[bytes] = set()
    for each in plain:
        for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le"):
            data = each.encode(encoding)
            found |= {data, data.hex().encode(), data.hex().upper().encode()}
            # At each of the three places of base64, without the ends that depend on neighbours.
            for lead in range(3):
                coded = base64.b64encode(bytes(lead) + data).rstrip(b"=")
                end = None if (lead + len(data)) % 3 == 0 else -1
                found.add(coded[(0, 2, 3)[lead] : end])
        found.add(json.dumps(each)[1:-1].encode())
        found.add("".join(f"%{byte:02X}" for byte in each.encode("utf-8")).encode())
    found.discard(b"")
    return {each for each in found if len(each) >= 5}


def leaks(file: Path) -> list[str]:
    """What of the personal data stands anywhere in the file, or in a member's unpacked text."""
    with zipfile.ZipFile(file) as opened:
        places = [file.read_bytes(), *(opened.read(name) for name in opened.namelist())]
        places.append("\n".join(opened.namelist()).encode())
    whole = b"\0".join(places)
    return [what for what, text in PERSONAL.items() if any(way in whole for way in ways(text))]


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary()


def _no_tool(command: Sequence[str]) -> bytes | None:
    return None


def entry(message: object, **more: str) -> str:
    told = {"__REALTIME_TIMESTAMP": "1795400000000000", "PRIORITY": "6", "MESSAGE": message}
    return json.dumps(told | {"_SYSTEMD_UNIT": UNITS[0]} | more)


def everywhere(sysfs: Path) -> Sources:
    """Every source says everything that is anybody's, in each form a line may have."""
    lines = []
    for text in PERSONAL.values():
        lines += [
            entry(f"WARNING terminal.health: scanner is away: {text}"),
            entry(f"INFO terminal.rounds: a round was left out: province.no_answer who='{text}'"),
            entry(
                f"INFO terminal.rounds: a round was left out: province.no_answer reason='{text}'"
            ),
            entry(f"ERROR {text}: the store is damaged"),
            entry(f"ValueError: {text} is not a number"),
            entry(f'  File "/home/{text}/{text}.py", line 12, in {text}'),
            entry(f"Started {text}."),
            entry(list(text.encode())),
            entry("", PRIORITY=text, _SYSTEMD_UNIT=text, __REALTIME_TIMESTAMP=text),
            entry(text, SYSLOG_IDENTIFIER=text, _CMDLINE=text),
            text,
        ]
    told = {text: list(PERSONAL.values()) for text in PERSONAL.values()}

    def run(command: Sequence[str]) -> bytes | None:
        if command[0] == "journalctl":
            return "\n".join(lines).encode()
        if command[0] == "systemctl":
            return "".join(f"{text}={text}\nResult={text}\n" for text in told).encode()
        return " ".join(told).encode()

    text = "".join(
        f'clinic_away{{code="{each}"}} 1\nclinic_{each}{{code="a"}} 1\n' for each in told
    )
    return Sources(
        {"check": lambda: told, "settings": lambda: told},
        metrics=lambda: text,
        log=list,
        run=run,
        sysfs=sysfs,
    )


def test_nothing_of_a_person_is_in_the_file(tmp_path, words):
    """Also what a stick or a card calls itself."""
    for number, text in enumerate(PERSONAL.values()):
        device, block = (
            tmp_path / f"sys/{each}{number}" for each in ("bus/usb/devices/1-", "block/sd")
        )
        for folder in (device, block / "device"):
            folder.mkdir(parents=True)
        for file in ("idVendor", "idProduct", "speed", "serial", "product"):
            (device / file).write_text(text)
        for file in ("device/life_time", "device/serial", "device/cid"):
            (block / file).write_text(text)
    out = tmp_path / "support.zip"
    write_support(out, everywhere(tmp_path / "sys"), words)
    assert leaks(out) == []


@pytest.mark.parametrize("encoded", [lambda t: t.encode(), lambda t: base64.b64encode(t.encode())])
def test_the_search_finds_what_is_there(tmp_path: Path, encoded: Callable[[str], bytes]) -> None:
    """The test above would be worth nothing with a search that is blind."""
    for what, text in PERSONAL.items():
        file, packed = tmp_path / "leak.zip", io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("journal.txt", b"before " + encoded(text) + b" behind")
        file.write_bytes(packed.getvalue())
        assert what in leaks(file)


def test_what_helps_is_in_the_file(tmp_path, words):
    lines = [
        entry("WARNING terminal.health: scanner is away: scanner.unplugged"),
        entry("INFO terminal.rounds: a round was left out: province.no_answer infno='2207'"),
        entry("Main process exited, code=killed, status=9/KILL"),
        entry("sqlcipher3.dbapi2.OperationalError: disk is full"),
        entry('  File "/opt/clinic-terminal/lib/terminal/rounds.py", line 88, in begin'),
    ]
    said = {"journalctl": "\n".join(lines).encode(), "systemctl": b"NRestarts=3\nResult=watchdog\n"}
    sources = Sources(
        {"check": lambda: {"worst": 2, "parts": [{"part": "store", "code": "part.disk_full"}]}},
        metrics=lambda: 'clinic_away{code="part.disk_full"} 1\n# EOF\n',
        log=list,
        run=lambda command: said.get(command[0]),
    )
    out = tmp_path / "support.zip"
    write_support(out, sources, words)
    with zipfile.ZipFile(out) as file:
        journal = file.read("journal.txt").decode()
        assert "scanner is away: " in journal
        assert "province.no_answer infno=2207" in journal
        assert "code=killed" in journal
        assert "rounds.py:88" in journal
        assert json.loads(file.read("check.json"))["parts"][0]["code"] == "part.disk_full"
        assert "clinic_away{code=part.disk_full} 1" in file.read("metrics.txt").decode()
        assert '"restarts": 3' in file.read("units.json").decode()


def test_the_running_terminals_own_log_stands_in_for_a_journal_that_is_not_there(tmp_path, words):
    log = [("2026-11-02T09:00:00+08:00", "terminal.health", "the store is damaged")]
    sources = Sources({}, metrics=str, log=lambda: log, run=_no_tool)
    write_support(tmp_path / "support.zip", sources, words)
    with zipfile.ZipFile(tmp_path / "support.zip") as file:
        assert "terminal.health the store is damaged" in file.read("journal.txt").decode()


def test_the_file_is_ours_alone_bounded_and_the_same_each_time(tmp_path, words):
    endless = "\n".join([entry("INFO terminal.rounds: the store is damaged")] * 60_000)
    sources = Sources(
        {}, metrics=str, log=list, run=lambda *_: endless.encode(), sysfs=tmp_path / "sys"
    )
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    write_support(first, sources, words)
    write_support(second, sources, words)
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.stat().st_size < FILE_BYTES_MAX + 64 * 1024


def test_one_that_does_not_answer_keeps_nothing_else_back(tmp_path, words):
    def away() -> object:
        raise Refused("store.absent", file="龙背村.db")

    sources = Sources({"check": away}, metrics=str, log=list, run=_no_tool)
    write_support(tmp_path / "support.zip", sources, words)
    with zipfile.ZipFile(tmp_path / "support.zip") as file:
        assert json.loads(file.read("check.json")) == {"code": "store.absent"}
        assert "disk.json" in file.namelist()


def test_a_folder_that_is_not_there_is_said(tmp_path, words):
    sources = Sources({}, metrics=str, log=list, run=_no_tool)
    with pytest.raises(Refused) as refused:
        write_support(tmp_path / "no" / "support.zip", sources, words)
    assert refused.value.code == "support.not_written"


def test_a_setting_that_is_a_text_is_told_by_its_name_only(tmp_path, words):
    settings = Settings(data_dir=tmp_path / "龙背村", fixmedins_code="H99010299999")
    told = words.tree(figures_of(settings))
    assert told["fixmedins_code"] == "set"
    assert told["settings_trial_s"] == 900.0
    assert HIDDEN not in told
    assert set(told) == set(Settings.model_fields)
