"""The doctor's PIN at each address, and what a browser does with it when it is asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page

_PINS: dict[str, str] = {}
"""By host and port; a demo makes new ones at each start."""


def doctor_has(address: str, pin: str) -> str:
    """From now on browsers sign in at this address with this PIN; returns the address."""
    _PINS[urlsplit(address).netloc] = pin
    return address


def signed_in(page: Page, address: str) -> Page:
    """Open the page, by name and PIN where it asks who is there."""
    page.goto(address, wait_until="domcontentloaded")
    if urlsplit(page.url).path == "/sign-in":
        page.locator("#doctor-1").click()
        page.locator("#pin").fill(_PINS[urlsplit(address).netloc])
        page.locator("#pin-done").click()
        page.wait_for_url(address, wait_until="domcontentloaded")
    return page
