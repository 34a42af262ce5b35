"""The county hospital's prescriptions: what became of a scanned code, and what to do."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_ORDINARY = "要配药，可以照常扫药盒，按普通药结。"


def _scan(doctor: str, technician: str = "扫处方码的结果，不是故障。") -> Words:
    return Words(RESIDENT_WAITS, doctor, technician)


WORDS = {
    "prescription.asked": _scan("处方码收到了，正在查。可以先扫药盒。"),
    "prescription.taken": _scan("处方查到了，请照着扫药盒。"),
    "prescription.taken_before": _scan("这张处方已经在这次看病里了，没有再收。"),
    "prescription.counted": _scan("是处方里的药，扫上了。"),
    "prescription.complete": _scan("是处方里的药，这一种扫够了。"),
    "prescription.enough": _scan("处方开的量已经扫够，这一盒算普通药。不要就去掉。"),
    "prescription.person_first": Words(
        "请先确认是谁，再扫处方。",
        "处方要记在一个人的就诊里。请先请本人来，确认是谁，再扫处方码。",
        "没有打开的就诊时扫到处方码。",
    ),
    "prescription.other_person": Words(
        RESIDENT_WAITS,
        f"这张处方不是眼前这位的，没有收。请核对处方上的人。{_ORDINARY}",
        "D005 的 certno 与就诊人的身份证号不同。",
    ),
    "prescription.expired": Words(
        "这张处方过期了，请问医生。",
        f"这张处方过了有效期，没有收。请本人找县医院重开。{_ORDINARY}",
        "D005：rxStasCodg 已失效，或 valiEndTime 已过，见事实 day。",
    ),
    "prescription.withdrawn": Words(
        "这张处方已经撤销，请问医生。",
        f"这张处方被开方的医院撤销了，没有收。请本人问开方的医院。{_ORDINARY}",
        "D005：rxStasCodg 已撤销，见事实 where。",
    ),
    "prescription.dispensed": Words(
        "这张处方已经取过药，请问医生。",
        "这张处方已经取过药，没有收。请不要再按它配药。",
        "D005：rxUsedStasCodg 已取药，见事实 where。",
    ),
    "prescription.in_other_visit": Words(
        RESIDENT_WAITS,
        "这张处方的药在本所另一次看病的账上，没有再收。请先看那一次。",
        "处方号已在本机另一次未撤销的就诊的明细里。",
    ),
    "prescription.not_here": Words(
        RESIDENT_WAITS, "这张处方已经不在这次看病里了。", "处方号不在该就诊，或已放下。"
    ),
    "prescription.refused": Words(
        RESIDENT_WAITS,
        f"处方平台没有给出这张处方，没有收。请核对处方码。{_ORDINARY}",
        "D005 返回非零 code，见平台原话。",
    ),
    "prescription.unknown_state": Words(
        RESIDENT_WAITS,
        f"处方平台说的状态本机不认识，没有收。{_ORDINARY}请告诉技术员。",
        "rxStasCodg 不在 prescription_states 里，见事实 state。",
    ),
    "prescription.not_genuine": Words(
        RESIDENT_WAITS,
        f"处方的回答不是平台签的名，不能相信，没有收。{_ORDINARY}请告诉技术员。",
        "D005 的 SM2 验签不通过：核对 prescription_public_key，或线路被人改过。",
    ),
    "prescription.away": Words(
        RESIDENT_WAITS,
        f"现在问不到处方平台，处方没有收。可以过一会儿再扫处方码。{_ORDINARY}",
        "D005 没有发出或没有回答；查询不动钱，可重扫。见事实 reason、status。",
    ),
    "prescription.unreadable": Words(
        RESIDENT_WAITS,
        f"处方平台的回答读不懂，处方没有收。可以再扫一次处方码。{_ORDINARY}",
        "D005 的回答缺字段或格式不对，见事实 field、reason；字段名各地可能不同。",
    ),
    "sandbox.prescription_unreadable": Words(
        RESIDENT_WAITS,
        "演示的处方没有开成。",
        "POST /sandbox/prescriptions：psn_no、drugs、days，或 hi_rxno 加 withdraw，或 fault。",
    ),
}
