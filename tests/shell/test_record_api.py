"""The local API over real HTTP: its own listener, the real door, the sample client of docs/."""

from __future__ import annotations

import importlib.util
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import jsonschema
import pytest

from drivers.simulated.province import certificates
from kiosk_ui.record_api import create_api
from kiosk_ui.record_document import OF_A_BILL, document
from terminal.api_clients import ApiClients
from terminal.assembly.api import Api, call_me, where
from terminal.assembly.api_server import ApiServer
from terminal.callbacks import Callbacks
from terminal.core.boxes import BoxEvent
from terminal.core.catalogue import Catalogue, Item, ProvincePrefix
from terminal.core.faults import Refused
from terminal.pushed import Pushed
from terminal.pushed_door import PushedDoor, PushedRules
from terminal.settings import Settings
from tests.clinic import AMOXICILLIN, LI, RULES, WAIT_S, WANG, code
from tests.pushing import CLIENT, pushing
from tests.rooms import Rooms

Open = Callable[..., Rooms]
BOX = {"item_code": "YP0002", "quantity": "1", "trace_codes": [code(AMOXICILLIN, 1)]}
SERVICE = {"item_code": "FW0005", "quantity": "1"}
BILL = {"number": "A-1", "id_number": WANG, "diagnosis": "J06.900", "lines": [BOX]}


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    """docs/record_client.py, as somebody copies it."""
    file = Path(__file__).parents[2] / "docs" / "record_client.py"
    assert len(file.read_text("utf-8").splitlines()) < 100
    spec = importlib.util.spec_from_file_location("record_client", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Joined:
    """A counter whose door stands open on a port of its own."""

    def __init__(self, here: Rooms, pushed: Pushed, **settings: Any) -> None:
        self.here, self.pushed = here, pushed
        self.said: list[str | None] = []
        self.well = threading.Event()
        given: dict[str, Any] = {"api_listen": "127.0.0.1:0", **settings}
        self.clients = ApiClients(here.store, here.clock, "tests")
        self.door = Opened(pushed, self.clients)
        self.api = Api(Settings(**given), self.door, self.heard, again_s=0.02)
        self.api.start()

    def heard(self, part: str, told: str | None) -> None:
        assert part == "api"
        self.said.append(told)
        if told is None:
            self.well.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.api.stop()


class Opened:
    """The room's door, with the clients' own tokens."""

    def __init__(self, pushed: Pushed, clients: ApiClients) -> None:
        self.push, self.result = pushed.door.push, pushed.door.result
        self.withdraw, self.client_of = pushed.door.withdraw, clients.client_of


@pytest.fixture
def here(rooms: Open) -> Rooms:
    return rooms()


@pytest.fixture
def joined(here: Rooms) -> Iterator[Joined]:
    with Joined(here, pushing(here)) as running:
        yield running


def documented(told: object, model: str) -> None:
    schema = {"$ref": f"#/components/schemas/{model}", "components": document()["components"]}
    jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())


def test_a_bill_is_pushed_taken_settled_and_its_result_heard_by_the_sample_client(
    joined: Joined, sample: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here, heard, told = joined.here, [], threading.Event()

    def listener(secret: str) -> Any:
        tell = lambda result: (heard.append(json.loads(result)), told.set())  # noqa: E731
        return sample.listener(0, secret, tell, lambda: here.clock().timestamp())

    server = listener("not yet known")
    made = joined.clients.add("cunyi", f"http://127.0.0.1:{server.server_port}/")
    with listener(made.callback_secret) as knowing:
        server.RequestHandlerClass = knowing.RequestHandlerClass
    listening = threading.Thread(target=server.serve_forever, args=(0.02,))
    listening.start()
    try:
        terminal = sample.Terminal(joined.api.address(), made.token)
        assert terminal.push(BILL)[0] == 201
        assert terminal.push(BILL)[0] == 200
        visit_id = here.traced(WANG)
        joined.pushed.take(visit_id, "cunyi", "A-1")
        assert terminal.withdraw("A-1")[1]["code"] == "pushed.taken_already"
        here.confirm(visit_id)
        status, result = terminal.wait("A-1", tries=1)
        assert (status, result["state"], result["total_fen"]) == (200, "settled", 2634)
        documented(result, "ResultBody")
        callbacks = Callbacks(here.place, call_me(joined.clients), ())
        callbacks.attend()
        callbacks.stop(1.0)
        assert told.wait(WAIT_S)
    finally:
        server.shutdown()
        listening.join()
        server.server_close()
    assert heard == [result]
    documented(heard[0], "ResultBody")
    secrets = (WANG, made.token, made.callback_secret, code(AMOXICILLIN, 1))
    assert not [each for each in secrets if each in caplog.text + json.dumps(result)]


def test_the_sample_believes_no_old_and_no_changed_callback(sample: ModuleType) -> None:
    from terminal.callbacks import signature  # noqa: PLC0415

    signed, body = signature("secret", 1000, "{}"), b"{}"
    assert sample.verified("secret", signed, body, 1000)
    assert sample.verified("secret", signed, body, 1300)
    assert not sample.verified("secret", signed, body, 1301)
    assert not sample.verified("another", signed, body, 1000)
    assert not sample.verified("secret", signed, b"{} ", 1000)
    for wrong in (None, "", "t=1000", "v1=0", "t=1e3,v1=0", signed.replace("t=1000", "t=1001")):
        assert not sample.verified("secret", wrong, body, 1000)


def test_the_sample_pushes_again_under_the_same_number_when_it_heard_nothing(
    joined: Joined, sample: ModuleType
) -> None:
    made, paused = joined.clients.add("cunyi"), []
    terminal = sample.Terminal("http://127.0.0.1:1", made.token)
    assert terminal.push(BILL, tries=3, pause=paused.append)[1] == {"code": "no answer"}
    assert len(paused) == 2
    terminal.address = joined.api.address()
    assert terminal.push(BILL, tries=1)[0] == 201
    assert terminal.withdraw("A-1")[1]["state"] == "withdrawn"
    assert terminal.withdraw("A-1")[1]["state"] == "withdrawn"


def test_a_token_is_kept_as_a_digest_and_ends_at_once(joined: Joined, sample: ModuleType) -> None:
    made = joined.clients.add("cunyi")
    terminal = sample.Terminal(joined.api.address(), made.token)
    assert terminal.push(BILL)[0] == 201
    joined.clients.end("cunyi")
    assert terminal.result("A-1")[0] == 401
    ended = joined.here.store.api_clients.client("cunyi")
    assert ended is not None
    assert ended.callback_secret == "", "nothing more is signed with it"
    terminal.token = joined.clients.add("cunyi").token
    assert terminal.push(BILL)[0] == 200, "the same client with another token"
    with pytest.raises(Refused, match=r"api\.client_taken"):
        joined.clients.add("cunyi")
    with pytest.raises(Refused, match=r"api\.client_name"):
        joined.clients.add("村医")
    with pytest.raises(Refused, match=r"api\.client_unknown"):
        joined.clients.end("nobody")
    with joined.here.store.transaction() as db:
        rows = [*db.execute("SELECT * FROM api_client"), *db.execute("SELECT * FROM ledger")]
    kept = str([tuple(row) for row in rows]) + repr(joined.clients.active("cunyi"))
    assert "cunyi" in kept
    assert not [each for each in (made.token, terminal.token) if each in kept]
    assert joined.clients.client_of(made.token) is None


def outer_only(item: Item) -> Item:
    return replace(item, outer_only=True) if item.medins_list_codg == "YP0001" else item


def line(**changed: object) -> dict[str, object]:
    return {**BOX, **changed}


WRONG: dict[str, dict[str, object]] = {
    "api.field": {"lines": [line(quantity=1)]},
    "person.id_number_wrong": {"id_number": WANG[:-1] + "1"},
    "diagnosis.unknown": {"diagnosis": "Z99.999"},
    "pushed.no_lines": {"lines": []},
    "visit.too_many_lines": {"lines": [SERVICE] * 61},
    "pushed.total_differs": {"total_fen": 2635},
    "pushed.no_such_item": {"lines": [line(item_code="YP9999")]},
    "catalogue.public_health": {"lines": [{"item_code": "FW0019", "quantity": "1"}]},
    "visit.quantity": {"lines": [line(quantity="0")]},
    "pushed.codes_count": {"lines": [line(quantity="2")]},
    "pushed.not_a_code": {"lines": [line(trace_codes=[WANG])]},
    "scan.same_box": {"lines": [BOX, BOX]},
    "scan.not_in_catalogue": {"lines": [line(trace_codes=[code("8999999", 1)])]},
    "pushed.other_item": {"lines": [line(trace_codes=[code("8910185", 1)])]},
    "pushed.by_the_unit": {
        "lines": [line(item_code="YP0001", trace_codes=[code("8910037", 1)])],
    },
    "box.expired": {"lines": [line(trace_codes=["01069012345678921720013121SN1"])]},
    "box.outer_pack": {"lines": [line(trace_codes=[code("8777777", 1)])]},
    "scan.sold_before": {"lines": [line(trace_codes=[code(AMOXICILLIN, 2)])]},
    "box.in_bag": {"lines": [line(trace_codes=[code(AMOXICILLIN, 3)])]},
    "box.opened_already": {"lines": [line(trace_codes=[code(AMOXICILLIN, 4)])]},
    "box.not_for_sale": {"lines": [line(trace_codes=[code(AMOXICILLIN, 5)])]},
}


def wrong_door(here: Rooms) -> PushedDoor:
    """Before a catalogue with one drug sold by the unit, one imported, one prefix of cartons."""
    known = RULES.catalogue
    catalogue = Catalogue(map(outer_only, known.drugs), known.services)
    catalogue.bind({"06901234567892": "YP0002"})
    national = known.drug("YP0002").med_list_codg  # type: ignore[union-attr]
    catalogue.told({"8777777": ProvincePrefix(national, 2, 10)})
    return PushedDoor(here.place, PushedRules(catalogue, RULES.goods.diagnoses, lambda _: CLIENT))


def test_every_way_in_which_a_bill_is_wrong_is_answered_as_documented(here: Rooms) -> None:
    here.traced(LI, code(AMOXICILLIN, 2))
    for serial, event in enumerate((BoxEvent.PACKED, BoxEvent.OPENED, BoxEvent.CONDEMNED), 3):
        each = code(AMOXICILLIN, serial)
        here.store.boxes.claim(each, "YP0002", event, here.clock(), "D1")
    api = create_api(wrong_door(here), ()).test_client()
    head = {"Authorization": "Bearer " + "x" * 43}
    answered = {}
    for expected, changed in WRONG.items():
        answer = api.post("/api/v1/bills", json={**BILL, **changed}, headers=head)
        told = answer.get_json(force=True)
        documented(told, "ProblemBody")
        answered[expected] = (answer.status_code, told["code"])
    assert answered == {each: (422, each) for each in WRONG}
    assert set(WRONG) == set(OF_A_BILL)
    assert here.store.pushed.waiting() == []


def test_where_the_record_system_settles_nothing_may_be_pushed(here: Rooms) -> None:
    door = pushing(here, record_settles=True).door
    api = create_api(door, ()).test_client()
    head = {"Authorization": "Bearer " + "x" * 43}
    answer = api.post("/api/v1/bills", json=BILL, headers=head)
    told = answer.get_json(force=True)
    assert (answer.status_code, told["code"]) == (409, "settling.record_system")


# --- the listener


def test_the_address_must_be_this_machine_or_have_a_certificate() -> None:
    for listen, wanted in {
        "192.0.2.1:8431": "api.certificate_wanted",
        "0.0.0.0:8431": "api.certificate_wanted",
        "[::]:8431": "api.certificate_wanted",
        "999.0.0.1:8431": "api.address_wrong",
        "127.0.0.1:99999": "api.address_wrong",
        "::8431": "api.address_wrong",
    }.items():
        with pytest.raises(Refused) as refused:
            where(Settings(api_listen=listen))
        assert refused.value.code == wanted, listen
    with pytest.raises(Refused, match=r"api\.address_wrong"):
        where(Settings(api_from=("clinic.example",)))
    assert where(Settings()) is None
    assert where(Settings(api_listen="[::1]:8431")) == ("::1", 8431)


def test_a_port_in_use_is_said_and_the_rest_goes_on(here: Rooms) -> None:
    pushed = pushing(here)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Joined(here, pushed, api_listen=f"127.0.0.1:{port}") as joined:
            assert joined.said[0] == "api.port_in_use"
            assert joined.api.address() == ""
            taken.close()
            assert joined.well.wait(WAIT_S), "a port that is free again is taken by itself"
    with Joined(here, pushed, api_certificate=Path("/no/such")) as joined:
        assert joined.said[0] == "api.certificate_unreadable"
    with Joined(here, pushed, api_listen="") as joined:
        assert joined.said == []


def test_a_bill_arrives_by_tls_and_not_without(
    here: Rooms, sample: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = certificates.make(tmp_path / "tls")
    pem = tmp_path / "both.pem"
    folder = made.authority.parent
    pem.write_text((folder / "good.pem").read_text() + (folder / "good.key").read_text())
    with Joined(here, pushing(here), api_certificate=pem) as joined:
        assert joined.said == [None]
        token = joined.clients.add("cunyi").token
        terminal = sample.Terminal(joined.api.address(), token, made.authority)
        assert terminal.push(BILL, tries=1)[0] == 201
        plain = sample.Terminal(joined.api.address().replace("https", "http"), token)
        assert plain.push(BILL, tries=1)[0] == 0
        unbelieved = sample.Terminal(joined.api.address(), token)
        assert unbelieved.push(BILL, tries=1)[0] == 0
        assert terminal.result("A-1")[0] == 200
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


def told_to(address: tuple[str, int], *sent: bytes) -> bytes:
    """All that is answered until the server hangs up."""
    with socket.create_connection(address, timeout=WAIT_S) as line:
        for each in sent:
            line.sendall(each)
        found = b""
        while piece := line.recv(4096):
            found += piece
        return found


class Nobody:
    """A door that knows every token and no bill: no request here comes further."""

    def client_of(self, _token: str) -> str:
        return CLIENT

    def push(self, *_: object) -> None:
        raise AssertionError("a bill")


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    """With a limit of a quarter of a second to each request."""
    running = ApiServer(("127.0.0.1", 0), create_api(Nobody(), ()), request_s=0.25)  # type: ignore[arg-type]
    thread = threading.Thread(target=running.serve)
    thread.start()
    yield running
    running.stop()
    thread.join()


def test_whoever_sends_a_byte_now_and_then_holds_up_nobody_for_long(server: ApiServer) -> None:
    where_to = server.bind_addr[:2]
    slow = [socket.create_connection(where_to, timeout=WAIT_S) for _ in range(12)]
    for line in slow:  # Twice as many as there are threads.
        line.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
    answers: list[bytes] = []
    asked = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    asking = threading.Thread(target=lambda: answers.append(told_to(where_to, asked)))
    asking.start()
    until_s = time.monotonic() + WAIT_S
    while asking.is_alive() and time.monotonic() < until_s:
        for line in slow:
            with suppress(OSError):  # It was cut off.
                line.sendall(b"x")
        asking.join(0.02)
    for line in slow:
        line.close()
    assert answers
    assert answers[0].startswith(b"HTTP/1.1 200")


HEAD = b"POST /api/v1/bills HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
HEAD += b"Authorization: Bearer " + b"x" * 43 + b"\r\nContent-Type: application/json\r\n"
RAW = {
    "half a body": (HEAD + b"Content-Length: 100\r\n\r\n{", b"4"),
    "far too much": (HEAD + b"Content-Length: 99999999999\r\n\r\n", b"413"),
    "too much": (HEAD + b"Content-Length: 70000\r\n\r\n" + b" " * 70_000, b"413"),
    "less than nothing": (HEAD + b"Content-Length: -1\r\n\r\n", b"4"),
    "two lengths": (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"4"),
    "no length": (HEAD + b"\r\n", b"4"),
    "in pieces": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", b"422"),
    "a huge header": (HEAD + b"X: " + b"x" * 20_000 + b"\r\n\r\n", b"413"),
    "no HTTP": (b"\x16\x03\x01\x00\x00\r\n\r\n", b"4"),
    "another host": (b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n", b"403"),
    "no host": (b"GET / HTTP/1.0\r\n\r\n", b"403"),
}


@pytest.mark.parametrize(("sent", "status"), RAW.values(), ids=RAW)
def test_bytes_that_are_no_request_are_answered_or_cut_off(
    server: ApiServer, sent: bytes, status: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    told = told_to(server.bind_addr[:2], sent)
    assert told.startswith(b"HTTP/1.1 " + status), told
    assert b"Traceback" not in told
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
