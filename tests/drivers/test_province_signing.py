"""SM2 signatures and SM4 contents, made here by the interface's rule and checked there."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import Manner, Signing
from drivers.simulated.province.server import SandboxProvince
from terminal.core.national_crypto import new_sm2_key, sm2_sign, sm2_verify, sm4_encrypt
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock

OURS, THEIRS = new_sm2_key(), new_sm2_key()
SM4_KEY = "0123456789abcdeffedcba9876543210"
WHO = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": PEOPLE["王建国"][1]}}
Seal = Callable[[dict[str, object]], dict[str, object]]


def joined(envelope: dict[str, Any]) -> bytes:
    """Section 2.4: without cainfo and content, sorted by name, name=value joined with &."""
    names = sorted(set(envelope) - {"cainfo", "input", "output"})
    return "&".join(f"{name}={envelope[name] or ''}" for name in names).encode()


def signed(envelope: dict[str, object]) -> dict[str, object]:
    whole = {**envelope, "signtype": "SM2"}
    return {**whole, "cainfo": sm2_sign(OURS.private_hex, joined(whole))}


def sealed(as_text: Callable[[bytes], str]) -> Seal:
    def seal(envelope: dict[str, object]) -> dict[str, object]:
        content = json.dumps(envelope["input"], ensure_ascii=False).encode()
        closed = as_text(sm4_encrypt(bytes.fromhex(SM4_KEY), content))
        return signed({**envelope, "enc_type": "SM4", "input": closed})

    return seal


@contextmanager
def at(folder: Path, clock: Clock, seal: Seal, signing: Signing, **more: Any) -> Iterator[Clinic]:
    manner = Manner(signing=signing, clinic_public_key=OURS.public_hex, sm4_key=SM4_KEY, **more)
    with (
        SandboxProvince(folder, clock=clock, manner=manner) as province,
        Clinic(province, clock) as clinic,
    ):
        clinic.seal = seal
        yield clinic.sign_in()


def test_a_signed_envelope_settles_like_any_other(tmp_path: Path, clock: Clock) -> None:
    with at(tmp_path, clock, signed, Signing.SM2) as clinic:
        visit = clinic.visit("王建国").describe()
        visit.upload(visit.line("阿莫西林胶囊", "26.34"))
        assert str(visit.settle("26.34")["fund_pay_sumamt"]) == "18.44"


@pytest.mark.parametrize(
    "change",
    [
        lambda sent: {**sent, "opter_name": "别人"},
        lambda sent: {**sent, "cainfo": sent["cainfo"][::-1]},
        lambda sent: {**sent, "cainfo": ""},
        lambda sent: {**sent, "cainfo": "no signature"},
        lambda sent: {**sent, "signtype": ""},
        lambda sent: {**sent, "cainfo": sm2_sign(THEIRS.private_hex, joined(sent))},
    ],
)
def test_an_envelope_signed_by_nobody_or_changed_since_is_refused(
    tmp_path: Path, clock: Clock, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    with at(tmp_path, clock, signed, Signing.SM2) as clinic:
        clinic.seal = lambda envelope: change(signed(envelope))
        answer = clinic.ask("1101", WHO)
        assert (answer["infcode"], "[cacheck_" in answer["err_msg"]) == (-2, True)


@pytest.mark.parametrize("as_text", [bytes.hex, lambda raw: base64.b64encode(raw).decode()])
def test_a_sealed_input_is_opened(
    tmp_path: Path, clock: Clock, as_text: Callable[[bytes], str]
) -> None:
    with at(tmp_path, clock, sealed(as_text), Signing.SM2_SM4) as clinic:
        assert clinic.done("1101", WHO)["baseinfo"]["psn_name"] == "王建国"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"input": WHO}, "cacheck_5"),
        ({"input": "00" * 16}, "cacheck_5"),
        ({"input": "不是密文"}, "cacheck_5"),
        ({"enc_type": ""}, "cacheck_4"),
    ],
)
def test_an_input_that_cannot_be_opened_is_refused(
    tmp_path: Path, clock: Clock, change: dict[str, object], said: str
) -> None:
    with at(tmp_path, clock, sealed(bytes.hex), Signing.SM2_SM4) as clinic:
        clinic.seal = lambda envelope: signed({**sealed(bytes.hex)(envelope), **change})
        assert said in clinic.ask("1101", WHO)["err_msg"]


def test_an_answer_is_signed_by_a_province_that_has_a_key(tmp_path: Path, clock: Clock) -> None:
    with at(tmp_path, clock, signed, Signing.SM2, own_private_key=THEIRS.private_hex) as clinic:
        answer = clinic.ask("1101", WHO)
        assert answer["signtype"] == "SM2"
        assert sm2_verify(THEIRS.public_hex, joined({**answer, "infcode": "0"}), answer["cainfo"])
        assert not sm2_verify(OURS.public_hex, joined(answer), answer["cainfo"])


def test_a_signature_makes_neither_a_clock_nor_a_nonce_good_again(
    tmp_path: Path, clock: Clock
) -> None:
    with at(tmp_path, clock, signed, Signing.SM2) as clinic:
        body, headers = signed(clinic.envelope("1101", WHO)), clinic.headers()
        assert clinic.post(body, **headers).json()["infcode"] == 0
        assert clinic.post(body, **headers).json()["message"] == "nonce"
        headers = clinic.headers()
        clock.now += timedelta(seconds=301)
        assert clinic.post(body, **headers).json()["message"] == "timestamp"
