"""One send and its outcomes: what was certainly not sent, was said, or is not known."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.province.faults import DISTURBANCES
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.money import Money
from terminal.core.region import Region
from terminal.core.shares import MutualAid
from terminal.province.answers import InsuInfo
from terminal.province.client import MOVES_MONEY, Client, judged
from terminal.province.envelope import ANSWER_BYTES_MAX, Answer, Caller, read_answer
from terminal.province.nodes import read_node, written
from terminal.province.session import Session
from terminal.province.settlement_answers import SetlInfo
from terminal.store import Store
from terminal.store.journal import Outcome
from tests.clinic import CLINIC, WANG, Clock, open_line
from tests.shell.between import Quiet, answer, between, served

CALLER = Caller("H43102400991", "x", "431024", "YBXT", "V1.0", "D1", "x", "")
GOOD = b'{"infcode": 0, "err_msg": null, "output": {"a": 1}}'


def fault_of(act: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


@contextmanager
def saying(body: bytes, status: int = 200, drip_s: float = 0.0) -> Iterator[str]:
    """A province that always says this, in one piece or a byte at a time."""
    closing = threading.Event()

    class Handler(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - the library's name.
            self.rfile.read(int(self.headers["Content-Length"]))
            if not drip_s:
                answer(self, body, status)
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for byte in body:
                if closing.wait(drip_s):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:
                    return

    with served(Handler) as address:
        try:
            yield address
        finally:
            closing.set()


@contextmanager
def client(
    address: str, store: Store, clock: Clock | None = None, **more: object
) -> Iterator[Client]:
    opened = open_line(address, store.journal, clock or Clock(), **more)  # type: ignore[arg-type]
    try:
        yield opened
    finally:
        opened.close()


def asked(address: str, store: Store, infno: str, **more: object) -> Answer | Fault:
    """What becomes of one message, and that the journal says the same."""
    outcome: Answer | Fault
    with client(address, store, **more) as sender:
        try:
            outcome = sender.send(infno, CALLER, {"data": {}}, msgid="M1")
        except Fault as fault:
            outcome = fault
    sent = store.journal.message("M1")
    assert sent is not None
    said = "answered" if isinstance(outcome, Answer) else type(outcome).__name__.lower()
    assert sent.outcome == said
    return outcome


# --- nothing was sent


def test_where_nobody_listens_nothing_was_sent(store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        outcome = asked(address, store, "2207A")
    assert isinstance(outcome, Unavailable)
    assert outcome.code == "province.away"


def test_a_connection_that_is_never_taken_is_nothing_sent(store: Store) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        outcome = asked(f"http://127.0.0.1:{full.getsockname()[1]}", store, "2207A")
    assert isinstance(outcome, Unavailable)


@pytest.mark.parametrize("url", ["", "no address", "http://[", "nonsense://x"])
def test_an_address_that_is_none_is_nothing_sent(store: Store, url: str) -> None:
    assert isinstance(asked(url, store, "2207A"), Unavailable)


def test_what_cannot_be_written_down_is_not_sent(tmp_path: Path, store: Store) -> None:
    arrived: list[bytes] = []

    class Handler(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - the library's name.
            arrived.append(b"")
            answer(self, GOOD)

    with served(Handler) as address, client(address, store) as sender:
        store.close()
        fault = fault_of(lambda: sender.send("2207A", CALLER, {}, msgid="M1"))
    assert isinstance(fault, Unavailable)
    assert arrived == []


def test_a_message_is_whole_on_the_disk_before_its_first_byte_arrives(
    tmp_path: Path, province: SandboxProvince, store: Store, clock: Clock
) -> None:
    on_arrival: list[bool] = []
    with between(province.address) as line, client(line.address, store, clock) as sender:

        def look(sent: dict) -> dict:
            kept = store.journal.message(sent["msgid"])
            assert kept is not None
            on_arrival.append(kept.outcome is Outcome.STOPPED and kept.infno == sent["infno"])
            on_arrival.append(json.loads(kept.request) == sent)
            return sent

        line.request = look
        Session(sender, CLINIC, store.journal, clock).sign_in()
    assert on_arrival == [True, True]


# --- what was said


def test_a_good_answer_is_handed_on(store: Store) -> None:
    with saying(GOOD) as address:
        outcome = asked(address, store, "2207A")
    assert isinstance(outcome, Answer)
    assert outcome.output == {"a": 1}


@pytest.mark.parametrize("infno", ["1101", *MOVES_MONEY])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"infcode": -2, "err_msg": "FSI-no"}', "province.refused"),
        (b'{"infcode": "1", "err_msg": "FSI-no", "output": null}', "province.refused"),
        (b'{"infcode": -1, "err_msg": "FSI-"}', "province.system_error"),
        (b'{"infcode": 0, "err_msg": "FSI-[x]", "output": {}}', "province.contradiction"),
    ],
)
def test_an_unclear_answer_is_a_no_only_where_no_money_moves(
    store: Store, infno: str, body: bytes, code: str
) -> None:
    with saying(body) as address:
        outcome = asked(address, store, infno)
    if code == "province.refused" or infno not in MOVES_MONEY:
        assert isinstance(outcome, Refused)
        assert outcome.code == "province.refused"
    else:
        assert isinstance(outcome, Uncertain)
        assert outcome.code == code
    assert outcome.said.startswith("FSI-")
    assert outcome.said not in str(outcome)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Refused), (403, Refused), (500, Uncertain), (302, Uncertain)]
)
def test_who_is_not_admitted_is_told_so_but_money_is_never_sure(
    store: Store, status: int, kind: type[Fault]
) -> None:
    with saying(b"<html>", status) as address:
        assert isinstance(asked(address, store, "1101"), kind)
    with saying(b"<html>", status) as address, client(address, store) as sender:
        fault = fault_of(lambda: sender.send("2207A", CALLER, {}))
    assert isinstance(fault, Uncertain)


DEEP = b'{"infcode": 0, "output": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"0", b"<html>502</html>", b'{"infcode": 0', b"\xff\xfe{}",
        b'{"infcode": null}', b'{"infcode": "ok"}', b'{"infcode": 0.5}', b'{"infcode": []}',
        b'{"infcode": 0, "output": {"a": NaN}}', b'{"infcode": 0, "output": {"a": -Infinity}}',
        b'{"infcode": 0, "output": {"a": 1e99999999999999999999}}',
        b'{"infcode": 0, "output": "not json"}', b'{"infcode": 0, "output": 5}',
        b'{"infcode": 0, "output": {"setl_id": "\\ud800"}}',
        b'{"infcode": ' + b"9" * 5000 + b"}", DEEP, b" " * (ANSWER_BYTES_MAX + 1),
    ],
    ids=range(20),
)  # fmt: skip
@pytest.mark.parametrize("infno", ["1101", "2207A"])
def test_nonsense_of_any_shape_is_not_known_and_breaks_nothing(
    store: Store, body: bytes, infno: str
) -> None:
    with saying(body) as address:
        outcome = asked(address, store, infno)
    assert isinstance(outcome, Uncertain)
    assert outcome.code == "province.nonsense"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    try:
        assert read_answer(body)
    except Uncertain as nonsense:
        code = nonsense.code
    else:
        code = "province.nonsense"
    assert code == "province.nonsense"


NUMBERS = (
    st.floats()
    | st.integers()
    | st.text(max_size=20)
    | st.none()
    | st.booleans()
    | st.decimals(allow_nan=True)
    | st.sampled_from([Decimal("1E+999999999"), Decimal("-1E-999999"), [], {}])
)


@given(st.dictionaries(st.sampled_from(list(SetlInfo.model_fields)), NUMBERS))
def test_no_figures_break_the_reading_or_become_half_an_amount(node: dict[str, object]) -> None:
    try:
        shares = read_node(SetlInfo, node).shares(Region()).verified()
    except Fault as fault:
        codes = {fault.code}
    else:
        codes = set()
        assert shares.own + shares.fund + shares.hospital == shares.total
    assert codes <= {"province.nonsense", "province.amounts_do_not_add_up"}


def test_a_long_error_text_is_cut(store: Store) -> None:
    body = json.dumps({"infcode": -2, "err_msg": "长" * 100_000}).encode()
    with saying(body) as address:
        outcome = asked(address, store, "1101")
    assert isinstance(outcome, Refused)
    assert len(outcome.said) == 500


def test_a_line_that_drips_is_left_after_the_time_an_answer_may_take(store: Store) -> None:
    with saying(GOOD * 100, drip_s=0.05) as address:
        outcome = asked(address, store, "2207A", read_timeout_s=0.3)
    assert isinstance(outcome, Uncertain)
    assert outcome.code == "province.no_answer"


def test_a_province_that_says_nothing_is_left_after_its_time(store: Store) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        outcome = asked(address, store, "2207A", read_timeout_s=0.2)
    assert isinstance(outcome, Uncertain)
    assert outcome.code == "province.no_answer"


@pytest.mark.parametrize("body", [GOOD, b"<html>"])
def test_a_full_disk_behind_it_never_turns_what_was_sent_into_nothing_sent(
    store: Store, body: bytes
) -> None:
    """Else a charge that was answered would be charged again."""

    class FullDisk:
        next_msgid = store.journal.next_msgid
        sending = store.journal.sending

        def heard(self, *_: object) -> None:
            raise Unavailable("store.away", reason="disk full")

    with saying(body) as address:
        sender = open_line(address, FullDisk(), Clock())
        try:
            outcome: object = sender.send("2207A", CALLER, {}, msgid="M1")
        except Fault as fault:
            outcome = fault
        sender.close()
    assert isinstance(outcome, Answer if body == GOOD else Uncertain)


def test_a_screen_that_cannot_be_drawn_never_turns_what_was_sent_into_nothing_sent(
    store: Store,
) -> None:
    def broken(_: str | None) -> None:
        raise Unavailable("store.away")

    with saying(GOOD) as address, client(address, store, line_is=broken) as sender:
        assert sender.send("2207A", CALLER, {}).output == {"a": 1}


# --- the sandbox's faults, each with its outcome

LEARNT = {
    "slow": Answer, "slow_answer": Answer, "duplicated": Answer, "numbers_as_strings": Answer,
    "output_as_string": Answer, "refused": Refused, "lost_before": Uncertain,
    "lost_after_commit": Uncertain, "reset": Uncertain, "nonsense": Uncertain,
    "half_answer": Uncertain, "server_error": Uncertain, "server_error_before": Uncertain,
    "error_text": Refused, "system_error": Refused, "duplicated_second_answer": Refused,
    "reordered": Answer, "restart": Uncertain, "restart_before": Uncertain,
}  # fmt: skip


ABOUT_MONEY_ONLY = {"limit_moved"}
ABOUT_BOXES_ONLY = {"not_taken", "no_verdict"}
ABOUT_LISTS_ONLY = {"not_known_yet"}
ABOUT_FILES_ONLY = {"file_cut", "file_rows_missing", "file_wrong_version", "file_gbk"}


def test_every_fault_of_the_sandbox_stands_in_the_table() -> None:
    elsewhere = ABOUT_MONEY_ONLY | ABOUT_BOXES_ONLY | ABOUT_LISTS_ONLY | ABOUT_FILES_ONLY
    assert set(LEARNT) | elsewhere == set(DISTURBANCES)


@pytest.mark.parametrize("fault", LEARNT)
def test_each_fault_of_the_sandbox_has_its_outcome(
    province: SandboxProvince, store: Store, clock: Clock, fault: str
) -> None:
    with client(province.address, store) as sender:
        session = Session(sender, CLINIC, store.journal, clock)
        session.sign_in()
        province.faults.plant(fault, "1101", seconds=0.1)
        data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": WANG}
        try:
            outcome: object = session.send("1101", {"data": data})
        except Fault as known:
            outcome = known
    assert type(outcome) is LEARNT[fault]
    if isinstance(outcome, Answer):
        row = read_node(InsuInfo, outcome.output["insuinfo"][0])
        assert (row.insutype, row.balc) == ("390", Money(0))


# --- the session


def test_signing_in_is_once_a_day_and_outlives_a_restart(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with between(province.address) as line, client(line.address, store, clock) as sender:
        first = Session(sender, CLINIC, store.journal, clock).sign_in()
        assert Session(sender, CLINIC, store.journal, clock).sign_in() == first
        clock.now = clock.now.replace(day=21, hour=0, minute=0)
        assert Session(sender, CLINIC, store.journal, clock).sign_in() != first
        assert line.asked == ["9001", "9001"]


def test_signed_out_over_there_the_terminal_signs_in_anew_and_asks_again(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with between(province.address) as line, client(line.address, store, clock) as sender:
        session = Session(sender, CLINIC, store.journal, clock)
        signed = {"day": clock().date().isoformat(), "opter": CLINIC.doctor_code, "sign_no": "1"}
        store.journal.remember("sign_in", signed)
        data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": WANG}
        assert session.send("1101", {"data": data}).output["baseinfo"]
        assert line.asked == ["1101", "9001", "1101"]


def test_a_message_with_a_number_of_its_own_is_said_once_only(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with between(province.address) as line, client(line.address, store, clock) as sender:
        session = Session(sender, CLINIC, store.journal, clock)
        signed = {"day": clock().date().isoformat(), "opter": CLINIC.doctor_code, "sign_no": "1"}
        store.journal.remember("sign_in", signed)
        msgid = store.journal.next_msgid(CLINIC.fixmedins_code, clock())
        fault = fault_of(lambda: session.send("2207A", {"data": {}}, msgid=msgid))
        assert isinstance(fault, Refused)
        assert line.asked == ["2207A"]
        session.send("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": WANG}})
        assert line.asked == ["2207A", "9001", "1101"]


# --- nodes


def test_what_is_too_long_or_missing_is_refused_by_its_field_and_not_repeated() -> None:
    from terminal.province import visit_messages as m  # noqa: PLC0415 - only its names matter here.

    fault = fault_of(lambda: written(m.Reversal, psn_no="王" * 31, omsgid="M", oinfno="2207A"))
    assert (fault.code, fault.facts["field"]) == ("province.request_incomplete", "psn_no")
    assert "王" not in str(fault)
    assert fault_of(lambda: written(m.Reversal, psn_no="1", omsgid="M")).facts["field"] == "oinfno"
    misspelt = fault_of(lambda: written(m.Reversal, psn_no="1", omsgid="M", oinfno="2", psnno="1"))
    assert misspelt.facts["field"] == "psnno"


FIGURES = {
    "setl_id": 431024, "medfee_sumamt": "10.00", "inscp_scp_amt": Decimal("10.0"),
    "fund_pay_sumamt": 7, "psn_part_amt": "3.000", "acct_pay": 3, "acct_mulaid_pay": 1,
    "psn_cash_pay": None, "hosp_part_amt": "", "unheard_of": [1],
}  # fmt: skip


def test_figures_are_read_as_text_number_or_null() -> None:
    info = read_node(SetlInfo, FIGURES)
    assert (info.setl_id, info.psn_part_amt, info.psn_cash_pay) == ("431024", Money(300), Money(0))


def test_mutual_aid_stands_beside_the_account_wherever_the_region_puts_it() -> None:
    inside = (
        read_node(SetlInfo, FIGURES).shares(Region(mutual_aid=MutualAid.INSIDE_ACCOUNT)).verified()
    )
    assert (inside.account, inside.mutual_aid, inside.cash) == (Money(200), Money(100), Money(0))
    beside = read_node(SetlInfo, {**FIGURES, "acct_pay": 2}).shares(Region())
    assert beside.verified() == inside
    fault = fault_of(lambda: read_node(SetlInfo, FIGURES).shares(Region()).verified())
    assert fault.code == "province.amounts_do_not_add_up"


def test_5203_may_call_two_amounts_by_its_own_names() -> None:
    theirs = {k: v for k, v in FIGURES.items() if k not in ("psn_part_amt", "psn_cash_pay")}
    found = read_node(SetlInfo, {**theirs, "psn_pay": "3.00", "cash_payamt": 0})
    assert found.psn_part_amt == Money(300)
    assert isinstance(fault_of(lambda: read_node(SetlInfo, theirs)), Uncertain)


def test_an_answer_is_judged_by_what_it_answers() -> None:
    good = Answer(0, "", {})
    assert judged("2207A", good) is good
    assert isinstance(fault_of(lambda: judged("2207A", Answer(-1, "", {}))), Uncertain)
    assert isinstance(fault_of(lambda: judged("2206A", Answer(-1, "", {}))), Refused)
