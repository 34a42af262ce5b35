"""What no formatter checks: lengths, words that must not stand anywhere, names of files."""

import ast
import re
import subprocess

import pytest

from tests.house.source import HOUSE, code_files, name_of, tree

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 300
LONGER_FOR_A_REASON: dict[str, str] = {}
"""A file over the limit, and why it is one idea all the same."""

NAMELESS = {"utils", "helpers", "common", "manager", "handler", "base", "misc"}
"""Names that say nothing of what is inside."""

BANNED = {
    r"(?<!\.)\bprint\(": "say it through logging, or write to sys.stdout where it is the result",
    r"\bdatetime\.now\(\)": "time comes in as an argument, with its zone",
    r"except Exception\b": "name what can go wrong",
    r"\bFIXME\b": "do it, or write down why not",
    r"\bXXX\b": "do it, or write down why not",
}
MONEY = ("core/money.py", "core/shares.py", "core/benefits", "core/receipt.py", "/pricing.py",
         "/settlement.py", "/till.py", "province/messages.py", "province/answers.py")  # fmt: skip


def functions(path):
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", code_files(), ids=name_of)
def test_a_file_is_one_idea_and_its_functions_fit_a_screen(path):
    text = path.read_text("utf-8")
    if name_of(path) not in LONGER_FOR_A_REASON:
        assert text.count("\n") <= FILE_LINES_MAX
    for function in functions(path):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= FUNCTION_LINES_MAX, f"{function.name} has {lines} lines"
    assert path.stem not in NAMELESS
    if text:
        assert ast.get_docstring(tree(path)), "a file begins with what it is for"
    for pattern, instead in BANNED.items():
        assert not re.search(pattern, text), f"{pattern}: {instead}"


@pytest.mark.parametrize(
    "path", [p for p in code_files() if any(part in name_of(p) for part in MONEY)], ids=name_of
)
def test_money_is_never_a_float(path):
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Name) and node.id == "float"), node.lineno
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), node.lineno


def test_the_tidy_test_can_fail():
    assert re.search(next(iter(BANNED)), "print('x')")
    long = ast.parse("def f():\n" + "    x = 1\n" * (FUNCTION_LINES_MAX + 1)).body[0]
    assert long.end_lineno - long.lineno + 1 > FUNCTION_LINES_MAX


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE, capture_output=True, check=True,
    )  # fmt: skip
    return [HOUSE / name for name in listed.stdout.decode().split("\0") if name]


def test_no_weights_clips_or_faces_are_in_the_house():
    forbidden = {".onnx", ".pt", ".pth", ".mp4", ".mov", ".avi", ".jpg", ".jpeg", ".whl", ".tgz"}
    assert not [path for path in tracked_files() if path.suffix.lower() in forbidden]
    assert not [path for path in tracked_files() if path.stat().st_size > 500_000]


def test_no_registry_and_no_machine_is_named():
    hosts = ["py" + "pi.org", "python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian.org"]
    places = ["/work" + "/", "/ro" + "ot/", "file:" + "///opt", "file:" + "///home"]
    for path in tracked_files():
        if path.suffix == ".png":
            continue
        text = path.read_text("utf-8", errors="replace")
        for word in hosts + places:
            assert word not in text, f"{name_of(path)} names {word}"
