"""The sound files, and what the templates need to ask for them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Blueprint, Flask, abort, send_file
from flask.typing import ResponseReturnValue

from kiosk_ui.voice.files import SOUNDS, VoiceFiles
from kiosk_ui.voice.price_said import price_said
from kiosk_ui.voice.saying import told, utterance
from kiosk_ui.voice.table import clip_of


def teach_voice(app: Flask, pack: Path | None, unused_months: int) -> None:
    """Let the pages speak with the files of this folder; None: they are silent.

    The templates get `voiced`, and what names the clips of a screen (`utterance`), of some
    words (`clip_of`), of a row of words and amounts (`told`) or of a price (`price_said`).
    """
    app.jinja_env.globals.update(
        voiced=pack is not None,
        utterance=partial(utterance, unused_months=unused_months),
        clip_of=clip_of,
        told=told,
        price_said=price_said,
    )
    app.register_blueprint(_voice_pages(VoiceFiles(pack) if pack else None))


def _voice_pages(files: VoiceFiles | None) -> Blueprint:
    pages = Blueprint("voice", __name__, url_prefix="/voice")

    @pages.get("/<name>")
    def clip(name: str) -> ResponseReturnValue:
        found = files.sound_of(name) if files else None
        if found is None:
            abort(404)
        # Asked again by its tag each time, so that a clip that was made anew is heard at once.
        return send_file(found.resolve(), mimetype=SOUNDS[found.suffix], conditional=True)

    return pages
