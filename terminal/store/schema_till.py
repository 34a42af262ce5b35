"""The fourth migration: what stands beside a charge, never in it."""

from __future__ import annotations

FOURTH = (
    # A number on a slip for whoever goes home before the outcome is known.
    "ALTER TABLE visit ADD COLUMN slip_no TEXT",
    # The cancelled visit that this one puts right.
    "ALTER TABLE visit ADD COLUMN corrects TEXT REFERENCES visit",
    # What we reckoned ourselves while the province was away; never shown as settled.
    "ALTER TABLE settlement ADD COLUMN estimate TEXT",
    # Under which heads the province clears it: insutype, clr_type, clr_optins, setl_time.
    "ALTER TABLE settlement ADD COLUMN clearing TEXT",
    # Settlements of the same person and day that we did not make; a doctor judges each.
    """
    CREATE TABLE elsewhere (
        visit_id TEXT NOT NULL REFERENCES visit,
        setl_id TEXT NOT NULL,
        told TEXT NOT NULL,
        found_at TEXT NOT NULL,
        judged_at TEXT,
        judged_by TEXT,
        PRIMARY KEY (visit_id, setl_id)
    ) STRICT
    """,
    # What was known and agreed to while the province was away, signed.
    """
    CREATE TABLE offline_record (
        visit_id TEXT PRIMARY KEY REFERENCES visit,
        record TEXT NOT NULL,
        signature TEXT NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT
    """,
    # How a share was paid: beside the settlement, never in it. A row is never changed.
    """
    CREATE TABLE payment (
        number INTEGER PRIMARY KEY,
        person_id TEXT NOT NULL REFERENCES person,
        visit_id TEXT REFERENCES visit,
        kind TEXT NOT NULL,
        way TEXT,
        fen INTEGER NOT NULL CHECK (fen > 0),
        reason TEXT NOT NULL DEFAULT '',
        slip_no TEXT NOT NULL,
        taken_by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER payment_stays BEFORE UPDATE ON payment
    BEGIN SELECT raise(ABORT, 'a row of the cash book is never changed'); END
    """,
    """
    CREATE TRIGGER payment_is_kept BEFORE DELETE ON payment
    BEGIN SELECT raise(ABORT, 'a row of the cash book is never deleted'); END
    """,
    "CREATE INDEX payment_by_visit ON payment (visit_id)",
    "CREATE INDEX payment_by_person ON payment (person_id)",
    "CREATE INDEX payment_by_time ON payment (at)",
    # Each closing of a day as it went; the last one counts.
    """
    CREATE TABLE closing (
        number INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        at TEXT NOT NULL,
        closed_by TEXT NOT NULL,
        balanced INTEGER NOT NULL,
        report TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX closing_by_day ON closing (day)",
    """
    CREATE TABLE drawer_count (
        number INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        at TEXT NOT NULL,
        counted_by TEXT NOT NULL,
        counted_fen INTEGER NOT NULL,
        expected_fen INTEGER NOT NULL
    ) STRICT
    """,
    # A year's fund is summed from the index alone; store/closings spells it the same way.
    """
    CREATE INDEX settlement_by_setl_time ON settlement (
        coalesce(json_extract(clearing, '$.setl_time'), ''), state, json_extract(settled, '$.fund')
    )
    """,
    """
    CREATE INDEX cancellation_by_time ON settlement_step (at) WHERE event = 'province_cancelled'
    """,
    "CREATE INDEX visit_by_opening ON visit (opened_at)",
    "CREATE INDEX visit_by_person ON visit (person_id, opened_at)",
    "CREATE INDEX settlement_by_mdtrt ON settlement (mdtrt_id)",
    "CREATE INDEX visit_by_correction ON visit (corrects)",
    "CREATE INDEX message_by_time ON message (sent_at)",
    "CREATE INDEX sale_report_by_state ON sale_report (state)",
)
