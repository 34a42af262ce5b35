"""Which version there is, and its two packages: judged by apt, or refused.

apt verifies the signature, its time, and every digest; it sees our one source and nothing of
the system's. A stick is copied first, by names and sizes that we expect and no others, so
that what was judged is what is used.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from steps import Stopped

KEYRING = Path("/etc/clinic-terminal/updates.gpg")
"""Who is believed; put there when the terminal is provisioned."""
PARTS = Path("/usr/lib/clinic-terminal/apt")
"""Template of the source and the pin, from our own package."""
RINGS = ("this", "few", "all")

UNITS = "clinic-terminal"
PROGRAM = "clinic-terminal-program-"

FETCHED = "fetched"
"""Names the version whose packages lie in `debs`, whole and judged."""

_VERSION = re.compile(r"[0-9][0-9A-Za-z.+~]{0,39}")
_POOLED = re.compile(r"clinic-terminal(-program-[0-9A-Za-z.+~]+)?_[0-9A-Za-z.+~]+_[a-z0-9]+\.deb")
_LISTS = ("InRelease", "main/binary-{arch}/Packages")

PACKAGE_BYTES_MAX = 600 << 20
"""A version has 194 MB."""
_LIST_BYTES_MAX = 4 << 20
_POOL_MAX = 64
_FREE_BYTES_MIN = 300 << 20
_UNPACKED = 4
"""A package and what comes out of it, as multiples of the package."""
_APT_S = 3600
"""A county's line may need long for 194 MB; a stick that hangs is given up."""


class Source:
    """Where packages come from. `newest`, `packages`."""

    def __init__(
        self,
        folder: Path,
        ring: str,
        place: str,
        authority: str = "",
        believed: tuple[Path, Path] = (KEYRING, PARTS),
    ) -> None:
        """`place`: a URI, or the folder of a stick; `authority`: the county's own CA file."""
        if ring not in RINGS:
            raise Stopped("update.no_ring")
        self._folder = folder
        self._ring = ring
        self._place = place
        self._authority = authority
        self._keyring, self._parts = believed
        self._arch = _said(["dpkg", "--print-architecture"]).strip()

    def newest(self, current: str, failed: list[str]) -> str:
        """Read the source's lists; the newest version above the current one that has not
        failed, or an empty text. Raises Stopped `update.not_believed`, `update.stick_unsafe`."""
        self._lay_out()
        done = self._apt("apt-get", "update", "-qq")
        if done.returncode != 0 or "W:" in done.stderr:
            raise Stopped(f"update.not_believed: {done.stderr.strip()[-400:]}")
        found = ""
        for told in self._offered(UNITS):
            version = told.get("Version", "")
            if _VERSION.fullmatch(version) is None or version in failed:
                continue
            if above(version, current) and (not found or above(version, found)):
                found = version
        return found

    def packages(self, version: str) -> list[Path]:
        """Fetch the program's package and the units', in that order. Raises Stopped."""
        wanted = [self._one(f"{PROGRAM}{version}", version), self._one(UNITS, version)]
        sizes = [int(told["Size"]) for told in wanted]
        if any(not 0 < size <= PACKAGE_BYTES_MAX for size in sizes):
            raise Stopped("update.too_large")
        if shutil.disk_usage(self._folder).free < sum(sizes) * _UNPACKED + _FREE_BYTES_MIN:
            raise Stopped("update.no_room")
        into = self._folder / "debs"
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(mode=0o700)
        for told in wanted:
            named = f"{told['Package']}={version}"
            done = self._apt("apt-get", "download", "-qq", named, folder=into)
            if done.returncode != 0:
                raise Stopped(f"update.not_fetched: {done.stderr.strip()[-400:]}")
        fetched = [into / f"{told['Package']}_{version}_{self._arch}.deb" for told in wanted]
        if sorted(into.iterdir()) != sorted(fetched):
            raise Stopped("update.not_fetched: other files than were asked for")
        return fetched

    def _one(self, name: str, version: str) -> dict[str, str]:
        for told in self._offered(name):
            if told.get("Version") == version and told.get("Architecture") == self._arch:
                return told
        raise Stopped(f"update.not_there: {name} {version}")

    def _offered(self, name: str) -> list[dict[str, str]]:
        done = self._apt("apt-cache", "show", name)
        stanzas = [_stanza(each) for each in done.stdout.split("\n\n") if each.strip()]
        return [told for told in stanzas if told.get("Package") == name]

    def _lay_out(self) -> None:
        # The terminal's user may lay files beside it: what root believes is root's own.
        about = self._keyring.lstat() if self._keyring.exists() else None
        if about is None or about.st_uid != os.geteuid() or about.st_mode & 0o120022 != 0o100000:
            raise Stopped(f"update.keyring_not_roots: {self._keyring}")
        apt = self._folder / "apt"
        for part in ("lists/partial", "cache/archives/partial", "empty"):
            (apt / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        (apt / "status").write_bytes(b"")
        place = self._place
        if not place.startswith("https://"):
            place = f"copy:{copied_stick(Path(place), self._folder, self._ring, self._arch)}"
        template = (self._parts / "source.list").read_text("utf-8")
        told = (
            template.replace("@KEYRING@", str(self._keyring))
            .replace("@PLACE@", place)
            .replace("@RING@", self._ring)
        )
        (apt / "source.list").write_text(told.replace("@ARCH@", self._arch), "utf-8")

    def _apt(self, *command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        apt = self._folder / "apt"
        options = {
            "Dir::Etc::sourcelist": apt / "source.list",
            "Dir::Etc::sourceparts": apt / "empty",
            "Dir::Etc::parts": apt / "empty",
            "Dir::Etc::preferences": self._parts / "preferences",
            "Dir::Etc::preferencesparts": apt / "empty",
            "Dir::Etc::trusted": "/dev/null",
            "Dir::Etc::trustedparts": apt / "empty",
            "Dir::State": apt,
            "Dir::State::status": apt / "status",
            "Dir::State::lists": apt / "lists",
            "Dir::Cache": apt / "cache",
            "APT::Sandbox::User": "root",  # The unit confines it; it has no other user to be.
            "Acquire::AllowInsecureRepositories": "false",
            "Acquire::AllowDowngradeToInsecureRepositories": "false",
            "Acquire::Check-Valid-Until": "true",
            "Acquire::Check-Date": "true",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "30",
            "Acquire::https::Timeout": "30",
        }
        if self._authority:
            options["Acquire::https::CaInfo"] = self._authority
        given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        try:
            return subprocess.run(
                [command[0], *given, *command[1:]], cwd=folder, capture_output=True, text=True,
                check=False, timeout=_APT_S, env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Stopped("update.not_fetched: it took too long") from None


def fetch(folder: Path, source: Source, current: str, failed: list[str]) -> str:
    """Have the newest version that may be tried lie ready; which, or an empty text."""
    done = folder / FETCHED
    version = source.newest(current, failed)
    if version and done.is_file() and done.read_text("utf-8") == version:
        return version
    done.unlink(missing_ok=True)
    if version:
        source.packages(version)
        os.sync()
        done.write_text(version, "utf-8")
    return version


def copied_stick(stick: Path, folder: Path, ring: str, arch: str) -> Path:
    """Copy what a repository has, and nothing else, from a stick that nobody has judged.

    No name comes from the stick's own lists. Raises Stopped `update.stick_unsafe`.
    """
    into = folder / "stick"
    shutil.rmtree(into, ignore_errors=True)
    for name in _LISTS:
        part = f"dists/{ring}/{name.format(arch=arch)}"
        _copy(stick / part, into / part, _LIST_BYTES_MAX)
    pool = stick / "pool"
    if pool.is_symlink() or not pool.is_dir():
        raise Stopped("update.stick_unsafe: pool")
    names = sorted(path.name for path in pool.iterdir() if path.name.endswith(f"_{arch}.deb"))
    if len(names) > _POOL_MAX:
        raise Stopped("update.stick_unsafe: too many packages")
    for name in names:
        if _POOLED.fullmatch(name):  # Others are not ours, whoever signed for them.
            _copy(pool / name, into / "pool" / name, PACKAGE_BYTES_MAX)
    return into


def _copy(source: Path, target: Path, most: int) -> None:
    """A plain file through no link, of bounded size."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if any(part.is_symlink() for part in list(source.parents)[:4]):
            raise Stopped(f"update.stick_unsafe: {source.name}")
        way = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Stopped(f"update.stick_unsafe: {source.name}") from None
    with os.fdopen(way, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            raise Stopped(f"update.stick_unsafe: {source.name}")
        if shutil.disk_usage(target.parent).free < about.st_size + _FREE_BYTES_MIN:
            raise Stopped("update.no_room")
        left = about.st_size
        with target.open("xb") as copied:
            while left and (piece := file.read(min(left, 1 << 20))):
                copied.write(piece)
                left -= len(piece)


def _stanza(text: str) -> dict[str, str]:
    lines = [line.partition(": ") for line in text.splitlines() if not line.startswith(" ")]
    return {name: value.strip() for name, _, value in lines}


def above(version: str, other: str) -> bool:
    """As Debian orders them. A version from nowhere is below all."""
    if not other:
        return True
    asked = ["dpkg", "--compare-versions", version, "gt", other]
    return subprocess.run(asked, check=False).returncode == 0


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
