"""Each named fault does what its name says, and says so in the book."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from drivers.simulated.province import remote
from drivers.simulated.province.faults import (
    CONDITIONS,
    DISTURBANCES,
    PLANTED_MAX,
    Comes,
    Faults,
)
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from tests.drivers.province_clinic import Clinic, Visit


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    return visit


def settlements(province: SandboxProvince) -> int:
    return len(province.book()["settlements"])


def settle(visit: Visit) -> httpx.Response:
    """2207 as it comes back, whatever that is."""
    bill = {"data": visit.echoed("26.34")}
    return visit.clinic.post(visit.clinic.envelope("2207", bill))


def test_every_fault_of_the_table_is_tried_below() -> None:
    tried = {name for name, *_ in BROKEN_LINES} | {name for name, *_ in ODD_ANSWERS}
    tried |= {"slow", "slow_answer", "duplicated", "duplicated_second_answer", "reordered"}
    tried |= {"limit_moved", "restart", "restart_before"}
    tried |= {"file_cut", "file_rows_missing", "file_wrong_version", "file_gbk"}  # With files.
    assert tried == set(DISTURBANCES)
    assert set(CONDITIONS) == {"certificate_expired"}  # Tried with the certificates.


BROKEN_LINES = [
    ("lost_before", 0, httpx.RemoteProtocolError),
    ("lost_after_commit", 1, httpx.RemoteProtocolError),
    ("reset", 1, httpx.ReadError),
    ("half_answer", 1, httpx.RemoteProtocolError),
]


@pytest.mark.parametrize(("name", "charged", "error"), BROKEN_LINES)
def test_a_broken_line_is_silence_whether_charged_or_not(
    visit: Visit, province: SandboxProvince, name: str, charged: int, error: type[Exception]
) -> None:
    province.faults.plant(name, "2207")
    with pytest.raises(error):
        settle(visit)
    assert settlements(province) == charged


def _refused(response: httpx.Response) -> bool:
    return response.status_code == 200 and response.json()["infcode"] == -2


def _error_text(response: httpx.Response) -> bool:
    answer = response.json()
    return answer["infcode"] == 0 and bool(answer["err_msg"]) and answer["output"] == {}


def _not_taken(response: httpx.Response) -> bool:
    answer = response.json()
    return answer["infcode"] == 0 and answer["output"]["result"]["retRslt"] == "0"


def _not_json(response: httpx.Response) -> bool:
    with pytest.raises(json.JSONDecodeError):
        response.json()
    return response.status_code == 200


def _quoted(response: httpx.Response) -> bool:
    answer = response.json()
    info = answer["output"]["setlinfo"]
    return (answer["infcode"], info["fund_pay_sumamt"]) == ("0", "18.44")


def _output_text(response: httpx.Response) -> bool:
    return bool(json.loads(response.json()["output"])["setlinfo"]["fund_pay_sumamt"] == 18.44)


ODD_ANSWERS: list[tuple[str, int, Callable[[httpx.Response], bool]]] = [
    ("nonsense", 1, _not_json),
    ("refused", 0, _refused),
    ("error_text", 1, _error_text),
    ("system_error", 1, lambda response: response.json()["infcode"] == -1),
    ("server_error", 1, lambda response: response.status_code == 500),
    ("server_error_before", 0, lambda response: response.status_code == 500),
    ("not_taken", 0, _not_taken),
    ("no_verdict", 1, lambda response: response.json()["output"] == {}),
    ("not_known_yet", 1, lambda response: not any(response.json()["output"].values())),
    ("numbers_as_strings", 1, _quoted),
    ("output_as_string", 1, _output_text),
]


@pytest.mark.parametrize(("name", "charged", "looks_right"), ODD_ANSWERS)
def test_an_odd_answer_looks_as_its_name_says(
    visit: Visit,
    province: SandboxProvince,
    name: str,
    charged: int,
    looks_right: Callable[[httpx.Response], bool],
) -> None:
    province.faults.plant(name, "2207")
    assert looks_right(settle(visit))
    assert settlements(province) == charged


def test_a_request_delivered_twice_settles_once(visit: Visit, province: SandboxProvince) -> None:
    province.faults.plant("duplicated", "2207A")
    assert settle(visit).json()["infcode"] == 0
    assert settlements(province) == 1


def test_the_second_answer_of_two_deliveries_hides_that_the_first_was_done(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("duplicated_second_answer", "2207")
    answer = settle(visit).json()
    assert (answer["infcode"], answer["err_msg"]) == (-1, "FSI-报文ID重复[msgcheck_5]")
    assert settlements(province) == 1


def test_a_slow_request_may_be_overtaken_by_its_own_reversal(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("slow", "2207", seconds=0.5)
    msgid = visit.clinic.msgid()
    bill = {"data": visit.echoed("26.34")}
    answers: list[dict[str, Any]] = []
    late = threading.Thread(target=lambda: answers.append(visit.ask("2207", bill, msgid=msgid)))
    late.start()
    assert visit.reverse(msgid)["infcode"] == 0
    late.join(timeout=10)
    assert "已被冲正" in answers[0]["err_msg"]
    assert settlements(province) == 0


def test_a_slow_answer_was_carried_out_before_anybody_gave_up(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("slow_answer", "2207", seconds=600)
    visit.clinic.http.timeout = httpx.Timeout(10, read=0.3)
    with pytest.raises(httpx.ReadTimeout):
        settle(visit)
    assert settlements(province) == 1


def test_a_fault_happens_as_often_as_it_was_planted_and_where(
    visit: Visit, province: SandboxProvince
) -> None:
    province.faults.plant("refused", "5301", count=2)
    province.faults.plant("server_error_before")
    asked = {"data": {"psn_no": visit.psn_no}}
    for _ in range(2):
        assert visit.ask("5301", asked)["infcode"] == -2
    envelope = visit.clinic.envelope("5206", asked)
    assert visit.clinic.post(envelope).status_code == 500
    assert visit.ask("5206", asked)["infcode"] == 0
    province.faults.plant("refused", count=5)
    province.faults.clear()
    assert visit.ask("5206", asked)["infcode"] == 0


def test_faults_are_planted_over_http(visit: Visit) -> None:
    clinic = visit.clinic
    planted = {"fault": "refused", "infno": "2207", "count": 1, "seconds": 0}
    response = clinic.http.post(clinic.address + "/sandbox/faults", json=planted)
    assert response.json() == {"status": "planted"}
    assert settle(visit).json()["infcode"] == -2
    assert settle(visit).json()["infcode"] == 0
    book = clinic.http.get(clinic.address + "/sandbox/book").json()
    [row] = book["settlements"]
    assert (row["state"], row["fund_pay_sumamt"]) == ("settled", "18.44")


@pytest.mark.parametrize(
    "asked",
    [
        b"",
        b"[]",
        b"{",
        b'{"fault": "earthquake"}',
        b'{"fault": "slow", "infno": "9999"}',
        b'{"fault": "slow", "infno": 2207}',
        b'{"fault": "slow", "count": 0}',
        b'{"fault": "slow", "count": true}',
        b'{"fault": "slow", "seconds": 601}',
        b'{"fault": "slow", "seconds": "NaN"}',
        b'{"fault": "slow", "seconds": []}',
        b'{"fault": ["slow"]}',
        b'{"fault": "slow", "extra": 1}',
    ],
)
def test_a_fault_that_cannot_be_planted_is_refused(clinic: Clinic, asked: bytes) -> None:
    response = clinic.http.post(clinic.address + "/sandbox/faults", content=asked)
    assert response.status_code == 400
    assert response.json()["message"].startswith("sandbox.")


def test_no_more_faults_wait_than_somebody_can_follow() -> None:
    faults = Faults()
    for _ in range(PLANTED_MAX):
        faults.plant("slow")
    with pytest.raises(Refused) as refusal:
        faults.plant("slow")
    assert refusal.value.code == "sandbox.too_many_faults"


def test_every_way_to_come_back_belongs_to_a_fault_with_its_reason() -> None:
    assert {each.comes for each in DISTURBANCES.values()} == set(Comes)
    assert all(each.why for each in DISTURBANCES.values())
    assert all(CONDITIONS.values())


def test_faults_are_cleared_over_http(visit: Visit, province: SandboxProvince) -> None:
    remote.plant(province.address, "refused", "2207", count=5)
    remote.clear(province.address)
    assert settle(visit).json()["infcode"] == 0


def test_a_province_without_tls_has_no_certificate_to_expire(province: SandboxProvince) -> None:
    with pytest.raises(Refused) as refusal:
        province.faults.plant("certificate_expired")
    assert refusal.value.code == "sandbox.not_encrypted"
