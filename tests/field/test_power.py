"""The battery: what the kernel tells, what the screens show, and what is not begun on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.power import PowerSource, PowerView
from terminal.power import Power, read_power
from tests.clinic import AMOXICILLIN, RULES, WANG, code
from tests.field.supplies import battery, mains, supply
from tests.field.writes_a_day import BYTES_MAX, VISITS, day_of_visits


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "power_supply"


def test_a_machine_that_tells_nothing_of_its_power_is_never_low(root):
    assert read_power(root) == PowerView()
    root.mkdir()
    Power(root).refuse_low()


def test_the_charger_is_seen_as_it_is_pulled_and_the_minutes_are_rounded_down(root):
    battery(root, 80, "Charging", energy_now=8_000_000, power_now=6_000_000)
    mains(root, "1")
    assert read_power(root) == PowerView(PowerSource.MAINS, 80, None)
    mains(root, "0")
    assert read_power(root) == PowerView(PowerSource.BATTERY, 80, 80)
    battery(root, 80, "Discharging", energy_now=8_000_000, power_now=7_000_000)
    assert read_power(root).minutes_left == 65  # 68 minutes and some seconds.


def test_a_current_with_a_sign_and_a_battery_in_a_mouse_do_not_mislead(root):
    battery(root, 40, "Discharging", charge_now=2_000_000, current_now=-1_000_000)
    supply(root, "hidpp_battery_0", type="Battery", scope="Device", capacity="2", status="Full")
    assert read_power(root) == PowerView(PowerSource.BATTERY, 40, 120)


def test_what_a_broken_controller_says_stops_nobody(root):
    supply(root, "BAT0", type="Battery", capacity="\xff?", status="Discharging", energy_now="")
    assert read_power(root) == PowerView(PowerSource.BATTERY, None, None)
    Power(root).refuse_low()


@pytest.mark.parametrize(("percent", "refused"), [(11, False), (10, True), (0, True)])
def test_from_ten_percent_down_nothing_is_begun(root, percent, refused):
    battery(root, percent, "Discharging")
    if not refused:
        Power(root).refuse_low()
        return
    with pytest.raises(Refused) as told:
        Power(root).refuse_low()
    assert told.value.code == "power.low"
    mains(root, "1")
    Power(root).refuse_low()  # On the charger, however empty.


def test_the_supplies_are_not_read_with_every_drawing_and_a_change_is_noticed(root):
    at = [0.0]
    battery(root, 50, "Discharging")
    power = Power(root, lambda: at[0])
    assert power.changed()
    assert power.shown().percent == 50
    battery(root, 49, "Discharging")
    assert not power.changed()
    at[0] = 10.0
    assert power.changed()
    assert power.shown().percent == 49


def test_on_an_empty_battery_an_amount_is_not_agreed_to_and_on_the_charger_it_is(rooms, root):
    at = [0.0]
    battery(root, 9, "Discharging")
    opened = rooms(rules=replace(RULES, power=Power(root, lambda: at[0])))
    visit_id = opened.priced(WANG, code(AMOXICILLIN, 1))
    with pytest.raises(Refused) as told:
        opened.confirm(visit_id)
    assert told.value.code == "power.low"
    states = {each.state for each in opened.store.settlements.of_visit(visit_id)}
    assert states == {SettlementState.PRICED}
    mains(root, "1")
    at[0] = 10.0
    opened.confirm(visit_id)
    states = {each.state for each in opened.store.settlements.of_visit(visit_id)}
    assert states == {SettlementState.SETTLED}


def test_thirty_visits_write_no_more_than_a_card_bears(tmp_path_factory):
    told = day_of_visits(tmp_path_factory.mktemp("card"), 4)
    assert told["bytes_a_visit"] <= BYTES_MAX // VISITS
