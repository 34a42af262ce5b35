"""The lines of the bill, an unknown box and the scan's meaning, as doctor and resident see them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.doctor_lines import DAYS, findings_of, pictures_of
from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.screens import resident_screen
from kiosk_ui.words import WORDS
from terminal.core.boxes import ScanMode, Untraced
from terminal.core.goods_views import GoodsView
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import ShownDesk, line, notice, view, visit
from tests.kiosk.goods_scenes import (
    ALL_LINES,
    ANSWERED,
    BLOCK,
    BOX,
    COMMON,
    COURSE,
    DUE,
    FOUND,
    GOODS_SCENES,
    HINT,
    INJECTION,
    NOTHING_ELSE,
    OF_THE_VISIT,
    OLD_STOCK,
    OPENED,
    OTHER_MAKER,
    PIECES,
    SECOND_LOOK,
    SELF_PAID,
    SERVICE,
    SPLIT,
    UNBOUND,
    WARN,
)


def _picture(of: Any, **other: Any) -> Any:
    shown = visit(VisitState.TRACED, lines=(of,), **other)
    return pictures_of(shown, {of.number}, {of.number})[0]


def test_a_scanned_box_is_one_pack_always() -> None:
    assert (_picture(BOX).less, _picture(BOX).more) == (None, None)


def test_a_quantity_goes_up_and_down_within_what_there_is() -> None:
    assert (_picture(SPLIT).less, _picture(SPLIT).more) == ("11", "13")
    assert _picture(replace(SPLIT, left=0)).more is None
    assert (_picture(SERVICE).less, _picture(SERVICE).more) == (None, "2")
    assert (_picture(PIECES).less, _picture(PIECES).more) == ("10", "20")
    assert _picture(replace(PIECES, quantity="5")).less is None
    assert _picture(replace(PIECES, quantity="?")).more is None


def test_days_are_asked_of_drugs_and_a_course_of_treatments() -> None:
    assert [bool(_picture(of).days) for of in ALL_LINES] == [
        True, True, False, True, True, True, False,
    ]  # fmt: skip
    assert [bool(_picture(of).times) for of in ALL_LINES] == [
        False, False, True, True, False, False, False,
    ]  # fmt: skip
    bottle = replace(BOX, name="卡托普利片", unit="瓶")
    assert not _picture(bottle).times, "tablets come in bottles as well"
    assert DAYS[-1] == 84


def test_what_is_charged_can_neither_be_changed_nor_taken_off() -> None:
    for state in (VisitState.SETTLED, VisitState.WAITING, VisitState.SETTLING):
        pictures = doctor_screen(view(visit(state, lines=ALL_LINES))).lines
        assert not any(each.removable or each.editable or each.days for each in pictures)


def test_a_finding_stands_under_its_line_and_none_is_ever_unseen() -> None:
    shown = visit(VisitState.PRICED, lines=(BOX, SPLIT), findings=(HINT, WARN, BLOCK, OF_THE_VISIT))
    assert findings_of(shown, 1) == (HINT,)
    assert findings_of(shown, 2) == (WARN,)
    assert findings_of(shown, None) == (BLOCK, OF_THE_VISIT), "line 3 is not on the bill"


def test_a_finding_says_what_on_what_ground_and_what_to_do(client: Any, desk: ShownDesk) -> None:
    found = (WARN, BLOCK, HINT)
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES[:3], findings=found))
    page = client.get("/doctor").text
    for finding in found:
        assert finding.words in page
        assert f"依据：{finding.basis}" in page
    assert page.count('data-open="yes"') == 2
    assert "请去掉这一项，或照上面说的改好" in page
    assert page.count('name="reason" value="病情需要"') == 1, "only what warns asks for a reason"
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES[:3], findings=(ANSWERED,)))
    page = client.get("/doctor").text
    assert "您的理由：病情需要" in page
    assert 'name="reason" value=' not in page


@pytest.mark.parametrize("state", [VisitState.SETTLED, VisitState.CANCELLED, VisitState.ABANDONED])
def test_a_finding_is_not_said_of_what_is_over(
    client: Any, desk: ShownDesk, state: VisitState
) -> None:
    desk.show(visit=visit(state, lines=ALL_LINES[:3], findings=(WARN, BLOCK, OF_THE_VISIT)))
    assert "data-finding" not in client.get("/doctor").text


def test_every_line_says_what_it_is(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, lines=ALL_LINES))
    page = client.get("/doctor").text
    assert "拆零，剩 20 粒" in page
    assert "疗程 5 次" in page
    assert page.count('data-typed="yes"') == 1
    assert WORDS["untraced.bought_before"].doctor in page
    assert "原来 <s>9.80</s>，现在 <strong>8.60</strong>" in page
    assert page.count('id="price-button-') == 1
    assert f'id="course-open-{COURSE.number}"' not in page
    assert f'id="course-open-{INJECTION.number}"' in page
    assert f'id="days-{OLD_STOCK.number}-84"' in page


@pytest.mark.parametrize("why", Untraced)
def test_every_reason_without_a_code_has_words(why: Untraced) -> None:
    assert f"untraced.{why.value}" in WORDS


@pytest.mark.parametrize("mode", [mode for mode in ScanMode if mode is not ScanMode.SELL])
def test_the_doctor_is_told_what_the_next_scan_means_until_it_is_a_sale(
    client: Any, desk: ShownDesk, mode: ScanMode
) -> None:
    desk.show(goods=GoodsView(mode=mode))
    page = client.get("/doctor").text
    assert f'data-mode="{mode.value}"' in page
    assert WORDS[f"step.scan_{mode.value}"].doctor in page
    assert 'id="scan-sell-button"' in page
    desk.show(goods=GoodsView())
    assert "data-mode" not in client.get("/doctor").text


def test_an_unknown_box_is_bound_only_after_a_second_look(client: Any, desk: ShownDesk) -> None:
    desk.to_find = FOUND
    held = notice("scan.not_in_catalogue")
    desk.show(visit=visit(VisitState.TRACED), goods=GoodsView(unbound=UNBOUND), scan=held)
    page = client.get("/doctor").text
    assert "这盒药第一次见" in page
    assert "请换一盒" not in page, "the card asks which drug it is, and nothing else does"
    assert UNBOUND.code_shown in page
    assert "unbound-confirm" not in page
    which = client.get("/doctor/find/drug?q=苯").text
    assert 'action="/doctor/unbound/propose"' in which
    assert desk.sought == [("苯", ("drug",))]
    desk.show(goods=GoodsView(unbound=SECOND_LOOK))
    page = client.get("/doctor").text
    for said in (SECOND_LOOK.code_shown, SECOND_LOOK.proposed_name, SECOND_LOOK.proposed_spec):
        assert said in page
    assert 'id="unbound-confirm-button" name="code" value="YP0001"' in page


def test_another_makers_code_is_never_promised_to_be_remembered(
    client: Any, desk: ShownDesk
) -> None:
    second = replace(SECOND_LOOK, other_maker=True)
    desk.show(visit=visit(VisitState.TRACED), goods=GoodsView(unbound=OTHER_MAKER))
    assert 'data-other-maker="yes"' in client.get("/doctor").text
    desk.show(goods=GoodsView(unbound=second))
    page = client.get("/doctor").text
    assert "只对这一盒有效" in page
    assert "以后同样的药一扫就认得" not in page


def test_common_visits_are_one_tap_while_the_bill_is_empty(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.IDENTIFIED), goods=GoodsView(common=COMMON))
    page = client.get("/doctor").text
    assert page.count('class="button common-visit"') == len(COMMON)
    desk.show(visit=visit(VisitState.TRACED))
    assert "common-visit" not in client.get("/doctor").text
    desk.show(visit=None)
    assert "common-visit" not in client.get("/doctor").text


def test_an_opened_box_is_offered_with_what_is_left_of_it(client: Any, desk: ShownDesk) -> None:
    desk.to_find = FOUND
    desk.show(visit=visit(VisitState.TRACED), goods=GoodsView(opened=(OPENED,)))
    page = client.get("/doctor/find").text
    assert 'data-most="20"' in page
    assert 'name="box" value="1"' in page
    desk.show(goods=GoodsView())
    assert 'name="box"' not in client.get("/doctor/find").text


@pytest.mark.parametrize("scene", GOODS_SCENES)
def test_the_resident_sees_no_warning_no_drug_and_no_disease(
    client: Any, desk: ShownDesk, scene: str
) -> None:
    desk.show(**{**NOTHING_ELSE, **GOODS_SCENES[scene]})
    assert client.get("/doctor").status_code == 200
    for shown in (client.get("/resident").text, repr(resident_screen(desk.shown))):
        for finding in (WARN, BLOCK, HINT, OF_THE_VISIT):
            assert finding.words not in shown
            assert finding.rule not in shown
        for each in ALL_LINES:
            assert each.name not in shown
        for word in ("高血压", "感冒", "糖尿病", "手工输入", "没有码", UNBOUND.code_shown):
            assert word not in shown


def test_the_resident_sees_how_many_tablets_how_often_and_when_to_come_again(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.TRACED, lines=(SPLIT, COURSE)))
    page = client.get("/resident").text
    assert "12粒 <small data-split" in page
    assert "分 5 次做" in page
    desk.show(visit=visit(VisitState.PRICED, next_due=DUE))
    assert "12月20日前后来取药" in client.get("/resident").text
    assert "下次取药 <strong>12月20日</strong>" in client.get("/doctor").text
    desk.show(visit=visit(VisitState.UNCERTAIN, next_due=DUE))
    assert "前后来取药" not in client.get("/resident").text
    assert resident_screen(desk.shown).next_due is None, "nothing is promised while in doubt"


def test_what_was_sold_without_insurance_says_so_and_names_no_fund(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=SELF_PAID)
    for path in ("/doctor", "/resident"):
        page = client.get(path).text
        assert "data-self-paid" in page
        assert "没有用医保" in page
        assert "医保支付" not in page
        assert "¥26.34" in page


def test_a_home_visit_is_marked_and_can_be_unmarked(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, bedside=True))
    page = client.get("/doctor").text
    assert 'data-bedside="yes"' in page
    assert 'name="wanted" value="no"' in page


def test_a_good_scan_and_a_mistake_do_not_look_alike(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED), scan=notice("scan.accepted", name="药"))
    assert '"verdict good"' in client.get("/doctor").text
    desk.show(scan=notice("box.unit_taken", name="药", left="7", unit="粒"))
    page = client.get("/doctor").text
    assert '"verdict good"' in page
    assert "还剩 7 粒" in page
    desk.show(scan=notice("box.in_bag"))
    assert '"verdict bad"' in client.get("/doctor").text


def test_a_new_box_disturbs_neither_the_search_nor_an_unknown_box(
    client: Any, desk: ShownDesk
) -> None:
    def drawn() -> list[str]:
        text = client.get("/doctor/now").text
        parts = text.split('<div class="region"')
        return [part for part in parts if 'id="find"' in part or 'id="unbound"' in part]

    desk.show(visit=visit(VisitState.TRACED), goods=GoodsView(unbound=UNBOUND))
    before = drawn()
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), line(2)), revision=8))
    assert drawn() == before
    assert len(before) == 2
