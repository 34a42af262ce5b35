"""Who signs what: the gateway's headers, SM2 over the envelope, SM4 for its input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from drivers.simulated.province.manner import Manner, Signing
from drivers.simulated.province.server import SandboxProvince
from terminal.assembly.parts import province_line
from terminal.core.faults import Fault, Refused, Uncertain
from terminal.core.national_crypto import Sm2Key, new_sm2_key, sm2_sign, sm2_verify, sm4_encrypt
from terminal.province.envelope import read_answer
from terminal.province.signing import Seal, gateway_headers, joined
from terminal.settings import Settings
from terminal.store import Store
from tests.clinic import WANG, Clock
from tests.shell.at_the_province import AtTheProvince, at_the_province, line_to
from tests.shell.between import Message, between

CLINICS, PROVINCES = new_sm2_key(), new_sm2_key()
SM4 = bytes(range(16))
SEAL = Seal(CLINICS.private_hex)
SEALED = replace(SEAL, sm4_key=SM4)


def fault_of(act: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


@contextmanager
def there(
    folder: Path, store: Store, clock: Clock, seal: Seal | None, **manner: object
) -> Iterator[AtTheProvince]:
    asks = Manner(clinic_public_key=CLINICS.public_hex, sm4_key=SM4.hex(), **manner)  # type: ignore[arg-type]
    with (
        SandboxProvince(folder / "province", clock=clock, manner=asks) as running,
        at_the_province(line_to(running.address, seal=seal), store, clock) as at,
    ):
        yield at


# --- the gateway


def test_the_gateways_signature_is_the_digest_that_the_interface_says() -> None:
    """Recomputed by hand: sha256("1758331800" "s" nonce "1758331800")."""
    import hashlib  # noqa: PLC0415

    headers = gateway_headers("a", "s", 1758331800)
    text = f"1758331800s{headers['x-tif-nonce']}1758331800"
    assert headers["x-tif-signature"] == hashlib.sha256(text.encode()).hexdigest()
    assert headers["x-tif-nonce"] != gateway_headers("a", "s", 1758331800)["x-tif-nonce"]


def test_a_wrong_secret_is_not_admitted_and_of_money_not_known(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with at_the_province(line_to(province.address, secret="wrong"), store, clock) as at:
        fault = fault_of(at.province.ready)
        assert (type(fault), fault.code) == (Refused, "province.not_admitted")
        store.journal.remember(
            "sign_in", {"day": "2025-09-20", "opter": "D431024000991", "sign_no": "1"}
        )
        sent = fault_of(lambda: at.session.send("2601", {"data": {}}))
        assert (type(sent), sent.code) == (Uncertain, "province.no_answer")


def test_a_clock_that_is_off_is_not_admitted(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    ours = Clock()
    ours.now = clock.now + timedelta(seconds=301)
    with at_the_province(line_to(province.address), store, ours) as at:
        assert fault_of(at.province.ready).code == "province.not_admitted"


# --- SM2 over the envelope


def test_what_is_signed_is_every_key_but_the_payload_in_ascii_order() -> None:
    envelope = {"msgid": "M", "Z": 1, "cainfo": "c", "input": {}, "output": {}, "a": None}
    assert joined(envelope) == b"Z=1&a=&msgid=M"


def test_a_province_that_asks_for_signatures_settles_what_is_signed(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    with there(tmp_path, store, clock, SEAL, signing=Signing.SM2) as at:
        settled = at.settled(at.case())
        assert settled.shares.fund.fen == 1844


@pytest.mark.parametrize("seal", [None, Seal(new_sm2_key().private_hex)])
def test_a_message_that_is_not_signed_by_us_is_refused(
    tmp_path: Path, store: Store, clock: Clock, seal: Seal | None
) -> None:
    with there(tmp_path, store, clock, seal, signing=Signing.SM2) as at:
        assert isinstance(fault_of(at.province.ready), Refused)


def test_the_whole_sealed_message_is_on_the_disk_before_it_leaves(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    with at_the_province(line_to(province.address, seal=SEAL), store, clock) as at:
        msgid = at.msgid()
        at.session.send(
            "1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": WANG}}, msgid=msgid
        )
    kept = store.journal.message(msgid)
    assert kept is not None
    sent = json.loads(kept.request)
    assert (sent["signtype"], len(sent["cainfo"])) == ("SM2", 128)
    assert sm2_verify(CLINICS.public_hex, joined(sent), sent["cainfo"])
    sent["infno"] = "2207A"
    assert not sm2_verify(CLINICS.public_hex, joined(sent), sent["cainfo"])


# --- SM4 for input


def test_a_province_that_asks_for_encryption_settles_what_is_encrypted(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    with there(tmp_path, store, clock, SEALED, signing=Signing.SM2_SM4) as at:
        assert at.settled(at.case()).shares.fund.fen == 1844


def test_nothing_of_an_encrypted_input_is_readable_on_the_way(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    seen: list[str] = []

    def look(sent: Message) -> Message:
        seen.append(json.dumps(sent))
        return sent

    asks = Manner(signing=Signing.SM2_SM4, clinic_public_key=CLINICS.public_hex, sm4_key=SM4.hex())
    with (
        SandboxProvince(tmp_path / "province", clock=clock, manner=asks) as running,
        between(running.address) as line,
        at_the_province(line_to(line.address, seal=SEALED), store, clock) as at,
    ):
        line.request = look
        at.settled(at.case())
    assert len(seen) > 6
    assert all(WANG not in each and '"enc_type": "SM4"' in each for each in seen)


@pytest.mark.parametrize("key", [None, bytes(16)])
def test_another_key_or_none_is_refused(
    tmp_path: Path, store: Store, clock: Clock, key: bytes | None
) -> None:
    seal = replace(SEAL, sm4_key=key)
    with there(tmp_path, store, clock, seal, signing=Signing.SM2_SM4) as at:
        assert isinstance(fault_of(at.province.ready), Refused)


# --- the province's own signature


def test_an_answer_that_the_province_signed_is_believed(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    seal = replace(SEAL, province_public_hex=PROVINCES.public_hex)
    signs = PROVINCES.private_hex
    with there(tmp_path, store, clock, seal, own_private_key=signs) as at:
        case = at.case()
        settled = at.settled(case)
        kept = store.journal.message(settled.medins_setl_id)
        assert kept is not None
        assert kept.answer is not None
        again = at.province.reread(case, settled.mdtrt_id, settled.medins_setl_id, kept.answer)
        assert again == settled


@pytest.mark.parametrize("signs", ["", new_sm2_key().private_hex], ids=["nobody", "another"])
def test_an_answer_that_somebody_else_signed_or_nobody_is_nonsense(
    tmp_path: Path, store: Store, clock: Clock, signs: str
) -> None:
    seal = replace(SEAL, province_public_hex=PROVINCES.public_hex)
    with there(tmp_path, store, clock, seal, own_private_key=signs) as at:
        fault = fault_of(at.province.ready)
        assert (type(fault), fault.code) == (Uncertain, "province.nonsense")


def answer(**fields: object) -> bytes:
    return json.dumps({"infcode": 0, "err_msg": None, **fields}).encode()


def test_an_encrypted_output_is_opened() -> None:
    output = sm4_encrypt(SM4, json.dumps({"a": "王"}).encode()).hex()
    assert read_answer(answer(enctype="SM4", output=output), SEALED).output == {"a": "王"}


@pytest.mark.parametrize("output", ["zz", "00", sm4_encrypt(bytes(16), b"{}").hex(), "王"])
def test_an_output_that_cannot_be_opened_is_nonsense(output: str) -> None:
    assert (
        fault_of(lambda: read_answer(answer(enctype="SM4", output=output), SEALED)).code
        == "province.nonsense"
    )


def test_a_changed_answer_is_not_the_provinces() -> None:
    told: dict[str, object] = {"infcode": 0, "err_msg": None, "output": {}, "respond_time": "1"}
    told["cainfo"] = sm2_sign(PROVINCES.private_hex, joined(told))
    seal = replace(SEAL, province_public_hex=PROVINCES.public_hex)
    assert seal.holds(told)
    assert not seal.holds({**told, "infcode": -2})


# --- from the settings


def settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(data_dir=tmp_path, province_url="https://province.example", **more)  # type: ignore[arg-type]


def key_file(folder: Path, text: str = CLINICS.private_hex, mode: int = 0o600) -> Path:
    path = folder / "sm2.key"
    path.write_text(text + "\n", "utf-8")
    path.chmod(mode)
    return path


def test_the_gateway_alone_needs_no_key(tmp_path: Path) -> None:
    assert province_line(settings(tmp_path)).seal is None


def test_keys_come_from_their_settings_and_show_nowhere(tmp_path: Path) -> None:
    line = province_line(
        settings(
            tmp_path,
            signing="sm2_sm4",
            sm2_key_file=key_file(tmp_path),
            sm4_key=SecretStr(SM4.hex()),
            province_sm2_public_key=PROVINCES.public_hex,
            province_secret=SecretStr("hidden"),
        )
    )
    assert line.seal == Seal(CLINICS.private_hex, SM4, PROVINCES.public_hex)
    assert CLINICS.private_hex not in repr(line)
    assert "hidden" not in repr(line)


def test_sm2_alone_encrypts_nothing(tmp_path: Path) -> None:
    line = province_line(
        settings(
            tmp_path,
            signing="sm2",
            sm2_key_file=key_file(tmp_path),
            sm4_key=SecretStr(SM4.hex()),
        )
    )
    assert line.seal == Seal(CLINICS.private_hex, None)


@pytest.mark.parametrize(
    ("text", "mode", "more", "code"),
    [
        (CLINICS.private_hex, 0o644, {}, "vault.key_open_to_others"),
        ("no key", 0o600, {}, "crypto.key_unusable"),
        ("钥", 0o600, {}, "settings.unreadable"),
        ("0" * 64, 0o600, {}, "crypto.key_unusable"),
        (CLINICS.private_hex, 0o600, {"sm4_key": SecretStr("00")}, "settings.wrong_value"),
        (CLINICS.private_hex, 0o600, {"sm4_key": SecretStr("x" * 32)}, "settings.wrong_value"),
        (
            CLINICS.private_hex,
            0o600,
            {"province_sm2_public_key": "11" * 64},
            "crypto.key_unusable",
        ),
    ],
    ids=["open", "words", "a character", "zero", "short sm4", "no sm4", "no public key"],
)
def test_a_key_that_is_none_stops_the_terminal_before_its_first_send(
    tmp_path: Path, text: str, mode: int, more: dict[str, object], code: str
) -> None:
    file = key_file(tmp_path, text, mode)
    values = {"sm4_key": SecretStr(SM4.hex()), **more}
    wrong = settings(tmp_path, signing="sm2_sm4", sm2_key_file=file, **values)
    assert fault_of(lambda: province_line(wrong)).code == code


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    gone = settings(tmp_path, signing="sm2", sm2_key_file=tmp_path / "none")
    assert fault_of(lambda: province_line(gone)).code == "settings.unreadable"
    unnamed = settings(tmp_path, signing="sm2")
    assert fault_of(lambda: province_line(unnamed)).code == "settings.missing"


def test_a_pair_is_made_anew_each_time() -> None:
    assert isinstance(CLINICS, Sm2Key)
    assert CLINICS != PROVINCES
