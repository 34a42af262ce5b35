"""How nodes are written, strictly and with the interface's lengths; session and identity.

Field tables: the interface's sections 3 and 4. C(n) is text of at most n characters.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Written(BaseModel):
    """A node that we send: nothing unknown, nothing too long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def node(self) -> dict[str, Any]:
        """As it goes on the wire; what is not given is sent as an empty text."""
        return {k: "" if v is None else v for k, v in self.model_dump(mode="json").items()}


def _c(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most)


C3 = Annotated[str, _c(3)]
C6 = Annotated[str, _c(6)]
C20 = Annotated[str, _c(20)]
C30 = Annotated[str, _c(30)]
C50 = Annotated[str, _c(50)]
C100 = Annotated[str, _c(100)]
C150 = Annotated[str, _c(150)]
C200 = Annotated[str, _c(200)]
C500 = Annotated[str, _c(500)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]
Sum = Annotated[Decimal, Field(max_digits=16, decimal_places=2)]
"""N16,2; below zero where something is taken back."""
Paid = Annotated[Sum, Field(ge=0)]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4)]


def optional(most: int) -> Any:
    """C(most) that may be left empty."""
    return StringConstraints(max_length=most)


def wire_time(at: datetime) -> str:
    """DT of the interface: Asia/Shanghai time to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


class SignIn(Written):
    """9001, node signIn."""

    opter_no: C20
    mac: C20
    ip: C20


class SignOut(Written):
    """9002, node signOut."""

    sign_no: C30
    opter_no: C20


class PersonQuery(Written):
    """1101, node data."""

    mdtrt_cert_type: C3
    mdtrt_cert_no: C50
    psn_cert_type: C6 = "01"
    certno: Annotated[str, optional(50)] = ""
    psn_name: Annotated[str, optional(50)] = ""


class ContractQuery(Written):
    """5302, node data."""

    psn_no: C30
    biz_appy_type: C3


class RegistrationsQuery(Written):
    """5301, node data."""

    psn_no: C30


class PractitionersQuery(Written):
    """5102, node data: who is registered at the institution that asks."""

    prac_psn_type: C6 = "1"
    psn_cert_type: C6 = "01"
    certno: Annotated[str, optional(50)] = ""
    prac_psn_name: Annotated[str, optional(50)] = ""
    prac_psn_code: C20


class UsedQuery(Written):
    """5206, node data."""

    psn_no: C30
    cum_ym: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class TreatmentQuery(Written):
    """2001, node data."""

    psn_no: C30
    insutype: C6
    fixmedins_code: C30
    med_type: C6
    begntime: Moment
    dise_codg: Annotated[str, optional(30)] = ""
    dise_name: Annotated[str, optional(500)] = ""


class Upload(Written):
    """9101, node fsUploadIn."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    content: list[Annotated[int, Field(ge=0, le=255)]] | str = Field(alias="in")
    filename: C200
    fixmedins_code: C30

    def node(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class Download(Written):
    """9102, node fsDownloadIn."""

    file_qury_no: C30
    filename: C200
    fixmedins_code: C30


class CatalogueQuery(Written):
    """1301 to 1319, node data: what is newer than this version; 0 is everything."""

    ver: C30
