"""Install, upgrade, power cut, roll back, remove: in a throw-away root, as root.

    make field

A minimal Debian by debootstrap, from the mirror that this machine's apt uses; what the
packages need is installed into it once and kept as an archive under .data/field. Then
everything is done by dpkg and systemd's own tools with no line outward. Says what was seen,
one line each, and ends with status 1 at the first thing that is not so.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.house.source import HOUSE

KEPT = HOUSE / ".data/field"
NEEDED = (
    *("systemd", "systemd-sysv", "udev", "python3", "libgl1", "libglib2.0-0", "espeak-ng"),
    *("fonts-noto-cjk", "cage", "seatd", "chromium", "passwd", "util-linux", "openssl"),
)
OLD, NEW = "0.1.0", "0.1.1"
CUTS_S = (0.05, 0.3, 0.8, 1.5, 2.5, 4.0)
"""When the power fails, counted from the beginning of the upgrade; it takes some five seconds."""

READY_WITHIN_S = 60.0
SETTINGS = """clinic_name = "演示村卫生室"
fixmedins_code = "H43102400991"
doctor_code = "D431024000991"
doctor_name = "雷新民"
mdtrtarea_admvs = "431024"
province_url = "http://127.0.0.1:9"
camera = "/dev/video-none"
web_port = 18080
"""


class Root:
    """A Debian in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "proc").mkdir(exist_ok=True)
        run("mount", "-t", "proc", "proc", str(folder / "proc"))
        run("mount", "--rbind", "/dev", str(folder / "dev"))

    def does(self, *command: str, status: int = 0) -> str:
        """Run a command inside; what it says. Ends everything when its status is another."""
        done = subprocess.run(
            ["chroot", str(self.folder), *command], env=ENVIRONMENT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode != status:
            sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def path(self, inside: str) -> Path:
        return self.folder / inside.lstrip("/")

    def current(self) -> str:
        link = self.path("/opt/clinic-terminal/current")
        return str(link.readlink()) if link.is_symlink() else ""

    def runs(self) -> str:
        """The version that the command `clinic-terminal` would run; it is loaded for it."""
        self.does("clinic-terminal", "--help")
        return self.current()


ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive",
    "LC_ALL": "C.UTF-8",
}


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def said(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def held(truth: object, what: str) -> None:
    if not truth:
        sys.exit(f"NOT SO: {what}")
    said(f"so: {what}")


def codename() -> str:
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def base() -> Path:
    """The archive of a Debian with what the packages need."""
    archive = KEPT / f"{codename()}.tar"
    if archive.is_file():
        return archive
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = ["Created-By: Packages", f"Codename: {codename()}"]
    site = run("apt-get", "indextargets", "--format", "$(SITE)", *wanted).split()[0]
    with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
        folder = Path(scratch, "root")
        run("debootstrap", "--variant=minbase", codename(), str(folder), site)
        for given in ("/etc/apt/sources.list.d", "/etc/apt/apt.conf.d"):
            shutil.copytree(given, folder / given.lstrip("/"), dirs_exist_ok=True)
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (folder / "usr/sbin/policy-rc.d").chmod(0o755)
        root = Root(folder)
        root.does("apt-get", "update", "-qq")
        root.does("apt-get", "install", "-y", "-qq", "--no-install-recommends", *NEEDED)
        root.does("apt-get", "clean")
        unmount(folder)
        part = archive.with_suffix(".part")
        run("tar", "--one-file-system", "-cf", str(part), "-C", str(folder), ".")
        part.replace(archive)
    return archive


def unmount(folder: Path) -> None:
    run("umount", "-R", str(folder / "dev"))
    run("umount", str(folder / "proc"))


def packages(version: str) -> list[str]:
    """Both packages, built if they are not there or older than what they are made of."""
    out = HOUSE / "dist"
    arch = run("dpkg", "--print-architecture").strip()
    wanted = [
        out / f"clinic-terminal-program-{version}_{version}_{arch}.deb",
        out / f"clinic-terminal_{version}_{arch}.deb",
    ]
    made_of = [HOUSE / "pyproject.toml", HOUSE / "requirements/run.txt"]
    made_of += [
        path
        for folder in ("terminal", "drivers", "models", "kiosk_ui", "systemd")
        for path in (HOUSE / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    newest = max(path.stat().st_mtime for path in made_of)
    if not all(path.is_file() and path.stat().st_mtime > newest for path in wanted):
        builder = [sys.executable, str(HOUSE / "systemd/package/deb.py")]
        run(*builder, "--arch", arch, "--out", str(out), "--version", version)
    return [path.name for path in wanted]


def installed(root: Root) -> None:
    root.does("dpkg", "-i", *(f"/debs/{name}" for name in packages(OLD)))
    held(root.runs() == OLD, f"{OLD} is installed and its command runs")
    users = root.does("getent", "passwd", "clinic-terminal", "clinic-kiosk")
    held(users.count("nologin") == 2, "both users are there and cannot sign in")
    told = root.does("stat", "-c", "%a %U", "/var/lib/clinic-terminal", "/etc/clinic-terminal")
    held(told == "700 clinic-terminal\n1770 root\n", "data and settings are closed to others")
    units = ["clinic-terminal.service", "clinic-terminal-kiosk.service",
             "clinic-terminal-pairing.service",
             "clinic-terminal-close.timer", "clinic-terminal-upkeep.timer"]  # fmt: skip
    enabled = run("systemctl", f"--root={root.folder}", "is-enabled", *units)
    held(enabled.split() == ["enabled"] * len(units), "services and timers begin with the machine")
    wrong = root.does("systemd-analyze", "verify", "--man=no", *units)
    held("clinic-terminal" not in wrong, "systemd finds nothing wrong with the units in place")
    made = root.path(f"/opt/clinic-terminal/{OLD}").rglob("*")
    told = set(root.does("dpkg", "-L", f"clinic-terminal-program-{OLD}").splitlines())
    strange = [path for path in made if f"/{path.relative_to(root.folder)}" not in told]
    held(not strange, "every file of the program is the package's: nothing was compiled here")


def settled_in(root: Root) -> None:
    """Settings and networks, as a technician brings them; then the first start."""
    root.path("/etc/clinic-terminal/settings.toml").write_text(SETTINGS, "utf-8")
    root.does("systemd-tmpfiles", "--create", "clinic-terminal.conf")
    for part in ("weights", "assets"):
        shutil.copytree(HOUSE / ".data" / part, root.path(f"/stick/{part}"), dirs_exist_ok=True)
    stick = root.path("/stick")
    for part in ("weights", "assets"):
        for file in (stick / part).iterdir():
            file.rename(stick / file.name)
    root.does("chmod", "-R", "a+rX", "/stick")
    root.does("clinic-terminal", "models", "pull", "--from", "/stick")
    held("terminal.toml" in root.does("clinic-terminal", "settings", "--json"),
         "the settings are found beside the data")  # fmt: skip
    first = started(root)
    said(f"so: started, ready {first:.1f} s after its start (no camera, cold)")
    held(root.path("/var/lib/clinic-terminal/terminal.db").is_file(), "the store is made")
    said(f"so: started again, ready after {started(root):.1f} s")


def started(root: Root) -> float:
    """Start the terminal as its unit does, wait for READY=1, ask the door, stop it."""
    name = "/run/notify"
    root.path(name).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(root.path(name)))
        root.path(name).chmod(0o777)
        manager.settimeout(READY_WITHIN_S)
        variables = {
            **ENVIRONMENT, "NOTIFY_SOCKET": name, "WATCHDOG_USEC": "60000000",
            "HOME": "/var/lib/clinic-terminal",
            "CLINIC_TERMINAL_DATA_DIR": "/var/lib/clinic-terminal",
        }  # fmt: skip
        began = time.monotonic()
        program = "/opt/clinic-terminal/current/bin/clinic-terminal"
        terminal = subprocess.Popen(
            ["chroot", "--userspec=clinic-terminal:clinic-terminal", str(root.folder),
             program, "run"], env=variables,
        )  # fmt: skip
        heard = manager.recv(4096).decode()
        took = time.monotonic() - began
        held(heard.startswith("READY=1\nSTATUS=at http"), "systemd hears READY with an address")
        held(manager.recv(4096) == b"WATCHDOG=1", "the watchdog is fed")
        held("store_whole" in root.does("clinic-terminal", "upkeep"), "the door answers")
        terminal.terminate()
        held(terminal.wait(30) == 0, "it ends in good order when told to")
    return took


def upgraded(root: Root) -> None:
    before = root.path("/var/lib/clinic-terminal/terminal.db").read_bytes()
    settings = root.path("/etc/clinic-terminal/settings.toml").read_bytes()
    root.does("dpkg", "-i", *(f"/debs/{name}" for name in packages(NEW)))
    held(root.runs() == NEW, f"{NEW} runs after the upgrade")
    held(root.path(f"/opt/clinic-terminal/{OLD}/bin/python").exists(), f"{OLD} is still there")
    held(root.path("/var/lib/clinic-terminal/terminal.db").read_bytes() == before, "data untouched")
    kept = root.path("/etc/clinic-terminal/settings.toml").read_bytes() == settings
    held(kept, "settings untouched")
    started(root)


def rolled_back(root: Root) -> None:
    root.does("clinic-terminal-switch", OLD)
    held(root.runs() == OLD, f"one rename, and {OLD} runs again")
    started(root)
    root.does("clinic-terminal-switch", "0.0.9", status=1)
    root.does("clinic-terminal-switch", "../../usr", status=2)
    held(root.current() == OLD, "a version that is not there, or a path, changes nothing")
    root.does("dpkg", "-i", f"/debs/{packages(OLD)[1]}")
    told = root.does("dpkg-query", "-W", "-f", "${Version}", "clinic-terminal")
    held(told == OLD, "and the units of that version with it")


def cut(root: Root) -> None:
    """The power fails in the upgrade: dpkg and all it started are killed, wherever they are."""
    for after_s in CUTS_S:
        upgrade = subprocess.Popen(
            ["chroot", str(root.folder), "dpkg", "-i",
             *(f"/debs/{name}" for name in packages(NEW))],
            env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            upgrade.wait(after_s)
        except subprocess.TimeoutExpired:
            os.killpg(upgrade.pid, 9)
            upgrade.wait()
        now = root.runs()
        held(now in {OLD, NEW}, f"cut after {after_s} s: {now} runs")
        root.path("/var/lib/dpkg/lock-frontend").touch()
        # What a technician does, whatever state that is: the same packages once more.
        root.does("dpkg", "-i", *(f"/debs/{name}" for name in packages(NEW)))
        held(root.runs() == NEW, f"cut after {after_s} s: taken up, {NEW} runs")
        root.does("dpkg", "-i", f"/debs/{packages(OLD)[1]}")
        root.does("dpkg", "-r", f"clinic-terminal-program-{NEW}")
        held(root.runs() == OLD, "and back")


def removed(root: Root) -> None:
    root.does("dpkg", "-r", "clinic-terminal")
    held(not root.path("/usr/bin/clinic-terminal").exists(), "removed")
    enabled = root.path("/etc/systemd/system/multi-user.target.wants")
    held(not list(enabled.glob("clinic-terminal*")), "no unit begins with the machine")
    data = root.path("/var/lib/clinic-terminal/terminal.db")
    held(data.is_file(), "the data stays at `remove`")
    told = root.does("dpkg", "--purge", "clinic-terminal", f"clinic-terminal-program-{OLD}")
    held(data.is_file() and "wipe --yes-erase-everything" in told,
         "the data stays at `purge`, which says how it is erased")  # fmt: skip
    left = root.path("/opt/clinic-terminal")
    held(not left.exists() or not list(left.iterdir()), "nothing of the program is left")
    root.does("dpkg", "-i", *(f"/debs/{name}" for name in packages(OLD)))
    started(root)
    held(root.runs() == OLD, "installed again, it opens what was kept")


def main() -> None:
    """Do it all; some minutes the first time, two afterwards."""
    if os.getuid() != 0:
        sys.exit("a throw-away root is made by root: sudo make field")
    run("mount", "--make-rprivate", "/")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-field-") as scratch:
        folder = Path(scratch, "root")
        folder.mkdir()
        run("tar", "-xf", str(base()), "-C", str(folder))
        (folder / "debs").mkdir()
        for version in (OLD, NEW):
            for name in packages(version):
                shutil.copy(HOUSE / "dist" / name, folder / "debs" / name)
        root = Root(folder)
        try:
            for step in (installed, settled_in, upgraded, rolled_back, cut, removed):
                said(f"-- {step.__name__}")
                step(root)
        finally:
            unmount(folder)
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
