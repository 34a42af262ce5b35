"""The words of this program, read from its own source: what a support file may say."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from terminal.core.support_lines import Vocabulary

_PACKAGES = ("terminal", "drivers", "models", "kiosk_ui")
_NOT_READ = {"pinyin.py", "demo_people.py", "rehearse_people.py"}
"""They hold syllables and invented names: words, but of people."""

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*", re.ASCII)
_WORD_MAX = 60
_SAYS = {"debug", "info", "warning", "error", "exception", "critical"}
_SYSTEMD = (
    "Starting %s...", "Started %s.", "Stopping %s...", "Stopped %s.",
    "Main process exited, code=%s, status=%s", "Failed with result '%s'.",
    "Scheduled restart job, restart counter is at %s.", "Watchdog timeout (limit %s)!",
    "Killing process %s (%s) with signal %s.", "Start request repeated too quickly.",
    "Consumed %s CPU time.", "Deactivated successfully.", "Finished %s.",
    "A process of this unit has been killed by the OOM killer.",
)  # fmt: skip
"""What the service manager says of our units (systemd 252, src/core/unit.c and service.c)."""

_ITS_WORDS = frozenset(
    {
        "exited", "killed", "dumped", "watchdog", "timeout", "exit-code", "signal", "core-dump",
        "oom-kill", "start-limit-hit", "resources", "active", "inactive", "failed", "activating",
        "deactivating", "running", "dead", "enabled", "disabled", "static", "loaded", "not-found",
        "masked", "success", "auto-restart", "start", "stop", "installed", "mmc", "ext4", "xhci",
    }
)  # fmt: skip


def vocabulary(home: Path | None = None) -> Vocabulary:
    """Read the source beside this file: about two seconds on a small board."""
    home = home or Path(__file__).parent.parent
    words, templates, modules, faults = set(_ITS_WORDS), set(_SYSTEMD), set(), set()
    for package in _PACKAGES:
        for path in sorted((home / package).rglob("*.py")):
            modules |= {path.name, ".".join(path.relative_to(home).with_suffix("").parts)}
            if path.name in _NOT_READ:
                continue
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                words.update(_words(node))
                templates.update(_templates(node))
                if isinstance(node, ast.ClassDef):
                    faults.add(node.name)
    faults |= {
        name
        for name, kind in vars(builtins).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    }
    return Vocabulary(
        frozenset(words), tuple(sorted(templates)), frozenset(modules), frozenset(faults)
    )


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if len(node.value) <= _WORD_MAX and _WORD.fullmatch(node.value):
            yield node.value
    elif isinstance(node, ast.keyword | ast.arg):
        if node.arg and _WORD.fullmatch(node.arg):
            yield node.arg
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _templates(node: ast.AST) -> Iterator[str]:
    """The text of `log.warning("...", ...)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        says = node.func.attr in _SAYS and isinstance(node.func.value, ast.Name)
        first = node.args[0] if node.args else None
        if says and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
