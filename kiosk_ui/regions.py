"""A page in regions, each with a digest, so that only what changed is redrawn.

A region carries its own id and the digest of what it shows; the page keeps the one it
has when the digests agree. So a new box does not disturb a half-typed ID number, the
scroll of a list, or the finger on a button.
"""

from __future__ import annotations

from hashlib import blake2s

from flask import render_template
from markupsafe import Markup

_REGION = Markup(
    '<div class="region" id="{name}" data-version="{version}" hx-swap-oob="true">{inner}</div>'
)


def region(reader: str, name: str, **shown: object) -> Markup:
    """Draw one region of a reader's page from `templates/<reader>/<name>.html`."""
    inner = Markup(render_template(f"{reader}/{name}.html", **shown).strip())  # noqa: S704 -- autoescaped by its template.
    version = blake2s(inner.encode(), digest_size=8).hexdigest()
    return _REGION.format(name=name, version=version, inner=inner)


def notice_region(words: str, said: str = "") -> Markup:
    """The answer to the last tap. Empty words clear it.

    Only what is inside changes, so that screen readers keep watching the same place.
    """
    inner = Markup(render_template("notice.html", words=words, said=said).strip())  # noqa: S704 -- autoescaped by its template.
    return Markup('<div hx-swap-oob="innerHTML:#notice">{inner}</div>').format(inner=inner)
