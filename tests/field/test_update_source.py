"""A repository, judged by apt itself: whose it is, how old, and what is on a hostile stick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import HOUSE

for room in ("systemd/package", "systemd/update"):
    sys.path.insert(0, str(HOUSE / room))
import fetching  # noqa: E402 - beside the program, on no path of ours.
import repo  # noqa: E402
from fetching import Source, copied_stick, fetch  # noqa: E402
from steps import Stopped  # noqa: E402

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("apt-get", "gpg", "dpkg-deb"))), reason="no apt here"
)
DAY_S = 86400
NOW = 1_795_000_000


@pytest.fixture(scope="module")
def arch():
    return subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two keys in a home of their own: the county's, and somebody else's."""
    # A socket's name may have 108 bytes: gpg's agent listens in its home.
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    before, os.environ["GNUPGHOME"] = os.environ.get("GNUPGHOME"), str(home)
    for name in ("county", "stranger"):
        gpg("--quick-generate-key", name, "ed25519", "sign", "never")
    gpg("--output", str(home / "updates.gpg"), "--export", "county")
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
    os.environ.pop("GNUPGHOME")
    if before is not None:
        os.environ["GNUPGHOME"] = before


def gpg(*arguments):
    subprocess.run(
        ["gpg", "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback",
         *arguments], check=True, capture_output=True,
    )  # fmt: skip


def package(folder, name, version, arch):
    """A package of nothing."""
    root = folder / f"{name}-{version}"
    (root / "DEBIAN").mkdir(parents=True)
    told = f"Package: {name}\nVersion: {version}\nArchitecture: {arch}\nMaintainer: x <x@y>\n"
    (root / "DEBIAN/control").write_text(f"{told}Description: nothing\n")
    out = folder / f"{name}_{version}_{arch}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(root)


@pytest.fixture
def stick(tmp_path, keys, arch):
    """Lays a repository of these versions; signed by the county, for two months from today."""

    def lay(*versions, key="county", at=None, days=60, more=()):
        debs, out = tmp_path / "debs", tmp_path / "stick"
        (tmp_path / "state").mkdir(exist_ok=True)
        for folder in (debs, out):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for version in versions:
            package(debs, "clinic-terminal", version, arch)
            package(debs, f"clinic-terminal-program-{version}", version, arch)
        repo.lay_out(debs, out, "few")
        for name in more:
            foreign(out, name, arch)
        repo.sign(out, "few", key, int(at or clock_s() - 60), days)
        return out

    return lay


def clock_s():
    return Path("/proc/self").stat().st_mtime


def foreign(out, name, arch):
    package(out / "pool", name, "9.0", arch)
    deb = out / f"pool/{name}_9.0_{arch}.deb"
    lists = out / f"dists/few/main/binary-{arch}/Packages"
    data = deb.read_bytes()
    told = f"\nPackage: {name}\nVersion: 9.0\nArchitecture: {arch}\nFilename: pool/{deb.name}\n"
    digest = repo.hashlib.sha256(data).hexdigest()
    lists.write_text(lists.read_text() + f"{told}Size: {len(data)}\nSHA256: {digest}\n")


@pytest.fixture
def source(tmp_path, keys):
    parts = tmp_path / "parts"
    parts.mkdir()
    shutil.copy(HOUSE / "systemd/conf/apt-source.list", parts / "source.list")
    shutil.copy(HOUSE / "systemd/conf/apt-preferences", parts / "preferences")

    def at(place):
        believed = (keys / "updates.gpg", parts)
        return Source(tmp_path / "state", "few", str(place), believed=believed)

    return at


def code_of(act, *arguments):
    with pytest.raises(Stopped) as raised:
        act(*arguments)
    return str(raised.value).partition(":")[0]


def test_the_newest_version_above_ours_is_fetched_and_no_other(tmp_path, stick, source, arch):
    place = source(stick("0.1.0", "0.1.1", "0.1.2", "0.1.10"))
    state = tmp_path / "state"
    assert fetch(state, place, "0.1.0", ["0.1.10"]) == "0.1.2"
    assert sorted(path.name for path in (state / "debs").iterdir()) == [
        f"clinic-terminal-program-0.1.2_0.1.2_{arch}.deb",
        f"clinic-terminal_0.1.2_{arch}.deb",
    ]
    assert place.newest("0.1.0", []) == "0.1.10"
    assert place.newest("0.1.10", []) == ""  # Nothing above it: nothing older is ever taken.
    assert place.newest("0.2.0", []) == ""


def test_lists_of_another_key_of_none_and_of_another_time_are_not_believed(stick, source):
    good = source(stick("0.1.1"))
    assert good.newest("0.1.0", []) == "0.1.1"
    assert code_of(source(stick("0.1.2", key="stranger")).newest, "0.1.0", []) == (
        "update.not_believed"
    )
    old = stick("0.1.2", at=clock_s() - 90 * DAY_S)
    assert code_of(source(old).newest, "0.1.0", []) == "update.not_believed"
    early = stick("0.1.2", at=clock_s() + 2 * DAY_S)  # Or our clock stands in 1970.
    assert code_of(source(early).newest, "0.1.0", []) == "update.not_believed"
    unsigned = stick("0.1.2")
    release = unsigned / "dists/few/Release"
    shutil.copy(release, unsigned / "dists/few/InRelease")
    assert code_of(source(unsigned).newest, "0.1.0", []) == "update.not_believed"
    (unsigned / "dists/few/InRelease").unlink()
    assert code_of(source(unsigned).newest, "0.1.0", []) == "update.stick_unsafe"


def test_a_keyring_that_somebody_else_may_write_is_not_believed(tmp_path, stick, source, keys):
    place = source(stick("0.1.1"))
    keyring = keys / "updates.gpg"
    keyring.chmod(0o666)
    assert code_of(place.newest, "0.1.0", []) == "update.keyring_not_roots"
    keyring.chmod(0o644)
    kept = keyring.rename(keys / "kept.gpg")
    assert code_of(place.newest, "0.1.0", []) == "update.keyring_not_roots"
    keyring.symlink_to(kept)
    assert code_of(place.newest, "0.1.0", []) == "update.keyring_not_roots"
    keyring.unlink()
    kept.rename(keyring)
    assert place.newest("0.1.0", []) == "0.1.1"


def test_lists_replayed_from_before_take_nothing_back(stick, source):
    assert source(stick("0.1.1", "0.1.2")).newest("0.1.0", []) == "0.1.2"
    older = stick("0.1.1", at=clock_s() - DAY_S)
    assert source(older).newest("0.1.2", []) == ""


def test_a_package_that_is_not_what_was_signed_is_not_taken(tmp_path, stick, source, arch):
    for wrong in ("changed", "longer"):
        place = stick("0.1.1")
        deb = place / f"pool/clinic-terminal-program-0.1.1_0.1.1_{arch}.deb"
        data = deb.read_bytes()
        deb.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if wrong == "changed" else data * 400)
        assert code_of(fetch, tmp_path / "state", source(place), "0.1.0", []) == (
            "update.not_fetched"
        )
        assert not (tmp_path / "state/fetched").exists()


def test_somebody_elses_package_in_it_is_never_seen(tmp_path, stick, source):
    place = stick("0.1.1", more=("openssh-server", "clinic-terminal-evil"))
    state = tmp_path / "state"
    assert fetch(state, source(place), "0.1.0", []) == "0.1.1"
    assert not [path for path in state.rglob("*.deb") if "9.0" in path.name]


@pytest.mark.parametrize("where", ["dists/few/InRelease", "pool", "dists", "pool/package"])
def test_nothing_is_read_through_a_link_on_a_stick(tmp_path, stick, arch, where):
    place = stick("0.1.1")
    where = where.replace("package", f"clinic-terminal_0.1.1_{arch}.deb")
    moved = tmp_path / "elsewhere"
    (place / where).rename(moved)
    (place / where).symlink_to(moved)
    assert code_of(copied_stick, place, tmp_path / "state", "few", arch) == "update.stick_unsafe"


def test_pipes_giants_and_crowds_on_a_stick_are_refused(tmp_path, stick, arch):
    def judged(place):
        return code_of(copied_stick, place, tmp_path / "state", "few", arch)

    place = stick("0.1.1")
    deb = place / f"pool/clinic-terminal_0.1.1_{arch}.deb"
    deb.unlink()
    os.mkfifo(deb)
    assert judged(place) == "update.stick_unsafe"
    deb.unlink()
    with deb.open("wb") as file:
        file.truncate(fetching.PACKAGE_BYTES_MAX + 1)
    assert judged(place) == "update.stick_unsafe"
    deb.unlink()
    for number in range(70):
        (place / f"pool/clinic-terminal_{number}_{arch}.deb").touch()
    assert judged(place) == "update.stick_unsafe"
    place = stick("0.1.1")
    with (place / "dists/few/InRelease").open("ab") as file:
        file.truncate(5 << 20)
    assert judged(place) == "update.stick_unsafe"


def test_a_name_that_leads_out_and_a_ring_that_is_none_are_refused(tmp_path, stick, source, arch):
    place = stick("0.1.1")
    lists = place / f"dists/few/main/binary-{arch}/Packages"
    lists.write_text(lists.read_text().replace("Filename: pool/", "Filename: ../../../etc/"))
    repo.sign(place, "few", "county", int(clock_s()) - 60, 60)
    assert code_of(fetch, tmp_path / "state", source(place), "0.1.0", []) == "update.not_fetched"
    assert code_of(Source, tmp_path, "../few", "/media") == "update.no_ring"


def test_the_same_packages_at_the_same_time_give_the_same_lists(tmp_path, stick):
    out = stick("0.1.1", at=NOW)
    again = tmp_path / "again"
    repo.lay_out(tmp_path / "debs", again, "few")
    repo.sign(again, "few", "county", NOW, 60)
    for name in ("Release", "main/binary-amd64/Packages", "main/binary-arm64/Packages"):
        path = f"dists/few/{name}"
        assert (out / path).read_bytes() == (again / path).read_bytes()
