"""The terminal's memory: one encrypted SQLite file, one writer, forward migrations.

Only this folder touches the database, and only database.py imports its driver. Every
change of a visit or a settlement is one transaction: the new state and the step that
led to it, both or neither. What must outlive a power cut is on the disk when a call
returns (WAL with synchronous=FULL).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from terminal.store.agreements import Agreements
from terminal.store.api_clients import ApiClientBook
from terminal.store.boxes import Boxes
from terminal.store.callbacks import CallbackBook
from terminal.store.catalogues import CatalogueBook
from terminal.store.census import Census
from terminal.store.closed_days import ClosedDays
from terminal.store.closings import Closings
from terminal.store.contents import Contents
from terminal.store.courses import CourseBook
from terminal.store.database import Database
from terminal.store.dispensed import DispensedBook
from terminal.store.elsewhere import ElsewhereBook
from terminal.store.face_record import FaceRecord
from terminal.store.face_uses import FaceUses
from terminal.store.faces import Faces
from terminal.store.families import Families
from terminal.store.findings import FindingReasons
from terminal.store.handed_over import HandedBook
from terminal.store.held import HeldBook
from terminal.store.history import History
from terminal.store.inspected import Inspected
from terminal.store.journal import Journal
from terminal.store.ledger import LedgerBook
from terminal.store.lines import Lines
from terminal.store.looking_back import PastBook
from terminal.store.machine import Machine
from terminal.store.mine import MineBook
from terminal.store.offline import OfflineBook
from terminal.store.opened import OpenedBoxes
from terminal.store.operators import Operators
from terminal.store.pads import PadBook
from terminal.store.papers import PaperBook
from terminal.store.payments import Payments
from terminal.store.people import People
from terminal.store.prescriptions import PrescriptionBook
from terminal.store.pushed import PushedBook
from terminal.store.restored import RestoredBook
from terminal.store.sales import Sales
from terminal.store.sealing import TemplateSeal, derived_key, seal_anew
from terminal.store.settlements import Settlements
from terminal.store.standing import StandingBook
from terminal.store.stock import Stock
from terminal.store.tallies import Tallies
from terminal.store.telling import Telling
from terminal.store.usage import Usage
from terminal.store.visits import Visits


class Store:
    """The open store; its parts share one file and one writer."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        database: type[Database] = Database,
        template_keys: Sequence[bytes] = (),
    ) -> None:
        """Open or make the file. Raises as Database does.

        `database`: for rehearsals and tests, one that fails where they say.
        `template_keys`: 16 bytes each, the newest first; templates under another one of
        them are sealed anew. None: one that follows from the database's key.
        """
        newest, *older = [*template_keys, derived_key(key)]
        self._database = database(path, key)
        self._seal = TemplateSeal(newest, older)
        self.ledger = LedgerBook(self._database)
        self.agreements = Agreements(self._database)
        self.people = People(self._database, self._seal)
        self.families = Families(self._database)
        self.operators = Operators(self._database)
        self.standing = StandingBook(self._database)
        self.faces = Faces(self._database)
        self.face_uses = FaceUses(self._database)
        self.visits = Visits(self._database, self.ledger)
        self.boxes = Boxes(self._database)
        self.opened = OpenedBoxes(self._database, self.boxes)
        self.lines = Lines(self._database, self.visits, self.boxes, self.opened)
        self.settlements = Settlements(self._database, self.visits, self.lines, self.ledger)
        self._open_the_rest(path)
        self.transaction = self._database.transaction
        self.truncate_log = self._database.truncate_log
        self.move = self._database.move
        self.lock_anew = self._database.lock_anew
        if template_keys:
            self._seal_templates()

    def _open_the_rest(self, path: Path) -> None:
        """The parts that need nothing but the file."""
        self.sales = Sales(self._database)
        self.face_record = FaceRecord(self._database, self.ledger)
        self.journal = Journal(self._database)
        self.offline = OfflineBook(self._database)
        self.dispensed = DispensedBook(self._database)
        self.catalogues = CatalogueBook(self._database)
        self.findings = FindingReasons(self._database)
        self.stock = Stock(self._database)
        self.courses = CourseBook(self._database)
        self.elsewhere = ElsewhereBook(self._database)
        self.telling = Telling(self._database)
        self.history = History(self._database)
        self.held = HeldBook(self._database)
        self.mine = MineBook(self._database)
        self.inspected = Inspected(self._database)
        self.census = Census(self._database, path)
        self.usage = Usage(self._database)
        self.tallies = Tallies(self._database)
        self.machine = Machine(self._database)
        self.contents = Contents(self._database)
        self.past = PastBook(self._database)
        self.closings = Closings(self._database)
        self.closed_days = ClosedDays(self._database)
        self.payments = Payments(self._database)
        self.papers = PaperBook(self._database)
        self.pads = PadBook(self._database)
        self.api_clients = ApiClientBook(self._database)
        self.pushed = PushedBook(self._database)
        self.prescriptions = PrescriptionBook(self._database)
        self.handed_over = HandedBook(self._database)
        self.callbacks = CallbackBook(self._database)
        self.restored = RestoredBook(self._database)

    def _seal_templates(self) -> None:
        try:
            seal_anew(self._database, self._seal)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._database.close()
