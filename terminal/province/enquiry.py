"""Who someone is to the insurance: 1101, and what 5301, 5302 and 5206 add to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from terminal.core.faults import Fault, Refused, Uncertain
from terminal.core.money import Money
from terminal.core.people import Coverage, Person, born_of, check_id_number
from terminal.province import answers as a
from terminal.province import messages as m
from terminal.province import relatives
from terminal.province.envelope import Answer
from terminal.province.nodes import read, read_node, rows, written
from terminal.province.session import ID_CARD, Session
from terminal.province.vouchers import E_VOUCHER

log = logging.getLogger(__name__)

_R = TypeVar("_R", bound=a.Read)

_PACKAGES_MAX = 6
_PACKAGE_CHARS_MAX = 20
"""A remark with more, or longer ones, is no list of service packages."""


class Enquiry:
    """Asks the province about people."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def person(self, id_number: str) -> tuple[Person, Coverage]:
        """1101, with contract (5302), registrations (5301) and what was used (5206).

        The last three inform only: what cannot be learnt is left open. The person_id
        returned is the province's psn_no; the caller may know this person by another.
        Raises as client.Client.send and nodes do.
        """
        node = written(
            m.PersonQuery, mdtrt_cert_type=ID_CARD, mdtrt_cert_no=id_number, certno=id_number
        )
        answer = self._session.send("1101", {"data": node})
        base = read(a.BaseInfo, answer, "baseinfo")
        if not _same_number(base.certno, id_number):
            raise Uncertain("province.nonsense", reason="another person")
        return self._told(answer, base, id_number)

    def by_code(self, code: str) -> tuple[Person, Coverage]:
        """1101 by a person's own insurance code (医保码), as `person` does by number.

        The code is written down nowhere; it is remembered for minutes, so that the visit
        is registered with it. Raises as `person` does, and Refused
        `person.code_tells_no_number` where the region hides whose it is.
        """
        node = written(m.PersonQuery, mdtrt_cert_type=E_VOUCHER, mdtrt_cert_no=code)
        answer = self._session.send("1101", {"data": node}, hidden=code)
        base = read(a.BaseInfo, answer, "baseinfo")
        try:
            id_number = check_id_number(base.certno)
        except Refused:
            raise Refused("person.code_tells_no_number") from None
        found = self._told(answer, base, id_number)
        self._session.vouchers.keep(base.psn_no, code)
        return found

    def _told(self, answer: Answer, base: a.BaseInfo, id_number: str) -> tuple[Person, Coverage]:
        now = self._session.now()
        row = _in_force(
            [read_node(a.InsuInfo, row) for row in rows(answer, "insuinfo")], now.date()
        )
        born = base.brdy or _born(id_number)
        if born > now.date():
            raise Uncertain("province.nonsense", reason="born on a day to come")
        person = Person(
            person_id=base.psn_no,
            psn_no=base.psn_no,
            name=base.psn_name,
            id_number=id_number,
            gender=base.gend,
            born=born,
        )
        beside: dict[str, Any] = {
            "family": relatives.family(answer),
            "aid_payers": relatives.aid_payers(answer),
            "died_on": base.die_date,
        }
        if row is None:
            return person, replace(_uninsured(now), **beside)
        coverage = Coverage(
            insutype=row.insutype,
            insuplc_admdvs=row.insuplc_admdvs,
            psn_type=row.psn_type,
            in_force=True,
            balance=row.balc,
            contract=None,
            registrations={},
            fund_used=None,
            as_of=now,
            **beside,
        )
        return person, self._informed(base.psn_no, coverage, now.date())

    def _informed(self, psn_no: str, coverage: Coverage, today: date) -> Coverage:
        """Add what informs only; stop asking at the first silence, for someone is waiting."""
        try:
            contract, packages = self._contract(psn_no, coverage, today)
            coverage = replace(coverage, contract=contract, packages=packages)
            registrations = self._registrations(psn_no, coverage, today)
            coverage = replace(coverage, registrations=registrations)
            return replace(coverage, fund_used=self._used(psn_no, coverage, today))
        except Fault as fault:
            log.info("a person's card stays incomplete: %s", fault)
            return coverage

    def _contract(self, psn_no: str, held: Coverage, today: date) -> tuple[str, tuple[str, ...]]:
        """Name of the institution, and the packages as they are called; empty: no contract."""
        kind = self._session.clinic.region.family_doctor_type
        node = written(m.ContractQuery, psn_no=psn_no, biz_appy_type=kind)
        for row in self._asked("5302", node, "psnfixmedin", held, a.Contract):
            if _runs(row.begndate, row.enddate, today):
                return row.fixmedins_name or row.fixmedins_code, _packages(row.memo)
        return "", ()

    def _registrations(self, psn_no: str, held: Coverage, today: date) -> dict[str, str]:
        node = written(m.RegistrationsQuery, psn_no=psn_no)
        found = self._asked("5301", node, "feedetail", held, a.ChronicRegistration)
        return {
            row.opsp_dise_code: row.opsp_dise_name or row.opsp_dise_code
            for row in found
            if _runs(row.begndate, row.enddate, today)
        }

    def _used(self, psn_no: str, held: Coverage, today: date) -> Money | None:
        node = written(m.UsedQuery, psn_no=psn_no, cum_ym=f"{today:%Y%m}")
        found = self._asked("5206", node, "cuminfo", held, a.Accumulated)
        limit = self._session.clinic.region.yearly_limit_type
        return next((row.cum for row in found if row.cum_type_code == limit), None)

    def _asked(
        self, infno: str, data: Mapping[str, object], node: str, held: Coverage, model: type[_R]
    ) -> list[_R]:
        answer = self._session.send(
            infno,
            {"data": dict(data)},
            insuplc_admdvs=held.insuplc_admdvs,
            psn_type=held.psn_type,
        )
        return [read_node(model, row) for row in rows(answer, node)]


def _uninsured(now: datetime) -> Coverage:
    return Coverage(
        insutype="",
        insuplc_admdvs="",
        psn_type="",
        in_force=False,
        balance=Money(0),
        contract=None,
        registrations={},
        fund_used=None,
        as_of=now,
    )


def _in_force(found: Sequence[a.InsuInfo], today: date) -> a.InsuInfo | None:
    """The insurance that pays: in force today, an employee's before a resident's."""
    alive = [
        row
        for row in found
        if row.psn_insu_stas == "1" and (row.paus_insu_date is None or row.paus_insu_date > today)
    ]
    return min(alive, key=lambda row: row.insutype) if alive else None


def _packages(memo: str) -> tuple[str, ...]:
    """Names in a remark; of one that is no list of short names, nothing."""
    names = tuple(name.strip() for name in re.split("[,，、;；]", memo) if name.strip())
    short = len(names) <= _PACKAGES_MAX and all(len(x) <= _PACKAGE_CHARS_MAX for x in names)
    return names if short else ()


def _runs(begins: date | None, ends: date | None, today: date) -> bool:
    return (begins is None or begins <= today) and (ends is None or today <= ends)


def _same_number(told: str, asked: str) -> bool:
    """Whether the answer is about whom we asked for; a region may hide digits behind *."""
    return len(told) == len(asked) and all(
        theirs in ("*", ours) for theirs, ours in zip(told.upper(), asked, strict=True)
    )


def _born(certno: str) -> date:
    try:
        return born_of(certno)
    except ValueError:
        raise Uncertain("province.nonsense", reason="no date of birth") from None
