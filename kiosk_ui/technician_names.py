"""Small decisions of the technician's pages: which key, which mark, which meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from kiosk_ui.technician_words.pages import TEXTS
from kiosk_ui.technician_words.settings import MEANINGS
from terminal.core.part_checks import NOT_FITTED
from terminal.core.screen_views import PartView
from terminal.core.technical_views import Framing, NetworkStep, SettingRow

_NEUTRAL = ("network.not_used", "network.not_reached", "network.kept_sign_in")
"""Codes of a step that say something and complain of nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement of the picture, with what is wanted of it."""

    key: str
    value: str
    wanted: tuple[str, str] | None
    """The key of the word before it, and the limits."""
    good: bool


def mark(part: PartView) -> str:
    """`well`, `weak`, `away`, or `none` for a part that is not there."""
    return "none" if part.code == NOT_FITTED else part.state


def is_well(step: NetworkStep) -> bool | None:
    """Whether a step passed; None: it was not tried, or not asked for."""
    if step.code in _NEUTRAL:
        return True if step.code == "network.kept_sign_in" else None
    return step.code is None


def measured(part: PartView) -> list[tuple[str, str, str]]:
    """(key of its name, key of its value where it has one, the value itself)."""
    return [
        (
            f"m.{name}" if f"m.{name}" in TEXTS else "m.other",
            f"is.{value}" if name in ("class", "source", "screens") else "",
            value,
        )
        for name, value in part.measured.items()
    ]


def figures(framing: Framing) -> list[Figure]:
    """What was measured of the picture; of a face only where there is one."""
    limits = framing.limits
    face = framing.box is not None
    least, most = limits.brightness_min, limits.brightness_max
    lit, sharp = framing.brightness, framing.sharpness
    return [
        Figure(
            "figure.face",
            f"{framing.side_px} px" if face else "",
            ("least", f"{limits.side_min_px} px"),
            face and framing.side_px >= limits.side_min_px,
        ),
        Figure(
            "figure.light",
            f"{lit:.0f}" if face else "",
            ("between", f"{least:.0f} – {most:.0f}"),
            face and least <= lit <= most,
        ),
        Figure(
            "figure.sharp",
            f"{sharp:.0f}" if face else "",
            ("least", f"{limits.sharpness_min:.0f}"),
            face and sharp >= limits.sharpness_min,
        ),
        Figure("figure.picture", f"{framing.picture_brightness:.0f}", None, good=True),
    ]


def of_version(name: str) -> tuple[str, str]:
    """The key of what it is the version of, and which one of several."""
    what, _, which = name.partition(".")
    return f"v.{what}", which


def meaning(row: SettingRow, language: str) -> str:
    """What a setting means; in Chinese, where somebody has said it."""
    return row.meaning if language == "en" else MEANINGS.get(row.name, row.meaning)


def with_terms(words: str) -> Markup:
    """English words with the Chinese terms in them marked as such, for who reads aloud."""
    parts: list[tuple[bool, str]] = []
    for each in words:
        chinese = "\u3000" <= each <= "\u9fff" or "\uff00" <= each <= "\uffef"
        if parts and parts[-1][0] == chinese:
            parts[-1] = (chinese, parts[-1][1] + each)
        else:
            parts.append((chinese, each))
    return Markup().join(
        Markup('<span lang="zh-CN">{}</span>').format(text) if chinese else escape(text)
        for chinese, text in parts
    )


def attributes(framing: Framing) -> Mapping[str, int]:
    """The guide ring around the face, in the picture's own pixels."""
    left, top, width, height = framing.box or (0, 0, 0, 0)
    return {
        "cx": left + width // 2,
        "cy": top + height // 2,
        "rx": width * 5 // 8,
        "ry": height * 5 // 8,
    }
