"""Drugs, services and diagnoses found by what the doctor types of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from terminal import shipped
from terminal.core.catalogue import Catalogue, Item
from terminal.core.diagnoses import Diagnoses, Diagnosis
from terminal.core.goods_views import FoundItem, OpenedBox
from terminal.core.name_index import Fit, Named, NameIndex
from terminal.core.pinyin import Pinyin
from terminal.favourites import Favourites, price_of

_FOUND_MAX = 12
"""As many as a doctor's page shows at once; whoever sees more has typed too little."""

_USUAL_MAX = 24
"""Favourites of a kind that come before what fits as well."""

DRUG, SERVICE, DIAGNOSIS = "drug", "service", "diagnosis"
KINDS = (DRUG, SERVICE, DIAGNOSIS)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The things of one kind as they were when the index was made."""

    of: Sequence[object]
    """What it was made of; another of these, and the index is made anew."""
    things: tuple[FoundItem, ...]
    named: tuple[Named, ...]
    index: NameIndex
    place_of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind with this clinic's favourites of it."""

    listed: _Listed
    codes: tuple[str, ...]
    usual: tuple[int, ...]
    """Their places in the list."""
    index: NameIndex
    """Of the favourites alone."""

    def usual_first(self, most: int) -> list[FoundItem]:
        """The favourites, filled up from the list."""
        rest = (at for at in range(len(self.listed.things)) if at not in self.usual)
        return [self.listed.things[at] for at in islice(chain(self.usual, rest), most)]

    def find(self, text: str) -> list[tuple[Fit, bool, FoundItem]]:
        """What fits, with whether it is not a favourite."""
        things = self.listed.things
        favourites = [(fit, self.usual[at]) for fit, at in self.index.find(text, _FOUND_MAX)]
        seen = {at for _, at in favourites}
        others = self.listed.index.find(text, _FOUND_MAX)
        return [
            *((fit, False, things[at]) for fit, at in favourites),
            *((fit, True, things[at]) for fit, at in others if at not in seen),
        ]


class Finding:
    """Finds at once; indexes are made when a kind is first looked for. Any thread may ask."""

    def __init__(
        self,
        catalogue: Catalogue,
        diagnoses: Diagnoses,
        favourites: Favourites,
        opened: Callable[[], Sequence[OpenedBox]],
    ) -> None:
        """`opened`: the boxes that are sold by the small unit and hold some, oldest first."""
        self._catalogue = catalogue
        self._diagnoses = diagnoses
        self._favourites = favourites
        self._opened = opened
        self._pinyin: Pinyin | None = None
        self._kinds: dict[str, _Kind] = {}
        self._making = threading.Lock()

    def find(self, text: str, kinds: Sequence[str]) -> tuple[FoundItem, ...]:
        """What fits best first, at most twelve: what is just so, what begins so, what has it
        within; of each the favourites of this clinic first, then in the order of `kinds` and
        of the list. Nothing typed: the favourites, as many of each kind. A kind that is none
        of ours finds nothing.

        Raises what the store raises.
        """
        wanted = [kind for kind in KINDS if kind in kinds]
        wanted.sort(key=list(kinds).index)
        if not text.strip():
            share = _FOUND_MAX // max(len(wanted), 1)
            usual = (self._of_kind(kind).usual_first(share) for kind in wanted)
            return self._with_opened([thing for things in usual for thing in things])
        found = [each for kind in wanted for each in self._of_kind(kind).find(text)]
        found.sort(key=lambda each: each[:2])
        return self._with_opened([thing for _, _, thing in found])

    def _of_kind(self, kind: str) -> _Kind:
        """Made anew when its list or its favourites are others; once, whoever asks."""
        with self._making:
            known = self._kinds.get(kind)
            of, codes = self._list(kind), self._codes(kind)
            if known is not None and known.listed.of is of:
                if known.codes == codes:
                    return known
                listed = known.listed
            else:
                listed = _listed(kind, of, self._reading())
            known_here = (code for code in codes if code in listed.place_of)
            usual = tuple(listed.place_of[code] for code in islice(known_here, _USUAL_MAX))
            index = NameIndex(self._reading(), [listed.named[at] for at in usual])
            made = self._kinds[kind] = _Kind(listed, codes, usual, index)
            return made

    def _list(self, kind: str) -> Sequence[object]:
        if kind == DRUG:
            return self._catalogue.drugs
        return self._catalogue.services if kind == SERVICE else self._diagnoses.rows

    def _reading(self) -> Pinyin:
        self._pinyin = self._pinyin or shipped.pinyin()
        return self._pinyin

    def _codes(self, kind: str) -> tuple[str, ...]:
        """The favourites, among them those of this kind."""
        if kind == DIAGNOSIS:
            return tuple(choice.code for choice in self._favourites.diagnoses())
        return self._favourites.given()

    def _with_opened(self, found: Sequence[FoundItem]) -> tuple[FoundItem, ...]:
        boxes: dict[str, int] = {}
        for each in self._opened() if any(thing.kind == DRUG for thing in found) else ():
            if each.left > 0:
                boxes.setdefault(each.item_code, each.box)
        return tuple(
            replace(thing, opened=boxes[thing.code])
            if thing.kind == DRUG and thing.code in boxes
            else thing
            for thing in found[:_FOUND_MAX]
        )


def _listed(kind: str, of: Sequence[object], pinyin: Pinyin) -> _Listed:
    things: list[FoundItem] = []
    named: list[Named] = []
    for each in of:
        if isinstance(each, Item):
            detail = f"{each.spec} {price_of(each)}".strip()
            exempt = each.exempt
            code = each.medins_list_codg
            things.append(FoundItem(kind, code, each.name, detail, exempt))
            named.append(Named(each.name, (code, each.med_list_codg)))
        elif isinstance(each, Diagnosis):
            things.append(FoundItem(kind, each.code, each.name, each.code))
            named.append(Named(each.name, (each.code,)))
    places = {thing.code: place for place, thing in enumerate(things)}
    return _Listed(of, tuple(things), tuple(named), NameIndex(pinyin, named), places)
