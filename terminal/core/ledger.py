"""The record of who decided what: its entries, and the chain that shows an edit.

Each entry holds the SM3 digest of the one before it, so that an edit, a removal or another
order breaks the chain at its place. No entry names a person: numbers of our own stand in
it, which mean nothing outside this store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from terminal.core.national_crypto import sm3

BEGINNING = bytes(32)
"""What the first entry follows."""


class Deed(StrEnum):
    """What was decided."""

    RECOGNISED = "recognised"
    LOOK_ALIKES = "look_alikes"
    """A face that more than one person may have; more was asked."""
    NOT_RECOGNISED = "not_recognised"
    """A face was refused: unknown, not alive, a challenge failed."""
    PRESENTED = "presented"
    """A person card was laid before the doctor: whose, and how they were known."""
    CHOSEN = "chosen"
    """For whom a relative came."""
    PERSON_CONFIRMED = "person_confirmed"
    PERSON_REFUSED = "person_refused"
    AGREED = "agreed"
    DECLINED = "declined"
    """What the resident answered to the amount on their screen."""
    AMOUNT_CONFIRMED = "amount_confirmed"
    CEILING_AGREED = "ceiling_agreed"
    """The most that the resident will pay, agreed to while the province was away."""
    SETTLED = "settled"
    DIFFERED = "differed"
    """Charged, but not what was agreed to."""
    DIFFERENCE_ACCEPTED = "difference_accepted"
    REVERSED = "reversed"
    """A charge of which nobody had heard; the province says that there is none now."""
    CANCELLATION_ASKED = "cancellation_asked"
    CANCELLED = "cancelled"
    SELF_PAID = "self_paid"
    SELF_PAID_UNDONE = "self_paid_undone"
    HANDED_OVER = "handed_over"
    """Given to the clinic's record system, which settles."""
    TAKEN_BACK = "taken_back"
    SETTLED_THERE = "settled_there"
    """The record system's settlement, as the province tells; no charge of this terminal."""
    GONE_THERE = "gone_there"
    """The record system has cancelled it."""
    CHOICE_UNDONE = "choice_undone"
    """The doctor says that it was another visit's settlement."""
    CLOSED_UNBILLED = "closed_unbilled"
    ABANDONED = "abandoned"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    """Unused for too long; announced before."""
    BOUND = "bound"
    UNBOUND = "unbound"
    STOOD_IN = "stood_in"
    """Somebody came with or for a person without a binding."""
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    OPERATOR_CHANGED = "operator_changed"
    SETTING_CHANGED = "setting_changed"
    WEIGHTS_CHANGED = "weights_changed"
    KEY_CHANGED = "key_changed"
    RESTORED = "restored"
    """This store came out of a backup of another terminal; which, and up to which entry."""
    FROM_COUNTY = "from_county"
    """A signed file of the county: kind, revision, and what became of it (`used`, `on_trial`,
    `kept`, `given_up`); who: the name of the key that signed."""
    VERIFIED = "verified"
    """This ledger was read from its beginning; how it was found."""
    UPDATED = "updated"
    ROLLED_BACK = "rolled_back"
    """Another version was tried: it was kept, or it was not well and the one before came back."""
    BREAK_FOUND = "break_found"
    """At a start the signed head and these rows did not agree; both are told here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger, as it is digested."""

    number: int
    """From 1, without gaps."""
    at: str
    deed: str
    who: str
    facts: str
    """JSON with sorted keys, without spaces."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept, with the digest that was reckoned when it was added."""

    entry: Entry
    digest: bytes
    """32 bytes."""


def digest_of(before: bytes, entry: Entry) -> bytes:
    """SM3 over the digest before and this entry's fields, each with its length: 32 bytes."""
    fields = (str(entry.number), entry.at, entry.deed, entry.who, entry.facts)
    told = [part.encode("utf-8") for part in fields]
    return sm3(before + b"".join(b"%d:%b" % (len(part), part) for part in told))


def commitment(template_key: str, vector: bytes) -> str:
    """What the ledger keeps of a template: SM3 over its random key and its plain vector.

    64 hexadecimal digits. It binds the entry to one template without telling anything of
    it: a vector is some two thousand bytes that no picture gives again exactly. Over the
    plain vector, so that it outlives a change of the key that the template is sealed under.
    """
    return sm3(template_key.encode("utf-8") + b":" + vector).hex()


def enrolled(
    person_id: str, consent_id: str, version: str, vectors: Mapping[str, bytes]
) -> dict[str, object]:
    """The facts of ENROLLED: whose face, on which consent, and each template's commitment.

    `vectors`: plain vectors by their template_key.
    """
    templates = [{"key": key, "sm3": commitment(key, vectors[key])} for key in sorted(vectors)]
    return {
        "person": person_id,
        "consent": consent_id,
        "version": version,
        "templates": templates,
    }


def erased(person_id: str, keys: Collection[str], by: str) -> dict[str, object]:
    """The facts of WITHDRAWN and of ERASED: whose face, which templates, and at whose word.

    `by`: what made it so, never a name ("person", "guardian", "retention", "replaced").
    """
    return {"person": person_id, "templates": sorted(keys), "by": by}
