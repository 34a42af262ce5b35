"""What the terminal needs while the province is away, made from the settings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from terminal.assembly.parts import clinic
from terminal.core.benefits_file import Terms, read_policies, read_terms
from terminal.core.estimate import Here
from terminal.core.evidence import canonical
from terminal.core.faults import Refused
from terminal.core.national_crypto import sm3
from terminal.offline import OfflineRules
from terminal.settings import Settings

_RULES_BYTES_MAX = 4 * 1024 * 1024
"""A region's table has some 1,500 bytes a year."""

_VERSION_DIGITS = 16


def offline_rules(settings: Settings) -> OfflineRules:
    """What estimates are made by. Raises Refused `benefits.policy_unreadable` and
    `catalogue.unreadable`."""
    rules = _rules_text(settings.benefits_file)
    terms: dict[str, Terms] = {}
    if rules:
        for file in (settings.drugs_file, settings.services_file):
            terms |= {} if file is None else _terms(file)
    hospitals = {settings.settles_under} - {""}
    return OfflineRules(
        allowed=settings.offline_visits,
        policies=read_policies(rules),
        terms=terms,
        here=Here(settings.mdtrtarea_admvs, frozenset(hospitals)),
    )


def rules_version(settings: Settings) -> str:
    """Which settings of the region and which rules are in force, as a short digest."""
    region = {name: str(value) for name, value in asdict(clinic(settings).region).items()}
    told = {"region": region, "rules": _rules_text(settings.benefits_file)}
    return sm3(canonical(told)).hex()[:_VERSION_DIGITS]


def _rules_text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        if path.stat().st_size > _RULES_BYTES_MAX:
            raise Refused("benefits.policy_unreadable", file=path.name, reason="too large")
        return path.read_text("utf-8")
    except OSError as error:
        raise Refused("benefits.policy_unreadable", file=path.name, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Refused("benefits.policy_unreadable", file=path.name, reason="not UTF-8") from None


def _terms(path: Path) -> dict[str, Terms]:
    """The further columns of a list that `open_catalogue` has read."""
    try:
        return read_terms(path.read_text("utf-8"))
    except OSError as error:
        raise Refused("catalogue.unreadable", file=path.name, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Refused("catalogue.unreadable", file=path.name, reason="not UTF-8") from None
