"""Who comes with or for somebody without a binding: brought, sent, a code, a newborn."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

WORDS = {
    "person.died": Words(
        resident="这一位不能办理，请听医生说明。什么费用都没有发生。",
        doctor="医保中心登记这一位已经去世，不能就诊结算。如果有误，请家属到乡镇医保窗口更正；现在请结束这次就诊。",
        technician="1101 返回死亡日期；不再登记就诊（2201）。",
    ),
    "person.code_tells_no_number": Words(
        resident="这个码查不到本人，请改报身份证号。",
        doctor="医保中心没有告诉这个码是谁的。请改用身份证号办理，结算一样。",
        technician="按电子凭证查询 1101，返回的证件号被隐去。",
    ),
    "standing.name_wrong": Words(
        resident=RESIDENT_WAITS,
        doctor="姓名不像姓名，请重新填写，两个字以上，不要写别的内容。",
        technician="姓名的字数或字符不符。",
    ),
    "standing.relation_wrong": Words(
        resident=RESIDENT_WAITS,
        doctor="关系请用一个词，例如：母亲、儿子、邻居。不要写病情。",
        technician="关系须为十字以内的汉字。",
    ),
    "standing.certificate_wrong": Words(
        resident="请再看一遍出生医学证明上的编号。",
        doctor="出生医学证明编号是一个字母加九位数字。请照证明重新填写。",
        technician="编号的格式不符；编号没有记录。",
    ),
    "standing.helper_is_person": Words(
        resident=RESIDENT_WAITS,
        doctor="陪同或代办的人和看病的是同一个身份证号。本人来了，直接按本人办理即可。",
        technician="两个证件号相同。",
    ),
    "standing.helper_minor": Words(
        resident="请一位大人来办。",
        doctor="陪同或代办的人要年满十八岁。请换一位大人；没有大人时，由您当面确认本人即可，不必登记陪同。",
        technician="按证件号，陪同或代办的人未满十八岁。",
    ),
    "standing.no_person_yet": Words(
        resident=RESIDENT_WAITS,
        doctor="现在还不能登记陪同的人：请先确定是谁看病；已经同意金额的，也不能再改。",
        technician="就诊还没有人员，或已过登记陪同的阶段。",
    ),
    "standing.already": Words(
        resident=RESIDENT_WAITS,
        doctor="这次就诊已经登记了亲情账户、亮码或代办的人，不用再登记陪同。",
        technician="就诊的 standing 不是 self 或 brought。",
    ),
    "standing.code_wrong": Words(
        resident="这个码读不出来，请刷新医保码再试，或改报身份证号。",
        doctor="这不是医保码。请居民刷新医保码再扫一次，或改用身份证号。",
        technician="码的长度或字符不符；码没有记录。",
    ),
    "standing.errands_off": Words(
        resident="本地不能代办，请本人来，或先办亲情账户。",
        doctor="本地不允许临时代办。请本人来，或由家属先办亲情账户。",
        technician="设置 errands 为关。",
    ),
    "standing.errand_no_registration": Words(
        resident="这一位没有登记慢性病，不能代取药，请本人来。没有发生费用。",
        doctor="这一位没有在有效期内的慢特病或两病登记，不能代办。请结束这次就诊；本人来可以照常看病。",
        technician="5301 没有有效的登记。",
    ),
    "standing.errand_today": Words(
        resident="今天已经代办过一次，请明天再来。没有发生费用。",
        doctor="今天已经有人为这一位代办过。一人一天只能代办一次，请结束这次就诊。",
        technician="同日已有 standing = errand 的就诊。",
    ),
    "standing.errand_drug": Words(
        resident="代办只能取慢性病的药，这一样请本人来开。",
        doctor="代办只能取这一位登记的慢性病用药，这一样不在其中。请拿下来；需要时请本人来。",
        technician="代办就诊中有不属于慢特病或两病批次的明细。",
    ),
    "standing.newborn_age": Words(
        resident="请再看一遍出生日期。",
        doctor="出生日期不对，或者孩子已满一岁。满一岁的孩子应有身份证号，请按身份证号办理。",
        technician="出生日期在今天之后，或已满十二个月。",
    ),
    "standing.newborn_differs": Words(
        resident="请再看一遍出生医学证明。",
        doctor="性别或出生日期与这张出生医学证明以前登记的不一样。请照证明核对。",
        technician="同一编号下的性别或出生日期不一致。",
    ),
    "standing.newborn_known": Words(
        resident="孩子已经有身份证号了，请报身份证号。",
        doctor="这个孩子已经登记参保，请按身份证号办理，可以医保结算。",
        technician="此编号的新生儿已登记。",
    ),
    "standing.newborn_unknown": Words(
        resident=RESIDENT_WAITS,
        doctor="这里没有用这个编号看过病的新生儿。请照出生医学证明核对编号。",
        technician="newborn 表中没有此编号。",
    ),
    "standing.newborn_other": Words(
        resident="请再看一遍孩子的身份证号。",
        doctor="这个身份证号的性别或生日与孩子不一样，没有改动。请核对身份证号和出生医学证明。",
        technician="1101 返回的人与新生儿登记的性别、出生日期或人员编号不符。",
    ),
    "standing.newborn_unregistered": Words(
        resident="孩子还没有参保登记，这次先自费。登记以后可以来问能不能报销。",
        doctor="孩子还没有参保登记，不能医保结算。请按“自费”，并请家长尽快登记；登记后回来填孩子的身份证号。",
        technician="人员编号为本机自编（出生医学证明），不向省平台发送。",
    ),
    "standing.newborn_claims_off": Words(
        resident="孩子登记以前看的病，这里不能补报，已经自费的不变。",
        doctor="本地不能补报登记以前的就诊。这一单请按“自费”；登记以后的就诊，请用孩子的身份证号另开。",
        technician="区域设置不允许新生儿登记前的自费就诊补报（newborn_claims）。",
    ),
    "standing.newborn_look": Words(
        resident="请医生再核对一下孩子的名字。",
        doctor="这个号码是他的名字，和当时记的不一样。是这个孩子，就再按一次「登记到了」；不是，就别按。",
        technician="登记的姓名与当时记的不同，等医生第二次确认。",
    ),
    "standing.newborn_registered": Words(
        resident="孩子的登记办好了，以后可以医保结算。",
        doctor="孩子的参保登记已经查到。以后请按身份证号办理。",
        technician="新生儿的人员编号已换成省平台的。",
    ),
    "standing.newborn_claims": Words(
        resident="孩子的登记办好了，以前自费的可以重新结算，请听医生安排。",
        doctor="孩子的登记已经查到，登记前自费的就诊可以重新结算，第一次已放到柜台上：请按“更正”，先前收的钱要退还。办完再点一次，会放上下一次。",
        technician="newborn_claims 开启；有登记前的自费就诊可以更正。",
    ),
}
