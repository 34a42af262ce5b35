"""Everything that is held of one person, in sentences they know, fit for one slip.

PIPL article 45: whoever asks is told. Their own number and name are masked, because a slip
is left lying about; so are the names of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.consent import EndedConsent, GivenConsent
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage

_ENDED: Mapping[EndedConsent | None, str] = {
    EndedConsent.RETENTION: "长期没用",
    EndedConsent.DEATH: "医保记着人已去世",
    EndedConsent.COUNTY: "在县里撤回",
}

_RELATIONS_MAX = 12
"""Lines of bindings: more than the settings allow either way."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was counted in the store."""

    visits: int
    first_on: date | None
    last_on: date | None
    total: Money
    """Of this year, as the province settled it or as it was sold without insurance."""
    fund: Money
    own: Money
    owed: Money
    lines: int
    """Drugs and services on bills."""
    boxes: int
    """Of those, boxes with a trace code."""
    messages: int
    """To and from the province for their settlements."""
    payments: int
    courses: int
    answers: int
    """What was said to amounts on their visits' bills."""
    papers: int
    """Notes that something of their visits was printed, and blank slips they were written on."""
    faces_seen: int
    """Notes of what the camera made of a face at their visits; never the face."""
    brought: int
    """Visits with a note of who came with or for them."""
    stood_in: int
    """Visits of others for which they stand there as whoever came."""
    operator: bool
    pushed: int = 0
    """Bills that the record system pushed, as they came."""


@dataclass(frozen=True, slots=True, repr=False)
class FaceHeld:
    """What is kept of a face."""

    consents: Sequence[GivenConsent]
    templates: int = 0
    used_on: date | None = None
    goes_on: date | None = None
    """Announced: erased on that day unless it is used before."""
    look_alikes: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Tie:
    """A binding, from this person's side."""

    masked_name: str
    relation: str
    as_holder: bool
    valid_until: date


@dataclass(frozen=True, slots=True, repr=False)
class Holding:
    """Whose it is, and all there is."""

    clinic_name: str
    masked_name: str
    masked_id: str
    printed_at: datetime
    told: Told
    coverage: Coverage | None = None
    face: FaceHeld = FaceHeld(())
    ties: Sequence[Tie] = ()
    payers: Sequence[str] = ()
    """Masked names of those whose account may pay (家庭共济)."""


def everything(held: Holding) -> tuple[str, ...]:
    """The slip's lines for the person themselves, top to bottom."""
    return (
        *_head(held, "本终端存了您的哪些资料"),
        *_identity(held.coverage),
        *_face(held.face),
        *_ties(held),
        *_money(held.told, held.printed_at.year),
        *_counted(held.told),
        *_foot(held.face.templates),
    )


def money_only(held: Holding) -> tuple[str, ...]:
    """The lines for a relative who may ask what was paid (Scope.ASK), and nothing else."""
    return (
        *_head(held, "就诊费用"),
        *_money(held.told, held.printed_at.year),
        "其他资料只给本人看。",
    )


def _head(held: Holding, title: str) -> Iterator[str]:
    yield held.clinic_name
    yield title
    yield f"姓名 {held.masked_name}  证件 {held.masked_id}"
    yield f"打印 {held.printed_at:%Y-%m-%d %H:%M}"


def _identity(coverage: Coverage | None) -> Iterator[str]:
    yield "一、您是谁：姓名、身份证号、医保编号、性别、出生日期。"
    if coverage is None:
        yield "医保参保情况：还没有问过医保中心。"
        return
    stands = "正常" if coverage.in_force else "暂停"
    yield f"医保参保情况：{stands}（医保中心 {coverage.as_of:%Y-%m-%d} 告知）。"
    if coverage.registrations:
        yield f"慢病登记：{'、'.join(coverage.registrations.values())}。"


def _face(face: FaceHeld) -> Iterator[str]:
    if face.templates:
        yield f"二、您的脸：{face.templates} 组数字，没有照片，加密存在这台终端里。"
    else:
        yield "二、您的脸：没有存。"
    for each in face.consents:
        guardian = each.consent.guardian
        by = f"，{each.consent.relation or '家长'}代为同意" if guardian else ""
        yield f"  {each.given_at:%Y-%m-%d} 同意登记（说明第 {each.consent.version} 版{by}）"
        if each.withdrawn_at is not None:
            why = _ENDED.get(each.withdrawn_by, "不再同意")
            yield f"  {each.withdrawn_at:%Y-%m-%d} {why}，已经删掉"
    if face.used_on is not None:
        yield f"  最近一次用上：{face.used_on:%Y-%m-%d}"
    if face.goes_on is not None:
        yield f"  一直没用，{face.goes_on:%Y-%m-%d} 会删掉；再用一次就不删"
    if face.look_alikes:
        yield f"  有 {face.look_alikes} 位和您长得像，所以刷脸后要多核对一步"


def _ties(held: Holding) -> Iterator[str]:
    yield "三、家人：" + ("" if held.ties or held.payers else "没有绑定。")
    for tie in held.ties[:_RELATIONS_MAX]:
        until = f"到 {tie.valid_until:%Y-%m-%d}"
        if tie.as_holder:
            yield f"  您可以替 {tie.masked_name}（{tie.relation}）办，{until}"
        else:
            yield f"  {tie.masked_name} 可以替您办，{until}"
    for name in held.payers:
        yield f"  {name} 的账户可以替您付（家庭共济，医保中心告知）"
    if held.told.brought:
        yield f"  您的就诊里有 {held.told.brought} 次记了陪您来或替您来的人"
    if held.told.stood_in:
        yield f"  别人的就诊里有 {held.told.stood_in} 次记了是您来的"


def _money(told: Told, year: int) -> Iterator[str]:
    if told.first_on is None or told.last_on is None:
        yield "就诊：没有。"
    else:
        yield f"就诊：{told.visits} 次，{told.first_on:%Y-%m-%d} 至 {told.last_on:%Y-%m-%d}。"
    yield f"{year} 年费用 {told.total.yuan}，医保基金付 {told.fund.yuan}，个人 {told.own.yuan}。"
    yield f"赊账还欠 {told.owed.yuan}。" if told.owed > ZERO else "没有赊账。"


def _counted(told: Told) -> Iterator[str]:
    yield f"账单上的药品和服务 {told.lines} 条，其中有追溯码的药盒 {told.boxes} 盒。"
    yield f"为结算和医保中心来往的报文 {told.messages} 条；收款记录 {told.payments} 条。"
    if told.courses:
        yield f"分次治疗 {told.courses} 个。"
    if told.answers:
        yield f"对金额说同意或不同意的记录 {told.answers} 条。"
    if told.papers:
        yield f"打印和应急单的记录 {told.papers} 条（不存打印的内容）。"
    if told.faces_seen:
        yield f"刷脸的结果记录 {told.faces_seen} 条（只记结果，不记脸）。"
    if told.pushed:
        yield f"基卫系统推来的单子 {told.pushed} 份（没来看的，30 天后删掉）。"
    if told.operator:
        yield "您是这里的工作人员，存了您的登录名和密码的校验值，不存密码。"


def _foot(templates: int) -> Iterator[str]:
    yield "这些不传到别处，只有结算要用的报给医保中心。"
    if templates:
        yield "不想再刷脸：跟医生说一声，或在您的屏幕上点两下，马上删掉。"
    yield "哪里不对、有疑问：问本诊所的医生；也可以打医保服务热线 12393。"
