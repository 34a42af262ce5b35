"""Every setting: its unit, its limits, its default and its reason, said once.

Read once, then frozen: a variable `CLINIC_TERMINAL_<NAME>` wins over the clinic's TOML
file, which wins over the default. A name nobody knows is refused rather than ignored: a
misspelt setting is not a default. `clinic-terminal settings` prints them all with where
each value came from.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from terminal.core.recognition import DEFAULT_THRESHOLDS
from terminal.core.shares import MutualAid

ENV_PREFIX = "CLINIC_TERMINAL_"
Seconds = Annotated[float, Field(json_schema_extra={"unit": "s"})]
Score = Annotated[float, Field(gt=0.0, lt=1.0, json_schema_extra={"unit": "score"})]


class Settings(BaseSettings):
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

    # --- the province
    province_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        max_length=500,
        description="Address of the provincial platform's single endpoint, or its base.",
    )
    province_url_style: Literal["single", "by_infno"] = Field(
        default="single",
        description="single: one address, the transaction is in the body; "
        "by_infno: the transaction's number is appended.",
    )
    province_paasid: str = Field(
        default="", max_length=100, pattern=r"^[\x21-\x7e]*$", description="x-tif-paasid."
    )
    province_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of the gateway signature. Never printed."
    )
    mdtrtarea_admvs: str = Field(
        default="",
        pattern=r"^(\d{6})?$",
        description="Region code of the place of the visit (就医地医保区划).",
    )
    recer_sys_code: str = Field(
        default="YBXT", max_length=10, description="Code of the receiving system; by region."
    )
    infver: str = Field(default="V1.0", max_length=6, description="Interface version sent.")
    infno_pre_settle: Literal["2206A", "2206"] = Field(
        default="2206A", description="Which form of pre-settlement the region takes."
    )
    infno_settle: Literal["2207A", "2207"] = Field(
        default="2207A", description="Which form of settlement the region takes."
    )
    province_connect_timeout_s: Seconds = Field(
        default=10.0,
        ge=0.1,
        le=60,
        description="How long reaching the province may take. Beyond it nothing was sent.",
    )
    province_read_timeout_s: Seconds = Field(
        default=60.0,
        ge=0.1,
        le=600,
        description="How long an answer may take. Beyond it the outcome is unknown.",
    )
    mutual_aid: MutualAid = Field(
        default=MutualAid.BESIDE_ACCOUNT,
        description="Whether acct_mulaid_pay stands beside acct_pay or is a part of it.",
    )
    med_type_ordinary: str = Field(
        default="11", max_length=6, description="med_type of an ordinary outpatient visit."
    )
    med_type_two_diseases: str = Field(
        default="9901",
        max_length=6,
        description="med_type of 两病 (hypertension, diabetes); a local code.",
    )
    med_type_chronic: str = Field(
        default="14", max_length=6, description="med_type of 慢特病, registered chronic disease."
    )
    registrations: dict[str, str] = Field(
        default={
            "M03900": "chronic:hypertension",
            "M01600": "chronic:diabetes",
            "LB001": "two_diseases:hypertension",
            "LB002": "two_diseases:diabetes",
        },
        description="What a registered disease code settles as: code = category:programme. "
        "The codes of 两病 are local; LB001 and LB002 are placeholders.",
    )
    find_settlement_by_visit: bool = Field(
        default=True,
        description="Whether the region answers 5203 without a setl_id, by mdtrt_id alone.",
    )
    reversal_answer_suffices: bool = Field(
        default=False,
        description="Whether an answered 2601 alone proves that nothing is charged. "
        "Where not, the day's file (3202) decides.",
    )
    resume_every_s: Seconds = Field(
        default=30.0,
        ge=0.05,
        le=3600,
        description="Pause between two rounds of asking what became of unfinished visits.",
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
    scanner_port: str = Field(
        default="",
        max_length=500,
        description="Serial port of the scanner, best its name under /dev/serial/by-id. "
        "Empty: no serial scanner.",
    )
    scanner_baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = Field(
        default=9600, description="Speed of the scanner's port.", json_schema_extra={"unit": "Bd"}
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

    @field_validator("fund_limit_yuan", "challenge_from_yuan", mode="before")
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
