"""People, what the province said of them, their families, and their faces."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date, datetime

from terminal.core.consent import Consent
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import Coverage, FamilyBinding, Person
from terminal.core.recognition import Template
from terminal.store.database import Database, Row


class People:
    """Who is known here."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, person: Person) -> None:
        """Write a person down, or what has changed of them."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE"
                " SET psn_no = excluded.psn_no, name = excluded.name,"
                " id_number = excluded.id_number, gender = excluded.gender, born = excluded.born",
                (
                    person.person_id,
                    person.psn_no,
                    person.name,
                    person.id_number,
                    person.gender,
                    person.born.isoformat(),
                ),
            )

    def person(self, person_id: str) -> Person | None:
        row = self._db.row("SELECT * FROM person WHERE person_id = ?", (person_id,))
        return None if row is None else _person(row)

    def by_id_number(self, id_number: str) -> Person | None:
        row = self._db.row("SELECT * FROM person WHERE id_number = ?", (id_number,))
        return None if row is None else _person(row)

    def known_as(self, told: Person) -> str | None:
        """Our number for whom the province speaks of, by either of its own numbers.

        An ID number may be corrected over there. Raises Refused `person.two_records` when
        its two numbers belong to two people here.
        """
        rows = self._db.rows(
            "SELECT person_id FROM person WHERE id_number = ? OR psn_no = ?",
            (told.id_number, told.psn_no),
        )
        if len(rows) > 1:
            raise Refused("person.two_records")
        return str(rows[0]["person_id"]) if rows else None

    def learn(self, told: Person, coverage: Coverage) -> str:
        """Keep what the province says of someone; returns our number for them.

        Raises Refused `person.two_records`, and then keeps nothing.
        """
        with self._db.transaction():
            person_id = self.known_as(told) or uuid.uuid4().hex
            self.keep(replace(told, person_id=person_id))
            self.keep_coverage(person_id, coverage)
        return person_id

    def keep_coverage(self, person_id: str, coverage: Coverage) -> None:
        """Write down what the province said last; it answers for them while it is away."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO coverage VALUES (?, ?)"
                " ON CONFLICT (person_id) DO UPDATE SET told = excluded.told",
                (person_id, coverage_as_json(coverage)),
            )

    def coverage(self, person_id: str) -> Coverage | None:
        row = self._db.row("SELECT told FROM coverage WHERE person_id = ?", (person_id,))
        return None if row is None else coverage_from_json(row["told"])

    def bind(self, binding: FamilyBinding) -> None:
        """Let the holder settle for the member."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO family_binding VALUES (?, ?, ?, ?)"
                " ON CONFLICT (holder_id, member_id) DO UPDATE"
                " SET relation = excluded.relation, valid_until = excluded.valid_until",
                (
                    binding.holder_id,
                    binding.member_id,
                    binding.relation,
                    binding.valid_until.isoformat(),
                ),
            )

    def bindings(self, holder_id: str, day: date) -> list[FamilyBinding]:
        """For whom this holder may settle on this day."""
        rows = self._db.rows(
            "SELECT * FROM family_binding WHERE holder_id = ? AND valid_until >= ?"
            " ORDER BY member_id",
            (holder_id, day.isoformat()),
        )
        return [
            FamilyBinding(
                row["holder_id"],
                row["member_id"],
                row["relation"],
                date.fromisoformat(row["valid_until"]),
            )
            for row in rows
        ]

    def enrol(
        self,
        person_id: str,
        consent: Consent,
        templates: dict[str, Template],
        at: datetime,
    ) -> None:
        """Keep a face's templates with the consent they rest on, all or nothing.

        `templates` stand under random keys. Templates that the person had of the same
        weights are replaced.
        """
        consent_id = uuid.uuid4().hex
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO consent (consent_id, person_id, version, given_at, witness, guardian)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    consent_id,
                    person_id,
                    consent.version,
                    at.isoformat(),
                    consent.witness,
                    consent.guardian or None,
                ),
            )
            self.keep_templates(person_id, consent_id, templates, at)

    def keep_templates(
        self, person_id: str, consent_id: str, templates: dict[str, Template], at: datetime
    ) -> None:
        """Keep templates on a consent that is there, in place of those of the same weights."""
        with self._db.transaction() as db:
            for digest in sorted({template.model_digest for template in templates.values()}):
                db.execute(
                    "DELETE FROM template WHERE model_digest = ? AND template_key IN"
                    " (SELECT template_key FROM enrolment WHERE person_id = ?)",
                    (digest, person_id),
                )
            for key, template in templates.items():
                db.execute(
                    "INSERT INTO template VALUES (?, ?, ?, ?)",
                    (key, template.vector, template.model_digest, template.live_score),
                )
                db.execute(
                    "INSERT INTO enrolment VALUES (?, ?, ?, ?)",
                    (key, person_id, consent_id, at.isoformat()),
                )

    def erase_templates(self, person_id: str) -> int:
        """Erase every template of a person; returns how many there were.

        `secure_delete` overwrites them in the file.
        """
        with self._db.transaction() as db:
            done = db.execute(
                "DELETE FROM template WHERE template_key IN"
                " (SELECT template_key FROM enrolment WHERE person_id = ?)",
                (person_id,),
            )
            return int(done.rowcount)

    def templates_of(self, person_id: str) -> list[Template]:
        """Every template of one person, of any weights."""
        rows = self._db.rows(
            "SELECT vector, model_digest, live_score FROM template"
            " JOIN enrolment USING (template_key) WHERE person_id = ? ORDER BY template_key",
            (person_id,),
        )
        return [_template(row) for row in rows]

    def templates(self, born_by: date | None = None) -> list[tuple[str, Template]]:
        """Every template of any weights with the person it belongs to, for the gallery.

        With `born_by`, of nobody who was born later.
        """
        rows = self._db.rows(
            "SELECT person_id, vector, model_digest, live_score FROM template"
            " JOIN enrolment USING (template_key) JOIN person USING (person_id)"
            " WHERE born <= ? ORDER BY person_id, template_key",
            ((born_by or date.max).isoformat(),),
        )
        return [(row["person_id"], _template(row)) for row in rows]


def coverage_as_json(coverage: Coverage) -> str:
    """What the province said of a person, to be written down."""
    told = {
        "insutype": coverage.insutype,
        "insuplc_admdvs": coverage.insuplc_admdvs,
        "psn_type": coverage.psn_type,
        "in_force": coverage.in_force,
        "balance_fen": coverage.balance.fen,
        "contract": coverage.contract,
        "registrations": dict(coverage.registrations),
        "fund_used_fen": None if coverage.fund_used is None else coverage.fund_used.fen,
        "as_of": coverage.as_of.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False)


def coverage_from_json(written: str) -> Coverage:
    """Read what `coverage_as_json` wrote."""
    told = json.loads(written)
    used = told["fund_used_fen"]
    return Coverage(
        insutype=told["insutype"],
        insuplc_admdvs=told["insuplc_admdvs"],
        psn_type=told["psn_type"],
        in_force=told["in_force"],
        balance=Money(told["balance_fen"]),
        contract=told["contract"],
        registrations=dict(told["registrations"]),
        fund_used=None if used is None else Money(used),
        as_of=datetime.fromisoformat(told["as_of"]),
    )


def _template(row: Row) -> Template:
    return Template(bytes(row["vector"]), row["model_digest"], row["live_score"])


def _person(row: Row) -> Person:
    return Person(
        person_id=row["person_id"],
        psn_no=row["psn_no"],
        name=row["name"],
        id_number=row["id_number"],
        gender=row["gender"],
        born=date.fromisoformat(row["born"]),
    )
