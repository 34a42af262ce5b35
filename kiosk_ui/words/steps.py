"""What happens now, at each step of a visit: the headline of both screens."""

from __future__ import annotations

from kiosk_ui.words.province import CHECKING
from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _step(resident: str, doctor: str) -> Words:
    return Words(resident=resident, doctor=doctor, technician="就诊状态，不是故障。")


def _doctors(doctor: str) -> Words:
    return _step(RESIDENT_WAITS, doctor)


WORDS = {
    "step.idle": _step("请看镜头", "等待居民。请居民看镜头，或输入身份证号。"),
    "step.picking_up": _step("请稍候，医生马上就好", "终端刚启动，正在自己核对，不用操作。"),
    "step.idle_without_camera": _step("请告诉医生身份证号", "刷脸暂时用不了。请输入身份证号。"),
    "step.open": _step("正在查找您的资料，请稍候", "正在查找这位居民的资料，请稍候。"),
    "step.open_failed": _step(
        "还没有查到您的资料，请问医生",
        "没有查到这位居民的资料，原因写在屏幕上。可以结束后再试一次。",
    ),
    "step.doubted": _step(
        "请按身份证号最后四位",
        "有长得很像的居民。请居民在他的屏幕上按身份证号最后四位，或由您看人选一位。",
    ),
    "step.doubted_by_doctor": _step(
        "请医生帮忙看一看", "末四位没有对上。请核对证件，由您选一位；都不是，就按「都不是」。"
    ),
    "step.choosing": _step("今天给谁看病？", "请居民在屏幕上选给谁看病，也可以由您来选。"),
    "step.presented": _step("请等医生确认", "请看看是不是本人，然后确认。"),
    "step.presented_for_another": _step(
        "请等医生确认", "请看看站着的是不是这位家人、给谁看病，然后确认。"
    ),
    "step.identified": _step(
        "请跟医生说哪里不舒服", "请选诊断，再扫药盒或加服务项目。没有费用就直接结束。"
    ),
    "step.without_diagnosis": _step("医生正在开药", "请先选诊断，才能算报销。"),
    "step.traced": _step("医生正在开药", "药已记下。请继续扫；系统会自动算报销。"),
    "step.traced_offline": _step(
        "网络暂时不通，还没有扣费", "网络不通，暂时算不了报销。药可以继续扫，网络恢复后再算。"
    ),
    "step.traced_may_estimate": _step(
        "网络暂时不通，还没有扣费",
        "网络不通。药可以继续扫；居民不等的话，按「断网记账」先按估算办。",
    ),
    "step.traced_stopped": _step(
        "医生正在开药", "报销没有算成。请看屏幕上写的原因，改好后再算一次。"
    ),
    "step.traced_unanswered": _step(
        "医生正在开药",
        "医保中心没有回应好，报销还没有算成。请再算一次；还不行，居民又不等，再按「断网记账」。",
    ),
    "step.pricing": _step("正在算报销，请稍候", "正在请医保中心算报销，请稍候。"),
    "step.priced": _step("请看金额，您同意吗？", "请把金额告诉居民，同意后再确认结算。"),
    "step.findings": _step(
        "医生在核对用药，请稍候", "有提醒还没有处理。处理好了，再把金额告诉居民。"
    ),
    "step.exceeded": _step(
        "医保算好了，比上次说的多，请再看看",
        "医保算的比居民同意的多，还没有结算。请把新的金额告诉居民，同意后再确认。",
    ),
    "step.elsewhere": _step(
        "请稍候，医生正在核对", "这位居民今天还有别的结算。请问清楚是不是同一次，再往下办。"
    ),
    "step.estimated": _step(
        "网络不通，最多付这么多", "这是本机的估算，不是医保的结果。居民同意最多付这么多，再往下办。"
    ),
    "step.waiting": _step(
        "正在办理，可以先回家",
        "居民同意了最多付多少，已记下。请把凭条号写给居民；网络恢复后自动结算。",
    ),
    "step.assurance": _step(
        "金额较大，请再确认是您本人", "金额较大，请再核对本人，然后才能确认结算。"
    ),
    "step.assurance_otherwise": _step(
        "没关系，医生会帮您核对", "动作没有核对上。请用另外两个办法，再确认结算。"
    ),
    "step.confirmed": _step(
        "网络暂时不通，还没有扣费", "还没有结算：网络不通，没有发出。同意的金额已记下，等网络恢复。"
    ),
    "step.settling": _step("正在结算，请稍候", "正在结算，请稍候，不用再按。"),
    "step.uncertain": _step(
        CHECKING, "结果还不知道，系统正在自动查清。居民可以拿着凭条号先回家，您接着看下一位。"
    ),
    "step.differs": _step(
        "请稍候，医生正在核对金额",
        "医保中心算的和居民同意的不一样。请看两个金额，照此办理，或撤销。",
    ),
    "step.partly_settled": _step(
        "一部分结算好了，其余的医生正在办",
        "一部分已结算，其余的还没有。请看下面每一笔，再办剩下的。",
    ),
    "step.settled": _step("结算好了", "结算好了。要收要退的钱办好，再接下一位。"),
    "step.settled_up": _step("结算好了", "结算好了，钱也办好了。请接下一位。"),
    "step.cancelling": _step(CHECKING, "正在向医保中心撤销这次结算，有结果会显示在这里。"),
    "step.taking_back": _step(RESIDENT_WAITS, "正在取回，还没有发给医保中心。请稍等。"),
    "step.cancelled": _step(
        "这次结算已撤销", "这次结算已撤销。有要退的钱，先退给居民，再接下一位。"
    ),
    "step.closed": _step("今天没有费用，请慢走", "没有费用，就诊已结束。请接下一位。"),
    "step.abandoned": _step("这次没有看病，没有扣费", "这次就诊已取消，没有扣费。请接下一位。"),
    "busy.person": _doctors("正在向医保中心查参保情况……"),
    "busy.pricing": _step("正在算报销……", "正在算报销……"),
    "busy.settling": _step("正在结算……", "正在结算……"),
    "busy.checking": _step(CHECKING, "正在向医保中心核实……"),
    "busy.correcting": _doctors("正在重新开始这次就诊……"),
    "busy.cancelling": _step(CHECKING, "正在撤销结算……"),
    "leave.abandon": _doctors("不看了"),
    "leave.neither": _doctors("都不是"),
    "leave.close": _doctors("没有费用，结束"),
    "leave.aside": _doctors("先放一边，接下一位"),
    "leave.next": _doctors("下一位"),
    "waiting.before_price": _doctors("还没有算报销"),
    "waiting.before_agreement": _doctors("金额已算好，等确认"),
    "waiting.network": _doctors("已确认，等网络恢复后结算"),
    "waiting.line_back": _doctors("网络通了，等着自动结算"),
    "waiting.checking": _doctors("医保中心没有回应，正在自动查清"),
    "waiting.rest": _doctors("一部分已结算，还有一部分"),
    "waiting.settling": _doctors("正在结算"),
    "waiting.done": _doctors("已办完"),
    "share.unpaid": _doctors("未结算"),
    "share.estimated": _doctors("估算"),
    "share.waiting": _doctors("等网络"),
    "share.differs": _doctors("金额不同"),
    "share.settling": _doctors("正在结算"),
    "share.uncertain": _doctors("正在核实"),
    "share.settled": _doctors("已结算"),
    "share.cancelling": _doctors("正在撤销"),
    "share.cancelled": _doctors("已撤销"),
    "share.dropped": _doctors("已取消"),
    "why.all_paid": _step("医保全部支付，您不用付钱。", "医保全部支付。"),
    "why.nothing_paid": _step("这次医保没有支付，原因可以问医生。", "这次医保没有支付。"),
    "why.all_estimated": _step("按估算，医保全部支付。", "按本机估算，医保全部支付。"),
    "why.nothing_estimated": _step(
        "按估算，这次医保不支付，原因可以问医生。", "按本机估算，这次医保不支付。"
    ),
    "why.part_paid": _step("在医保范围里的，医保按比例支付。", "政策范围内按比例支付。"),
    "why.outside": _step(
        "有的药不在医保范围，由您自己付；换医保里的药，能报。", "含医保不报的药品或项目(全自费)。"
    ),
    "why.over_limit_price": _step(
        "有的药价格超过医保定价，超出的由您付；换便宜的，能少付。", "含超过医保限价的部分。"
    ),
    "why.advance": _step(
        "有的药按规定先由您付一小部分；换别的药，也许不用。", "含按规定先行自付的部分。"
    ),
    "why.yearly_limit": _step(
        "您今年的报销额度，到这次用完了；明年一月又有。", "今年的报销额度到这次用完。"
    ),
    "why.limit_used_up": _step(
        "您今年的报销额度，以前已经用完；明年一月又有。", "今年的报销额度以前已经用完。"
    ),
    "why.waived": _step("诊所还减免了一部分。", "含本所减免的部分。"),
}
