"""The facts of the compliance sheet as settings, weights and program tell them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from drivers.camera_identity import identify
from drivers.camera_source import Source
from models.packs import Pack
from terminal import clock
from terminal.assembly.parts import face_pack
from terminal.assembly.reading import store_to_read
from terminal.compliance import Compliance
from terminal.core.camera_checks import class_of
from terminal.core.compliance import ComplianceFacts, DeviceTold, Weights
from terminal.core.consent import CONSENT_VERSION
from terminal.core.faults import Refused
from terminal.core.status_views import FacesStatus
from terminal.settings import Settings
from terminal.store.face_record import DECISIONS_MAX

_PACKAGE = "clinic-terminal"


def device_told(settings: Settings, pack: Pack) -> DeviceTold:
    """What is not in the store.

    Raises Refused `compliance.fact_missing` for a program that is not installed, whose
    version nobody knows.
    """
    try:
        software = version(_PACKAGE)
    except PackageNotFoundError:
        raise Refused("compliance.fact_missing", fact="software") from None
    return DeviceTold(
        clinic_name=settings.clinic_name,
        fixmedins_code=settings.fixmedins_code,
        software=software,
        consent_version=CONSENT_VERSION,
        unused_months=settings.template_unused_months,
        announced_days=settings.forget_announced_days,
        decisions_max=DECISIONS_MAX,
        web_port=settings.web_port,
        fpir_max=settings.fpir_max,
        calibration=pack.calibration,
        weights=tuple(
            Weights(task, part.network.file, part.network.sha256)
            for task, part in sorted(pack.parts.items())
        ),
    )


def compliance_facts(settings: Settings) -> ComplianceFacts:
    """The sheet, without a terminal around it and beside one that runs.

    The camera is the one that is wished for, and who can be recognised is who is enrolled
    under the weights in use. Raises what `Compliance.facts`, the store and the pack raise.
    """
    pack = face_pack(settings)
    with store_to_read(settings) as (store, vault):
        sheet = Compliance(
            store,
            device_told(settings, pack),
            lambda: _faces(settings, pack, store.census.people().enrolled),
            vault.status,
            clock.now,
        )
        return sheet.facts()


def _faces(settings: Settings, pack: Pack, people: int) -> FacesStatus:
    note = pack.describe()
    identity = identify(Source.parse(settings.camera, 0.0, 1.0))
    asked = pack.calibration.similarity_for(people, settings.fpir_max).similarity
    return FacesStatus(
        pack=note.display_name,
        model_digest=note.model_digest,
        licence=note.licence,
        warning=note.warning,
        measured=note.measured,
        people=people,
        to_enrol_anew=0,
        similarity_min=max(asked, settings.similarity_min or asked),
        # A device that is not there has no name, and no class that anybody could vouch for.
        camera=identity.text if identity.name else "",
        camera_class=class_of(identity.kind, None, virtual=identity.virtual).value,
    )
