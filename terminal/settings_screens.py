"""Settings of screens, voice and paper."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from terminal.settings_people import PeopleSettings


class ScreenSettings(PeopleSettings):
    """How many screens there are, what is spoken, and what prints."""

    screens: Literal["one", "two"] = Field(
        default="two",
        description="Whether doctor and resident share one touchscreen, or have one each.",
    )
    voice_pack: str = Field(
        default="mandarin",
        pattern=r"^([a-z][a-z0-9_]{0,29})?$",
        description="Folder under voice/ whose sound files are spoken; what is missing in it is "
        "taken from mandarin. Empty: nothing is spoken.",
    )
    technician_language: Literal["zh", "en"] = Field(
        default="zh", description="Language of the technician's pages at first."
    )
    printer: str = Field(
        default="",
        max_length=200,
        description="Where the ESC/POS printer is: a device file, or tcp:HOST:PORT; empty: none.",
    )
    printer_paper_mm: Literal[58, 80] = Field(
        default=80,
        description="Width of the printer's paper.",
        json_schema_extra={"unit": "mm"},
    )
    print_receipts: Literal["ask", "always"] = Field(
        default="ask", description="Whether each settled visit prints its receipt by itself."
    )
    self_service_closes_s: float = Field(
        default=60.0,
        ge=15.0,
        le=600.0,
        description="How long what a resident asks about themselves stays on their screen.",
        json_schema_extra={"unit": "s"},
    )
    follow_up_days: int = Field(
        default=7,
        ge=1,
        le=60,
        description="How long before long-term drugs run out somebody is shown as due.",
        json_schema_extra={"unit": "days"},
    )
