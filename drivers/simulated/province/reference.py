"""What the province knows before anybody asks: people, institutions, catalogue, rules.

Read once from the files in data/, which a person can read and change. Mistakes in them
are told at the start, by file, not found in the middle of a settlement.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from drivers.simulated.province.fields import FieldTable
from drivers.simulated.province.goods import Goods, read_goods
from drivers.simulated.province.registers import Kin, Practitioner
from drivers.simulated.province.rejection import Rejection
from terminal.core.benefit_policy import Policy, Pot, read_policy
from terminal.core.bill import Grade, Listed
from terminal.core.coverage import Place
from terminal.core.money import Money

DATA = Path(__file__).parent / "data"
_HERBAL_PIECES = "10"
"""charge_type of 中药饮片."""


@dataclass(frozen=True, slots=True)
class Insurance:
    """One insurance row of a person (insuinfo)."""

    insutype: str
    psn_type: str
    status: str
    region: str
    balance: Money
    employer: str

    @property
    def in_force(self) -> bool:
        return self.status == "1"


@dataclass(frozen=True, slots=True)
class Signed:
    """A family-doctor contract, as signed with an institution."""

    institution: str
    begins: date
    ends: date
    packages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Registration:
    """A disease programme someone is registered in."""

    code: str
    name: str
    med_type: str
    programme: str
    """Whose drugs it covers: hypertension or diabetes."""
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person of the province."""

    psn_no: str
    name: str
    gend: str
    birth: date
    id_number: str
    card_no: str
    ec_token: str
    mutual_aid: str | None
    used: Mapping[Pot, Money]
    used_year: int | None
    insurance: tuple[Insurance, ...]
    contracts: tuple[Signed, ...]
    registrations: tuple[Registration, ...]
    family: tuple[Kin, ...] = ()
    died: date | None = None

    def insured_as(self, insutype: str) -> Insurance:
        """The row in force of that kind. Raises Rejection when there is none."""
        for row in self.insurance:
            if row.insutype == insutype and row.in_force:
                return row
        raise Rejection("参保状态异常或险种不存在", "insucheck_1")

    @property
    def certificates(self) -> tuple[tuple[str, str], ...]:
        """Type and number of what they may show."""
        return (
            ("01", self.ec_token),
            ("01", self.shown_code),
            ("02", self.id_number),
            ("03", self.card_no),
        )

    @property
    def shown_code(self) -> str:
        """What the phone shows: 28 characters that begin with 424 (interface, section 4.3).

        PH: that 1101 takes it as it is; elsewhere a local service makes a token of it.
        """
        return f"4249{self.ec_token[-24:]}"

    def holds(self, cert_type: str, cert_no: str) -> bool:
        """Whether this certificate is theirs."""
        return (cert_type, cert_no) in self.certificates


@dataclass(frozen=True, slots=True)
class Institution:
    """A hospital or a village clinic, and the doctors registered there."""

    code: str
    name: str
    place: Place
    doctors: Mapping[str, Practitioner]
    """By their national code."""


@dataclass(frozen=True, slots=True)
class Item:
    """A drug or a service of the catalogue."""

    code: str
    own_code: str
    name: str
    grade: Grade
    advance_ratio: Decimal
    price_limit: Decimal | None
    listed: Listed
    charge_type: str
    programme: str
    governed_price: bool
    public_health: bool
    drug: bool
    """A drug, not a service."""
    pack_units: int
    """How many of the smallest unit a pack holds."""
    exempt: bool
    """Herbal pieces and granules: no trace code is asked for."""


@dataclass(frozen=True, slots=True)
class AuditRule:
    """What 3101 warns of; `kind` names what is counted, more than `limit` breaks it."""

    rule_id: str
    kind: str
    limit: int
    severity: str
    name: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)  # A test that fails would print 150 kB of it.
class Reference:
    """Everything read from one data folder."""

    people: Mapping[str, Person]
    holders: Mapping[tuple[str, str], Person]
    """Type and number of a certificate -> whose it is."""
    institutions: Mapping[str, Institution]
    items: Mapping[str, Item]
    goods: Goods
    policies: tuple[Policy, ...]
    fields: FieldTable
    paths: Mapping[str, str]
    """infno -> its path, where the interface has one."""
    audit_rules: tuple[AuditRule, ...]
    dictionary: tuple[Mapping[str, str], ...]
    """Rows of 1901: type, value, label."""

    def person(self, psn_no: str) -> Person:
        if psn_no not in self.people:
            raise Rejection("人员信息不存在", "psncheck_1")
        return self.people[psn_no]


def read_reference(folder: Path = DATA) -> Reference:
    """Read a data folder."""
    drugs, services = _rows(folder / "drugs.csv"), _rows(folder / "services.csv")
    people = [_person(each) for each in _toml(folder / "people.toml")["person"]]
    places = [_institution(each) for each in _toml(folder / "clinics.toml")["institution"]]
    policies = [read_policy(each) for each in _toml(folder / "benefits.toml")["policy"]]
    return Reference(
        people={each.psn_no: each for each in people},
        holders={certificate: each for each in people for certificate in each.certificates},
        institutions={each.code: each for each in places},
        items={each.code: each for each in map(_item, [*drugs, *services])},
        goods=read_goods(folder, drugs),
        policies=tuple(policies),
        fields=FieldTable(folder / "fields.txt"),
        paths=dict(_words(folder / "paths.txt")),
        audit_rules=tuple(
            AuditRule(
                *(row["rule_id"], row["kind"], int(row["limit"])),
                *(row["sev_deg"], row["rule_name"], row["words"]),
            )
            for row in _rows(folder / "audit_rules.csv")
        ),
        dictionary=tuple(_rows(folder / "dictionary.csv")),
    )


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def _words(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        psn_no=row["psn_no"],
        name=row["name"],
        gend=row["gend"],
        birth=row["birth"],
        id_number=row["id_number"],
        card_no=row["card_no"],
        ec_token=row["ec_token"],
        mutual_aid=row.get("mutual_aid"),
        used={Pot(pot): Money.parse(each) for pot, each in row.get("used", {}).items()},
        used_year=row.get("used_year"),
        insurance=tuple(
            Insurance(**{**each, "balance": Money.parse(each["balance"])})
            for each in row["insurance"]
        ),
        contracts=tuple(
            Signed(**{**each, "packages": frozenset(each["packages"])})
            for each in row.get("contract", [])
        ),
        registrations=tuple(Registration(**each) for each in row.get("registration", [])),
        family=tuple(Kin(**each) for each in row.get("family", [])),
        died=row.get("died"),
    )


def _institution(row: Mapping[str, Any]) -> Institution:
    return Institution(
        code=row["code"],
        name=row["name"],
        place=Place(row["code"], row["region"], row.get("under")),
        doctors={each["code"]: Practitioner(**each) for each in row["doctors"]},
    )


def _item(row: Mapping[str, str]) -> Item:
    return Item(
        code=row["med_list_codg"],
        own_code=row["medins_list_codg"],
        name=row["name"],
        grade=Grade(row["class"]),
        advance_ratio=Decimal(row["selfpay_ratio"]),
        price_limit=Decimal(row["price_limit"]) if row["price_limit"] else None,
        listed=Listed(row["list"]),
        charge_type=row["charge_type"],
        programme=row.get("programme", "none"),
        governed_price=row.get("governed_price") == "yes",
        public_health=row.get("public_health") == "yes",
        drug="trace_prefixes" in row,
        pack_units=int(row.get("pack_units", "1")),
        exempt=bool(row.get("exempt")) or row["charge_type"] == _HERBAL_PIECES,
    )
