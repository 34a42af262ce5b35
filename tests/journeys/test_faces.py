"""Faces, seen whole: a print refused, a twin asked, a face kept, by real eyes in a browser."""

from __future__ import annotations

import cv2
import pytest
from playwright.sync_api import expect

from drivers.camera_identity import identify
from drivers.camera_source import Source
from drivers.simulated.scenes import ENROLS, SCENES
from terminal.assembly.demonstration import MAN_ID_NUMBER, WOMAN_ID_NUMBER
from terminal.assembly.faces import OpenFaces
from terminal.assembly.stage import show
from terminal.core.camera_checks import CameraClass
from terminal.core.recognition import Action, Ranking
from terminal.settings import Settings
from tests.clinic import DENG
from tests.journeys.hands import confirm
from tests.models.attacks import on_paper, plain_room


def put(demo, scene):
    show(demo.device.camera, demo.clips, SCENES[scene])


@pytest.fixture
def printed(pulled, tmp_path):
    """A clip of the man's own face, as a simulated print moved about in a room."""
    capture = cv2.VideoCapture(str(pulled / "clips" / SCENES["man"].file))
    path = tmp_path / "print.avi"
    room = plain_room()
    size = (room.shape[1], room.shape[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15.0, size)
    number = 0
    while capture.grab() and number < 60:
        if number % 3 == 0:
            _, pixels = capture.retrieve()
            writer.write(on_paper(pixels, room, height=0.62 + 0.002 * (number % 10)))
        number += 1
    writer.release()
    capture.release()
    return path


def test_a_printed_photograph_of_a_resident_is_refused_and_the_resident_is_then_known(
    clinic, screens, printed
):
    demo, addresses = clinic()
    resident, doctor = screens(addresses["resident"]), screens(addresses["doctor"])
    demo.device.camera.switch(str(printed))
    resident.locator('[data-hint="face.not_live"]').wait_for()
    assert demo.device.desk.view().visit is None
    assert demo.device.store.visits.unfinished() == []
    put(demo, "man")
    doctor.locator("#confirm-button").wait_for()
    assert "王建国" in doctor.locator(".person").inner_text()


@pytest.mark.long
def test_two_who_look_alike_are_asked_for_the_last_digits_and_nobody_is_guessed(clinic, screens):
    """Two enrolled look-alikes made of one face: the same man under two identities."""
    demo, addresses = clinic()
    resident, doctor = screens(addresses["resident"]), screens(addresses["doctor"])
    doctor.locator("#enrol-open").click()
    doctor.locator("#id-number").fill(DENG)
    doctor.locator("#enrol-begin").click()
    doctor.locator("#agree-button").wait_for()
    put(demo, "man")
    doctor.locator("#agree-button").click()
    doctor.locator("#clear-button").wait_for()  # Wang has this face: nothing is kept.
    enrolled = {person for person, _ in demo.device.store.people.templates()}
    assert len(enrolled) == 1
    doctor.locator("#clear-button").click()
    doctor.get_by_text("登记下一位").wait_for()
    doctor.locator("#stop-button").click()
    doctor.goto(addresses["doctor"])
    doctor.locator(".look-alike").first.wait_for()
    expect(doctor.locator("button.look-alike")).to_have_count(2)
    assert "王建国" not in resident.content()
    for digit in "0000":
        resident.locator(f"#key-{digit}").click()
    resident.locator("#digits-done").click()
    resident.locator('[data-digits-left="2"]').wait_for()
    for digit in MAN_ID_NUMBER[-4:]:
        resident.locator(f"#key-{digit}").click()
    resident.locator("#digits-done").click()
    doctor.locator("#confirm-button").wait_for()
    card = doctor.locator(".person").inner_text()
    assert "王建国" in card
    assert "末四位已核对" in card


def test_a_face_is_kept_with_one_tap_and_known_the_next_time(clinic, screens):
    demo, addresses = clinic()
    doctor = screens(addresses["doctor"])
    person = demo.device.store.people.by_id_number(MAN_ID_NUMBER)
    demo.device.enrolment.erase(person.person_id)  # He is nobody's face again.
    doctor.locator("#id-number").fill(MAN_ID_NUMBER)
    doctor.locator("#id-number").press("Enter")
    confirm(doctor)
    show(demo.device.camera, demo.clips, ENROLS["man"])  # He holds still, as people do.
    doctor.locator("#keep-open").click()
    doctor.locator("#keep-button").click()
    doctor.locator('[data-keeping="done"]').wait_for()
    doctor.locator("#stop-keeping-button").click()
    put(demo, "nobody")
    doctor.locator("#leave-button").click()
    doctor.locator('[data-hint="face.none"]').wait_for()  # He has gone.
    put(demo, "man")
    doctor.locator("#confirm-button").wait_for()
    assert "人脸识别" in doctor.locator(".person").inner_text()


def test_an_id_number_that_is_not_that_of_the_face_is_a_warning(clinic, screens):
    demo, addresses = clinic("nobody", woman_enrolled=True)
    doctor = screens(addresses["doctor"])
    put(demo, "man")
    doctor.locator("#confirm-button").wait_for()
    doctor.locator("#refuse-button").click()
    doctor.locator("#id-number").fill(WOMAN_ID_NUMBER)
    doctor.locator("#id-number").press("Enter")
    doctor.locator('[data-face-agrees="no"]').wait_for()


def test_the_status_page_names_the_networks_their_licence_and_the_camera(clinic, screens):
    demo, addresses = clinic("man")
    page = screens(addresses["doctor"].replace("/doctor", "/status"))
    told = page.locator("main").inner_text()
    assert demo.device.faces.pack.model_digest[:8] in told
    assert "MIT" in told
    assert "clip: " in told


@pytest.mark.parametrize("asked", [False, True])
def test_a_recording_opens_visits_only_where_the_demo_asks_for_it(pulled, asked):
    clip = pulled / "clips" / SCENES["man"].file
    source = Source.parse(str(clip), 0.0, 1.0)
    settings = Settings(data_dir=pulled, recorded_camera=asked)
    faces = OpenFaces(settings, set(), lambda: identify(source))
    assert faces.camera_class() is CameraClass.RECORDED
    assert faces.checks().face_route is asked
    few, many = (
        faces.thresholds(Ranking(faces.pack.model_digest, people, ())) for people in (30, 2_000)
    )
    assert few.similarity_min < many.similarity_min
    challenges = {tuple(faces.rules().actions()) for _ in range(50)}
    assert len(challenges) > 5
    assert all({Action.TURN_LEFT, Action.TURN_RIGHT} & set(asked_for) for asked_for in challenges)
