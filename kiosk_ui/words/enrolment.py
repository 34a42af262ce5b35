"""A face on its way in: hints, refusals, and what happens now on both screens."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _hint(resident: str, doctor: str) -> Words:
    return Words(resident=resident, doctor=doctor, technician="登记时的引导；左右以本人为准。")


def _step(resident: str, doctor: str) -> Words:
    return Words(resident=resident, doctor=doctor, technician="登记的进度，不是故障。")


WORDS = {
    "enrolment.look_ahead": _hint("请看着镜头", "请居民正对镜头。"),
    "enrolment.turn_a_little_left": _hint("请把脸稍稍转向左边", "请居民把脸稍稍转向他自己的左边。"),
    "enrolment.turn_a_little_right": _hint(
        "请把脸稍稍转向右边", "请居民把脸稍稍转向他自己的右边。"
    ),
    "enrolment.nobody": _hint("请看镜头", "镜头前没有人。请居民站到镜头前。"),
    "enrolment.covered": _hint(
        "脸遮着没关系，可以改天再登记",
        "居民的脸有遮挡，登记不上。不用请他取下，改天再登记；看病可以用身份证号。",
    ),
    "enrolment.not_live": _hint("请本人正对镜头", "没能确认是真人在镜头前。请本人正对镜头。"),
    "enrolment.no_consent": Words(
        resident="没有您的同意，不会登记人脸。看病照常。",
        doctor="居民还没有同意，没有登记人脸。请先念同意书。",
        technician="登记缺少同意记录。",
    ),
    "enrolment.no_such_person": Words(
        resident=RESIDENT_WAITS,
        doctor="还没有这位居民的资料。请先用身份证号查一次，再登记人脸。",
        technician="登记的人不在本地资料中。",
    ),
    "enrolment.too_few": Words(
        resident="这次没有登记上，不影响看病",
        doctor="清楚的画面不够，没有登记上。请换个亮的地方，再登记一次。",
        technician="合格画面少于下限；最多的提示见事实。",
    ),
    "enrolment.too_young": Words(
        resident="孩子还小，不用登记人脸，报身份证号就能看病",
        doctor="孩子还小，脸变得快，不登记人脸。看病照常，请用身份证号。",
        technician="年龄低于登记与检索的下限；见设置。",
    ),
    "enrolment.guardian_wanted": Words(
        resident="孩子登记人脸，要家长同意",
        doctor="不满十四岁，要家长同意。请填上家长姓名，再按同意。",
        technician="未满十四岁的登记缺少监护人。",
    ),
    "enrolment.same_face": Words(
        resident="请稍候，医生正在核对",
        doctor="这张脸已经登记在别人名下，什么都没有保存。请看看是不是同一个人。",
        technician="与另一身份的模板相似度超过重复的阈值；待医生确认。",
    ),
    "enrolment.other_face": Words(
        resident="请稍候，医生正在核对",
        doctor="这张脸和这位居民以前登记的不是同一张，什么都没有保存。请看是不是本人。",
        technician="与本人已有模板的相似度均低于同一人的阈值；只能由医生在登记页确认。",
    ),
    "enrolment.another_face": Words(
        resident="这次没有登记上，不影响看病",
        doctor="镜头前换了一张脸，什么都没有保存。请只让本人看镜头，再保存一次。",
        technician="拍摄途中出现与第一张不同的脸；已拍的已丢弃。",
    ),
    "enrolment.face_disagrees": Words(
        resident=RESIDENT_WAITS,
        doctor="人脸与此证件不符，不能保存。请先核对本人；要登记，请用「登记人脸」。",
        technician="本次就诊的人脸与所报身份比对不一致。",
    ),
    "enrolment.busy": Words(
        resident=RESIDENT_WAITS,
        doctor="正在登记另一位，或柜台上还有人。请先办完，再登记。",
        technician="同一时间只登记一人，且不与柜台上的就诊同时进行。",
    ),
    "enrolment.enrolled_already": Words(
        resident="您已经登记过了，下次看看镜头就行",
        doctor="这位居民已经登记过人脸，不用再保存。要重新登记，请用「登记人脸」。",
        technician="该人已有当前权重的模板。",
    ),
    "enrolment.interrupted": Words(
        resident="登记停下了，不影响看病",
        doctor="柜台上换了人，登记已经停下，什么都没有保存。要登记，请重新开始。",
        technician="登记途中柜台变化；内存中的模板已丢弃。",
    ),
    "enrolment.timed_out": Words(
        resident="登记停下了，不影响看病",
        doctor="等得太久，登记已经停下，什么都没有保存。要登记，请重新开始。",
        technician="登记的某一步超过时限；内存中的模板已丢弃。",
    ),
    "enrolment.no_face": Words(
        resident="这次没有登记上，不影响看病",
        doctor="没有可以保存的画面，没有登记上。请再登记一次。",
        technician="模板数不在允许的范围内。",
    ),
    "enrolment.no_such_step": Words(
        resident=RESIDENT_WAITS,
        doctor="这一步现在不能做，什么都没有改变。请看屏幕上登记到哪一步了。",
        technician="登记的状态表中没有这条箭头。",
    ),
    "enrolment.nothing_to_clear": Words(
        resident=RESIDENT_WAITS,
        doctor="这两位之间没有要核对的，可能已经核对过。请看屏幕再继续。",
        technician="没有这一对待核对的相同人脸记录。",
    ),
    "enrolment.visit_not_confirmed": Words(
        resident=RESIDENT_WAITS,
        doctor="现在不能保存人脸：要用身份证号看病，您已确认是本人，并且还没有结算。",
        technician="就诊未确认、已结算、由人脸或亲属识别，或不在柜台上。",
    ),
    "step.enrol": _step("请稍候，医生正在处理。", "请输入要登记的居民的身份证号。"),
    "step.enrol_asking": _step("正在查找您的资料，请稍候", "正在查这位居民的资料，请稍候。"),
    "step.enrol_consent": _step(
        "登记人脸，先听一听", "请把同意书念给居民听。同意了，再按右下角的「同意，开始登记」。"
    ),
    "step.enrol_capture": _step("正在登记人脸", "正在登记人脸。请居民看他的屏幕，照着做。"),
    "step.enrol_same_face": _step(
        "请稍候，医生正在核对", "这张脸已经登记在别人名下。请看本人和证件，是不是同一个人。"
    ),
    "step.enrol_other_face": _step(
        "请稍候，医生正在核对", "这张脸和以前登记的不是同一张。请看本人和证件，是不是本人。"
    ),
    "step.enrol_done": _step("登记好了，下次看看镜头就行", "登记好了。下次看病可以刷脸。"),
    "step.enrol_erased": _step("您的人脸已经删掉了", "人脸已全部删除。看病报销不受影响。"),
    "step.enrol_done_look_alikes": _step(
        "登记好了，下次看看镜头，再按身份证号最后四位",
        "登记好了。有居民和他长得很像，所以每次刷脸后还会请他按身份证号最后四位。",
    ),
    "step.enrol_failed": _step("这次没有登记上，不影响看病", "没有登记上，什么都没有保存。"),
}
