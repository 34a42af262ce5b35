"""The day's end with the province: sums, the file there and back, and whose difference it is."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import FileRows, Manner, Verdicts
from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import Clinic, Clock, Visit

DAY = "2025-09-20"
Row = tuple[str, ...]


@contextmanager
def at(folder: Path, clock: Clock, **manner: Any) -> Iterator[Clinic]:
    with (
        SandboxProvince(folder, clock=clock, manner=Manner(**manner)) as province,
        Clinic(province, clock) as clinic,
    ):
        yield clinic.sign_in()


def settled(clinic: Clinic, name: str = "王建国", price: str = "26.34", **more: Any) -> Visit:
    """A visit with one settled box; its setlinfo stands in `visit.info`."""
    visit = clinic.visit(name, **more).describe()
    visit.upload(visit.line("阿莫西林胶囊", price))
    visit.info = visit.settle(price)  # type: ignore[attr-defined]
    return visit


def cancel(visit: Visit) -> None:
    info = visit.info  # type: ignore[attr-defined]
    named = {"setl_id": info["setl_id"], "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    visit.done("2208", {"data": named})


def sums(count: int, fee: str, fund: str, account: str = "0.00", **more: object) -> dict[str, Any]:
    return {
        "insutype": "390",
        "clr_type": "11",
        "setl_optins": "431024",
        "stmt_begndate": DAY,
        "stmt_enddate": DAY,
        "medfee_sumamt": fee,
        "fund_pay_sumamt": fund,
        "acct_pay": account,
        "fixmedins_setl_cnt": count,
        **more,
    }


def verdict(clinic: Clinic, *told: Any, **more: object) -> str:
    found = clinic.done("3201", {"data": sums(*told, **more)})["stmtinfo"]["stmt_rslt"]
    return str(found)


def row(visit: Visit, sign: int = 1, **changed: str) -> Row:
    """A row of the upload, as section 6.2 has its columns."""
    info = visit.info  # type: ignore[attr-defined]
    amounts = {
        name: f"{sign * Decimal(str(info[name])):.2f}"
        for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay")
    } | changed
    flag = "0" if sign > 0 else "1"
    return (info["setl_id"], visit.mdtrt_id, visit.psn_no, *amounts.values(), flag)


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stmt.txt", text)
    return packed.getvalue()


def upload(clinic: Clinic, content: bytes, how: Callable[[bytes], object] | None = None) -> str:
    sent = {
        "in": (how or (lambda raw: base64.b64encode(raw).decode()))(content),
        "filename": "stmt.zip",
        "fixmedins_code": clinic.institution,
    }
    kept: str = clinic.done("9101", {"fsUploadIn": sent})["file_qury_no"]
    return kept


def compared(clinic: Clinic, rows: list[Row], how: Any = None) -> list[list[str]]:
    """What 3202's file says of these rows."""
    number = upload(clinic, zipped("".join("\t".join(each) + "\n" for each in rows)), how)
    data = {
        "setl_optins": "431024",
        "file_qury_no": number,
        "stmt_begndate": DAY,
        "stmt_enddate": DAY,
        "medfee_sumamt": "0.00",
        "fund_pay_sumamt": "0.00",
        "cash_payamt": "0.00",
        "fixmedins_setl_cnt": len(rows),
        "clr_type": "11",
    }
    told = clinic.done("3202", {"data": data})["fileinfo"]
    asked = {**told, "fixmedins_code": clinic.institution}
    del asked["dld_endtime"]
    response = clinic.post(clinic.envelope("9102", {"fsDownloadIn": asked}))
    assert response.headers["Content-Type"] == "application/octet-stream"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        [name] = archive.namelist()
        text = archive.read(name).decode("utf-8")
    return [line.split("\t") for line in text.splitlines()]


def test_sums_that_are_right_balance_and_others_say_whose_is_more(clinic: Clinic) -> None:
    settled(clinic)
    settled(clinic, "李秀英")
    assert verdict(clinic, 2, "52.68", "36.88") == "0"
    assert verdict(clinic, 1, "26.34", "18.44") == "1"
    assert verdict(clinic, 3, "79.02", "55.32") == "2"
    assert verdict(clinic, 2, "52.68", "36.87") == "3"


def test_a_group_is_its_insurance_its_place_and_its_days(clinic: Clinic, clock: Clock) -> None:
    settled(clinic)
    assert verdict(clinic, 0, "0.00", "0.00", insutype="310") == "0"
    assert verdict(clinic, 0, "0.00", "0.00", setl_optins="430100") == "0"
    assert verdict(clinic, 0, "0.00", "0.00", clr_type="21") == "0"
    clock.now += timedelta(days=1)
    clinic.sign_in()
    settled(clinic)
    assert verdict(clinic, 1, "26.34", "18.44") == "0"
    assert verdict(clinic, 2, "52.68", "36.88", stmt_enddate="2025-09-21") == "0"


def test_the_place_of_a_group_is_that_of_its_settlements(clinic: Clinic) -> None:
    visit = settled(clinic)
    info = visit.info  # type: ignore[attr-defined]
    assert (info["clr_optins"], info["clr_type"]) == ("431024", "11")


@pytest.mark.parametrize(
    ("netted", "told"), [(True, (0, "0.00", "0.00")), (False, (1, "26.34", "18.44"))]
)
def test_a_cancellation_is_subtracted_where_refunds_are_netted(
    tmp_path: Path, clock: Clock, *, netted: bool, told: tuple[Any, ...]
) -> None:
    with at(tmp_path, clock, refunds_netted=netted) as clinic:
        cancel(settled(clinic))
        assert verdict(clinic, *told) == "0"


def test_a_cancellation_counts_on_its_own_day(clinic: Clinic, clock: Clock) -> None:
    visit = settled(clinic)
    clock.now += timedelta(days=1)
    clinic.sign_in()
    cancel(visit)
    assert verdict(clinic, 1, "26.34", "18.44") == "0"
    days = {"stmt_begndate": "2025-09-21", "stmt_enddate": "2025-09-21"}
    assert verdict(clinic, -1, "-26.34", "-18.44", **days) == "0"
    assert verdict(clinic, -1, "-26.34", "-18.44", REFD_SETL_FLAG="1", **days) == "0"


def test_what_was_reversed_was_never_there(clinic: Clinic) -> None:
    visit = settled(clinic)
    visit.reverse(visit.info["medins_setl_id"])  # type: ignore[attr-defined]
    assert verdict(clinic, 0, "0.00", "0.00") == "0"
    assert compared(clinic, []) == []


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        (Verdicts.SHORT, ["0", "1", "2", "3"]),
        (Verdicts.LONG, ["000000", "000101", "000102", "000103"]),
    ],
)
def test_verdicts_are_of_the_family_the_province_speaks(
    tmp_path: Path, clock: Clock, family: Verdicts, codes: list[str]
) -> None:
    with at(tmp_path, clock, verdicts=family) as clinic:
        same, theirs, differs = settled(clinic), settled(clinic), settled(clinic)
        ours = ("431024" + "9" * 16, "1", same.psn_no, "1.00", "0.00", "0.00", "0")
        wrong = row(differs, fund_pay_sumamt="18.45")
        rows = compared(clinic, [row(same), wrong, ours])
        told = {each[2]: each[4] for each in rows}
        setl_ids = [visit.info["setl_id"] for visit in (same, theirs)]  # type: ignore[attr-defined]
        assert [told[each] for each in (*setl_ids, ours[0], wrong[0])] == codes
        assert verdict(clinic, 3, "79.02", "55.32") == codes[0]


@pytest.mark.parametrize("listed", FileRows)
def test_the_file_lists_everything_or_only_differences(
    tmp_path: Path, clock: Clock, listed: FileRows
) -> None:
    with at(tmp_path, clock, file_rows=listed) as clinic:
        same, theirs = settled(clinic), settled(clinic)
        rows = compared(clinic, [row(same)])
        assert len(rows) == (2 if listed is FileRows.ALL else 1)
        [missing] = [each for each in rows if each[4] == "1"]
        info = theirs.info  # type: ignore[attr-defined]
        assert missing == [
            *(theirs.psn_no, theirs.mdtrt_id, info["setl_id"], info["medins_setl_id"]),
            *("1", "0", "中心多", "26.34", "18.44", "0.00"),
        ]


def test_a_refunded_settlement_is_two_rows(clinic: Clinic) -> None:
    visit = settled(clinic)
    cancel(visit)
    rows = compared(clinic, [row(visit)])
    assert [(each[4], each[5], each[7]) for each in rows] == [
        ("0", "0", "26.34"),
        ("1", "1", "-26.34"),
    ]
    assert all(each[4] == "0" for each in compared(clinic, [row(visit), row(visit, -1)]))


def test_a_reinstated_settlement_is_one_row(clinic: Clinic) -> None:
    visit = settled(clinic)
    msgid = clinic.msgid()
    info = visit.info  # type: ignore[attr-defined]
    named = {"setl_id": info["setl_id"], "mdtrt_id": visit.mdtrt_id, "psn_no": visit.psn_no}
    visit.done("2208", {"data": named}, msgid=msgid)
    visit.reverse(msgid, "2208")
    [only] = compared(clinic, [row(visit)])
    assert only[4:6] == ["0", "0"]


@pytest.mark.parametrize(
    "how",
    [
        list,
        lambda raw: [byte - 256 if byte > 127 else byte for byte in raw],
        lambda raw: base64.b64encode(raw).decode(),
    ],
)
def test_a_byte_array_is_base64_or_numbers_with_or_without_signs(clinic: Clinic, how: Any) -> None:
    visit = settled(clinic)
    [only] = compared(clinic, [(*row(visit), "备注")], how)
    assert only[4] == "0"


GOOD = ("S1", "M1", "P1", "1.00", "0.00", "0.00", "0")


@pytest.mark.parametrize(
    "rows",
    [
        [GOOD[:6]],
        [(*GOOD, "null", "more")],
        [("", *GOOD[1:])],
        [(*GOOD[:3], "1,00", *GOOD[4:])],
        [(*GOOD[:3], "null", *GOOD[4:])],
        [(*GOOD[:3], "-1.00", *GOOD[4:])],
        [(*GOOD[:6], "1")],
        [(*GOOD[:6], "2")],
        [GOOD, GOOD],
    ],
)
def test_a_row_in_another_shape_is_refused_by_its_number(clinic: Clinic, rows: list[Row]) -> None:
    with pytest.raises(AssertionError, match=r"stmtcheck_[23]"):
        compared(clinic, rows)
