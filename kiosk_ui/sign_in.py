"""Who is here: a name is tapped, a PIN typed, and the browser remembers a token.

The same page hands a shift over: the doctor who signs in is on duty from then on, and
what lies on the counter stays there.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import RequestRedirect

from kiosk_ui import forms
from kiosk_ui.answers import book_done, wants_page
from kiosk_ui.desk import Desk
from kiosk_ui.roles import COOKIE, allowed
from kiosk_ui.words import Reader, words_of
from terminal.core.faults import Refused
from terminal.core.operators import Role
from terminal.core.people_views import OperatorCard

_HOME = {Role.DOCTOR: "/doctor", Role.TECHNICIAN: "/status"}


def sign_in_pages(desk: Desk) -> Blueprint:
    """`/sign-in` and `/sign-out`, open to everybody."""
    pages = Blueprint("sign_in", __name__)

    @pages.get("/sign-in")
    def page() -> ResponseReturnValue:
        chosen = _chosen(desk, request.args.get("who", ""), request.args.get("as", ""))
        return _page(desk, chosen, request.args.get("next", ""))

    @pages.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        chosen = _chosen(desk, forms.text("who"), forms.text("as"))
        if chosen is None:
            raise BadRequest
        card, role = chosen
        there = request.form.get("next", "")
        try:
            if "face" in request.form:
                token = desk.duty.sign_in_by_face(card.operator_id, role)
            else:
                token = desk.duty.sign_in(card.operator_id, forms.text("pin"), role)
        except Refused as refused:
            if not wants_page():
                raise
            return _page(desk, chosen, there, refused), 409
        return _enter(desk, token, role, there)

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        return signed_out(desk, "/sign-in")

    return pages


def signed_out(desk: Desk, leads_to: str) -> Response:
    """Lock this browser, all its tabs at once, and open this page; the visit stays."""
    desk.duty.sign_out(request.cookies.get(COOKIE, ""))
    answer = make_response(book_done(leads_to))
    answer.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    return answer


def _enter(desk: Desk, token: str, role: Role, there: str) -> Response:
    """Another sign-in at this browser ends: nobody stays signed in under somebody else."""
    before = request.cookies.get(COOKIE, "")
    if before and before != token:
        desk.duty.sign_out(before)
    opened = there if _is_ours(there, desk.duty.roles_of(token)) else _HOME[role]
    answer = make_response(book_done(opened))
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/")
    return answer


def _page(
    desk: Desk,
    chosen: tuple[OperatorCard, Role] | None,
    there: str,
    refused: Refused | None = None,
) -> str:
    cards = [(card, role) for card in desk.duty.operators() for role in card.roles if role in _HOME]
    roles = desk.duty.roles_of(request.cookies.get(COOKIE, ""))
    return render_template(
        "sign_in.html",
        clinic_name=desk.view().clinic_name,
        doctors=[card for card, role in cards if role is Role.DOCTOR],
        technicians=[card for card, role in cards if role is Role.TECHNICIAN],
        chosen=chosen,
        there=there,
        on_duty=desk.duty.on_duty(),
        back=next((_HOME[role] for role in _HOME if role in roles), None),
        complaint=None if refused is None else words_of(refused.code).to(Reader.DOCTOR),
        tries_left=None if refused is None else refused.facts.get("tries_left"),
    )


def _chosen(desk: Desk, who: str, role: str) -> tuple[OperatorCard, Role] | None:
    """The card that was tapped, or None for one that is not there."""
    for card in desk.duty.operators():
        if card.operator_id == who and role in card.roles and role in _HOME:
            return card, Role(role)
    return None


def _is_ours(there: str, roles: frozenset[Role]) -> bool:
    """Whether this is a page of ours that these roles open: never another site's."""
    at = urlsplit(there)
    if at.scheme or at.netloc or not at.path.startswith("/") or "\\" in there:
        return False
    if not there.isprintable() or there.startswith("//"):
        return False
    try:
        endpoint, _ = current_app.url_map.bind("").match(at.path, "GET")
    except (HTTPException, RequestRedirect):
        return False
    return bool(roles & allowed(endpoint))
