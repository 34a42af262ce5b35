"""Who may import whom, as far as import-linter's contracts in pyproject.toml cannot say it."""

import sys
import tomllib

import pytest

from tests.house.source import HOUSE, code_files, imported, name_of

CORE = sorted((HOUSE / "terminal/core").rglob("*.py"))
PURE_PARSERS = {"biip", "gmssl_fast"}
STDLIB_WITH_EFFECTS = {
    "asyncio", "ctypes", "fcntl", "glob", "http", "io", "logging", "multiprocessing", "os",
    "pathlib", "pty", "queue", "random", "secrets", "select", "shutil", "signal", "socket",
    "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip

ONE_IMPORTER = {
    "sqlcipher3": {"terminal/store/database.py"},
    "serial": {"drivers/serial_line.py"},
    "zxingcpp": {"drivers/camera_codes.py", "drivers/card_picture.py"},
    "cryptography": {"terminal/certificates.py", "drivers/simulated/county/enrolment.py"},
    "gmssl_fast": {"terminal/core/national_crypto.py"},
    "insightface": {"models/"},
    "onnxruntime": {"models/"},
    "onnx": {"models/"},
    "httpcore": {"terminal/province/post.py"},
    "httpx": {"terminal/assembly/bench.py"},
    "flask": {"kiosk_ui/", "drivers/simulated/panel.py"},
    "cheroot": {"terminal/assembly/"},
    "fpdf": {"terminal/sheets.py"},
    "escpos": {"drivers/wire/escpos.py"},
    "typer": {
        "terminal/technician.py",
        "terminal/assembly/enrol_commands.py",
        "terminal/assembly/operator_commands.py",
        "terminal/assembly/api_commands.py",
        "terminal/assembly/evaluate_commands.py",
        "terminal/assembly/rehearse_commands.py",
        "terminal/assembly/record_commands.py",
        "terminal/assembly/inspection_commands.py",
        "terminal/assembly/compliance_commands.py",
        "terminal/assembly/classify_commands.py",
        "terminal/assembly/scanner_commands.py",
        "terminal/assembly/voice_commands.py",
        "terminal/assembly/catalogue_commands.py",
        "terminal/assembly/ledger_commands.py",
        "terminal/assembly/key_commands.py",
        "terminal/assembly/service_commands.py",
        "terminal/assembly/bundle_commands.py",
        "terminal/assembly/county_commands.py",
        "terminal/assembly/store_commands.py",
        "terminal/assembly/support_commands.py",
        "terminal/assembly/backup_commands.py",
        "terminal/assembly/check_commands.py",
        "terminal/assembly/pairing_commands.py",
        "terminal/assembly/provision_commands.py",
    },
    "sqlite3": {"drivers/simulated/", "terminal/assembly/bench.py"},
}
"""Who may open which door; a folder stands for everything in it."""


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_the_core_touches_nothing(path):
    for name in imported(path):
        top = name.split(".")[0]
        known = name.startswith("terminal.core") or top in sys.stdlib_module_names | PURE_PARSERS
        assert known, f"{path.name} imports {name}"
        assert top not in STDLIB_WITH_EFFECTS, f"{path.name} imports {name}: an effect in the core"


@pytest.mark.parametrize("library", ONE_IMPORTER)
def test_a_library_has_one_importer(library):
    for path in code_files():
        if any(name.split(".")[0] == library for name in imported(path)):
            allowed = ONE_IMPORTER[library]
            assert any(name_of(path).startswith(door) for door in allowed), name_of(path)


def test_only_the_camera_opens_a_camera():
    opening = [name_of(path) for path in code_files() if "VideoCapture(" in path.read_text("utf-8")]
    assert opening == ["drivers/camera.py"]


def test_nobody_but_the_assembly_and_the_simulation_imports_the_simulated_world():
    for path in code_files():
        if any(name.startswith("drivers.simulated") for name in imported(path)):
            assert name_of(path).startswith(("terminal/assembly/", "drivers/simulated/"))


def test_every_room_of_the_counter_stands_in_the_contracts():
    contracts = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms = {
        f"terminal.{path.stem}"
        for path in (HOUSE / "terminal").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"terminal.__init__", "terminal.__main__", "terminal.assembly"}
    by_name = {contract["name"]: contract for contract in contracts["contracts"]}
    outer = by_name["Only the assembly knows the devices, the models and the screens"]
    assert set(outer["source_modules"]) == rooms
    inner = by_name[
        "Devices, models and screens see the core's words and nothing else of the terminal"
    ]
    assert set(inner["forbidden_modules"]) >= rooms - {"terminal.core"}
