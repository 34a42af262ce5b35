"""What the updater does to this board: a command, a question at the local door, a file kept."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

from steps import Stopped

HOME = Path("/opt/clinic-terminal")
DATA = Path("/var/lib/clinic-terminal")
USER = "clinic-terminal"
_DOOR_S = 120.0
_COMMAND_S = 1800

_CREDENTIALS = ("database", "template", "device", "tls")


def ask(verb: str) -> dict:
    """Through the terminal's local door (terminal/local_door.py). Raises Stopped."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as way:
            way.settimeout(_DOOR_S)
            way.connect(str(DATA / "door"))
            way.sendall(json.dumps({"verb": verb}).encode() + b"\n")
            with way.makefile("rb") as answer:
                told = json.loads(answer.readline(1 << 20))
    except (OSError, ValueError) as error:
        raise Stopped(f"update.no_terminal: {verb}: {error}") from None
    if "fault" in told:
        raise Stopped(f"update.terminal_said_no: {verb}: {told['fault']}")
    return dict(told["did"])


def program(version: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of a version, as the terminal's user and with its sealed keys where there are."""
    command = [str(HOME / version / "bin/clinic-terminal"), *arguments]
    if Path("/run/systemd/system").is_dir():
        sealed = [f"LoadCredentialEncrypted={name}{new}.key" for name in _CREDENTIALS
                  for new in ("", ".next")]  # fmt: skip
        told = [f"User={USER}", "UMask=0077", f"Environment=CLINIC_TERMINAL_DATA_DIR={DATA}",
                f"Environment=HOME={DATA}", *sealed]  # fmt: skip
        given = [part for each in told for part in ("-p", each)]
        command = ["systemd-run", "--quiet", "--wait", "--pipe", "--collect", *given, *command]
    else:
        command = ["runuser", "-u", USER, "--", *command]
    environment = {**os.environ, "CLINIC_TERMINAL_DATA_DIR": str(DATA), "HOME": str(DATA)}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_COMMAND_S,
        env=environment, cwd="/",
    )  # fmt: skip


def run(command: list[str], code: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_COMMAND_S)
    if done.returncode != 0:
        raise Stopped(f"{code}: {done.stderr.strip()[-400:]}")


def copied(source: Path, target: Path) -> None:
    """Owner and mode too; on the disk when this returns."""
    about = source.stat()
    with source.open("rb") as read:
        way = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(way, "wb") as written:
            shutil.copyfileobj(read, written, 1 << 20)
            written.flush()
            os.fsync(written.fileno())
            os.fchown(written.fileno(), about.st_uid, about.st_gid)


def synced(folder: Path) -> None:
    way = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(way)
    finally:
        os.close(way)
