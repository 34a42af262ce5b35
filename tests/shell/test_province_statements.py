"""Reconciliation and catalogues: sums by 3201, every settlement by 3202 and its two files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import FileRows, Manner, Verdicts
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused, Uncertain
from terminal.core.money import ZERO, Money, total
from terminal.core.reconciliation import Group, OurRow, Result, Sums
from terminal.core.region import FileLists, Region, StatementResults
from terminal.province.client import Client
from terminal.province.conversation import Settled
from terminal.province.downloads import Catalogues
from terminal.province.envelope import Caller
from terminal.province.statements import Statements
from terminal.store import Store
from tests.clinic import CLINIC, Clock
from tests.shell.at_the_province import EVERYBODY, AtTheProvince, at_the_province, line_to
from tests.shell.between import Between, Quiet, answer, served

DAY = date(2025, 9, 20)
GROUP = Group("390", "11", "431024")
CALLER = Caller(CLINIC.fixmedins_code, "x", "431024", "YBXT", "V1.0", "D1", "x", "")
NOTHING = Sums(0, ZERO, ZERO, ZERO, ZERO)


def fault_of(act: Any) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


@contextmanager
def there(
    folder: Path, store: Store, clock: Clock, region: Region | None = None, **manner: Any
) -> Iterator[AtTheProvince]:
    with (
        SandboxProvince(folder / "province", clock=clock, manner=Manner(**manner)) as running,
        at_the_province(line_to(running.address), store, clock, region) as at,
    ):
        yield at


def row_of(settled: Settled, psn_no: str) -> OurRow:
    shares = settled.shares
    return OurRow(
        settlement_id="S",
        visit_id="V",
        group=Group(settled.insutype, settled.clr_type, settled.clr_optins),
        setl_id=settled.setl_id,
        mdtrt_id=settled.mdtrt_id,
        psn_no=psn_no,
        msgid=settled.medins_setl_id,
        total=shares.total,
        fund=shares.fund,
        account=shares.account,
        cash=shares.cash,
        refunded=False,
    )


def undone(row: OurRow) -> OurRow:
    return replace(
        row,
        total=-row.total,
        fund=-row.fund,
        account=-row.account,
        cash=-row.cash,
        refunded=True,
    )


def sums(rows: list[OurRow]) -> Sums:
    return Sums(
        sum(-1 if row.refunded else 1 for row in rows),
        *(
            total(getattr(row, name) for row in rows)
            for name in ("total", "fund", "account", "cash")
        ),
    )


def settled_row(at: AtTheProvince) -> OurRow:
    case = at.case()
    return row_of(at.settled(case), case.person.psn_no)


# --- 3201


@pytest.mark.parametrize("family", list(Verdicts))
@pytest.mark.parametrize("believed", list(StatementResults))
def test_a_verdict_is_read_in_the_family_that_the_region_speaks(
    tmp_path: Path, store: Store, clock: Clock, family: Verdicts, believed: StatementResults
) -> None:
    region = Region(statement_results=believed)
    with there(tmp_path, store, clock, region, verdicts=family) as at:
        ours = sums([settled_row(at)])
        statements = Statements(at.session)

        def ask(told: Sums) -> Result:
            return statements.total(GROUP, DAY, DAY, told).result

        if believed.value not in ("either", family.value):
            assert isinstance(fault_of(lambda: ask(ours)), Uncertain)
            return
        assert ask(ours) is Result.BALANCED
        assert ask(NOTHING) is Result.THEIRS_MORE
        assert ask(replace(ours, count=2)) is Result.OURS_MORE
        assert ask(replace(ours, fund=ours.fund + Money(1))) is Result.DIFFERS
        assert "1" in statements.total(GROUP, DAY, DAY, NOTHING).said


def test_a_day_of_cancellations_travels_below_zero(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    with there(tmp_path, store, clock) as at:
        case = at.case()
        settled = at.settled(case)
        row = row_of(settled, case.person.psn_no)
        clock.now = clock.now.replace(day=21)
        at.province.cancel(case, settled.mdtrt_id, settled.setl_id)
        next_day = date(2025, 9, 21)
        statements = Statements(at.session)
        assert statements.total(GROUP, DAY, DAY, sums([row])).result is Result.BALANCED
        below = sums([undone(row)])
        assert below.total < ZERO
        assert statements.total(GROUP, next_day, next_day, below).result is Result.BALANCED
        found = statements.details(GROUP, DAY, next_day, sums([]), [row, undone(row)])
        assert [(each.refunded, each.result) for each in found] == [
            (False, Result.BALANCED),
            (True, Result.BALANCED),
        ]
        assert found[1].total == -row.total


def test_an_office_that_no_answer_named_is_the_clinics_own(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    with there(tmp_path, store, clock) as at:
        ours = sums([settled_row(at)])
        unnamed = replace(GROUP, clr_optins="")
        verdict = Statements(at.session).total(unnamed, DAY, DAY, ours)
        assert verdict.result is Result.BALANCED


# --- 3202


@pytest.mark.parametrize("as_text", [False, True], ids=["bytes", "base64"])
def test_the_file_of_a_day_names_the_message_that_made_each_settlement(
    tmp_path: Path, store: Store, clock: Clock, as_text: Any
) -> None:
    with there(tmp_path, store, clock, Region(upload_as_text=as_text)) as at:
        row = settled_row(at)
        found = Statements(at.session).details(GROUP, DAY, DAY, sums([row]), [row])
    assert len(found) == 1
    assert (found[0].setl_id, found[0].mdtrt_id, found[0].psn_no, found[0].msgid) == (
        row.setl_id, row.mdtrt_id, row.psn_no, row.msgid,
    )  # fmt: skip
    assert (found[0].total, found[0].fund, found[0].account) == (row.total, row.fund, row.account)
    assert (found[0].result, found[0].refunded) == (Result.BALANCED, False)


def test_each_kind_of_difference_is_a_row_of_its_own(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    with there(tmp_path, store, clock) as at:
        first, second = settled_row(at), settled_row(at)
        wrong = replace(first, fund=first.fund - Money(1))
        invented = replace(first, setl_id="X1", mdtrt_id="Y1")
        found = Statements(at.session).details(GROUP, DAY, DAY, NOTHING, [wrong, invented])
    assert {(row.setl_id, row.result) for row in found} == {
        (first.setl_id, Result.DIFFERS),
        (second.setl_id, Result.THEIRS_MORE),
        ("X1", Result.OURS_MORE),
    }


@pytest.mark.parametrize(("lists", "listed"), [(FileLists.ALL, 2), (FileLists.DIFFERENCES, 1)])
def test_a_file_may_list_all_or_differences_only(
    tmp_path: Path, store: Store, clock: Clock, lists: FileLists, listed: int
) -> None:
    region = Region(file_lists=lists)
    with there(tmp_path, store, clock, region, file_rows=FileRows(lists.value)) as at:
        first, _ = settled_row(at), settled_row(at)
        found = Statements(at.session).details(GROUP, DAY, DAY, None, [first])
    assert len(found) == listed


@pytest.mark.parametrize("by_insurance", [True, False], ids=["one insurance", "all"])
def test_where_3202_does_not_ask_for_one_insurance_all_of_them_come(
    tmp_path: Path, store: Store, clock: Clock, by_insurance: Any
) -> None:
    with there(tmp_path, store, clock, Region(file_by_insurance=by_insurance)) as at:
        kinds = []
        for id_number in EVERYBODY:
            try:
                kinds.append(at.settled(at.case(id_number)).insutype)
            except Refused:
                continue
        found = Statements(at.session).details(GROUP, DAY, DAY, None, [])
    assert set(kinds) == {"310", "390"}
    assert len(found) == (kinds.count("390") if by_insurance else len(kinds))


@pytest.mark.parametrize("in_fund", [False, True], ids=["beside", "inside"])
def test_an_account_counted_in_the_fund_is_taken_out_of_their_rows_and_put_into_ours(
    tmp_path: Path, store: Store, clock: Clock, in_fund: Any
) -> None:
    region = Region(account_in_fund=in_fund)
    with there(tmp_path, store, clock, region, account_in_fund=in_fund) as at:
        rows = []
        for id_number in EVERYBODY:
            try:
                case = at.case(id_number)
                rows.append(row_of(at.settled(case), case.person.psn_no))
            except Refused:
                continue
        employees = [row for row in rows if row.group.insutype == "310"]
        assert any(row.account > ZERO for row in employees)
        group = replace(GROUP, insutype="310")
        statements = Statements(at.session)
        assert statements.total(group, DAY, DAY, sums(employees)).result is Result.BALANCED
        found = statements.details(group, DAY, DAY, sums(employees), employees)
    assert all(row.result is Result.BALANCED for row in found)
    assert {(row.setl_id, row.fund) for row in found} == {
        (row.setl_id, row.fund) for row in employees
    }


@pytest.mark.parametrize("netted", [True, False], ids=["netted", "gross"])
def test_sums_are_compared_as_the_region_counts_them(
    tmp_path: Path, store: Store, clock: Clock, netted: Any
) -> None:
    """Which of the two our book adds up, the closing decides: here it is told either."""
    with there(tmp_path, store, clock, refunds_netted=netted) as at:
        case = at.case()
        settled = at.settled(case)
        at.province.cancel(case, settled.mdtrt_id, settled.setl_id)
        row = row_of(settled, case.person.psn_no)
        told = sums([row, undone(row)]) if netted else sums([row])
        assert Statements(at.session).total(GROUP, DAY, DAY, told).result is Result.BALANCED


# --- files that are none


HEAD = "psn_no\tmdtrt_id\tsetl_id\tmsgid\tstmt_rslt\trefd_setl_flag\tmemo\ta\tb\tc\n"
ROW = "P\tM\tS\tnull\t0\t0\tnull\t26.34\t18.44\tnull\n"


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", text)
    return packed.getvalue()


@contextmanager
def recorded(store: Store, clock: Clock, file: bytes, **told: object) -> Iterator[AtTheProvince]:
    """A province that answers from a record; only the file is new each time."""
    said = {
        "9001": b'{"infcode":0,"output":{"signinoutb":{"sign_no":"1"}}}',
        "9101": b'{"infcode":0,"output":{"file_qury_no":"F1","filename":"a.zip"}}',
        "3202": b'{"infcode":"0","output":"{\\"fileinfo\\":{\\"file_qury_no\\":77,'
        b'\\"filename\\":\\"b.zip\\",\\"dld_endtime\\":null}}"}',
        "9102": file,
        **told,
    }

    class Handler(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - the library's name.
            import json  # noqa: PLC0415

            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer(self, said[sent["infno"]])

    with served(Handler) as address, at_the_province(line_to(address), store, clock) as at:
        yield at


def test_a_headline_an_empty_msgid_and_a_null_amount_are_borne(store: Store, clock: Clock) -> None:
    with recorded(store, clock, zipped(HEAD + ROW + ROW.replace("S\t", "S2\t", 1))) as at:
        found = Statements(at.session).details(GROUP, DAY, DAY, NOTHING, [])
    assert [(row.setl_id, row.msgid, row.account) for row in found] == [
        ("S", "", ZERO),
        ("S2", "", ZERO),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "P\tM\tS\n", ROW.replace("26.34", "26.345"), ROW.replace("26.34", "NaN"),
        ROW.replace("\t0\t0", "\t7\t0"), ROW + "P\n",
    ],
)  # fmt: skip
def test_half_a_list_is_nonsense(store: Store, clock: Clock, text: str) -> None:
    with recorded(store, clock, zipped(text)) as at:
        fault = fault_of(lambda: Statements(at.session).details(GROUP, DAY, DAY, NOTHING, []))
    assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (b'{"infcode":-1,"err_msg":"x"}', Refused), (b'{"infcode":0,"output":{}}', Uncertain),
        (b"<html>", Uncertain), (b"", Uncertain), (b"PK and no more", Uncertain),
    ],
)  # fmt: skip
def test_what_is_no_file_is_a_refusal_or_nonsense(
    store: Store, clock: Clock, file: bytes, kind: type[Fault]
) -> None:
    with recorded(store, clock, file) as at:
        fault = fault_of(lambda: Statements(at.session).details(GROUP, DAY, DAY, NOTHING, []))
    assert type(fault) is kind


def test_a_file_beyond_the_limit_is_read_no_further(store: Store, clock: Clock) -> None:
    from terminal.province.client import FILE_BYTES_MAX  # noqa: PLC0415

    with recorded(store, clock, b"PK" + b"0" * FILE_BYTES_MAX) as at:
        fault = fault_of(lambda: at.session.download("F", "a.zip"))
    assert fault.facts == {"reason": "too large", "bytes": FILE_BYTES_MAX + 1}


def test_a_file_is_in_the_journal_whole_when_small_and_by_its_digest_when_large(
    store: Store, clock: Clock
) -> None:
    kept: list[bytes] = []

    class Listening:
        next_msgid = store.journal.next_msgid
        sending = store.journal.sending

        def heard(self, msgid: str, outcome: str, code: str, said: bytes, at: datetime) -> None:
            kept.append(said)
            store.journal.heard(msgid, outcome, code, said, at)

    small, large = zipped(ROW), b"PK" + b"0" * 300_000
    for file in (small, large):
        with recorded(store, clock, file) as at:
            client = Client(at.line, Listening(), clock)
            assert client.download(CALLER, {}) == file
            client.close()
    assert kept[0] == small
    assert kept[1].startswith(b"300002 bytes, sha256 ")


@pytest.mark.parametrize("fault", ["lost_after_commit", "half_answer", "nonsense", "server_error"])
def test_a_lost_file_is_asked_for_again(
    tmp_path: Path, store: Store, clock: Clock, province: SandboxProvince, fault: str
) -> None:
    with at_the_province(line_to(province.address), store, clock) as at:
        row = settled_row(at)
        for infno in ("9101", "3202", "9102"):
            province.faults.plant(fault, infno)
            ask = lambda: Statements(at.session).details(GROUP, DAY, DAY, sums([row]), [row])  # noqa: E731
            assert isinstance(fault_of(ask), Uncertain)
            assert len(ask()) == 1


def test_signed_out_over_there_a_file_is_asked_for_again(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with at_the_province(line_to(province.address), store, clock) as at:
        at.province.ready()
        fetched = Catalogues(at.session).fetch("1305", "0")
        store.journal.remember(
            "sign_in",
            {"day": DAY.isoformat(), "opter": CLINIC.doctor_code, "sign_no": "1"},
        )
        assert Catalogues(at.session).fetch("1305", "0") == fetched


# --- catalogues


@pytest.mark.parametrize(("infno", "columns"), [("1301", 97), ("1305", 20)])
def test_a_catalogue_comes_in_its_columns(
    province: SandboxProvince, store: Store, clock: Clock, infno: str, columns: int
) -> None:
    with at_the_province(line_to(province.address), store, clock) as at:
        rows = Catalogues(at.session).fetch(infno, "0")
        assert rows
        assert {len(row) for row in rows} == {columns}
        assert rows[0][1] == "" or infno != "1301"
        assert Catalogues(at.session).fetch(infno, rows[0][-1]) == ()


def test_a_kind_that_comes_page_by_page_is_refused_before_anything_is_sent(
    line: Between, store: Store, clock: Clock
) -> None:
    with at_the_province(line_to(line.address), store, clock) as at:
        assert fault_of(lambda: Catalogues(at.session).fetch("1312", "0")).code == (
            "province.no_such_catalogue"
        )
    assert line.asked == []
