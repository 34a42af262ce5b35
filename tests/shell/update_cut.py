"""An update in a folder that stands for a board, by a process that the power leaves.

    python tests/shell/update_cut.py FOLDER CUT [resume]

Real are the steps and their file. The board is files: what is installed, which version is
current, whether the terminal runs, a store of two numbers (schema, visits). The process
kills itself before its act number CUT; 0: never.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "systemd/update"))
from steps import Journey, State, Stopped

NEW, OLD = "0.1.1", "0.1.0"


class Acts:
    """The board: `board.json`, each act on the disk when it returns."""

    def __init__(self, folder: Path, cut: int) -> None:
        self.folder = folder
        self._left = cut

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and name != "folder":
            left = object.__getattribute__(self, "_left")
            object.__setattr__(self, "_left", left - 1)
            if left == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        return object.__getattribute__(self, name)

    def _told(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "board.json").read_text()))

    def _do(self, **changed: Any) -> None:
        told = {**self._told(), **changed}
        if told["current"] == NEW and told["runs"] and told["schema"] == 8:
            told["schema"] = 9  # Opening migrates.
        if told["current"] == OLD and told["runs"] and told["schema"] == 9:
            told["runs"] = False  # store.newer
        part = self.folder / "board.part"
        part.write_text(json.dumps(told))
        part.replace(self.folder / "board.json")

    def current(self) -> str:
        return str(self._told()["current"])

    def repair(self) -> None: ...

    def fetch(self, failed: list[str]) -> str:
        return "" if NEW in failed or self._told()["current"] == NEW else NEW

    def unpack(self, version: str) -> None:
        self._do(installed=[OLD, version])

    def try_copy(self, version: str) -> None:
        if self._told()["world"] == "not migrated":
            raise Stopped("update.not_migrated")

    def forget_copy(self) -> None: ...

    def wait_and_hold(self) -> None:
        if not self._told()["runs"]:
            raise Stopped("update.no_terminal")
        self._do(held=True)

    def contents(self) -> dict[str, list[int]]:
        return {"visit": [self._told()["visits"]]}

    def contents_by(self, version: str) -> dict[str, list[int]] | None:
        told = self._told()
        if told["schema"] == 9 and version == OLD:
            return None
        return {"visit": [told["visits"]], "new_table": [0]}

    def stop(self) -> None:
        self._do(runs=False)

    def start(self) -> bool:
        world = self._told()["world"]
        self._do(runs=True)
        if self._told()["current"] == NEW and world == "served":
            self._do(visits=self._told()["visits"] + 1)
        return self._told()["current"] == OLD or world not in ("never ready", "served")

    def keep_store(self) -> None:
        told = self._told()
        self._do(kept=[told["schema"], told["visits"]])

    def put_store_back(self) -> None:
        schema, visits = self._told()["kept"]
        self._do(schema=schema, visits=visits)

    def forget_store(self) -> None:
        self._do(kept=None)

    def mark(self, version: str) -> None:
        self._do(marked=True)

    def unmark(self) -> None:
        self._do(marked=False, held=False)

    def switch(self, version: str) -> None:
        self._do(current=version)

    def is_well(self) -> bool:
        return self._told()["world"] == "well"

    def finish(self, version: str) -> None:
        self._do(units=version)

    def tell(self, outcome: str, state: State) -> None:
        self._do(outcome=outcome)


def main() -> None:
    folder, cut = Path(sys.argv[1]), int(sys.argv[2])
    acts = Acts(folder, cut)
    journey = Journey(folder / "state.json", acts, lambda _: None)  # type: ignore[arg-type]
    try:
        journey.resume() if sys.argv[3:] else journey.update()
    except Stopped:
        sys.exit(1)


if __name__ == "__main__":
    main()
