"""Every setting: its unit, its limits, its default and its reason, said once.

Read once, then frozen: a variable `CLINIC_TERMINAL_<NAME>` wins over the clinic's TOML
file, which wins over the default. A name nobody knows is refused rather than ignored: a
misspelt setting is not a default. `clinic-terminal settings` prints them all with where
each value came from.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from terminal.core.recognition import DEFAULT_THRESHOLDS
from terminal.settings_field import FieldSettings
from terminal.settings_province import Seconds

ENV_PREFIX = "CLINIC_TERMINAL_"
Score = Annotated[float, Field(gt=0.0, lt=1.0, json_schema_extra={"unit": "score"})]


class Settings(FieldSettings):
    """What can be set. Each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(
        default=Path(".data"),
        description="Folder of everything the terminal keeps: database, keys, weights.",
    )

    # --- the clinic
    clinic_name: str = Field(
        default="", max_length=200, description="Name on screens and receipts (fixmedins_name)."
    )
    fixmedins_code: str = Field(
        default="",
        pattern=r"^([HP]\d{11})?$",
        description="The clinic's code at the province: H, six-digit area, five digits.",
    )
    doctor_code: str = Field(
        default="",
        max_length=30,
        description="National code of the doctor (atddr_no): D, six digits, six digits.",
    )
    doctor_name: str = Field(default="", max_length=50, description="The doctor's name (dr_name).")
    dept_code: str = Field(
        default="A02", max_length=30, description="Department code sent with each visit."
    )
    dept_name: str = Field(default="全科医疗科", max_length=100, description="Department name.")
    caty: str = Field(default="A02", max_length=6, description="Speciality (科别, caty).")
    drugs_file: Path | None = Field(
        default=None, description="The clinic's drug catalogue (CSV): codes, prices, prefixes."
    )
    services_file: Path | None = Field(
        default=None, description="The clinic's list of services (CSV)."
    )
    fund_limit_yuan: Decimal | None = Field(
        default=Decimal("420.00"),
        ge=0,
        le=100000,
        decimal_places=2,
        description="Yearly limit of the fund a person; informs only. Empty where unknown.",
        json_schema_extra={"unit": "yuan"},
    )

    settles_under: str = Field(
        default="",
        max_length=200,
        description="Name of the township hospital whose fixmedins_code this clinic settles "
        "under, as one of its departments. Empty: the code is the clinic's own.",
    )
    clinic_fund_yuan: Decimal | None = Field(
        default=None,
        ge=0,
        le=100_000_000,
        decimal_places=2,
        description="This clinic's yearly fund as the county has said it; informs only. "
        "Empty where unknown.",
        json_schema_extra={"unit": "yuan"},
    )
    benefits_file: Path | None = Field(
        default=None,
        description="The regions' coverage rules (TOML), for estimates while the province is "
        "away. Empty: no estimate is made.",
    )
    offline_visits: bool = Field(
        default=True,
        description="Whether a visit may be agreed to while the province is away, and settled "
        "later. A region may forbid it.",
    )
    let_go_max_fen: int = Field(
        default=9,
        ge=0,
        le=99,
        description="How many odd fen may be let go when a share is paid in cash (抹零).",
        json_schema_extra={"unit": "fen"},
    )

    # --- devices
    camera: str = Field(
        default="/dev/video0",
        max_length=500,
        description="Camera device, network stream or recorded clip.",
    )
    recorded_camera: bool = Field(
        default=False,
        description="Whether a recorded clip may open visits: for the demo and for training, "
        "with invented people. Never in a clinic.",
    )

    # --- faces; measured in docs/thresholds.md
    live_min: Score = Field(
        default=DEFAULT_THRESHOLDS.live_min, description="Least live score to be judged alive."
    )
    similarity_min: Score | None = Field(
        default=None,
        description="Least cosine similarity to name a person, where more is wanted than "
        "follows from the weights in use, the people enrolled and fpir_max.",
    )
    margin_min: Score | None = Field(
        default=None,
        description="How far the best candidate must stand above the second, where more is "
        "wanted than was measured for the weights in use.",
    )
    fused_frames: int = Field(
        default=5,
        ge=1,
        le=15,
        description="How many frames are judged together before anyone is named.",
        json_schema_extra={"unit": "frames"},
    )

    fpir_max: float = Field(
        default=0.01,
        gt=0.0,
        le=0.1,
        description="How often a stranger may be named in one search (FPIR); with how many "
        "people are enrolled it gives the least similarity.",
        json_schema_extra={"unit": "share"},
    )
    face_pack: Path | None = Field(
        default=None,
        description="Folder of an insightface pack (SCRFD and ArcFace) to recognise with. "
        "Empty: the terminal's own networks.",
    )
    earlier_face_packs: tuple[Path, ...] = Field(
        default=(),
        max_length=3,
        description="Packs used before, whose templates keep working until people moved over.",
    )
    child_age_min: int = Field(
        default=6,
        ge=0,
        le=18,
        description="Younger children are not enrolled and never searched for.",
        json_schema_extra={"unit": "years"},
    )
    challenge_from_yuan: Decimal | None = Field(
        default=Decimal("200.00"),
        ge=0,
        le=100000,
        decimal_places=2,
        description="From this bill on a face alone does not suffice. Empty: never asked.",
        json_schema_extra={"unit": "yuan"},
    )
    face_failures_max: int = Field(
        default=3,
        ge=1,
        le=20,
        description="Faces that were not alive, or failed a challenge, before the face route "
        "is closed for a while.",
        json_schema_extra={"unit": "failures"},
    )
    face_failures_within_s: Seconds = Field(
        default=300.0, ge=10, le=86400, description="Within how long those failures count."
    )
    face_locked_s: Seconds = Field(
        default=300.0,
        ge=1,
        le=86400,
        description="How long the face route is then closed; the other ways stay open.",
    )

    # --- screens
    web_port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="Loopback port of the screens; 0 takes any free one.",
    )

    @field_validator("fund_limit_yuan", "challenge_from_yuan", "clinic_fund_yuan", mode="before")
    @classmethod
    def _empty_is_unknown(cls, told: object) -> object:
        return None if told == "" else told

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, told: object, info: ValidationInfo) -> object:
        if (
            isinstance(told, bool)
            and cls.model_fields[info.field_name or ""].annotation is not bool
        ):
            raise ValueError("Input should not be true or false")
        return told

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic's.
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over what is handed in, which is the file's content; no .env."""
        return (env_settings, init_settings)
