"""The sixth migration: families, who stands in for whom, operators, and the ledger."""

from __future__ import annotations

SIXTH = (
    # An ended binding stays, ended: a clock set back must not bring it to life.
    """
    CREATE TABLE relative_binding (
        binding_id TEXT PRIMARY KEY,
        holder_id TEXT NOT NULL REFERENCES person,
        member_id TEXT NOT NULL REFERENCES person,
        relation TEXT NOT NULL,
        scopes TEXT NOT NULL,
        basis TEXT NOT NULL,
        valid_from TEXT NOT NULL,
        valid_until TEXT NOT NULL,
        made_at TEXT NOT NULL,
        witness TEXT NOT NULL,
        document TEXT NOT NULL,
        reason TEXT NOT NULL,
        ended_at TEXT,
        ended_by TEXT,
        CHECK (holder_id <> member_id)
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX relative_binding_in_force ON relative_binding (holder_id, member_id)
    WHERE ended_at IS NULL
    """,
    "CREATE INDEX relative_binding_by_member ON relative_binding (member_id)",
    """
    INSERT INTO relative_binding
    SELECT lower(hex(randomblob(16))), holder_id, member_id, relation,
        '["ask", "collect", "settle"]', 'carried_over', '2020-01-01', valid_until,
        '2020-01-01T00:00:00+08:00', '', '', '', NULL, NULL
    FROM family_binding
    """,
    "DROP TABLE family_binding",
    # 家庭共济: paying the share from a relative's account. The province's word alone.
    """
    CREATE TABLE mutual_aid (
        payer_id TEXT NOT NULL REFERENCES person,
        person_id TEXT NOT NULL REFERENCES person,
        told_at TEXT NOT NULL,
        PRIMARY KEY (payer_id, person_id)
    ) STRICT
    """,
    "ALTER TABLE visit ADD COLUMN standing TEXT NOT NULL DEFAULT 'self'",
    "ALTER TABLE visit ADD COLUMN binding_id TEXT REFERENCES relative_binding",
    # Which of the questions that only a doctor can answer they have answered.
    "ALTER TABLE visit ADD COLUMN answered TEXT",
    "CREATE INDEX visit_by_holder ON visit (holder_id, opened_at) WHERE holder_id IS NOT NULL",
    """
    CREATE TABLE companion (
        visit_id TEXT PRIMARY KEY REFERENCES visit,
        standing TEXT NOT NULL,
        name TEXT NOT NULL,
        id_number TEXT NOT NULL,
        relation TEXT NOT NULL,
        noted_by TEXT NOT NULL,
        noted_at TEXT NOT NULL
    ) STRICT
    """,
    # A newborn is a person before anybody has given them a number.
    """
    CREATE TABLE newborn (
        person_id TEXT PRIMARY KEY REFERENCES person,
        birth_certificate TEXT NOT NULL UNIQUE,
        registered_at TEXT
    ) STRICT
    """,
    "ALTER TABLE person ADD COLUMN died_on TEXT",
    # When a face was last of use, and when its owner was told that it will be erased.
    """
    CREATE TABLE face_use (
        person_id TEXT PRIMARY KEY REFERENCES person,
        used_at TEXT NOT NULL,
        announced_at TEXT
    ) STRICT
    """,
    "ALTER TABLE consent ADD COLUMN withdrawn_by TEXT",
    "ALTER TABLE consent ADD COLUMN guardian_relation TEXT",
    # The template's vector is sealed under a key of its own, named here; none: not sealed yet.
    "ALTER TABLE template ADD COLUMN sealed_under TEXT",
    """
    CREATE TABLE operator (
        operator_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        roles TEXT NOT NULL,
        doctor_code TEXT NOT NULL,
        pin_hash TEXT NOT NULL,
        person_id TEXT REFERENCES person,
        registered TEXT NOT NULL,
        checked_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        locked_until TEXT,
        made_at TEXT NOT NULL,
        retired_at TEXT
    ) STRICT
    """,
    (
        "CREATE UNIQUE INDEX operator_by_code ON operator (doctor_code)"
        " WHERE doctor_code <> '' AND retired_at IS NULL"
    ),
    # Only ever added to. core/ledger says how an entry's digest follows from the one before.
    """
    CREATE TABLE ledger (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        deed TEXT NOT NULL,
        who TEXT NOT NULL,
        facts TEXT NOT NULL,
        digest BLOB NOT NULL
    ) STRICT
    """,
    (
        "CREATE TRIGGER ledger_is_not_edited BEFORE UPDATE ON ledger"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
    (
        "CREATE TRIGGER ledger_is_not_cut BEFORE DELETE ON ledger"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
    # An insert that replaces would delete without the trigger above being asked.
    (
        "CREATE TRIGGER ledger_is_added_to_at_its_end BEFORE INSERT ON ledger"
        " WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger)"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
    # What is looked for by its kind is rare; the deeds of a visit are not in here.
    """
    CREATE INDEX ledger_by_deed ON ledger (deed, number) WHERE deed IN
        ('enrolled', 'withdrawn', 'erased', 'setting_changed', 'weights_changed',
        'key_changed', 'verified', 'break_found')
    """,
    """
    CREATE TABLE ledger_seal (
        number INTEGER PRIMARY KEY REFERENCES ledger,
        digest BLOB NOT NULL,
        at TEXT NOT NULL,
        public_key TEXT NOT NULL,
        signature TEXT NOT NULL
    ) STRICT
    """,
    (
        "CREATE TRIGGER ledger_seal_is_not_edited BEFORE UPDATE ON ledger_seal"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
    (
        "CREATE TRIGGER ledger_seal_is_not_cut BEFORE DELETE ON ledger_seal"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
    (
        "CREATE TRIGGER ledger_seal_is_added_to_at_its_end BEFORE INSERT ON ledger_seal"
        " WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM ledger_seal)"
        " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    ),
)
