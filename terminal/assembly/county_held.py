"""What is held from the county, for whoever looks after the terminal."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from terminal import clock
from terminal.bundle import bundle_keys
from terminal.core.county_files import CountyKind
from terminal.core.faults import Refused
from terminal.core.part_measured import CountyTold
from terminal.county_shelf import CountyShelf
from terminal.settings import Settings

log = logging.getLogger(__name__)

FOLDER = "county"
"""In the data folder."""

_SEEN_EVERY_S = 300
"""Whether a file is stale is read from the whole of it: not with every page."""


def county_shelf(settings: Settings) -> CountyShelf | None:
    """What is held from the county; None where no key says whom to believe."""
    try:
        keys = bundle_keys(settings.county_keys_file)
    except Refused as fault:
        if settings.county_url:
            log.warning("no county: %s", fault)
        return None
    return CountyShelf(settings.data_dir / FOLDER, settings.fixmedins_code, keys)


def county_told(settings: Settings) -> CountyTold | None:
    """How the files stand, at most five minutes old; None: this terminal has no county."""
    moment = int(clock.now().timestamp()) // _SEEN_EVERY_S
    place = (settings.data_dir / FOLDER, settings.fixmedins_code, settings.county_keys_file)
    told = _stands(*place, moment)
    return told if told.asked_at or settings.county_url else None


def county_ages_s(settings: Settings) -> dict[str, float]:
    """Seconds since the county last answered, by kind."""
    shelf, now = county_shelf(settings), clock.now()
    if shelf is None:
        return {}
    asked = {kind: shelf.note(kind).asked_at for kind in CountyKind}
    return {kind.value: (now - at).total_seconds() for kind, at in asked.items() if at}


@lru_cache(maxsize=1)
def _stands(folder: Path, clinic: str, keys_file: Path, _moment: int) -> CountyTold:
    try:
        shelf = CountyShelf(folder, clinic, bundle_keys(keys_file))
    except Refused:
        return CountyTold()
    told = shelf.stands(clock.now())
    return CountyTold(
        {each.kind.value: each.asked_at for each in told},
        tuple(each.kind.value for each in told if each.is_stale),
    )
