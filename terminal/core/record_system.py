"""Which settlements of the clinic's record system belong to which visit here.

The record system settles without telling us; the province tells afterwards what it settled.
A settlement is taken for a visit's by itself only where nothing else could be meant: told
to be of this institution, not made here, standing, not before the visit opened, of just its
total, the only such one, and no other visit of the person could claim it. Everything else
the doctor decides. One settlement belongs to one visit, for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.core.money import Money

SETTLING = frozenset(
    {
        "2201", "2202", "2203", "2203A", "2204", "2205", "2206", "2206A", "2207", "2207A",
        "3505", "3505A",
    }
)  # fmt: skip
"""What is never sent where the record system settles. What finds out, reverses or cancels
(5201, 5203, 2601, 2208, 3202, 3506) stays open for what was charged before."""

SKEW = timedelta(minutes=10)
"""By how much the province's clock may be behind ours."""

BY_ITSELF_WITHIN = timedelta(hours=24)
"""After handing over; a later settlement may be of a visit that nobody opened here."""

RECHECKED_FOR = timedelta(days=3)
"""How long a settlement there is looked at again for having been cancelled."""

RECHECKED_EVERY = timedelta(hours=6)

_PACE_MIN, _PACE_MAX = timedelta(seconds=30), timedelta(hours=6)
_PACE = 6
"""The longer it has waited, the rarer: after an hour every ten minutes."""


@dataclass(frozen=True, slots=True)
class ThereTold:
    """A settlement as the province tells of it. What was not told is empty."""

    setl_id: str
    mdtrt_id: str
    institution: str
    """fixmedins_code."""
    at: str
    """setl_time as it came."""
    total: Money
    fund: Money
    own: Money
    refunded: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """A visit that lies with the record system."""

    visit_id: str
    opened_at: datetime
    handed_at: datetime
    total: Money
    """Of its lines, at this clinic's prices."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another visit of the same person that has no settlement yet."""

    opened_at: datetime
    total: Money | None
    """None: its boxes are still being scanned."""


def candidates(
    handed: Handed,
    told: Collection[ThereTold],
    clinic_code: str,
    made_here: Collection[str],
    claimed: Mapping[str, str],
) -> tuple[ThereTold, ...]:
    """Of what was told, all that may be this visit's, in the order of their time.

    `made_here`: setl_ids of this terminal's own charges; `claimed`: setl_id to the visit it
    belongs to. One of another institution is nobody's here; one whose institution or time
    was not told may be anybody's, and is only shown.
    """
    known = {each.setl_id: each for each in told}
    return tuple(
        sorted(
            (
                each
                for each in known.values()
                if each.institution in ("", clinic_code)
                and each.setl_id not in made_here
                and claimed.get(each.setl_id, handed.visit_id) == handed.visit_id
                and not each.refunded
                and not _before(each, handed)
            ),
            key=lambda each: (each.at, each.setl_id),
        )
    )


def by_itself(
    handed: Handed, found: Sequence[ThereTold], clinic_code: str, rivals: Collection[Rival]
) -> ThereTold | None:
    """The one candidate that is certainly this visit's; None: the doctor chooses, or waits."""
    fitting = [each for each in found if each.total == handed.total]
    if len(fitting) != 1:
        return None
    (only,) = fitting
    at = _moment(only.at, handed.opened_at)
    if at is None or only.institution != clinic_code or at > handed.handed_at + BY_ITSELF_WITHIN:
        return None
    if any(_could_be(rival, only, at) for rival in rivals):
        return None
    return only


def asked_again_after(waited: timedelta) -> timedelta:
    """How long after one question about a visit the next comes, for one that waited so long."""
    return min(_PACE_MAX, max(_PACE_MIN, waited / _PACE))


def _could_be(rival: Rival, settled: ThereTold, at: datetime) -> bool:
    same = rival.total is None or rival.total == settled.total
    return same and rival.opened_at - SKEW <= at


def _before(each: ThereTold, handed: Handed) -> bool:
    """Settled before this visit began; one whose time nobody can read is not."""
    at = _moment(each.at, handed.opened_at)
    return at is not None and at < handed.opened_at - SKEW


def _moment(told: str, like: datetime) -> datetime | None:
    """setl_time, which is told without a zone, as a moment; None where it has no time of day."""
    if ":" not in told:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=like.tzinfo)
