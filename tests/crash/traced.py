"""A terminal process to be traced: one visit settled and cancelled, one reversed.

Usage: python -m tests.crash.traced FOLDER ADDRESS FULL|NORMAL
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from terminal import clock
from terminal.settlement import SettlingRules
from terminal.store.database import Database
from tests.clinic import AMOXICILLIN, PARACETAMOL, RULES, WANG, code
from tests.rooms import Rooms


class HalfDurable(Database):
    """The planted fault: a commit returns before it is on the disk."""

    synchronous = "NORMAL"


def main(folder: Path, address: str, synchronous: str) -> None:
    kinds = {"FULL": Database, "NORMAL": HalfDurable}
    settling = SettlingRules(find_by_visit=False, reversal_answer_suffices=True)
    rules = replace(RULES, settling=settling)
    here = Rooms(folder, address, clock.now, rules, database=kinds[synchronous])
    here.confirm(here.priced(WANG, code(AMOXICILLIN, 1)))  # Its answer is lost: reversed.
    here.till.ask_now()
    front = here.counter.front or ""
    here.reception.leave(front)
    here.confirm(second := here.priced(WANG, code(PARACETAMOL, 2)))
    here.undoing.cancel(second, "开错了药")
    here.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
