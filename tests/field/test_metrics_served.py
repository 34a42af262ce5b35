"""The metrics' socket: what a collector is told, and what it may do."""

from __future__ import annotations

import socket
import stat

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from terminal.assembly import metrics
from terminal.core.faults import Unavailable
from terminal.core.open_metrics import exposition
from terminal.metrics_socket import MetricsSocket
from tests.clinic import WAIT_S


def _asked(path, request):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as way:
        way.settimeout(WAIT_S)
        way.connect(str(path))
        way.sendall(request)
        way.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := way.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body.decode()


@pytest.fixture
def served(tmp_path):
    """A socket that serves one number of each kind of ours."""
    told = []
    for metric in metrics.ALL:
        label = "1.2.3" if metric is metrics.PROGRAM else "camera" if metric.label else ""
        told.append((metric, {label: [0.4, -0.1] if metric.edges else 1}))
    opened = MetricsSocket(tmp_path / "m", lambda: exposition(told))
    opened.open()
    yield tmp_path / "m"
    opened.close()


def test_what_is_served_is_valid_for_a_strict_reader_and_tells_every_metric(served):
    status, text = _asked(served, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status == 200
    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert set(families) == {each.name for each in metrics.ALL}
    assert all(family.samples for family in families.values())


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /metrics/../x HTTP/1.1\r\n\r\n", 404),
        (b"POST /metrics HTTP/1.1\r\n\r\n", 405),
        (b"GET /metrics HTTP/1.1\r\n", 400),
        (b"\x00\xff\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nA: " + b"a" * 8161, 400),
    ],
)
def test_nothing_else_is_answered_and_the_next_caller_is(served, request_line, status):
    assert _asked(served, request_line)[0] == status
    assert _asked(served, b"GET /metrics HTTP/1.0\r\n\r\n")[0] == 200


def test_only_the_terminals_user_and_group_may_ask(served):
    assert stat.S_IMODE(served.stat().st_mode) == 0o666


def test_a_closed_socket_is_gone_and_one_left_behind_is_taken_over(tmp_path):
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(tmp_path / "m"))
    left.close()
    opened = MetricsSocket(tmp_path / "m", lambda: "# EOF\n")
    opened.open()
    assert _asked(tmp_path / "m", b"GET /metrics HTTP/1.0\r\n\r\n") == (200, "# EOF\n")
    opened.close()
    opened.close()
    assert not (tmp_path / "m").exists()


def test_a_file_in_its_place_is_left_alone(tmp_path):
    (tmp_path / "m").write_text("kept")
    with pytest.raises(Unavailable, match=r"metrics\.not_opened"):
        MetricsSocket(tmp_path / "m", lambda: "").open()
    assert (tmp_path / "m").read_text() == "kept"


def test_a_store_that_is_away_is_no_answer_and_no_end(tmp_path):
    def away():
        raise Unavailable("store.away")

    opened = MetricsSocket(tmp_path / "m", away)
    opened.open()
    try:
        for _ in range(2):
            assert _asked(tmp_path / "m", b"GET /metrics HTTP/1.0\r\n\r\n") == (503, "")
    finally:
        opened.close()
