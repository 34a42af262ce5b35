"""`clinic-terminal classify` as people use it: in a pipe, by the line, with anything in it."""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.assembly.classified_lines import Lines
from terminal.core.trace_codes import SCAN_BYTES_MAX, SECRET_KINDS, classify
from tests.core.scan_examples import BOX, BOX_2, EXAMPLES, SECRETS

COMMAND = [sys.executable, "-m", "terminal", "classify"]
FIELDS = ["kind", "accepted", "words", "product_prefix", "serial"]


def said(given: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    """What the command prints for these bytes, raw and read."""
    done = subprocess.run(COMMAND, input=given, capture_output=True, check=True, timeout=120)
    assert done.stderr == b""
    return done.stdout, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_example_has_one_answer_in_its_place() -> None:
    lines = [
        (raw.strip(b"\r\n"), kind)
        for raw, kind, _ in EXAMPLES
        if b"\n" not in raw.strip(b"\r\n") and b"\r" not in raw.strip(b"\r\n")
    ]
    _, answers = said(b"".join(raw + b"\n" for raw, _ in lines))
    assert [answer["kind"] for answer in answers] == [kind.value for _, kind in lines]
    for answer, (raw, _) in zip(answers, lines, strict=True):
        scan = classify(raw)
        assert list(answer) == FIELDS
        assert answer["accepted"] == scan.accepted
        assert (answer["product_prefix"], answer["serial"]) == (scan.product_prefix, scan.serial)
        assert answer["words"]


def test_nothing_of_a_secret_comes_out() -> None:
    lines = [raw.strip() for raw, _, _ in SECRETS]
    printed, answers = said(b"\n".join(lines))
    assert {answer["kind"] for answer in answers} == {kind.value for kind in SECRET_KINDS}
    assert all(answer["product_prefix"] is answer["serial"] is None for answer in answers)
    for line in lines:
        assert line.strip(b"\x02\x03")[-6:] not in printed


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (b"", []),
        (BOX, ["trace_code"]),
        (BOX + b"\n", ["trace_code"]),
        (BOX + b"\r\n" + BOX_2 + b"\r\n", ["trace_code", "trace_code"]),
        (BOX + b"\r" + BOX_2 + b"\r", ["trace_code", "trace_code"]),
        (b"\n" + BOX + b"\n\n", ["noise", "trace_code", "noise"]),
        (b"\r\n" + BOX + b"\r\n\r\n", ["noise", "trace_code", "noise"]),
        (BOX + b"\r\r\n" + BOX_2 + b"\r\r\n", ["trace_code", "trace_code"]),
        (b"\x00\xff\xfe\n" + BOX, ["unknown", "trace_code"]),
        (b"8" * 1_000_000 + b"\n" + BOX, ["unknown", "trace_code"]),
    ],
)
def test_lines_end_as_scanners_and_lists_end_them(given: bytes, kinds: list[str]) -> None:
    assert [answer["kind"] for answer in said(given)[1]] == kinds


@given(st.lists(st.sampled_from([b"8", b"\r", b"\n", b"\r\n", b"12", b"\x1d"])), st.data())
def test_lines_survive_any_cutting_of_the_stream(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    whole, cut = Lines(), Lines()
    expected = [*whole.feed(stream), *whole.end()]
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [line for part in parts for line in cut.feed(part)] + [*cut.end()] == expected
    assert b"".join(expected) == stream.replace(b"\r", b"").replace(b"\n", b"")


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    lines = Lines()
    for _ in range(100):
        assert not [*lines.feed(b"8" * 100_000)]
    (line,) = lines.feed(b"\n")
    assert len(line) == SCAN_BYTES_MAX + 1


def test_a_line_is_answered_before_the_next_one_comes() -> None:
    """A scanner at the end of a pipe, and someone who watches."""
    # Python must not be told to write everything at once: that is what is tested.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=plain
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for end in (b"\n", b"\r", b"\r\n"):
            running.stdin.write(BOX + end)
            running.stdin.flush()
            assert select.select([running.stdout], [], [], 30.0)[0], "nothing came"
            assert json.loads(running.stdout.readline())["kind"] == "trace_code"
        running.stdin.close()
        assert running.wait(10) == 0


def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        try:
            running.stdin.write((BOX + b"\n") * 50_000)
            running.stdin.close()
        except BrokenPipeError:
            pass
        assert running.stderr.read() == b""
        assert running.wait(30) == 0


def test_a_hundred_thousand_lines_take_seconds() -> None:
    draw = random.Random(5)  # noqa: S311 - a list of codes, not a secret.
    lines = b"".join(b"8385793%013d\n" % draw.randrange(10**13) for _ in range(100_000))
    began = time.monotonic()
    _, answers = said(lines)
    assert len(answers) == 100_000
    assert all(answer["accepted"] for answer in answers)
    assert time.monotonic() - began < 60


def test_it_starts_without_networks_database_or_screens() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "terminal", "classify"],
        input=BOX,
        capture_output=True,
        check=True,
        timeout=60,
    ).stderr.decode()
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in loaded.splitlines()}
    assert "biip" in names
    assert not names & {"cv2", "onnxruntime", "insightface", "numpy", "flask", "sqlcipher3"}


def test_the_machines_language_does_not_matter() -> None:
    done = subprocess.run(
        COMMAND, input=BOX, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    assert "药品追溯码" in json.loads(done.stdout)["words"]
