"""Where the province is: one address, one per transaction, or a path for each.

The paths are the table of the interface's section 1.1, misspellings and all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from terminal.core.faults import Unavailable
from terminal.province.signing import Seal

FILES = frozenset({"9101", "9102", "1301", "1302", "1303", "1305", "1306", "1307", "3202"})
"""Transactions that read, write or gather a file; they have a time-out of their own."""

ADVICE = frozenset({"2001", "3101", "3102"})
"""Transactions that inform only."""

ADVICE_S = 5.0
"""Advice that takes longer is not worth a doctor's wait: a charge may stand behind it."""

_OUTPATIENT = "/fsi/api/outpatientDocInfoService/"
_SETTLE = "/fsi/api/outpatientSettleService/"
_GOODS = "/fsi/api/goodsService/"
_CATALOGUE = "/fsi/api/catalogdownservice/"
_QUERY = "/fsi/api/fsiIntegratedQueryService/"

PATHS = {
    "9001": "/fsi/api/signInSignOutService/signIn",
    "9002": "/fsi/api/signInSignOutService/signOut",
    "9101": "/fsi/api/fileupload/upload",
    "9102": "/fsi/api/fileupload/download",
    "1101": "/fsi/api/fsiPsnInfoService/queryPsnInfo",
    "2001": "/fsi/api/fsiPsnPriorityInfoService/queryPsnPriorityInfo",
    "2201": _OUTPATIENT + "outpatientRregistration",
    "2202": _OUTPATIENT + "outpatientRegistrationCancel",
    "2203": _OUTPATIENT + "outpatientMdtrtinfoUp",
    "2203A": _OUTPATIENT + "outpatientMdtrtinfoUpA",
    "2204": _OUTPATIENT + "outpatientFeeListUp",
    "2205": _OUTPATIENT + "outpatientFeeListUpCancel",
    "2206": _SETTLE + "preSettletment",
    "2206A": _SETTLE + "preSettletmentA",
    "2207": _SETTLE + "saveSettletmentV2",
    "2207A": _SETTLE + "saveSettletment",
    "2208": _SETTLE + "cancleSettletment",
    "2601": "/fsi/api/reverseService/revsMethod",
    "3101": "/fsi/api/riskConService/beforeAnalyze",
    "3102": "/fsi/api/riskConService/courseAnalyze",
    "3201": "/fsi/api/ybSettlementStmtService/stmtTotal",
    "3202": "/fsi/api/ybSettlementStmtService/stmtDetail",
    "3501": _GOODS + "goodsUpload",
    "3502": _GOODS + "goodsUpdate",
    "3505": _GOODS + "goodsSell",
    "3506": _GOODS + "goodsSellReturn",
    **{f"13{n:02}": f"{_CATALOGUE}downCatalog13{n:02}" for n in range(1, 16)},
}
"""Number -> path. A transaction the table lacks has its number as the last part."""


class UrlStyle(StrEnum):
    """How the address of a transaction is made (interface section 1)."""

    SINGLE = "single"
    BY_INFNO = "by_infno"
    BY_PATH = "by_path"


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the province, and how long it may take. Times in seconds."""

    url: str
    paasid: str
    secret: str = field(repr=False)
    connect_timeout_s: float
    read_timeout_s: float
    file_timeout_s: float = 120.0
    style: UrlStyle = UrlStyle.SINGLE
    ca_file: Path | None = None
    """Certificates that are believed besides the system's."""
    seal: Seal | None = None
    """How the envelope is signed besides the gateway's headers; None: not at all."""
    never: frozenset[str] = frozenset()
    """Transactions that must not leave here, whoever asks for them."""

    def address(self, infno: str) -> str:
        """Where to send this transaction. Raises Unavailable `province.away` for an
        address that is none: nothing can have been sent to it."""
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = None
        if not usable or not self.url.isascii():
            raise Unavailable("province.away", reason="no address")
        base = self.url.rstrip("/")
        if self.style is UrlStyle.BY_INFNO:
            return f"{base}/{infno}"
        if self.style is UrlStyle.BY_PATH:
            return base + PATHS.get(infno, f"/{infno}")
        return self.url

    def answer_within_s(self, infno: str) -> float:
        """How long the whole answer to this transaction may take."""
        if infno in ADVICE:
            return min(self.read_timeout_s, ADVICE_S)
        return self.file_timeout_s if infno in FILES else self.read_timeout_s
