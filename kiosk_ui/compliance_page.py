"""The compliance sheet: one page of facts, to print and to hand over."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk
from kiosk_ui.inspection_names import (
    CAMERA_CLASSES,
    KEPT_NAMES,
    KEY_CLASSES,
    KEY_SOURCES,
    MEASURES,
    SETS,
    TASKS,
)
from terminal.core.compliance import FILING_PEOPLE

_MEGABYTE = 1024 * 1024


def compliance_page(desk: Desk) -> Blueprint:
    """`/status/compliance`."""
    pages = Blueprint("compliance", __name__)

    @pages.get("/status/compliance")
    def page() -> ResponseReturnValue:
        facts = desk.compliance.facts()
        return render_template(
            "inspection/compliance.html",
            facts=facts,
            megabytes=max(1, round(facts.place.bytes / _MEGABYTE)),
            filing_people=FILING_PEOPLE,
            kept_names=KEPT_NAMES,
            key_classes=KEY_CLASSES,
            key_sources=KEY_SOURCES,
            camera_classes=CAMERA_CLASSES,
            sets=SETS,
            measures=MEASURES,
            tasks=TASKS,
        )

    return pages
