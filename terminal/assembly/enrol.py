"""Enrolment without the counter: the store, the province and the networks, for one command.

One process owns the store. While the terminal runs on the same data folder every command
here ends in Refused `store.held` with its process number: use the enrolment page there.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.camera import Camera
from drivers.camera_identity import identify
from drivers.camera_source import Source
from models.gallery import TEMPLATES_MAX, Gallery
from models.look_alikes import pairs_alike
from models.packs import Pack
from models.photographs import read_photograph
from terminal import clock
from terminal.assembly.enrol_commands import EnrolOptions, ImportOptions, Report
from terminal.assembly.keys import open_settled_store
from terminal.assembly.one_look import OneLook
from terminal.assembly.parts import (
    clinic,
    earlier_face_packs,
    face_pack,
    province_line,
    refuse_missing,
)
from terminal.assembly.shelves import Shelves
from terminal.bulk_import import DONE, BulkImport, RowOutcome, read_list
from terminal.core.camera_checks import checks_of, class_of
from terminal.core.capture import GUIDED, Capture
from terminal.core.enrolment import not_enough
from terminal.core.faults import Refused, Unavailable
from terminal.core.people import check_id_number, masked_name
from terminal.core.photograph_list import Entry
from terminal.core.retention import RetentionRules
from terminal.enrolment import TEMPLATES_MAX as PHOTOGRAPHS_MAX
from terminal.enrolment import Enrolment
from terminal.province.client import Client
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.resemblance import EnrolmentRules
from terminal.settings import Settings
from terminal.technician import Fraction

_PEOPLE = 2_000
"""A clinic's villagers: two names have one face when a search among so many would take the
one for the other."""

_FPIR = 0.01

_CAMERA_MAX_S = 60.0
"""Nobody helps at a command line: twice what the enrolment page gives."""

_NO_PICTURE_S = 5.0
"""A camera that shows nothing for so long is away: nobody waits a minute for it."""

_PAUSE_S = 0.02
"""Between two looks for a new picture: half a frame at 25 a second."""

_PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}


def enrolment_rules(pack: Pack, settings: Settings) -> EnrolmentRules:
    """How alike is too alike by these weights, and how young is too young here."""
    older = {
        each.model_digest: _rules_by(each, settings)
        for each in earlier_face_packs(settings)
        if each.model_digest != pack.model_digest
    }
    return replace(_rules_by(pack, settings), older=older)


def _rules_by(pack: Pack, settings: Settings) -> EnrolmentRules:
    at = pack.calibration
    named = at.similarity_for(_PEOPLE, _FPIR).similarity
    return EnrolmentRules(
        same_face_min=max(named, at.look_alike_min),
        look_alike_min=at.look_alike_min,
        one_person_min=at.verify_min,
        child_age_min=settings.child_age_min,
        model_digests=frozenset({pack.model_digest}),
        gallery_max=TEMPLATES_MAX,
        retention=RetentionRules(settings.template_unused_months, settings.forget_announced_days),
    )


def refuse_virtual_camera(settings: Settings) -> None:
    """Raises Refused `camera.virtual` for a camera that opens no face route."""
    identity = identify(Source.parse(settings.camera, 0.0, 1.0))
    camera_class = class_of(identity.kind, None, virtual=identity.virtual)
    if not checks_of(camera_class, recordings_allowed=settings.recorded_camera).face_route:
        raise Refused("camera.virtual")


class Registry:
    """The store and the province, open for one command; a context manager."""

    def __init__(self, settings: Settings) -> None:
        """Raises Refused `store.held` while a terminal runs here, and what the parts raise."""
        refuse_missing(settings)
        self.settings = settings
        self.pack = face_pack(settings)
        self.store = open_settled_store(settings)
        self._client = Client(province_line(settings), self.store.journal, clock.now)
        session = Session(self._client, clinic(settings), self.store.journal, clock.now)
        self.enrolment = Enrolment(
            self.store,
            Enquiry(session),
            self.eyes(patient=False),
            Shelves([Gallery(each.model_digest, each.dimension) for each in self._packs()]),
            clock.now,
            enrolment_rules(self.pack, settings),
        )

    def eyes(self, *, patient: bool) -> OneLook:
        """Eyes for the camera, or patient ones for photographs."""
        return OneLook(self.pack, self.settings.live_min, self._packs()[1:], patient=patient)

    def _packs(self) -> list[Pack]:
        """The pack in use, and those before it that somebody is enrolled under."""
        kept = self.store.faces.digests() - {self.pack.model_digest}
        earlier = earlier_face_packs(self.settings)
        return [self.pack, *(each for each in earlier if each.model_digest in kept)]

    def __enter__(self) -> Self:
        try:
            self.enrolment.tell_gallery()
            self.enrolment.compare_everybody(pairs_alike)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the terminal have the store again."""
        self._client.close()
        self.store.close()


def enrol_person(
    settings: Settings, options: EnrolOptions, hinted: Callable[[str], None]
) -> Report:
    """One person, from a folder of photographs or by the camera.

    Raises Refused `import.root_missing`, `import.list_empty`, `camera.virtual`, and what
    `Enrolment` raises.
    """
    id_number = check_id_number(options.id_number)
    with Registry(settings) as registry:
        if options.photographs is not None:
            entries = [
                Entry(number, id_number, name, options.consent)
                for number, name in enumerate(_pictures(options.photographs), start=1)
            ]
            work = BulkImport(
                registry.enrolment, registry.eyes(patient=True), read_photograph, anew=True
            )
            return _report(work.run(entries, options.photographs), dry_run=False)
        enrolment = registry.enrolment
        person_id = enrolment.introduce(id_number)
        person = registry.store.people.person(person_id)
        if person is None:
            raise Refused("enrolment.no_such_person")
        enrolment.refuse_unless_agreed(person, options.consent)
        taken = _captured(registry, hinted)
        kept = enrolment.keep(person_id, options.consent, taken.templates(), taken.older())
        outcome = RowOutcome(1, DONE[0], masked_name(person.name), len(kept.look_alikes))
        return _report([outcome], dry_run=False)


def enrol_import(settings: Settings, options: ImportOptions, told: Fraction) -> Report:
    """Many people from a list. Raises what `read_list` and `BulkImport.run` raise."""
    entries = read_list(options.listed, options.consent)
    with Registry(settings) as registry:
        work = BulkImport(
            registry.enrolment,
            registry.eyes(patient=True),
            read_photograph,
            dry_run=options.dry_run,
        )
        return _report(work.run(entries, options.root, told), dry_run=options.dry_run)


def enrol_list(settings: Settings) -> dict[str, object]:
    """Who is enrolled, nobody by number or whole name."""
    with Registry(settings) as registry:
        here = {registry.pack.model_digest}
        here |= {pack.model_digest for pack in earlier_face_packs(settings)}
        look_alikes = registry.store.faces.look_alikes()
        rows: list[dict[str, object]] = []
        for person_id, digests in registry.store.faces.everybody().items():
            person = registry.store.people.person(person_id)
            rows.append(
                {
                    "person": "" if person is None else masked_name(person.name),
                    "weights": [digest[:12] for digest in sorted(digests)],
                    "to_enrol_anew": not digests & here,
                    "look_alikes": len(look_alikes.get(person_id, ())),
                }
            )
    return {
        "people": len(rows),
        "to_enrol_anew": sum(bool(row["to_enrol_anew"]) for row in rows),
        "enrolled": rows,
    }


def _captured(registry: Registry, hinted: Callable[[str], None]) -> Capture:
    """A capture by the camera, its hints told.

    Raises Refused `enrolment.too_few`, `camera.virtual`, Unavailable `camera.not_found`.
    """
    refuse_virtual_camera(registry.settings)
    camera = Camera(registry.settings.camera)
    rules = registry.enrolment.rules
    capture = Capture(GUIDED, time.monotonic(), _CAMERA_MAX_S, rules.one_person_min)
    eyes = registry.eyes(patient=False)
    number, said = -1, ""
    nothing_since_s = time.monotonic()
    try:
        while not capture.over:
            if capture.hint != said:
                said = capture.hint
                hinted(said)
            frame = camera.frame()
            if frame is None or frame.number == number:
                capture.pass_time(time.monotonic())
                if time.monotonic() - nothing_since_s > _NO_PICTURE_S:
                    raise Unavailable("camera.not_found", state=camera.state().code)
                time.sleep(_PAUSE_S)
                continue
            nothing_since_s = time.monotonic()
            number = frame.number
            capture.feed(eyes.describe(frame.pixels), frame.seen_at_s)
    finally:
        camera.close()
    if not capture.enough:
        raise not_enough(capture)
    return capture


def _pictures(folder: Path) -> list[str]:
    """The photographs in a folder, by name. Raises Refused `import.list_empty`."""
    found: list[str] = []
    with suppress(OSError):  # No such folder: said by whoever is handed it.
        found = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _PICTURES)
    if folder.is_dir() and not found:
        raise Refused("import.list_empty")
    if len(found) > PHOTOGRAPHS_MAX:
        raise Refused("import.too_many_photographs", most=PHOTOGRAPHS_MAX)
    return found


def _report(outcomes: Iterable[RowOutcome], *, dry_run: bool) -> Report:
    rows = sorted(outcomes, key=lambda each: each.row)
    complete = all(each.outcome in DONE for each in rows)
    return Report([dataclasses.asdict(each) for each in rows], complete, dry_run)
