"""The newest records of the log, in memory, for a technician's page.

Our own rooms log nothing personal. A library may, and so may a fault that nobody foresaw:
long numbers, coded words and Chinese characters are taken out before a record is kept, and
of an exception only its kind.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from datetime import datetime

from terminal import clock
from terminal.core.technical_views import LogLine

RECORDS_MAX = 500
_CHARACTERS_MAX = 400
_NUMBER_DIGITS = 8
"""A message's number has 30, an ID number 18, a telephone's 11; a port or a code has fewer."""

_LONG_NUMBER = re.compile(rf"(?<![0-9A-Fa-f])[0-9]{{{_NUMBER_DIGITS},}}[Xx]?(?![0-9A-Fa-f])")
_CODED = re.compile(r"(?=[A-Za-z+=_-]*[0-9])[A-Za-z0-9+=_-]{20,}")
_CHINESE = re.compile(r"[\u3400-\u9fff·\U00020000-\U0003ffff]+")


class LogRing(logging.Handler):
    """Attach it to the root; `lines` may be asked from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._kept: deque[tuple[int, LogLine]] = deque(maxlen=RECORDS_MAX)
        self._reading = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record. Never raises: a log must not stop the clinic."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):
            text = str(record.msg)
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text} [{record.exc_info[0].__name__}]"
        at = datetime.fromtimestamp(record.created, clock.SHANGHAI)
        line = LogLine(at, record.levelname.lower(), record.name, without_people(text))
        with self._reading:
            self._kept.append((record.levelno, line))

    def lines(self, level: str, text: str) -> tuple[LogLine, ...]:
        """Records of at least this level that hold the text, newest first."""
        least = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        wanted = text.casefold()
        with self._reading:
            kept = list(self._kept)
        return tuple(
            line
            for number, line in reversed(kept)
            if number >= least and wanted in f"{line.room} {line.text}".casefold()
        )

    def attach(self) -> None:
        """Hear everything that is logged from now on."""
        logging.getLogger().addHandler(self)

    def detach(self) -> None:
        logging.getLogger().removeHandler(self)


def without_people(text: str) -> str:
    """The text without what might name somebody, or let somebody pay."""
    text = _LONG_NUMBER.sub(lambda found: f"<{len(found[0])} digits>", text)
    text = _CODED.sub(lambda found: f"<{len(found[0])} characters>", text)
    text = _CHINESE.sub(lambda found: f"<{len(found[0])} hanzi>", text)
    return text[:_CHARACTERS_MAX]
