"""What the clinic sells and does: drugs and services with price, class and trace prefix.

The province decides what the fund pays; from here come codes, prices and names, and to
which settlement a line belongs: all lines of one batch are of one category, so a
grandfather's blood-pressure pills and his cold are two settlements of one visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terminal.core.catalogue_file import read_drugs, read_services
from terminal.core.faults import Refused
from terminal.core.items import Item, Pack, ProvincePrefix

__all__ = [
    "CHRONIC",
    "ORDINARY",
    "SELF_PAID",
    "TWO_DISEASES",
    "Catalogue",
    "Item",
    "Pack",
    "ProvincePrefix",
    "Registration",
    "category_of",
    "read_drugs",
    "read_services",
    "registration_of",
]

SELF_PAID = "self_paid"
"""Category of what is sold without insurance: the province settles nothing of it."""

ORDINARY = "ordinary"
TWO_DISEASES = "two_diseases"
CHRONIC = "chronic"
"""Categories of settlement: 普通门诊, 两病 (hypertension, diabetes), 慢特病. The last two
are followed by a colon and the code of the registration they settle under."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registered disease code means for settling, in this region."""

    code: str
    category: str
    """TWO_DISEASES or CHRONIC."""
    programme: str


class Catalogue:
    """Drugs by trace prefix, services by code.

    The two tables that change while the terminal runs are replaced whole, each by one
    assignment: a reader on another thread sees the old one or the new one.
    """

    def __init__(self, drugs: Iterable[Item], services: Iterable[Item]) -> None:
        """Raises Refused `catalogue.two_owners` when a code or a trace prefix names two."""
        self._drugs: dict[str, Item] = {}
        self._services: dict[str, Item] = {}
        for items, into in ((drugs, self._drugs), (services, self._services)):
            for item in items:
                if self.item(item.medins_list_codg) is not None:
                    raise Refused("catalogue.two_owners", item=item.medins_list_codg)
                into[item.medins_list_codg] = item
        self._by_prefix: dict[str, Item] = {}
        self._by_national: dict[str, list[Item]] = {}
        for drug in self._drugs.values():
            self._by_national.setdefault(drug.med_list_codg, []).append(drug)
            for prefix in drug.prefixes:
                if prefix in self._by_prefix:
                    raise Refused("catalogue.two_owners", prefix=prefix)
                self._by_prefix[prefix] = drug
        self.drugs = tuple(self._drugs.values())
        self.services = tuple(self._services.values())
        self._bound: Mapping[str, Item] = {}
        self._told: Mapping[str, ProvincePrefix] = {}

    def bind(self, bindings: Mapping[str, str]) -> None:
        """Take this clinic's own bindings, prefix to drug, in the place of the former ones.

        One to a drug that the list no longer has is passed over.
        """
        self._bound = {
            prefix: self._drugs[code] for prefix, code in bindings.items() if code in self._drugs
        }

    def told(self, prefixes: Mapping[str, ProvincePrefix]) -> None:
        """Take the province's table of prefixes in the place of the former one."""
        self._told = dict(prefixes)

    def pack_of(self, product_prefix: str) -> Pack | None:
        """What a code with this prefix (seven digits, or a GTIN as 14) stands on.

        The clinic's own list first, then its bindings, then the province's table, which
        says level and ratio of every prefix it knows. None where nobody knows it, and where
        two drugs of the list have the national code it stands for: a doctor says which.
        """
        told = self._told.get(product_prefix)
        item = self._by_prefix.get(product_prefix)
        bound = self._bound.get(product_prefix) if item is None else None
        known = item or bound
        if known is not None:
            if told is None or told.med_list_codg != known.med_list_codg:
                return Pack(known, own=bound is not None)
            return Pack(known, told.level, told.ratio, own=bound is not None)
        fitting = self._by_national.get(told.med_list_codg, []) if told is not None else []
        if told is None or len(fitting) != 1:
            return None
        return Pack(fitting[0], told.level, told.ratio)

    def drug(self, medins_list_codg: str) -> Item | None:
        """A drug by the clinic's own code."""
        return self._drugs.get(medins_list_codg)

    def item(self, medins_list_codg: str) -> Item | None:
        """A drug or service by the clinic's own code."""
        return self._drugs.get(medins_list_codg) or self._services.get(medins_list_codg)

    def service(self, medins_list_codg: str) -> Item:
        """Raises Refused `catalogue.no_such_service`."""
        try:
            return self._services[medins_list_codg]
        except KeyError:
            raise Refused("catalogue.no_such_service") from None


def category_of(item: Item, registered: Iterable[str], known: Mapping[str, Registration]) -> str:
    """Which settlement a line belongs to, for someone with these registrations.

    A chronic disease's settlement pays without advance self-pay and comes first.
    """
    fitting = [
        known[code]
        for code in registered
        if code in known and item.programme and known[code].programme == item.programme
    ]
    for category in (CHRONIC, TWO_DISEASES):
        for registration in fitting:
            if registration.category == category:
                return f"{category}:{registration.code}"
    return ORDINARY


def registration_of(category: str) -> str:
    """The registration's code within a category, empty for an ordinary visit."""
    return category.partition(":")[2]
