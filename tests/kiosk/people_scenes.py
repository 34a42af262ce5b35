"""Families, companions and what is held: stand-ins that show and remember, and scenes.

The people are invented: their ID numbers lie under a region code that no authority issues.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from terminal.core.families import ALL_SCOPES, Basis, Scope, Terms
from terminal.core.people import Identified, id_check_digit, masked_id, masked_name
from terminal.core.people_views import (
    BindingStep,
    BindingView,
    CompanionView,
    FamilyView,
    Forgotten,
    HeldView,
    PersonLine,
)
from terminal.core.standing import Standing

if TYPE_CHECKING:
    from tests.kiosk.counter_views import ShownDesk


def number(seventeen: str) -> str:
    """The whole ID number."""
    return seventeen + id_check_digit(seventeen)


MOTHER_NUMBER = number("99010119880412204")
CHILD_NUMBER = number("99010120160309301")


def someone(name: str, person_id: str, id_number: str, age: int) -> PersonLine:
    return PersonLine(person_id, name, masked_name(name), masked_id(id_number), age)


HOLDER = someone("王建国", "p1", number("99010119570203123"), 68)
SON = someone("王小明", "p2", CHILD_NUMBER, 9)
WIFE = someone("李秀英", "p4", number("99010119580901102"), 67)
DAUGHTER = someone("王春花", "p5", MOTHER_NUMBER, 37)

BINDINGS = (
    BindingView(
        "b1", SON, "孙子", tuple(Scope), Basis.DOCUMENTS, date(2026, 11, 20),
        as_holder=True, from_province=False,
    ),
    BindingView(
        "b2", WIFE, "妻子", (Scope.SETTLE, Scope.COLLECT), Basis.FACE, date(2028, 11, 20),
        as_holder=True, from_province=False,
    ),
    BindingView(
        "b3", DAUGHTER, "父亲", tuple(Scope), Basis.PROVINCE, date(2027, 6, 30),
        as_holder=False, from_province=True,
    ),
)  # fmt: skip

AGREED = Terms("孙子", frozenset({Scope.COLLECT}), date(2027, 11, 20), reason="other:脸上有伤")
"""What a member or the doctor is asked to agree to: less than everything."""

EVERY_BASIS = (Basis.FACE, Basis.DOCUMENTS, Basis.WITNESS)


def family(step: BindingStep = BindingStep.HOLDER, **other: Any) -> FamilyView:
    """A likely family page at this step."""
    asking = step is BindingStep.ASKING
    known: dict[str, Any] = {
        "holder": None if asking else HOLDER,
        "bindings": () if asking else BINDINGS,
        "aid_payers": () if asking else (DAUGHTER,),
        "member": None if step in {BindingStep.ASKING, BindingStep.HOLDER} else SON,
        "may": EVERY_BASIS if step is BindingStep.MEMBER else (),
    }
    return FamilyView(step, **{**known, **other})


HELD = HeldView(
    replace(HOLDER),
    (
        "石桥镇大屋村卫生室",
        "本机存着关于您的这些：",
        "姓名 王建国，证件 990***********1234",
        "人脸：一组数字，2025年3月2日您同意存的，医生在场。",
        "只用来看病时认人，只存在这台终端里。",
        "到 2027年11月20日 一直没用，就自动删掉。",
        "亲情账户 3 个，就诊 12 次。",
        "不想用了，跟医生说，马上删掉。",
    ),
    may_withdraw=True,
)
FORGOTTEN = (
    Forgotten(WIFE, date(2025, 12, 3)),
    Forgotten(DAUGHTER, date(2025, 12, 18)),
)

MOTHER = CompanionView(Standing.BROUGHT, "李秀英", "李*英", "母亲")


class ShownFamilies:
    """Families as told, which remembers its verbs beside the desk's own."""

    def __init__(self, desk: ShownDesk) -> None:
        self._desk = desk
        self.making: FamilyView | None = None
        self.own: FamilyView = FamilyView(BindingStep.HOLDER)

    def view(self) -> FamilyView | None:
        return self.making

    def here(self, visit_id: str) -> FamilyView:
        if self._desk.refusing is not None:
            raise self._desk.refusing
        return self.own

    def begin(self, id_number: str) -> None:
        self._desk.take("family_begin", id_number)

    def begin_of_visit(self, visit_id: str) -> None:
        self._desk.take("begin_of_visit", visit_id)

    def name_member(self, id_number: str) -> None:
        self._desk.take("name_member", id_number)

    def bind_by_face(self, relation: str, scopes: frozenset[Scope], valid_until: date) -> None:
        self._desk.take("bind_by_face", relation, scopes, valid_until)

    def bind_by_documents(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, document: str
    ) -> None:
        self._desk.take("bind_by_documents", relation, scopes, valid_until, document)

    def bind_by_witness(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, reason: str
    ) -> None:
        self._desk.take("bind_by_witness", relation, scopes, valid_until, reason)

    def confirm_witness(self) -> None:
        self._desk.take("confirm_witness")

    def unbind(self, binding_id: str, side: str) -> None:
        self._desk.take("unbind", binding_id, side)

    def unbind_here(self, visit_id: str, binding_id: str) -> None:
        self._desk.take("unbind_here", visit_id, binding_id)
        kept = tuple(each for each in self.own.bindings if each.binding_id != binding_id)
        self.own = replace(self.own, bindings=kept)
        self._desk.show()

    def stop(self) -> None:
        self._desk.take("family_stop")


class ShownConsents:
    """What is held, as told."""

    def __init__(self, desk: ShownDesk) -> None:
        self._desk = desk
        self.shown = HELD
        self.soon = FORGOTTEN

    def withdraw(self, visit_id: str) -> None:
        self._desk.take("withdraw", visit_id)
        self.shown = replace(self.shown, may_withdraw=False)

    def held(self, visit_id: str) -> HeldView:
        if self._desk.refusing is not None:
            raise self._desk.refusing
        return self.shown

    def forgotten_soon(self) -> tuple[Forgotten, ...]:
        return self.soon


FOR_THE_GRANDSON: dict[str, Any] = {
    "identified": Identified.BY_RELATIVE,
    "standing": Standing.FAMILY,
    "binding_until": date(2026, 11, 20),
}
ALL = ALL_SCOPES
