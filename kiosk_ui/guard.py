"""Who may talk to these pages, and what a page may load.

The pages are for this device's own screens. Another site open in the same browser, or a
name that was made to point here (DNS rebinding), gets nothing: neither a tap nor a look
at the camera.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden

REQUEST_BYTES_MAX = 4096
"""A tap carries a few short fields; nothing here uploads anything."""

FORM_PARTS_MAX = 16
"""No form here has more than six fields."""

LOOPBACK = ("127.0.0.1", "localhost")

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_MAY_BE_KEPT = "voice.clip"
"""Sounds tell nothing of anybody: a browser may keep them, and asks whether they still hold."""


def guard(app: Flask, allowed_hosts: Collection[str]) -> None:
    """Check every request before its page, and head every answer."""
    app.config.update(
        MAX_CONTENT_LENGTH=REQUEST_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=REQUEST_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        TRUSTED_HOSTS=[*LOOPBACK, *allowed_hosts],
    )
    app.before_request(_refuse_strangers)
    app.after_request(_head)


def _refuse_strangers() -> None:
    if not _from_our_pages():
        raise Forbidden


def _from_our_pages() -> bool:
    """Whether one of our own pages, or the person at the browser, made this request.

    Browsers send Sec-Fetch-Site to addresses they trust, loopback among them; to others
    they send at least Origin with every POST. A POST that has neither proves nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if request.method in {"GET", "HEAD"}:
        opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
        return site in {None, "same-origin", "none"} or opened
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _head(response: Response) -> Response:
    for name, value in HEADERS.items():
        if name != "Cache-Control" or request.endpoint != _MAY_BE_KEPT:
            response.headers[name] = value
    return response
