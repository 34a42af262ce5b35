"""A board that boots: systemd as the first process of a Debian in a folder, in namespaces.

The kernel, the clock and the disk are this machine's; processes, users' sessions, network
(loopback alone), control groups and devices are the board's. `cut` is a power cut: every
process of it ends in the same moment, mid-write.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BOOTED_WITHIN_S = 60.0
_COMMAND_S = 300
_QUESTION_S = 10
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive",
    "LC_ALL": "C.UTF-8",
}
_GROUP = Path("/sys/fs/cgroup/unified/clinic-terminal-board")
_GROUP_UNIFIED = Path("/sys/fs/cgroup/clinic-terminal-board")

_BOOT = r"""
set -eu
cd "$1"
mount --make-rprivate /
mount --bind . "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for each in null zero full random urandom tty; do
    touch dev/$each
    mount --bind /dev/$each dev/$each
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
for each in ptmx:pts/ptmx fd:/proc/self/fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do
    ln -s "${each#*:}" "dev/${each%%:*}"
done
ip link set lo up
# Not chroot: in one the kernel makes no user namespaces (PrivateUsers=).
mkdir -p .before
pivot_root . .before
umount -l /.before
# As on a real board: what systemd mounts for a service is seen by the service.
mount --make-rshared /
exec /usr/bin/env -i container=lxc PATH="$PATH" LC_ALL=C.UTF-8 \
    /lib/systemd/systemd --system --unit=multi-user.target
"""


class Board:
    """A Debian in `folder` with systemd at work. `boot`, `does`, `cut` or `off`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._outer: subprocess.Popen[bytes] | None = None
        self._first = 0

    def boot(self) -> float:
        """Power on; returns after how many seconds systemd called itself up."""
        group = _GROUP if _GROUP.parent.is_dir() else _GROUP_UNIFIED
        group.mkdir(exist_ok=True)
        began = time.monotonic()
        own = ["--mount", "--pid", "--fork", "--cgroup", "--net", "--uts", "--ipc", "--kill-child"]
        into = f'echo 0 > {group}/cgroup.procs; exec unshare {" ".join(own)} sh -c "$0" boot "$1"'
        self._outer = subprocess.Popen(
            ["sh", "-c", into, _BOOT, str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.until(self._is_first_there, "the first process is there")
        self.until(self._is_up, "systemd is up")
        return time.monotonic() - began

    def does(self, *command: str, status: int | None = 0) -> str:
        """Run a command on the board; what it says. Ends everything when its status is another."""
        # A board that goes off in the middle may leave nsenter standing for ever.
        try:
            done = subprocess.run(
                ["nsenter", "-t", str(self._first), "-a", "-r", "-w", *command],
                env=_ENVIRONMENT, capture_output=True, text=True, check=False,
                timeout=_COMMAND_S if status is not None else _QUESTION_S,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            if status is None:
                return ""
            sys.exit(f"{' '.join(command)}: no end within {_COMMAND_S} s")
        if status is not None and done.returncode != status:
            sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def unit(self, name: str, what: str) -> str:
        """One property of a unit."""
        return self.does("systemctl", "show", "-P", what, name, status=None).strip()

    def until(
        self, is_so: Callable[[], bool], what: str, within_s: float = BOOTED_WITHIN_S
    ) -> float:
        """Wait until it is so; returns how long. Ends everything when it never is."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > within_s:
                sys.exit(f"NOT SO within {within_s:.0f} s: {what}\n{self._journal()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def cut(self) -> None:
        """The power fails: whatever was going on there is no more."""
        if self._outer is not None:
            # The last process of a namespace takes all others with it, by the kernel's hand.
            subprocess.run(["kill", "-9", str(self._first)], check=False)
            self._outer.wait()
            self._outer, self._first = None, 0

    def is_on(self) -> bool:
        """Whether it still has power."""
        if self._outer is None or self._outer.poll() is not None:
            self._outer, self._first = None, 0
        return self._outer is not None

    def off(self) -> None:
        """Switched off in good order."""
        self.does("systemctl", "--no-block", "poweroff", status=None)
        if self._outer is not None:
            try:
                self._outer.wait(40)
            except subprocess.TimeoutExpired:
                sys.exit("NOT SO: the board switches itself off")
            self._outer, self._first = None, 0

    def _is_first_there(self) -> bool:
        assert self._outer is not None
        children = Path(f"/proc/{self._outer.pid}/task/{self._outer.pid}/children")
        found = children.read_text().split()
        if not found:
            return False
        told = Path(f"/proc/{found[0]}/comm").read_text().strip()
        self._first = int(found[0])
        return told == "systemd"

    def _is_up(self) -> bool:
        told = self.does("systemctl", "is-system-running", status=None)
        return told.strip() in {"running", "degraded"}

    def _journal(self) -> str:
        if not self._first:
            return ""
        return self.does("journalctl", "-b", "-n", "60", "--no-pager", status=None)
