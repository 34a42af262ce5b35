"""Settings of families, consent, operators and keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from terminal.settings_goods import GoodsSettings
from terminal.settings_province import Seconds


class PeopleSettings(GoodsSettings):
    """Who may act for whom, how long a face is kept, who works here."""

    # --- family accounts; one region differs from another, and none has said all of it
    family_members_max: int = Field(
        default=6,
        ge=1,
        le=20,
        description="Most members that one holder may act for.",
        json_schema_extra={"unit": "people"},
    )
    family_holders_max: int = Field(
        default=2,
        ge=1,
        le=10,
        description="Most holders that may act for one member.",
        json_schema_extra={"unit": "people"},
    )
    family_valid_months_max: int = Field(
        default=36,
        ge=1,
        le=120,
        description="How long a binding may hold at most before it is made anew.",
        json_schema_extra={"unit": "months"},
    )
    family_documents_under: int = Field(
        default=16,
        ge=0,
        le=18,
        description="Under this age documents suffice to bind a member.",
        json_schema_extra={"unit": "years"},
    )
    family_day_visits_max: int = Field(
        default=6,
        ge=1,
        le=50,
        description="Visits that one holder may settle for others on one day without the "
        "doctor's word.",
        json_schema_extra={"unit": "visits"},
    )
    family_day_yuan_max: Decimal = Field(
        default=Decimal("500.00"),
        gt=0,
        le=100000,
        decimal_places=2,
        description="Sum that one holder may settle for others on one day without the "
        "doctor's word.",
        json_schema_extra={"unit": "yuan"},
    )
    family_pattern_members: int = Field(
        default=3,
        ge=2,
        le=20,
        description="From so many different members on one day on the doctor is asked.",
        json_schema_extra={"unit": "people"},
    )
    errands: bool = Field(
        default=True,
        description="Whether somebody may be sent once for an absent person (代办). A region "
        "may forbid it.",
    )
    newborn_claims: bool = Field(
        default=False,
        description="Whether a newborn's self-paid visits may be claimed once the "
        "registration has come. Region by region.",
    )

    # --- consent
    template_unused_months: int = Field(
        default=24,
        ge=1,
        le=120,
        description="After so long without use a face is erased.",
        json_schema_extra={"unit": "months"},
    )
    forget_announced_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="So long before it is erased, the doctor's screen says whose it is.",
        json_schema_extra={"unit": "days"},
    )

    # --- operators
    lock_after_s: Seconds = Field(
        default=900.0,
        ge=30,
        le=86400,
        description="After so long without a tap the doctor's screen asks who is there. What "
        "is under way goes on.",
    )
    pin_failures_max: int = Field(
        default=5,
        ge=3,
        le=20,
        description="Wrong PINs before an operator waits.",
        json_schema_extra={"unit": "failures"},
    )
    pin_locked_s: Seconds = Field(
        default=300.0, ge=10, le=86400, description="How long they then wait."
    )

    # --- keys
    key_source: Literal["auto", "credentials", "secure_element", "file"] = Field(
        default="auto",
        description="Where the keys come from: systemd credentials, a secure element, or a "
        "file. auto: credentials where systemd hands some over, else the file.",
    )

    # --- the ledger
    ledger_seal_every: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="After so many decisions the device signs the ledger; also at each start, "
        "stop and closing, and after an hour without one.",
        json_schema_extra={"unit": "entries"},
    )
