"""Every sentence of the screens, by code and by who reads it.

Resident: what happens to me and my money. Doctor: what to do now. Technician: what is
wrong, beside the code and its facts. While an outcome is unknown nothing is promised
but this: it is being checked, and nothing is charged twice.
"""

from __future__ import annotations

from kiosk_ui.words import (
    advice,
    agreement,
    api,
    asking,
    back,
    boxes,
    cash,
    catalogue,
    challenges,
    closing,
    companions,
    consent,
    devices,
    doctor,
    enrolment,
    evaluation,
    faces,
    families,
    findings,
    goods,
    goods_pages,
    handing,
    imports,
    inspection,
    ledger,
    models,
    offline,
    operators,
    pages,
    paper,
    people_pages,
    prescriptions,
    province,
    pushed,
    record,
    rehearsal,
    scans,
    settlement,
    shelf,
    steps,
    system,
    technician,
    vault,
    visits,
    voice,
)
from kiosk_ui.words.reader import Reader, Words

__all__ = ["WORDS", "Reader", "Words", "words_of"]

WORDS: dict[str, Words] = {
    **advice.WORDS,
    **asking.WORDS,
    **back.WORDS,
    **agreement.WORDS,
    **api.WORDS,
    **boxes.WORDS,
    **cash.WORDS,
    **catalogue.WORDS,
    **closing.WORDS,
    **companions.WORDS,
    **faces.WORDS,
    **families.WORDS,
    **findings.WORDS,
    **goods.WORDS,
    **challenges.WORDS,
    **consent.WORDS,
    **enrolment.WORDS,
    **imports.WORDS,
    **inspection.WORDS,
    **ledger.WORDS,
    **devices.WORDS,
    **doctor.WORDS,
    **scans.WORDS,
    **visits.WORDS,
    **settlement.WORDS,
    **province.WORDS,
    **pushed.WORDS,
    **prescriptions.WORDS,
    **record.WORDS,
    **system.WORDS,
    **technician.WORDS,
    **vault.WORDS,
    **voice.WORDS,
    **models.WORDS,
    **offline.WORDS,
    **operators.WORDS,
    **rehearsal.WORDS,
    **goods_pages.WORDS,
    **handing.WORDS,
    **shelf.WORDS,
    **pages.WORDS,
    **paper.WORDS,
    **people_pages.WORDS,
    **steps.WORDS,
    **evaluation.WORDS,
}

_UNNAMED = Words(
    resident="这一步没有做成，请告诉医生。",
    doctor="这一步没有做成。请看屏幕上的状态再继续；若不清楚，请联系技术员。",
    technician="此故障代码尚无说明，请把代码报给维护方。",
)


def words_of(code: str) -> Words:
    """The words of a code; a code without its own still gets a calm sentence."""
    return WORDS.get(code, _UNNAMED)
