"""The fifth migration: boxes, what is in them, and what the clinic knows of its goods."""

from __future__ import annotations

FIFTH = (
    # One row for each code that was ever claimed. The primary key is what sells a code once:
    # a look-up before an insert can be raced. core/boxes says how the state may change.
    """
    CREATE TABLE box (
        trace_code TEXT PRIMARY KEY,
        item_code TEXT NOT NULL,
        state TEXT NOT NULL,
        visit_id TEXT REFERENCES visit,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX box_in_bag ON box (at) WHERE state = 'bag'",
    # A row is never changed: it is the box's history.
    """
    CREATE TABLE box_step (
        number INTEGER PRIMARY KEY,
        trace_code TEXT NOT NULL,
        event TEXT NOT NULL,
        state TEXT NOT NULL,
        visit_id TEXT,
        by_whom TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX box_step_by_code ON box_step (trace_code)",
    """
    INSERT INTO box (trace_code, item_code, state, visit_id, at)
    SELECT line.trace_code, line.item_code,
        CASE WHEN visit.state IN ('settled', 'closed') THEN 'gone' ELSE 'bill' END,
        line.visit_id, line.added_at
    FROM line JOIN visit USING (visit_id)
    WHERE trace_code IS NOT NULL AND removed_at IS NULL AND returned_at IS NULL
    """,
    "DROP INDEX line_by_trace_code",
    "CREATE INDEX line_by_trace_code ON line (trace_code) WHERE trace_code IS NOT NULL",
    # Units taken out of an opened box instead of whole packs; 0: whole packs, or no box.
    "ALTER TABLE line ADD COLUMN split_units INTEGER NOT NULL DEFAULT 0",
    # Why a drug has no code, and the evidence for it (JSON: lot, delivery_note, note).
    "ALTER TABLE line ADD COLUMN untraced TEXT",
    "ALTER TABLE line ADD COLUMN evidence TEXT",
    # How many days the person will be supplied by this line.
    "ALTER TABLE line ADD COLUMN days INTEGER",
    # Typed in by hand: a damaged code, read by eye.
    "ALTER TABLE line ADD COLUMN typed INTEGER NOT NULL DEFAULT 0",
    # What left the shelf since a drug was counted is added up from these alone (store/stock).
    """
    CREATE INDEX line_by_item ON line (item_code, added_at, quantity) WHERE split_units = 0
    """,
    """
    CREATE INDEX line_taken_back ON line (item_code)
    WHERE split_units = 0 AND coalesce(removed_at, returned_at) IS NOT NULL
    """,
    # Settled at somebody's home: boxes come out of the bag.
    "ALTER TABLE visit ADD COLUMN bedside INTEGER NOT NULL DEFAULT 0",
    # When it left the counter with somebody.
    "ALTER TABLE line ADD COLUMN left_at TEXT",
    # Of every visit that was agreed to or charged before, nobody knows where its boxes are.
    """
    UPDATE line SET left_at = added_at WHERE removed_at IS NULL AND visit_id IN
        (SELECT visit_id FROM visit WHERE state IN ('waiting', 'confirmed', 'settling',
        'uncertain', 'differs', 'partly_settled', 'settled', 'cancelled'))
    """,
    # A box sold by the tablet. The check is what keeps the fourth person from its pills.
    """
    CREATE TABLE opened_box (
        box INTEGER PRIMARY KEY,
        trace_code TEXT NOT NULL REFERENCES box,
        item_code TEXT NOT NULL,
        units INTEGER NOT NULL CHECK (units > 0),
        left_units INTEGER NOT NULL CHECK (left_units >= 0 AND left_units <= units),
        opened_at TEXT NOT NULL,
        opened_by TEXT NOT NULL,
        closed_at TEXT,
        closed_because TEXT
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX opened_box_by_code ON opened_box (trace_code) WHERE closed_at IS NULL
    """,
    # A box that somebody brought back; its report (3506A) goes to the province.
    """
    CREATE TABLE box_return (
        trace_code TEXT PRIMARY KEY,
        settlement_id TEXT REFERENCES settlement,
        reason TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        taken_in_by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE course (
        course_id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit,
        line_number INTEGER NOT NULL,
        times INTEGER NOT NULL CHECK (times > 0),
        begun_at TEXT NOT NULL,
        ended_at TEXT,
        ended_because TEXT
    ) STRICT
    """,
    "CREATE UNIQUE INDEX course_by_line ON course (visit_id, line_number)",
    """
    CREATE TABLE course_tick (
        course_id TEXT NOT NULL REFERENCES course,
        number INTEGER NOT NULL,
        day TEXT NOT NULL,
        at TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        PRIMARY KEY (course_id, number),
        UNIQUE (course_id, day)
    ) STRICT
    """,
    # This clinic's own bindings of a prefix to a drug, looked at twice.
    """
    CREATE TABLE binding (
        prefix TEXT PRIMARY KEY,
        item_code TEXT NOT NULL,
        bound_by TEXT NOT NULL,
        bound_at TEXT NOT NULL
    ) STRICT
    """,
    # What was downloaded from the province: version and date beside the rows.
    """
    CREATE TABLE catalogue_file (
        kind TEXT PRIMARY KEY,
        version TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        digest TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE province_prefix (
        prefix TEXT PRIMARY KEY,
        med_list_codg TEXT NOT NULL,
        level INTEGER NOT NULL,
        ratio INTEGER NOT NULL CHECK (ratio > 0)
    ) STRICT
    """,
    "CREATE TABLE province_diagnosis (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT",
    # Why the doctor went on although a rule warned.
    """
    CREATE TABLE finding_reason (
        visit_id TEXT NOT NULL REFERENCES visit,
        rule TEXT NOT NULL,
        line_number INTEGER NOT NULL,
        reason TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        at TEXT NOT NULL,
        diagnosis TEXT NOT NULL,
        PRIMARY KEY (visit_id, rule, line_number, diagnosis)
    ) STRICT
    """,
    # The stock book: counts and moves that the clinic records. Rows are only added to.
    """
    CREATE TABLE stock_move (
        number INTEGER PRIMARY KEY,
        item_code TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('count', 'in', 'out')),
        packs TEXT NOT NULL,
        lot TEXT NOT NULL DEFAULT '',
        expires_on TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        by_whom TEXT NOT NULL,
        at TEXT NOT NULL,
        report TEXT NOT NULL,
        said TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX stock_move_by_item ON stock_move (item_code, number)",
    "CREATE INDEX stock_move_by_report ON stock_move (report)",
    """
    CREATE TRIGGER stock_move_stays BEFORE UPDATE OF item_code, kind, packs, at ON stock_move
    BEGIN SELECT raise(ABORT, 'a row of the stock book is never changed'); END
    """,
    """
    CREATE TRIGGER stock_move_is_kept BEFORE DELETE ON stock_move
    BEGIN SELECT raise(ABORT, 'a row of the stock book is never deleted'); END
    """,
)
