"""A bare machine, its county and its province: what provisioning is tried in."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from drivers.simulated.county.enrolment import CountyEnrolment, Issued
from drivers.simulated.county.server import SandboxCounty
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from terminal import clock
from terminal.assembly.keys import open_settled_store
from terminal.assembly.parts import clinic, province_line
from terminal.assembly.provision_works import MachineWorks, Places
from terminal.assembly.trial_visit import TrialVisit
from terminal.cards import Sign
from terminal.core.catalogue import Catalogue, read_services
from terminal.core.enrolment_answer import Trial
from terminal.core.enrolment_card import EnrolmentCard, card_text, code_of
from terminal.core.provisioning import PartView, ProvisionView, StepState
from terminal.desk import Desk, Own
from terminal.health import Health
from terminal.province.client import Client
from terminal.province.session import Session
from terminal.provisioned import Provisioned, TrialKept
from terminal.provisioning import Provisioning
from terminal.settings import Settings
from tests.clinic import COLD, LI, RULES, WAIT_S
from tests.faces import blind_faces

CLINIC, OTHER_CLINIC = "H43102400991", "H43102400992"
DOCTORS = {CLINIC: ("D431024000991", "雷新民"), OTHER_CLINIC: ("D431024000993", "胡桂花")}
"""The province refuses a doctor who is not registered at the clinic."""

SERVICE = "FW0001"
HEAD = "med_list_codg,medins_list_codg,name,unit,price,class,selfpay_ratio,price_limit,list,"
SERVICES = (
    HEAD + "charge_type,public_health\n"
    f"009925010290001-250102001,{SERVICE},尿常规检测,次,0.01,01,0,,specific,04,no\n"
)
TRIAL = Trial(LI, COLD, SERVICES, SERVICE)
PARTS = (PartView("camera", "well", "", "1280x720"), PartView("printer", "away", "printer.away"))


class Works(MachineWorks):
    """This machine, without networks for faces: nobody is to be recognised."""

    def parts(self) -> tuple[PartView, ...]:
        return PARTS

    def trial_visit(
        self, trial: Trial, kept: TrialKept, keep: Callable[[TrialKept], None]
    ) -> TrialKept:
        rules = replace(RULES, catalogue=Catalogue([], read_services(trial.services)))
        settings = self._settings()
        with (
            closing(open_settled_store(settings)) as store,
            closing(Client(province_line(settings), store.journal, clock.now)) as client,
        ):
            session = Session(client, clinic(settings), store.journal, clock.now)
            sign = Sign(settings.clinic_name, settings.doctor_name, None)
            own = Own(sign, Health(), self.device_key(), clock.now)
            desk = Desk(store, session, rules, own, blind_faces(store, session, clock.now))
            desk.start()
            try:
                return TrialVisit(desk, store, WAIT_S).run(trial, kept, keep)
            finally:
                desk.stop()


@dataclass
class Machine:
    """One board, with what was put on it by the installation."""

    folder: Path
    office: SandboxCounty
    province: SandboxProvince
    works: Works = field(init=False)

    def __post_init__(self) -> None:
        etc = self.folder / "etc"
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "bundle.pub").write_text(self.office.enrolment.key.public_hex + "\n")
        self.data_dir = self.folder / "data"
        self.places = Places(
            data_dir=self.data_dir,
            settings_file=etc / "settings.toml",
            keys_file=etc / "county.pub",
            believed=(etc / "bundle.pub", etc / "county.pub"),
            county_url=self.office.address,
            ca_file=self.office.authority,
        )
        self.works = Works(self.places, None)

    def card(self, whose: str = CLINIC, **changes: object) -> Issued:
        begins = clock.now().replace(microsecond=0) - timedelta(hours=1)
        card = EnrolmentCard(
            serial=secrets.token_hex(8),
            clinic=whose,
            clinic_name="演示村卫生室",
            county_url=self.office.address,
            province_url=f"{self.province.address}/fsi/api/medical/service",
            region=3,
            secret=secrets.token_hex(16),
            valid_from=begins,
            expires=begins + timedelta(days=14),
        )
        card = replace(card, **changes)
        enrolment = self.office.enrolment
        code = code_of([secrets.randbelow(32) for _ in range(11)])
        code_of_doctor, name = DOCTORS[whose]
        settings = self.settings(doctor_code=code_of_doctor, doctor_name=name)
        issued = Issued(card, card_text(card, enrolment.sign), code, settings)
        enrolment.cards[card.serial] = issued
        return issued

    def settings(self, **changes: object) -> bytes:
        told = {
            "doctor_code": DOCTORS[CLINIC][0],
            "doctor_name": DOCTORS[CLINIC][1],
            "mdtrtarea_admvs": "431024",
            "province_paasid": DEMO_PAASID,
            "province_secret": DEMO_SECRET,
            **changes,
        }
        return "".join(
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in told.items()
        ).encode()

    @contextmanager
    def provisioning(self) -> Iterator[Provisioning]:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.works.statement()
        folder = Provisioned(self.data_dir / "identity")
        machine = Provisioning(self.works, folder, clock.now)
        machine.start()
        try:
            yield machine
        finally:
            machine.stop()

    def provisioned(self, whose: str = CLINIC) -> ProvisionView:
        with self.provisioning() as machine:
            machine.take_card(self.card(whose).text)
            return rested(machine)

    def bare_settings(self) -> Settings:
        return Settings(data_dir=self.data_dir)

    def every_file(self) -> Mapping[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }


def rested(machine: Provisioning) -> ProvisionView:
    """Until it is done, or something failed."""
    until_s = time.monotonic() + WAIT_S
    while machine.is_at_work():
        assert time.monotonic() < until_s, machine.view()
        machine.wait_for_change(0.05)
    return machine.view()


def failed(view: ProvisionView) -> tuple[str, str]:
    """Which step, and why."""
    found = [each for each in view.steps if each.state is StepState.FAILED]
    return (found[0].step.value, found[0].code) if found else ("", "")


@contextmanager
def bench(folder: Path) -> Iterator[Machine]:
    enrolment = CountyEnrolment(trial=TRIAL)
    with (
        SandboxCounty(folder / "county", enrolment=enrolment) as office,
        SandboxProvince(folder / "province", clock=clock.now) as province,
    ):
        yield Machine(folder / "board", office, province)
