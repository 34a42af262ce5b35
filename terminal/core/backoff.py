"""How long to wait before asking again of somebody who did not answer.

Each failure doubles the pause. A quarter more or less is left to chance: when the line
of a county comes back, two hundred clinics must not all ask in the same second.
"""

from __future__ import annotations

_JITTER = 0.25

_DOUBLINGS_MAX = 40
"""Beyond it any pause is longer than anybody waits."""


def pause_s(failures: int, every_s: float, most_s: float, dice: float) -> float:
    """Seconds until the next try, after so many failures in a row.

    `every_s`: the pause while all is well. `dice`: between 0 and 1, from whoever may
    throw them. Never less than three quarters of `every_s`, never more than `most_s`.
    """
    doubled = every_s * 2.0 ** min(max(failures, 0), _DOUBLINGS_MAX)
    # Room for the jitter at the longest pause too, or everybody would meet there.
    middle = min(doubled, most_s / (1 + _JITTER))
    spread = middle * (1 - _JITTER + 2 * _JITTER * dice)
    return min(most_s, max(every_s * (1 - _JITTER), spread))
