"""The pages of paper, of looking back and of the technician: full, empty, refused, away.

Each is what `Opened` of measured_screens is made of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.core.counter import Waiting
from terminal.core.faults import Refused, Unavailable
from terminal.core.part_measured import Place
from terminal.core.technical_views import HeardView, NetworkView
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import AT, visit, yuan
from tests.kiosk.paper_views import MANY, NO_PAPER, SLIPS, WELL
from tests.kiosk.shown_back import PAST
from tests.kiosk.shown_technical import MEASURED, STATUS

DONE = tuple(
    Waiting(f"v{n}", VisitState.SETTLED, "欧*芳", AT, yuan("7.90"), name=name)
    for n, name in enumerate(("欧阳菲芳 1030", "阿卜杜热合曼·吐尔逊买买提 2041"), 1)
)
SETTLED = visit(VisitState.SETTLED)
IN_USE: dict[str, Any] = {"slips": SLIPS, "missing": (12,)}
MISSING = {"slips": SLIPS, "missing": tuple(range(100, 140))}

NOTHING_WORKS = replace(
    MEASURED,
    status=replace(
        STATUS,
        away={
            "province": "province.no_answer", "camera": "camera.lost", "eyes": "eyes.broken",
            "scanner": "scanner.not_found", "printer": "printer.paper_out",
            "speaker": "speaker.not_found",
        },
        keys=None,
    ),
    paper=NO_PAPER,
    camera=None,
    read_ms=900.0,
    place=Place(0, filter_wanted=True, voice_files=0, assets_missing=("htmx.min.js",)),
)  # fmt: skip

PAPERS: dict[str, dict[str, Any]] = {
    "paper: printed": {"path": "/doctor/paper", "shown": {"paper": WELL, "settled_today": DONE}},
    "paper: no paper": {
        "path": "/doctor/paper",
        "shown": {"paper": NO_PAPER, "settled_today": DONE},
    },
    "paper: too much waits": {
        "path": "/doctor/paper",
        "shown": {"paper": MANY, "visit": SETTLED},
        "taps": ("#drop-open",),
    },
    "paper: refused": {
        "path": "/doctor/paper",
        "shown": {"paper": WELL, "settled_today": DONE},
        "taps": ("#receipt-v1",),
        "shows": "[role=alert] h1",
        "refusing": Unavailable("paper.too_many"),
    },
    "pads: in use": {
        "path": "/doctor/paper/pads",
        "shown": {"paper": WELL, "visit": visit(VisitState.TRACED)},
        "parts": {"paper": IN_USE},
        "taps": ("#slip-14",),
    },
    "pads: many are missing": {
        "path": "/doctor/paper/pads",
        "shown": {"paper": NO_PAPER, "visit": visit(VisitState.TRACED, pad_number=13)},
        "parts": {"paper": MISSING},
    },
    "pads: refused": {
        "path": "/doctor/paper/pads",
        "shown": {"paper": WELL},
        "taps": ("#print-20",),
        "shows": "[role=alert] h1",
        "refusing": Refused("pad.count"),
    },
    "receipt with a printer": {"path": "/doctor", "shown": {"paper": WELL, "visit": SETTLED}},
    "receipt while paper is out": {
        "path": "/doctor",
        "shown": {
            "paper": NO_PAPER,
            "visit": SETTLED,
            "away": {"printer": "printer.paper_out"},
        },
    },
    "slip with a printer": {
        "path": "/doctor",
        "shown": {"paper": MANY, "visit": visit(VisitState.WAITING)},
    },
}

BACK: dict[str, dict[str, Any]] = {
    "back: a month without visits": {"path": "/doctor/back/month?month=2025-12"},
    "back: visits of a day": {"path": "/doctor/back/visits?day=2025-11-19"},
    "back: nobody found": {
        "path": "/doctor/back/visits?day=2025-11-19",
        "parts": {"looking_back": {"rows": ()}},
    },
    "back: a full list": {
        "path": "/doctor/back/visits?day=2025-11-19",
        "parts": {"looking_back": {"rows": PAST * 12}},
    },
    "back: nobody is due": {"path": "/doctor/back/due", "parts": {"looking_back": {"due": ()}}},
    "back: refused": {
        "path": "/doctor/back/month",
        "shows": "[role=alert] h1",
        "refusing": Unavailable("store.away"),
    },
    "big text with an amount": {
        "path": "/doctor/big",
        "shown": {"visit": visit(VisitState.PRICED)},
    },
}

TECHNICIAN: dict[str, dict[str, Any]] = {
    **{
        f"in English: {path}": {"path": path, "parts": {"technical": {"language": "en"}}}
        for path in (
            "/technician",
            "/technician/versions",
            "/technician/settings",
            "/technician/logs",
            "/technician/camera",
            "/technician/scanner",
            "/technician/network",
            "/technician/outputs",
        )
    },
    "technician: everything is away": {
        "path": "/technician",
        "parts": {"technical": {"measured": NOTHING_WORKS}},
    },
    "technician: everything is away, in English": {
        "path": "/technician",
        "parts": {"technical": {"measured": NOTHING_WORKS, "language": "en"}},
    },
    "technician: the store is away": {
        "path": "/technician",
        "parts": {"technical": {"refusing": Unavailable("store.away")}},
    },
    "technician: no picture": {
        "path": "/technician/camera",
        "parts": {"technical": {"picture": None}},
    },
    "technician: nothing heard": {
        "path": "/technician/scanner",
        "parts": {"technical": {"listening": HeardView(open=True, closes_in_s=300)}},
    },
    "technician: the scanner's test is over": {
        "path": "/technician/scanner",
        "parts": {"technical": {"listening": HeardView(open=False)}},
    },
    "technician: never tried": {
        "path": "/technician/network",
        "parts": {"technical": {"line": NetworkView()}},
    },
    "technician: nothing in the log": {"path": "/technician/logs?level=error&text=zzz"},
    "technician: no such setting": {"path": "/technician/settings?find=zzz"},
}

STAFF = {**PAPERS, **BACK, **TECHNICIAN}
