"""What each step of provisioning does: from what is kept before to what is kept after.

Each does no harm when it is done twice: keys are made once, the county answers one device
with the same again, files are replaced whole; but for the one-fen visit, which is looked up
by the number that was written down before it was charged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from terminal.core.enrolment_answer import Answer, Trial, read_answer, request_text
from terminal.core.enrolment_card import EnrolmentCard, judge_card
from terminal.core.faults import Refused
from terminal.core.provisioning import PartView, ProvisionFacts, Step
from terminal.core.signed_text import digest_of
from terminal.identity import Identity
from terminal.provisioned import Kept, Provisioned, TrialKept
from terminal.vault import DeviceKey

Done = tuple[Kept, Mapping[str, object]]
"""What is to be kept with the step, and what is told of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Whose this device is now."""

    clinic: str
    clinic_name: str
    waits: int
    """Visits whose money waits, moves, or is not known."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the acceptance sheet says of the device itself."""

    version: str
    weights: Mapping[str, str]


class Works(Protocol):
    """What is done to this machine; the joiner provides it. All raise Fault."""

    def keys(self) -> Sequence[str]:
        """The county's public keys that are believed."""
        ...

    def held(self) -> Held | None: ...

    def erase(self, card: EnrolmentCard) -> str:
        """Destroy everything of the clinic before; the signed statement."""
        ...

    def statement(self) -> str:
        """Of an erasure that a power cut interrupted, which is finished first; or empty."""
        ...

    def identity(self) -> Identity: ...

    def device_key(self) -> DeviceKey: ...

    def fetch_card(self, code: str, county_url: str) -> str: ...

    def send(self, county_url: str, request: str) -> str: ...

    def write_settings(self, answer: Answer, kept: Kept) -> None: ...

    def parts(self) -> tuple[PartView, ...]: ...

    def sign_in(self) -> Mapping[str, object]: ...

    def trial_visit(
        self, trial: Trial, kept: TrialKept, keep: Callable[[TrialKept], None]
    ) -> TrialKept: ...

    def fitted(self) -> Fitted: ...

    def print_sheet(self, facts: ProvisionFacts) -> Mapping[str, object]: ...


class Steps:
    """Does one step. `card`: what was shown, with its text, until the county has answered."""

    def __init__(
        self,
        works: Works,
        folder: Provisioned,
        now: Callable[[], datetime],
        keep: Callable[[Kept], None],
    ) -> None:
        """`keep` writes down what must outlive a power cut in the middle of a step."""
        self._works = works
        self._folder = folder
        self._now = now
        self._keep = keep
        self.card: tuple[EnrolmentCard, str] | None = None

    def do(self, step: Step, kept: Kept) -> Done:
        """Raises Fault; then nothing of the step counts."""
        return _DOES[step](self, kept)

    def facts(self, kept: Kept) -> ProvisionFacts:
        """What the acceptance sheet says. Raises Refused `certificate.none`."""
        fitted, told = self._works.fitted(), self._works.identity().told()
        return ProvisionFacts(
            clinic_name=kept.clinic_name,
            fixmedins_code=kept.clinic,
            card_serial=kept.card_serial,
            at=kept.done_at or self._now(),
            version=fitted.version,
            weights=fitted.weights,
            certificate_serial=told.serial,
            certificate_expires=told.expires,
            device_key_digest=digest_of(self._works.device_key().public_key),
            parts=kept.parts,
            setl_id=kept.trial.setl_id,
            cancelled_setl_id=kept.trial.cancelled_setl_id,
            trial_code=kept.trial.code,
            seconds={
                each.step.value: each.seconds for each in kept.steps if each.seconds is not None
            },
            erasure_digest=digest_of(kept.erasure) if kept.erasure else "",
        )

    def _take(self, kept: Kept) -> Done:
        card, _ = self._the_card()
        judge_card(card, self._now(), kept.used)
        return kept, {"serial": card.serial}

    def _make_keys(self, kept: Kept) -> Done:
        self._works.identity().request(kept.clinic, "")
        return kept, {"device_key": digest_of(self._works.device_key().public_key)[:16]}

    def _enrol(self, kept: Kept) -> Done:
        works, (card, text) = self._works, self._the_card()
        key, identity = works.device_key(), works.identity()
        csr = identity.request(card.clinic, digest_of(key.public_key))
        request = request_text(
            {
                "card": text,
                "csr": csr.decode("ascii"),
                "public_key": key.public_key,
                "at": self._now().isoformat(timespec="seconds"),
                "erasure": kept.erasure,
            },
            key.sign,
        )
        told = works.send(card.county_url, request)
        answered = digest_of(request)
        answer = read_answer(told, works.keys(), answered)
        identity.take(answer.certificate, answer.authority, card.clinic, self._now())
        self._folder.keep_answer(told)
        return replace(kept.used_with(card.serial), request=answered), {}

    def _settings(self, kept: Kept) -> Done:
        self._works.write_settings(self._answer(kept), kept)
        self.card = None
        return kept, {}

    def _parts(self, kept: Kept) -> Done:
        parts = self._works.parts()
        states = ("well", "weak", "away")
        counted = {state: sum(part.state == state for part in parts) for state in states}
        return replace(kept, parts=parts), counted

    def _sign_in(self, kept: Kept) -> Done:
        return kept, self._works.sign_in()

    def _trial(self, kept: Kept) -> Done:
        trial = self._answer(kept).trial
        if trial is None:
            none = TrialKept(code="provision.no_trial")
            return replace(kept, trial=none), {"code": none.code}

        def keep(told: TrialKept) -> None:
            self._keep(replace(kept, trial=told))

        done = self._works.trial_visit(trial, kept.trial, keep)
        told = {"setl_id": done.setl_id, "cancelled": done.cancelled_setl_id}
        return replace(kept, trial=done), told

    def _sheet(self, kept: Kept) -> Done:
        return kept, self._works.print_sheet(self.facts(kept))

    def _the_card(self) -> tuple[EnrolmentCard, str]:
        if self.card is None:
            raise Refused("provision.no_card")
        return self.card

    def _answer(self, kept: Kept) -> Answer:
        return read_answer(self._folder.answer(), self._works.keys(), kept.request)


_DOES: Mapping[Step, Callable[[Steps, Kept], Done]] = {
    Step.CARD: Steps._take,  # noqa: SLF001
    Step.KEYS: Steps._make_keys,  # noqa: SLF001
    Step.ENROL: Steps._enrol,  # noqa: SLF001
    Step.SETTINGS: Steps._settings,  # noqa: SLF001
    Step.PARTS: Steps._parts,  # noqa: SLF001
    Step.SIGN_IN: Steps._sign_in,  # noqa: SLF001
    Step.TRIAL_VISIT: Steps._trial,  # noqa: SLF001
    Step.SHEET: Steps._sheet,  # noqa: SLF001
}
