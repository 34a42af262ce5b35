"""SM2, SM3 and SM4 agree with the standards' own examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.national_crypto import (
    new_sm2_key,
    sm2_decrypt,
    sm2_encrypt,
    sm2_sign,
    sm2_verify,
    sm3,
    sm4_decrypt,
    sm4_encrypt,
    sm4_gcm_open,
    sm4_gcm_seal,
)

# GB/T 32918.5-2017, appendix A.2: key and signature of "message digest".
PRIVATE = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
PUBLIC = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = (
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
# GB/T 32907-2016, appendix A.
SM4_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_sm3_digests_the_examples_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A."""
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        sm3(b"abcd" * 16).hex()
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_sm4_encrypts_the_example_of_the_standard() -> None:
    encrypted = sm4_encrypt(SM4_KEY, SM4_KEY)
    assert encrypted[:16].hex() == "681edf34d206965e86b3e94f536e4246"
    assert len(encrypted) == 32, "a whole block is filled up with one more"


def test_sm4_encrypts_the_example_a_million_times_over() -> None:
    block = SM4_KEY
    for _ in range(1_000_000):
        block = sm4_encrypt(SM4_KEY, block)[:16]
    assert block.hex() == "595298c7c6fd271f0402f804c33d3f66"


@pytest.mark.parametrize("public", [PUBLIC, "04" + PUBLIC, PUBLIC.lower()])
def test_sm2_knows_the_signature_of_the_standard(public: str) -> None:
    assert sm2_verify(public, b"message digest", SIGNATURE)
    assert not sm2_verify(public, b"message digesu", SIGNATURE)


def test_what_the_standards_key_signs_here_the_standards_public_key_verifies() -> None:
    assert sm2_verify(PUBLIC, b"message digest", sm2_sign(PRIVATE, b"message digest"))


@given(st.binary(max_size=400))
def test_whatever_is_signed_is_verified_and_by_nobody_elses_key(data: bytes) -> None:
    mine, other = new_sm2_key(), new_sm2_key()
    signature = sm2_sign(mine.private_hex, data)
    assert len(signature) == 128
    assert sm2_verify(mine.public_hex, data, signature)
    assert not sm2_verify(mine.public_hex, data + b"x", signature)
    assert not sm2_verify(other.public_hex, data, signature)


@given(st.text(max_size=140) | st.binary(min_size=64, max_size=64).map(bytes.hex))
def test_what_is_no_signature_is_nobodys(signature: str) -> None:
    assert not sm2_verify(PUBLIC, b"message digest", signature)


@given(st.binary(min_size=16, max_size=16), st.binary(max_size=5000))
def test_what_is_encrypted_is_decrypted(key: bytes, data: bytes) -> None:
    encrypted = sm4_encrypt(key, data)
    assert len(encrypted) % 16 == 0
    assert sm4_decrypt(key, encrypted) == data


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 32])
def test_what_was_never_encrypted_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as raised:
        sm4_decrypt(SM4_KEY, data)
    assert raised.value.code == "crypto.not_decryptable"


@pytest.mark.parametrize("key", ["", "0" * 64, "f" * 64, "zz" * 32, PRIVATE[:-2]])
def test_a_private_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Refused) as raised:
        sm2_sign(key, b"x")
    assert raised.value.code == "crypto.key_unusable"
    assert key not in str(raised.value) or not key


@pytest.mark.parametrize("key", ["", "04" * 65, "11" * 64, "05" + PUBLIC, PUBLIC[:-1]])
def test_a_public_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Refused) as raised:
        sm2_verify(key, b"x", SIGNATURE)
    assert raised.value.code == "crypto.key_unusable"


@pytest.mark.parametrize("key", [b"", b"x" * 15, b"x" * 32])
def test_a_cipher_key_that_is_none_is_refused(key: bytes) -> None:
    with pytest.raises(Refused):
        sm4_encrypt(key, b"x")


def test_a_key_does_not_show_its_private_half() -> None:
    made = new_sm2_key()
    assert made.private_hex not in repr(made)


GCM_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
GCM_NONCE = bytes.fromhex("00001234567800000000ABCD")
GCM_BOUND_TO = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
GCM_PLAIN = bytes.fromhex("".join(f"{letter * 16}" for letter in "ABCDEFEA"))
GCM_SEALED = bytes.fromhex(
    "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    "83DE3541E4C2B58177E065A9BF7B62EC"
)
"""RFC 8998, appendix A.1."""


def test_sm4_gcm_answers_as_rfc_8998_says():
    sealed = sm4_gcm_seal(GCM_KEY, GCM_NONCE, GCM_PLAIN, GCM_BOUND_TO)
    assert sealed == GCM_NONCE + GCM_SEALED
    assert sm4_gcm_open(GCM_KEY, sealed, GCM_BOUND_TO) == GCM_PLAIN


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_a_sealed_text_with_one_bit_changed_does_not_open(place):
    sealed = bytearray(sm4_gcm_seal(GCM_KEY, GCM_NONCE, GCM_PLAIN, GCM_BOUND_TO))
    sealed[place] ^= 1
    with pytest.raises(Refused) as refused:
        sm4_gcm_open(GCM_KEY, bytes(sealed), GCM_BOUND_TO)
    assert refused.value.code == "crypto.not_decryptable"


@pytest.mark.parametrize(
    ("key", "sealed", "bound_to"),
    [
        (GCM_KEY, GCM_NONCE + GCM_SEALED, b"another row"),
        (bytes(16), GCM_NONCE + GCM_SEALED, GCM_BOUND_TO),
        (GCM_KEY, GCM_NONCE + GCM_SEALED[:-1], GCM_BOUND_TO),
        (GCM_KEY, b"", GCM_BOUND_TO),
        (GCM_KEY, GCM_NONCE, GCM_BOUND_TO),
    ],
)
def test_what_was_sealed_otherwise_or_is_cut_does_not_open(key, sealed, bound_to):
    with pytest.raises(Refused) as refused:
        sm4_gcm_open(key, sealed, bound_to)
    assert refused.value.code == "crypto.not_decryptable"


@pytest.mark.parametrize(("key", "nonce"), [(bytes(32), bytes(12)), (bytes(16), bytes(16))])
def test_a_gcm_key_or_nonce_of_another_length_is_refused(key, nonce):
    with pytest.raises(Refused) as refused:
        sm4_gcm_seal(key, nonce, b"", b"")
    assert refused.value.code == "crypto.key_unusable"


SEALED = (
    "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    "21886ca989ca9c7d58087307ca93092d651efa"
)
"""GB/T 32918.5-2017, annex C: C1 without its leading 04, C3, C2."""


def test_what_the_standard_sealed_is_opened():
    opened = sm2_decrypt(PRIVATE, bytes.fromhex(SEALED))
    assert opened == b"encryption standard"


def test_what_is_sealed_has_the_standards_form_and_opens_for_its_owner_alone():
    key = bytes(range(16))
    sealed = sm2_encrypt(PUBLIC, key)
    assert len(sealed) == 64 + 32 + len(key)
    assert sealed != sm2_encrypt(PUBLIC, key)
    assert sm2_decrypt(PRIVATE, sealed) == key
    for private, data in (
        (new_sm2_key().private_hex, sealed),
        (PRIVATE, sealed[:-1]),
        (PRIVATE, sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]),
        (PRIVATE, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (PRIVATE, b""),
    ):
        with pytest.raises(Refused) as refused:
            sm2_decrypt(private, data)
        assert refused.value.code == "crypto.not_decryptable"


@pytest.mark.parametrize("public", ["", "04" + "0" * 128, "zz" * 64])
def test_a_key_that_is_no_point_seals_nothing(public):
    with pytest.raises(Refused) as refused:
        sm2_encrypt(public, b"k")
    assert refused.value.code == "crypto.key_unusable"
