"""Our day beside the province's: 3201 compares sums, 3202 every settlement.

3202 goes by files: ours is uploaded (9101), the province's is named in the answer and
downloaded (9102). Nothing here changes anything over there: each may be repeated. The
sums and rows are those of our book; where the region counts the account inside the fund
it is put there on the way out and taken out again on the way in.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date

from terminal.core.faults import Refused, Uncertain
from terminal.core.money import ZERO, Money
from terminal.core.reconciliation import Group, OurRow, Result, Sums, TheirRow, Verdict
from terminal.core.region import StatementResults
from terminal.province import messages as m
from terminal.province import statement_messages as sm
from terminal.province.files import pack, unpack
from terminal.province.nodes import read_node, rows, written
from terminal.province.session import Session
from terminal.province.statement_answers import File, TotalVerdict

_SHORT = {
    "0": Result.BALANCED,
    "1": Result.THEIRS_MORE,
    "2": Result.OURS_MORE,
    "3": Result.DIFFERS,
}
_LONG = {
    "000000": Result.BALANCED,
    "000101": Result.THEIRS_MORE,
    "000102": Result.OURS_MORE,
    "000103": Result.DIFFERS,
}
_FAMILIES = {
    StatementResults.SHORT: _SHORT,
    StatementResults.LONG: _LONG,
    StatementResults.EITHER: _SHORT | _LONG,
}

_COLUMNS_MIN = 10
"""psn_no, mdtrt_id, setl_id, msgid, stmt_rslt, refd_setl_flag, memo, medfee_sumamt,
fund_pay_sumamt, acct_pay; exp_content may follow."""

_NOTHING = Sums(count=0, total=ZERO, fund=ZERO, account=ZERO, cash=ZERO)


class Statements:
    """Asks the province how it has a span of days. Amounts of cancellations are below zero."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def total(self, group: Group, begin: date, end: date, sums: Sums) -> Verdict:
        """3201 for one group over a span of days, both included. Raises as Session.send
        does, and Uncertain `province.nonsense` for a verdict of no family we know."""
        node = written(
            sm.StatementTotal,
            insutype=group.insutype,
            clr_type=group.clr_type,
            setl_optins=self._office(group),
            stmt_begndate=begin.isoformat(),
            stmt_enddate=end.isoformat(),
            medfee_sumamt=sums.total.yuan,
            fund_pay_sumamt=self._fund_there(sums.fund, sums.account).yuan,
            acct_pay=sums.account.yuan,
            fixmedins_setl_cnt=sums.count,
        )
        answer = self._session.send("3201", {"data": node})
        told = rows(answer, "stmtinfo")
        if len(told) != 1:
            raise Uncertain("province.nonsense", reason="no verdict")
        verdict = read_node(TotalVerdict, told[0])
        return Verdict(self._result(verdict.stmt_rslt), verdict.stmt_rslt_dscr)

    def details(
        self, group: Group, begin: date, end: date, sums: Sums | None, ours: Sequence[OurRow]
    ) -> tuple[TheirRow, ...]:
        """9101 with our rows, 3202, 9102: the rows of the province's own file.

        `sums` is None where we have nothing. Raises as Session.send and .download do, and
        Uncertain `province.nonsense` for a file that cannot be read whole: half a list
        would make settlements look lost.
        """
        sums = sums or _NOTHING
        upload = self._upload(f"stmt_{begin:%Y%m%d}_{end:%Y%m%d}.txt", ours)
        values: dict[str, object] = {
            "setl_optins": self._office(group),
            "file_qury_no": upload,
            "stmt_begndate": begin.isoformat(),
            "stmt_enddate": end.isoformat(),
            "medfee_sumamt": sums.total.yuan,
            "fund_pay_sumamt": self._fund_there(sums.fund, sums.account).yuan,
            "cash_payamt": sums.cash.yuan,
            "fixmedins_setl_cnt": sums.count,
            "clr_type": group.clr_type,
        }
        if self._session.clinic.region.file_by_insurance:
            node = written(sm.StatementDetailOfInsurance, **values, insutype=group.insutype)
        else:
            node = written(sm.StatementDetail, **values)
        answer = self._session.send("3202", {"data": node})
        file = read_node(File, answer.output.get("fileinfo") or answer.output)
        packed = self._session.download(file.file_qury_no, file.filename)
        listed = [row for row in unpack(packed) if row[0] != "psn_no"]  # Some have a headline.
        return tuple(self._their_row(row) for row in listed)

    def _upload(self, name: str, ours: Sequence[OurRow]) -> str:
        """9101. An unanswered upload leaves a file there that nobody asks for again."""
        packed = pack(name, [self._our_row(row) for row in ours])
        as_text = self._session.clinic.region.upload_as_text
        node = written(
            m.Upload,
            content=base64.b64encode(packed).decode() if as_text else list(packed),
            filename=f"{name}.zip",
            fixmedins_code=self._session.clinic.fixmedins_code,
        )
        answer = self._session.send("9101", {"fsUploadIn": node})
        return read_node(File, answer.output.get("fsUploadOut") or answer.output).file_qury_no

    def _our_row(self, row: OurRow) -> tuple[str, ...]:
        return (
            row.setl_id,
            row.mdtrt_id,
            row.psn_no,
            row.total.yuan,
            self._fund_there(row.fund, row.account).yuan,
            row.account.yuan,
            "1" if row.refunded else "0",
        )

    def _their_row(self, row: tuple[str, ...]) -> TheirRow:
        if len(row) < _COLUMNS_MIN:
            raise Uncertain("province.nonsense", reason="a row too short", columns=len(row))
        psn_no, mdtrt_id, setl_id, msgid, result, refunded, memo, *amounts = row[:_COLUMNS_MIN]
        try:
            total, fund, account = (Money.parse(each or "0") for each in amounts)
        except Refused:
            raise Uncertain("province.nonsense", reason="no amount in a row") from None
        in_fund = self._session.clinic.region.account_in_fund
        return TheirRow(
            setl_id=setl_id,
            mdtrt_id=mdtrt_id,
            psn_no=psn_no,
            msgid=msgid,
            result=self._result(result),
            refunded=refunded in ("1", "001"),
            total=total,
            fund=fund - account if in_fund else fund,
            account=account,
            memo=memo,
        )

    def _office(self, group: Group) -> str:
        """setl_optins; an answer that did not name it was cleared at home."""
        return group.clr_optins or self._session.clinic.mdtrtarea_admvs

    def _fund_there(self, fund: Money, account: Money) -> Money:
        """fund_pay_sumamt as this region counts it."""
        return fund + account if self._session.clinic.region.account_in_fund else fund

    def _result(self, told: str) -> Result:
        family = _FAMILIES[self._session.clinic.region.statement_results]
        if told not in family:
            raise Uncertain("province.nonsense", reason="stmt_rslt of no known family")
        return family[told]
