"""What the county signs is taken once, whichever way it comes; what is wrong changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.county.server import CountyFault, SandboxCounty
from terminal import county_trial
from terminal.core.county_files import (
    BYTES_MAX,
    CountyFile,
    CountyKind,
    Seen,
    accepted,
    bytes_max,
    first_lines,
    read_signed,
)
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.national_crypto import new_sm2_key, sm2_sign
from terminal.county import County, from_stick
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.county_trial import SettingsTrial
from terminal.province.post import Post
from terminal.settings_file import read_settings
from tests.clinic import quick_folder

KEY, FOREIGN = new_sm2_key(), new_sm2_key()
CLINIC = "H99102400001"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
KIND = CountyKind.SETTINGS
NAME = "settings.signed"


def a_file(revision=1, content=b"let_go_max_fen = 5\n", **changed):
    begins, ends = NOW - timedelta(days=1), NOW + timedelta(days=30)
    return replace(CountyFile(KIND, "991024", revision, begins, ends, content), **changed)


def signed(revision=1, content=b"let_go_max_fen = 5\n", **changed):
    return signed_file(a_file(revision, content, **changed), KEY.private_hex)


@pytest.fixture
def place():
    with quick_folder() as made:
        yield made


@pytest.fixture
def shelf(place):
    return CountyShelf(place / "county", CLINIC, [KEY.public_hex])


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with SandboxCounty(tmp_path_factory.mktemp("county")) as county:
        line = Post(county.authority, 5.0)
        yield county, line
        line.close()


@pytest.fixture
def asked(served, shelf):
    county, line = served
    county.files, county.older, county.fault = {NAME: signed()}, {}, CountyFault.NONE
    return County(shelf, line, county.address, within_s=1.0)


# --- what is accepted


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scope": "H99102400002"}, "county.not_ours"),
        ({"scope": "991025"}, "county.not_ours"),
        ({"revision": 6}, "county.replayed"),
        ({"revision": 7, "content": b"let_go_max_fen = 6\n"}, "county.replayed"),
        ({"valid_from": NOW + timedelta(seconds=1)}, "county.not_yet"),
        ({"expires": NOW}, "county.expired"),
    ],
)
def test_what_is_not_for_us_now_is_refused(shelf, changed, code):
    shelf.take(KIND, signed(7), NOW)
    with pytest.raises(Refused) as raised:
        shelf.take(KIND, signed(**{"revision": 8, **changed}), NOW)
    assert raised.value.code == code
    assert shelf.held(KIND).revision == 7


@pytest.mark.parametrize("scope", ["99", "9910", "991024", CLINIC])
def test_a_region_and_the_clinic_itself_are_ours(shelf, scope):
    assert shelf.take(KIND, signed(scope=scope), NOW)


def test_a_clock_of_1970_takes_nothing_and_loses_nothing(shelf):
    shelf.take(KIND, signed(1), NOW)
    with pytest.raises(Refused) as raised:
        shelf.take(KIND, signed(2), datetime(1970, 1, 1, tzinfo=UTC))
    assert raised.value.code == "county.not_yet"
    assert shelf.held(KIND).revision == 1


def test_a_clock_set_back_does_not_revive_what_expired():
    newest = Seen(1, "", NOW)
    old = a_file(2, valid_from=NOW - timedelta(days=9), expires=NOW - timedelta(days=1))
    with pytest.raises(Refused) as raised:
        accepted(old, CLINIC, newest, NOW - timedelta(days=5))
    assert raised.value.code == "county.expired"


@given(st.integers(0, 2000), st.integers(1, 255))
def test_no_changed_byte_is_accepted(place_of_byte, change):
    data = bytearray(WHOLE)
    data[place_of_byte % len(data)] ^= change
    if bytes(data).lower() == WHOLE.lower():
        return  # A signature's digit in capitals is the same digit.
    with pytest.raises(Refused, match=r"county\."):
        read_signed(KIND, bytes(data), [KEY.public_hex])


WHOLE = signed()


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reading(data):
    with pytest.raises(Refused, match=r"county\."):
        read_signed(KIND, data, [KEY.public_hex])


@pytest.mark.parametrize(
    "line",
    [b"[]", b"{", b"[" * 900, b'{"kind":[]}',
     first_lines(a_file()).split(b"\n")[1][:-1] + b',"x":1}',
     first_lines(a_file()).split(b"\n")[1].replace(b'"settings"', b"[]"),
     first_lines(a_file()).split(b"\n")[1].replace(b'"size":', b'"size":-'),
     first_lines(a_file()).split(b"\n")[1].replace(b'"991024"', b'"../../x"'),
     first_lines(a_file()).split(b"\n")[1].replace(b"+00:00", b""),
     first_lines(a_file()).split(b"\n")[1].replace(b'"revision":1', b'"revision":true')],
)  # fmt: skip
def test_a_hostile_line_is_refused_even_when_signed(line):
    two = b"clinic-terminal county 1\n" + line + b"\n"
    data = two + sm2_sign(KEY.private_hex, two).encode() + b"\nlet_go_max_fen = 5\n"
    with pytest.raises(Refused) as raised:
        read_signed(KIND, data, [KEY.public_hex])
    assert raised.value.code == "county.wrong_form"


def test_a_file_of_another_kind_or_hand_or_size_is_refused(shelf):
    for kind, data, code in [
        (CountyKind.CATALOGUE, signed(), "county.wrong_form"),
        (KIND, signed_file(a_file(), FOREIGN.private_hex), "county.not_signed"),
        (KIND, bytes(bytes_max(KIND) + 1), "county.too_large"),
    ]:
        with pytest.raises(Refused) as raised:
            shelf.take(kind, data, NOW)
        assert raised.value.code == code
    with pytest.raises(Refused):
        signed(content=bytes(BYTES_MAX[KIND] + 2000))


def test_what_was_changed_on_this_disk_is_not_the_countys(shelf, place):
    shelf.take(KIND, signed(), NOW)
    kept = place / "county" / NAME
    kept.write_bytes(kept.read_bytes().replace(b"fen = 5", b"fen = 9"))
    with pytest.raises(Refused):
        shelf.held(KIND)
    assert shelf.stands(NOW)[0].is_stale


def test_a_lost_note_forgets_no_revision(shelf, place):
    shelf.take(KIND, signed(7), NOW)
    (place / "county/settings.seen").write_bytes(b"\x00")
    with pytest.raises(Refused) as raised:
        shelf.take(KIND, signed(6), NOW)
    assert raised.value.code == "county.replayed"


# --- over the line


def test_what_is_held_is_not_sent_again(asked, served):
    county, _ = served
    assert asked.fetch(KIND, NOW).revision == 1
    sent = county.bytes_sent
    assert asked.fetch(KIND, NOW) is None
    assert county.bytes_sent == sent
    county.files[NAME] = signed(2)
    assert asked.fetch(KIND, NOW).revision == 2


def test_a_lost_file_comes_again(asked, place):
    asked.fetch(KIND, NOW)
    (place / "county" / NAME).unlink()
    assert asked.fetch(KIND, NOW).revision == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (CountyFault.STALE, "county.replayed"),
        (CountyFault.FORGED, "county.changed"),
        (CountyFault.TRUNCATED, "county.away"),
        (CountyFault.BROKEN, "county.away"),
        (CountyFault.SLOW, "county.away"),
        (CountyFault.ENDLESS, "county.too_large"),
        (CountyFault.PACKED, "county.packed"),
    ],
)
def test_a_county_that_is_not_well_changes_nothing(asked, served, shelf, fault, code):
    county, _ = served
    county.files[NAME] = signed(7)
    asked.fetch(KIND, NOW)
    county.older, county.files = {NAME: signed(6)}, {NAME: signed(8)}
    county.fault = fault
    with pytest.raises(Fault) as raised:
        asked.fetch(KIND, NOW)
    assert raised.value.code == code
    assert shelf.held(KIND).revision == 7
    county.fault = CountyFault.NONE
    assert asked.fetch(KIND, NOW).revision == 8


def test_a_county_in_1970_is_still_the_county(asked, served):
    served[0].fault = CountyFault.CLOCK_1970
    assert asked.fetch(KIND, NOW).revision == 1


def test_nothing_changed_is_no_answer_to_who_holds_nothing(asked, served):
    served[0].fault = CountyFault.WRONG_TAG
    with pytest.raises(Unavailable):
        asked.fetch(KIND, NOW)


def test_silence_is_stale_after_its_time_and_an_answer_is_not(asked, shelf):
    asked.fetch(KIND, NOW)
    assert not shelf.stands(NOW + timedelta(days=6))[0].is_stale
    assert shelf.stands(NOW + timedelta(days=8))[0].is_stale
    asked.fetch(KIND, NOW + timedelta(days=8))
    assert not shelf.stands(NOW + timedelta(days=8))[0].is_stale
    assert shelf.stands(NOW + timedelta(days=31))[0].is_stale


def test_a_round_asks_for_what_is_due_and_rests_after_failures(asked, served):
    county, _ = served
    before = county.requests
    news, faults = asked.round(NOW, 0.0, lambda: 0.0)
    assert [file.kind for file in news] == [KIND]
    assert {fault.code for fault in faults} == {"county.away"}
    assert county.requests == before + len(CountyKind)
    asked.round(NOW, 60.0, lambda: 0.5)
    assert county.requests == before + len(CountyKind)


# --- from a stick


def test_a_stick_brings_the_same_files(shelf, place):
    (place / NAME).write_bytes(signed())
    assert [file.revision for file in from_stick(shelf, place, NOW)] == [1]
    assert from_stick(shelf, place, NOW) == []


def test_a_link_on_a_stick_is_not_followed(shelf, place):
    (place / "outside").write_bytes(signed())
    (place / NAME).symlink_to(place / "outside")
    with pytest.raises(Refused) as raised:
        from_stick(shelf, place, NOW)
    assert raised.value.code == "county.not_a_file"


# --- settings on trial

OLD, NEW = b"let_go_max_fen = 5\n", b"let_go_max_fen = 7\n"


def settled(place):
    trial = SettingsTrial(place / "county")
    trial.stage(1, OLD)
    trial.begin()
    trial.well()
    return trial


def test_settings_are_tried_at_a_start_and_kept_when_well(place):
    trial = settled(place)
    trial.stage(2, NEW)
    assert trial.in_force()["let_go_max_fen"] == 5
    trial.begin()
    assert trial.in_force()["let_go_max_fen"] == 7
    trial.well()
    trial.begin()
    assert trial.in_force()["let_go_max_fen"] == 7


def test_a_start_that_was_never_well_goes_back_and_is_not_tried_again(place):
    trial = settled(place)
    trial.stage(2, NEW)
    trial.begin()
    trial.begin()
    assert trial.in_force()["let_go_max_fen"] == 5
    with pytest.raises(Refused) as raised:
        trial.stage(2, NEW)
    assert raised.value.code == "county.given_up"
    trial.stage(3, NEW)


class PowerCut(BaseException):
    """Not an Exception, so that no handler can survive it."""


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("cut_at", range(4))
def test_a_power_cut_at_any_write_leaves_settings_that_were_once_whole(
    place, monkeypatch, cut_at, side
):
    settled(place)
    left = [cut_at]
    write = county_trial.write_private

    def cut(path, data):
        left[0] -= 1
        if left[0] >= 0:
            return write(path, data)
        if side == "after":
            write(path, data)
        raise PowerCut

    monkeypatch.setattr(county_trial, "write_private", cut)
    trial = SettingsTrial(place / "county")
    try:
        trial.stage(2, NEW)
        trial.begin()
        trial.well()
        done = True
    except PowerCut:
        done = False
    monkeypatch.setattr(county_trial, "write_private", write)
    again = SettingsTrial(place / "county")
    for _ in range(2):  # Nobody says that it is well: the second start is the old one again.
        again.begin()
        assert again.in_force()["let_go_max_fen"] in {5, 7}
    kept = again.state().good == 2
    assert again.in_force()["let_go_max_fen"] == (7 if kept else 5)
    assert kept or not done


def test_the_countys_file_sets_only_what_is_the_countys(place):
    for content, code in [
        (b"web_port = 1\n", "county.not_theirs"),
        (b"\xff", "settings.unreadable"),
    ]:
        with pytest.raises(Refused) as raised:
            county_trial.county_settings(content)
        assert raised.value.code == code


def test_the_county_wins_in_what_is_its_own_and_nowhere_else(place, monkeypatch):
    monkeypatch.setenv("CLINIC_TERMINAL_DATA_DIR", str(place))
    (place / "terminal.toml").write_text('let_go_max_fen = 1\nclinic_name = "甲"\n', "utf-8")
    assert read_settings().let_go_max_fen == 1
    settled(place)
    read = read_settings()
    assert (read.let_go_max_fen, read.clinic_name) == (5, "甲")


def test_a_good_file_that_no_longer_keeps_the_limits_leaves_the_clinics_own(place, monkeypatch):
    monkeypatch.setenv("CLINIC_TERMINAL_DATA_DIR", str(place))
    trial = SettingsTrial(place / "county")
    trial.stage(1, b"let_go_max_fen = 100000\n")
    trial.begin()
    assert read_settings().let_go_max_fen == 9
