"""Whether a ledger is as it was written, and where it is not.

It is read once from its beginning. The digests show an edit, a removal and another order
at their place. Whoever holds the database's key could reckon all digests anew: the seals,
which the device signs now and then, show that from the first seal behind the edit on. The
head, kept outside the database or in the bureau's hands, shows a ledger cut at its end.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.ledger import BEGINNING, Deed, Entry, Kept, digest_of
from terminal.core.national_crypto import sm2_verify

SEAL = "clinic-terminal/ledger-seal/1"
"""The kind of text that is signed, so that no other signature can pass for a seal."""

KEY = "clinic-terminal/ledger-key/1"
"""What an old key signs of the new one."""

_LOOKED_AHEAD = 1_000
"""So many entries behind a break are looked at for the one that is missing at its place."""


class Break(StrEnum):
    """What is wrong, by the code that its words stand under."""

    EDITED = "ledger.edited"
    REMOVED = "ledger.removed"
    REORDERED = "ledger.reordered"
    CUT = "ledger.cut"
    """It ends before what was sealed."""
    REWRITTEN = "ledger.rewritten"
    """In itself it agrees, but it is not what was sealed."""
    BAD_SEAL = "ledger.bad_seal"
    FOREIGN_KEY = "ledger.foreign_key"
    """Sealed by a key that is not this terminal's."""
    NEVER_SEALED = "ledger.never_sealed"
    HEAD_MISSING = "ledger.head_missing"
    """It was sealed, and the head that is kept beside the database is gone."""
    HEAD_UNREADABLE = "ledger.head_unreadable"
    UNREADABLE = "ledger.unreadable"
    NOTED = "ledger.broken_before"
    """It holds the entry of a break that was found at an earlier start."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the device says of its ledger: up to this number, with this digest."""

    number: int
    digest: bytes
    at: str
    public_key: str
    """130 hexadecimal digits: 04, x, y."""
    signature: str


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """What was found of a whole ledger."""

    broken: Break | None
    """None: as it was written."""
    number: int | None
    """Of the entry where it breaks. REWRITTEN: the first seal that does not agree."""
    entries: int
    """How many were read and agree with one another."""
    seals: int
    sealed_to: int
    """The number up to which good seals reach; beyond it only the digests speak."""
    begins: str
    ends: str
    """When its first and its last sound entry were written."""
    head: str
    """Digest of the last sound entry, 64 hexadecimal digits."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None


def seal_text(number: int, digest: bytes, at: str) -> bytes:
    """What a seal signs."""
    told = {"at": at, "digest": digest.hex(), "number": number, "schema": SEAL}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def handing_over_text(new_public_key: str) -> bytes:
    """What the old key signs when a new one takes its place (`vouched` of KEY_CHANGED)."""
    told = {"public_key": new_public_key.lower(), "schema": KEY}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def is_signed(seal: Seal) -> bool:
    """Whether the key that the seal names has signed it."""
    try:
        text = seal_text(seal.number, seal.digest, seal.at)
        return sm2_verify(seal.public_key, text, seal.signature)
    except Refused:
        return False


class LedgerCheck:
    """Told every entry in order, each seal behind its entry; then asked for its verdict."""

    def __init__(self, public_key: str, heads: Collection[Seal] = ()) -> None:
        """`public_key`: the terminal's own, known from elsewhere. `heads`: what else is known
        of this ledger from outside it. Those are held against the entry they speak of."""
        self._key = public_key.lower()
        self._heads = {head.number: head for head in heads}
        self._before = BEGINNING
        self._entries = 0
        self._seals = 0
        self._sealed_to = 0
        self._begins = self._ends = ""
        self._broken: tuple[Break, int] | None = None
        self._ahead = 0
        self._noted: int | None = None
        self._signers: dict[str, int] = {}
        self._signer = ""
        self._changes: list[tuple[str, str, str]] = []

    @property
    def at_end(self) -> bool:
        """Whether what follows can change nothing of the verdict any more."""
        return self._broken is not None and self._ahead == 0

    def entry(self, kept: Kept) -> None:
        """The next entry."""
        if self._broken is not None:
            self._look_ahead(kept)
            return
        entry, expected = kept.entry, self._entries + 1
        if entry.number != expected:
            kind = Break.REMOVED if entry.number > expected else Break.REORDERED
            self._break(kind, min(expected, entry.number), _LOOKED_AHEAD)
        elif digest_of(self._before, entry) != kept.digest:
            self._break(Break.EDITED, expected, _LOOKED_AHEAD)
        else:
            self._go_on(kept)

    def seal(self, seal: Seal) -> None:
        """A seal, told behind the entry of its number."""
        self._seals += self._holds(seal)

    def fails(self, kind: Break) -> None:
        """Behind the entries so far stands something that is wrong by itself."""
        if self._broken is None:
            self._break(kind, self._entries + 1)

    def verdict(self) -> LedgerVerdict:
        """After the last entry and the last seal."""
        if self._broken is None:
            self._judge_whole()
        broken, number = self._broken or (None, None)
        return LedgerVerdict(
            broken,
            number,
            self._entries,
            self._seals,
            self._sealed_to,
            self._begins,
            self._ends,
            self._before.hex(),
        )

    def _go_on(self, kept: Kept) -> None:
        entry = kept.entry
        self._entries, self._before = entry.number, kept.digest
        self._begins = self._begins or entry.at
        self._ends = entry.at
        if entry.deed == Deed.KEY_CHANGED:
            self._changes.append(_change(entry))
        elif entry.deed == Deed.BREAK_FOUND and self._noted is None:
            self._noted = entry.number
        head = self._heads.pop(entry.number, None)
        if head is not None:
            self._holds(head)

    def _holds(self, seal: Seal) -> bool:
        if self._broken is not None:
            return False
        if seal.number > self._entries:
            self._break(Break.CUT, self._entries + 1)
        elif seal.number < self._entries or not is_signed(seal):
            self._break(Break.BAD_SEAL, seal.number)
        elif seal.digest != self._before:
            self._break(Break.REWRITTEN, seal.number)
        else:
            self._sealed_to, self._signer = seal.number, seal.public_key.lower()
            self._signers.setdefault(self._signer, seal.number)
        return self._broken is None

    def _look_ahead(self, kept: Kept) -> None:
        """The entry that is missing at its place may come later: then it was moved."""
        if self._broken is None or self._ahead == 0:
            return
        self._ahead -= 1
        number = self._entries + 1
        if digest_of(self._before, replace(kept.entry, number=number)) == kept.digest:
            self._break(Break.REORDERED, number)

    def _break(self, kind: Break, number: int, ahead: int = 0) -> None:
        self._broken, self._ahead = (kind, number), ahead

    def _judge_whole(self) -> None:
        if self._heads:
            self._break(Break.CUT, self._entries + 1)
        elif self._entries and not self._signers:
            self._break(Break.NEVER_SEALED, 1)
        else:
            self._judge_keys()
        if self._broken is None and self._noted is not None:
            self._break(Break.NOTED, self._noted)

    def _judge_keys(self) -> None:
        """Every seal by the terminal's key, or one that it took over from or handed on to.

        What an earlier key sealed counts only below a seal of the known key or of one it
        vouched for: else whoever has found an old key could go on writing with it.
        """
        vouched = [(old, new) for old, new, told in self._changes if _vouched(old, new, told)]
        ours = _reached(self._key, vouched)
        if self._signer and self._signer not in ours:
            self._break(Break.FOREIGN_KEY, self._sealed_to)
            return
        ours |= _reached(self._key, [(new, old) for old, new, _ in reversed(self._changes)])
        foreign = [number for key, number in self._signers.items() if key not in ours]
        if foreign:
            self._break(Break.FOREIGN_KEY, min(foreign))


def _reached(key: str, steps: Iterable[tuple[str, str]]) -> set[str]:
    """The keys that these steps lead to from this one, itself among them."""
    reached = {key}
    for here, there in steps:
        if here in reached:
            reached.add(there)
    return reached


def _change(entry: Entry) -> tuple[str, str, str]:
    """Old key, new key, and the old one's signature; empty where the facts hold none."""
    try:
        facts = json.loads(entry.facts)
        old, new, vouched = (str(facts.get(name, "")) for name in ("before", "now", "vouched"))
    except (ValueError, AttributeError):
        return "", "", ""
    return old.lower(), new.lower(), vouched


def _vouched(old: str, new: str, signature: str) -> bool:
    try:
        return sm2_verify(old, handing_over_text(new), signature)
    except Refused:
        return False
