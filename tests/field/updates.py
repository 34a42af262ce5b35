"""Update, roll back, cut at every step, refuse: in a throw-away root, as root.

    make field

Everything is real but systemd (a stand-in starts the program as its unit does and waits for
READY) and the length of the health gate. The newer versions are the first one, repacked: one
as it is, one that ends when it is run, one that never becomes ready, one that migrates nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.field.throwaway import (
    ENVIRONMENT,
    OLD,
    Root,
    base,
    held,
    packages,
    run,
    said,
    settled_in,
    unmount,
)
from tests.house.source import HOUSE

GOOD, ENDS, HANGS, REFUSES = "0.1.3", "0.1.4", "0.1.5", "0.1.6"
SPOILT = {
    GOOD: "",
    ENDS: "raise SystemExit(1)",
    HANGS: "import time; time.sleep(10_000)",
}
DATA = "/var/lib/clinic-terminal"
STATE = "/var/lib/clinic-terminal-update"
STEPS = ("fetched", "unpacked", "tried", "kept", "trial", "well", "back")

_STEPS_END = "        self.state = state\n\n\n"
_CUT_THERE = """        self.state = state
        if state.step == os.environ.get("CUT_AT"):
            os.killpg(0, 9)


"""
"""Ends the updater's copy in the root, and all it started, once a step is on the disk."""

STAND_IN = '''#!/usr/bin/python3
"""systemctl, for one service without a systemd."""
import os, signal, socket, subprocess, sys, time
PID, NOTIFY, HOME = "/run/terminal.pid", "/run/notify.stand-in", "/var/lib/clinic-terminal"

def alive():
    try:
        pid = int(open(PID).read())
        return pid if open(f"/proc/{pid}/stat").read().split()[2] != "Z" else 0
    except (OSError, ValueError):
        return 0

def start():
    if alive():
        return 0
    if os.path.exists(NOTIFY):
        os.unlink(NOTIFY)
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(NOTIFY)
    os.chmod(NOTIFY, 0o777)
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "NOTIFY_SOCKET": NOTIFY, "HOME": HOME,
           "CLINIC_TERMINAL_DATA_DIR": HOME}
    log = open("/run/terminal.log", "ab")
    process = subprocess.Popen(["/opt/clinic-terminal/current/bin/clinic-terminal", "run"],
        env=env, user="clinic-terminal", group="clinic-terminal", extra_groups=[], cwd=HOME,
        umask=0o77, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    open(PID, "w").write(str(process.pid))
    told.settimeout(0.2)
    until = time.monotonic() + 45
    while time.monotonic() < until and process.poll() is None:
        try:
            if told.recv(4096).startswith(b"READY=1"):
                return 0
        except TimeoutError:
            pass
    stop()
    return 1

def stop():
    pid = alive()
    if pid:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 20
        while alive() and time.monotonic() < until:
            time.sleep(0.05)
        if alive():
            os.kill(pid, signal.SIGKILL)
    return 0

verb, ours = sys.argv[1], sys.argv[-1] == "clinic-terminal.service"
if ours and verb in ("start", "stop"):
    sys.exit(start() if verb == "start" else stop())
if ours and verb == "reset-failed":
    sys.exit(0)
os.execv("/usr/bin/systemctl", sys.argv)
'''


class Clinic:
    """A root with a terminal that runs, and a stick to update it from."""

    def __init__(self, root: Root, debs: Path, home: Path) -> None:
        self.root = root
        self._debs = debs
        self._environment = {**ENVIRONMENT, "PATH": f"/stand-in:{ENVIRONMENT['PATH']}"}
        stand_in = root.path("/stand-in/systemctl")
        stand_in.parent.mkdir()
        stand_in.write_text(STAND_IN)
        stand_in.chmod(0o755)
        self.make_ours()
        self._home = home
        shutil.copy(home / "updates.gpg", root.path("/etc/clinic-terminal/updates.gpg"))

    def make_ours(self) -> None:
        """Three seconds in the place of sixty, and a step at which the power fails; the package
        brings its own each time."""
        machine = self.root.path("/usr/lib/clinic-terminal/updater/machine.py")
        text = machine.read_text("utf-8")
        machine.write_text(text.replace("GATE_S = 60.0", "GATE_S = 3.0", 1).replace(
            "_GATE_S_MAX = 240.0", "_GATE_S_MAX = 20.0"))  # fmt: skip
        steps = machine.with_name("steps.py")
        steps.write_text(steps.read_text("utf-8").replace(_STEPS_END, _CUT_THERE))

    def stick(self, *versions: str) -> None:
        """Put a signed repository of these on the stick."""
        repository(self._debs, self._home, self.root.path("/media/stick"), versions)

    def does(self, *command: str) -> subprocess.CompletedProcess[str]:
        """As `Root.does`, whatever the status, with the stand-in before systemctl."""
        return subprocess.run(
            ["chroot", str(self.root.folder), *command], env=self._environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def update(self, *more: str) -> str:
        """What the updater says, and how it ended."""
        done = self.does("clinic-terminal-update", *(more or ("--from", "/media/stick")))
        return f"{done.returncode} {done.stdout}{done.stderr}"

    def cut_at(self, step: str) -> bool:
        """Kill the updater and all it started once this step is on the disk; whether it came
        so far. Then the power is gone: the terminal ends too."""
        process = subprocess.run(
            ["chroot", str(self.root.folder), "clinic-terminal-update", "--from", "/media/stick"],
            env={**self._environment, "CUT_AT": step}, capture_output=True, check=False,
            start_new_session=True,
        )  # fmt: skip
        pid = self.root.path("/run/terminal.pid")
        if pid.exists():
            self.does("kill", "-9", pid.read_text())
        return process.returncode == -signal.SIGKILL

    def boot(self) -> None:
        """What the machine does by itself: resume, then the terminal."""
        self.update("--resume")
        self.does("systemctl", "start", "clinic-terminal.service")

    def state(self) -> dict[str, object]:
        try:
            return dict(json.loads(self.root.path(f"{STATE}/state.json").read_text()))
        except (OSError, ValueError):
            return {}

    def outcome(self) -> dict[str, str]:
        return dict(json.loads(self.root.path(f"{DATA}/update.json").read_text()))

    def forget(self) -> None:
        """As if nothing had been tried yet: each case begins anew."""
        self.does("systemctl", "stop", "clinic-terminal.service")
        self.root.path(f"{STATE}/state.json").unlink(missing_ok=True)
        self.root.does("clinic-terminal-switch", OLD)
        if self.root.path("/usr/share/clinic-terminal/version").read_text().strip() != OLD:
            self.root.does("dpkg", "-i", f"/debs/{packages(OLD)[1]}")
            self.make_ours()
        self.does("systemctl", "start", "clinic-terminal.service")

    def receives(self) -> bool:
        """Whether the terminal runs, receives people and left nothing of an update behind."""
        quiet = self.root.does("python3", "-c", ASKED)
        left = [path.name for path in self.root.path(DATA).iterdir()
                if "before" in path.name or path.name.startswith(("try", "updating"))]  # fmt: skip
        if left:
            said(f"left behind: {left}")
        return not left and "quiet" in quiet


ASKED = (
    "import socket; s = socket.socket(socket.AF_UNIX);"
    f"s.connect('{DATA}/door'); s.sendall(b'{{\"verb\": \"quiet\"}}\\n'); print(s.recv(99))"
)


def repository(debs: Path, home: Path, into: Path, versions: tuple[str, ...]) -> None:
    """A signed apt repository of these versions, where another may have been."""
    shutil.rmtree(into, ignore_errors=True)
    chosen = debs.parent / "chosen"
    shutil.rmtree(chosen, ignore_errors=True)
    chosen.mkdir()
    for version in versions:
        for package in debs.glob(f"*_{version}_*.deb"):
            os.link(package, chosen / package.name)
    builder = [sys.executable, str(HOUSE / "systemd/package/repo.py")]
    done = subprocess.run(
        [*builder, "--debs", str(chosen), "--out", str(into), "--ring", "all", "--key", "county"],
        env={**os.environ, "GNUPGHOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)


def county_key(home: Path) -> Path:
    """A key pair that signs repositories; its public half."""
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    run(*gpg, "--quick-generate-key", "county", "ed25519", "sign", "never")
    public = home / "updates.gpg"
    run(*gpg, "--output", str(public), "--export", "county")
    return public


def repacked(debs: Path) -> None:
    """The newer versions, out of the first one."""
    program, units = (debs / name for name in packages(OLD))
    with tempfile.TemporaryDirectory(dir=debs.parent) as scratch:
        unpacked = Path(scratch, "program")
        run("dpkg-deb", "-R", str(program), str(unpacked))
        before = OLD
        for version, spoil in (*SPOILT.items(), (REFUSES, "")):
            home = unpacked / "opt/clinic-terminal"
            (home / before).rename(home / version)
            renamed(unpacked, before, version)
            place = home / version / "lib/python3.11/site-packages/terminal/assembly"
            spoilt(place / "service.py", spoil)
            spoilt(place / "store_commands.py", "raise SystemExit(1)" * (version == REFUSES))
            made = debs / f"clinic-terminal-program-{version}_{version}_amd64.deb"
            run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "-b", str(unpacked), str(made))
            before = version
        small = Path(scratch, "units")
        run("dpkg-deb", "-R", str(units), str(small))
        before = OLD
        for version in (*SPOILT, REFUSES):
            renamed(small, before, version)
            run("sed", "-i", f"s/{before}/{version}/", str(small / "DEBIAN/postinst"))
            (small / "usr/share/clinic-terminal/version").write_text(f"{version}\n")
            made = debs / f"clinic-terminal_{version}_amd64.deb"
            run("dpkg-deb", "--root-owner-group", "-Znone", "-b", str(small), str(made))
            before = version


def renamed(package: Path, before: str, version: str) -> None:
    control = package / "DEBIAN/control"
    control.write_text(control.read_text().replace(before, version))
    (package / "DEBIAN/md5sums").unlink(missing_ok=True)


def spoilt(module: Path, line: str) -> None:
    """Let a module begin with this line; its byte code trusts its source, so it goes."""
    kept = module.with_suffix(".good")
    if not kept.exists():
        shutil.copy(module, kept)
    text = kept.read_text("utf-8")
    mark = "from __future__ import annotations\n"
    module.write_text(text.replace(mark, f"{mark}\n{line}\n", 1), "utf-8")
    for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
        compiled.unlink()


def kept_when_well(clinic: Clinic) -> None:
    clinic.stick(OLD, GOOD)
    told = clinic.update()
    held(clinic.root.current() == GOOD, f"{GOOD} is tried, well and kept: {told.strip()}")
    version = clinic.root.does("dpkg-query", "-W", "-f", "${Version}", "clinic-terminal")
    held(version == GOOD, "and its units are installed")
    held(clinic.receives(), "people are received, nothing is left behind")
    held(clinic.root.path(f"/opt/clinic-terminal/{OLD}/bin/python").exists(), "the old one stays")
    clinic.stick(OLD)
    before = clinic.update()
    held(clinic.root.current() == GOOD, f"a repository of {OLD} takes nothing back: {before[0]}")
    clinic.forget()


def undone_when_not(clinic: Clinic) -> None:
    for version in (ENDS, HANGS):
        clinic.stick(OLD, version)
        before = contents(clinic)
        told = clinic.update()
        held(clinic.root.current() == OLD, f"{version} is not well, {OLD} is back: {told.strip()}")
        held(clinic.outcome()["outcome"] == "back", "and it is told")
        held(clinic.receives() and contents(clinic) == before, "its store and people with it")
        held(clinic.update().startswith("0"), f"{version} is not tried again")
        held(clinic.root.current() == OLD, f"{OLD} it is")
        clinic.forget()
    clinic.stick(OLD, REFUSES)
    told = clinic.update()
    held("not_migrated" in told and clinic.root.current() == OLD,
         "a version that cannot read a copy is never switched to")  # fmt: skip
    clinic.forget()


def contents(clinic: Clinic) -> str:
    return clinic.root.does("python3", "-c", ASKED.replace("quiet", "contents"))


def cut_at_every_step(clinic: Clinic) -> None:
    for version, steps in ((GOOD, STEPS[:-1]), (ENDS, ("trial", "back"))):
        clinic.stick(OLD, version)
        for step in steps:
            held(clinic.cut_at(step), f"{version}: the power fails at `{step}`")
            clinic.boot()
            held(clinic.receives(), f"after the boot {clinic.root.current()} receives people")
            told = [clinic.update().strip() for _ in range(2)]
            end = GOOD if version == GOOD else OLD
            held(clinic.root.current() == end, f"the next night it is {end}: {told}")
            held(clinic.receives(), "which receives people")
            clinic.forget()
            clinic.does("dpkg", "--purge", "--force-depends", f"clinic-terminal-program-{version}")


def cut_while_it_is_unpacked(clinic: Clinic) -> None:
    """dpkg is killed in the middle of its work, until it says that a package must come anew."""
    program = f"clinic-terminal-program-{GOOD}"
    state = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}", program]
    for tenths in range(1, 40):
        work = subprocess.Popen(
            ["chroot", str(clinic.root.folder), "dpkg", "-i", f"/debs/{packages(GOOD)[0]}"],
            env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(tenths / 10)
        os.killpg(work.pid, 9)
        work.wait()
        if clinic.does(*state).stdout.strip().endswith("R"):
            break
        clinic.does("dpkg", "--purge", "--force-depends", program)
    held(clinic.does(*state).stdout.strip().endswith("R"), "a package is cut in mid-unpacking")
    clinic.stick(OLD, GOOD)
    told = clinic.update()
    held(clinic.root.current() == GOOD, f"the next night it comes anew: {told.strip()}")
    held(clinic.receives(), "and receives people")
    clinic.forget()
    clinic.does("dpkg", "--purge", "--force-depends", program)


def main(asked: str = "") -> None:
    """Some ten minutes; or only the part whose name has this word in it."""
    if os.getuid() != 0:
        sys.exit("a throw-away root is made by root: sudo make field")
    run("mount", "--make-rprivate", "/")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-update-") as scratch:
        folder, home = Path(scratch, "root"), Path(scratch, "g")
        folder.mkdir()
        county_key(home)
        run("tar", "-xf", str(base()), "-C", str(folder))
        (folder / "debs").mkdir()
        for name in packages(OLD):
            shutil.copy(HOUSE / "dist" / name, folder / "debs" / name)
        repacked(folder / "debs")
        said(f"-- packages and root, {time.monotonic() - began:.0f} s")
        root = Root(folder)
        try:
            root.does("dpkg", "-i", *(f"/debs/{name}" for name in packages(OLD)))
            settled_in(root)
            clinic = Clinic(root, folder / "debs", home)
            clinic.does("systemctl", "start", "clinic-terminal.service")
            for step in (
                kept_when_well,
                undone_when_not,
                cut_while_it_is_unpacked,
                cut_at_every_step,
            ):
                if asked not in step.__name__:
                    continue
                said(f"-- {step.__name__}, {time.monotonic() - began:.0f} s")
                step(clinic)
        finally:
            subprocess.run(["chroot", str(folder), "/stand-in/systemctl", "stop",
                            "clinic-terminal.service"], env=ENVIRONMENT, check=False)  # fmt: skip
            run("gpgconf", "--homedir", str(home), "--kill", "all")
            unmount(folder)
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:2])
