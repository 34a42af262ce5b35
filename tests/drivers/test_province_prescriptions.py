"""The sandbox's prescriptions: what 2204 and 2207 refuse, and what undoing leaves open."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from drivers.simulated.province import rx_envelope, wire
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_sign, sm2_verify, sm4_decrypt, sm4_encrypt
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock, Visit

NAME = "王建国"
DRUG, PRICE = "阿莫西林胶囊", "26.34"
KEY = bytes.fromhex(rx_envelope.SM4_KEY)


class Platform:
    """A second reading of the secondary envelope, which shares nothing with the terminal's."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def ask(self, infno: str, business: dict[str, Any], **changed: str) -> dict[str, Any]:
        envelope = {
            "appId": rx_envelope.APP_ID,
            "encData": sm4_encrypt(KEY, wire.write(business).encode()).hex(),
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": str(int(self.clinic.clock.now.timestamp() * 1000)),
            "version": "1.0.0",
        }
        text = "&".join(f"{name}={envelope[name]}" for name in sorted(envelope))
        signature = bytes.fromhex(sm2_sign(rx_envelope.CLINIC_PRIVATE_KEY, text.encode()))
        envelope["signData"] = base64.b64encode(signature).decode()
        body = {**envelope, **changed}
        answer: dict[str, Any] = self.clinic.post(body, f"/rx/{infno}").json()
        text = "&".join(f"{x}={answer[x]}" for x in sorted(answer) if x != "signData")
        signed = base64.b64decode(answer["signData"]).hex()
        assert sm2_verify(rx_envelope.PLATFORM_PUBLIC_KEY, text.encode(), signed)
        told = wire.read(sm4_decrypt(KEY, bytes.fromhex(answer["encData"])))
        assert isinstance(told, dict)
        return {"code": answer["code"], "message": answer["message"], **told}

    def look(self, rx: dict[str, Any]) -> dict[str, Any]:
        asked = {"fixmedinsCode": self.clinic.institution, "rxTraceCode": rx["rxTraceCode"]}
        return self.ask("D005", asked)


@pytest.fixture
def platform(clinic: Clinic) -> Platform:
    return Platform(clinic)


@pytest.fixture
def rx(province: SandboxProvince) -> dict[str, Any]:
    return province.prescribe(psn_no=PEOPLE[NAME][0], drugs=[["XJ01CAQ001A003020190002", "2"]])


def line(
    visit: Visit, rx: dict[str, Any], item: str = DRUG, cnt: str = "1", price: str = PRICE
) -> dict[str, object]:
    return {**visit.line(item, price, cnt), "rxno": rx["hiRxno"], "rx_circ_flag": "1"}


def refusal(visit: Visit, *lines: dict[str, object]) -> str:
    answer = visit.ask("2204", {"feedetail": list(lines)})
    assert answer["infcode"] == -2
    return str(answer["err_msg"])


def test_a_clinic_is_told_what_was_prescribed_and_by_whom(
    platform: Platform, rx: dict[str, Any]
) -> None:
    told = platform.look(rx)
    assert (told["code"], told["rxStasCodg"], told["rxUsedStasCodg"]) == (0, "1", "0")
    assert told["certno"] == PEOPLE[NAME][1]
    assert [each["drugCnt"] for each in told["rxDetlList"]] == ["2.00"]
    assert (
        platform.ask("D006", {"hiRxno": rx["hiRxno"], "fixmedinsCode": "H43102400001"})[
            "rxChkStasCodg"
        ]
        == "1"
    )


@pytest.mark.parametrize(
    "changed",
    [{"timestamp": "1000000000000"}, {"encData": "00" * 16}, {"signData": "AAAA"}, {"appId": "x"}],
)
def test_an_envelope_that_the_clinic_did_not_sign_is_not_read(
    platform: Platform, rx: dict[str, Any], changed: dict[str, str]
) -> None:
    asked = {"fixmedinsCode": platform.clinic.institution, "hiRxno": rx["hiRxno"]}
    told = platform.ask("D005", asked, **changed)
    assert told["code"] == -2
    assert "certno" not in told


def test_2204_refuses_another_person_another_drug_and_more_than_was_prescribed(
    clinic: Clinic, rx: dict[str, Any]
) -> None:
    visit = clinic.visit(NAME).describe()
    assert "超过处方数量" in refusal(visit, line(visit, rx, cnt="3"))
    assert "超过处方数量" in refusal(visit, line(visit, rx, "布洛芬片", price="8.00"))
    assert "处方不存在" in refusal(visit, line(visit, {"hiRxno": "1"}))
    assert "缺少处方号" in refusal(visit, line(visit, {"hiRxno": ""}))
    other = clinic.visit("李秀英").describe()
    assert "人员不符" in refusal(other, line(other, rx))


def test_what_is_settled_is_dispensed_here_until_it_is_undone(
    clinic: Clinic, platform: Platform, province: SandboxProvince, rx: dict[str, Any]
) -> None:
    visit = clinic.visit(NAME).describe()
    visit.upload(line(visit, rx))
    settled = visit.settle(PRICE)
    told = platform.look(rx)
    assert (told["rxUsedStasCodg"], told["dspFixmedinsName"]) == ("1", "演示村卫生室")
    with pytest.raises(Refused, match="unreadable"):
        province.prescribe(hi_rxno=rx["hiRxno"], withdraw=True)

    visit.reverse(settled["medins_setl_id"])
    assert platform.look(rx)["rxUsedStasCodg"] == "0"
    again = clinic.visit(NAME).describe()
    again.upload(line(again, rx, cnt="2"))  # All of it: what was undone is not counted.


def test_one_that_is_withdrawn_before_the_settlement_is_not_settled(
    clinic: Clinic, province: SandboxProvince, rx: dict[str, Any]
) -> None:
    visit = clinic.visit(NAME).describe()
    visit.upload(line(visit, rx))
    province.prescribe(hi_rxno=rx["hiRxno"], withdraw=True)
    answer = visit.ask("2207A", {"data": visit.echoed(PRICE)})
    assert (answer["infcode"], "处方已撤销" in answer["err_msg"]) == (-2, True)


def test_one_past_its_last_day_is_not_dispensed(
    clinic: Clinic, clock: Clock, rx: dict[str, Any]
) -> None:
    clock.now = clock.now.replace(day=24)
    visit = clinic.sign_in().visit(NAME).describe()
    assert "处方已失效" in refusal(visit, line(visit, rx))


@pytest.mark.parametrize(
    "asked", [[], {"psn_no": "nobody"}, {"fault": "none"}, {"fault": []}, {"drugs": 1}, {"x": 1}]
)
def test_the_sandbox_refuses_what_is_no_prescription(
    province: SandboxProvince, asked: object
) -> None:
    answer = httpx.post(f"{province.address}/sandbox/prescriptions", json=asked, trust_env=False)
    assert answer.status_code == 400
