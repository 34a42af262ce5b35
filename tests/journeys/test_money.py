"""Money over a bad line, as the doctor's page tells it: a real terminal process, killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from drivers.simulated.province import remote
from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from drivers.simulated.scenes import SCENES
from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER
from terminal.assembly.operators import operating
from terminal.clock import now
from terminal.core.operators import Role
from terminal.settings_file import read_settings
from tests.journeys.hands import confirm
from tests.journeys.signed_in import doctor_has
from tests.operators import LEI, PIN

UP_S = 60.0
MAN_PSN_NO = "43102400000000000001"


class Terminal:
    """`clinic-terminal run` as a process of its own."""

    def __init__(self, data_dir, province, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/doctor"
        self._file = data_dir / "terminal.toml"
        told = {
            "data_dir": str(data_dir),
            "clinic_name": "演示村卫生室",
            "fixmedins_code": "H43102400991",
            "doctor_code": "D431024000991",
            "doctor_name": "雷新民",
            "mdtrtarea_admvs": "431024",
            "province_url": f"{province.address}/fsi/api/medical/service",
            "province_paasid": DEMO_PAASID,
            "province_secret": DEMO_SECRET,
            "drugs_file": str(DATA / "drugs.csv"),
            "services_file": str(DATA / "services.csv"),
            "benefits_file": str(DATA / "benefits.toml"),
            "camera": str(data_dir / CLIPS / SCENES["nobody"].file),
            "web_port": self.port,
            **settings,
        }
        lines = [f"{name} = {_toml(value)}" for name, value in told.items()]
        self._file.write_text("\n".join(lines), "utf-8")
        self._process = None
        with operating(read_settings(self._file)) as operators:
            operators.add("陈师傅", frozenset({Role.TECHNICIAN}), PIN)
            operators.add("雷新民", frozenset({Role.DOCTOR}), PIN, LEI)
        doctor_has(self.address, PIN)

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CLINIC_TERMINAL")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "terminal", "run", "--settings", str(self._file)],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        until_s = time.monotonic() + UP_S
        while time.monotonic() < until_s:
            try:
                with urllib.request.urlopen(self.address, timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)  # Until it listens: there is nothing else to wait on.
        raise AssertionError("the terminal did not come up")

    def killed(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)


def _toml(value):
    return str(value) if isinstance(value, int | float) else f'"{value}"'


@pytest.fixture
def province(tmp_path_factory):
    with SandboxProvince(tmp_path_factory.mktemp("province")) as running:
        yield running


@pytest.fixture
def terminal(data_dir, province):
    made = []

    def make(**settings):
        made.append(Terminal(data_dir, province, **settings))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def billed(doctor):
    """The man by his ID number, with a glucose test on his bill."""
    doctor.locator("#id-number").fill(MAN_ID_NUMBER)
    doctor.locator("#id-open").click()
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    doctor.locator("#services summary").click()
    doctor.get_by_role("button", name=re.compile("葡萄糖")).first.click()


def test_a_lost_answer_and_a_killed_terminal_end_in_one_charge_and_a_story(
    terminal, province, screens
):
    here = terminal(resume_every_s=600)
    here.start()
    doctor = screens(here.address)
    billed(doctor)
    province.faults.plant("lost_after_commit", "2207A")
    doctor.locator("#settle-button").click()
    doctor.locator("[data-told='told.silent']").wait_for()
    expect(doctor.locator("body")).not_to_contain_text("医保结算单")
    expect(doctor.locator("#cash-button")).to_have_count(0)
    doctor.close()
    here.killed()
    here.start()
    doctor = screens(here.address)
    doctor.locator("pre.receipt").filter(has_text="医保结算单").wait_for()
    told = [item.get_attribute("data-told") for item in doctor.locator("[data-told]").all()]
    assert told == [
        "told.confirmed", "told.sent", "told.silent", "told.asked", "told.settled",
    ]  # fmt: skip
    (settled,) = province.book()["settlements"]
    assert (settled["state"], settled["psn_part_amt"]) == ("settled", "1.25")
    doctor.locator("#cash-button").click()
    expect(doctor.locator("#cash-button")).to_have_count(0)


def test_a_day_is_closed_and_what_the_record_system_settled_is_found(terminal, province, screens):
    here = terminal()
    here.start()
    doctor = screens(here.address)
    billed(doctor)
    doctor.locator("#settle-button").click()
    doctor.locator("pre.receipt").filter(has_text="医保结算单").wait_for()
    remote.settle_elsewhere(province.address, MAN_PSN_NO, "26.34", here=True)
    day = now().date().isoformat()  # The clinic's, whatever the machine's zone.
    page = screens(f"{here.address}/day?day={day}")
    page.locator("#close-button").click()
    difference = page.locator("[data-difference='closing.record_system']")
    difference.wait_for()
    assert "26.34" in difference.inner_text()
    assert len(difference.inner_text().splitlines()) > 1, "what it is, and what to do next"


def test_a_visit_without_a_line_is_agreed_to_and_settles_by_itself(terminal, province, screens):
    here = terminal(resume_every_s=0.5, resume_every_max_s=1.0)
    here.start()
    doctor = screens(here.address)
    doctor.locator("#id-number").fill(MAN_ID_NUMBER)
    doctor.locator("#id-open").click()
    confirm(doctor)
    expect(doctor.locator(".person")).to_contain_text("王建国")
    expect(doctor.locator(".person")).to_contain_text("居民")
    province.restart(0.0)
    remote.restart(province.address, 12.0)
    doctor.locator("#diagnosis-1").click()
    doctor.locator("#services summary").click()
    doctor.get_by_role("button", name=re.compile("葡萄糖")).first.click()
    doctor.locator("#estimate-button").click()
    doctor.locator("#ceiling-button").click()
    expect(doctor.locator("body")).to_contain_text("凭条号")
    doctor.locator("pre.receipt").filter(has_text="医保结算单").wait_for()
    (settled,) = province.book()["settlements"]
    assert settled["psn_part_amt"] == "1.25"
