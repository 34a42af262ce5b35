"""Provisioning joined: the vault, the county's line, the devices and the rooms of a visit."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from terminal import clock
from terminal.assembly import parts as assembled
from terminal.assembly.checks import check_or_ask
from terminal.assembly.device import Device
from terminal.assembly.keys import open_settled_store, open_vault
from terminal.assembly.moving import device_settings, erase, finish_erasing, held_by
from terminal.assembly.trial_visit import TrialVisit
from terminal.bundle import bundle_keys
from terminal.core.enrolment_answer import Answer, Trial
from terminal.core.enrolment_card import EnrolmentCard
from terminal.core.faults import Fault, Refused
from terminal.core.provisioning import PartView, ProvisionFacts
from terminal.desk import Desk
from terminal.enrolled_settings import ENROLLED, enrolled_settings, put, read_local, write_settings
from terminal.identity import FOLDER, Identity, asked_county
from terminal.private_file import write_private
from terminal.province.client import Client
from terminal.province.post import Post
from terminal.province.session import Session
from terminal.provision_steps import Fitted, Held
from terminal.provisioned import Kept, Provisioned, TrialKept
from terminal.provisioning import Provisioning
from terminal.settings import Settings
from terminal.settings_file import read_settings
from terminal.store import Store
from terminal.vault import DeviceKey, Vault

ETC = Path("/etc/clinic-terminal")
_CONNECT_S = 10.0
_TRIAL_SERVICES = "trial.csv"
_SETTINGS_LINK = "terminal.toml"


@dataclass(frozen=True, slots=True)
class Places:
    """Where what belongs to a machine lies, beside its data folder."""

    data_dir: Path
    settings_file: Path
    """In /etc where the package made it, else beside the data."""
    keys_file: Path
    """The county's public keys once it has enrolled us."""
    believed: tuple[Path, ...]
    """Whose cards and answers are believed: put there by the first installation."""
    county_url: str = ""
    ca_file: Path | None = None

    @property
    def link(self) -> Path:
        return self.data_dir / _SETTINGS_LINK


def places_of(settings: Settings, settings_file: Path | None = None, etc: Path = ETC) -> Places:
    """`etc`: the image may say in its county.toml the county's `url`, and its authority in
    `ca_file`. Raises Refused `settings.unreadable`."""
    data_dir = settings.data_dir
    told = _preset(etc / "county.toml")
    ca_file = told.get("ca_file") or settings.county_ca_file
    keys_file = settings.county_keys_file
    if not keys_file.parent.is_dir():
        keys_file = data_dir / FOLDER / "county.pub"
    installed = etc / "settings.toml" if etc.is_dir() else data_dir / _SETTINGS_LINK
    return Places(
        data_dir=data_dir,
        settings_file=settings_file or installed,
        keys_file=keys_file,
        believed=(etc / "bundle.pub", keys_file),
        county_url=str(told.get("url") or settings.county_url),
        ca_file=None if ca_file is None else Path(str(ca_file)),
    )


def _preset(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise Refused("settings.unreadable", file=path.name, reason="not TOML") from None


def provisioning_of(
    settings: Settings,
    settings_file: Path | None = None,
    print_sheet: Callable[[ProvisionFacts], Mapping[str, object]] | None = None,
    etc: Path = ETC,
) -> Provisioning:
    """The machine behind the command and the page. `print_sheet`: draws and prints; none:
    the sheet is only told. Raises what finishing an interrupted move raises."""
    places = places_of(settings, settings_file, etc)
    places.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    works = MachineWorks(places, print_sheet)
    works.statement()
    return Provisioning(works, Provisioned(places.data_dir / FOLDER), clock.now)


class MachineWorks:
    """What the steps do to this machine; see provision_steps.Works."""

    def __init__(
        self,
        places: Places,
        print_sheet: Callable[[ProvisionFacts], Mapping[str, object]] | None,
    ) -> None:
        self._places = places
        self._print_sheet = print_sheet

    def keys(self) -> Sequence[str]:
        """Raises Refused `bundle.no_key` where none is believed."""
        found: list[str] = []
        for file in self._places.believed:
            if file.exists():
                found += bundle_keys(file)
        return found or bundle_keys(self._places.believed[-1])

    def held(self) -> Held | None:
        told = read_local(self._places.settings_file)
        clinic, name = str(told.get("fixmedins_code", "")), str(told.get("clinic_name", ""))
        return held_by(self._bare(), name, clinic)

    def erase(self, card: EnrolmentCard) -> str:
        told = read_local(self._places.settings_file)
        clinic = str(told.get("fixmedins_code", ""))
        return erase(self._bare(), self._places.settings_file, clinic, card.serial, clock.now)

    def statement(self) -> str:
        return finish_erasing(self._bare(), self._places.settings_file)

    def identity(self) -> Identity:
        return Identity(self._places.data_dir / FOLDER, lambda: self._vault().tls_keys())

    def device_key(self) -> DeviceKey:
        return self._vault().device_keys()[0]

    def fetch_card(self, code: str, county_url: str) -> str:
        url = (county_url or self._places.county_url).rstrip("/")
        if urlsplit(url).scheme != "https":
            raise Refused("county.no_address")
        with self._line() as line:
            return asked_county(line, f"{url}/enrol/cards/{code}", "")

    def send(self, county_url: str, request: str) -> str:
        with self._line() as line:
            return asked_county(line, f"{county_url}/enrol", request)

    def write_settings(self, answer: Answer, kept: Kept) -> None:
        """The settings file last and whole: with it the clinic begins."""
        places = self._places
        told = enrolled_settings(answer.settings, self.keys(), _judged_by(kept), clock.now())
        there = read_local(places.settings_file)
        set_here = {name: value for name, value in there.items() if name not in ENROLLED}
        local = {**device_settings(places.data_dir), **set_here}
        if places.ca_file is not None:
            local["county_ca_file"] = str(places.ca_file)
        if answer.keys:
            put(places.keys_file, "".join(f"{key}\n" for key in answer.keys).encode("ascii"))
            local["county_keys_file"] = str(places.keys_file)
        if places.link.resolve() != places.settings_file.resolve():
            places.link.unlink(missing_ok=True)
            places.link.symlink_to(places.settings_file)
        write_settings(places.settings_file, told, local)

    def parts(self) -> tuple[PartView, ...]:
        told = check_or_ask(self._settings(), "check")
        return tuple(
            PartView(
                row["part"],
                row["state"],
                row["code"],
                "  ".join(str(value) for value in row["measured"].values()),
            )
            for row in told["parts"]
        )

    def sign_in(self) -> Mapping[str, object]:
        settings = self._settings()
        assembled.refuse_missing(settings)
        with (
            closing(open_settled_store(settings)) as store,
            closing(Client(assembled.province_line(settings), store.journal, clock.now)) as client,
        ):
            Session(client, assembled.clinic(settings), store.journal, clock.now).sign_in()
        return {}

    def trial_visit(
        self, trial: Trial, kept: TrialKept, keep: Callable[[TrialKept], None]
    ) -> TrialKept:
        services = self._places.data_dir / FOLDER / _TRIAL_SERVICES
        write_private(services, trial.services.encode("utf-8"))
        only = {"services_file": services, "drugs_file": None}
        try:
            with _at_work(self._settings().model_copy(update=only)) as (desk, store):
                return TrialVisit(desk, store).run(trial, kept, keep)
        finally:
            services.unlink(missing_ok=True)

    def fitted(self) -> Fitted:
        try:
            pack = assembled.face_pack(self._settings())
        except Fault:
            return Fitted(version("clinic-terminal"), {})
        weights = {task: part.network.sha256 for task, part in sorted(pack.parts.items())}
        return Fitted(version("clinic-terminal"), weights)

    def print_sheet(self, facts: ProvisionFacts) -> Mapping[str, object]:
        return {} if self._print_sheet is None else self._print_sheet(facts)

    def _bare(self) -> Settings:
        """Enough to find the keys and the store: the clinic's own may not be written yet."""
        told = {
            name: value
            for name, value in read_local(self._places.settings_file).items()
            if name == "key_source"
        }
        return Settings(**{**told, "data_dir": self._places.data_dir})

    def _settings(self) -> Settings:
        file = self._places.settings_file
        settings = read_settings(file)
        return settings.model_copy(update={"data_dir": self._places.data_dir})

    def _vault(self) -> Vault:
        return open_vault(self._bare())

    @contextmanager
    def _line(self) -> Iterator[Post]:
        line = Post(self._places.ca_file, _CONNECT_S)
        try:
            yield line
        finally:
            line.close()


@contextmanager
def _at_work(settings: Settings) -> Iterator[tuple[Desk, Store]]:
    """The counter's rooms of a whole device, without its camera, scanner and pages."""
    device = Device(settings)
    try:
        device.desk.start()
        yield device.desk, device.store
    finally:
        device.desk.stop()
        device.stop()


def _judged_by(kept: Kept) -> EnrolmentCard:
    """Of the card what settings are judged by; after a power cut its secret is gone."""
    at = kept.begun_at or clock.now()
    return EnrolmentCard(
        serial=kept.card_serial,
        clinic=kept.clinic,
        clinic_name=kept.clinic_name,
        county_url=kept.county_url,
        province_url=kept.province_url,
        region=0,
        secret="",
        valid_from=at,
        expires=at,
    )
