"""The county joined to a running terminal: asked, judged and put to use by one thread."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from terminal import clock
from terminal.assembly.county_held import FOLDER, county_shelf
from terminal.assembly.device import Device
from terminal.assembly.parts import catalogue_with
from terminal.assembly.switching import quiet_of
from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.core.benefits_file import read_policies, read_terms
from terminal.core.county_files import CountyFile, CountyKind
from terminal.core.faults import Fault, Refused
from terminal.core.revocations import read_revocations
from terminal.county import County
from terminal.county_duty import CountyDuty, Use, refuse_older
from terminal.county_laid import CountyLaid
from terminal.county_trial import SettingsTrial, county_settings
from terminal.province.post import Post
from terminal.revoking import Revoking
from terminal.settings import Settings
from terminal.settings_file import checked_with
from terminal.wellness import Wellness

log = logging.getLogger(__name__)

FILES = "files"
"""Below county_url."""

_TURN_S = 30.0
_CONNECT_S = 5.0
_STOP_S = 2.0

_READ_AT_STARTS = {"catalogue": CountyKind.CATALOGUE, "benefits": CountyKind.BENEFITS}
"""By the beginning of a refusal's code: which file of the county's it may be about."""


def open_county_room(
    device: Device, wellness: Wellness, begin_anew: Callable[[str], None]
) -> CountyRoom:
    """The room of a started device; without keys of the county it does nothing."""
    settings = device.settings
    shelf = county_shelf(settings)
    if shelf is None:
        return CountyRoom(None, settings)
    folder = settings.data_dir / FOLDER
    trial = SettingsTrial(folder)
    duty = CountyDuty(
        shelf,
        trial,
        _uses(device, trial, CountyLaid(folder)),
        device.store,
        wellness.since,
        (quiet_of(device), begin_anew),
        settings.settings_trial_s,
    )
    return CountyRoom(duty, settings)


def heed_revocation(device: Device) -> None:
    """Before the first round, which charges what waits: whether the county took this device
    out of use, as the file that is held says it, or the one before where that is lost or bad.
    The room does the rest, and says what is bad.
    """
    shelf = county_shelf(device.settings)
    if shelf is None:
        return
    revoking = _revoking(device)
    try:
        file = shelf.held(CountyKind.REVOCATIONS)
        if file is None:
            revoking.heed_last()
        else:
            refuse_older(device.store, file)
            revoking.heed_device(read_revocations(file.content))
    except Fault as fault:
        log.warning("the county's revocations were not read before the start: %s", fault)
        with suppress(Fault):
            revoking.heed_last()


def give_up(settings: Settings, refused: Refused) -> bool:
    """A start was refused: give up what of the county's may be the reason, its settings on
    trial or the file that the refusal is about; whether there was any."""
    trial = SettingsTrial(settings.data_dir / FOLDER)
    state = trial.state()
    if state.trial and state.begun:
        trial.give_up()
        return True
    kind = _READ_AT_STARTS.get(refused.code.partition(".")[0])
    return kind is not None and CountyLaid(settings.data_dir / FOLDER).give_up(kind)


class CountyRoom:
    """The thread. `start`, `stop`."""

    def __init__(self, duty: CountyDuty | None, settings: Settings) -> None:
        self._duty = duty
        self._settings = settings
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """What is held counts before this returns; then the county is asked."""
        if self._duty is None:
            return
        self._duty.take_up(clock.now())
        self._thread = threading.Thread(target=self._work, name="county", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """May be called twice; a fetch under way is left to its own bound."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def _work(self) -> None:
        settings, duty = self._settings, self._duty
        if duty is None:
            return
        line = None
        county = None
        if settings.county_url:
            line = Post(settings.county_ca_file, _CONNECT_S)
            shelf = county_shelf(settings)
            if shelf is not None:
                county = County(shelf, line, f"{settings.county_url.rstrip('/')}/{FILES}")
        while not self._stop.is_set():
            try:
                # S311: spreads terminals over time; guards nothing.
                duty.turn(county, clock.now(), time.monotonic(), random.random)
            except Fault as fault:
                log.warning("the county's files: %s", fault)
            self._stop.wait(_TURN_S)
        if line is not None:
            line.close()


def _revoking(device: Device) -> Revoking:
    desk = device.desk
    workplace = Workplace(
        device.store, desk.counter, desk.board, desk.errands, clock.now, lambda: ""
    )
    return Revoking(
        device.store,
        Bindings(workplace),
        desk.consents,
        desk.counter.revoked,
        lambda: tuple(key.public_key for key in device.vault.device_keys()),
        device.settings.county_people_key.get_secret_value(),
    )


def _uses(device: Device, trial: SettingsTrial, laid: CountyLaid) -> Mapping[CountyKind, Use]:
    desk, revoking = device.desk, _revoking(device)

    def settings(file: CountyFile) -> Mapping[str, object]:
        return stage_settings(trial, file)

    def revocations(file: CountyFile) -> Mapping[str, object]:
        done = revoking.apply(read_revocations(file.content))
        revoked = desk.counter.revoked.told()
        device.health.report("county", "device.revoked" if revoked else None)
        desk.board.publish()
        return {"bindings": done.bindings, "consents": done.consents, "device": revoked}

    def laying(judge: Callable[[str], object]) -> Use:
        def use(file: CountyFile) -> Mapping[str, object]:
            if laid.is_given_up(file.kind, file.revision):
                raise Refused("county.given_up", revision=file.revision)
            if laid.revision(file.kind) == file.revision:
                return {}
            laid.lay(file, judge)
            return {"from_next_start": True}

        return use

    def catalogue(text: str) -> None:
        """As the next start will read it: beside the clinic's services, with its terms."""
        catalogue_with(device.settings, text)
        read_terms(text)

    def sold_codes(file: CountyFile) -> Mapping[str, object]:
        desk.take_sold_codes(file.content)
        return {}

    return {
        CountyKind.REVOCATIONS: revocations,
        CountyKind.SETTINGS: settings,
        CountyKind.CATALOGUE: laying(catalogue),
        CountyKind.BENEFITS: laying(read_policies),
        CountyKind.SOLD_CODES: sold_codes,
    }


def stage_settings(trial: SettingsTrial, file: CountyFile) -> Mapping[str, object]:
    """Settings are judged by the real ones before they are laid ready for a trial.

    Raises Refused `settings.*`, `county.not_theirs`, `county.given_up`.
    """
    state = trial.state()
    if file.revision in {state.good, state.trial}:
        # Laid ready by a command beside us, or before a power cut: a start is still due.
        return {"from_next_start": file.revision == state.trial and not state.begun}
    told = county_settings(file.content)
    checked_with(told)
    trial.stage(file.revision, file.content)
    return {"from_next_start": True, "settings": {name: str(told[name]) for name in sorted(told)}}
