"""Where provinces differ: everything the interface leaves open, one name each.

What implementers report contradicts itself from province to province. None of it is
hard-coded: each is a setting with a default, said once here and documented with the
settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from terminal.core.shares import MutualAid


class TraceCodes(StrEnum):
    """Where the boxes' trace codes travel."""

    SALE_REPORT = "sale_report"
    """3505A, after the settlement."""
    SETTLEMENT = "settlement"
    """Node drug_trac_info of 2207."""
    BOTH = "both"


class StatementResults(StrEnum):
    """Which family of stmt_rslt 3201 and 3202 answer with."""

    EITHER = "either"
    SHORT = "short"
    """0 平, 1 中心多, 2 医药机构多, 3 数据不一致."""
    LONG = "long"
    """000000, 000101, 000102, 000103."""


class FileLists(StrEnum):
    """What the file of 3202 lists."""

    ALL = "all"
    """Every settlement of the span: what is missing was not settled."""
    DIFFERENCES = "differences"
    """Only what differs from what we uploaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One province's reading of the interface."""

    infver: str = "V1.0"
    recer_sys_code: str = "YBXT"
    recer_sys_codes: Mapping[str, str] = field(default_factory=dict)
    """By the first digits of psn_type, where retired cadres and others have their own."""
    infno_describe: str = "2203A"
    infno_pre_settle: str = "2206A"
    infno_settle: str = "2207A"
    infno_sale: str = "3505A"
    infno_sale_return: str = "3506A"
    input_as_text: bool = False
    """Whether `input` is sent as a JSON string."""
    good_texts: tuple[str, ...] = ()
    """err_msg beside infcode 0 that means success all the same, such as 成功."""
    mutual_aid: MutualAid = MutualAid.BESIDE_ACCOUNT
    account_in_fund: bool = False
    """Whether fund_pay_sumamt includes acct_pay (Guangdong does, Hunan does not)."""
    trace_codes: TraceCodes = TraceCodes.SALE_REPORT
    fee_lines_max: int = 100
    """Rows of one 2204; more are sent in several calls of one batch."""
    statement_results: StatementResults = StatementResults.EITHER
    refunds_netted: bool = True
    """Whether the sums of 3201 are without what was cancelled."""
    file_lists: FileLists = FileLists.ALL
    file_by_insurance: bool = True
    """Whether 3202 is asked for one insurance at a time: its insutype is in no transcript."""
    family_doctor_type: str = "03"
    """biz_appy_type of a family-doctor contract."""
    yearly_limit_type: str = "D390101_BIZ11"
    """cum_type_code of what the pool has paid this year for ordinary visits; without the
    suffix chronic disease and 两病 would count as well."""
    upload_as_text: bool = False
    """Whether 9101 takes a file as base64 text; otherwise as an array of byte values."""

    def receiver(self, psn_type: str = "") -> str:
        """recer_sys_code for this kind of person; the longest beginning that fits wins."""
        fitting = [each for each in self.recer_sys_codes if psn_type.startswith(each)]
        if not psn_type or not fitting:
            return self.recer_sys_code
        return self.recer_sys_codes[max(fitting, key=len)]
