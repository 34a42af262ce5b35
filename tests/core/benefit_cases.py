"""The table of worked cases, and the people, places and rules they need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from terminal.core.benefit_policy import (
    EmployeeRest,
    Policy,
    Pot,
    read_policy,
)
from terminal.core.benefits import Shares, assess
from terminal.core.bill import BillLine, Grade, Listed
from terminal.core.coverage import (
    Category,
    Contract,
    Insured,
    Place,
    Scheme,
    cover,
)
from terminal.core.money import Money

DAY = date(2025, 9, 20)
JIAHE_TABLE: dict[str, object] = {
    "region": "431024",
    "year": 2025,
    "reform_ratio": "0.70",
    "specific_list_ratio": "0.90",
    "higher_list_ratio": "1.00",
    "reform_limit": "420.00",
    "base_ratio": "0.50",
    "base_limit": "420.00",
    "employee_ratio": "0.60",
    "employee_limit": "1500.00",
    "chronic_ratio": "0.70",
    "chronic_limit": "3600.00",
    "two_diseases_ratio": "0.70",
    "two_diseases_limit": "360.00",
    "contract_scope": "township_group",
    "higher_list_uses_limit": True,
    "higher_list_covers_advance": True,
    "limit_shared_with_base": True,
    "limit_year_by": "visit",
    "waived_items": ["02", "12"],
    "resident_packages": ["basic", "added"],
    "employee_rest": "uncovered_fees",
    "cross_region_outpatient": False,
}
JIAHE = read_policy(JIAHE_TABLE)
CHANGSHA = replace(JIAHE, region="430100", reform_limit=Money.parse("560.00"))
DATONG = replace(JIAHE, region="140200", reform_ratio=Decimal("0.6"))

HOSPITAL, OTHER_HOSPITAL = "hospital-t", "hospital-o"
AT_HOSPITAL = Place(HOSPITAL, "431024")
AT_VILLAGE = Place("village-1", "431024", under=HOSPITAL)
AT_OTHER_VILLAGE = Place("village-2", "431024", under=OTHER_HOSPITAL)
BOTH_PACKAGES = frozenset({"basic", "added"})


def contract(institution: str = HOSPITAL, region: str = "431024") -> Contract:
    return Contract(institution, region, date(2025, 1, 1), date(2025, 12, 31), BOTH_PACKAGES)


RESIDENT = Insured(Scheme.RESIDENT, "431024", (contract(),))
ELSEWHERE = Insured(Scheme.RESIDENT, "431024", (contract(OTHER_HOSPITAL),))
EMPLOYEE = Insured(Scheme.EMPLOYEE, "431024", (contract(),))
IN_CHANGSHA = Insured(Scheme.RESIDENT, "430100", (contract(region="430100"),))
REGISTERED = replace(RESIDENT, registered=frozenset({Category.CHRONIC, Category.TWO_DISEASES}))


def drug(price: str, quantity: str = "1", number: str = "1", **more: object) -> BillLine:
    return BillLine(
        number=number,
        price=Decimal(price),
        quantity=Decimal(quantity),
        charge_type="09",
        **more,
    )


def class_b(price: str, **more: object) -> BillLine:
    return drug(price, grade=Grade.B, advance_ratio=Decimal("0.1"), **more)


def glucose_test(price: str = "12.50") -> BillLine:
    return replace(drug(price, number="2", listed=Listed.SPECIFIC), charge_type="04")


CONSULTATION = replace(drug("10.00", number="3"), charge_type="02")
CASE_3 = (glucose_test(), drug("30.00"))
CASE_7 = (*CASE_3, CONSULTATION)
TWO_AT_4 = drug("4.00", "2", listed=Listed.HIGHER)


@dataclass(frozen=True)
class Case:
    """One line of the table of worked cases; contracted in Jiahe unless said."""

    name: str
    lines: tuple[BillLine, ...]
    fund: str
    person: str
    used: dict[Pot, str] = field(default_factory=dict)
    insured: Insured = RESIDENT
    place: Place = AT_VILLAGE
    policy: Policy = JIAHE
    category: Category = Category.ORDINARY

    def shares(self) -> Shares:
        coverage = cover(self.insured, self.place, self.category, DAY, self.policy)
        used = {pot: Money.parse(amount) for pot, amount in self.used.items()}
        return assess(self.lines, coverage, self.policy, used)


def used(amount: str) -> dict[Pot, str]:
    return {Pot.REFORM: amount}


CASES = [
    Case("1 two boxes of a 100 % drug", (TWO_AT_4,), "8.00", "0.00", place=AT_HOSPITAL),
    Case("2 one in-scope drug", (drug("26.34"),), "18.44", "7.90", place=AT_HOSPITAL),
    Case("3 a listed test and a drug", CASE_3, "32.25", "10.25", place=AT_HOSPITAL),
    Case("4 as 3 near the limit", CASE_3, "10.00", "32.50", used("410.00")),
    Case(
        "5 as 4 in Changsha",
        CASE_3,
        "32.25",
        "10.25",
        used("410.00"),
        insured=IN_CHANGSHA,
        place=Place(HOSPITAL, "430100"),
        policy=CHANGSHA,
    ),
    Case("6 class B pays in advance", (class_b("50.00"),), "31.50", "18.50"),
    Case("7 contract elsewhere", CASE_7, "26.25", "26.25", insured=ELSEWHERE),
    Case(
        "8 an employee whose limit ends in the bill",
        (glucose_test("10.00"), drug("40.00")),
        "34.57",
        "15.43",
        used("400.00"),
        insured=EMPLOYEE,
    ),
    Case("11 a village clinic under the contracted hospital", CASE_3, "32.25", "10.25"),
    Case(
        "12 a village clinic under another one",
        CASE_7,
        "26.25",
        "26.25",
        place=AT_OTHER_VILLAGE,
    ),
    Case("13 the limit ends inside one line", (drug("26.34"),), "14.32", "12.02", used("405.68")),
    Case(
        "14 a listed drug of class B",
        (class_b("12.50", listed=Listed.SPECIFIC),),
        "10.13",
        "2.37",
    ),
    Case(
        "15 the 100 % list covers the advance",
        (class_b("10.00", listed=Listed.HIGHER),),
        "10.00",
        "0.00",
    ),
    Case(
        "15 the 100 % list does not cover the advance",
        (class_b("10.00", listed=Listed.HIGHER),),
        "9.00",
        "1.00",
        policy=replace(JIAHE, higher_list_covers_advance=False),
    ),
    Case("16 the 100 % list uses the limit", (TWO_AT_4,), "5.00", "3.00", used("415.00")),
    Case(
        "16 the 100 % list does not use the limit",
        (TWO_AT_4,),
        "8.00",
        "0.00",
        used("415.00"),
        policy=replace(JIAHE, higher_list_uses_limit=False),
    ),
    Case("17 the morning", (drug("30.00"),), "21.00", "9.00", used("390.00")),
    Case("17 the afternoon", (drug("30.00"),), "9.00", "21.00", used("411.00")),
    Case(
        "21 a personal package is always the person's",
        (drug("26.34"), drug("60.00", grade=Grade.C)),
        "18.44",
        "67.90",
    ),
    Case(
        "23 over the price limit",
        (drug("30.00", price_limit=Decimal("26.00")),),
        "18.20",
        "11.80",
    ),
    Case(
        "23 the same drug under two diseases",
        (drug("30.00", price_limit=Decimal("26.00")),),
        "21.00",
        "9.00",
        insured=REGISTERED,
        category=Category.TWO_DISEASES,
    ),
    Case(
        "23 a procured drug keeps its limit under two diseases",
        (drug("30.00", price_limit=Decimal("26.00"), governed_price=True),),
        "18.20",
        "11.80",
        insured=REGISTERED,
        category=Category.TWO_DISEASES,
    ),
    Case(
        "24 a chronic disease, without advance",
        (class_b("50.00"),),
        "35.00",
        "15.00",
        used("420.00"),
        insured=REGISTERED,
        category=Category.CHRONIC,
    ),
    Case(
        "26 what is unpaid in scope goes on",
        (glucose_test("10.00"), drug("40.00")),
        "38.00",
        "12.00",
        used("400.00"),
        insured=EMPLOYEE,
        policy=replace(JIAHE, employee_rest=EmployeeRest.UNPAID_IN_SCOPE),
    ),
    Case(
        "30 each line is rounded by itself",
        (drug("0.35"), drug("0.35"), drug("0.35")),
        "0.75",
        "0.30",
    ),
    Case("31 ten tablets of a hundred", (drug("8.88", "0.1"),), "0.62", "0.27"),
    Case(
        "33 an employee of Changsha, no pool across regions",
        CASE_7,
        "0.00",
        "52.50",
        insured=Insured(Scheme.EMPLOYEE, "430100"),
        policy=CHANGSHA,
    ),
    Case(
        "34 insured and contracted in Changsha, visiting Jiahe",
        CASE_7,
        "0.00",
        "52.50",
        insured=IN_CHANGSHA,
        policy=CHANGSHA,
    ),
    Case("35 twelve weeks in one line", (drug("26.34", "6"),), "110.63", "47.41"),
    Case(
        "36 another region's profile",
        (drug("26.34", price_limit=Decimal("24.87")),),
        "14.92",
        "11.42",
        insured=Insured(Scheme.RESIDENT, "140200", (contract(region="140200"),)),
        place=Place(HOSPITAL, "140200"),
        policy=DATONG,
    ),
]
