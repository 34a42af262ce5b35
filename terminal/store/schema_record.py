"""The eighth migration: working beside the clinic's record system."""

from __future__ import annotations

EIGHTH = (
    # What was typed into the record system; a row without an end was cut off.
    """
    CREATE TABLE typed (
        number INTEGER PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        what TEXT NOT NULL CHECK (what IN ('id_number', 'trace_codes')),
        wanted INTEGER NOT NULL,
        typed INTEGER NOT NULL DEFAULT 0,
        begun_at TEXT NOT NULL,
        ended_at TEXT,
        by_whom TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX typed_by_visit ON typed (visit_id)",
    # One settlement of the record system belongs to at most one visit.
    """
    CREATE TABLE settled_there (
        setl_id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        told TEXT NOT NULL,
        found_at TEXT NOT NULL,
        chosen_by TEXT NOT NULL,
        refunded_at TEXT
    ) STRICT
    """,
    "CREATE INDEX settled_there_by_visit ON settled_there (visit_id)",
    # Who may push bills. Of a token only its digest is kept.
    """
    CREATE TABLE api_client (
        name TEXT PRIMARY KEY,
        token_digest TEXT NOT NULL UNIQUE,
        callback_url TEXT NOT NULL DEFAULT '',
        callback_secret TEXT NOT NULL DEFAULT '',
        made_at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT
    """,
    # A bill is kept as it was pushed: the same number with another content is refused.
    """
    CREATE TABLE pushed_bill (
        client TEXT NOT NULL REFERENCES api_client,
        number TEXT NOT NULL,
        digest TEXT NOT NULL,
        told TEXT NOT NULL,
        total_fen INTEGER NOT NULL,
        received_at TEXT NOT NULL,
        visit_id TEXT REFERENCES visit,
        taken_at TEXT,
        ended_at TEXT,
        ended_as TEXT CHECK (ended_as IN ('refused', 'withdrawn')),
        reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (client, number)
    ) STRICT
    """,
    "CREATE INDEX pushed_bill_by_visit ON pushed_bill (visit_id)",
    (
        "CREATE INDEX pushed_bill_waiting ON pushed_bill (received_at)"
        " WHERE visit_id IS NULL AND ended_at IS NULL"
    ),
    "CREATE INDEX pushed_bill_refused ON pushed_bill (ended_at) WHERE ended_as = 'refused'",
    # Results on their way to whoever pushed the bill.
    """
    CREATE TABLE callback (
        callback_id INTEGER PRIMARY KEY,
        client TEXT NOT NULL,
        number TEXT NOT NULL,
        body TEXT NOT NULL,
        made_at TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT NOT NULL,
        answered_at TEXT,
        given_up_at TEXT,
        FOREIGN KEY (client, number) REFERENCES pushed_bill
    ) STRICT
    """,
    "CREATE INDEX callback_by_bill ON callback (client, number)",
    (
        "CREATE INDEX callback_due ON callback (next_at)"
        " WHERE answered_at IS NULL AND given_up_at IS NULL"
    ),
    # A county prescription that lies, or lay, in a visit here.
    """
    CREATE TABLE prescription (
        hi_rxno TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        told TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        put_off_at TEXT
    ) STRICT
    """,
    "CREATE INDEX prescription_by_visit ON prescription (visit_id)",
    # Under which prescription a line is dispensed (rxno of the interface).
    "ALTER TABLE line ADD COLUMN rxno TEXT",
)
