"""What is installed is exactly what was locked, from wherever it comes."""

import re
import tomllib

import pytest

from tests.house.source import HOUSE

LOCKS = [HOUSE / "requirements/run.txt", HOUSE / "requirements/test.txt"]
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(requirements):
    return {normal(re.split(r"[<>=!~\[; ]", line)[0]) for line in requirements}


def locked(path):
    return {normal(name) for name in re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", path.read_text())}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address_and_no_folder(path):
    text = path.read_text("utf-8")
    assert not re.search(r"://|(?m:^\s*-)|(?m:^\s*[./])|@ ", text.replace("    --hash=", ""))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_digest(path):
    entries = path.read_text("utf-8").replace("\\\n", "").splitlines()
    for entry in entries:
        assert re.match(r"[A-Za-z0-9_.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_everything_asked_for_is_locked():
    run = wanted(PYPROJECT["project"]["dependencies"]) | wanted(
        PYPROJECT["dependency-groups"]["build"]
    )
    test = run | wanted(PYPROJECT["dependency-groups"]["dev"])
    assert run <= locked(HOUSE / "requirements/run.txt")
    assert test <= locked(HOUSE / "requirements/test.txt")
    assert locked(HOUSE / "requirements/run.txt") <= locked(HOUSE / "requirements/test.txt")


def test_every_dependency_earns_its_place_in_one_line():
    page = (HOUSE / "docs/dependencies.md").read_text("utf-8")
    groups = PYPROJECT["dependency-groups"]
    for name in wanted(PYPROJECT["project"]["dependencies"] + groups["dev"] + groups["build"]):
        assert re.search(rf"(?m)^\| `{re.escape(name)}`", page), f"{name} has no line"
