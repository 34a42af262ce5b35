"""The evaluations as a technician runs them: one line of JSON, or words and a status."""

import json
import os
import subprocess
import sys

import cv2
import pytest

KEYS = {
    "verify": {"pairs", "images", "failure_to_acquire", "failure_to_acquire_count", "eer",
               "fnmr_at_fmr", "threshold_at_fmr", "ms", "unreadable"},
    "identify": {"images", "failure_to_acquire", "failure_to_acquire_count", "fnir_at_fpir",
                 "gallery", "ms", "unreadable"},
    "liveness": {"images", "failure_to_acquire", "failure_to_acquire_count", "threshold", "live",
                 "attacks", "apcer", "bpcer", "ms", "unreadable"},
}  # fmt: skip

LISTS = {
    "verify": ("--pairs", "path_a,path_b,same\nwang_er.png,li_si.png,1\nwang_er.png,none.png,0\n"),
    "identify": (
        "--protocol",
        "path,identity,role\nwang_er.png,1,enrol\nli_si.png,1,probe_known\n",
    ),
    "liveness": ("--labels", "path,label,attack\nwang_er.png,real,\nli_si.png,spoof,print\n"),
}


def evaluate(arguments, data_dir):
    return subprocess.run(
        [sys.executable, "-m", "terminal", "evaluate", *map(str, arguments)],
        env={**os.environ, "CLINIC_TERMINAL_DATA_DIR": str(data_dir)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def album(tmp_path, pulled):
    """Two frames of one man, under names that are nobody's business."""
    clip = cv2.VideoCapture(str(pulled / "clips" / "single_face.mp4"))
    for name in ("wang_er", "li_si"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), clip.read()[1])
    clip.release()
    return tmp_path


@pytest.mark.parametrize("command", ["verify", "identify", "liveness"])
def test_figures_are_one_line_and_the_last_on_standard_output(album, pulled, command):
    option, text = LISTS[command]
    (album / "list.csv").write_text(text, "utf-8")
    plot = album / "det.png"
    done = evaluate(
        [command, option, album / "list.csv", "--root", album, "--json", "--plot", plot], pulled
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert set(told) >= KEYS[command]
    assert cv2.imread(str(plot)) is not None
    assert "wang" not in done.stderr + done.stdout
    if command == "verify":
        assert (told["pairs"], told["unreadable"]) == (2, 1)
        assert "photograph.missing: the picture on line 3" in done.stderr


def test_figures_for_a_person_are_a_table(album, pulled):
    done = evaluate(["search", "--sizes", "10,20"], pulled)
    assert done.returncode == 0, done.stderr
    assert "exact_p50" in done.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("path_a,path_b\nwang_er.png,li_si.png\n", "evaluation.columns_missing"),
        ("path_a,path_b,same\n../wang_er.png,li_si.png,1\n", "evaluation.outside_root"),
        ("path_a,path_b,same\nwang_er.png,li_si.png,maybe\n", "evaluation.row_wrong"),
        ("path_a,path_b,same\n", "evaluation.list_empty"),
        ("path_a,path_b,same\nno.png,none.png,1\n", "evaluation.nothing_readable"),
    ],
)
def test_a_wrong_list_ends_with_its_code_and_words_and_no_figures(album, pulled, text, code):
    (album / "list.csv").write_text(text, "utf-8")
    done = evaluate(["verify", "--pairs", album / "list.csv", "--root", album, "--json"], pulled)
    assert done.returncode == 1
    assert done.stdout == ""
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert "wang" not in done.stderr


def test_weights_that_are_not_there_are_said(album, tmp_path):
    option, text = LISTS["verify"]
    (album / "list.csv").write_text(text, "utf-8")
    done = evaluate(["verify", option, album / "list.csv", "--root", album], tmp_path / "nothing")
    assert done.returncode == 1
    assert "weights.missing" in done.stderr
