"""Every named point of a settlement is cut, and every one stands in docs/rehearsal.md.

First each way of a settlement is gone without a cut, and the names of its writes noted:
they must be those of the table, so that a new step cannot come without its row. Then the
power fails before and after each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from terminal.core.money import Money
from terminal.desk import Rules
from tests.clinic import AMOXICILLIN, COLD, RULES, WANG, code, settling
from tests.conftest import HOUSE
from tests.crash.doctor import go_on
from tests.crash.power import Power, PowerCut
from tests.crash.test_power_cut import CANNOT_FIND, Village, village
from tests.rooms import Rooms
from tests.shell.test_undoing import raised

_ROW = re.compile(r"^\| `([^`]+)` \| ([a-z, ]+) \|", re.MULTILINE)

Start = Callable[..., Rooms]


@dataclass(frozen=True)
class Way:
    """One way a settlement goes: its region, what comes before the cuts, and what is cut."""

    rules: Rules
    prepare: Callable[[Village, Start, str], Rooms]
    act: Callable[[Village, Rooms], object]


def priced(_: Village, start: Start, box: str) -> Rooms:
    here = start()
    here.priced(WANG, box)
    return here


def settled(world: Village, start: Start, box: str) -> Rooms:
    here = priced(world, start, box)
    confirm(world, here)
    return here


def unknown(fault: str) -> Callable[[Village, Start, str], Rooms]:
    """A charge of which nobody has heard."""

    def prepare(world: Village, start: Start, box: str) -> Rooms:
        world.province.faults.plant(fault, "2207A")
        return settled(world, start, box)

    return prepare


def away(world: Village, start: Start, box: str) -> Rooms:
    """Agreed to, and then the line was gone before a byte had left."""
    priced(world, start, box)
    there, world.line.address = world.line.address, "http://127.0.0.1:1"
    confirm(world, start())
    world.line.address = there
    return start()


def estimated(world: Village, start: Start, box: str) -> Rooms:
    """Agreed to as a ceiling, with the province away all the time."""
    start().traced(WANG, box)
    there, world.line.address = world.line.address, "http://127.0.0.1:1"
    here = start()
    here.line_is_away = True
    visit_id = here.counter.front or ""
    here.basket.set_diagnosis(visit_id, COLD)
    here.till.estimate(visit_id)
    estimate = here.record(visit_id).estimate or {}
    revision = here.store.visits.visit(visit_id).revision
    here.till.agree_ceiling(visit_id, revision, Money(estimate["own"]))
    world.line.address = there
    return start()


def confirm(_: Village, here: Rooms) -> None:
    here.confirm(here.counter.front or "")


def ask(_: Village, here: Rooms) -> None:
    here.till.ask_now()


def ask_the_file(world: Village, here: Rooms) -> None:
    """Reversed, and half a day later the province's file decides."""
    here.till.ask_now()
    world.clock.now += timedelta(hours=13)
    here.till.ask_now()


def cancel(_: Village, here: Rooms) -> None:
    here.undoing.cancel(here.counter.front or "", "开错了药")


def cancel_unheard(world: Village, here: Rooms) -> None:
    world.province.faults.plant("lost_after_commit", "2208")
    cancel(world, here)
    here.till.ask_now()


def differing(world: Village, start: Start, box: str) -> Rooms:
    """Agreed to when 2206A said 17.90, and charged with 7.90."""
    world.line.tell({"2206A": lambda _, said: raised({"infno": "2207A"}, said)})
    here = settled(world, start, box)
    world.line.tell({})
    return here


def cancel_refused(world: Village, here: Rooms) -> None:
    world.province.faults.plant("refused", "2208")
    cancel(world, here)


def refused(world: Village, here: Rooms) -> None:
    world.province.faults.plant("refused", "2207A")
    confirm(world, here)


WAYS = {
    "charge": Way(RULES, priced, confirm),
    "refused": Way(RULES, priced, refused),
    "find": Way(RULES, unknown("lost_after_commit"), ask),
    "reverse": Way(CANNOT_FIND, unknown("lost_after_commit"), ask),
    "file": Way(RULES, unknown("lost_before"), ask_the_file),
    "cancel": Way(RULES, settled, cancel),
    "cancel unheard": Way(RULES, settled, cancel_unheard),
    "cancel refused": Way(RULES, differing, cancel_refused),
    "late": Way(RULES, away, ask),
    "ceiling": Way(settling(reversal_answer_suffices=True), estimated, ask),
}


def passed(world: Village, way: Way, box: str) -> list[str]:
    """The names of this way's writes, none cut."""
    with world.day() as start:
        here = way.prepare(world, start, box)
        Power.passed = []
        way.act(world, here)
        return list(dict.fromkeys(Power.passed))


def cut(world: Village, way: Way, box: str, at: tuple[str, str]) -> bool:
    """Cut there, start again, and see that both books agree at once and in the end."""
    with world.day() as start:
        here = way.prepare(world, start, box)
        Power.at = at
        try:
            way.act(world, here)
        except PowerCut:
            fell = True
        else:
            fell = False
        finally:
            Power.at = None
        here = start()
        here.till.ask_now()
        world.agrees(here)
        world.province.faults.clear()
        go_on(here, box)
        world.agrees(here, doubts=0)
        assert len(world.charged()) <= 1
    return fell


def table() -> dict[str, set[str]]:
    """Point -> the ways it lies on, as docs/rehearsal.md says."""
    page = (HOUSE / "docs" / "rehearsal.md").read_text("utf-8")
    text = page.partition("## The points")[2]
    return {name: {way.strip() for way in ways.split(",")} for name, ways in _ROW.findall(text)}


@pytest.mark.parametrize("name", WAYS)
def test_the_power_fails_before_and_after_every_point_of_the_table(name: str) -> None:
    way = WAYS[name]
    with village(way.rules) as world:
        points = passed(world, way, code(AMOXICILLIN, 0))
        assert set(points) == {point for point, ways in table().items() if name in ways}
        sides = [(side, point) for point in points for side in ("before", "after")]
        for serial, at in enumerate(sides, start=1):
            assert cut(world, way, code(AMOXICILLIN, serial), at), f"never came to {at}"


def test_every_row_of_the_table_is_on_a_way_that_is_cut() -> None:
    assert {way for ways in table().values() for way in ways} == set(WAYS)
