"""The database's tables, as a list of migrations: only ever added to, never edited.

Names that the interface has keep its spelling (psn_no, mdtrt_id, setl_id, msgid). Money
is whole fen. Times are ISO 8601 with the offset of Asia/Shanghai.

A face's template stands under a random key in its own table, with no name beside it;
`enrolment` alone knows whose it is.
"""

from __future__ import annotations

from terminal.store.schema_boxes import FIFTH
from terminal.store.schema_people import SIXTH
from terminal.store.schema_record import EIGHTH
from terminal.store.schema_screens import SEVENTH
from terminal.store.schema_till import FOURTH

_FIRST = (
    """
    CREATE TABLE person (
        person_id TEXT PRIMARY KEY,
        psn_no TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        id_number TEXT NOT NULL UNIQUE,
        gender TEXT NOT NULL,
        born TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE coverage (
        person_id TEXT PRIMARY KEY REFERENCES person,
        told TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE consent (
        consent_id TEXT PRIMARY KEY,
        person_id TEXT NOT NULL REFERENCES person,
        version TEXT NOT NULL,
        given_at TEXT NOT NULL,
        witness TEXT NOT NULL,
        withdrawn_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE template (
        template_key TEXT PRIMARY KEY,
        vector BLOB NOT NULL,
        model_digest TEXT NOT NULL,
        live_score REAL NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE enrolment (
        template_key TEXT PRIMARY KEY REFERENCES template ON DELETE CASCADE,
        person_id TEXT NOT NULL REFERENCES person,
        consent_id TEXT NOT NULL REFERENCES consent,
        enrolled_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE family_binding (
        holder_id TEXT NOT NULL REFERENCES person,
        member_id TEXT NOT NULL REFERENCES person,
        relation TEXT NOT NULL,
        valid_until TEXT NOT NULL,
        PRIMARY KEY (holder_id, member_id),
        CHECK (holder_id <> member_id)
    ) STRICT
    """,
    """
    CREATE TABLE visit (
        visit_id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0,
        opened_at TEXT NOT NULL,
        doctor_code TEXT NOT NULL,
        person_id TEXT REFERENCES person,
        holder_id TEXT REFERENCES person,
        identified TEXT,
        similarity REAL,
        live_score REAL,
        diagnosis TEXT,
        put_aside_at TEXT
    ) STRICT
    """,
    "CREATE INDEX visit_by_state ON visit (state, opened_at)",
    """
    CREATE TABLE visit_step (
        number INTEGER PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        event TEXT NOT NULL,
        state TEXT NOT NULL,
        at TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX visit_step_by_visit ON visit_step (visit_id)",
    """
    CREATE TABLE settlement (
        settlement_id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        category TEXT NOT NULL,
        state TEXT NOT NULL,
        mdtrt_id TEXT,
        ipt_otp_no TEXT,
        chrg_bchno TEXT,
        lines_sent INTEGER NOT NULL DEFAULT 0,
        priced_revision INTEGER,
        pre_settlement TEXT,
        agreed_own_fen INTEGER,
        agreed_fund_fen INTEGER,
        settle_msgid TEXT,
        setl_id TEXT UNIQUE,
        settled TEXT,
        refusal TEXT
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX settlement_by_category ON settlement (visit_id, category)
    WHERE state <> 'dropped'
    """,
    "CREATE INDEX settlement_by_state ON settlement (state)",
    """
    CREATE TABLE settlement_step (
        number INTEGER PRIMARY KEY,
        settlement_id TEXT NOT NULL REFERENCES settlement,
        event TEXT NOT NULL,
        state TEXT NOT NULL,
        at TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX settlement_step_by_settlement ON settlement_step (settlement_id)",
    """
    CREATE TABLE line (
        visit_id TEXT NOT NULL REFERENCES visit,
        number INTEGER NOT NULL,
        item_code TEXT NOT NULL,
        category TEXT NOT NULL,
        quantity TEXT NOT NULL,
        price TEXT NOT NULL,
        total_fen INTEGER NOT NULL,
        trace_code TEXT,
        feedetl_sn TEXT NOT NULL UNIQUE,
        added_at TEXT NOT NULL,
        removed_at TEXT,
        PRIMARY KEY (visit_id, number)
    ) STRICT
    """,
    # One box is on one bill: an index, because a look-up before an insert can be raced.
    """
    CREATE UNIQUE INDEX line_by_trace_code ON line (trace_code)
    WHERE trace_code IS NOT NULL AND removed_at IS NULL
    """,
    """
    CREATE TABLE message (
        msgid TEXT PRIMARY KEY,
        infno TEXT NOT NULL,
        settlement_id TEXT REFERENCES settlement,
        request BLOB NOT NULL,
        sent_at TEXT NOT NULL,
        outcome TEXT,
        code TEXT,
        answer BLOB,
        answered_at TEXT
    ) STRICT
    """,
    "CREATE INDEX message_by_settlement ON message (settlement_id)",
    """
    CREATE TABLE sale_report (
        trace_code TEXT NOT NULL,
        settlement_id TEXT NOT NULL REFERENCES settlement,
        state TEXT NOT NULL,
        said TEXT,
        PRIMARY KEY (settlement_id, trace_code)
    ) STRICT
    """,
    """
    CREATE TABLE counter (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT
    """,
)

_SECOND = (
    # What a settlement was registered with: whoever is asked about it later names the same.
    "ALTER TABLE settlement ADD COLUMN coverage TEXT",
    # A box whose settlement was cancelled may be scanned again.
    "ALTER TABLE line ADD COLUMN returned_at TEXT",
    "DROP INDEX line_by_trace_code",
    """
    CREATE UNIQUE INDEX line_by_trace_code ON line (trace_code)
    WHERE trace_code IS NOT NULL AND removed_at IS NULL AND returned_at IS NULL
    """,
)

_THIRD = (
    # Of which of two who look alike it was, and how sure the counter was of the face.
    "ALTER TABLE visit ADD COLUMN look_alikes TEXT",
    "ALTER TABLE visit ADD COLUMN digits_tried INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE visit ADD COLUMN second_factor TEXT",
    "ALTER TABLE visit ADD COLUMN challenged TEXT",
    "ALTER TABLE visit ADD COLUMN face_agrees INTEGER",
    "ALTER TABLE consent ADD COLUMN guardian TEXT",
    """
    CREATE TABLE look_alike (
        person_a TEXT NOT NULL REFERENCES person,
        person_b TEXT NOT NULL REFERENCES person,
        similarity REAL NOT NULL,
        model_digest TEXT NOT NULL,
        found_at TEXT NOT NULL,
        PRIMARY KEY (person_a, person_b),
        CHECK (person_a < person_b)
    ) STRICT
    """,
    # The same face under a second identity: nothing is kept of it before somebody says why.
    """
    CREATE TABLE same_face (
        person_id TEXT NOT NULL REFERENCES person,
        other_id TEXT NOT NULL REFERENCES person,
        similarity REAL NOT NULL,
        found_at TEXT NOT NULL,
        cleared_at TEXT,
        cleared_by TEXT,
        PRIMARY KEY (person_id, other_id),
        CHECK (person_id <> other_id)
    ) STRICT
    """,
    "CREATE TABLE always_challenge (person_id TEXT PRIMARY KEY REFERENCES person) STRICT",
    # What the counter made of a face, by which camera: never the face itself.
    """
    CREATE TABLE face_decision (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        camera TEXT NOT NULL,
        outcome TEXT NOT NULL,
        visit_id TEXT REFERENCES visit,
        person_id TEXT REFERENCES person,
        live_score REAL,
        similarity REAL,
        threshold REAL,
        people INTEGER,
        frames INTEGER,
        challenged TEXT NOT NULL,
        model_digest TEXT
    ) STRICT
    """,
    "CREATE INDEX face_decision_by_time ON face_decision (at)",
    # Whoever is enrolled anew with a face unlike the one before: a doctor answers for it.
    """
    CREATE TABLE other_face (
        person_id TEXT NOT NULL REFERENCES person,
        similarity REAL NOT NULL,
        cleared_at TEXT NOT NULL,
        cleared_by TEXT NOT NULL
    ) STRICT
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _SECOND,
    _THIRD,
    FOURTH,
    FIFTH,
    SIXTH,
    SEVENTH,
    EIGHTH,
)
"""Number n of the list brings a file from version n to n + 1 (PRAGMA user_version)."""
