"""Everything the interface leaves open: each value of each setting, met by a province so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.manner import Manner
from drivers.simulated.province.manner import UrlStyle as Asked
from drivers.simulated.province.server import SandboxProvince
from terminal.assembly.parts import clinic, province_line
from terminal.core.faults import Fault, Refused, Uncertain
from terminal.core.region import FileLists, Region, StatementResults, TraceCodes
from terminal.core.shares import MutualAid
from terminal.province.conversation import BoxCode
from terminal.province.enquiry import Enquiry
from terminal.province.envelope import INPUT_CHARS_MAX
from terminal.province.fees import in_calls
from terminal.province.line import PATHS, UrlStyle
from terminal.settings import Settings
from terminal.settings_province import ProvinceSettings
from terminal.store import Store
from tests.clinic import AMOXICILLIN, PARACETAMOL, WANG, Clock
from tests.shell.at_the_province import BOX, EVERYBODY, AtTheProvince, at_the_province, line_to
from tests.shell.between import Between, Message, between


def fault_of(act: Any) -> Fault:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value


@contextmanager
def there(
    folder: Path, store: Store, clock: Clock, region: Region, **manner: Any
) -> Iterator[tuple[AtTheProvince, Between]]:
    """A province of this manner, and us in this region's, with a line to listen on."""
    with (
        SandboxProvince(folder / "province", clock=clock, manner=Manner(**manner)) as running,
        between(running.address) as line,
        at_the_province(line_to(line.address), store, clock, region) as at,
    ):
        yield at, line


# --- numbers and addresses


@pytest.mark.parametrize(
    ("region", "other"),
    [
        (Region(infno_describe="2203"), "2203A"),
        (Region(infno_pre_settle="2206"), "2206A"),
        (Region(infno_settle="2207"), "2207A"),
    ],
    ids=["2203", "2206", "2207"],
)
def test_the_form_that_the_region_knows_is_spoken_and_no_other(
    tmp_path: Path, store: Store, clock: Clock, region: Region, other: str
) -> None:
    refused = frozenset({other})
    with there(tmp_path, store, clock, region, infnos_refused=refused) as (at, line):
        settled = at.settled(at.case())
        at.province.reverse(at.case(), settled.medins_setl_id)
        assert other not in line.asked
    with there(tmp_path / "2", store, clock, Region(), infnos_refused=refused) as (at, _):
        assert isinstance(fault_of(lambda: at.settled(at.case())), Refused)


@pytest.mark.parametrize(
    ("style", "asked"),
    [
        (UrlStyle.SINGLE, Asked.ANY),
        (UrlStyle.BY_INFNO, Asked.BY_INFNO),
        (UrlStyle.BY_PATH, Asked.BY_PATH),
    ],
)
def test_each_style_of_address_finds_the_province(
    tmp_path: Path, store: Store, clock: Clock, style: UrlStyle, asked: Asked
) -> None:
    manner = Manner(url_style=asked)
    with (
        SandboxProvince(tmp_path / "p", clock=clock, manner=manner) as running,
        at_the_province(line_to(running.address, style=style), store, clock) as at,
    ):
        case = at.case()
        settled = at.settled(case)
        at.province.cancel(case, settled.mdtrt_id, settled.setl_id)


def test_a_province_of_paths_is_not_found_at_one_address(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    manner = Manner(url_style=Asked.BY_PATH)
    with (
        SandboxProvince(tmp_path / "p", clock=clock, manner=manner) as running,
        at_the_province(line_to(running.address), store, clock) as at,
    ):
        assert isinstance(fault_of(at.province.ready), Uncertain)


def test_an_address_ends_as_its_style_says() -> None:
    line = line_to("https://p.example/base/")
    assert line.address("2207A") == "https://p.example/base/"
    assert replace(line, style=UrlStyle.BY_INFNO).address("2207A") == (
        "https://p.example/base/2207A"
    )
    by_path = replace(line, style=UrlStyle.BY_PATH)
    assert by_path.address("2208").endswith(
        "/base/fsi/api/outpatientSettleService/cancleSettletment"
    )
    assert by_path.address("3513") == "https://p.example/base/3513"
    assert len(set(PATHS.values())) == len(PATHS)


# --- the envelope


@pytest.mark.parametrize(
    ("psn_type", "expected"), [("1501", "YBXT"), ("1300", "LXXT"), ("1301", "GSXT"), ("", "YBXT")]
)
def test_the_receiving_system_follows_the_kind_of_person(psn_type: str, expected: str) -> None:
    region = Region(recer_sys_codes={"13": "LXXT", "1301": "GSXT"})
    assert region.receiver(psn_type) == expected


def test_a_province_with_a_system_of_its_own_for_some_is_told_the_right_one(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    region = Region(recer_sys_code="YBXT", recer_sys_codes={"15": "LXXT", "16": "LXXT"})
    receivers = {"15": "LXXT", "16": "LXXT", "": "YBXT"}
    with there(tmp_path, store, clock, region, receivers=receivers) as (at, _):
        case = at.case()
        assert case.coverage.fund_used is not None, "what informs is asked there, too"
        settled = at.settled(case)
        assert at.province.find(case, settled.mdtrt_id)
    with there(tmp_path / "2", store, clock, Region(), receivers=receivers) as (at, _):
        assert isinstance(fault_of(lambda: at.settled(at.case())), Refused)


@pytest.mark.parametrize("as_text", [True, False])
def test_input_is_a_text_only_where_the_gateway_wants_one(
    tmp_path: Path,
    store: Store,
    clock: Clock,
    as_text: bool,  # noqa: FBT001
) -> None:
    kinds: set[type] = set()

    def look(sent: Message) -> Message:
        kinds.add(type(sent["input"]))
        return sent

    region = Region(input_as_text=as_text)
    with there(tmp_path, store, clock, region, input_as_text=as_text) as (at, line):
        line.request = look
        at.settled(at.case())
    assert kinds == {str if as_text else dict}


def test_a_text_of_success_is_success_only_where_the_region_says_so(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    good = Region(good_texts=("成功", "操作成功"))
    with there(tmp_path, store, clock, good, good_text="成功") as (at, _):
        at.settled(at.case())
    with there(tmp_path / "2", store, clock, Region(), good_text="成功") as (at, _):
        assert isinstance(fault_of(at.case), Refused)
    with there(tmp_path / "3", store, clock, Region(good_texts=("成功",))) as (at, line):
        case = at.case()
        mdtrt_id, priced = at.priced(case)

        def ambiguous(sent: Message, said: Message) -> Message:
            said["err_msg"] = "成功?"
            return said

        line.answer = ambiguous
        fault = fault_of(lambda: at.province.settle(case, mdtrt_id, "1", priced, at.msgid()))
        assert (type(fault), fault.code) == (Uncertain, "province.contradiction")


@pytest.mark.parametrize("infver", ["V1.0", "V2.0"])
def test_the_interface_version_is_the_regions(
    tmp_path: Path, store: Store, clock: Clock, infver: str
) -> None:
    versions: set[str] = set()

    def look(sent: Message) -> Message:
        versions.add(sent["infver"])
        return sent

    with there(tmp_path, store, clock, Region(infver=infver)) as (at, line):
        line.request = look
        at.case()
    assert versions == {infver}


# --- the money


@pytest.mark.parametrize("in_fund", [False, True])
@pytest.mark.parametrize("aid", list(MutualAid))
def test_wherever_the_account_is_counted_the_shares_are_the_same(
    tmp_path: Path,
    store: Store,
    clock: Clock,
    in_fund: bool,  # noqa: FBT001
    aid: MutualAid,
) -> None:
    """Fund, own account, a relative's account, cash: each apart, each to the fen."""
    region = Region(account_in_fund=in_fund, mutual_aid=aid)
    inside = aid is MutualAid.INSIDE_ACCOUNT
    seen = []
    with there(
        tmp_path, store, clock, region, account_in_fund=in_fund, mutual_aid_in_account=inside
    ) as (at, _):
        for id_number in EVERYBODY:
            try:
                case = at.case(id_number)
                settled = at.settled(case, at.fee(1))
            except Refused:
                continue  # Not insured, or not here.
            assert at.province.find(case, settled.mdtrt_id)[0].shares == settled.shares
            seen.append(settled.shares)
    assert any(shares.account.fen for shares in seen)
    assert any(shares.mutual_aid.fen for shares in seen)
    for shares in seen:
        assert shares.fund + shares.account + shares.mutual_aid + shares.cash == shares.total
        assert shares.own == shares.account + shares.mutual_aid + shares.cash


def test_an_account_counted_in_the_fund_is_not_believed_elsewhere(
    tmp_path: Path, store: Store, clock: Clock
) -> None:
    """A wrong setting is a fault, never a figure."""
    wrong = 0
    with there(tmp_path, store, clock, Region(mutual_aid=MutualAid.INSIDE_ACCOUNT)) as (at, _):
        for id_number in EVERYBODY:
            try:
                at.settled(at.case(id_number))
            except (Refused, Uncertain) as fault:
                wrong += fault.code == "province.amounts_do_not_add_up"
    assert wrong


@pytest.mark.parametrize("travel", list(TraceCodes))
def test_trace_codes_go_with_the_money_where_the_region_wants_them(
    tmp_path: Path, store: Store, clock: Clock, travel: TraceCodes
) -> None:
    wanted = travel is not TraceCodes.SALE_REPORT
    region = Region(trace_codes=travel)
    with there(tmp_path, store, clock, region, trace_codes_with_settlement=wanted) as (at, _):
        case = at.case()
        at.settled(case, at.fee(1), codes=(BoxCode("1", BOX, split=False),))
        today = clock().date()
        assert [box.trace_code for box in at.province.sold(today, today)] == [BOX] * wanted


def test_a_part_of_a_box_is_said_to_be_one(tmp_path: Path, store: Store, clock: Clock) -> None:
    carried: list[Any] = []

    def look(sent: Message) -> Message:
        carried.extend(sent["input"].get("drug_trac_info", []))
        return sent

    region = Region(trace_codes=TraceCodes.BOTH)
    with there(tmp_path, store, clock, region) as (at, line):
        line.request = look
        at.settled(at.case(), at.fee(1), codes=(BoxCode("1", BOX, split=True),))
    assert carried == [
        {
            "feedetl_sn": "1",
            "drug_trac_codg": BOX,
            "trdn_flag": "1",
            "min_prcunt_type": "2",
        }
    ]


@pytest.mark.parametrize(("most", "calls"), [(1, 5), (2, 3), (5, 1), (100, 1)])
def test_more_lines_than_a_call_takes_are_sent_in_several_of_one_batch(
    tmp_path: Path, store: Store, clock: Clock, most: int, calls: int
) -> None:
    region = Region(fee_lines_max=most)
    with there(tmp_path, store, clock, region, fee_lines_max=most) as (at, line):
        fees = [at.fee(n, AMOXICILLIN if n % 2 else PARACETAMOL) for n in range(1, 6)]
        settled = at.settled(at.case(), *fees)
        assert settled.shares.total == sum((f.total for f in fees[1:]), fees[0].total)
        assert line.asked.count("2204") == calls


def test_no_call_is_longer_than_an_input_may_be(tmp_path: Path, store: Store, clock: Clock) -> None:
    longest = 0

    def look(sent: Message) -> Message:
        nonlocal longest
        import json  # noqa: PLC0415

        written = json.dumps(sent["input"], ensure_ascii=False, separators=(",", ":"))
        longest = max(longest, len(written))
        return sent

    region = Region(fee_lines_max=1000)
    with there(tmp_path, store, clock, region, fee_lines_max=1000) as (at, line):
        line.request = look
        at.settled(at.case(), *(at.fee(n) for n in range(1, 131)))
        assert line.asked.count("2204") == 2
    assert INPUT_CHARS_MAX * 0.9 < longest <= INPUT_CHARS_MAX


def test_the_calls_together_are_the_lines_in_their_order() -> None:
    rows = [{"feedetl_sn": str(n), "x": "长" * (n * 97 % 9000)} for n in range(200)]
    calls = list(in_calls(rows, 7))
    assert [row for call in calls for row in call] == rows
    assert all(len(call) <= 7 for call in calls)
    assert list(in_calls([], 7)) == []


# --- who someone is


@pytest.mark.parametrize(("kind", "known"), [("03", True), ("99", False)])
def test_a_contract_counts_by_the_regions_code_for_it(
    tmp_path: Path,
    store: Store,
    clock: Clock,
    kind: str,
    known: bool,  # noqa: FBT001
) -> None:
    asked: list[str] = []

    def look(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5302":
            asked.append(sent["input"]["data"]["biz_appy_type"])
            if asked[-1] != "03":
                said["output"] = {"psnfixmedin": []}
        return said

    with there(tmp_path, store, clock, Region(family_doctor_type=kind)) as (at, line):
        line.answer = look
        contract = at.case().coverage.contract
    assert asked == [kind]
    assert bool(contract) is known


@pytest.mark.parametrize(("code", "told"), [("D390101_BIZ11", True), ("D990101", False)])
def test_what_was_used_is_read_under_the_regions_code(
    tmp_path: Path,
    store: Store,
    clock: Clock,
    code: str,
    told: bool,  # noqa: FBT001
) -> None:
    with there(tmp_path, store, clock, Region(yearly_limit_type=code)) as (at, _):
        assert (Enquiry(at.session).person(WANG)[1].fund_used is not None) is told


# --- from the settings


def test_every_value_of_the_region_comes_from_a_setting_of_its_name(tmp_path: Path) -> None:
    other = {
        "infver": "V2.0",
        "recer_sys_code": "PQ",
        "recer_sys_codes": {"13": "LXXT"},
        "infno_describe": "2203",
        "infno_pre_settle": "2206",
        "infno_settle": "2207",
        "infno_sale": "3505",
        "infno_sale_return": "3506",
        "input_as_text": True,
        "good_texts": ("成功",),
        "mutual_aid": MutualAid.INSIDE_ACCOUNT,
        "account_in_fund": True,
        "trace_codes": TraceCodes.BOTH,
        "fee_lines_max": 40,
        "statement_results": StatementResults.LONG,
        "refunds_netted": False,
        "file_lists": FileLists.DIFFERENCES,
        "file_by_insurance": False,
        "upload_as_text": True,
        "family_doctor_type": "05",
        "yearly_limit_type": "D390101",
    }
    assert set(other) == {each.name for each in fields(Region)}
    region = clinic(Settings(data_dir=tmp_path, **other)).region  # type: ignore[arg-type]
    assert region == Region(**other)  # type: ignore[arg-type]
    assert clinic(Settings(data_dir=tmp_path)).region == Region(), "one default, said twice"
    assert set(other) <= set(ProvinceSettings.model_fields)


@pytest.mark.parametrize("style", ["single", "by_infno", "by_path"])
def test_the_line_comes_from_its_settings(tmp_path: Path, style: str) -> None:
    authority = tmp_path / "authority.pem"
    line = province_line(
        Settings(
            data_dir=tmp_path,
            province_url="https://p.example",
            province_url_style=style,  # type: ignore[arg-type]
            province_connect_timeout_s=3,
            province_read_timeout_s=7,
            province_file_timeout_s=11,
            province_ca_file=authority,
        )
    )
    assert (line.style, line.ca_file, line.connect_timeout_s) == (style, authority, 3)
    assert [line.answer_within_s(infno) for infno in ("2207A", "9101", "9102", "1301", "3202")] == [
        7, 11, 11, 11, 11,
    ]  # fmt: skip
    assert line.answer_within_s("2001") == 5, "advice keeps no charge waiting for a minute"
