"""The program as a technician starts it: a process of its own, its words and its status."""

import json
import os
import socket
import subprocess
import sys

import pytest

from terminal.assembly.keys import KEYS_FOLDER
from terminal.clock import now
from terminal.key_files import Files
from terminal.store.database import held


def run(arguments, data_dir, **variables):
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "terminal", *arguments],
        env={**os.environ, "CLINIC_TERMINAL_DATA_DIR": str(data_dir), **variables},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def device_variables(data_dir):
    """What a terminal needs to run without a province or a camera."""
    for part in ("weights", "assets"):
        assert (data_dir / part).exists()
    return {
        "CLINIC_TERMINAL_CLINIC_NAME": "演示村卫生室",
        "CLINIC_TERMINAL_FIXMEDINS_CODE": "H43102400991",
        "CLINIC_TERMINAL_DOCTOR_CODE": "D431024000991",
        "CLINIC_TERMINAL_DOCTOR_NAME": "雷新民",
        "CLINIC_TERMINAL_MDTRTAREA_ADMVS": "431024",
        "CLINIC_TERMINAL_PROVINCE_URL": "http://127.0.0.1:9",
        "CLINIC_TERMINAL_CAMERA": str(data_dir / "no-such-camera.mp4"),
        "CLINIC_TERMINAL_WEB_PORT": "0",
    }


def test_one_visit_without_a_screen_prints_exactly_one_object(data_dir):
    """A clinic's own variables do not reach the demo: neither its book nor its province."""
    done = run(["demo", "--once", "--json"], data_dir, **device_variables(data_dir))
    assert done.returncode == 0, done.stderr
    assert not (data_dir / "terminal.db").exists()
    told = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert set(told) == {
        "person", "similarity", "live_score", "trace_codes", "mdtrt_id", "setl_id",
        "medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "seconds_face_to_card",
        "seconds_confirm_to_settled",
    }  # fmt: skip
    assert (told["person"], told["medfee_sumamt"], told["psn_part_amt"]) == (
        "王*国",
        "8.00",
        "0.00",
    )
    assert len(set(told["trace_codes"])) == 2
    assert "王建国" not in done.stderr
    assert "991024196503121030" not in done.stderr
    assert not any(code in done.stderr for code in told["trace_codes"])


def test_a_second_demo_takes_nothing_from_one_that_runs(data_dir):
    scanner = data_dir / "demo" / "dev" / "scanner"
    scanner.parent.mkdir(parents=True)
    scanner.touch()
    with held(data_dir / "demo"):
        done = run(["demo", "--fresh", "--once", "--json"], data_dir)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"store.held process='{os.getpid()}'" in done.stderr
    assert scanner.exists()


def test_a_port_in_use_is_said_in_words_and_nothing_is_left_held(data_dir):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        variables = {**device_variables(data_dir), "CLINIC_TERMINAL_WEB_PORT": port}
        done = run(["run"], data_dir, **variables)
    assert done.returncode == 1
    assert "web.port_in_use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"CLINIC_TERMINAL_CENTRE_TIMEOUT_S": "3"}, "settings.unknown"),
        ({"CLINIC_TERMINAL_LIVE_MIN": "1.5"}, "settings.wrong_value"),
        ({"CLINIC_TERMINAL_CLINIC_NAME": ""}, "settings.missing"),
        ({"CLINIC_TERMINAL_DRUGS_FILE": "nothing.csv"}, "catalogue.unreadable"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_its_name(data_dir, variables, code):
    done = run(["run"], data_dir, **{**device_variables(data_dir), **variables})
    assert done.returncode == 78
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_will_not_open_is_left_as_it_is(data_dir):
    Files(data_dir / KEYS_FOLDER, now).add("database", bytes(range(32)))  # Not what it lacks.
    (data_dir / "terminal.db").write_bytes(b"not a database" * 500)
    done = run(["run"], data_dir, **device_variables(data_dir))
    assert done.returncode == 78
    assert "store.will_not_open" in done.stderr
    assert (data_dir / "terminal.db").read_bytes() == b"not a database" * 500


def test_weights_that_do_not_match_their_digest_are_refused(data_dir):
    weights = data_dir / "weights"
    real = weights.resolve()
    weights.unlink()
    weights.mkdir()
    for file in real.iterdir():
        (weights / file.name).symlink_to(file)
    detector = next(weights.glob("*yunet*"))
    detector.unlink()
    detector.write_bytes(b"something else")
    done = run(["run"], data_dir, **device_variables(data_dir))
    assert done.returncode == 78
    assert "weights.wrong_digest" in done.stderr


def test_weights_from_a_stick_need_no_network(data_dir, pulled, tmp_path_factory):
    empty = tmp_path_factory.mktemp("device")
    stick = tmp_path_factory.mktemp("stick")
    for part in ("weights", "assets"):
        for file in (pulled / part).iterdir():
            (stick / file.name).write_bytes(file.read_bytes())
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9", "npm_config_registry": "http://127.0.0.1:9"}
    done = run(["models", "pull", "--from", str(stick)], empty, **offline)
    assert done.returncode == 0, done.stderr
    assert (empty / "assets" / "htmx.min.js").exists()
    next(iter(sorted(stick.glob("*liveness*")))).write_bytes(b"forged")
    (empty / "weights" / "fr_liveness.onnx").unlink()
    done = run(["models", "pull", "--from", str(stick)], empty, **offline)
    assert done.returncode == 1
    assert "weights.wrong_digest" in done.stderr
    assert not (empty / "weights" / "fr_liveness.onnx").exists()


def test_settings_say_where_each_value_came_from_and_never_the_secret(data_dir):
    (data_dir / "terminal.toml").write_text('clinic_name = "某村卫生室"\n', "utf-8")
    done = run(
        ["settings", "--json"], data_dir,
        CLINIC_TERMINAL_WEB_PORT="8099", CLINIC_TERMINAL_PROVINCE_SECRET="hush-hush",
    )  # fmt: skip
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert (rows["web_port"]["value"], rows["web_port"]["source"]) == ("8099", "variable")
    assert rows["clinic_name"]["source"].endswith("terminal.toml")
    assert rows["live_min"]["source"] == "default"
    assert "hush-hush" not in done.stdout
