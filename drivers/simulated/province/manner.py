"""Where the interface is open and provinces differ: one name each, with this one's choice.

The defaults are what the demo and the training room meet. A test province takes another
`Manner` and is then strict in that other way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class UnknownOriginal(StrEnum):
    """What 2601 answers when the original never arrived; both mean *not settled*."""

    ACCEPTED = "accepted"
    NOT_FOUND = "not_found"


class UrlStyle(StrEnum):
    """What the address of a request must be. Elsewhere there is nobody: HTTP 404."""

    ANY = "any"
    BY_INFNO = "by_infno"
    """It ends with the infno of the body."""
    BY_PATH = "by_path"
    """It ends with the transaction's path of the interface, section 1.1."""


class Signing(StrEnum):
    """What must be signed or sealed besides the gateway's headers (section 2.4)."""

    NONE = "none"
    SM2 = "sm2"
    SM2_SM4 = "sm2_sm4"


class Verdicts(StrEnum):
    """The family of codes in stmt_rslt (section 6.1)."""

    SHORT = "short"
    LONG = "long"


class FileRows(StrEnum):
    """What the file of 3202 lists."""

    ALL = "all"
    DIFFERENCES = "differences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How this province behaves where the interface leaves it open."""

    # --- what it asks for

    infnos_refused: frozenset[str] = frozenset()
    """Forms it does not know, such as 2207A where only 2207 is spoken."""
    url_style: UrlStyle = UrlStyle.ANY
    input_as_text: bool = False
    """Whether `input` must be a JSON string; both are read otherwise."""
    signature_window_s: int = 300
    """How far a request's timestamp may lie from the gateway's own clock."""
    signing: Signing = Signing.NONE
    clinic_public_key: str = ""
    """SM2 key the clinic signs with, hexadecimal."""
    sm4_key: str = field(default="", repr=False)
    """The key of a sealed `input`, 32 hexadecimal digits."""
    receivers: Mapping[str, str] = field(default_factory=dict)
    """First digits of psn_type -> recer_sys_code of whatever is about that person; the
    empty beginning is everybody's. Without any, every code is taken."""
    fee_lines_max: int = 100
    """Rows of one 2204."""
    trace_codes_with_settlement: bool = False
    """Whether 2207 must bring the trace codes of its drugs (node drug_trac_info): of every
    drug that is not exempt and was not uploaded (2204) with a reason for having none."""
    sold_digest_file: str = "sold_digest"
    """Name of the county's file of sold codes, as 9102 is asked for it; "": there is none."""
    msgid_once: bool = True
    """Whether a message id that comes again is turned away. No document promises it."""

    # --- how it answers

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field -> this sandbox's code -> the code this province writes and reads instead,
    such as {"insutype": {"390": "391"}}."""
    unknown_original: UnknownOriginal = UnknownOriginal.ACCEPTED
    visit_finds_settlement: bool = True
    """Whether 5203 answers by mdtrt_id alone."""
    cancellation_has_own_id: bool = False
    """Whether 2208 answers with a setl_id of its own instead of the original's."""
    account_in_fund: bool = False
    """Whether fund_pay_sumamt includes acct_pay, as in Guangdong; psn_part_amt is then
    without it, so that section 5.8's third identity holds."""
    mutual_aid_in_account: bool = False
    """Whether acct_pay includes acct_mulaid_pay."""
    verdicts: Verdicts = Verdicts.SHORT
    refunds_netted: bool = True
    """Whether the sums of 3201 subtract cancellations, amount and count."""
    file_rows: FileRows = FileRows.ALL
    good_text: str | None = None
    """err_msg of a success, such as 成功."""
    tells_families: bool = True
    """Whether 1101 tells whom somebody may act for (familyinfo) and whose account pays for
    them (aidinfo). PH: no field list of either was found."""
    numbers_as_strings: bool = False
    null_rich: bool = False
    """Whether what a settlement may leave out, and funds that pay nothing, are null."""
    own_private_key: str = field(default="", repr=False)
    """SM2 key this province signs its answers with; without one they are not signed."""
