"""The kiosk's pages: they ask the desk and choose words; they decide nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from threading import Event

from flask import Flask, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from kiosk_ui.answers import explain_fault, explain_page_errors
from kiosk_ui.asking_page import asking_pages
from kiosk_ui.back_page import back_pages
from kiosk_ui.big_text import big_text_pages
from kiosk_ui.bill_picture import BAR_UNITS
from kiosk_ui.boxes_page import boxes_pages
from kiosk_ui.compliance_page import compliance_page
from kiosk_ui.courses_page import courses_pages
from kiosk_ui.credit import credit_pages
from kiosk_ui.day import day_pages
from kiosk_ui.desk import Desk, Preview
from kiosk_ui.doctor import doctor_pages
from kiosk_ui.enrol import enrol_pages
from kiosk_ui.evidence_page import evidence_pages
from kiosk_ui.family_page import family_pages
from kiosk_ui.goods_names import expiry, packs
from kiosk_ui.guard import guard
from kiosk_ui.handover import handover_pages
from kiosk_ui.held_page import held_pages
from kiosk_ui.notices import part_code
from kiosk_ui.paper_page import paper_pages
from kiosk_ui.publicity import publicity_pages
from kiosk_ui.resident import resident_pages
from kiosk_ui.roles import refuse_without_role
from kiosk_ui.shelf_page import shelf_pages
from kiosk_ui.sign_in import sign_in_pages
from kiosk_ui.status import status_page
from kiosk_ui.steps import enrol_step, hint_while_enrolling, share_code, why_waiting
from kiosk_ui.streams import stream_pages
from kiosk_ui.technician import technician_pages
from kiosk_ui.voice_page import teach_voice
from kiosk_ui.words import words_of
from kiosk_ui.words.consent import consent_text
from terminal.core.consent import UNUSED_MONTHS
from terminal.core.faults import Fault
from terminal.core.moments import SHANGHAI
from terminal.core.price_told import PRICE_SHOWN_S

HTMX = "htmx.min.js"
"""Fetched and verified beside the weights, never committed."""


def create_app(
    desk: Desk,
    preview: Preview,
    assets: Path,
    *,
    allowed_hosts: Collection[str] = (),
    unused_months: int = UNUSED_MONTHS,
    screens: str = "two",
    voice: Path | None = None,
) -> Flask:
    """Build the pages around a desk. Nothing happens when this module is imported.

    `assets` is the folder of htmx.min.js. Only loopback names are answered, and
    `allowed_hosts` besides. `unused_months` is what the consent names. `screens`: "one"
    where doctor and resident share one and hand it over, else "two". `voice`: the
    folder of the voice that speaks, none: the pages are silent. End the streams with
    `stop_streams` before the server stops.
    """
    app = Flask(__name__)
    app.extensions["stop"] = Event()
    app.extensions["run"] = token_hex(4)
    guard(app, allowed_hosts)
    refuse_without_role(app, desk)
    app.register_error_handler(Fault, explain_fault)
    explain_page_errors(app)
    _teach(app)
    app.jinja_env.globals.update(CONSENT=consent_text(unused_months), SCREENS=screens)
    teach_voice(app, voice, unused_months)
    app.register_blueprint(resident_pages(desk))
    app.register_blueprint(handover_pages(desk))
    app.register_blueprint(asking_pages(desk))
    app.register_blueprint(doctor_pages(desk))
    app.register_blueprint(enrol_pages(desk))
    app.register_blueprint(family_pages(desk))
    app.register_blueprint(held_pages(desk))
    app.register_blueprint(boxes_pages(desk))
    app.register_blueprint(courses_pages(desk))
    app.register_blueprint(shelf_pages(desk))
    app.register_blueprint(credit_pages(desk))
    app.register_blueprint(day_pages(desk))
    app.register_blueprint(publicity_pages(desk))
    app.register_blueprint(paper_pages(desk))
    app.register_blueprint(back_pages(desk))
    app.register_blueprint(big_text_pages(desk))
    app.register_blueprint(status_page(desk))
    app.register_blueprint(technician_pages(desk))
    app.register_blueprint(compliance_page(desk))
    app.register_blueprint(evidence_pages(desk))
    app.register_blueprint(sign_in_pages(desk))
    app.register_blueprint(stream_pages(desk, preview, app.extensions["stop"]))

    @app.get("/")
    def chooser() -> ResponseReturnValue:
        return render_template("chooser.html", clinic_name=desk.view().clinic_name)

    @app.get(f"/assets/{HTMX}")
    def htmx() -> ResponseReturnValue:
        return send_from_directory(assets.resolve(), HTMX, mimetype="text/javascript")

    return app


def _teach(app: Flask) -> None:
    """Give the templates their few words and figures."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        BAR_UNITS=BAR_UNITS,
        PRICE_SHOWN_S=PRICE_SHOWN_S,
        enrol_step=enrol_step,
        words=words_of,
        share_code=share_code,
        hint_while_enrolling=hint_while_enrolling,
        part_code=part_code,
        why_waiting=why_waiting,
    )
    app.jinja_env.filters.update(clock=_clock, day=_day, full_day=_full_day, when=_when)
    app.jinja_env.filters.update(packs=packs, expiry=expiry, seconds=_seconds, stamp=_stamp)


def _local(at: datetime) -> datetime:
    """The clinic's time. The province names no zone, and means this one (interface 2.1)."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def _clock(at: datetime) -> str:
    """08:05, as the clinic's clock says it."""
    return f"{_local(at):%H:%M}"


def _seconds(at: datetime) -> str:
    """08:05:30, for what a technician compares with other machines."""
    return f"{_local(at):%H:%M:%S}"


def _stamp(at: datetime) -> str:
    """2026-11-20 08:05, for what is printed and filed."""
    return f"{_local(at):%Y-%m-%d %H:%M}"


def _day(at: date) -> str:
    """11月20日, on the clinic's calendar."""
    local = _local(at) if isinstance(at, datetime) else at
    return f"{local.month}月{local.day}日"


def _full_day(on: date) -> str:
    """2026年11月20日: a day that lies far from this one."""
    return f"{on.year}年{_day(on)}"


def _when(at: datetime, today: date) -> str:
    """08:05 of this day, or 11月20日 08:05 of another."""
    local = _local(at)
    return _clock(at) if local.date() == today else f"{_day(at)} {_clock(at)}"
