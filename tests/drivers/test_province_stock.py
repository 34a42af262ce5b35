"""Stock as it is told: a count sets, a move adds, and what is told twice counts twice."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import ITEMS, Clinic

BOX = "阿莫西林胶囊"
CODE = "89101110000000000001"


def counted(clinic: Clinic, cnt: str, **more: object) -> tuple[str, str]:
    """The inner verdict of 3501."""
    sent = {
        **drug(),
        "invdate": "2025-09-20",
        "inv_cnt": cnt,
        "manu_lotnum": "L1",
        "manu_date": "2025-01-01",
        "expy_end": "2027-01-01",
        **more,
    }
    return verdict(clinic.done("3501", {"invinfo": sent}))


def moved(clinic: Clinic, cnt: str, kind: str, **more: object) -> tuple[str, str]:
    """The inner verdict of 3502."""
    sent = {
        **drug(),
        "inv_chg_type": kind,
        "pric": "26.34",
        "cnt": cnt,
        "inv_chg_time": "2025-09-20 09:30:00",
        "trdn_flag": "0",
        **more,
    }
    return verdict(clinic.done("3502", {"invinfo": sent}))


def drug() -> dict[str, str]:
    return {
        "med_list_codg": ITEMS[BOX][0],
        "fixmedins_hilist_id": ITEMS[BOX][1],
        "fixmedins_hilist_name": BOX,
        "fixmedins_bchno": "B1",
        "rx_flag": "1",
    }


def verdict(output: dict[str, Any]) -> tuple[str, str]:
    return output["result"]["retRslt"], output["result"]["msgRslt"]


def lying(province: SandboxProvince) -> dict[tuple[str, str], str]:
    return {(row["item"], row["batch"]): row["cnt"] for row in province.book()["stock"]}


def test_a_count_sets_and_a_move_adds_or_takes(clinic: Clinic, province: SandboxProvince) -> None:
    shelf = (ITEMS[BOX][1], "B1")
    assert moved(clinic, "5", "101") == ("1", "成功")
    assert lying(province) == {shelf: "5.0000"}
    assert counted(clinic, "12") == ("1", "成功")
    assert moved(clinic, "2.5", "102") == ("1", "成功")
    assert lying(province) == {shelf: "9.5000"}
    assert moved(clinic, "1", "101", fixmedins_bchno="B2")[0] == "1"
    assert lying(province) == {shelf: "9.5000", (shelf[0], "B2"): "1.0000"}


def test_what_is_told_twice_is_counted_twice(clinic: Clinic, province: SandboxProvince) -> None:
    for _ in range(2):
        counted(clinic, "10")
        moved(clinic, "3", "101")
    assert [*lying(province).values()] == ["13.0000"]
    moved(clinic, "3", "101")
    assert [*lying(province).values()] == ["16.0000"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"inv_cnt": "-1"}, "盘存数量不能为负"),
        ({"invdate": "2025-09-21"}, "盘存日期晚于当前日期"),
        ({"expy_end": "2024-12-31"}, "有效期早于生产日期"),
        ({"med_list_codg": "XNONE"}, "医保目录编码不存在"),
        ({"fixmedins_hilist_id": "YP0001"}, "机构目录未对照"),
        ({"drugtracinfo": [{"drug_trac_codg": "89101850000000000001"}]}, "追溯码与药品不一致"),
    ],
)
def test_a_count_that_cannot_be_is_a_no_inside_a_yes(
    clinic: Clinic, province: SandboxProvince, changes: dict[str, object], why: str
) -> None:
    assert counted(clinic, "1", **changes) == ("0", why)
    assert lying(province) == {}


@pytest.mark.parametrize("cnt", ["0", "-2"])
def test_a_move_has_its_direction_in_its_kind_alone(clinic: Clinic, cnt: str) -> None:
    assert moved(clinic, cnt, "101") == ("0", "变更数量应大于零")


@pytest.mark.parametrize(
    ("infno", "changes", "said"),
    [
        ("3501", {"inv_cnt": "1.234"}, "inv_cnt小数超过2位"),
        ("3501", {"expy_end": ""}, "expy_end不能为空"),
        ("3501", {"invdate": "2025-9-1"}, "invdate格式错误"),
        ("3501", {"inv_count": "1"}, "未定义的字段:inv_count"),
        ("3502", {"inv_chg_type": "999"}, "inv_chg_type字典值不正确"),
        ("3502", {"cnt": "1.23456"}, "cnt小数超过4位"),
        ("3502", {"trdn_flag": ""}, "trdn_flag不能为空"),
        ("3502", {"pric": None}, "pric不能为空"),
    ],
)
def test_a_field_that_is_not_as_the_table_says_is_named(
    clinic: Clinic, province: SandboxProvince, infno: str, changes: dict[str, object], said: str
) -> None:
    own = {"inv_cnt": "1", "invdate": "2025-09-20", "manu_date": "2025-01-01",
           "expy_end": "2027-01-01"}  # fmt: skip
    move = {"inv_chg_type": "101", "pric": "1", "cnt": "1", "trdn_flag": "0",
            "inv_chg_time": "2025-09-20 09:30:00"}  # fmt: skip
    sent = {**drug(), **(own if infno == "3501" else move), **changes}
    answer = clinic.ask(infno, {"invinfo": sent})
    assert (answer["infcode"], said in answer["err_msg"]) == (-2, True)
    assert lying(province) == {}


def test_each_institution_has_a_shelf_of_its_own(clinic: Clinic, province: SandboxProvince) -> None:
    counted(clinic, "10")
    with Clinic(province, clinic.clock, "H43102400992") as other:
        counted(other.sign_in(), "1")
    assert [row["cnt"] for row in province.book()["stock"]] == ["10.0000", "1.0000"]


def test_the_boxes_counted_may_be_named(clinic: Clinic) -> None:
    assert counted(clinic, "1", drugtracinfo=[{"drug_trac_codg": CODE}])[0] == "1"


def test_a_planted_no_takes_nothing(clinic: Clinic, province: SandboxProvince) -> None:
    for infno in ("3501", "3502"):
        province.faults.plant("not_taken", infno)
    assert (counted(clinic, "1")[0], moved(clinic, "1", "101")[0]) == ("0", "0")
    province.faults.plant("no_verdict", "3502")
    sent = {**drug(), "inv_chg_type": "101", "pric": "1", "cnt": "1", "trdn_flag": "0",
            "inv_chg_time": "2025-09-20 09:30:00"}  # fmt: skip
    assert clinic.done("3502", {"invinfo": sent}) == {}
    assert [*lying(province).values()] == ["1.0000"]  # Done, and no word of it.
