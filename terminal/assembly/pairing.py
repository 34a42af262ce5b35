"""The station behind the pairing page: hears a card, hands it on, and knows what was refused.

The devices are held only while somebody is to scan: the machine's own steps open them to try
them. Of a card nothing stays here but a digest, to know the same one again.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kiosk_ui.pairing_screens import Told, Ways, may_leave
from terminal.assembly.pairing_ears import Ears
from terminal.core.enrolment_card import CODE_LENGTH, PREFIX
from terminal.core.faults import Fault, Refused
from terminal.core.provisioning import ProvisionFacts, ProvisionView, Step, StepState, all_waiting
from terminal.private_file import write_private

log = logging.getLogger(__name__)

MARK = "pairing.open"
"""Below the data folder: pairing was begun and is not done. The units look for it."""

ANOTHERS = frozenset({"provision.another_clinic", "provision.money_waits"})
"""A card that was right, on a machine that is another clinic's."""

LINGER_S = 600.0
"""How long the last page waits for somebody; then the clinic begins without being asked."""

_TEND_S = 0.2


class Machine(Protocol):
    """What does the steps; terminal/provisioning.py."""

    def view(self) -> ProvisionView: ...

    def take_card(self, text: str) -> None: ...

    def take_code(self, code: str, county_url: str) -> None: ...

    def try_again(self) -> None: ...

    def move(self) -> None: ...

    def sheet(self) -> ProvisionFacts | None: ...


class Sheets(Protocol):
    """What prints; terminal/assembly/acceptance.py."""

    def has_printer(self) -> bool: ...

    def print_sheet(self, facts: ProvisionFacts) -> None: ...


class PairingStation:
    """What the pairing page asks; see kiosk_ui/pairing_page.Station."""

    def __init__(
        self,
        machine: Machine,
        ears: Ears,
        folder: Path,
        sheets: Sheets,
        *,
        county_url: str = "",
        may_return: bool = False,
    ) -> None:
        self._machine = machine
        self._ears = ears
        self._folder = folder
        self._sheets = sheets
        self._county_url = county_url
        self._may_return = may_return
        self._complaint = ""
        self._last = b""
        self._anothers = self._asked_to_move = self._wants_card = False
        self._was_done = machine.view().is_done
        self._acting = threading.Lock()
        self.ended = threading.Event()
        """Set when the clinic's own pages are to take this one's place."""
        self._tender = threading.Thread(target=self._tend, name="pairing", daemon=True)

    def start(self) -> None:
        write_private(self._folder / MARK, b"")
        self._tender.start()

    def stop(self) -> None:
        """Let everything go. What was under way goes on from the disk at the next start."""
        self.ended.set()
        if self._tender.ident is not None:
            self._tender.join()
        self._ears.close()

    def view(self) -> ProvisionView:
        """As the machine says; of a clinic that was there before nothing is shown as done."""
        view = self._machine.view()
        if self._was_done:
            return replace(view, steps=all_waiting(), is_done=False, clinic_name="")
        return view

    def told(self) -> Told:
        ways = Ways(
            scanner=self._ears.has_scanner(),
            camera=self._ears.has_camera(),
            county_url=self._county_url,
            printer=self._sheets.has_printer(),
            may_return=self._may_return,
        )
        return Told(ways, self._complaint, self._anothers, self._asked_to_move, self._wants_card)

    def take_card(self, text: str) -> None:
        """Raises Fault `pairing.*`, `enrol_card.*`, `provision.*`; the page then says it."""
        with self._said():
            if not text.startswith(PREFIX):
                raise Refused("pairing.not_a_card")
            same = self._is_the_last(text)
            if self._anothers and not self._wants_card:
                if not same:
                    raise Refused("pairing.other_card")
                self._confirm(text)
                return
            self._last = _digest(text)
            self._hand_on(lambda: self._machine.take_card(text))

    def take_code(self, code: str, county_url: str = "") -> None:
        with self._said():
            plain = "".join(code.split()).replace("-", "").upper()
            if len(plain) != CODE_LENGTH:
                raise Refused("pairing.no_code")
            url = county_url or self._county_url
            self._hand_on(lambda: self._machine.take_code(plain, url))

    def take_county(self, county_url: str) -> None:
        with self._said():
            if not county_url.startswith("https://") or len(county_url) < len("https://a.b"):
                raise Refused("pairing.no_address")
            self._county_url = county_url.rstrip("/")

    def try_again(self) -> None:
        with self._said():
            self._hand_on(self._machine.try_again)

    def another_card(self) -> None:
        with self._said():
            self._wants_card, self._asked_to_move = True, False

    def ask_to_move(self) -> None:
        with self._said():
            self._asked_to_move = self._anothers

    def move(self) -> None:
        """Raises Refused `pairing.too_early` before somebody asked for it."""
        with self._said():
            if not self._asked_to_move:
                raise Refused("pairing.too_early")
            self._hand_on(self._machine.move)

    def print_sheet(self) -> None:
        with self._said():
            facts = self._machine.sheet()
            if facts is None:
                raise Refused("pairing.no_sheet")
            self._sheets.print_sheet(facts)

    def begin(self) -> None:
        """Raises Refused `pairing.too_early` while there is no clinic to go to."""
        with self._said():
            view = self.view()
            if any(step.state is StepState.AT_WORK for step in view.steps):
                raise Refused("pairing.too_early")
            if not (view.is_done or self._may_return or may_leave(view)):
                raise Refused("pairing.too_early")
            (self._folder / MARK).unlink(missing_ok=True)
            self.ended.set()

    def picture(self) -> bytes | None:
        return self._ears.picture()

    def heard(self, text: str, *, by_camera: bool) -> None:
        """A code was scanned. A card that merely stays in the picture confirms nothing."""
        view = self.view()
        try:
            if view.is_done:
                if self._is_the_last(text) and not by_camera:
                    self.begin()
            elif by_camera and (self._anothers or _failed(view)) and not self._wants_card:
                return
            elif _failed(view) and not self._wants_card and self._is_the_last(text):
                self.try_again()
            else:
                self.take_card(text)
        except Fault:
            return  # The page says it.

    def _hand_on(self, act: Callable[[], None]) -> None:
        """Let go of the devices, and have the machine do it."""
        self._ears.close()
        try:
            act()
        except Fault as fault:
            self._anothers = fault.code in ANOTHERS
            self._wants_card = self._wants_card and not self._anothers
            raise
        self._anothers = self._asked_to_move = self._wants_card = self._was_done = False

    def _confirm(self, text: str) -> None:
        """The card was scanned again where its being scanned means yes."""
        if self.view().waits:
            self._hand_on(lambda: self._machine.take_card(text))
        elif self._asked_to_move:
            self._hand_on(self._machine.move)
        else:
            self._asked_to_move = True

    def _is_the_last(self, text: str) -> bool:
        return bool(self._last) and _digest(text) == self._last

    def _said(self) -> _Said:
        return _Said(self, self._acting)

    def complain(self, code: str) -> None:
        """What was refused last, or nothing."""
        self._complaint = code

    def _tend(self) -> None:
        """Hear while somebody is to scan; take the mark away when all is done; end by itself."""
        lingered_s = 0.0
        while not self.ended.wait(_TEND_S):
            view = self.view()
            if view.is_done:
                lingered_s += _TEND_S
                (self._folder / MARK).unlink(missing_ok=True)
                if lingered_s >= LINGER_S:
                    self.ended.set()
            at_work = any(step.state is StepState.AT_WORK for step in view.steps)
            if at_work or _goes_on(view):
                self._ears.close()
            elif self._acting.acquire(blocking=False):
                try:
                    self._ears.open(self.heard)
                finally:
                    self._acting.release()


class _Said:
    """One act at a time, and what it raised as the complaint that the page shows."""

    def __init__(self, station: PairingStation, acting: threading.Lock) -> None:
        self._station = station
        self._acting = acting

    def __enter__(self) -> None:
        self._acting.acquire()
        self._station.complain("")

    def __exit__(self, _: object, raised: BaseException | None, __: object) -> None:
        if isinstance(raised, Fault):
            # That it is another clinic's is asked about on a screen of its own.
            self._station.complain("" if raised.code in ANOTHERS else raised.code)
            log.warning("pairing: %s", raised.code)
        self._acting.release()


def _failed(view: ProvisionView) -> bool:
    return any(s.state is StepState.FAILED and s.step is not Step.CARD for s in view.steps)


def _goes_on(view: ProvisionView) -> bool:
    """Between two steps nobody is asked for anything."""
    states = {step.step: step.state for step in view.steps}
    begun = states.get(Step.CARD) is StepState.DONE
    return begun and not view.is_done and StepState.FAILED not in states.values()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()
