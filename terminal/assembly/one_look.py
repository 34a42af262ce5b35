"""Eyes for one picture at a time: at the command line, and for photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.eyes import Eyes
from models.opening import open_networks, open_recognisers
from models.packs import Pack
from models.patience import PatientDetector
from models.policy import ONE_PHOTOGRAPH, Policy
from terminal.core.recognition import Hint, Portrait


class OneLook:
    """Describes one picture at a time; the networks are opened when the first one comes.

    As the live path would of one frame; a photograph, for which nobody can be asked to
    move, once more with patience. Nobody before a camera is judged by that. Whether a
    photograph is alive is not asked: it is not, and whoever brings it answers for it.
    """

    def __init__(
        self, pack: Pack, live_min: float, earlier: Sequence[Pack] = (), *, patient: bool
    ) -> None:
        """`earlier`: packs whose templates are kept, by which it is described as well."""
        self._pack = pack
        self._earlier = tuple(earlier)
        self._live_min = live_min
        self._patient = patient
        self._eyes: tuple[Eyes, ...] = ()

    def describe(self, pixels: Any) -> Portrait | Hint:
        """Raises as `open_networks` and `Eyes.describe` do."""
        described: Portrait | Hint = Hint("face.none")
        for eyes in self._opened():
            described = eyes.describe(pixels)
            if not isinstance(described, Hint):
                break
        return described

    def _opened(self) -> tuple[Eyes, ...]:
        if self._eyes:
            return self._eyes
        parts = open_networks(self._pack)
        kept = {each.model_digest for each in self._earlier}
        recognisers = open_recognisers(parts, self._pack, self._earlier, kept)
        live = Policy(live_min=0.0 if self._patient else self._live_min, frames=1)
        self._eyes = (Eyes(parts.detector, parts.liveness, recognisers, live),)
        if self._patient:
            finder = PatientDetector(parts.detector)
            policy = replace(ONE_PHOTOGRAPH, live_min=0.0)
            patient = Eyes(finder, parts.liveness, recognisers, policy)
            self._eyes = (*self._eyes, patient)
        return self._eyes
