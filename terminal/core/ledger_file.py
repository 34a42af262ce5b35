"""A ledger as it leaves the terminal: lines of JSON that anybody with the public key can check.

The first line says what it is and which key it names; then each entry, each seal behind
its entry; the last line is the head, signed when the file was written. Whoever keeps
that line can hold every later file of the same terminal against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from terminal.core.ledger import Entry, Kept
from terminal.core.ledger_check import Break, LedgerCheck, LedgerVerdict, Seal

SCHEMA = "clinic-terminal/ledger/1"

LINE_BYTES_MAX = 64 * 1024
"""Longer than any entry; a file of one endless line must not fill the memory."""


def header_line(public_key: str, fixmedins_code: str, at: datetime) -> str:
    """The first line: what this is, whose, and written when."""
    return _line(
        {
            "schema": SCHEMA,
            "public_key": public_key,
            "fixmedins_code": fixmedins_code,
            "written_at": at.isoformat(),
        }
    )


def entry_line(kept: Kept) -> str:
    """One entry; `facts` is text, as it was digested."""
    entry = kept.entry
    return _line(
        {
            "n": entry.number,
            "at": entry.at,
            "deed": entry.deed,
            "who": entry.who,
            "facts": entry.facts,
            "sm3": kept.digest.hex(),
        }
    )


def seal_line(seal: Seal) -> str:
    """A seal between the entries."""
    return _line({"seal": _told(seal)})


def head_line(seal: Seal) -> str:
    """The last line."""
    return _line({"head": _told(seal)})


def head_of(line: bytes) -> Seal | None:
    """The seal that such a line tells; None for anything else."""
    told = _read(line)
    return _seal(told.get("head") if told is not None else None)


def lines_of(
    header: str, entries: Iterable[Kept], seals: Iterable[Seal], head: Seal
) -> Iterator[str]:
    """Every line of the file, in order; entries and seals in the order of their numbers."""
    yield header
    waiting = iter(seals)
    seal = next(waiting, None)
    for kept in entries:
        if kept.entry.number > head.number:
            break
        yield entry_line(kept)
        while seal is not None and seal.number <= kept.entry.number:
            yield seal_line(seal)
            seal = next(waiting, None)
    yield head_line(head)


def check_lines(lines: Iterable[bytes], public_key: str, heads: Iterable[Seal]) -> LedgerVerdict:
    """Judge a file by the terminal's public key and by heads kept of earlier files.

    Lines may come cut at LINE_BYTES_MAX. A file without its last line is CUT.
    """
    check = LedgerCheck(public_key, tuple(heads))
    reading = iter(lines)
    first = _read(next(reading, b""))
    if first is None or first.get("schema") != SCHEMA:
        check.fails(Break.UNREADABLE)
    head: Seal | None = None
    for line in reading:
        if check.at_end:
            break
        told = _read(line)
        if told is None or head is not None:
            check.fails(Break.UNREADABLE)
        elif "head" in told:
            head = _seal(told["head"])
            _tell_seal(check, head)
        elif "seal" in told:
            _tell_seal(check, _seal(told["seal"]))
        else:
            _tell_entry(check, _kept(told))
    if head is None:
        check.fails(Break.CUT)
    return check.verdict()


def _tell_seal(check: LedgerCheck, seal: Seal | None) -> None:
    if seal is None:
        check.fails(Break.UNREADABLE)
    else:
        check.seal(seal)


def _tell_entry(check: LedgerCheck, kept: Kept | None) -> None:
    if kept is None:
        check.fails(Break.UNREADABLE)
    else:
        check.entry(kept)


def _line(told: dict[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _told(seal: Seal) -> dict[str, object]:
    return {
        "n": seal.number,
        "sm3": seal.digest.hex(),
        "at": seal.at,
        "public_key": seal.public_key,
        "signature": seal.signature,
    }


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _seal(told: object) -> Seal | None:
    if not isinstance(told, dict):
        return None
    words = _texts(told, "sm3", "at", "public_key", "signature")
    number = told.get("n")
    if words is None or type(number) is not int:
        return None
    try:
        return Seal(number, bytes.fromhex(words[0]), *words[1:])
    except ValueError:
        return None


def _kept(told: dict[str, Any]) -> Kept | None:
    words = _texts(told, "sm3", "at", "deed", "who", "facts")
    number = told.get("n")
    if words is None or type(number) is not int:
        return None
    try:
        return Kept(Entry(number, *words[1:]), bytes.fromhex(words[0]))
    except ValueError:
        return None


def _texts(told: dict[str, Any], *names: str) -> list[str] | None:
    found = [told.get(name) for name in names]
    texts = [each for each in found if isinstance(each, str)]
    return texts if len(texts) == len(names) else None
