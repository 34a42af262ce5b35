"""Whatever comes to the sandbox's own verbs, or to a province of another manner, is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drivers.simulated.province import wire
from drivers.simulated.province.book import Book
from drivers.simulated.province.faults import CONDITIONS, DISTURBANCES
from drivers.simulated.province.files import Stream
from drivers.simulated.province.manner import Manner, Signing
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from drivers.simulated.province.transactions import TRANSACTIONS, Transactions
from terminal.core.national_crypto import new_sm2_key, sm2_sign, sm4_encrypt
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock
from tests.drivers.test_province_data import json_values
from tests.drivers.test_province_signing import joined

MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ASKS_FOR_NOTHING = {"3513"}
"""What may be asked without a single field: an empty request has an answer."""
KEY, SM4_KEY = new_sm2_key(), "0123456789abcdeffedcba9876543210"

names = st.sampled_from(sorted({*DISTURBANCES, *CONDITIONS})) | st.text(max_size=8)
plans = st.fixed_dictionaries(
    {"fault": names | json_values},
    optional={
        "infno": st.sampled_from(["2207", "9999"]) | json_values,
        "count": st.integers(-1, 20_000) | json_values,
        "seconds": st.floats() | json_values,
    },
)
others = st.fixed_dictionaries(
    {"psn_no": st.sampled_from([psn_no for psn_no, _ in PEOPLE.values()]) | json_values},
    optional={
        "amount": st.sampled_from(["1.00", "-1", "1e3", "99999999999999.99"]) | json_values,
        "mdtrt_id": json_values,
        "here": st.booleans() | json_values,
    },
)


@MANY
@given(
    path=st.sampled_from(["faults", "clear", "elsewhere", "restart", "nothing", ""]),
    body=json_values | plans | others | st.binary(max_size=100),
)
def test_no_body_can_break_the_sandboxs_own_verbs(
    province: SandboxProvince, clinic: Clinic, path: str, body: Any
) -> None:
    if path == "restart" and body == {}:
        return  # That is a restart, and tried elsewhere.
    sent = body if isinstance(body, bytes) else dumped(body)
    response = clinic.http.post(f"{clinic.address}/sandbox/{path}", content=sent)
    province.faults.clear()
    assert response.status_code in {200, 400, 401}
    assert isinstance(response.json(), dict)
    assert clinic.http.get(f"{clinic.address}/sandbox/health").json() == {"status": "up"}


def dumped(body: Any) -> bytes:
    """As JSON, with what JSON has no word for as the words Python writes."""
    if isinstance(body, float):
        return repr(body).encode()
    if isinstance(body, dict):
        pairs = (
            wire.write(name).encode("utf-8", "replace") + b":" + dumped(each)
            for name, each in body.items()
        )
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(body, list):
        return b"[" + b",".join(dumped(each) for each in body) + b"]"
    return wire.write(body).encode("utf-8", "replace")


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Transactions]:
    """A province that asks for everything: signed, sealed, as text, with its own codes."""
    manner = Manner(
        signing=Signing.SM2_SM4,
        clinic_public_key=KEY.public_hex,
        sm4_key=SM4_KEY,
        input_as_text=True,
        codes={"insutype": {"390": "391"}},
        receivers={"": "HNYB"},
        null_rich=True,
        numbers_as_strings=True,
        own_private_key=KEY.private_hex,
    )
    book = Book(tmp_path / "sealed")
    yield Transactions(book, read_reference(), manner, Clock())
    book.close()


@MANY
@example(infno="3513", content=b'{"data":{}}', seal=True, change={})
@given(
    infno=st.sampled_from(sorted(TRANSACTIONS)),
    content=st.fixed_dictionaries({"data": json_values}).map(
        lambda value: wire.write(value).encode("utf-8", "replace")
    )
    | st.binary(max_size=60),
    seal=st.booleans(),
    change=st.dictionaries(st.sampled_from(["cainfo", "signtype", "opter"]), json_values),
)
def test_no_content_can_break_a_province_that_asks_for_everything(
    sealed: Transactions, clinic: Clinic, infno: str, content: bytes, *, seal: bool, change: Any
) -> None:
    hello = b'{"signIn":{"opter_no":"op1","mac":"","ip":"127.0.0.1"}}'
    told: Any = sealed.carry_out(closed(clinic.envelope("9001", ""), hello))
    clinic.sign_no = told["output"]["signinoutb"]["sign_no"]
    envelope = closed(clinic.envelope(infno, ""), content)
    if not seal:
        envelope["input"] = content.hex()
    answer = sealed.carry_out({**envelope, **change})
    assert not isinstance(answer, Stream)
    if infno in ASKS_FOR_NOTHING and answer["infcode"] == "0":
        return
    assert answer["infcode"] in {"-1", "-2"}
    assert "system_1" not in str(answer["err_msg"])
    assert change or "[cacheck_" not in str(answer["err_msg"]).replace("cacheck_5", "")


def closed(envelope: dict[str, Any], content: bytes) -> dict[str, Any]:
    """The envelope with this content sealed, and signed."""
    sealed_input = sm4_encrypt(bytes.fromhex(SM4_KEY), content).hex()
    whole = {**envelope, "signtype": "SM2", "enc_type": "SM4", "input": sealed_input}
    return {**whole, "cainfo": sm2_sign(KEY.private_hex, joined(whole))}
