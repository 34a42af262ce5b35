"""What the terminal asks and tells the province beside the visits, when nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from terminal.core.catalogue import Catalogue
from terminal.core.kept_file import KeptFile
from terminal.goods_rules import GoodsRules
from terminal.keeping import Keeping
from terminal.province.conversation import Province
from terminal.province.downloads import Catalogues
from terminal.province.session import Session
from terminal.sold_digest import SoldDigests
from terminal.stock_reports import StockReports
from terminal.store import Store


class Upkeep:
    """Stock reports, the province's tables, the county's filter of sold codes."""

    def __init__(
        self,
        store: Store,
        session: Session,
        catalogue: Catalogue,
        rules: GoodsRules,
        now: Callable[[], datetime],
    ) -> None:
        self.reports = StockReports(
            store, Province(session), catalogue, session.clinic, rules.stock_types, now
        )
        self._keeping = Keeping(
            store,
            catalogue,
            Catalogues(session),
            now,
            rules.diagnoses.learn,
            infno_prefixes=rules.infno_prefixes,
            infno_diagnoses=rules.infno_diagnoses,
        )
        self._digests = (
            None
            if rules.folder is None
            else SoldDigests(session, rules.folder, rules.sold_digest_file, now)
        )

    def take_up(self) -> None:
        """At the start: hand on what is kept, and look again at what waited."""
        self._keeping.take_up()
        self.reports.take_up()

    def kept(self) -> tuple[KeptFile, ...]:
        """Which of the province's tables are kept, for the status page."""
        return self._keeping.kept()

    def troubles(self) -> Mapping[str, str]:
        """Why a table was not renewed when it was last asked for."""
        return self._keeping.troubles()

    def suspects(self, trace_code: str) -> date | None:
        """Of which day the filter is that has this code as sold; None where none has."""
        return None if self._digests is None else self._digests.suspects(trace_code)

    def take_sold_codes(self, data: bytes) -> None:
        """A filter that came another way. Raises Refused `digest.*`; the old one stays then."""
        if self._digests is not None:
            self._digests.take(data)

    def any_waiting(self) -> bool:
        """Whether something is to be told, or it is time to ask."""
        digests = self._digests is not None and self._digests.is_due()
        return digests or self.reports.any_waiting() or self._keeping.any_waiting()

    def tell(self) -> None:
        """Tell what is to be told, then ask for what is newer. Raises nothing of the line's."""
        self.reports.tell()
        if self.reports.any_waiting():
            return  # On a bad line the next would meet the same.
        self._keeping.tell()
        if self._digests is not None:
            self._digests.fetch_if_old()
