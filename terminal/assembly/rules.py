"""What the region and the clinic have settled on, made from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from terminal.assembly.away import offline_rules, rules_version
from terminal.bill_facts import Reminders
from terminal.core.catalogue import CHRONIC, ORDINARY, TWO_DISEASES, Catalogue, Registration
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.goods_rules import GoodsRules
from terminal.money_rooms import Rules
from terminal.reminding import open_rules
from terminal.settings import Settings
from terminal.settlement import SettlingRules
from terminal.shelf import ShelfRules
from terminal.stock_reports import ChangeTypes


def rules(settings: Settings, catalogue: Catalogue) -> Rules:
    """The rules of this clinic and its region. Raises as `offline_rules` does."""
    asked_from, fund = settings.challenge_from_yuan, settings.clinic_fund_yuan
    return Rules(
        catalogue=catalogue,
        registrations=_registrations(settings.registrations),
        med_types={
            ORDINARY: settings.med_type_ordinary,
            TWO_DISEASES: settings.med_type_two_diseases,
            CHRONIC: settings.med_type_chronic,
        },
        settling=SettlingRules(
            find_by_visit=settings.find_settlement_by_visit,
            reversal_answer_suffices=settings.reversal_answer_suffices,
            file_final_after=timedelta(hours=settings.file_final_after_h),
            look_at_the_day=settings.look_at_the_day,
        ),
        offline=offline_rules(settings),
        version=rules_version(settings),
        resume_every_s=settings.resume_every_s,
        resume_every_max_s=max(settings.resume_every_s, settings.resume_every_max_s),
        asks_more_from=None if asked_from is None else Money.of(asked_from),
        let_go_max_fen=settings.let_go_max_fen,
        clinic_fund=None if fund is None else Money.of(fund),
        audit=settings.audit,
        goods=goods_rules(settings),
    )


def goods_rules(settings: Settings) -> GoodsRules:
    """The rules of boxes, warnings and the shelf. Raises as `open_rules` does."""
    limit = settings.fund_limit_yuan
    return GoodsRules(
        reminders=Reminders(
            rules=open_rules(settings.rules_file),
            registrations=_registrations(settings.registrations),
            policies=offline_rules(settings).policies,
            fund_limit=None if limit is None else Money.of(limit),
            expiry_warning_d=settings.expiry_warning_d,
        ),
        shelf=ShelfRules(settings.forecast_d, settings.expiry_warning_d),
        stock_types=ChangeTypes(settings.inv_chg_type_in, settings.inv_chg_type_out)
        if settings.report_stock
        else None,
        infno_prefixes=settings.infno_prefixes,
        infno_diagnoses=settings.infno_diagnoses,
        sold_digest_file=settings.sold_digest_file,
        folder=settings.data_dir,
    )


def _registrations(written: Mapping[str, str]) -> dict[str, Registration]:
    found = {}
    for code, meaning in written.items():
        category, _, programme = meaning.partition(":")
        if category not in (TWO_DISEASES, CHRONIC) or not programme:
            raise Refused(
                "settings.wrong_value", setting="registrations", rule="category:programme"
            )
        found[code] = Registration(code, category, programme)
    return found
