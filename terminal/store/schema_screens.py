"""The seventh migration: what the resident said to an amount, visits set aside, paper."""

from __future__ import annotations

SEVENTH = (
    # Only added to: what was said to an amount stays said, also when the amount changed.
    """
    CREATE TABLE agreement (
        visit_id TEXT NOT NULL REFERENCES visit,
        number INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        own_fen INTEGER NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('agreed', 'declined')),
        manner TEXT NOT NULL CHECK (manner IN ('tap', 'button', 'spoken')),
        at TEXT NOT NULL,
        heard_by TEXT NOT NULL,
        PRIMARY KEY (visit_id, number)
    ) STRICT
    """,
    # On the drip, or until a parent comes: off the counter, and not ended.
    "ALTER TABLE visit ADD COLUMN set_aside_at TEXT",
    # What is to be printed is drawn from the books when it is printed; nothing is kept twice.
    """
    CREATE TABLE paper (
        paper_id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        visit_id TEXT REFERENCES visit,
        day TEXT,
        first_number INTEGER,
        last_number INTEGER,
        asked_at TEXT NOT NULL,
        begun_at TEXT,
        printed_at TEXT,
        dropped_at TEXT
    ) STRICT
    """,
    (
        "CREATE INDEX paper_to_print ON paper (paper_id)"
        " WHERE printed_at IS NULL AND dropped_at IS NULL"
    ),
    # Numbered blank slips for the day on which nothing works.
    """
    CREATE TABLE pad_slip (
        number INTEGER PRIMARY KEY,
        printed_at TEXT NOT NULL,
        visit_id TEXT UNIQUE REFERENCES visit,
        entered_at TEXT,
        spoilt_at TEXT,
        reason TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
)
