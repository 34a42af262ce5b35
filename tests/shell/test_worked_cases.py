"""The worked cases through the whole path: a person, boxes, a tap, and four books that agree.

Each case is driven at a running desk against a sandbox province that reads its people,
prices and rules from a folder; where a case turns on a parameter, the folder is a copy
with that value. What is compared, to the fen: the bill before anybody agreed to it, the
settlement in our store, the settlement in the province's book, and the receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import SandboxProvince
from terminal.clock import SHANGHAI
from terminal.core.catalogue import Catalogue, Item, read_drugs, read_services
from terminal.core.counter import VisitView
from terminal.core.faults import Refused
from terminal.core.money import Money, line_total, total
from terminal.core.shares import Shares, added
from terminal.core.visit import VisitState
from terminal.province.session import Clinic
from terminal.store.bill_line import BillLine
from tests.clinic import CLINIC, COLD, DELIVERY, RULES, Clock, charges
from tests.counter import Counter
from tests.drivers.province_clinic import PEOPLE
from tests.shell.between import Between, Message, between

HERE = CLINIC
HOSPITAL = replace(
    CLINIC,
    fixmedins_code="H43102400001",
    fixmedins_name="演示镇中心卫生院",
    doctor_code="D431024000001",
    doctor_name="欧阳海",
)
OTHER_VILLAGE = replace(
    CLINIC,
    fixmedins_code="H43102400992",
    fixmedins_name="邻村卫生室",
    doctor_code="D431024000993",
    doctor_name="胡桂花",
)
CHANGSHA = replace(
    CLINIC,
    fixmedins_code="H43010000001",
    fixmedins_name="长沙演示街道社区卫生服务中心",
    mdtrtarea_admvs="430100",
    doctor_code="D430100000001",
    doctor_name="龙翔宇",
)
DATONG = replace(
    CLINIC,
    fixmedins_code="H14020000991",
    fixmedins_name="大同演示村卫生室",
    mdtrtarea_admvs="140200",
    doctor_code="D140200000991",
    doctor_name="段玉清",
)

LISTED_100, BOX, DRUG_30, CLASS_B = "对乙酰氨基酚片", "阿莫西林胶囊", "头孢克肟分散片", "银杏叶片"
TEST, CONSULTATION, GENERAL_FEE = "葡萄糖测定", "诊查费", "一般诊疗费"
PACKAGE, CHECK_UP = "家庭医生个性化服务包", "65岁及以上老年人健康体检"
AMLODIPINE_S, VALSARTAN = "苯磺酸左氨氯地平片", "缬沙坦胶囊"


@dataclass(frozen=True)
class Case:
    """One row of the table: who, where, what, and what comes of it."""

    person: str
    items: tuple[str, ...]
    amounts: str
    """Total, fund and the person's own share."""
    account: str = "0.00"
    aid: str = "0.00"
    at: Clinic = HERE
    rules: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the benefits file that this case turns on."""
    prices: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Of the drug list: the end of a drug's row before its prefix, and what it is here."""


AS_3 = (TEST, DRUG_30)
AS_7 = (*AS_3, CONSULTATION)
EIGHT = {TEST: "10.00"}
OMEPRAZOLE = "奥美拉唑肠溶胶囊"

CASES = {
    "1": Case("王建国", (LISTED_100,) * 2, "8.00 8.00 0.00"),
    "2": Case("王建国", (BOX,), "26.34 18.44 7.90"),
    "3": Case("李秀英", AS_3, "42.50 32.25 10.25", at=HOSPITAL),
    "4": Case("何春花", AS_3, "42.50 10.00 32.50"),
    "5": Case("吴小燕", AS_3, "42.50 32.25 10.25", at=CHANGSHA),
    "6": Case("王建国", (CLASS_B,), "50.00 31.50 18.50"),
    "7": Case("张国强", AS_7, "52.50 26.25 26.25"),
    "8": Case("黄志明", (TEST, OMEPRAZOLE), "50.00 34.57 15.43", "15.43", prices=EIGHT),
    "9": Case("曾玉梅", (BOX,), "26.34 18.44 7.90", aid="7.90"),
    "11": Case("王建国", AS_3, "42.50 32.25 10.25"),
    "11 institution": Case(
        "王建国", AS_3, "42.50 21.25 21.25", rules={"contract_scope": '"institution"'}
    ),
    "11 institution, at it": Case(
        "王建国",
        AS_3,
        "42.50 32.25 10.25",
        at=HOSPITAL,
        rules={"contract_scope": '"institution"'},
    ),
    "12": Case("王建国", AS_7, "52.50 26.25 26.25", at=OTHER_VILLAGE),
    "13": Case("邓大山", (BOX,), "26.34 14.32 12.02"),
    "14": Case("王建国", ("连花清瘟胶囊",), "12.50 10.13 2.37"),
    "15": Case("王建国", ("复方氨酚烷胺胶囊",), "10.00 10.00 0.00"),
    "15 advance not covered": Case(
        "王建国",
        ("复方氨酚烷胺胶囊",),
        "10.00 9.00 1.00",
        rules={"higher_list_covers_advance": "false"},
    ),
    "16": Case("罗水生", (LISTED_100,) * 2, "8.00 5.00 3.00"),
    "16 list apart from the limit": Case(
        "罗水生", (LISTED_100,) * 2, "8.00 8.00 0.00", rules={"higher_list_uses_limit": "false"}
    ),
    # 19: a bill that no limit holds shows how much of it was left.
    "19 limit shared": Case(
        "孟新荷", (DRUG_30,), "630.00 320.00 310.00", prices={DRUG_30: "630.00"}
    ),
    "19 limits apart": Case(
        "孟新荷",
        (DRUG_30,),
        "630.00 420.00 210.00",
        prices={DRUG_30: "630.00"},
        rules={"limit_shared_with_base": "false"},
    ),
    "21": Case("王建国", (PACKAGE, BOX), "86.34 18.44 67.90"),
    "23": Case("李秀英", (VALSARTAN,), "30.00 18.20 11.80"),
    "23 two diseases": Case("王建国", (VALSARTAN,), "30.00 21.00 9.00"),
    "23 two diseases, procured": Case(
        "王建国",
        (VALSARTAN,),
        "30.00 18.20 11.80",
        rows={VALSARTAN: ("hypertension,no,", "hypertension,yes,")},
    ),
    "24": Case(
        "刘德福", (CLASS_B,), "50.00 35.00 15.00", rows={CLASS_B: ("none,no,", "hypertension,no,")}
    ),
    "25": Case("王建国", (AMLODIPINE_S, "氯雷他定片"), "46.34 32.44 13.90"),
    "26": Case(
        "黄志明",
        (TEST, OMEPRAZOLE),
        "50.00 38.00 12.00",
        "12.00",
        prices=EIGHT,
        rules={"employee_rest": '"unpaid_in_scope"'},
    ),
    "27": Case("彭国庆", (BOX,), "26.34 18.44 7.90", aid="5.00"),
    "28": Case("谢晓东", (BOX,), "26.34 18.44 7.90", account="3.00", aid="4.00"),
    "30": Case("王建国", ("葡萄糖注射液",) * 3, "1.05 0.75 0.30"),
    "33": Case("周美玲", AS_7, "52.50 0.00 52.50", account="30.00"),
    "33 a pool across regions": Case(
        "周美玲",
        AS_7,
        "52.50 31.50 21.00",
        account="21.00",
        rules={"cross_region_outpatient": "true"},
    ),
    "34": Case("吴明", AS_7, "52.50 0.00 52.50"),
    "34 a pool across regions": Case(
        "吴明", AS_7, "52.50 26.25 26.25", rules={"cross_region_outpatient": "true"}
    ),
    # Six boxes scanned are six lines, each rounded; case 35 is the other reading of them.
    "35 box by box": Case("王建国", (BOX,) * 6, "158.04 110.64 47.40"),
    "36": Case("胡大同", ("阿莫西林克拉维酸钾片",), "26.34 14.92 11.42", at=DATONG),
}


@dataclass
class Place:
    """A desk at a province with a case's people, prices and rules."""

    province: SandboxProvince
    line: Between
    counter: Counter
    clock: Clock
    by_name: Mapping[str, Item]
    _boxes: int = 0

    def traced(self, person: str, items: tuple[str, ...]) -> str:
        """A visit with these on the bill, and no diagnosis yet: nothing is priced."""
        visit_id = self.counter.receive(PEOPLE[person][1])
        for name in items:
            item = self.by_name[name]
            if item.prefixes:
                self._boxes += 1
                self.counter.scan(f"{item.prefixes[0]}{self._boxes:013}")
            else:
                self.counter.desk.basket.add_service(visit_id, item.medins_list_codg)
        return visit_id

    def priced(self, person: str, items: tuple[str, ...]) -> VisitView:
        visit_id = self.traced(person, items)
        self.counter.desk.basket.set_diagnosis(visit_id, COLD)
        visit = self.counter.rested()
        assert visit.state is VisitState.PRICED, visit.notice
        return visit

    def settled(self, person: str, items: tuple[str, ...]) -> VisitView:
        return self.agreed(self.priced(person, items))

    def agreed(self, visit: VisitView) -> VisitView:
        after = self.counter.confirm(visit)
        assert after.state is VisitState.SETTLED, after.notice
        return after

    def done(self, visit: VisitView) -> None:
        self.counter.desk.reception.leave(visit.visit_id)

    def again_on_counter(self, visit: VisitView) -> None:
        """What is done waits for nobody and is not called up: it is laid there beneath."""
        with self.counter.desk.counter.lock:
            self.counter.desk.counter.front = visit.visit_id

    def shares(self, visit_id: str) -> Shares:
        """What our store has of a settled visit."""
        records = self.counter.store.settlements.of_visit(visit_id)
        return added(Shares.from_fen(record.settled) for record in records if record.settled)

    def used(self, person: str) -> str | None:
        """What the province now says that the fund has paid for someone this year."""
        person_id = self.counter.knows(PEOPLE[person][1])
        coverage = self.counter.store.people.coverage(person_id)
        assert coverage is not None
        return None if coverage.fund_used is None else coverage.fund_used.yuan


At = Callable[[Case], Place]


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[At]:
    """Opens a place for a case; closed when the test ends."""
    with ExitStack() as opened:

        def opens(case: Case) -> Place:
            data = DATA if not (case.rules or case.rows) else _own_data(tmp_path / "data", case)
            items = _items(data, case.prices)
            province = opened.enter_context(
                SandboxProvince(tmp_path / "province", clock=clock, data=data)
            )
            line = opened.enter_context(between(province.address))
            rules = replace(RULES, catalogue=Catalogue(*items))
            counter = Counter(tmp_path / "terminal", line.address, clock, rules, clinic=case.at)
            opened.callback(counter.close)
            names = {item.name: item for group in items for item in group}
            return Place(province, line, counter, clock, names)

        yield opens


def _own_data(folder: Path, case: Case) -> Path:
    shutil.copytree(DATA, folder)
    for name, value in case.rules.items():
        benefits = folder / "benefits.toml"
        lines = benefits.read_text("utf-8").splitlines()
        changed = [f"{name} = {value}" if x.startswith(f"{name} =") else x for x in lines]
        assert changed != lines, name
        benefits.write_text("\n".join(changed), "utf-8")
    for name, (was, becomes) in case.rows.items():
        drugs = folder / "drugs.csv"
        lines = drugs.read_text("utf-8").splitlines()
        changed = [x.replace(was, becomes) if f",{name}," in x else x for x in lines]
        assert changed != lines, name
        drugs.write_text("\n".join(changed), "utf-8")
    return folder


def _items(data: Path, prices: Mapping[str, str]) -> tuple[list[Item], list[Item]]:
    drugs = read_drugs((data / "drugs.csv").read_text("utf-8"))
    services = read_services((data / "services.csv").read_text("utf-8"))

    def here(item: Item) -> Item:
        price = Decimal(prices[item.name]) if item.name in prices else item.price
        return replace(item, price=price, **(DELIVERY if item.prefixes else {}))

    return [here(item) for item in drugs], [here(item) for item in services]


def assert_agree(place: Place, before: VisitView, after: VisitView, case: Case) -> None:
    """The bill, our store, the province's book and the receipt say the case's amounts."""
    whole, fund, own = case.amounts.split()
    account, aid = Money.parse(case.account), Money.parse(case.aid)
    cash = Money.parse(own) - account - aid
    bill = before.bill
    assert bill is not None
    assert (bill.total.yuan, bill.fund.yuan, bill.own.yuan) == (whole, fund, own)
    assert total(share.account for share in bill.shares) == account + aid
    assert total(share.cash for share in bill.shares) == cash
    ours = place.shares(after.visit_id).verified()
    assert (ours.total.yuan, ours.fund.yuan, ours.own.yuan) == (whole, fund, own)
    assert (ours.account, ours.mutual_aid, ours.cash) == (account, aid, cash)
    rows = [row for row in charges(place.province) if row["setl_id"] in _setl_ids(place, after)]
    named = {
        "medfee_sumamt": whole,
        "fund_pay_sumamt": fund,
        "psn_part_amt": own,
        "acct_pay": account.yuan,
        "acct_mulaid_pay": aid.yuan,
        "psn_cash_pay": cash.yuan,
    }
    theirs = {name: total(Money.parse(str(row[name])) for row in rows).yuan for name in named}
    assert theirs == named
    receipt = "\n".join(after.receipt)
    for line in (f"总费用 {whole}", f"医保基金支付 {fund}", f"个人负担 {own}"):
        assert line in receipt
    for words, amount in (("个人账户", account), ("家庭共济", aid), ("现金", cash)):
        assert (f"其中{words} {amount.yuan}" in receipt) == (amount > Money(0))


def _setl_ids(place: Place, visit: VisitView) -> set[str | None]:
    records = place.counter.store.settlements.of_visit(visit.visit_id)
    return {record.setl_id for record in records}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_worked_case_is_the_same_in_four_books(at: At, case: Case) -> None:
    place = at(case)
    before = place.priced(case.person, case.items)
    after = place.agreed(before)
    assert_agree(place, before, after, case)
    assert len(charges(place.province)) == len({line.category for line in after.lines})


# --- cases of several visits


def test_case_10_a_cancellation_gives_the_limit_back(at: At) -> None:
    place = at(Case("姜晚晴", AS_3, ""))
    first = place.settled("姜晚晴", AS_3)
    assert place.shares(first.visit_id).fund.yuan == "20.00"
    assert place.used("姜晚晴") == "420.00"
    place.counter.desk.undoing.cancel(first.visit_id, "开错药")
    undone = place.counter.rested()
    assert undone.state is VisitState.CANCELLED
    assert place.used("姜晚晴") == "400.00"
    place.done(undone)
    anew = Case("姜晚晴", (TEST,), "12.50 11.25 1.25")
    before = place.priced("姜晚晴", anew.items)
    assert_agree(place, before, place.agreed(before), anew)
    assert place.used("姜晚晴") == "411.25"


def test_case_17_the_afternoon_knows_what_the_morning_used(at: At) -> None:
    place = at(Case("尹秋生", (DRUG_30,), ""))
    for amounts in ("30.00 21.00 9.00", "30.00 9.00 21.00"):
        case = Case("尹秋生", (DRUG_30,), amounts)
        before = place.priced(case.person, case.items)
        after = place.agreed(before)
        assert_agree(place, before, after, case)
        place.done(after)


@pytest.mark.parametrize("item", [GENERAL_FEE, CONSULTATION])
def test_case_18_a_waived_item_is_refused_and_settled_without_it(at: At, item: str) -> None:
    case = Case("王建国", (BOX,), "26.34 18.44 7.90")
    place = at(case)
    visit_id = place.traced("王建国", (BOX, item))
    place.counter.desk.basket.set_diagnosis(visit_id, COLD)
    visit = place.counter.rested()
    assert visit.state is VisitState.TRACED
    assert visit.notice is not None
    place.counter.desk.basket.remove_line(visit_id, 2)
    before = place.counter.rested()
    after = place.agreed(before)
    assert_agree(place, before, after, case)
    assert place.shares(visit_id).hospital == Money(0)


def test_case_18_where_nothing_is_waived_the_fee_is_billed(at: At) -> None:
    case = Case("王建国", (BOX, GENERAL_FEE), "32.34 22.64 9.70", rules={"waived_items": "[]"})
    place = at(case)
    before = place.priced(case.person, case.items)
    assert_agree(place, before, place.agreed(before), case)


@pytest.mark.parametrize(
    ("by", "amounts"),
    [("visit", "26.34 0.00 26.34"), ("settlement", "26.34 18.44 7.90")],
)
def test_case_20_the_limit_is_of_the_year_that_the_region_says(
    at: At, clock: Clock, by: str, amounts: str
) -> None:
    clock.now = datetime(2025, 12, 31, 23, 50, tzinfo=SHANGHAI)
    case = Case("宋年年", (BOX,), amounts, rules={"limit_year_by": f'"{by}"'})
    place = at(case)
    before = place.priced("宋年年", (BOX,))
    assert before.bill is not None
    assert before.bill.fund == Money(0)
    clock.now = datetime(2026, 1, 2, 8, 0, tzinfo=SHANGHAI)
    place.counter.desk.till.price(before.visit_id)
    anew = place.counter.rested()
    assert_agree(place, anew, place.agreed(anew), case)
    [row] = charges(place.province)
    assert row["year"] == (2025 if by == "visit" else 2026)


def test_case_22_a_public_health_item_never_stands_on_a_bill(at: At) -> None:
    place = at(Case("王建国", (CHECK_UP,), ""))
    with pytest.raises(Refused, match=r"catalogue\.public_health"):
        place.traced("王建国", (CHECK_UP,))
    assert "2204" not in place.line.asked
    assert place.counter.rested().lines == ()


def test_case_24_the_yearly_limit_is_not_touched_by_a_chronic_disease(at: At) -> None:
    place = at(CASES["24"])
    place.settled("刘德福", (CLASS_B,))
    assert place.used("刘德福") == "420.00"


def test_case_25_the_two_settlements_are_told_apart(at: At) -> None:
    place = at(CASES["25"])
    after = place.settled("王建国", (AMLODIPINE_S, "氯雷他定片"))
    assert after.bill is not None
    funds = {share.category: share.fund.yuan for share in after.bill.shares}
    owns = {share.category: share.own.yuan for share in after.bill.shares}
    assert funds == {"two_diseases": "18.44", "ordinary": "14.00"}
    assert owns == {"two_diseases": "7.90", "ordinary": "6.00"}


def test_case_29_a_visit_that_lacked_limit_is_put_right_only_by_doing_it_anew(at: At) -> None:
    place = at(Case("秦朝阳", (CLASS_B,), ""))
    first = place.settled("秦朝阳", (CLASS_B,))
    assert place.shares(first.visit_id).fund.yuan == "25.00"
    place.done(first)
    second = place.settled("秦朝阳", (DRUG_30,))
    assert place.shares(second.visit_id).fund.yuan == "0.00"
    place.done(second)
    place.again_on_counter(first)
    place.counter.desk.undoing.cancel(first.visit_id, "居民要求")
    undone = place.counter.rested()
    assert undone.state is VisitState.CANCELLED
    assert [freed.visit_id for freed in undone.freed] == [second.visit_id]
    place.done(undone)
    assert place.shares(second.visit_id).fund.yuan == "0.00"
    assert place.used("秦朝阳") == "395.00"
    place.again_on_counter(second)
    place.counter.desk.undoing.correct(second.visit_id, "前一笔已撤销")
    before = place.counter.rested()
    assert before.corrects == second.visit_id
    case = Case("秦朝阳", (DRUG_30,), "30.00 21.00 9.00")
    assert_agree(place, before, place.agreed(before), case)
    assert place.used("秦朝阳") == "416.00"


# --- cases of what was billed


def test_case_30_a_province_that_rounds_the_sum_is_shown_as_it_says(at: At) -> None:
    """Three lines of 0.35: by line 0.75, on the sum 0.735, which rounds to 0.74."""

    def on_the_sum(sent: Message, said: Message) -> Message:
        if sent["infno"] in ("2206A", "2207A"):
            info = said["output"]["setlinfo"]
            info.update(fund_pay_sumamt=0.74, psn_part_amt=0.31, psn_cash_pay=0.31)
        return said

    place = at(CASES["30"])
    place.line.answer = on_the_sum
    after = place.settled("王建国", CASES["30"].items)
    assert place.shares(after.visit_id).verified().fund.yuan == "0.74"
    assert "医保基金支付 0.74" in after.receipt
    assert "个人负担 0.31" in after.receipt


@pytest.mark.parametrize(
    ("name", "quantity", "amounts"),
    [
        pytest.param("维生素C片", "0.1", "0.89 0.62 0.27", id="31"),
        pytest.param(BOX, "6", "158.04 110.63 47.41", id="35"),
    ],
)
def test_a_line_of_another_quantity_than_one_box_is_rounded_once(
    at: At, name: str, quantity: str, amounts: str
) -> None:
    """31, ten tablets of a hundred; 35, six boxes in one line. The counter scans one box
    a line, so the line is put on the bill beneath it."""
    case = Case("王建国", (name,), amounts)
    place = at(case)
    visit_id = place.traced("王建国", ())
    item, store = place.by_name[name], place.counter.store
    line = BillLine(
        visit_id=visit_id,
        number=1,
        item_code=item.medins_list_codg,
        category="ordinary",
        quantity=Decimal(quantity),
        price=item.price,
        total=line_total(item.price, Decimal(quantity)),
        trace_code=None,
        feedetl_sn=str(store.journal.next_number("feedetl_sn")),
    )
    store.lines.add(line, place.clock())
    place.counter.desk.basket.set_diagnosis(visit_id, COLD)
    before = place.counter.rested()
    assert_agree(place, before, place.agreed(before), case)


def test_case_32_nothing_billed_sends_no_fee_and_no_settlement(at: At) -> None:
    place = at(Case("王建国", (), ""))
    visit_id = place.traced("王建国", ())
    place.counter.desk.reception.leave(visit_id)
    assert place.counter.store.visits.visit(visit_id).state is VisitState.CLOSED
    assert "1101" in place.line.asked
    assert not {"2201", "2204", "2206A", "2207A"} & set(place.line.asked)
