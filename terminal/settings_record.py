"""Settings of working beside the clinic's record system: who settles, what is typed into it,
who may push bills, and how the county's prescriptions are known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from terminal.settings_screens import ScreenSettings


class RecordSettings(ScreenSettings):
    """The clinic's record system beside this terminal."""

    who_settles: Literal["terminal", "record_system"] = Field(
        default="terminal",
        description="Who settles this clinic's visits with the province. With record_system this "
        "terminal sends no registration, fee, pre-settlement or settlement at all: it hands "
        "identity and trace codes over and learns the result from 5201 and 5203.",
    )
    typing_port: str = Field(
        default="",
        pattern=r"^(|uinput|/dev/hidg[0-9])$",
        description="Where keystrokes for the record system go: a USB keyboard gadget "
        "(/dev/hidg0), this machine's own input (uinput), or empty: nowhere.",
    )
    typing_ends_with: Literal["enter", "tab", "nothing"] = Field(
        default="enter", description="The key that ends each number typed into the record system."
    )
    typing_pause_ms: int = Field(
        default=8,
        ge=1,
        le=200,
        description="Pause between two keystrokes.",
        json_schema_extra={"unit": "ms"},
    )
    api_listen: str = Field(
        default="",
        pattern=r"^(|[0-9A-Fa-f.:\[\]]+:[0-9]{1,5})$",
        description="Address and port for the clinic's record system, 127.0.0.1:8431; empty: "
        "nobody may push a bill. An address beyond this machine wants api_certificate.",
    )
    api_from: tuple[str, ...] = Field(
        default=(),
        max_length=8,
        description="Addresses besides this machine from which the record system may ask.",
    )
    api_certificate: Path | None = Field(
        default=None,
        description="PEM file with certificate and key of that address; asked for beyond this "
        "machine, because bills name people.",
    )
    prescription_code: str = Field(
        default="",
        max_length=100,
        description="Regular expression of the whole code on the county hospital's electronic "
        "prescriptions; empty: none are taken.",
    )
    prescription_url: str = Field(
        default="",
        max_length=200,
        description="Address before the transactions D001 to D007; empty: none are asked.",
    )
    prescription_app_id: str = Field(
        default="", max_length=50, description="appId of their secondary envelope."
    )
    prescription_paths: dict[str, str] = Field(
        default={},
        max_length=7,
        description="Path of each of these transactions behind prescription_url, where it is "
        "not its number: D005 = /rx/query.",
    )
    prescription_code_is: Literal["rxTraceCode", "hiRxno"] = Field(
        default="rxTraceCode",
        description="Which number of a prescription stands on it as a code.",
    )
    prescription_key_file: Path | None = Field(
        default=None, description="This clinic's SM2 private key (hex) at that platform."
    )
    prescription_public_key: str = Field(
        default="",
        pattern=r"^((04)?[0-9a-fA-F]{128})?$",
        description="That platform's SM2 public key (hex), which signs every answer.",
    )
    prescription_sm4_key: SecretStr = Field(
        default=SecretStr(""),
        description="SM4 key (32 hex digits) of that envelope. Never printed.",
    )
    prescription_states: dict[str, Literal["open", "dispensed", "withdrawn", "expired"]] = Field(
        default={"1": "open", "2": "expired", "3": "withdrawn"},
        max_length=20,
        description="What rxStasCodg means in this region; a state that is not here is not taken.",
    )
    prescription_dispensed: tuple[str, ...] = Field(
        default=("1",),
        max_length=8,
        description="rxUsedStasCodg of a prescription that somebody has dispensed.",
    )

    @field_validator("prescription_code")
    @classmethod
    def _is_an_expression(cls, told: str) -> str:
        try:
            re.compile(told, re.ASCII)
        except (re.error, OverflowError, RecursionError):
            raise ValueError("not a regular expression") from None
        return told
