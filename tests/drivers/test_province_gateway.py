"""What a request must show before the province looks at it."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from drivers.simulated.province.gateway import Gateway, Turned
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from terminal.core.faults import Unavailable
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock, Visit


@pytest.fixture
def visit(clinic: Clinic) -> Visit:
    return clinic.visit("王建国").describe()


def who(name: str = "王建国") -> dict[str, object]:
    _, id_number = PEOPLE[name]
    return {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": id_number, "psn_name": name}}


def test_a_person_is_found_by_identity_number(clinic: Clinic) -> None:
    output = clinic.done("1101", who(), insuplc_admdvs="")
    assert output["baseinfo"]["psn_name"] == "王建国"
    [row] = output["insuinfo"]
    assert (row["insutype"], row["insuplc_admdvs"]) == ("390", "431024")


def test_a_person_is_found_by_voucher_and_by_card_with_its_serial(clinic: Clinic) -> None:
    voucher = {"mdtrt_cert_type": "01", "mdtrt_cert_no": "99" + "1".zfill(38)}
    assert clinic.done("1101", {"data": voucher})["baseinfo"]["psn_name"] == "王建国"
    card = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "99A000002"}
    assert "card_sn" in clinic.ask("1101", {"data": card})["err_msg"]
    found = clinic.done("1101", {"data": {**card, "card_sn": "0001"}})
    assert found["baseinfo"]["psn_name"] == "李秀英"


def test_somebody_with_two_insurances_has_two_rows(clinic: Clinic) -> None:
    rows = clinic.done("1101", who("朱双保"))["insuinfo"]
    assert [(row["insutype"], row["psn_insu_stas"]) for row in rows] == [("390", "2"), ("310", "1")]


def test_a_paused_insurance_registers_no_visit(clinic: Clinic) -> None:
    with pytest.raises(AssertionError, match="参保状态"):
        clinic.visit("蒋停云")


@pytest.mark.parametrize("path", ["/", "/fsi/api/outpatientSettleService/saveSettletment", "/1101"])
def test_any_path_will_do_for_the_infno_of_the_body_decides(clinic: Clinic, path: str) -> None:
    answer = clinic.post(clinic.envelope("1101", who()), path=path).json()
    assert answer["infcode"] == 0


def test_input_may_be_an_object_or_its_text(clinic: Clinic) -> None:
    assert clinic.ask("1101", json.dumps(who()))["infcode"] == 0
    assert clinic.ask("1101", "{")["infcode"] == -2


def test_an_answer_has_the_interfaces_shape(clinic: Clinic) -> None:
    answer = clinic.ask("1101", who())
    assert len(answer["inf_refmsgid"]) == 30
    assert len(answer["refmsg_time"]) == len(answer["respond_time"]) == 17


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"psn_on": "1"}, "psn_on[fieldcheck_1]"),
        ({"mdtrt_cert_type": ""}, "mdtrt_cert_type不能为空[fieldcheck_2]"),
        ({"psn_no": None}, "psn_no不能为空[fieldcheck_2]"),
        ({"chrg_bchno": "9" * 31}, "chrg_bchno长度超过30[fieldcheck_3]"),
        ({"medfee_sumamt": "26.345"}, "medfee_sumamt小数超过2位[fieldcheck_3]"),
        ({"medfee_sumamt": "1" * 15}, "medfee_sumamt长度超过16[fieldcheck_3]"),
        ({"medfee_sumamt": "1e999999"}, "medfee_sumamt长度超过16[fieldcheck_3]"),
        ({"medfee_sumamt": "NaN"}, "medfee_sumamt格式错误[fieldcheck_4]"),
        ({"medfee_sumamt": True}, "medfee_sumamt格式错误[fieldcheck_4]"),
        ({"mdtrt_id": ["1"]}, "mdtrt_id格式错误[fieldcheck_4]"),
        ({"mdtrt_id": "\ud800"}, "mdtrt_id格式错误[fieldcheck_4]"),
        ({"insutype": "391x"}, "insutype字典值不正确[fieldcheck_5]"),
        ({"inscp_scp_amt": ...}, "inscp_scp_amt不能为空[fieldcheck_2]"),
    ],
)
def test_2207_is_refused_by_the_name_of_the_field_that_is_wrong(
    visit: Visit, change: dict[str, object], said: str
) -> None:
    data = {**visit.echoed("26.34"), **change}
    answer = visit.ask("2207", {"data": {k: v for k, v in data.items() if v is not ...}})
    assert answer["infcode"] == -2
    assert answer["err_msg"] in {f"FSI-{said}", f"FSI-未定义的字段:{said}"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "缺少节点:data"),
        ({"data": []}, "缺少节点:data"),
        ({"data": "x"}, "节点应为对象"),
        ({"data": {}, "dota": {}}, "未定义的节点:dota"),
    ],
)
def test_a_node_that_is_missing_or_unknown_is_refused(
    clinic: Clinic, sent: dict[str, object], said: str
) -> None:
    assert said in clinic.ask("1101", sent)["err_msg"]


@pytest.mark.parametrize(
    "when", ["2025-9-20 09:30:00", "2025-09-20T09:30:00", "2025-02-30 09:30:00"]
)
def test_a_moment_is_written_with_all_its_zeros(visit: Visit, when: str) -> None:
    answer = visit.ask(
        "5201",
        {"data": {"psn_no": visit.psn_no, "begntime": when, "endtime": when, "med_type": "11"}},
    )
    assert "begntime格式错误" in answer["err_msg"]


@pytest.mark.parametrize(
    ("more", "infcode", "said"),
    [
        ({"recer_sys_code": ""}, -2, "recer_sys_code不能为空"),
        ({"insuplc_admdvs": ""}, -1, "insuplc_admdvs不能为空"),
        ({"insuplc_admdvs": "430100"}, -2, "参保地医保区划"),
        ({"sign_no": ""}, -2, "签到编号无效"),
        ({"opter": "op2"}, -2, "签到编号无效"),
        ({"fixmedins_code": "H99999900001"}, -2, "定点医药机构不存在"),
        ({"infno": "9999"}, -2, "交易编号不存在"),
        ({"msgid": "H43102400991202509200930001"}, -2, "msgid格式错误"),
        ({"msgid": "H43102400992202509200930000001"}, -2, "msgid格式错误"),
        ({"msgid": "H43102400991202513200930000001"}, -2, "msgid格式错误"),
        ({"mdtrtarea_admdvs": "431024"}, -2, "未定义的字段:mdtrtarea_admdvs"),
    ],
)
def test_an_envelope_that_lacks_something_is_refused(
    visit: Visit, more: dict[str, object], infcode: int, said: str
) -> None:
    asked = {"data": {"psn_no": visit.psn_no}}
    envelope = visit.clinic.envelope("5301", asked)
    answer = visit.clinic.post({**envelope, **more}).json()
    assert answer["infcode"] == infcode
    assert said in answer["err_msg"]


def test_a_message_id_is_used_once(clinic: Clinic) -> None:
    msgid = clinic.msgid()
    assert clinic.ask("1101", who(), msgid=msgid)["infcode"] == 0
    again = clinic.ask("1101", who(), msgid=msgid)
    assert (again["infcode"], again["err_msg"]) == (-1, "FSI-报文ID重复[msgcheck_5]")


def test_a_sign_in_ends_at_midnight_in_china(clinic: Clinic, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=23, minute=59)
    assert clinic.ask("1101", who())["infcode"] == 0
    clock.now += timedelta(minutes=1)
    assert "签到编号" in clinic.ask("1101", who())["err_msg"]
    assert clinic.sign_in().ask("1101", who())["infcode"] == 0


def test_a_sign_out_ends_the_sign_in(clinic: Clinic) -> None:
    leaving = {"signOut": {"sign_no": clinic.sign_no, "opter_no": "op1"}}
    assert "sign_time" in clinic.done("9002", leaving)["signoutoutb"]
    assert "签到编号" in clinic.ask("1101", who())["err_msg"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"x-tif-paasid": "someone"}, "paasid"),
        ({"x-tif-signature": "0" * 64}, "signature"),
        ({"x-tif-signature": "é"}, "signature"),
        ({"x-tif-timestamp": "1"}, "timestamp"),
        ({"x-tif-timestamp": "-1"}, "timestamp"),
        ({"x-tif-nonce": ""}, "nonce"),
        ({"x-tif-nonce": "n" * 129}, "nonce"),
    ],
)
def test_a_request_not_signed_as_agreed_is_turned_away(
    clinic: Clinic, headers: dict[str, str], reason: str
) -> None:
    latin = {name: value.encode("latin-1") for name, value in headers.items()}
    response = clinic.http.post(
        clinic.address,
        content=json.dumps(clinic.envelope("1101", who())),
        headers={**{k: v.encode() for k, v in clinic.headers().items()}, **latin},
    )
    assert (response.status_code, response.json()["message"]) == (401, reason)


@pytest.mark.parametrize(("seconds", "status"), [(-300, 200), (-301, 401), (300, 200), (301, 401)])
def test_the_window_of_a_signature_is_five_minutes_each_way(
    clinic: Clinic, clock: Clock, seconds: int, status: int
) -> None:
    headers, body = clinic.headers(), clinic.envelope("1101", who())
    clock.now += timedelta(seconds=seconds)
    assert clinic.post(body, **headers).status_code == status


def test_a_nonce_is_used_once_and_a_forger_cannot_use_it_up(clinic: Clinic) -> None:
    forged = clinic.headers("n-1", secret="guess")
    assert clinic.post(clinic.envelope("1101", who()), **forged).status_code == 401
    signed = clinic.headers("n-1")
    assert clinic.post(clinic.envelope("1101", who()), **signed).status_code == 200
    again = clinic.post(clinic.envelope("1101", who()), **signed)
    assert (again.status_code, again.json()["message"]) == (401, "nonce")


def test_nonces_are_forgotten_when_their_window_has_passed(clinic: Clinic, clock: Clock) -> None:
    gateway = Gateway(DEMO_PAASID, DEMO_SECRET, 300, nonces_max=2)
    for _ in range(2):
        gateway.admit(clinic.headers(), clock.now)
    with pytest.raises(Turned) as turned:
        gateway.admit(clinic.headers(), clock.now)
    assert turned.value.status == 429
    clock.now += timedelta(seconds=301)
    gateway.admit(clinic.headers(), clock.now)


def raw(address: str, request: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the end."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(request)
        answer = b""
        while more := line.recv(65536):
            answer += more
    return answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 8388609\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\n\r\n", b"411"),
        (b"POST / HTTP/9.9\r\n\r\n", b"505"),
        (b"\x00\xff\r\n\r\n", b"400"),
    ],
)
def test_a_body_without_a_sane_length_is_not_read(
    province: SandboxProvince, head: bytes, status: bytes
) -> None:
    assert status in raw(province.address, head)


def test_the_province_says_that_it_is_up_and_knows_no_other_page(clinic: Clinic) -> None:
    assert clinic.http.get(clinic.address + "/sandbox/health").json() == {"status": "up"}
    assert clinic.http.get(clinic.address + "/").status_code == 404


def test_a_port_somebody_listens_on_is_said_to_be_in_use(
    province: SandboxProvince, tmp_path: Any
) -> None:
    port = int(province.address.rsplit(":", 1)[1])
    second = SandboxProvince(tmp_path / "second", port)
    with pytest.raises(Unavailable) as fault:
        second.start()
    assert (fault.value.code, fault.value.facts) == ("sandbox.port_in_use", {"port": port})


def test_closing_does_not_wait_for_those_who_keep_a_connection(tmp_path: Any, clock: Clock) -> None:
    province = SandboxProvince(tmp_path, clock=clock)
    province.start()
    province.faults.plant("slow", seconds=600)
    with Clinic(province, clock) as waiting, httpx.Client(trust_env=False) as kept:
        kept.get(province.address + "/sandbox/health")
        slow = waiting.http.build_request(
            "POST",
            province.address,
            content=b"{}",
            headers=waiting.headers(),
            timeout=httpx.Timeout(10, read=0.1),
        )
        with pytest.raises(httpx.ReadTimeout):
            waiting.http.send(slow)
        province.close()


def test_a_province_that_serves_forever_ends_when_it_is_closed(tmp_path: Any, clock: Clock) -> None:
    province = SandboxProvince(tmp_path, clock=clock)
    serving = threading.Thread(target=province.serve_forever)
    serving.start()
    deadline = time.monotonic() + 10
    while province.address.endswith(":0") and time.monotonic() < deadline:
        time.sleep(0.01)
    with httpx.Client(trust_env=False) as client:
        assert client.get(province.address + "/sandbox/health").status_code == 200
    province.close()
    serving.join(timeout=10)
    assert not serving.is_alive()
