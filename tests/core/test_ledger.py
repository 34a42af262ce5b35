from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from terminal.core.ledger import (
    BEGINNING,
    Deed,
    Entry,
    Kept,
    commitment,
    digest_of,
    enrolled,
    erased,
)
from terminal.core.ledger_check import (
    Break,
    LedgerCheck,
    LedgerVerdict,
    Seal,
    handing_over_text,
    seal_text,
)
from terminal.core.ledger_file import (
    SCHEMA,
    check_lines,
    entry_line,
    head_line,
    head_of,
    lines_of,
    seal_line,
)
from terminal.core.national_crypto import Sm2Key, new_sm2_key, sm2_sign

OURS, NEXT, FOREIGN = new_sm2_key(), new_sm2_key(), new_sm2_key()
EVERY = 10
AT = "2026-11-22T08:00:00+08:00"


def chain(entries: list[Entry]) -> list[Kept]:
    """These entries with right digests, as whoever has the database's key could make them."""
    before, made = BEGINNING, []
    for entry in entries:
        before = digest_of(before, entry)
        made.append(Kept(entry, before))
    return made


def written(count: int) -> list[Kept]:
    return chain(
        [Entry(n, AT, Deed.SETTLED, "D1", f'{{"own_fen":{n}}}') for n in range(1, count + 1)]
    )


def seal(kept: Kept, key: Sm2Key = OURS) -> Seal:
    number, digest = kept.entry.number, kept.digest
    signature = sm2_sign(key.private_hex, seal_text(number, digest, AT))
    return Seal(number, digest, AT, key.public_hex, signature)


def sealed(kept: list[Kept], key: Sm2Key = OURS) -> list[Seal]:
    return [seal(each, key) for each in kept if each.entry.number % EVERY == 0]


def judge(
    kept: list[Kept], seals: list[Seal], head: Seal | None = None, key: Sm2Key = OURS
) -> LedgerVerdict:
    check = LedgerCheck(key.public_hex, () if head is None else (head,))
    left = list(seals)
    for each in kept:
        check.entry(each)
        while left and left[0].number <= each.entry.number:
            check.seal(left.pop(0))
    for each in left:
        check.seal(each)
    return check.verdict()


GOOD = written(35)
SEALS = sealed(GOOD)
HEAD = seal(GOOD[-1])


def test_a_ledger_that_nobody_touched_is_sound() -> None:
    verdict = judge(GOOD, SEALS, HEAD)
    assert verdict.sound
    assert (verdict.entries, verdict.seals, verdict.sealed_to) == (35, 3, 35)
    assert verdict.head == GOOD[-1].digest.hex()


def test_an_empty_ledger_is_sound() -> None:
    assert judge([], []).sound


@pytest.mark.parametrize("number", [1, 2, 17, 34, 35])
@pytest.mark.parametrize("field", ["at", "deed", "who", "facts"])
def test_an_edited_entry_is_named(number: int, field: str) -> None:
    kept = list(GOOD)
    entry = kept[number - 1].entry
    changed = replace(entry, **{field: getattr(entry, field) + " "})
    kept[number - 1] = Kept(changed, kept[number - 1].digest)
    verdict = judge(kept, SEALS, HEAD)
    assert (verdict.broken, verdict.number) == (Break.EDITED, number)


def test_a_letter_moved_from_one_field_to_the_next_is_an_edit() -> None:
    entry = Entry(1, AT, "settled", "D1", "{}")
    moved = replace(entry, deed="settledD", who="1")
    assert digest_of(BEGINNING, entry) != digest_of(BEGINNING, moved)


@pytest.mark.parametrize("number", [1, 2, 17, 34])
def test_a_removed_entry_is_named(number: int) -> None:
    verdict = judge(GOOD[: number - 1] + GOOD[number:], SEALS, HEAD)
    assert (verdict.broken, verdict.number) == (Break.REMOVED, number)


def test_an_entry_removed_and_the_rest_renumbered_is_found_at_its_place() -> None:
    kept = [
        Kept(replace(each.entry, number=n), each.digest)
        for n, each in enumerate(GOOD[:16] + GOOD[17:], start=1)
    ]
    verdict = judge(kept, SEALS, HEAD)
    assert (verdict.broken, verdict.number) == (Break.EDITED, 17)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (12, 13), (12, 30), (34, 35)])
def test_entries_in_another_order_are_named(first: int, second: int) -> None:
    swapped = list(GOOD)
    swapped[first - 1], swapped[second - 1] = GOOD[second - 1], GOOD[first - 1]
    lines = judge(swapped, SEALS, HEAD)
    assert (lines.broken, lines.number) == (Break.REORDERED, first)
    renumbered = [
        Kept(replace(each.entry, number=n), each.digest) for n, each in enumerate(swapped, start=1)
    ]
    rows = judge(renumbered, SEALS, HEAD)
    assert (rows.broken, rows.number) == (Break.REORDERED, first)


@pytest.mark.parametrize("left", [0, 5, 30, 34])
def test_a_ledger_cut_at_its_end_is_shown_by_its_head(left: int) -> None:
    seals = [each for each in SEALS if each.number <= left]
    verdict = judge(GOOD[:left], seals, HEAD)
    assert (verdict.broken, verdict.number) == (Break.CUT, left + 1)


def test_a_ledger_cut_below_a_seal_that_stayed_is_cut() -> None:
    verdict = judge(GOOD[:27], SEALS)
    assert (verdict.broken, verdict.number) == (Break.CUT, 28)


def test_all_digests_reckoned_anew_are_shown_by_the_next_seal() -> None:
    """What somebody with the database's key, but without the device's, can do."""
    entries = [each.entry for each in GOOD]
    entries[16] = replace(entries[16], facts='{"own_fen":1}')
    verdict = judge(chain(entries), SEALS, HEAD)
    assert (verdict.broken, verdict.number) == (Break.REWRITTEN, 20)
    assert verdict.sealed_to == 10


def test_all_digests_reckoned_anew_and_the_seals_taken_away_are_shown_by_the_head() -> None:
    entries = [each.entry for each in GOOD]
    entries[16] = replace(entries[16], facts='{"own_fen":1}')
    verdict = judge(chain(entries), SEALS[:1], HEAD)
    assert (verdict.broken, verdict.number) == (Break.REWRITTEN, 35)


def test_a_seal_that_its_key_did_not_sign_is_bad() -> None:
    forged = [SEALS[0], replace(SEALS[1], signature=SEALS[0].signature), SEALS[2]]
    verdict = judge(GOOD, forged, HEAD)
    assert (verdict.broken, verdict.number) == (Break.BAD_SEAL, 20)


@pytest.mark.parametrize("key", ["", "04", "zz" * 65, "04" + "00" * 64])
def test_a_seal_of_a_key_that_is_none_is_bad(key: str) -> None:
    verdict = judge(GOOD, [replace(SEALS[0], public_key=key)], HEAD)
    assert (verdict.broken, verdict.number) == (Break.BAD_SEAL, 10)


def test_another_terminals_ledger_is_foreign() -> None:
    verdict = judge(GOOD, sealed(GOOD, FOREIGN), seal(GOOD[-1], FOREIGN))
    assert verdict.broken is Break.FOREIGN_KEY


def test_one_foreign_seal_among_ours_is_named() -> None:
    seals = [SEALS[0], seal(GOOD[19], FOREIGN), SEALS[2]]
    verdict = judge(GOOD, seals, HEAD)
    assert (verdict.broken, verdict.number) == (Break.FOREIGN_KEY, 20)


def test_a_ledger_without_any_seal_is_told_apart() -> None:
    assert judge(GOOD, []).broken is Break.NEVER_SEALED


# --- another key of the device
def handed_over(vouch: Callable[[str], str] | None = None) -> list[Kept]:
    """Thirty entries, the fifteenth says that the next key took our key's place."""
    text = handing_over_text(NEXT.public_hex)
    by = vouch or (lambda _: sm2_sign(OURS.private_hex, text))
    facts = {"before": OURS.public_hex, "key": "device", "now": NEXT.public_hex, "vouched": by("")}
    entries = [each.entry for each in written(30)]
    entries[14] = replace(entries[14], deed=Deed.KEY_CHANGED, facts=json.dumps(facts))
    return chain(entries)


@pytest.mark.parametrize("known", [OURS, NEXT])
def test_a_change_of_keys_leaves_old_and_new_seals_good(known: Sm2Key) -> None:
    kept = handed_over()
    seals = [seal(kept[9], OURS), seal(kept[19], NEXT)]
    assert judge(kept, seals, seal(kept[29], NEXT), known).sound


def test_a_key_that_the_old_one_did_not_vouch_for_is_foreign() -> None:
    kept = handed_over(lambda _: "00" * 64)
    verdict = judge(kept, [seal(kept[9], OURS), seal(kept[19], NEXT)], None, OURS)
    assert verdict.broken is Break.FOREIGN_KEY


def test_whoever_found_the_old_key_cannot_go_on_writing_with_it() -> None:
    kept = handed_over()
    verdict = judge(kept, [seal(kept[9], OURS), seal(kept[29], OURS)], None, NEXT)
    assert verdict.broken is Break.FOREIGN_KEY


@pytest.mark.parametrize("facts", ["", "[]", "{}", "null", '{"before":1}'])
def test_a_change_of_keys_without_sense_vouches_for_nobody(facts: str) -> None:
    entries = [each.entry for each in written(20)]
    entries[4] = replace(entries[4], deed=Deed.KEY_CHANGED, facts=facts)
    kept = chain(entries)
    assert judge(kept, sealed(kept)).sound
    assert judge(kept, sealed(kept, FOREIGN)).broken is Break.FOREIGN_KEY


def test_a_break_found_at_an_earlier_start_is_never_forgotten() -> None:
    entries = [each.entry for each in written(20)]
    entries[11] = replace(entries[11], deed=Deed.BREAK_FOUND)
    kept = chain(entries)
    verdict = judge(kept, sealed(kept))
    assert (verdict.broken, verdict.number) == (Break.NOTED, 12)


# --- the file
def exported(kept: list[Kept] = GOOD, seals: list[Seal] = SEALS, head: Seal = HEAD) -> list[bytes]:
    header = json.dumps({"schema": SCHEMA}) + "\n"
    return [line.encode() for line in lines_of(header, kept, seals, head)]


def checked(lines: list[bytes], *heads: Seal) -> tuple[Break | None, int | None]:
    verdict = check_lines(lines, OURS.public_hex, heads)
    return verdict.broken, verdict.number


def test_an_exported_ledger_is_judged_by_the_public_key_alone() -> None:
    verdict = check_lines(exported(), OURS.public_hex, ())
    assert verdict.sound
    assert (verdict.entries, verdict.seals) == (35, 4)


def test_no_byte_of_an_exported_ledger_can_be_changed() -> None:
    """Of the header, only the schema says something; the rest is a label for people."""
    lines = exported(GOOD[:2], [seal(GOOD[0])], seal(GOOD[1]))
    for number, line in enumerate(lines[1:], start=1):
        for place in range(len(line) - 1):
            forged = list(lines)
            forged[number] = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
            if json_of(forged[number]) != json_of(line):
                assert checked(forged) != (None, None), (number, place)


def json_of(line: bytes) -> object:
    """What a line says; hexadecimal digits in either case are the same."""
    try:
        return json.loads(line.decode("utf-8").lower())
    except ValueError:
        return line


@pytest.mark.parametrize("number", [1, 8, 11, 20, 38])
def test_a_line_taken_out_of_an_exported_ledger_is_found(number: int) -> None:
    lines = exported()
    forged = lines[:number] + lines[number + 1 :]
    if b"seal" not in lines[number]:  # A seal in the middle is doubled by every later one.
        assert checked(forged)[0] in (Break.REMOVED, Break.CUT)


def test_an_exported_ledger_without_its_last_line_is_cut() -> None:
    assert checked(exported()[:-1])[0] is Break.CUT


def test_an_exported_ledger_cut_back_to_an_older_seal_is_shown_by_an_earlier_file() -> None:
    """The seal itself is genuine: only what was kept elsewhere knows that more was there."""
    older = exported(GOOD[:30], SEALS[:2], SEALS[2])
    assert checked(older) == (None, None)
    assert checked(older, HEAD)[0] is Break.CUT


def test_lines_behind_the_head_are_not_read_as_entries() -> None:
    assert checked([*exported(), entry_line(GOOD[0]).encode()])[0] is Break.UNREADABLE


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"[]\n",
        b"{}\n",
        b'{"n":1}\n',
        b'{"seal":{}}\n',
        b'{"head":[]}\n',
        b"[" * 60_000,
    ],
)
def test_a_line_without_sense_is_named_by_the_entry_before_it(line: bytes) -> None:
    lines = exported()
    lines[5] = line
    assert checked(lines) == (Break.UNREADABLE, 5)


@pytest.mark.parametrize("lines", [[], [b"\n"], [b'{"schema":"other"}\n']])
def test_another_kind_of_file_is_unreadable(lines: list[bytes]) -> None:
    assert checked([*lines, *exported()[1:]])[0] is Break.UNREADABLE


def test_a_head_is_read_back_as_it_was_written() -> None:
    assert head_of(head_line(HEAD).encode()) == HEAD
    assert head_of(seal_line(HEAD).encode()) is None
    assert head_of(b"nothing") is None


# --- templates
def test_a_commitment_fits_one_template_and_tells_nothing_of_it() -> None:
    assert commitment("k1", b"vector") != commitment("k1", b"vectos")
    assert commitment("k1", b"vector") != commitment("k2", b"vector")
    assert b"vector".hex() not in json.dumps(enrolled("p", "c", "2", {"k1": b"vector"}))


def test_the_facts_of_an_enrolment_and_of_its_end_name_the_same_templates() -> None:
    came = enrolled("p1", "c1", "2", {"k2": b"b", "k1": b"a"})
    went = erased("p1", ["k2", "k1"], "person")
    assert [each["key"] for each in came["templates"]] == went["templates"]  # type: ignore[attr-defined]
    assert came["person"] == went["person"] == "p1"
