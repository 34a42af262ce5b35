"""Which camera it is, told from a kernel's tree that is built here."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.camera import Camera
from drivers.camera_identity import identify
from drivers.camera_source import Source


def source(text: str) -> Source:
    return Source.parse(text, 0.0, 1.0)


def plug_in(sysfs: Path, number: int, folder: str, name: str, **usb: str) -> None:
    """Build what the kernel shows of a camera; USB files stand above its interface."""
    interface = sysfs / "devices" / folder
    node = interface / "video4linux" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(f"{name}\n")
    (node / "device").symlink_to(interface)
    for file, text in usb.items():
        (interface.parent / file).write_text(f"{text}\n")
    listed = sysfs / "class" / "video4linux"
    listed.mkdir(parents=True, exist_ok=True)
    (listed / f"video{number}").symlink_to(node)


USB = "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0"


def test_a_usb_camera_is_told_by_name_numbers_and_socket(tmp_path):
    plug_in(tmp_path, 0, USB, "HD WebCam", idVendor="0c45", idProduct="6366", serial="SN0001")
    seen = identify(source("0"), tmp_path)
    assert (seen.kind, seen.name, seen.vendor_product) == ("device", "HD WebCam", "0c45:6366")
    assert (seen.serial, seen.where, seen.virtual) == ("SN0001", "1-2", False)
    assert seen.text == "device: HD WebCam (0c45:6366, serial SN0001, at 1-2)"
    assert identify(source("/dev/video0"), tmp_path) == seen


def test_a_camera_without_a_serial_number_is_told_by_its_socket(tmp_path):
    plug_in(tmp_path, 3, USB, "HD WebCam", idVendor="0c45", idProduct="6366")
    assert identify(source("3"), tmp_path).text == "device: HD WebCam (0c45:6366, at 1-2)"


def test_a_camera_on_the_board_has_a_place_and_no_usb_numbers(tmp_path):
    plug_in(tmp_path, 0, "platform/soc/fe801000.csi", "unicam")
    seen = identify(source("0"), tmp_path)
    assert (seen.vendor_product, seen.where, seen.virtual) == ("", "fe801000.csi", False)


def loop_back(sysfs: Path, number: int, label: str) -> None:
    """A v4l2 loopback: no device folder, and its node among the virtual ones."""
    node = sysfs / "devices" / "virtual" / "video4linux" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(f"{label}\n")
    listed = sysfs / "class" / "video4linux"
    listed.mkdir(parents=True, exist_ok=True)
    (listed / f"video{number}").symlink_to(node)


def test_a_program_that_calls_itself_a_camera_is_virtual_whatever_its_label(tmp_path):
    loop_back(tmp_path, 4, "HD WebCam")
    plug_in(tmp_path, 5, "platform/vivid.0", "vivid-000-vid-cap")
    seen = identify(source("4"), tmp_path)
    assert seen.virtual
    assert seen.text == "virtual device: HD WebCam"
    assert identify(source("5"), tmp_path).virtual


def test_a_device_that_is_not_there_has_no_name(tmp_path):
    seen = identify(source("7"), tmp_path)
    assert (seen.name, seen.virtual, seen.text) == ("", False, "device: unknown")
    assert identify(source("/dev/v4l/by-id/gone"), tmp_path).text == "device: unknown"


def test_what_a_device_says_of_itself_stays_one_short_line(tmp_path):
    plug_in(tmp_path, 0, USB, "x\x1b[31m\ny" + "z" * 500, idVendor="1", idProduct="2")
    (tmp_path / "devices" / USB).parent.joinpath("serial").write_bytes(b"\xff\xfe\x00")
    seen = identify(source("0"), tmp_path)
    assert seen.text.isprintable()
    assert len(seen.name) == 64


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("rtsp://admin:secret@127.0.0.1:554/live?token=abc", "stream: rtsp 127.0.0.1:554"),
        ("http://127.0.0.1/private/clip.avi", "stream: http 127.0.0.1"),
        ("rtsp://admin:secret@127.0.0.1:99999/x", "stream: unknown"),
        ("rtsp://[::1/x", "stream: unknown"),
        ("folder/of/somebody/clip.mp4", "clip: clip.mp4"),
    ],
)
def test_a_stream_shows_its_host_and_a_clip_its_file_and_nothing_else(address, text):
    assert identify(source(address)).text == text


def test_the_camera_says_who_it_is_now(tmp_path):
    camera = Camera(str(tmp_path / "one.avi"))
    assert camera.identity().text == "clip: one.avi"
    camera.switch(str(tmp_path / "other.avi"))
    assert camera.identity().text == "clip: other.avi"
    camera.close()
