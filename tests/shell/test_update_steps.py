"""An update is cut at every step: the clinic has a version that runs, and what was done stays."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
START = {
    "current": "0.1.0", "installed": ["0.1.0"], "runs": True, "schema": 8, "visits": 7,
    "kept": None, "marked": False, "held": False, "units": "0.1.0", "outcome": "",
}  # fmt: skip
CUTS = 24
"""More than an update has acts."""


def run(folder: Path, cut: int, *more: str) -> int:
    command = [sys.executable, "-I", "-S", str(HERE / "update_cut.py"), str(folder), str(cut)]
    return subprocess.run([*command, *more], check=False, capture_output=True).returncode


def board(folder: Path) -> dict[str, object]:
    return dict(json.loads((folder / "board.json").read_text()))


def lay(folder: Path, world: str) -> Path:
    folder.mkdir()
    (folder / "board.json").write_text(json.dumps({**START, "world": world}))
    return folder


def boot(folder: Path) -> None:
    """The power is back: what a cut left is undone, then the terminal starts by itself."""
    assert run(folder, 0, "resume") == 0
    told = board(folder)
    if told["current"] == "0.1.1":
        told["schema"] = 9
    (folder / "board.json").write_text(json.dumps({**told, "runs": True, "held": False}))


def through(folder: Path, world: str, cut: int) -> tuple[bool, dict[str, object]]:
    """Update with one cut, boot, and let the nights go on; whether it was cut."""
    lay(folder, world)
    was_cut = run(folder, cut) == -9
    if was_cut:
        boot(folder)
        between = board(folder)
        assert not (between["current"] == "0.1.0" and between["schema"] == 9), "store.newer"
        assert not between["marked"]
    for _ in range(2):
        run(folder, 0)
    return was_cut, board(folder)


@pytest.mark.parametrize(
    ("world", "version", "schema", "visits"),
    [("well", "0.1.1", 9, 7), ("never ready", "0.1.0", 8, 7), ("not migrated", "0.1.0", 8, 7)],
)
def test_wherever_the_power_fails_a_version_with_its_store_is_left(
    tmp_path, world, version, schema, visits
):
    with ThreadPoolExecutor(3) as pool:
        went = list(pool.map(lambda cut: through(tmp_path / str(cut), world, cut), range(CUTS)))
    assert any(was_cut for was_cut, _ in went)
    assert not went[-1][0], "more acts than were cut"
    for cut, (_, told) in enumerate(went):
        told_of = (told["current"], told["schema"], told["visits"], told["kept"], told["runs"])
        assert told_of == (version, schema, visits, None, True), cut
        assert not told["marked"]


def test_where_somebody_was_served_since_the_store_is_never_put_back(tmp_path):
    _, told = through(tmp_path / "served", "served", 0)
    assert int(str(told["visits"])) > 7  # Every start of this one served somebody.
    assert told["schema"] == 9
    assert told["current"] == "0.1.1"
    assert told["runs"]
    assert told["outcome"] == "stays"


def test_a_version_that_was_not_well_is_not_tried_again(tmp_path):
    folder = lay(tmp_path / "once", "never ready")
    assert run(folder, 0) == 1
    assert board(folder)["outcome"] == "back"
    told = board(folder)
    (folder / "board.json").write_text(json.dumps({**told, "world": "well", "outcome": ""}))
    assert run(folder, 0) == 0
    assert board(folder)["current"] == "0.1.0"
    assert board(folder)["outcome"] == ""
