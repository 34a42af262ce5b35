"""Lays a signed apt repository out of built packages; terminals update from it.

    python systemd/package/repo.py --debs dist --out dist/repo --ring few --key KEYID [--days 60]

`dists/RING/` has the lists and their signature, `pool/` the packages; any web server or stick
carries it. Rings are suites over one pool: put a version into `this`, then `few`, then `all`.
The same packages at the same time give the same lists. The key is gpg's own, in the home that
GNUPGHOME names: it stays with whoever signs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from email.utils import formatdate
from pathlib import Path

from deb import MACHINES, built_at

RINGS = ("this", "few", "all")
ORIGIN = "clinic-terminal"
"""What the terminal's pin asks for."""

_OURS = re.compile(r"clinic-terminal(-program-[0-9A-Za-z.+~]+)?")


def lay_out(debs: Path, out: Path, ring: str) -> None:
    """Copy the packages into the pool and write the lists of each architecture."""
    pool = out / "pool"
    pool.mkdir(parents=True, exist_ok=True)
    stanzas: dict[str, list[str]] = {arch: [] for arch in MACHINES}
    for package in sorted(debs.glob("clinic-terminal*.deb")):
        told = _said("dpkg-deb", "--field", str(package)).strip()
        name, arch = _field(told, "Package"), _field(told, "Architecture")
        if _OURS.fullmatch(name) is None or arch not in stanzas:
            raise SystemExit(f"{package.name} is not ours")
        target = pool / f"{name}_{_field(told, 'Version')}_{arch}.deb"
        shutil.copyfile(package, target)
        data = target.read_bytes()
        stanzas[arch].append(
            f"{told}\nFilename: pool/{target.name}\nSize: {len(data)}\n"
            f"SHA256: {hashlib.sha256(data).hexdigest()}\n"
        )
    for arch, told in stanzas.items():
        packages = out / f"dists/{ring}/main/binary-{arch}/Packages"
        packages.parent.mkdir(parents=True, exist_ok=True)
        packages.write_text("\n".join(told), "utf-8")


def sign(out: Path, ring: str, key: str, at: int, days: int) -> None:
    """Write Release with every list's digest, and InRelease signed by the key."""
    folder = out / "dists" / ring
    listed = []
    for path in sorted(folder.rglob("Packages")):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        listed.append(f" {digest} {len(data)} {path.relative_to(folder)}\n")
    release = folder / "Release"
    release.write_text(
        f"Origin: {ORIGIN}\nLabel: {ORIGIN}\nSuite: {ring}\nCodename: {ring}\n"
        f"Date: {_date(at)}\nValid-Until: {_date(at + days * 86400)}\n"
        f"Architectures: {' '.join(sorted(MACHINES))}\nComponents: main\nSHA256:\n"
        + "".join(listed),
        "utf-8",
    )
    _said("gpg", "--batch", "--yes", "--quiet", "--local-user", key, "--clearsign",
          "--output", str(folder / "InRelease"), str(release))  # fmt: skip


def _date(at: int) -> str:
    return formatdate(at, usegmt=True).replace("GMT", "UTC")


def _field(stanza: str, name: str) -> str:
    found = re.search(rf"(?m)^{name}: (\S+)$", stanza)
    return found[1] if found else ""


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="Lay out a signed apt repository.")
    parser.add_argument("--debs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ring", choices=RINGS, default="this")
    parser.add_argument("--key", required=True, help="gpg's name of the signing key")
    parser.add_argument("--days", type=int, default=60, help="how long the lists are believed")
    asked = parser.parse_args()
    if shutil.which("gpg") is None:
        sys.exit("gpg is needed to sign")
    at = int(built_at()) if "SOURCE_DATE_EPOCH" in os.environ else int(time.time())
    lay_out(asked.debs, asked.out, asked.ring)
    sign(asked.out, asked.ring, asked.key, at, asked.days)


if __name__ == "__main__":
    main()
