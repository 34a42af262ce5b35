"""Settings of a terminal in the field: its county, its updates, its backups, its watching."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from terminal.settings_province import Seconds
from terminal.settings_record import RecordSettings


class FieldSettings(RecordSettings):
    """What a county looks after from afar."""

    county_url: str = Field(
        default="",
        max_length=200,
        pattern=r"^(|https://[^\s?#]+)$",
        description="Address at the county under which enrolment, signed files and backups lie. "
        "Empty: this terminal asks no county.",
    )
    county_ca_file: Path | None = Field(
        default=None,
        description="PEM file of the county's own certificate authority, where it has one.",
    )
    county_keys_file: Path = Field(
        default=Path("/etc/clinic-terminal/county.pub"),
        description="The county's SM2 public keys, one a line (hex): who may sign its files.",
    )
    county_people_key: SecretStr = Field(
        default=SecretStr(""),
        max_length=64,
        description="The county's key under which its revocations name people, hex. Empty: no "
        "revocation of a binding or a consent is understood here. Never printed.",
    )
    settings_trial_s: Seconds = Field(
        default=900.0,
        ge=60,
        le=86400,
        description="How long the terminal must be well with new settings of the county before "
        "they are kept; else the ones before come back.",
    )
    update_ring: Literal["this", "few", "all"] = Field(
        default="all",
        description="Which suite of the county's package repository this terminal takes: the "
        "first clinic, a few, or all.",
    )
    backup_public_key: str = Field(
        default="",
        pattern=r"^(|(04)?[0-9a-fA-F]{128})$",
        description="SM2 public key (hex) of the county's safe: only it opens a backup. Empty: "
        "no backup is made.",
    )
    metrics_socket: Path | None = Field(
        default=None,
        description="Unix socket on which metrics are served over HTTP, for a collector of this "
        "machine. Empty: only `clinic-terminal metrics` tells them.",
    )

    @field_validator("county_people_key")
    @classmethod
    def _is_a_key(cls, told: SecretStr) -> SecretStr:
        if not re.fullmatch(r"|[0-9a-fA-F]{64}", told.get_secret_value()):
            raise ValueError("not 64 hexadecimal digits")
        return told
