"""One enrolment before the doctor: asked for, agreed to, captured, kept or dropped.

What is seen of a face lives here in memory until it is kept; stopped, failed or left too
long, it is dropped. The visit on the counter and an enrolment are two things: an enrolment
goes on only while the counter is as it was when it began.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

from terminal.admission import Admission
from terminal.board import Workplace
from terminal.core.capture import FRONT_ONLY, GUIDED, GUIDED_MAX_S, Capture, Describing, Pose, Swap
from terminal.core.consent import EndedConsent
from terminal.core.counter import EnrolmentStep, EnrolmentView, PersonCard
from terminal.core.enrolment import ENDED, UnderWay, not_enough
from terminal.core.faults import Fault, Refused
from terminal.core.people import Person, check_id_number
from terminal.enrolment import Enrolment
from terminal.ports import Frame
from terminal.store.visits import Visit

_AFTER_VISIT_MAX_S = 10.0
"""More of a resident's time is not asked for after a visit."""

_WAITING_MAX_S = 600.0
"""For reading the text to someone hard of hearing, or for looking at two sets of papers.
After that the doctor has been called away, and no face waits in memory for ever."""

_SHOWN_S = 15.0
"""How long an outcome stays before the terminal greets people again by itself."""


class Enrolling:
    """The doctor's verbs about faces, and what the looking thread asks of them."""

    def __init__(
        self,
        workplace: Workplace,
        enrolment: Enrolment,
        eyes: Describing,
        card: Callable[[str], PersonCard | None],
        clock: Callable[[], float] = time.monotonic,
        face_route: Callable[[], bool] = lambda: True,
    ) -> None:
        """`card` draws a person; `clock` is the one that frames carry, in seconds;
        `face_route`: whether the camera that is there may vouch for a face."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._enrolment = enrolment
        self._eyes = eyes
        self._card = card
        self._clock = clock
        self._admission = Admission(self._store, enrolment, workplace.doctor, self._now, face_route)
        self._going: UnderWay | None = None

    # --- what the doctor does
    def begin(self, typed: str) -> None:
        """Ask the province who this ID number is, to enrol their face.

        Raises Refused `person.id_number_wrong`, `enrolment.busy`, `visit.other_on_counter`.
        """
        id_number = check_id_number(typed)
        with self._counter.lock:
            self._refuse_if_busy()
            if self._counter.front is not None:
                raise Refused("visit.other_on_counter")
            going = self._going = UnderWay(None, EnrolmentStep.ASKING, self._clock())
        try:
            self._errands.hand_over(
                f"enrolling:{uuid.uuid4().hex}", lambda: self._ask(going, id_number)
            )
        except Fault:
            self.stop()
            raise
        self._board.publish()

    def agree(self, guardian: str, relation: str = "") -> None:
        """They agreed before the doctor; under fourteen a guardian did, who is named, with
        what they are to the child.

        Raises Refused `enrolment.guardian_wanted`, `enrolment.no_such_step`,
        `camera.virtual`.
        """
        with self._counter.lock:
            going, person = self._at(EnrolmentStep.CONSENT)
            going.consent = self._admission.agreed(person, guardian.strip(), relation.strip())
            self._capture(going, GUIDED, GUIDED_MAX_S, Swap.BEGINS_ANEW)
        self._board.publish()

    def withdraw(self) -> None:
        """They take their consent back: everything of their face is erased at once.

        Raises Refused `enrolment.no_such_step`.
        """
        with self._counter.lock:
            going, person = self._at(EnrolmentStep.CONSENT)
            self._enrolment.erase(person.person_id, EndedConsent.DOCTOR)
            going.move(EnrolmentStep.ERASED, self._clock())
        self._board.publish()

    def clear_same_face(self) -> None:
        """The doctor says: these are two people who look alike; or, where the face is not
        the one this person had before: it is this person all the same.

        Raises Refused `enrolment.no_such_step`, `enrolment.nothing_to_clear`.
        """
        with self._counter.lock:
            going, person = self._at(EnrolmentStep.SAME_FACE)
            self._admission.clear(going, person)
            self._keep(going)
        self._board.publish()

    def stop(self) -> None:
        """Nothing is kept; or it is done, back to the counter. Also when nothing goes on."""
        with self._counter.lock:
            self._going = None
        self._board.publish()

    def keep_face(self, visit_id: str) -> None:
        """Keep the face before the camera for the visit's person, who agreed to it.

        Raises Refused `visit.other_on_counter`, `enrolment.busy`,
        `enrolment.visit_not_confirmed`, `enrolment.face_disagrees`,
        `enrolment.enrolled_already`, `camera.virtual`, and what
        `core.consent.refuse_unless_agreed` raises: for a child there is the enrolment page.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._refuse_if_busy()
            person = self._admission.visitor(self._store.visits.visit(visit_id))
            going = UnderWay(visit_id, EnrolmentStep.CONSENT, self._clock(), person)
            going.consent = self._admission.agreed(person, "")
            self._capture(going, FRONT_ONLY, _AFTER_VISIT_MAX_S, Swap.ENDS)
            self._going = going
        self._board.publish()

    # --- what the screens show
    def view(self) -> EnrolmentView | None:
        """The enrolment of this moment; None when there is none."""
        with self._counter.lock:
            going = self._going
            return None if going is None else going.view(self._card, self._now().date())

    def may_keep(self, visit: Visit) -> bool:
        """Whether `keep_face` is worth offering for this visit."""
        try:
            self._admission.agreed(self._admission.visitor(visit), "")
            self._admission.refuse_virtual_camera()
        except Refused:
            return False
        return True

    # --- what the looking thread asks
    def wants(self) -> bool:
        """Whether frames are for the enrolment, and nobody is to be greeted meanwhile.

        Lets time pass as well: to be asked at every turn, with a frame or without.
        """
        with self._counter.lock:
            changed = self._pass_time()
            going = self._going
            wants = going is not None and (
                going.visit_id is None or going.step is EnrolmentStep.CAPTURE
            )
        if changed:
            self._board.publish()
        return wants

    def see(self, frame: Frame) -> None:
        """Take what is wanted of a frame. Raises what the eyes raise."""
        with self._counter.lock:
            going = self._going
            capture = None if going is None else going.capture
        if going is None or capture is None or capture.over:
            return
        described = self._eyes.describe(frame.pixels)
        with self._counter.lock:
            if self._going is not going or going.capture is None:
                return  # Stopped while the networks ran.
            capture.feed(described, frame.seen_at_s)
            changed = self._pass_time() or going.show(self._clock())
        if changed:
            self._board.publish()

    # --- the steps; the caller holds the counter's lock
    def _ask(self, going: UnderWay, id_number: str) -> None:
        """The errand: ask, then put the card before the doctor. Takes the lock itself."""
        failed: Fault | None = None
        person: Person | None = None
        enrolled_before = False
        try:
            person = self._store.people.person(self._enrolment.introduce(id_number))
            if person is not None:
                enrolled_before = self._store.faces.enrolled(person.person_id)
        except Fault as fault:
            failed = fault
        with self._counter.lock:
            if self._going is not going or going.step is not EnrolmentStep.ASKING:
                return
            if person is not None and self._enrolment.too_young(person):
                failed = Refused("enrolment.too_young", least=self._enrolment.rules.child_age_min)
            going.person = person
            if failed is not None or person is None:
                going.fail(failed or Refused("enrolment.no_such_person"), self._clock())
            else:
                going.enrolled_before = enrolled_before
                going.move(EnrolmentStep.CONSENT, self._clock())
        self._board.publish()

    def _capture(self, going: UnderWay, poses: Sequence[Pose], limit_s: float, swap: Swap) -> None:
        self._admission.refuse_virtual_camera()
        least, now_s = self._enrolment.rules.one_person_min, self._clock()
        going.begin_capture(Capture(poses, now_s, limit_s, least, swap), now_s)

    def _pass_time(self) -> bool:
        """End what is over, or what the counter went on without; whether anything changed."""
        going, now_s = self._going, self._clock()
        if going is None:
            return False
        moved_on = self._counter.front != going.visit_id
        if going.step in ENDED:
            if not moved_on and now_s - going.since_s < _SHOWN_S:
                return False
            self._going = None
        elif moved_on and self._counter.front is None:
            self._going = None
        elif moved_on:
            going.visit_id = self._counter.front
            going.fail(Refused("enrolment.interrupted"), now_s)
        elif going.capture is not None:
            going.capture.pass_time(now_s)
            if not going.capture.over:
                return going.show(self._clock())
            self._end(going, going.capture)
        elif now_s - going.since_s < _WAITING_MAX_S:
            return False
        else:
            going.fail(Refused("enrolment.timed_out"), now_s)
        return True

    def _end(self, going: UnderWay, capture: Capture) -> None:
        going.show(self._clock())
        if not capture.enough:
            going.fail(not_enough(capture), self._clock())
            return
        going.templates, going.older = capture.templates(), capture.older()
        self._keep(going)

    def _keep(self, going: UnderWay) -> None:
        """Keep it, or put it before the doctor; whatever stands in the way fails gently,
        for the thread that looks asks here too."""
        try:
            self._admission.keep(going, self._clock())
        except Fault as fault:
            going.fail(fault, self._clock())

    def _refuse_if_busy(self) -> None:
        if self._going is not None and self._going.step not in ENDED:
            raise Refused("enrolment.busy")

    def _at(self, step: EnrolmentStep) -> tuple[UnderWay, Person]:
        going = self._going
        if going is None or going.step is not step or going.person is None:
            raise Refused("enrolment.no_such_step", to=step.value)
        return going, going.person
