"""Settings of boxes and goods: the scanner, the catalogue, warnings, the shelf."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from terminal.settings_province import ProvinceSettings

Days = Annotated[int, Field(json_schema_extra={"unit": "days"})]


class GoodsSettings(ProvinceSettings):
    """What can be set about boxes and goods."""

    # --- the scanner
    scanner_port: str = Field(
        default="",
        max_length=500,
        description="Where the scanner is: its name under /dev/serial/by-id or by-path, "
        "usb:VVVV:PPPP for a serial scanner of that vendor and product, hid:VVVV:PPPP or a path "
        "under /dev/input for one that types like a keyboard, camera for none. Empty: no scanner.",
    )
    scanner_baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = Field(
        default=9600, description="Speed of the scanner's port.", json_schema_extra={"unit": "Bd"}
    )
    scanner_profile: Literal[
        "none", "honeywell", "newland", "grow", "grow_ssi", "zebra_ssi", "datalogic"
    ] = Field(
        default="none",
        description="How the scanner is triggered and acknowledged. none: it is only listened "
        "to, and no byte is ever sent to it.",
    )
    scanner_idle_gap_ms: int | None = Field(
        default=None,
        ge=30,
        le=1000,
        description="A silence that ends a code, for a scanner that can send neither CR nor LF. "
        "Empty: only CR or LF end one.",
        json_schema_extra={"unit": "ms"},
    )
    scanner_prefix: str = Field(
        default="",
        max_length=16,
        pattern=r"^[\x20-\x7e]*$",
        description="What the scanner sends before each code and is taken off.",
    )

    # --- the catalogue
    infno_prefixes: str = Field(
        default="",
        max_length=10,
        pattern=r"^[0-9A-Za-z]*$",
        description="Transaction of the region that offers the table of trace prefixes as a "
        "file (四码合一). Empty: the region has none.",
    )
    infno_diagnoses: Literal["1307", ""] = Field(
        default="1307",
        description="Transaction that offers the whole list of diagnoses. Empty: it is not "
        "asked for, and only the commonest can be picked.",
    )
    sold_digest_file: str = Field(
        default="",
        max_length=200,
        description="Name of the county's daily file of sold codes (a digest filter), fetched "
        "by 9102. Empty: there is none.",
    )
    rules_file: Path | None = Field(
        default=None,
        description="Rules of warnings (TOML) in the place of those that come with the program.",
    )

    # --- the shelf
    expiry_warning_d: Days = Field(
        default=60, ge=0, le=730, description="A box that expires within this is warned of."
    )
    forecast_d: Days = Field(
        default=14, ge=1, le=92, description="How far ahead the shelf looks for who needs what."
    )
    report_stock: bool = Field(
        default=True,
        description="Whether counts and moves of stock are told to the province (3501, 3502).",
    )
    inv_chg_type_in: str = Field(
        default="101", max_length=6, description="inv_chg_type of goods that came in, by region."
    )
    inv_chg_type_out: str = Field(
        default="102",
        max_length=6,
        description="inv_chg_type of goods that went otherwise than by a sale, by region.",
    )
