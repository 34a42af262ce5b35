"""Who is enrolled under which weights, who looks like whom, and who agreed to it.

No vector is read here: templates are people.py's. A pair is written once, the smaller
number first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from terminal.core.consent import Consent, EndedConsent, GivenConsent
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class SameFace:
    """Someone else who is enrolled with the face of a person, not cleared yet."""

    other_id: str
    similarity: float
    found_at: datetime


class Faces:
    """What is known of the enrolled besides their templates."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def digests(self) -> set[str]:
        """Of all weights that somebody is enrolled under."""
        rows = self._db.rows("SELECT DISTINCT model_digest FROM template")
        return {row["model_digest"] for row in rows}

    def enrolled(self, person_id: str) -> bool:
        """Whether there is a template of them, of whatever weights."""
        return bool(self.digests_of(person_id))

    def of_the_dead(self) -> list[str]:
        """Who is enrolled of whom the province says that they died."""
        sql = (
            "SELECT DISTINCT person_id FROM template JOIN enrolment USING (template_key)"
            " JOIN person USING (person_id) WHERE died_on IS NOT NULL ORDER BY person_id"
        )
        return [row["person_id"] for row in self._db.rows(sql)]

    def digests_of(self, person_id: str) -> frozenset[str]:
        """The weights that a person is enrolled under."""
        rows = self._db.rows(
            "SELECT DISTINCT model_digest FROM template JOIN enrolment USING (template_key)"
            " WHERE person_id = ?",
            (person_id,),
        )
        return frozenset(row["model_digest"] for row in rows)

    def kept_of(self, model_digest: str) -> int:
        """How many templates of these weights are kept, of everybody."""
        row = self._db.row(
            "SELECT count(*) AS kept FROM template WHERE model_digest = ?", (model_digest,)
        )
        return 0 if row is None else int(row["kept"])

    def everybody(self) -> dict[str, frozenset[str]]:
        """Everyone enrolled, with the weights of their templates."""
        rows = self._db.rows(
            "SELECT DISTINCT person_id, model_digest FROM enrolment"
            " JOIN template USING (template_key) ORDER BY person_id"
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["person_id"], set()).add(row["model_digest"])
        return {person_id: frozenset(digests) for person_id, digests in found.items()}

    # --- consent
    def consent_in_force(self, person_id: str) -> str | None:
        """The newest consent that was not withdrawn."""
        row = self._db.row(
            "SELECT consent_id FROM consent WHERE person_id = ? AND withdrawn_at IS NULL"
            " ORDER BY given_at DESC, rowid DESC",
            (person_id,),
        )
        return None if row is None else str(row["consent_id"])

    def withdraw(self, person_id: str, at: datetime, by: EndedConsent) -> None:
        """End every consent of a person, and forget how much they look like anybody.

        That they do stays: who is still enrolled would otherwise be named for the twin
        who has left, without a question.
        """
        with self._db.transaction() as db:
            db.execute(
                "UPDATE consent SET withdrawn_at = ?, withdrawn_by = ?"
                " WHERE person_id = ? AND withdrawn_at IS NULL",
                (at.isoformat(), by, person_id),
            )
            db.execute(
                "UPDATE look_alike SET similarity = 0 WHERE person_a = ? OR person_b = ?",
                (person_id, person_id),
            )
            db.execute(
                "UPDATE same_face SET similarity = 0 WHERE person_id = ? OR other_id = ?",
                (person_id, person_id),
            )
            db.execute("UPDATE other_face SET similarity = 0 WHERE person_id = ?", (person_id,))
            db.execute("DELETE FROM face_use WHERE person_id = ?", (person_id,))

    def consents_of(self, person_id: str) -> list[GivenConsent]:
        """Everything a person ever agreed to, in force or taken back, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM consent WHERE person_id = ? ORDER BY given_at, rowid", (person_id,)
        )
        return [_given(row) for row in rows]

    def versions_in_force(self) -> dict[str, str]:
        """The version that everybody enrolled agreed to last."""
        rows = self._db.rows(
            "SELECT person_id, version FROM consent WHERE withdrawn_at IS NULL"
            " ORDER BY given_at, rowid"
        )
        return {row["person_id"]: row["version"] for row in rows}

    def template_keys(self, person_id: str) -> frozenset[str]:
        """The random keys under which a person's templates stand."""
        rows = self._db.rows("SELECT template_key FROM enrolment WHERE person_id = ?", (person_id,))
        return frozenset(row["template_key"] for row in rows)

    # --- who looks like whom
    def look_alikes(self) -> dict[str, frozenset[str]]:
        """Everybody who looks like somebody else, each with whom.

        With those who came with the same face, told apart or not, enrolled or not: a twin
        who is not enrolled would be taken for the one who is.
        """
        rows = self._db.rows(
            "SELECT person_a, person_b FROM look_alike UNION"
            " SELECT person_id, other_id FROM same_face"
        )
        found: dict[str, set[str]] = {}
        for first, second in rows:
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
        return {person_id: frozenset(others) for person_id, others in found.items()}

    def note_look_alikes(
        self, person_id: str, model_digest: str, alike: Mapping[str, float], at: datetime
    ) -> None:
        """Write down whom a person looks like by these weights.

        A pair stays for ever, with the most it ever was: one odd picture of either must
        not end the question.
        """
        with self._db.transaction() as db:
            for other, similarity in alike.items():
                first, second = sorted((person_id, other))
                db.execute(
                    "INSERT INTO look_alike VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (person_a, person_b) DO UPDATE"
                    " SET similarity = excluded.similarity,"
                    " model_digest = excluded.model_digest, found_at = excluded.found_at"
                    " WHERE excluded.similarity > look_alike.similarity",
                    (first, second, similarity, model_digest, at.isoformat()),
                )

    # --- one face under two names
    def same_faces(self, person_id: str) -> list[SameFace]:
        """Who stands in the way of enrolling this person, the most alike first."""
        rows = self._db.rows(
            "SELECT other_id, similarity, found_at FROM same_face"
            " WHERE person_id = ? AND cleared_at IS NULL ORDER BY similarity DESC, other_id",
            (person_id,),
        )
        return [
            SameFace(row["other_id"], row["similarity"], datetime.fromisoformat(row["found_at"]))
            for row in rows
        ]

    def note_same_faces(self, person_id: str, alike: Mapping[str, float], at: datetime) -> None:
        """Write down who is enrolled with this person's face.

        It stays until a doctor clears it: a second try from another side changes nothing.
        """
        with self._db.transaction() as db:
            for other, similarity in alike.items():
                db.execute(
                    "INSERT INTO same_face VALUES (?, ?, ?, ?, NULL, NULL)"
                    " ON CONFLICT (person_id, other_id) DO NOTHING",
                    (person_id, other, similarity, at.isoformat()),
                )

    def clear_same_face(self, person_id: str, other_id: str, doctor_code: str, at: datetime) -> int:
        """A doctor says that these are two people; returns 0 where nothing stood in the way."""
        with self._db.transaction() as db:
            done = db.execute(
                "UPDATE same_face SET cleared_at = ?, cleared_by = ?"
                " WHERE person_id = ? AND other_id = ? AND cleared_at IS NULL",
                (at.isoformat(), doctor_code, person_id, other_id),
            )
            return int(done.rowcount)

    def told_apart(self, person_id: str) -> frozenset[str]:
        """Whom a doctor has said this person is not, asked from either side."""
        rows = self._db.rows(
            "SELECT other_id FROM same_face WHERE person_id = ? AND cleared_at IS NOT NULL UNION"
            " SELECT person_id FROM same_face WHERE other_id = ? AND cleared_at IS NOT NULL",
            (person_id, person_id),
        )
        return frozenset(row[0] for row in rows)

    # --- another face under one name
    def note_other_face(
        self, person_id: str, similarity: float, at: datetime, cleared_by: str
    ) -> None:
        """Write down who answered for a face unlike the one that was kept before."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO other_face VALUES (?, ?, ?, ?)",
                (person_id, similarity, at.isoformat(), cleared_by),
            )

    # --- who is asked for a challenge at every visit
    def challenge_always(self, person_id: str) -> bool:
        row = self._db.row("SELECT 1 FROM always_challenge WHERE person_id = ?", (person_id,))
        return row is not None

    def set_challenge_always(self, person_id: str) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO always_challenge VALUES (?) ON CONFLICT DO NOTHING", (person_id,)
            )

    def unset_challenge_always(self, person_id: str) -> None:
        with self._db.transaction() as db:
            db.execute("DELETE FROM always_challenge WHERE person_id = ?", (person_id,))


def _given(row: Row) -> GivenConsent:
    at, by = row["withdrawn_at"], row["withdrawn_by"]
    return GivenConsent(
        Consent(
            row["version"], row["witness"], row["guardian"] or "", row["guardian_relation"] or ""
        ),
        datetime.fromisoformat(row["given_at"]),
        None if at is None else datetime.fromisoformat(at),
        None if by is None else EndedConsent(by),
    )
