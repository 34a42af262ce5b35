"""Family accounts (亲情账户): who may act for whom, and why more is asked."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_NOT_MADE = "没有办成亲情账户，不影响本人看病。"
_IN_PERSON = "成员本人在场时，用本人身份证号就能看病，不需要亲情账户。"

WORDS = {
    "family.self": Words(
        resident=_NOT_MADE,
        doctor="持有人和成员是同一个人，不用办。请输入另一位家人的身份证号。",
        technician="持有人与成员为同一人。",
    ),
    "family.loop": Words(
        resident=_NOT_MADE,
        doctor="这位成员（或成员代办的家人）已经在替持有人办事，不能再反过来绑。先解除那一条，再办这一条。",
        technician="新绑定会使绑定成环，环可以是任意长度。",
    ),
    "family.members_full": Words(
        resident=_NOT_MADE,
        doctor="这位持有人的家人已经绑满。请先解除一位。" + _IN_PERSON,
        technician="持有人的成员数达到设定 family_members_max。",
    ),
    "family.holders_full": Words(
        resident=_NOT_MADE,
        doctor="这位成员的代办人已经满了。请先解除一位。" + _IN_PERSON,
        technician="成员的持有人数达到设定 family_holders_max。",
    ),
    "family.member_died": Words(
        resident="请问医生。",
        doctor="医保中心登记这位成员已经去世，不能绑定，也不能结算。若登记有误，请家属联系医保中心。",
        technician="1101 返回成员有死亡日期；绑定按 death 结束。",
    ),
    "family.holder_died": Words(
        resident="请问医生。",
        doctor="医保中心登记这位持有人已经去世。请核对身份证；若登记有误，请本人联系医保中心。",
        technician="1101 返回持有人有死亡日期。",
    ),
    "family.holder_too_young": Words(
        resident="满十八岁才能替家人办。请家里的大人来办。",
        doctor="持有人不满十八岁，不能替家人办。请家里另一位成年人来绑定。",
        technician="持有人年龄低于十八岁。",
    ),
    "family.holder_doubted": Words(
        resident="请医生帮忙核对一下。",
        doctor="这张脸在另一个名字下也录过，还没有核清。请先在录脸页核对两人的证件，分清以后再绑定。",
        technician="持有人在 same_face 中有未核清的记录。",
    ),
    "family.relation_wanted": Words(
        resident=_NOT_MADE,
        doctor="请写明成员是持有人的什么人，例如：母亲、儿子。",
        technician="关系为空或过长。",
    ),
    "family.scope_wanted": Words(
        resident=_NOT_MADE,
        doctor="请至少选一项：结算、代取药、查询。",
        technician="绑定的权限范围为空。",
    ),
    "family.validity": Words(
        resident=_NOT_MADE,
        doctor="有效期不对：不能早于今天，也不能超过规定的最长时间。请重新选日期。",
        technician="有效期早于当日，或超过设定 family_valid_months_max。",
    ),
    "family.documents_age": Words(
        resident="请本人看一下镜头。",
        doctor="成员已经满了凭证件绑定的年龄，要本人看镜头。不能看的，由您作证绑定。",
        technician="成员年龄不低于设定 family_documents_under。",
    ),
    "family.own_witness": Words(
        resident="请让另一位医生来办。",
        doctor="这是您自己的亲情账户，不能由您自己看证件或作证。请成员看镜头，或由另一位医生来办。",
        technician="值班医生登记的人脸就是持有人本人。",
    ),
    "family.document_wanted": Words(
        resident="请把证件给医生看。",
        doctor="请写明看了哪种证件：户口簿、出生证明或监护证明。不用写号码。",
        technician="证件种类为空或过长。",
    ),
    "family.reason_wanted": Words(
        resident=_NOT_MADE,
        doctor="请选不能看镜头的原因：婴儿（三岁以下）、失智、面瘫，或写明其他原因。",
        technician="作证绑定的原因不在列表中，或婴儿年龄不符。",
    ),
    "family.member_not_enrolled": Words(
        resident="这位家人还没有录过脸。",
        doctor="成员还没有在这里录过脸，没法看镜头核对。请先录脸，或凭证件、由您作证绑定。",
        technician="成员没有当前权重可用的模板。",
    ),
    "family.face_disagrees": Words(
        resident="没有认出您本人，请医生帮忙。",
        doctor="镜头前的脸与这位成员不符，没有绑定。请确认站着的是成员本人，再试一次，或用别的办法绑定。",
        technician="1:1 比对多次低于阈值。",
    ),
    "family.face_not_live": Words(
        resident="没有看清，请正对镜头再试一次。",
        doctor="没能确认镜头前是真人，没有绑定。请本人正对镜头再试，或用别的办法绑定。",
        technician="活体检测或随机动作没有通过。",
    ),
    "family.face_timed_out": Words(
        resident="等得太久，已经停下。",
        doctor="等了一分钟没有看到成员的脸，没有绑定。请再试一次，或用别的办法绑定。",
        technician="成员比对超时。",
    ),
    "family.no_such_step": Words(
        resident=RESIDENT_WAITS,
        doctor="现在不能做这一步，什么都没有改变。请看屏幕上的下一步。",
        technician="绑定流程的状态不允许此操作。",
    ),
    "family.not_theirs": Words(
        resident="这一条不是您的。",
        doctor="这条绑定与这位居民无关，没有解除。请按持有人或成员的身份证号重新打开。",
        technician="所选绑定不涉及页面上的人，或解除方不符。",
    ),
    "family.not_certain": Words(
        resident="请先让医生确认您是本人。",
        doctor="还没有确认站着的是谁。请先确认本人，再看亲情账户。",
        technician="就诊人尚未由人脸或医生确认。",
    ),
    "family.binding_ended": Words(
        resident="这位家人的亲情账户已经不能用了，钱没有动。请问医生。",
        doctor="这条亲情账户已经解除或到期，没有结算。病人本人在场的，请点“本人在场”，核对证件后继续。",
        technician="绑定已结束（解除、到期、去世或省里终止），见账本。",
    ),
    "family.collect_only": Words(
        resident="您只能替家人取药，不能替家人结算。请问医生。",
        doctor="这条亲情账户只能代取药，不能结算，钱没有动。病人本人在场的，请点“本人在场”，核对证件后继续。",
        technician="绑定的权限范围不含 settle。",
    ),
    "family.ended_here_only": Words(
        resident="在这里已经解除。要在全省都解除，请在医保手机应用里也办一下。",
        doctor="本机已经解除。这条绑定是医保中心的，请提醒居民在医保手机应用里也解除。",
        technician="basis=province 的绑定在本机结束，省平台仍在。",
    ),
    "visit.nobody_for_them": Words(
        resident=RESIDENT_WAITS,
        doctor="这次看病没有家人代办，不用确认在场，什么都没有改变。",
        technician="此就诊没有持有人。",
    ),
    "assurance.amount": Words(
        resident="金额较大，请再确认是您本人。",
        doctor="金额较大。请居民对着屏幕做动作，或按末四位，或由您担保。",
        technician="金额达到设定 challenge_from_yuan。",
    ),
    "assurance.look_alike": Words(
        resident="有人和您长得很像，请再按一下证件末四位。",
        doctor="有另一位与他长得很像。请居民按末四位，或核对证件后由您担保。",
        technician="所识别的人在相像名单中，且没有第二重核对。",
    ),
    "assurance.guardian": Words(
        resident="给小孩看病，请再确认一下。",
        doctor="小孩不满十四岁，没有材料说明代办人是父母或监护人。请代办人按末四位，或由您担保。",
        technician="成员不满十四岁，关系与依据都不能说明监护。",
    ),
    "assurance.day_visits": Words(
        resident="今天办得有点多，请医生看一下。",
        doctor="这位代办人今天替家人结算的次数超过了规定。请问清情况，由您担保后继续。",
        technician="当日次数超过设定 family_day_visits_max；只有医生能答。",
    ),
    "assurance.day_sum": Words(
        resident="今天办得有点多，请医生看一下。",
        doctor="这位代办人今天替家人结算的金额超过了规定。请问清情况，由您担保后继续。",
        technician="当日金额超过设定 family_day_yuan_max；只有医生能答。",
    ),
    "assurance.pattern": Words(
        resident="今天办得有点多，请医生看一下。",
        doctor="这位代办人今天替好几位家人看病，不常见。请问清病人都在哪里，由您担保后继续。",
        technician="当日不同成员数达到设定 family_pattern_members；只有医生能答。",
    ),
}
