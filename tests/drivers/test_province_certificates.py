"""The province behind TLS: a certificate that is good, and one that has expired."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from drivers.simulated.province import remote
from drivers.simulated.province.certificates import Certificates, make
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Unavailable
from tests.drivers.province_clinic import PEOPLE, Clinic, Clock

WHO = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": PEOPLE["王建国"][1]}}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def province(tmp_path: Path, clock: Clock, certificates: Certificates) -> Iterator[SandboxProvince]:
    with SandboxProvince(tmp_path, clock=clock, tls=certificates) as running:
        yield running


@pytest.fixture
def clinic(province: SandboxProvince, clock: Clock, certificates: Certificates) -> Iterator[Clinic]:
    with Clinic(province, clock, trusted=certificates.authority) as signed_in:
        yield signed_in.sign_in()


def test_a_visit_is_settled_behind_tls(clinic: Clinic) -> None:
    assert clinic.address.startswith("https://")
    visit = clinic.visit("王建国").describe()
    visit.upload(visit.line("阿莫西林胶囊", "26.34"))
    assert str(visit.settle("26.34")["fund_pay_sumamt"]) == "18.44"


def test_an_expired_certificate_is_shown_to_new_connections_until_it_is_cleared(
    clinic: Clinic, province: SandboxProvince, clock: Clock, certificates: Certificates
) -> None:
    remote.plant(province.address, "certificate_expired")
    assert clinic.ask("1101", WHO)["infcode"] == 0  # On the connection it has kept.
    clock.now += timedelta(seconds=1)
    with Clinic(province, clock, trusted=certificates.authority) as newcomer:
        with pytest.raises(httpx.ConnectError, match="expired"):
            newcomer.sign_in()
        clock.now += timedelta(seconds=1)
        remote.clear(province.address)
        newcomer.sign_in()


def test_a_certificate_of_nobody_is_not_believed(province: SandboxProvince, clock: Clock) -> None:
    with Clinic(province, clock) as stranger, pytest.raises(httpx.ConnectError, match="verify"):
        stranger.sign_in()


@pytest.mark.parametrize("fault", ["reset", "half_answer", "lost_after_commit", "restart"])
def test_a_line_breaks_inside_tls_as_it_does_without(
    clinic: Clinic, province: SandboxProvince, fault: str
) -> None:
    province.faults.plant(fault, "1101")
    with pytest.raises(httpx.HTTPError):
        clinic.ask("1101", WHO)


def test_whoever_connects_and_says_nothing_holds_up_neither_others_nor_the_end(
    clinic: Clinic, province: SandboxProvince, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = province.address.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as silent:
        assert clinic.ask("1101", WHO)["infcode"] == 0
        silent.sendall(b"GET / HTTP/1.1\r\n\r\n")
        started = time.monotonic()
        province.close()
        assert time.monotonic() - started < 5
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_without_openssl_there_are_no_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as fault:
        make(tmp_path)
    assert fault.value.code == "sandbox.no_certificates"
