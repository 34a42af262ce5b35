"""Builds the offline bundle: everything one USB stick needs for boards of both kinds.

    python systemd/package/bundle.py --out dist/bundle [--key county.key] [--updates-key FILE]

packages/  both Debian packages of each architecture
wheels/    what they were made of, by architecture, as published (digests: requirements/run.txt)
weights/   the networks and what the pages need, as `models pull --from` takes them
voice/     the built voice, one archive
keys/      the key of the county's package repository (updates.gpg), with --updates-key
LIST, LIST.sm2   size and SHA-256 of each file, and the signature of the list

arm64 is resolved, digested and packed here, and run nowhere: no such board is at hand. Without
a key one is made for this folder alone: good for trying, believed by no terminal.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tarfile
from pathlib import Path

HOUSE = Path(__file__).parents[2]
sys.path[:0] = [str(HOUSE), str(HOUSE / "systemd/package")]

import deb  # noqa: E402 - beside this file.

from terminal.bundle_making import new_bundle_key, seal_bundle  # noqa: E402

DATA = HOUSE / ".data"


def lay(out: Path, arches: list[str], version: str) -> None:
    """Put everything in its place; what was there before is gone."""
    if out.exists():
        shutil.rmtree(out)
    (out / "packages").mkdir(parents=True)
    for arch in arches:
        wheels = out / "wheels" / arch
        deb.fetch_wheels(arch, wheels)
        deb.build_program(arch, version, wheels, out / "packages")
        deb.build_units(arch, version, out / "packages")
    (out / "weights").mkdir()
    for part in ("weights", "assets"):
        for file in sorted((DATA / part).iterdir()):
            shutil.copyfile(file, out / "weights" / file.name)
    if (DATA / "voice").is_dir():
        (out / "voice").mkdir()
        _archive(DATA / "voice", out / "voice/voice.tar")


def _archive(folder: Path, target: Path) -> None:
    """One archive, for a stick is slow with a thousand small files; the same for the same voice."""
    at = int(deb.built_at())

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime, member.mode = at, 0o755 if member.isdir() else 0o644
        return member

    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, str(path.relative_to(folder)), recursive=False, filter=plain)


def main() -> None:
    """Lay it, list it, sign it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--key", type=Path, help="The county's private key, mode 0600.")
    asked.add_argument("--arch", choices=sorted(deb.MACHINES), action="append")
    asked.add_argument("--version", default=deb.own_version())
    asked.add_argument("--updates-key", type=Path, help="Public key of the county's packages.")
    told = asked.parse_args()
    lay(told.out, told.arch or sorted(deb.MACHINES), told.version)
    if told.updates_key is not None:
        (told.out / "keys").mkdir()
        shutil.copyfile(told.updates_key, told.out / "keys/updates.gpg")
    key = told.key
    if key is None:
        key = told.out.with_name(told.out.name + ".trial.key")
        key.unlink(missing_ok=True)
        public = new_bundle_key(key)
        sys.stderr.write(f"No --key: signed with a key made for this trial, {public}\n")
    count = seal_bundle(told.out, key, told.version)
    sys.stdout.write(f"{count} files are listed and signed in {told.out}\n")


if __name__ == "__main__":
    main()
