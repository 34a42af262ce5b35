"""What the terminal runs on, and whether a settlement may still be begun on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LOW_PERCENT = 10
"""At this charge nothing new is begun: what is under way needs the rest."""

WARN_PERCENT = 25
"""From here on the screens ask for the charger."""

TRIP_MINUTES_MIN = 90
"""Two homes and the way between them: less is not carried out of the clinic."""


class PowerSource(StrEnum):
    MAINS = "mains"
    BATTERY = "battery"
    UNKNOWN = "unknown"
    """This machine tells nothing of its power, as most that stand on a table."""


@dataclass(frozen=True, slots=True)
class PowerView:
    """The power at this moment."""

    source: PowerSource = PowerSource.UNKNOWN
    percent: int | None = None
    """Of the battery; None: there is none, or it does not say."""
    minutes_left: int | None = None
    """Until it is empty, as it is used now, rounded down to five; None: not known."""

    @property
    def low(self) -> bool:
        """Whether nothing new may be begun."""
        return self._at_most(LOW_PERCENT)

    @property
    def short(self) -> bool:
        """Whether the charger should be fetched."""
        return self._at_most(WARN_PERCENT)

    def _at_most(self, percent: int) -> bool:
        on_battery = self.source is PowerSource.BATTERY
        return on_battery and self.percent is not None and self.percent <= percent
