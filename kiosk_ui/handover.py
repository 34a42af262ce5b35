"""One screen for two readers: a cover between the doctor's pages and the resident's.

Handing the screen over locks the doctor's sign-in at this browser first: whoever holds it
then turns no page back to the list or the bill of somebody else, neither by the cover nor
by the back button nor in another tab. Coming back asks for the PIN, as after 锁屏.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk
from kiosk_ui.sign_in import signed_out
from terminal.core.operators import Role

_TO_RESIDENT = "/handover/resident"
_RESIDENT, _DOCTOR = "/resident", "/doctor"


def handover_pages(desk: Desk) -> Blueprint:
    """`/handover/resident` and `/handover/doctor`: covers that one tap turns.

    `POST /handover/resident` locks, then shows the cover; `POST /handover/resident/turned`
    is the tap on it, and locks for whoever came to the cover by another way.
    """
    pages = Blueprint("handover", __name__, url_prefix="/handover")

    @pages.get("/resident")
    def to_resident() -> ResponseReturnValue:
        return _cover(desk, "handover.to_resident")

    @pages.post("/resident")
    def hand_over() -> ResponseReturnValue:
        return signed_out(desk, _TO_RESIDENT)

    @pages.post("/resident/turned")
    def turned() -> ResponseReturnValue:
        return signed_out(desk, _RESIDENT)

    @pages.get("/doctor")
    def to_doctor() -> ResponseReturnValue:
        return _cover(desk, "handover.to_doctor")

    @pages.get("/doctor/turned")
    def back_at_the_doctors() -> ResponseReturnValue:
        return redirect(_sign_in(desk), 303)

    return pages


def _sign_in(desk: Desk) -> str:
    """The sign-in with the name of whoever is on duty chosen already, and then their page."""
    operator = desk.duty.on_duty().operator
    chosen = operator is not None and Role.DOCTOR in operator.roles
    who = {"who": operator.operator_id, "as": Role.DOCTOR.value} if operator and chosen else {}
    return f"/sign-in?{urlencode({**who, 'next': _DOCTOR})}"


def _cover(desk: Desk, code: str) -> ResponseReturnValue:
    return render_template("handover.html", code=code, clinic_name=desk.view().clinic_name)
