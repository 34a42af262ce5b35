"""What a rule of warnings is made of: its kind, its parameters, its words and its basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminal.core.catalogue import Item
from terminal.core.goods_views import Severity
from terminal.core.money import Money


class Kind(StrEnum):
    """What a rule looks at."""

    DIAGNOSIS_MISSING_FOR_DRUG = "diagnosis_missing_for_drug"
    """Neither the diagnosis nor a registration is one that the drug is for."""
    SEX = "sex"
    """The drug is not for people of this sex."""
    AGE_MIN = "age_min"
    """Younger than so many months."""
    AGE_MAX = "age_max"
    """So many months old, or older."""
    RESTRICTED_PAYMENT = "restricted_payment"
    """限定支付范围: outside the restriction the fund does not pay."""
    DUPLICATE_INGREDIENT = "duplicate_ingredient"
    """Two drugs with one active substance, on this bill or still at home."""
    QUANTITY_DAYS = "quantity_days"
    """More than the days that are allowed, in one or in parts."""
    PUBLIC_HEALTH = "public_health"
    """Paid from the fund for public health."""
    BETTER_LISTED = "better_listed"
    """The same generic drug stands here on a better-paid list."""
    INTERVAL = "interval"
    """The earlier supply of the same drug has not run down yet."""
    DAILY_DOSE = "daily_dose"
    """More a day than is ever taken."""
    LIMIT_NEARLY_USED = "limit_nearly_used"
    """Little is left of the person's yearly limit."""
    PRICE_OVER_LIMIT = "price_over_limit"
    """Dearer than the fund pays for."""
    EXPIRY_SOON = "expiry_soon"
    """Expires within the days that the clinic has set (expiry_warning_d)."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Drugs:
    """Which drugs a rule is about: those that any of these names. Nothing named: every one."""

    generics: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Beginnings of the national code; of a western drug X and the ATC class, XC08C."""
    programmes: tuple[str, ...] = ()

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, Item):
            return False
        if not (self.codes or self.generics or self.ingredients or self.programmes):
            return True
        return (
            item.med_list_codg.startswith(self.codes)
            or item.generic in self.generics
            or (bool(item.programme) and item.programme in self.programmes)
            or any(each in self.ingredients for each in item.ingredients)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as its file has it. What a kind has no use for stays empty."""

    name: str
    kind: Kind
    severity: Severity
    words: str
    """In the doctor's language, with {facts} that its kind fills in."""
    basis: str
    begins: date | None = None
    ends: date | None = None
    """The first and the last day it holds; None: open."""
    drugs: Drugs = Drugs()
    diagnoses: tuple[str, ...] = ()
    """Beginnings of ICD-10 codes."""
    programmes: tuple[str, ...] = ()
    """Registrations that say as much as a diagnosis."""
    sex: str = ""
    """gend for whom the drug is not: 1 man, 2 woman."""
    months: int | None = None
    days: int | None = None
    long_days: int | None = None
    """For long-term drugs of registered people and for the diagnoses named."""
    yuan: Money | None = None

    def holds_on(self, day: date) -> bool:
        return (self.begins or day) <= day <= (self.ends or day)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind needs, may have, and can fill into its words."""

    needs: frozenset[str]
    may: frozenset[str]
    facts: frozenset[str]


def _shape(needs: str = "", may: str = "", facts: str = "") -> Shape:
    return Shape(frozenset(needs.split()), frozenset(may.split()), frozenset(facts.split()))


SHAPES: dict[Kind, Shape] = {
    Kind.DIAGNOSIS_MISSING_FOR_DRUG: _shape("drugs diagnoses", "programmes", "name diagnosis"),
    Kind.SEX: _shape("drugs sex", "", "name"),
    Kind.AGE_MIN: _shape("drugs months", "", "name age"),
    Kind.AGE_MAX: _shape("drugs months", "", "name age"),
    Kind.RESTRICTED_PAYMENT: _shape("drugs", "diagnoses programmes months", "name diagnosis age"),
    Kind.DUPLICATE_INGREDIENT: _shape("", "drugs", "name other ingredient"),
    Kind.QUANTITY_DAYS: _shape("days long_days", "drugs diagnoses", "name days allowed"),
    Kind.PUBLIC_HEALTH: _shape("", "", "name"),
    Kind.BETTER_LISTED: _shape("", "drugs", "name other saving"),
    Kind.INTERVAL: _shape("drugs days", "", "name left since"),
    Kind.DAILY_DOSE: _shape("", "drugs", "name dose most unit"),
    Kind.LIMIT_NEARLY_USED: _shape("yuan", "", "left"),
    Kind.PRICE_OVER_LIMIT: _shape("", "drugs", "name price limit over"),
    Kind.EXPIRY_SOON: _shape("", "", "name expires left"),
    Kind.EXPIRED: _shape("", "", "name expires"),
}
