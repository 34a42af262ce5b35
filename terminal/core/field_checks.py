"""The longer look at the parts, for whoever stands before the terminal or asks from afar.

Pure, as core/part_checks: its judgements stand, and what was measured besides makes a part
worse, never better. A part that cannot be measured on this machine is well and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from terminal.core.part_checks import NOT_FITTED
from terminal.core.power import TRIP_MINUTES_MIN, PowerSource, PowerView
from terminal.core.screen_views import PartView
from terminal.core.technical_views import Framing, NetworkStep

HOT_C = 75.0
TOO_HOT_C = 90.0
"""Boards slow themselves down from some 80 degrees on, and stop at 95 to 105."""

WORN_PERCENT = 80
"""Of its life, as the card itself reckons: time to order the next."""

LOOK_MS_MAX = 250.0
"""One picture judged. A challenge asks for four a second; slower, people turn in vain."""

SKEW_MAX_S = 120.0
"""The gateway refuses a signature that is five minutes off."""

STORE_READ_MAX_S = 60.0
"""A clinic's year is read in seconds; a card that needs longer is failing."""

WORST = ("well", "weak", "away")
"""By its place: the exit status."""

_HARMLESS = ("network.not_used", "network.not_reached", "network.kept_sign_in")

TRIP_PARTS = ("power", "catalogue", "sold_filter", "signed_in", "printer", "clock", "store", "keys")


@dataclass(frozen=True, slots=True)
class Wear:
    """What a card says of its own age (eMMC 5.0 and newer)."""

    life_used_percent: int
    """In steps of ten, the worse of its two kinds of cells; 110: over its end."""
    spare: str
    """`normal`, `warning` or `urgent`: how much of its reserve is gone."""


@dataclass(frozen=True, slots=True)
class FieldMeasured:
    """What the longer look found. None: not known on this machine."""

    power: PowerView = field(default_factory=PowerView)
    temperature_c: float | None = None
    wear: Wear | None = None
    not_written: str | None = None
    """Code of why a file cannot be written beside the store."""
    store_whole: bool | None = None
    store_read_s: float = 0.0
    synchronised: bool | None = None
    skew_s: float | None = None
    """Of this clock against the province's; positive: ours is ahead."""
    weights: Mapping[str, str | None] = field(default_factory=dict)
    """By task: what is wrong with its file."""
    look_ms: float | None = None
    framing: Framing | None = None
    camera: str = ""
    camera_before: str = ""
    """As it was at the last check; empty: at none."""
    ledger_break: str | None = None
    network: tuple[NetworkStep, ...] = ()
    signed_in: bool | None = None


def judge_field(parts: Iterable[PartView], found: FieldMeasured) -> tuple[PartView, ...]:
    """The parts as judged before, made worse by what was found, and those besides."""
    worse = {"camera": _camera, "store": _store, "clock": _clock, "ledger": _ledger}
    looked = [worse[each.part](each, found) if each.part in worse else each for each in parts]
    return (
        *looked,
        _weights(found),
        _power(found),
        _temperature(found),
        *(_step(each) for each in found.network),
        _signed_in(found),
    )


def judge_trip(parts: Iterable[PartView], power: PowerView) -> tuple[PartView, ...]:
    """Only what a visit to somebody's home needs, more strictly."""
    asked = {each.part: each for each in parts}
    strict = {**asked, "power": _trip_power(asked.get("power", PartView("power", "well")), power)}
    return tuple(strict[name] for name in TRIP_PARTS if name in strict)


def worst_of(parts: Iterable[PartView]) -> int:
    """0: all well, 1: something weak, 2: something away."""
    return max((WORST.index(each.state) for each in parts), default=0)


def _worse(part: PartView, told: Mapping[str, str], away: str | None, weak: str | None) -> PartView:
    """What is away stays what it is; what is weak is only outdone by something away."""
    part = replace(part, measured={**part.measured, **told})
    if away is not None and part.state != "away":
        return replace(part, state="away", code=away)
    if weak is not None and part.state == "well":
        return replace(part, state="weak", code=weak)
    return part


def _camera(part: PartView, found: FieldMeasured) -> PartView:
    told: dict[str, str] = {}
    weak = None
    framing = found.framing
    if framing is not None:
        limits = framing.limits
        told["brightness"] = f"{framing.picture_brightness:.0f}"
        if framing.picture_brightness < limits.brightness_min:
            weak = "check.too_dark"
        elif framing.picture_brightness > limits.brightness_max:
            weak = "check.too_bright"
        if framing.box is not None:
            told["sharpness"] = f"{framing.sharpness:.0f}"
            if weak is None and framing.sharpness < limits.sharpness_min:
                weak = "check.out_of_focus"
    if found.camera_before and found.camera_before != found.camera:
        told["before"] = found.camera_before
        weak = "check.camera_changed"
    return _worse(part, told, None, weak)


def _store(part: PartView, found: FieldMeasured) -> PartView:
    told, away, weak = {}, found.not_written, None
    if found.store_whole is False:
        away = "check.store_damaged"
    elif found.store_whole is None or found.store_read_s > STORE_READ_MAX_S:
        weak = "check.store_slow"
    if found.store_read_s:
        told["integrity"] = f"{found.store_read_s:.1f} s"
    if found.wear is not None:
        told["wear"] = f"{found.wear.life_used_percent} %"
        told["spare"] = found.wear.spare
        if found.wear.life_used_percent >= WORN_PERCENT or found.wear.spare != "normal":
            weak = "check.card_worn"
    return _worse(part, told, away, weak)


def _clock(part: PartView, found: FieldMeasured) -> PartView:
    told, away, weak = {}, None, None
    if found.synchronised is not None:
        told["synchronised"] = "yes" if found.synchronised else "no"
        weak = None if found.synchronised else "check.clock_alone"
    if found.skew_s is not None:
        told["skew"] = f"{found.skew_s:+.0f} s"
        if abs(found.skew_s) > SKEW_MAX_S:
            away = "check.clock_skewed"
    return _worse(part, told, away, weak)


def _ledger(part: PartView, found: FieldMeasured) -> PartView:
    told = {} if found.ledger_break is None else {"break": found.ledger_break}
    return _worse(part, told, "check.ledger_broken" if told else None, None)


def _weights(found: FieldMeasured) -> PartView:
    told = {task: code or "right" for task, code in found.weights.items()}
    if found.look_ms is not None:
        told["look"] = f"{found.look_ms:.0f} ms"
    part = PartView("weights", "well", "", told)
    slow = found.look_ms is not None and found.look_ms > LOOK_MS_MAX
    wrong = next((code for code in found.weights.values() if code is not None), None)
    return _worse(part, {}, wrong, "check.slow_board" if slow else None)


def _power(found: FieldMeasured) -> PartView:
    power = found.power
    if power.source is PowerSource.UNKNOWN:
        return PartView("power", "well", NOT_FITTED)
    told = {"source": power.source.value}
    if power.percent is not None:
        told["percent"] = f"{power.percent} %"
    if power.minutes_left is not None:
        told["left"] = f"{power.minutes_left} min"
    part = PartView("power", "well", "", told)
    return _worse(
        part, {}, "power.low" if power.low else None, "power.short" if power.short else None
    )


def _trip_power(part: PartView, power: PowerView) -> PartView:
    """A battery is wanted, and one that lasts; while it charges only its charge is known."""
    if power.percent is None:
        return _worse(replace(part, state="well", code=""), {}, None, "check.no_battery")
    short = power.minutes_left is not None and power.minutes_left < TRIP_MINUTES_MIN
    half = power.minutes_left is None and power.percent < 50
    return _worse(part, {}, None, "check.trip_battery" if short or half else None)


def _temperature(found: FieldMeasured) -> PartView:
    if found.temperature_c is None:
        return PartView("temperature", "well", NOT_FITTED)
    hot = found.temperature_c
    part = PartView("temperature", "well", "", {"hottest": f"{hot:.0f} °C"})
    return _worse(
        part,
        {},
        "check.too_hot" if hot >= TOO_HOT_C else None,
        "check.hot" if hot >= HOT_C else None,
    )


def _step(step: NetworkStep) -> PartView:
    told = {"seen": step.detail} if step.detail else {}
    if step.took_ms is not None:
        told["took"] = f"{step.took_ms} ms"
    wrong = step.code is not None and step.code not in _HARMLESS
    state = "away" if wrong else "well"
    return PartView(f"network.{step.step}", state, step.code or "", told)


def _signed_in(found: FieldMeasured) -> PartView:
    if found.signed_in is None:
        return PartView("signed_in", "well", NOT_FITTED)
    code = "" if found.signed_in else "check.not_signed_in"
    return PartView("signed_in", "well" if found.signed_in else "weak", code)
