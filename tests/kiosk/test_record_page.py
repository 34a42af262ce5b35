import pytest
from flask.testing import FlaskClient

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.screens import resident_screen
from kiosk_ui.steps import step_of
from kiosk_ui.taps import Tap, counter_taps
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.faults import Uncertain
from terminal.core.money import ZERO
from terminal.core.record_views import What
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import AT, ShownDesk, line, view, visit, yuan
from tests.kiosk.record_scenes import CUT, ID_TYPED, RECORD_SCENES, beside
from tests.kiosk.record_views_shown import OTHER_THERE, handed, there, typed

AT_VISIT = "/doctor/visits/v1/record"
_AMOUNTS = {Tap.PRICE, Tap.ESTIMATE, Tap.CONFIRM_AMOUNT, Tap.AGREE_CEILING, Tap.SELF_PAY}


@pytest.mark.parametrize(
    ("path", "form", "verb"),
    [
        ("/type", {"what": "id_number"}, ("handing_over.type_out", "v1", What.ID_NUMBER)),
        ("/type", {"what": "trace_codes"}, ("handing_over.type_out", "v1", What.TRACE_CODES)),
        ("/hand-over", {}, ("handing_over.hand_over", "v1")),
        ("/ask", {}, ("handing_over.ask_now", "v1")),
        ("/choose", {"setl_id": "900"}, ("handing_over.choose", "v1", "900")),
        ("/undo-choice", {"setl_id": "900"}, ("handing_over.undo_choice", "v1", "900")),
        ("/take-back", {}, ("handing_over.take_back", "v1")),
    ],
)
def test_each_tap_is_one_verb_of_handing_over(
    client: FlaskClient, desk: ShownDesk, path: str, form: dict[str, str], verb: tuple[object, ...]
) -> None:
    client.post(AT_VISIT + path, data=form, headers=OURS)
    assert desk.taken == [verb]


def test_typing_anything_else_than_the_two_is_refused(client: FlaskClient, desk: ShownDesk) -> None:
    assert client.post(AT_VISIT + "/type", data={"what": "name"}, headers=OURS).status_code >= 400
    assert desk.taken == []


def test_words_tell_what_to_look_at_after_a_cut(client: FlaskClient, desk: ShownDesk) -> None:
    desk.refusing = Uncertain("typing.cut")
    page = client.post(
        AT_VISIT + "/type", data={"what": "id_number"}, headers={**OURS, "HX-Request": "true"}
    )
    assert "先删干净" in page.text


@pytest.mark.parametrize("state", VisitState)
def test_where_the_record_system_settles_no_amount_is_ever_agreed_to_here(
    state: VisitState,
) -> None:
    shown = view(visit(state, may_self_pay=True), record_settles=True, offline_allowed=True)
    assert not counter_taps(shown) & _AMOUNTS
    screen = doctor_screen(shown)
    assert (screen.agree, screen.ceiling, screen.self_pay, screen.amount_scan) == (None,) * 3 + (
        "",
    )
    assert resident_screen(shown).asked is None


@pytest.mark.parametrize("name", RECORD_SCENES)
def test_the_resident_reads_no_amount_before_the_record_system_has_settled(
    client: FlaskClient, desk: ShownDesk, name: str
) -> None:
    shown = {"waiting": ()} | RECORD_SCENES[name]
    desk.show(**shown)
    screen = resident_screen(desk.shown)
    settled = screen.step == "step.settled_there" and screen.bill is not None
    page = client.get("/resident").text
    assert ("26.34" in page) is settled
    assert ("7.90" in page) is settled


def test_the_resident_sees_what_the_province_told_of_both_settlements_added_up() -> None:
    both = (there(ours=True), there("2", ours=True), there("3", ours=True, refunded=True))
    shown = beside(VisitState.SETTLED_THERE, handed=handed(found=(*both, OTHER_THERE)))
    bill = resident_screen(view(**shown)).bill
    assert bill is not None
    assert (bill.total, bill.fund, bill.own) == (yuan("52.68"), yuan("36.88"), yuan("15.80"))
    assert bill.hospital == ZERO


def test_only_the_state_that_is_told_shows_a_bill_of_the_record_system() -> None:
    shown = beside(VisitState.HANDED_OVER, handed=handed(found=(there(ours=True),)))
    assert resident_screen(view(**shown)).bill is None


def test_a_settlement_that_was_cancelled_there_cannot_be_chosen(
    client: FlaskClient, desk: ShownDesk
) -> None:
    found = (there("1"), there("2", refunded=True))
    desk.show(**beside(VisitState.HANDED_OVER, handed=handed(found=found)))
    page = client.get("/doctor").text
    assert "choose-there-button-1" in page
    assert "choose-there-button-2" not in page
    assert step_of(desk.shown) == "step.handed_over_found"


@pytest.mark.parametrize(
    ("under_way", "live"), [(typed(whole=None), False), (CUT, True), (ID_TYPED, True)]
)
def test_nothing_is_typed_nor_handed_over_while_keys_are_being_pressed(
    under_way: object, *, live: bool
) -> None:
    taps = counter_taps(view(**beside(handed=handed(typed=(under_way,)))))
    assert ({Tap.TYPE_OUT, Tap.HAND_OVER} <= taps) is live
    assert bool({Tap.TYPE_OUT, Tap.HAND_OVER} & taps) is live


def test_a_visit_of_this_terminal_has_no_tap_of_the_record_system() -> None:
    for state in VisitState:
        taps = counter_taps(view(visit(state, handed=None)))
        assert not taps & {Tap.TYPE_OUT, Tap.HAND_OVER, Tap.ASK_THERE, Tap.CHOOSE_THERE}


def test_the_cursor_is_warned_of_before_the_button_and_the_codes_are_counted(
    client: FlaskClient, desk: ShownDesk
) -> None:
    desk.show(**beside(lines=(line(1), line(2))))
    page = client.get("/doctor").text
    assert page.index("data-cursor") < page.index("type-codes")
    assert "送追溯码（2 个）" in page


def test_what_was_agreed_to_before_is_not_answered_by_the_resident_any_more() -> None:
    said = Agreement(Answer.AGREED, Manner.TAP, 7, yuan("7.90"), AT)
    shown = view(visit(VisitState.PRICED, agreement=said), record_settles=True)
    assert resident_screen(shown).asked is None
