"""Who may be taken for whom: asked of a face that comes in, and once of everybody enrolled.

Similarities of two sets of weights mean different things, so each is judged by its own
rules: somebody whom only earlier weights know is found by those.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from terminal.core.capture import ONE_PERSON_MIN, alike
from terminal.core.consent import CHILD_AGE_MIN, VERSIONS, ConsentText
from terminal.core.recognition import Template
from terminal.core.retention import RetentionRules
from terminal.ports import Gallery
from terminal.store import Store

log = logging.getLogger(__name__)

_GALLERY_MAX = 200_000
"""Templates of one set of weights that a gallery has room for."""

_PAIRS_MAX = 20_000
"""Of everybody enrolled; ten a person in a clinic. Weights that find more tell nobody apart."""

_FOUND = "look_alikes_found"
"""The fact that says of which weights everybody was compared, and when."""

Pairs = Callable[[Sequence[tuple[str, Template]], float], Iterable[tuple[str, str, float]]]
"""Everybody's templates of one set of weights, and the least similarity; answers with the
pairs of people that reach it, each once."""


class Shelves(Gallery, Protocol):
    """A gallery that can forget one person."""

    def remove(self, person_id: str) -> Any:
        """Take all of a person's templates out, of all weights."""
        ...


@dataclass(frozen=True, slots=True)
class EnrolmentRules:
    """How alike is too alike, and how young is too young.

    Cosines, measured for the weights in use: docs/thresholds.md.
    """

    same_face_min: float
    """From here on two names have one face, and nothing is kept before a doctor clears it."""
    look_alike_min: float
    """From here on two people are asked for more than a face, for ever."""
    one_person_min: float = ONE_PERSON_MIN
    """Below it two portraits of one capture are of two people, and a face is not the one
    that was kept before."""
    child_age_min: int = CHILD_AGE_MIN
    model_digests: Collection[str] = field(default=frozenset())
    """The weights that are here, the newest among them; empty: any."""
    older: Mapping[str, EnrolmentRules] = field(default_factory=dict)
    """What is too alike by earlier weights, by their digest."""
    gallery_max: int = _GALLERY_MAX
    retention: RetentionRules = field(default_factory=RetentionRules)
    """How long a face is kept unused; the text that is read out names the months."""
    texts: Sequence[ConsentText] = VERSIONS

    def of(self, model_digest: str) -> EnrolmentRules:
        """How alike is too alike by these weights."""
        return self.older.get(model_digest, self)


DEFAULT_RULES = EnrolmentRules(same_face_min=0.7, look_alike_min=0.6)
"""Of the default weights: no pair of strangers seen comes near 0.6 (0.551 in 20,604 pairs),
and one person in one sitting stands above 0.85. Between the two it may be a sister."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody else with whom a person may be confused, by one set of weights."""

    other_id: str
    similarity: float
    model_digest: str
    same_face: bool
    """So alike that one may have come under two names."""


class Resemblance:
    """Compares a face with everybody's, and with what was kept of its own person."""

    def __init__(self, store: Store, gallery: Gallery, rules: EnrolmentRules) -> None:
        self._store = store
        self._gallery = gallery
        self._rules = rules

    def others(self, person_id: str, templates: Iterable[Template]) -> list[Likeness]:
        """Everybody else with whom they may be confused, the most alike first."""
        found: list[Likeness] = []
        for digest, some in by_weights(templates).items():
            rules = self._rules.of(digest)
            least = min(rules.look_alike_min, rules.same_face_min)
            found += [
                Likeness(
                    candidate.person_id,
                    candidate.similarity,
                    digest,
                    candidate.similarity >= rules.same_face_min,
                )
                for candidate in self._gallery.resembling(some, least)
                if candidate.person_id != person_id
            ]
        return sorted(found, key=lambda one: -one.similarity)

    def in_the_way(self, person_id: str, likenesses: Sequence[Likeness]) -> dict[str, float]:
        """Who has the same face by now or at an earlier try, and was not told apart."""
        told_apart = self._store.faces.told_apart(person_id)
        earlier = {
            same.other_id: same.similarity for same in self._store.faces.same_faces(person_id)
        }
        now = {
            one.other_id: one.similarity
            for one in reversed(likenesses)  # The most alike has the last word.
            if one.same_face and one.other_id not in told_apart
        }
        return {**earlier, **now}

    def unlike_their_own(self, person_id: str, templates: Iterable[Template]) -> float | None:
        """How much this is like what was kept of the person, if that is too little.

        None where it is enough, and where nothing can be compared. The first weights of
        which anything was kept decide.
        """
        kept = by_weights(self._store.people.templates_of(person_id))
        for digest, some in by_weights(templates).items():
            if digest not in kept:
                continue
            likeness = max(alike(new, old) for new in some for old in kept[digest])
            return None if likeness >= self._rules.of(digest).one_person_min else likeness
        return None

    def compare_everybody(self, pairs: Pairs, at: datetime) -> int:
        """Find all who look alike among those enrolled, where that was never done.

        Once for each set of weights that is here: whoever was enrolled before look-alikes
        were asked for was compared with nobody. Returns how many pairs were found.
        """
        done: dict[str, Any] = self._store.journal.recall(_FOUND)
        here = {*self._rules.model_digests, *self._rules.older}
        kept = self._store.faces.digests() - done.keys()
        wanted = kept & here if here else kept
        if not wanted:
            return 0
        rows = self._store.people.templates()
        return sum(
            self._compare(digest, [row for row in rows if row[1].model_digest == digest], pairs, at)
            for digest in sorted(wanted)
        )

    def _compare(
        self, digest: str, rows: Sequence[tuple[str, Template]], pairs: Pairs, at: datetime
    ) -> int:
        """One set of weights. Too many are written as far as they go, and asked for again."""
        least = self._rules.of(digest).look_alike_min
        found = list(islice(pairs(rows, least), _PAIRS_MAX + 1))
        with self._store.transaction():
            for first, second, similarity in found[:_PAIRS_MAX]:
                self._store.faces.note_look_alikes(first, digest, {second: similarity}, at)
            if len(found) <= _PAIRS_MAX:
                done = self._store.journal.recall(_FOUND)
                self._store.journal.remember(_FOUND, {**done, digest: at.isoformat()})
            else:
                log.error("weights %s tell too few people apart", digest[:12])
        return len(found)


def by_weights(templates: Iterable[Template]) -> dict[str, list[Template]]:
    """Templates by the digest of their weights, in the order in which those first come."""
    found: dict[str, list[Template]] = {}
    for template in templates:
        found.setdefault(template.model_digest, []).append(template)
    return found
