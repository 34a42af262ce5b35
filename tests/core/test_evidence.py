"""A record is genuine, or it is not and we know why."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.evidence import OFFLINE_VISIT, Verdict, canonical, judged, normal_key, sealed
from terminal.core.faults import Refused
from terminal.core.national_crypto import Sm2Key, new_sm2_key, sm2_sign

OURS, THEIRS = new_sm2_key(), new_sm2_key()
RECORD: dict[str, Any] = {
    "schema": OFFLINE_VISIT,
    "visit_id": "v1",
    "device": {"public_key": OURS.public_hex},
    "person": {"name": "王建国", "certno": "991024196503121030"},
    "consent": {"ceiling_own_fen": 790, "by": "resident"},
    "lines": [{"number": 1, "trace_code": "89101110000000000001", "total_fen": 2634}],
    "face": None,
    "estimate": {"estimate": True},
}


def signed(record: dict[str, Any] = RECORD, key: Sm2Key = OURS) -> str:
    data = canonical(record)
    return sealed(data.decode(), sm2_sign(key.private_hex, data))


FILE = signed()
"""One file: no two signatures of a record are equal."""


def verdict(file: str | bytes, key: str | None = OURS.public_hex) -> Verdict:
    return judged(file if isinstance(file, bytes) else file.encode(), key).verdict


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(FILE), **changes}, ensure_ascii=False)


@pytest.mark.parametrize("key", [OURS.public_hex, OURS.public_hex[2:].upper(), None])
def test_a_record_is_genuine_with_the_key_in_any_spelling_or_with_its_own(key):
    assert verdict(FILE, key) is Verdict.GENUINE


def shuffled(told: Any, dice: random.Random) -> Any:
    if isinstance(told, dict):
        names = list(told)
        dice.shuffle(names)
        return {name: shuffled(told[name], dice) for name in names}
    return [shuffled(each, dice) for each in told] if isinstance(told, list) else told


@given(st.randoms(use_true_random=False), st.booleans(), st.sampled_from([None, 0, 3]))
def test_reordered_keys_and_other_spaces_are_the_same_record(dice, ascii_only, indent):
    file = json.dumps(shuffled(json.loads(FILE), dice), ensure_ascii=ascii_only, indent=indent)
    assert verdict(file) is Verdict.GENUINE


@given(st.data())
def test_no_changed_byte_is_genuine_unless_it_changes_nothing(data):
    file = bytearray(FILE.encode())
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    if verdict(bytes(file)) is Verdict.GENUINE:
        now, then = json.loads(bytes(file)), json.loads(FILE)
        assert now["record"] == then["record"]
        assert now["signature"].lower() == then["signature"].lower()
        assert now["sm3"].lower() == then["sm3"].lower()


def test_a_changed_record_says_so():
    record = {**RECORD, "consent": {"ceiling_own_fen": 79000, "by": "resident"}}
    assert verdict(changed(record=record)) is Verdict.CHANGED
    assert verdict(changed(record=record), None) is Verdict.CHANGED


def test_a_forger_who_renews_the_digest_has_no_signature():
    record = {**RECORD, "visit_id": "v2"}
    forged = sealed(canonical(record).decode(), json.loads(FILE)["signature"])
    assert verdict(forged) is Verdict.BAD_SIGNATURE
    assert verdict(forged, None) is Verdict.BAD_SIGNATURE


def test_a_signature_of_another_record_does_not_fit():
    other = json.loads(signed({**RECORD, "visit_id": "v2"}))["signature"]
    assert verdict(changed(signature=other)) is Verdict.BAD_SIGNATURE


def test_a_record_signed_by_another_key_that_it_names_is_not_ours():
    theirs = {**RECORD, "device": {"public_key": THEIRS.public_hex}}
    assert verdict(signed(theirs, THEIRS)) is Verdict.OTHER_KEY
    assert verdict(signed(theirs, THEIRS), None) is Verdict.GENUINE
    assert verdict(signed(RECORD, THEIRS)) is Verdict.BAD_SIGNATURE


def test_a_record_that_names_no_key_is_not_genuine_by_itself():
    for named in ("", "04", "ff" * 65):
        record = {**RECORD, "device": {"public_key": named}}
        assert verdict(signed(record), None) is Verdict.BAD_SIGNATURE


def test_a_schema_nobody_knows_is_not_vouched_for():
    assert verdict(signed({**RECORD, "schema": "clinic-terminal/else/1"})) is Verdict.UNKNOWN_SCHEMA


@given(st.integers(0, len(FILE.encode()) - 3))
def test_a_truncated_file_is_unreadable(length):
    assert verdict(FILE.encode()[:length]) is Verdict.UNREADABLE


@pytest.mark.parametrize(
    "file",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        changed(record=None),
        changed(record={"schema": OFFLINE_VISIT}),
        changed(record={**RECORD, "fund": 0.7}),
        changed(record={**RECORD, "fund": float("nan")}),
        changed(record={**RECORD, "name": "\ud800"}).encode("utf-8", "surrogatepass"),
        changed(record={**RECORD, "schema": 1}),
        changed(signature=1),
        FILE.replace('"visit_id":', '"visit_id": "v9", "visit_id":'),
        FILE.encode("utf-16"),
    ],
    ids=range(14),
)
def test_what_is_no_record_is_unreadable_and_breaks_nothing(file):
    assert verdict(file) is Verdict.UNREADABLE


@given(st.binary(max_size=300))
def test_no_bytes_break_the_judge(file):
    assert verdict(file) is Verdict.UNREADABLE


def test_a_key_that_is_none_is_refused_rather_than_a_record():
    with pytest.raises(Refused) as refused:
        judged(FILE.encode(), "12345")
    assert refused.value.code == "crypto.key_unusable"


def test_a_number_that_is_not_whole_cannot_be_signed():
    for told in ({"a": 0.5}, {"a": {"b": [float("inf")]}}, {1: "a"}, {"a": b"x"}):
        with pytest.raises(Refused) as refused:
            canonical(told)
        assert refused.value.code == "record.not_canonical"


def test_the_canonical_form_does_not_move():
    assert canonical({"b": [1, True, None], "a": "药"}) == '{"a":"药","b":[1,true,null]}'.encode()
    assert normal_key(f" {'AB' * 64}\n") == "04" + "ab" * 64
