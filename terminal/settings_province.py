"""Settings of the province: its line, its signature, and where regions differ.

The interface leaves much open; what is a setting here is never hard-coded elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from terminal.core.region import FileLists, StatementResults, TraceCodes
from terminal.core.shares import MutualAid

Seconds = Annotated[float, Field(json_schema_extra={"unit": "s"})]


class ProvinceSettings(BaseSettings):
    """What can be set about the province."""

    province_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        max_length=500,
        description="Address of the provincial platform's single endpoint, or its base.",
    )
    province_url_style: Literal["single", "by_infno", "by_path"] = Field(
        default="single",
        description="single: one address, the transaction is in the body; "
        "by_infno: the transaction's number is appended; by_path: each transaction has its path.",
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
    recer_sys_codes: dict[str, str] = Field(
        default={},
        description="Receiving system by the first digits of psn_type, where retired cadres "
        "and others have one of their own.",
    )
    infver: str = Field(default="V1.0", max_length=6, description="Interface version sent.")
    infno_describe: Literal["2203A", "2203"] = Field(
        default="2203A", description="Which form of describing a visit the region takes."
    )
    infno_pre_settle: Literal["2206A", "2206"] = Field(
        default="2206A", description="Which form of pre-settlement the region takes."
    )
    infno_settle: Literal["2207A", "2207"] = Field(
        default="2207A", description="Which form of settlement the region takes."
    )
    infno_sale: Literal["3505A", "3505"] = Field(
        default="3505A", description="Which form of reporting sold boxes the region takes."
    )
    infno_sale_return: Literal["3506A", "3506"] = Field(
        default="3506A", description="Which form of reporting returned boxes the region takes."
    )
    input_as_text: bool = Field(
        default=False, description="Whether the gateway wants input as a JSON string."
    )
    good_texts: tuple[str, ...] = Field(
        default=(),
        max_length=20,
        description="Texts in err_msg beside infcode 0 that mean success all the same.",
    )
    signing: Literal["gateway", "sm2", "sm2_sm4"] = Field(
        default="gateway",
        description="gateway: the SHA-256 headers alone; sm2: the envelope signed as well; "
        "sm2_sm4: and its input encrypted.",
    )
    sm2_key_file: Path | None = Field(
        default=None, description="The clinic's SM2 private key (hex), for signing sm2."
    )
    province_sm2_public_key: str = Field(
        default="",
        pattern=r"^((04)?[0-9a-fA-F]{128})?$",
        description="The province's SM2 public key (hex), where its answers are signed.",
    )
    sm4_key: SecretStr = Field(
        default=SecretStr(""), description="SM4 key (32 hex digits) of sm2_sm4. Never printed."
    )
    province_ca_file: Path | None = Field(
        default=None,
        description="Certificates (PEM) that are believed besides the system's.",
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
    province_file_timeout_s: Seconds = Field(
        default=120.0,
        ge=0.1,
        le=3600,
        description="How long a file or a catalogue may take to come.",
    )
    account_in_fund: bool = Field(
        default=False, description="Whether fund_pay_sumamt includes acct_pay (Guangdong)."
    )
    trace_codes: TraceCodes = Field(
        default=TraceCodes.SALE_REPORT,
        description="Where trace codes travel: with 3505A, inside 2207, or both.",
    )
    fee_lines_max: int = Field(
        default=100,
        ge=1,
        le=1000,
        description="Rows of one 2204; more are sent in several calls.",
        json_schema_extra={"unit": "rows"},
    )
    statement_results: StatementResults = Field(
        default=StatementResults.EITHER,
        description="Which family of stmt_rslt the region answers with.",
    )
    refunds_netted: bool = Field(
        default=True, description="Whether the sums of 3201 leave out what was cancelled."
    )
    file_lists: FileLists = Field(
        default=FileLists.ALL,
        description="Whether the file of 3202 lists every settlement or only differences.",
    )
    file_by_insurance: bool = Field(
        default=True,
        description="Whether 3202 names the insurance (insutype) as 3201 does.",
    )
    upload_as_text: bool = Field(
        default=False,
        description="Whether 9101 takes a file as base64 text instead of an array of bytes.",
    )
    family_doctor_type: str = Field(
        default="03", max_length=3, description="biz_appy_type of a family-doctor contract."
    )
    yearly_limit_type: str = Field(
        default="D390101_BIZ11",
        max_length=20,
        description="cum_type_code of what the pool has paid this year for ordinary visits.",
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
    file_final_after_h: float = Field(
        default=12.0,
        ge=0.0,
        le=72.0,
        description="How long after a charge was sent the file of 3202 has the last word on "
        "whether it was made.",
        json_schema_extra={"unit": "h"},
    )
    look_at_the_day: bool = Field(
        default=True,
        description="Whether the person's settlements of the day (5201, 5203) are looked at "
        "before each charge.",
    )
    audit: Literal["off", "before", "during"] = Field(
        default="off",
        description="Whether the province's audit is asked for warnings: 3101 or 3102.",
    )
    resume_every_s: Seconds = Field(
        default=30.0,
        ge=0.05,
        le=3600,
        description="Pause between two rounds of asking what became of unfinished visits.",
    )
    resume_every_max_s: Seconds = Field(
        default=600.0,
        ge=0.05,
        le=86400,
        description="Longest pause between two rounds while the line stays bad.",
    )
