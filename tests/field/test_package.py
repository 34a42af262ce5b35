"""The package: the same twice, nothing of anybody in it, scripts that a shell can read."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.house.source import HOUSE

PACKAGE = HOUSE / "systemd/package"
SCRIPTS = [path for path in sorted(PACKAGE.iterdir()) if path.read_bytes().startswith(b"#!/bin/sh")]
sys.path.insert(0, str(PACKAGE))
import deb  # noqa: E402 - a builder, and no room of the program.


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_read_by_the_shell_of_a_device(script):
    done = subprocess.run(["dash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "set -eu" in script.read_text("utf-8")


@pytest.mark.parametrize("arch", sorted(deb.MACHINES))
def test_the_units_are_packed_the_same_twice(arch, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    made = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        path = deb.build_units(arch, "0.1.0", tmp_path / place)
        made.append((path.name, hashlib.sha256(path.read_bytes()).hexdigest()))
    assert made[0] == made[1]
    assert made[0][0] == f"clinic-terminal_0.1.0_{arch}.deb"


def test_the_units_package_holds_what_it_says_and_nothing_of_the_clinics(tmp_path):
    path = deb.build_units("amd64", "0.1.0", tmp_path)
    listed = subprocess.run(
        ["dpkg-deb", "--contents", str(path)], capture_output=True, text=True, check=True
    ).stdout
    for unit in (HOUSE / "systemd/units").iterdir():
        assert f"./usr/lib/systemd/system/{unit.name}\n" in listed
    assert "./etc/" not in listed  # Settings are nobody's but the clinic's.
    assert "./var/" not in listed
    assert not re.search(r"(?m)^\S+ (?!root/root)", listed)
    told = subprocess.run(
        ["dpkg-deb", "--field", str(path), "Depends"], capture_output=True, text=True, check=True
    ).stdout
    assert "clinic-terminal-program-0.1.0 (= 0.1.0)" in told
    for needed in ("chromium", "cage", "seatd", "espeak-ng", "fonts-noto-cjk", "systemd"):
        assert needed in told


def test_what_only_builds_is_not_brought_to_a_device():
    locked = deb.locked_requirements()
    names = set(re.findall(r"(?m)^([a-z0-9-]+)==", locked))
    assert not names & deb.BUILDS_ONLY
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[>=<]", each)[0] for each in project["dependencies"]}
    assert wanted <= names
    assert locked.count("--hash=sha256:") >= len(names)


def switch(home, *arguments):
    done = subprocess.run(
        ["sh", str(PACKAGE / "switch"), *arguments],
        env={**os.environ, "CLINIC_TERMINAL_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode


def test_another_version_runs_after_one_rename_and_the_one_before_is_remembered(tmp_path):
    for version in ("0.1.0", "0.1.1"):
        program = tmp_path / version / "bin/clinic-terminal"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    assert switch(tmp_path, "0.1.0") == 0
    assert switch(tmp_path, "0.1.1") == 0
    assert str((tmp_path / "current").readlink()) == "0.1.1"
    assert str((tmp_path / ".previous").readlink()) == "0.1.0"
    for wrong in ("0.1.2", "../0.1.0", "", ".previous", "-x", "current"):
        assert switch(tmp_path, wrong) != 0
        assert str((tmp_path / "current").readlink()) == "0.1.1"


@pytest.mark.long
def test_the_program_is_packed_the_same_twice(tmp_path):
    made = []
    for place in ("one", "two"):
        done = subprocess.run(
            [sys.executable, str(PACKAGE / "deb.py"), "--arch", "amd64",
             "--out", str(tmp_path / place)], capture_output=True, text=True, check=True,
        )  # fmt: skip
        made.append([line.split()[0] for line in done.stdout.splitlines()])
    assert len(made[0]) == 2
    assert made[0] == made[1]
