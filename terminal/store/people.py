"""People, what the province said of them, their families, and their faces."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import replace
from datetime import date, datetime

from terminal.core.consent import Consent
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import Coverage, Person
from terminal.core.recognition import Template
from terminal.store.database import Database, Row
from terminal.store.sealing import TemplateSeal

log = logging.getLogger(__name__)


class People:
    """Who is known here."""

    def __init__(self, database: Database, seal: TemplateSeal) -> None:
        self._db = database
        self._seal = seal
        self._unreadable = 0

    def keep(self, person: Person) -> None:
        """Write a person down, or what has changed of them."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO person (person_id, psn_no, name, id_number, gender, born)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE"
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

    def everybody(self) -> list[Person]:
        """Everybody known here, enrolled or not."""
        return [_person(row) for row in self._db.rows("SELECT * FROM person")]

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
                "INSERT INTO consent (consent_id, person_id, version, given_at, witness, guardian,"
                " guardian_relation) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    consent_id,
                    person_id,
                    consent.version,
                    at.isoformat(),
                    consent.witness,
                    consent.guardian or None,
                    consent.relation or None,
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
                    "INSERT INTO template"
                    " (template_key, vector, model_digest, live_score, sealed_under)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (
                        key,
                        self._seal.seal(template.vector, key),
                        template.model_digest,
                        template.live_score,
                        self._seal.name,
                    ),
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
        """Every template of one person, of any weights, that opens."""
        rows = self._db.rows(
            "SELECT template.* FROM template"
            " JOIN enrolment USING (template_key) WHERE person_id = ? ORDER BY template_key",
            (person_id,),
        )
        return [template for row in rows if (template := self._opened(row))]

    def templates(self, born_by: date | None = None) -> list[tuple[str, Template]]:
        """Every template of any weights with the person it belongs to, for the gallery.

        With `born_by`, of nobody who was born later. One that does not open is left out:
        its owner is asked for the ID number, the others are still known.
        """
        rows = self._db.rows(
            "SELECT person_id, template.* FROM template"
            " JOIN enrolment USING (template_key) JOIN person USING (person_id)"
            " WHERE born <= ? ORDER BY person_id, template_key",
            ((born_by or date.max).isoformat(),),
        )
        opened = [(row["person_id"], self._opened(row)) for row in rows]
        known = [(person_id, template) for person_id, template in opened if template is not None]
        unreadable = len(opened) - len(known)
        if unreadable > self._unreadable:
            log.warning("vault.template_unreadable: %d", unreadable)
        self._unreadable = unreadable
        return known

    def unreadable_templates(self) -> int:
        """How many templates no key of ours opened when they were last asked for."""
        return self._unreadable

    def _opened(self, row: Row) -> Template | None:
        vector = self._seal.open(bytes(row["vector"]), row["template_key"], row["sealed_under"])
        return None if vector is None else Template(vector, row["model_digest"], row["live_score"])


def coverage_as_json(coverage: Coverage) -> str:
    """What the province said of a person, to be written down."""
    told = {
        "insutype": coverage.insutype,
        "insuplc_admdvs": coverage.insuplc_admdvs,
        "psn_type": coverage.psn_type,
        "in_force": coverage.in_force,
        "balance_fen": coverage.balance.fen,
        "contract": coverage.contract,
        "packages": list(coverage.packages),
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
        # What an older version wrote has none.
        packages=tuple(told.get("packages", ())),
    )


def _person(row: Row) -> Person:
    return Person(
        person_id=row["person_id"],
        psn_no=row["psn_no"],
        name=row["name"],
        id_number=row["id_number"],
        gender=row["gender"],
        born=date.fromisoformat(row["born"]),
    )
