"""The visit, the person and the amount: what a refused tap means."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_NO_STEP = Words(
    resident=RESIDENT_WAITS,
    doctor="这一步现在不能做，什么都没有改变。请按屏幕上的下一步操作。",
    technician="状态表中没有这条箭头。",
)

WORDS = {
    "visit.no_such_step": _NO_STEP,
    "settlement.no_such_step": _NO_STEP,
    "visit.not_found": Words(
        resident=RESIDENT_WAITS,
        doctor="找不到这次就诊，可能已经结束。请看屏幕上现在是谁。",
        technician="就诊号不存在。",
    ),
    "visit.price_changed": Words(
        resident="金额有变化，请等医生再确认。",
        doctor="金额有变化，这次没有结算。请看新的金额，再按一次确认。",
        technician="确认所带的版本或个人金额与当前账单不符。",
    ),
    "visit.other_on_counter": Words(
        resident="前面还有一位，请稍候。",
        doctor="柜台上还有一位居民。请先办完，或放到一边，再接下一位。",
        technician="柜台上已有就诊。",
    ),
    "visit.assurance_wanted": Words(
        resident="金额较大，请再确认是您本人。",
        doctor="金额较大，还没有结算。请再核对本人：请居民对着屏幕做动作，或按末四位，或由您担保。",
        technician="金额达到设定，缺少第二重核对。",
    ),
    "visit.assurance_not_asked": Words(
        resident=RESIDENT_WAITS,
        doctor="现在不用担保，什么都没有改变。请看屏幕上的下一步。",
        technician="此就诊没有在要求第二重核对。",
    ),
    "visit.no_person": Words(
        resident=RESIDENT_WAITS,
        doctor="还不知道这是哪一位，什么都没有改变。请先认人。",
        technician="就诊还没有对应到人。",
    ),
    "visit.no_diagnosis": Words(
        resident=RESIDENT_WAITS,
        doctor="还没有选诊断。请先点一个诊断。",
        technician="就诊缺少诊断代码。",
    ),
    "visit.too_many_lines": Words(
        resident=RESIDENT_WAITS,
        doctor="这次就诊的项目太多了，请分成两次。",
        technician="账单行数达到上限。",
    ),
    "person.id_number_wrong": Words(
        resident="身份证号好像不对，请医生再看一眼证件。",
        doctor="身份证号输错了，请对照证件再输一次，共十八位。",
        technician="位数、校验码或出生日期不符 GB 11643。",
    ),
    "person.digits_incomplete": Words(
        resident="还没有按满四位，请接着按。",
        doctor="末四位没有按满。请居民看着证件，在他的屏幕上按。",
        technician="末四位的位数或字符不对，没有计入次数。",
    ),
    "person.digits_wrong": Words(
        resident="没有对上，请看着证件再按一次。",
        doctor="居民按的末四位没有对上。请他看着证件再按，或由您看人选一位。",
        technician="末四位与候选人都不符；剩余次数见事实。",
    ),
    "person.digits_used_up": Words(
        resident="不用再按了，请医生帮忙看一看。",
        doctor="末四位没有对上，不能再按了。请核对证件，由您来认。",
        technician="末四位的次数用完。",
    ),
    "person.digits_shared": Words(
        resident="请医生帮忙看一看。",
        doctor="这几位的末四位一样，分不开。请核对证件，由您选一位。",
        technician="多名候选人的末四位相同。",
    ),
    "person.digits_not_asked": Words(
        resident="现在不用按号码，请看屏幕。",
        doctor="现在不用按末四位。请看屏幕上的下一步。",
        technician="此就诊没有在问末四位。",
    ),
    "person.no_look_alike": Words(
        resident=RESIDENT_WAITS,
        doctor="选的人不在这几位里面，什么都没有改变。请看屏幕再选。",
        technician="所选的人不在本次相像的候选人之列。",
    ),
    "person.not_insured": Words(
        resident="没有查到您今年的参保记录，请问医生怎么办。",
        doctor="医保中心没有查到有效参保。可以自费看病；若居民说已缴费，请联系镇医保站。",
        technician="1101 没有返回有效的 insuinfo。",
    ),
    "money.unreadable": Words(
        resident="请等医生再确认。",
        doctor="金额读不出来，什么都没有改变。请看清金额再办一次，如 7.90。",
        technician="金额不符合 N16,2。",
    ),
    "visit.no_lines": Words(
        resident="今天没有费用。",
        doctor="还没有药品或项目，不用结算。",
        technician="账单为空。",
    ),
    "visit.no_reason": Words(
        resident=RESIDENT_WAITS,
        doctor="请先选一个原因，或者写一个。",
        technician="撤销、改正或取回没有写原因。",
    ),
    "visit.no_such_line": Words(
        resident=RESIDENT_WAITS,
        doctor="这一行已经不在账单上了，请看最新的账单。",
        technician="行号不存在。",
    ),
    "person.not_asked": Words(
        resident="还没有查到您的参保资料，请稍候。",
        doctor="还没有查到参保资料，暂时算不了报销。请稍等，网络恢复后再算一次。",
        technician="本地还没有该人的 1101 结果。",
    ),
    "visit.line_charged": Words(
        resident=RESIDENT_WAITS,
        doctor="这一行已经结算，不能去掉。要改，请撤销结算。",
        technician="该行所属的结算已确认或已完成。",
    ),
    "person.two_records": Words(
        resident="您的资料需要核对，请问医生。",
        doctor="医保中心的资料对上了本机的两个人，请联系技术员核对。",
        technician="同一人的身份证号与人员编号分属本机两条记录。",
    ),
    "person.not_bound": Words(
        resident="没有给这位家人办理亲情账户，请问医生。",
        doctor="这两位之间没有有效的亲情账户。请重新选，或用本人的身份证号。",
        technician="所选的人不是本人，也没有有效的亲情绑定。",
    ),
    "visit.no_such_common": Words(
        resident=RESIDENT_WAITS,
        doctor="这个常用组合已经更新，什么都没有加上。请在屏幕上重新点一个常用组合，或分别点诊断和项目。",
        technician="常用组合的编号已不在今天的列表里。",
    ),
    "diagnosis.unknown": Words(
        resident=RESIDENT_WAITS,
        doctor="没有这个诊断，请从列表里选。",
        technician="诊断代码不在表内。",
    ),
    "catalogue.no_such_service": Words(
        resident=RESIDENT_WAITS,
        doctor="本所没有这个服务项目，请从列表里选。",
        technician="服务代码不在目录内。",
    ),
    "visit.corrected_before": Words(
        resident=RESIDENT_WAITS,
        doctor="这次就诊已经改正重办过，不用再办。请在“今天结算过的”里找新的那一笔。",
        technician="已有corrects指向这次就诊。",
    ),
    "catalogue.public_health": Words(
        resident=RESIDENT_WAITS,
        doctor="这是公共卫生项目，由公卫经费支付，不能开在医保账单里。请另行登记。",
        technician="项目在目录里标为公共卫生（public_health=yes），不上传2204。",
    ),
    "catalogue.item_gone": Words(
        resident=RESIDENT_WAITS,
        doctor="有一项已经不在本所目录里，不能结算。请去掉这一项，或联系技术员。",
        technician="账单行的代码不在当前目录；目录可能刚换过。",
    ),
    "bill.line_unreadable": Words(
        resident=RESIDENT_WAITS,
        doctor="有一行的数量或金额不对，没有结算。请去掉这一行再加。",
        technician="账单行的数量或金额超出 N16,4 / N16,2。",
    ),
    "benefits.no_policy": Words(
        resident="您参保地的报销办法这里查不到，请问医生。",
        doctor="没有这位居民参保地今年的报销办法，请联系镇医保站。",
        technician="待遇参数文件中没有该地区该年度。",
    ),
    "benefits.not_registered": Words(
        resident="您还没有办这种慢病登记，请问医生。",
        doctor="这位居民没有办这种慢病登记，或已过期。请改按普通门诊，或先办登记。",
        technician="该类别没有有效的备案。",
    ),
    "benefits.waived_item_billed": Words(
        resident="有一项不该收费，请等医生改好。",
        doctor="签约居民不收诊查费。请去掉诊查费再算一次。",
        technician="签约机构的账单含免收项目。",
    ),
}
