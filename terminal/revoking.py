"""What the county takes back is taken back here, in the same rooms as when people do.

A file is applied as often as it is met; whatever it names and is in force since before the
moment it names ends, once, each with its own line in the ledger. A power cut in between
leaves the rest to the next start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from terminal.bindings import Bindings
from terminal.consents import Consents
from terminal.core.consent import EndedConsent
from terminal.core.families import Binding, EndedBy
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.revocations import Revocations, device_name, person_name
from terminal.revoked import Revoked
from terminal.store import Store
from terminal.store.restored import RESTORED

log = logging.getLogger(__name__)

_COUNTY = "county"
"""Who decided, as the ledger has it."""

_HEEDED = "revoked"
"""Name of the fact in the store: which keys of ours the list named that was heeded last."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How much ended just now."""

    bindings: int = 0
    consents: int = 0
    device_changed: bool = False


class Revoking:
    """Applies the county's revocations."""

    def __init__(
        self,
        store: Store,
        bindings: Bindings,
        consents: Consents,
        revoked: Revoked,
        public_keys: Callable[[], tuple[str, ...]],
        people_key: str,
    ) -> None:
        """`public_keys`: of this device, hex; `people_key`: the county's, hex, or empty."""
        self._store = store
        self._bindings = bindings
        self._consents = consents
        self._revoked = revoked
        self._public_keys = public_keys
        self._key = bytes.fromhex(people_key)

    def apply(self, told: Revocations) -> Applied:
        """End what is named and in force. The device first, then people.

        Raises Refused `revocations.no_key` where people are named and this terminal has no
        key to know them by; what the store raises.
        """
        changed = self.heed_device(told)
        if not told.names_people:
            return Applied(device_changed=changed)
        if not self._key:
            raise Refused("revocations.no_key")
        names = {
            person_name(person.id_number, self._key): person.person_id
            for person in self._store.people.everybody()
        }
        ended = self._end_bindings(told, names)
        return Applied(ended, self._end_consents(told, names), changed)

    def heed_device(self, told: Revocations) -> bool:
        """Only whether this device is in use; True: that is news. Raises what the vault does."""
        named = self._named(told.devices)
        changed = self._revoked.note(bool(named))
        if changed:
            log.error("the county took this device %s use", "out of" if named else "into")
        heeded = {"devices": sorted(named)}
        if self._store.journal.recall(_HEEDED) != heeded:
            self._store.journal.remember(_HEEDED, heeded)
        return changed

    def heed_last(self) -> None:
        """Where no list can be read: one that is lost or spoilt on this disk lets no device in
        that was out of use before. Raises what the store and the vault do."""
        heeded = self._store.journal.recall(_HEEDED) or {}
        named = self._named(frozenset(heeded.get("devices", ())))
        if named:
            self._revoked.note(bool(named))

    def _named(self, devices: frozenset[str]) -> set[str]:
        """Those of these that are this device."""
        return {device_name(key) for key in self._ever_ours()} & devices

    def _ever_ours(self) -> set[str]:
        """This device's keys, and those it had before: a new key lets no revoked device in.

        Not those of a terminal that it replaced, which is revoked for that very reason.
        """
        ours = set(self._public_keys())
        replaced = self._store.journal.recall(RESTORED).get("before", "")
        for entry in reversed(self._store.ledger.of(Deed.KEY_CHANGED)):
            try:
                changed = json.loads(entry.facts)
            except ValueError:
                continue  # Edited: the ledger's own reading says so.
            if changed.get("now") in ours and changed.get("before") not in (None, replaced):
                ours.add(changed["before"])
        return ours

    def _end_bindings(self, told: Revocations, names: dict[str, str]) -> int:
        ended = 0
        for each in told.bindings:
            holder, member = names.get(each.holder), names.get(each.member)
            if holder is None or member is None:
                continue
            theirs: list[Binding] = self._store.families.open_of(holder)
            for binding in theirs:
                if binding.member_id == member and binding.made_at < each.before:
                    ended += self._bindings.end(binding, EndedBy.COUNTY, _COUNTY)
        return ended

    def _end_consents(self, told: Revocations, names: dict[str, str]) -> int:
        ended = 0
        for each in told.consents:
            person_id = names.get(each.person)
            if person_id is None:
                continue
            given = self._store.faces.consents_of(person_id)
            open_now = [one for one in given if one.withdrawn_at is None]
            if open_now and max(one.given_at for one in open_now) < each.before:
                self._consents.end(person_id, EndedConsent.COUNTY)
                ended += 1
        return ended
