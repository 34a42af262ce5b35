"""The pages of families and companions: what they ask for, and what cannot be read."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _step(doctor: str, resident: str = RESIDENT_WAITS) -> Words:
    return Words(resident, doctor, "页面状态，不是故障。")


WORDS = {
    "step.family": _step("请输入身份证号，看他的亲情账户，或给他办一个。"),
    "step.binding_asking": _step("正在向医保中心查这个人，请稍候。"),
    "step.binding_holder": _step("这是他的亲情账户。要再加一位，请输入家人的身份证号。"),
    "step.binding_member": _step("请选好关系和时间，再按怎么办：看镜头、看证件，或由您作证。"),
    "step.binding_looking": _step("请家人本人看镜头。看了就是同意。", "同意，就请看镜头"),
    "step.binding_witnessing": _step("请再看一遍。都属实，才按「属实，我作证」。"),
    "step.binding_done": _step("亲情账户办好了，现在就能用。"),
    "step.binding_failed": _step("没有办成，原因写在屏幕上。什么都没有改变。"),
    "step.assurance_other": Words(
        "请再确认是您本人",
        "请再核对本人，原因写在卡片上，然后才能确认结算。",
        "就诊状态，不是故障。",
    ),
    "step.assurance_by_doctor": Words(
        "请稍候，医生在核对",
        "今天替家人办得多，要您担保才能结算。原因写在卡片上。",
        "就诊状态，不是故障。",
    ),
    "person.birth_day_unreadable": Words(
        RESIDENT_WAITS,
        "没有看懂孩子哪天生的，什么都没有记。请照出生证明写，先年再月再日，中间用横线隔开。",
        "出生日期不是年月日。",
    ),
}
