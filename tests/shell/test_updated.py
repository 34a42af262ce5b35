"""After an update: the trial holds visits, and what it came to is told once."""

from __future__ import annotations

import json
import os

from terminal.core.ledger import Deed
from terminal.health import Health
from terminal.opening import Opening
from terminal.store import Store
from terminal.updated import hold_on_trial, tell_outcome
from tests.clinic import KEY


def deeds(store):
    entries = [kept.entry for kept in store.ledger.entries()]
    return [(entry.deed, json.loads(entry.facts)) for entry in entries]


def test_on_trial_no_visit_begins_unless_the_mark_is_an_old_one(tmp_path):
    opening = Opening()
    assert not hold_on_trial(tmp_path, opening)
    mark = tmp_path / "updating"
    mark.write_text("0.1.1")
    assert hold_on_trial(tmp_path, opening)
    assert opening.held() == "update"
    later = Opening()
    os.utime(mark, (0, 0))
    assert not hold_on_trial(tmp_path, later)
    assert later.held() is None
    assert not hold_on_trial(tmp_path, later, lambda: -7200.0)  # A clock in another year.


def test_an_update_stands_in_the_ledger_once_and_one_undone_is_shown(tmp_path, store, clock):
    health = Health()
    tell_outcome(tmp_path, store, health, clock())
    told = {"outcome": "back", "version": "0.1.1", "before": "0.1.0", "why": "not well"}
    for content in ("", "[]", "{}", "\x00"):
        (tmp_path / "update.json").write_text(content)
        tell_outcome(tmp_path, store, health, clock())
    assert not health.away()
    (tmp_path / "update.json").write_text(json.dumps(told))
    for _ in range(2):  # Two starts.
        tell_outcome(tmp_path, store, health, clock())
    assert health.away() == {"update": "update.rolled_back"}
    assert deeds(store) == [(Deed.ROLLED_BACK, told)]
    (tmp_path / "update.json").write_text(json.dumps({**told, "outcome": "kept"}))
    tell_outcome(tmp_path, store, health, clock())
    assert not health.away()
    assert [deed for deed, _ in deeds(store)] == [Deed.ROLLED_BACK, Deed.UPDATED]


def test_a_copy_is_the_store_under_its_key_and_two_starts_count_the_same(tmp_path, counter):
    before = counter.store.contents.told()
    assert before["visit"] == [0, 0]
    copy = tmp_path / "try.db"
    counter.store.contents.copy_to(copy)
    counter.store.contents.copy_to(copy)  # What a cut left is replaced.
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not copy.read_bytes().startswith(b"SQLite format")
    copied = Store(copy, KEY)
    try:
        assert copied.machine.whole()
        assert copied.contents.told() == before
    finally:
        copied.close()
    counter.store.ledger.add(Deed.SETTING_CHANGED, counter.clock(), {}, who="")
    assert counter.store.contents.told() == before
    counter.store.ledger.add(Deed.WITHDRAWN, counter.clock(), {}, who="")
    assert counter.store.contents.told() != before
