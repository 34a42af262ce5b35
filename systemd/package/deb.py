"""Builds the Debian packages of one architecture from locked wheels; compiles nothing.

    python systemd/package/deb.py --arch amd64 --out dist [--version 0.1.1]

Two packages, after the kernel's example (docs/decisions/014): `clinic-terminal-program-VERSION`
is a virtual environment under /opt/clinic-terminal/VERSION that no later version touches, and
`clinic-terminal` holds units, rules and the switch to that version. Wheels are only unpacked,
so that a package for another architecture is built without running a byte of it. Built twice
from one commit the files are the same: times come from SOURCE_DATE_EPOCH or the commit.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PACKAGE = HOUSE / "systemd/package"

PYTHON = (3, 11)
"""Debian 12's; byte code and wheels are for this one."""

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
GLIBC_MAX = 36
"""Debian 12 has glibc 2.36: no wheel may ask for a later one."""

BUILDS_ONLY = {"editables", "hatchling", "pathspec", "pluggy", "trove-classifiers"}
"""Locked with the rest, and needed by nobody on a device."""

HOME = "opt/clinic-terminal"
UNITS = "usr/lib/systemd/system"
MAINTAINER = "clinic-terminal developers <clinic-terminal@localhost>"

PROGRAM_NEEDS = "python3 (>= 3.11), python3 (<< 3.12), libgl1, libglib2.0-0"
NEEDS = (
    "systemd (>= 252), udev, espeak-ng, fonts-noto-cjk, cage, seatd, chromium, "
    "passwd, util-linux, coreutils, apt, gpgv"
)

LAUNCHER = """#!/bin/sh
# The real path first: what runs keeps to its own version when `current` moves on.
here=$(readlink -f "$0")
exec "${here%/*}/python" -B -s -P -m terminal "$@"
"""


def own_version() -> str:
    """The version that pyproject.toml tells."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def built_at() -> str:
    """Seconds since 1970: SOURCE_DATE_EPOCH, or when the newest commit was made."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        return given
    asked = ["git", "-C", str(HOUSE), "log", "-1", "--format=%ct"]
    return _output(asked).strip()


def locked_requirements() -> str:
    """requirements/run.txt without what only builds."""
    text = (HOUSE / "requirements/run.txt").read_text("utf-8")
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    return "".join(each for each in entries if each.split("==")[0] not in BUILDS_ONLY)


def fetch_wheels(arch: str, into: Path) -> None:
    """Have pip fetch every locked wheel for an architecture; a digest that differs ends it."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as locked:
        locked.write(locked_requirements())
        locked.flush()
        wanted = ["--no-deps", "--require-hashes", "-r", locked.name, "--dest", str(into)]
        _run([*_pip("download"), *_target(arch), *wanted])


def build_program(arch: str, version: str, wheels: Path, out: Path) -> Path:
    """The package of one version of the program, in `out`."""
    named = f"clinic-terminal-program-{version}"
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-deb-") as scratch:
        root = Path(scratch, "program")
        _lay_program(root, arch, version, wheels)
        about = "Program of the clinic terminal\n One version, beside others."
        _control(root, named, (arch, version), PROGRAM_NEEDS, about)
        return _pack(root, out / f"{named}_{version}_{arch}.deb")


def build_units(arch: str, version: str, out: Path) -> Path:
    """The package of units, users, rules and the version in use, in `out`."""
    needs = f"clinic-terminal-program-{version} (= {version}), {NEEDS}"
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-deb-") as scratch:
        root = Path(scratch, "units")
        _lay_units(root, version)
        about = "Terminal of a village clinic\n Units, users, device rules and the version in use."
        _control(root, "clinic-terminal", (arch, version), needs, about)
        _scripts(root, version)
        return _pack(root, out / f"clinic-terminal_{version}_{arch}.deb")


def _lay_program(root: Path, arch: str, version: str, wheels: Path) -> None:
    home = root / HOME / version
    site = home / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        own = _own_wheel(Path(scratch))
        every = [str(path) for path in sorted(wheels.glob("*.whl"))]
        options = ["--no-deps", "--no-index", "--no-compile", "--target", str(site)]
        _run([*_pip("install"), *_target(arch), *options, *every, str(own)])
    shutil.rmtree(site / "bin", ignore_errors=True)
    for tests in sorted(site.rglob("tests")):
        # A third of the files; nobody on a device runs the tests of numpy.
        if tests.is_dir() and tests.parent != site:
            shutil.rmtree(tests)
    for record in site.glob("*.dist-info"):
        for told in ("RECORD", "direct_url.json", "REQUESTED"):
            (record / told).unlink(missing_ok=True)
    binaries = home / "bin"
    binaries.mkdir()
    for name in ("python", "python3", "python3.11"):
        (binaries / name).symlink_to("/usr/bin/python3.11")
    (binaries / "clinic-terminal").write_text(LAUNCHER)
    (binaries / "clinic-terminal").chmod(0o755)
    (home / "pyvenv.cfg").write_text(
        "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"
    )
    _compile(site, f"/{site.relative_to(root)}")


def _compile(site: Path, shown: str) -> None:
    """Byte code that trusts its source: a device never writes any, and files get no new time."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(site, ddir=shown, quiet=2, workers=1, invalidation_mode=mode)


def _lay_units(root: Path, version: str) -> None:
    def put(source: Path, target: str, mode: int = 0o644) -> None:
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, root / target)
        (root / target).chmod(mode)

    for unit in sorted((HOUSE / "systemd/units").iterdir()):
        put(unit, f"{UNITS}/{unit.name}")
    conf = HOUSE / "systemd/conf"
    put(conf / "sysusers.conf", "usr/lib/sysusers.d/clinic-terminal.conf")
    put(conf / "tmpfiles.conf", "usr/lib/tmpfiles.d/clinic-terminal.conf")
    put(conf / "journald.conf", "usr/lib/systemd/journald.conf.d/clinic-terminal.conf")
    put(conf / "udev.rules", "usr/lib/udev/rules.d/60-clinic-terminal.rules")
    put(PACKAGE / "clinic-terminal", "usr/bin/clinic-terminal", 0o755)
    put(PACKAGE / "switch", "usr/sbin/clinic-terminal-switch", 0o755)
    put(PACKAGE / "kiosk", "usr/lib/clinic-terminal/kiosk", 0o755)
    put(PACKAGE / "update", "usr/sbin/clinic-terminal-update", 0o755)
    for part in sorted((HOUSE / "systemd/update").glob("*.py")):
        put(part, f"usr/lib/clinic-terminal/updater/{part.name}")
    put(conf / "apt-source.list", "usr/lib/clinic-terminal/apt/source.list")
    put(conf / "apt-preferences", "usr/lib/clinic-terminal/apt/preferences")
    put(HOUSE / "LICENSE", "usr/share/doc/clinic-terminal/copyright")
    (root / "usr/share/clinic-terminal").mkdir(parents=True)
    (root / "usr/share/clinic-terminal/version").write_text(version + "\n")


def _control(root: Path, name: str, built_for: tuple[str, str], needs: str, about: str) -> None:
    arch, version = built_for
    kilobytes = sum(p.lstat().st_size for p in root.rglob("*") if not p.is_dir()) // 1024 + 1
    told = {
        "Package": name,
        "Version": version,
        "Architecture": arch,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": needs,
        "Section": "misc",
        "Priority": "optional",
        "Description": about,
    }
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in told.items()))
    files = [p for p in sorted(root.rglob("*")) if p.is_file() and not p.is_symlink()]
    sums = [
        f"{_digest(path, 'md5')}  {path.relative_to(root)}\n"
        for path in files
        if control not in path.parents
    ]
    (control / "md5sums").write_text("".join(sums))


def _scripts(root: Path, version: str) -> None:
    for name in ("postinst", "prerm", "postrm"):
        text = (PACKAGE / name).read_text("utf-8").replace("@VERSION@", version)
        (root / "DEBIAN" / name).write_text(text)
        (root / "DEBIAN" / name).chmod(0o755)


def _pack(root: Path, target: Path) -> Path:
    at = int(built_at())
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (at, at), follow_symlinks=False)
    packed = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z7", "--build", str(root), str(target)]
    _run(packed, SOURCE_DATE_EPOCH=str(at))
    return target


def _own_wheel(into: Path) -> Path:
    builder = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    _run(builder, SOURCE_DATE_EPOCH=built_at())
    (wheel,) = into.glob("*.whl")
    return wheel


def _pip(verb: str) -> list[str]:
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", verb]


def _target(arch: str) -> list[str]:
    machine = MACHINES[arch]
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MAX, 16, -1)]
    tags += [f"manylinux2014_{machine}", f"linux_{machine}"]
    platforms = [word for tag in tags for word in ("--platform", tag)]
    abis = [word for abi in ("cp311", "abi3", "none") for word in ("--abi", abi)]
    return ["--only-binary=:all:", "--implementation", "cp", "--python-version", "3.11",
            *abis, *platforms]  # fmt: skip


def _run(command: list[str], **variables: str) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "0", **variables}
    done = subprocess.run(  # noqa: S603 - every word is ours.
        command, cwd=HOUSE, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603


def _digest(path: Path, name: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, name).hexdigest()


def main() -> None:
    """Fetch the wheels, build, and say what was made."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--arch", choices=sorted(MACHINES), required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--wheels", type=Path, help="Wheels that were fetched before.")
    asked.add_argument("--version", default=own_version())
    told = asked.parse_args()
    if sys.version_info[:2] != PYTHON:
        sys.exit("Python 3.11 is needed: byte code is for one version.")
    wheels = told.wheels or told.out / "wheels" / told.arch
    told.out.mkdir(parents=True, exist_ok=True)
    if told.wheels is None:
        fetch_wheels(told.arch, wheels)
    made = [
        build_program(told.arch, told.version, wheels, told.out),
        build_units(told.arch, told.version, told.out),
    ]
    for path in made:
        sys.stdout.write(f"{_digest(path, 'sha256')}  {path}\n")


if __name__ == "__main__":
    main()
