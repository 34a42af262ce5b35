"""What the region and the clinic have settled on, made from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from terminal.assembly.away import offline_rules, rules_version
from terminal.bill_facts import Reminders
from terminal.core.catalogue import CHRONIC, ORDINARY, TWO_DISEASES, Catalogue, Registration
from terminal.core.family_rules import FamilyRules
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.standing import StandingRules
from terminal.goods_rules import GoodsRules
from terminal.money_rooms import Rules
from terminal.pin_tries import SignInLimits
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
        sign_in=SignInLimits(
            timedelta(seconds=settings.lock_after_s),
            settings.pin_failures_max,
            timedelta(seconds=settings.pin_locked_s),
        ),
        audit=settings.audit,
        standing=StandingRules(errands=settings.errands, newborn_claims=settings.newborn_claims),
        goods=goods_rules(settings),
        family=FamilyRules(
            members_max=settings.family_members_max,
            holders_max=settings.family_holders_max,
            valid_months_max=settings.family_valid_months_max,
            documents_under=settings.family_documents_under,
            day_visits_max=settings.family_day_visits_max,
            day_sum_max=Money.of(settings.family_day_yuan_max),
            pattern_members=settings.family_pattern_members,
        ),
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
