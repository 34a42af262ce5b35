"""The galleries of several sets of weights, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.gallery import Gallery
from terminal.core.recognition import Candidate, Template


class Shelves:
    """Everybody enrolled, to be compared at enrolment; no network is opened for it."""

    def __init__(self, galleries: Sequence[Gallery]) -> None:
        self._galleries = tuple(galleries)

    def replace(self, templates: Iterable[tuple[str, Template]]) -> None:
        """Know these people and nobody else. Raises Refused `gallery.full`."""
        rows = list(templates)
        for gallery in self._galleries:
            gallery.replace(rows)

    def remove(self, person_id: str) -> None:
        """Take all of a person's templates out, of all weights."""
        for gallery in self._galleries:
            gallery.remove(person_id)

    def resembling(self, templates: Sequence[Template], least: float) -> Sequence[Candidate]:
        """Everybody whom any of these resembles so much, each compared by its own weights."""
        return resembling(self._galleries, templates, least)


def resembling(
    galleries: Iterable[Gallery], templates: Sequence[Template], least: float
) -> list[Candidate]:
    """Everybody in the galleries whom any of these resembles so much, best first.

    A template of weights that no gallery has resembles nobody. Somebody found by two sets
    of weights comes twice.
    """
    found: list[Candidate] = []
    for gallery in galleries:
        some = [each for each in templates if each.model_digest == gallery.model_digest]
        found += gallery.resembling(some, least)
    return sorted(found, key=lambda one: one.similarity, reverse=True)
