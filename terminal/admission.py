"""Whose face may be looked at, on whose word, and what stands in the way of keeping it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from terminal.core.consent import Consent, guardian_wanted, refuse_unless_agreed, version_told
from terminal.core.counter import EnrolmentStep, Notice
from terminal.core.enrolment import OTHER_FACE, SAME_FACE, UnderWay, stands_there
from terminal.core.faults import Refused
from terminal.core.people import Person
from terminal.core.standing import Standing
from terminal.enrolment import Enrolment
from terminal.store import Store
from terminal.store.visits import Visit


class Admission:
    """What is asked before a face is looked at, and before it is kept."""

    def __init__(
        self,
        store: Store,
        enrolment: Enrolment,
        doctor: Callable[[], str],
        now: Callable[[], datetime],
        face_route: Callable[[], bool],
    ) -> None:
        """`face_route`: whether the camera that is there now may vouch for a face."""
        self._store = store
        self._enrolment = enrolment
        self._doctor = doctor
        self._now = now
        self._face_route = face_route

    def agreed(self, person: Person, guardian: str, relation: str = "") -> Consent:
        """The consent given before the doctor; `relation`: what the guardian is to the child.

        Raises what `core.consent.refuse_unless_agreed` raises.
        """
        today = self._now().date()
        if not guardian_wanted(person, today):
            guardian = relation = ""
        rules = self._enrolment.rules
        version = version_told(rules.retention.unused_months)
        consent = Consent(version, self._doctor(), guardian, relation)
        refuse_unless_agreed(person, consent, today, rules.child_age_min)
        return consent

    def visitor(self, visit: Visit) -> Person:
        """The person of a visit whom a doctor confirmed without the help of a face.

        Raises Refused `enrolment.visit_not_confirmed`, `enrolment.face_disagrees`,
        `enrolment.enrolled_already`.
        """
        person = self._store.people.person(visit.person_id or "")
        if person is None or not stands_there(visit.state, visit.identified, visit.holder_id):
            raise Refused("enrolment.visit_not_confirmed")
        if visit.standing is not Standing.SELF:  # The face there may be who came with or for them.
            raise Refused("enrolment.visit_not_confirmed")
        if visit.face_agrees is False:
            raise Refused("enrolment.face_disagrees")
        if self._enrolment.enrolled(person.person_id):
            raise Refused("enrolment.enrolled_already")
        return person

    def refuse_virtual_camera(self) -> None:
        """Raises Refused `camera.virtual` where the camera opens no face route."""
        if not self._face_route():
            raise Refused("camera.virtual")

    def keep(self, going: UnderWay, at_s: float) -> None:
        """Keep what was captured, or put what stands in the way before the doctor.

        Raises what `Enrolment.keep` raises that no doctor can clear.
        """
        person, consent = going.person, going.consent
        if person is None or consent is None:
            raise Refused("enrolment.no_consent")
        self.refuse_virtual_camera()
        try:
            kept = self._enrolment.keep(
                person.person_id,
                consent,
                going.templates,
                going.older,
                vouched_by=self._doctor() if going.vouched else "",
            )
        except Refused as fault:
            if fault.code not in (SAME_FACE, OTHER_FACE):
                raise
            other_id = self._other(person) if fault.code == SAME_FACE else None
            going.move(EnrolmentStep.SAME_FACE, at_s)
            going.notice, going.other_id = Notice(fault.code), other_id
        else:
            going.move(EnrolmentStep.DONE, at_s)
            going.look_alikes = kept.look_alikes

    def clear(self, going: UnderWay, person: Person) -> None:
        """The doctor has looked: these are two people; or, where the face is not the one
        kept before, it is this person's all the same.

        Raises Refused `enrolment.nothing_to_clear`.
        """
        if going.notice is not None and going.notice.code == OTHER_FACE:
            going.vouched = True
            return
        other_id = going.other_id or ""
        self._enrolment.clear_same_face(person.person_id, other_id, self._doctor())

    def _other(self, person: Person) -> str:
        """Who has this face, the most alike first. Raises Refused
        `enrolment.nothing_to_clear` when somebody cleared it meanwhile."""
        same = self._store.faces.same_faces(person.person_id)
        if not same:
            raise Refused("enrolment.nothing_to_clear")
        return same[0].other_id
