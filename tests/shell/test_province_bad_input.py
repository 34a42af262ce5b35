"""Whatever the line or the province says, only a fault with a name comes out of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.simulated.province import certificates
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage, Person
from terminal.core.reconciliation import Group, Sums
from terminal.core.shares import Shares
from terminal.province.client import MOVES_MONEY, Client, judged
from terminal.province.conversation import Fee, Province, Settled
from terminal.province.downloads import Catalogues
from terminal.province.enquiry import Enquiry
from terminal.province.envelope import Answer, Caller, read_answer
from terminal.province.files import pack
from terminal.province.line import Line
from terminal.province.session import Case, Session
from terminal.province.statements import Statements
from terminal.store import Store
from tests.clinic import CLINIC, COLD, WANG, Clock
from tests.shell.at_the_province import at_the_province, line_to
from tests.shell.test_province_boxes import moved, stocktake

CALLER = Caller(CLINIC.fixmedins_code, "x", "431024", "YBXT", "V1.0", "D1", "x", "")
GOOD = b'{"infcode": 0, "err_msg": null, "output": {}}'
DAY = date(2025, 9, 20)


def fault_of(act: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


# --- the line


def outcome_of(act: Callable[[], object]) -> object:
    """What was returned, or the fault; anything else that is raised is a bug."""
    try:
        return act()
    except Fault as fault:
        return fault


@contextmanager
def dripping(head: bytes, every_s: float) -> Iterator[str]:
    """Takes one request and answers these bytes one at a time, without an end."""
    closing = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                for byte in head:
                    if closing.wait(every_s):
                        return
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            closing.set()
            thread.join()


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 500,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b" " * 9000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 500,
    ],
    ids=["headers", "body", "continue"],
)
def test_whatever_drips_is_left_when_the_time_of_a_whole_answer_is_over(
    store: Store, clock: Clock, said: bytes
) -> None:
    import time  # noqa: PLC0415

    with dripping(said, 0.005) as address:
        client = Client(line_to(address, read_timeout_s=0.4), store.journal, clock)
        began = time.monotonic()
        fault = fault_of(lambda: client.send("2207A", CALLER, {}))
        took = time.monotonic() - began
        client.close()
    assert (type(fault), fault.code) == (Uncertain, "province.no_answer")
    assert took < 2.0, "the answer would take longer than that"


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\x01", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_http_is_not_known(store: Store, clock: Clock, said: bytes) -> None:
    with dripping(said, 0.0) as address:
        client = Client(line_to(address, read_timeout_s=1.0), store.journal, clock)
        fault = fault_of(lambda: client.send("2207A", CALLER, {}))
        client.close()
    assert type(fault) is Uncertain


@pytest.mark.parametrize(
    "url", ["http://a..b", "http://" + "x" * 300, "http://127.0.0.1:99999", "http://省.example"]
)
def test_a_name_that_can_be_none_is_nothing_sent(store: Store, clock: Clock, url: str) -> None:
    client = Client(line_to(url), store.journal, clock)
    fault = fault_of(lambda: client.send("2207A", CALLER, {}))
    client.close()
    assert (type(fault), fault.code) == (Unavailable, "province.away")


# --- certificates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


def test_a_certificate_of_the_named_authority_is_believed(
    tmp_path: Path, store: Store, clock: Clock, made: certificates.Certificates
) -> None:
    with SandboxProvince(tmp_path / "p", clock=clock, tls=made) as running:
        line = line_to(running.address, ca_file=made.authority)
        with at_the_province(line, store, clock) as at:
            assert at.settled(at.case()).setl_id


def test_a_certificate_of_nobody_we_know_is_nothing_sent(
    tmp_path: Path, store: Store, clock: Clock, made: certificates.Certificates
) -> None:
    with (
        SandboxProvince(tmp_path / "p", clock=clock, tls=made) as running,
        at_the_province(line_to(running.address), store, clock) as at,
    ):
        fault = fault_of(at.province.ready)
    assert (type(fault), fault.code) == (Unavailable, "province.certificate")


def test_an_expired_certificate_is_nothing_sent_and_says_so(
    tmp_path: Path, store: Store, clock: Clock, made: certificates.Certificates
) -> None:
    line_was: list[str | None] = []
    with SandboxProvince(tmp_path / "p", clock=clock, tls=made) as running:
        line = line_to(running.address, ca_file=made.authority)
        with at_the_province(line, store, clock) as at:
            case = at.case()
            mdtrt_id, priced = at.priced(case)
        running.faults.plant("certificate_expired")
        client = Client(line, store.journal, clock, line_was.append)
        province = Province(Session(client, CLINIC, store.journal, clock))
        msgid = at.msgid()
        fault = fault_of(lambda: province.settle(case, mdtrt_id, "1", priced, msgid))
        client.close()
        assert running.commits() == []
    assert (type(fault), fault.code) == (Unavailable, "province.certificate")
    assert "expired" in str(fault.facts["reason"])
    assert line_was == ["province.certificate"]
    sent = store.journal.message(msgid)
    assert sent is not None
    assert sent.outcome == "unavailable"


def test_a_line_that_breaks_off_in_the_handshake_is_no_matter_of_certificates(
    store: Store, clock: Clock
) -> None:
    with dripping(b"", 0.0) as address:
        client = Client(line_to(address.replace("http", "https")), store.journal, clock)
        fault = fault_of(lambda: client.send("2207A", CALLER, {}))
        client.close()
    assert (type(fault), fault.code) == (Unavailable, "province.away")


def test_a_province_that_does_not_speak_tls_at_all_is_nothing_sent(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    line = line_to(province.address.replace("http", "https"))
    with at_the_province(line, store, clock) as at:
        assert isinstance(fault_of(at.province.ready), Unavailable)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_is_none_stops_the_terminal(
    tmp_path: Path, store: Store, clock: Clock, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, "utf-8")
    line = line_to("https://p.example", ca_file=file)
    fault = fault_of(lambda: Client(line, store.journal, clock))
    assert (type(fault), fault.code) == (Refused, "settings.unreadable")


# --- the envelope


def test_more_than_an_input_may_hold_is_refused_and_neither_written_down_nor_sent(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    client = Client(line_to(province.address), store.journal, clock)
    fault = fault_of(lambda: client.send("2204", CALLER, {"feedetail": "长" * 40_000}, msgid="M"))
    client.close()
    assert (type(fault), fault.code) == (Refused, "province.request_too_long")
    assert store.journal.message("M") is None


def test_nodes_that_stand_beside_the_output_are_borne() -> None:
    """idetinfo was recorded there (interface section 4.1)."""
    said = b'{"infcode": "0", "output": {"a": 1}, "idetinfo": [{"psn_idet_type": "x"}]}'
    assert read_answer(said).output == {"a": 1}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1", "0", "26.34", "-26.34", "NaN", "2099-01-01", "2025-09-20", WANG]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_an_answer_or_nonsense(told: object) -> None:
    outcome = outcome_of(lambda: read_answer(json.dumps(told).encode()))
    assert isinstance(outcome, Answer) or (
        isinstance(outcome, Uncertain) and outcome.code == "province.nonsense"
    )


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("infcode", "err_msg", "output", "infno", "msgid", "enctype", "cainfo"), JSON
        ),
    ),
    st.sampled_from(["1101", "2206A", "2207A", "2208", "2601"]),
)
def test_any_envelope_is_judged_and_of_money_never_taken_for_a_no_it_is_not(
    told: dict[str, object], infno: str
) -> None:
    outcome = outcome_of(lambda: judged(infno, read_answer(json.dumps(told).encode())))
    assert isinstance(outcome, Answer | Uncertain | Refused)
    if isinstance(outcome, Refused) and infno in MOVES_MONEY:
        assert outcome.facts["infcode"] not in (0, -1)


# --- every node of every answer


class Saying:
    """In the client's place: answers this output to everything."""

    def __init__(self, output: Mapping[str, Any]) -> None:
        self.output = output

    def refuse(self, infno: str) -> None: ...

    def send(self, infno: str, *_: object, **__: object) -> Answer:
        if infno == "9001":
            return Answer(0, "", {"signinoutb": {"sign_no": "1"}})
        return judged(
            infno, read_answer(json.dumps({"infcode": 0, "output": self.output}).encode())
        )

    def download(self, *_: object) -> bytes:
        return pack("a.txt", [[str(each) for each in self.output.values()] * 4])


class Forgetful:
    def remember(self, name: str, value: dict[str, Any]) -> None: ...

    def recall(self, name: str) -> dict[str, Any]:
        return {}


PERSON = Person("P", "P", "王建国", WANG, "1", date(1965, 3, 12))
COVERAGE = Coverage("390", "431024", "1501", True, ZERO, "", {}, None, Clock()())
CASE = Case("", PERSON, COVERAGE, "11", COLD, "感冒", "", Clock()())
PRICED = Shares(*([Money(0)] * 11))
SUMS = Sums(0, ZERO, ZERO, ZERO, ZERO)
GROUP = Group("390", "11", "431024")
FEE = Fee("1", "X", "Y", Money(1), Decimal(1), Decimal(1), Clock()())

VERBS: dict[str, Callable[[Session], object]] = {
    "1101": lambda s: Enquiry(s).person(WANG),
    "2001": lambda s: Province(s).treatment(CASE),
    "2201": lambda s: Province(s).register(CASE, "O1"),
    "2202": lambda s: Province(s).unregister(CASE, "M", "O1"),
    "2203A": lambda s: Province(s).describe(CASE, "M"),
    "2204": lambda s: Province(s).upload_fees(CASE, "M", "1", [FEE]),
    "2205": lambda s: Province(s).take_back_fees(CASE, "M"),
    "2206A": lambda s: Province(s).pre_settle(CASE, "M", "1", ZERO),
    "2207A": lambda s: Province(s).settle(CASE, "M", "1", PRICED, "X"),
    "2208": lambda s: Province(s).cancel(CASE, "M", "S"),
    "2601": lambda s: Province(s).reverse(CASE, "X"),
    "3101": lambda s: Province(s).audit(CASE, "M", [FEE], during=False),
    "3201": lambda s: Statements(s).total(GROUP, DAY, DAY, SUMS),
    "3202": lambda s: Statements(s).details(GROUP, DAY, DAY, SUMS, []),
    "3505A": lambda s: Province(s).take_back_sale(CASE, {}),
    "3513": lambda s: Province(s).sold(DAY, DAY),
    "5201": lambda s: Province(s).visits_of_day(CASE, DAY),
    "5203": lambda s: Province(s).settlements_of(CASE, "M"),
    "1305": lambda s: Catalogues(s).fetch("1305", "0"),
    "1307": lambda s: Catalogues(s).offered("1307", "0"),
    "3501": lambda s: Province(s).report_stocktake(COUNTED),
    "3502": lambda s: Province(s).report_stock_move(MOVED),
    "9002": lambda s: s.sign_out(),
}

COUNTED, MOVED = stocktake(), moved()

NODES = (
    "setlinfo", "data", "baseinfo", "insuinfo", "trtinfo", "result", "stmtinfo", "fileinfo",
    "mdtrtinfo", "feedetail", "cuminfo", "psnfixmedin", "file_qury_no", "filename", "",
)  # fmt: skip
FIELDS = (
    "psn_no", "certno", "psn_name", "brdy", "insutype", "insuplc_admdvs", "psn_insu_stas",
    "paus_insu_date", "balc", "mdtrt_id", "ipt_otp_no", "setl_id", "setl_time", "medins_setl_id",
    "medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "psn_cash_pay", "inscp_scp_amt",
    "refd_setl_flag", "stmt_rslt", "file_qury_no", "filename", "retRslt", "vola_amt", "begndate",
    "cum", "cum_type_code", "drug_trac_codg", "data_cnt", "msgRslt", "trdn_flag",
)  # fmt: skip
ROW = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=10)
OUTPUT = st.dictionaries(
    st.sampled_from(NODES), ROW | st.lists(ROW | JSON, max_size=3) | JSON, max_size=4
)


@pytest.mark.parametrize("infno", VERBS)
@settings(max_examples=60, deadline=None)
@given(output=OUTPUT)
def test_whatever_stands_in_an_answer_only_a_fault_comes_out_of_it(
    infno: str, output: dict[str, Any]
) -> None:
    session = Session(Saying(output), CLINIC, Forgetful(), Clock())  # type: ignore[arg-type]
    outcome = outcome_of(lambda: VERBS[infno](session))
    assert WANG not in str(outcome if isinstance(outcome, Fault) else "")
    if infno in ("2207A", "2208"):
        assert not isinstance(outcome, Refused | Unavailable)


@settings(max_examples=60, deadline=None)
@given(ROW)
def test_a_charge_is_believed_only_when_everything_in_it_adds_up(row: dict[str, Any]) -> None:
    session = Session(Saying({"setlinfo": row}), CLINIC, Forgetful(), Clock())  # type: ignore[arg-type]
    settled = outcome_of(lambda: Province(session).settle(CASE, "M", "1", PRICED, "X"))
    if isinstance(settled, Uncertain):
        return
    assert isinstance(settled, Settled)
    assert settled.setl_id
    shares = settled.shares
    assert shares.fund + shares.own + shares.hospital == shares.total
    assert min(shares.as_fen().values()) >= 0


def test_someone_born_on_a_day_to_come_is_nonsense() -> None:
    told = {
        "baseinfo": {"psn_no": "P", "certno": WANG, "psn_name": "王", "brdy": "2099-01-01"},
        "insuinfo": [],
    }
    session = Session(Saying(told), CLINIC, Forgetful(), Clock())  # type: ignore[arg-type]
    assert fault_of(lambda: Enquiry(session).person(WANG)).code == "province.nonsense"


def test_a_region_code_in_the_other_spelling_is_read() -> None:
    told = {
        "baseinfo": {"psn_no": "P", "certno": WANG, "psn_name": "王", "brdy": None},
        "insuinfo": {"insutype": 390, "psn_insu_stas": 1, "insuplc_admvs": "431024"},
    }
    session = Session(Saying(told), CLINIC, Forgetful(), Clock())  # type: ignore[arg-type]
    person, coverage = Enquiry(session).person(WANG)
    assert (coverage.insuplc_admdvs, coverage.insutype) == ("431024", "390")
    assert person.born == date(1965, 3, 12)


@pytest.mark.parametrize(
    "names",
    [
        ("psn_part_amt", "psn_cash_pay"), ("psn_pay", "cash_payamt"), ("psn_pay", "pdn_cash_pay"),
    ],
    ids=str,
)  # fmt: skip
def test_amounts_are_read_under_either_of_their_names(names: tuple[str, str]) -> None:
    own, cash = names
    told = {
        "setlinfo": {
            "setl_id": "S", "medfee_sumamt": "26.34", "fund_pay_sumamt": 18.44, own: "7.90",
            cash: 7.9, "inscp_scp_amt": "26.3400", "hosp_part_amt": None, "expContent": "{}",
        }
    }  # fmt: skip
    session = Session(Saying(told), CLINIC, Forgetful(), Clock())  # type: ignore[arg-type]
    shares = Province(session).settle(CASE, "M", "1", PRICED, "X").shares
    assert (shares.own, shares.cash) == (Money(790), Money(790))


def test_the_line_shows_neither_secret_nor_key() -> None:
    line = Line("http://x", "a", "hidden", 1, 1)
    assert "hidden" not in repr(replace(line, url="http://y"))
