"""A process that dies leaves no picture of its memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

_ABORTS = """
import os, resource, ctypes
from terminal.core_dumps import forbid_core_dumps
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
forbid_core_dumps()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, "PR_GET_DUMPABLE"
os.abort()
"""


def test_a_process_that_aborts_is_not_dumped(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", _ABORTS]
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as child:
        _, status = os.waitpid(child.pid, 0)
        child.returncode = -1
    assert os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    assert list(tmp_path.iterdir()) == []


def test_every_command_begins_by_forbidding_dumps() -> None:
    told = (
        "import resource, sys; sys.argv = ['clinic-terminal', '--help']\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.RLIM_INFINITY))\n"
        "from terminal.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(str(resource.getrlimit(resource.RLIMIT_CORE)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "(0, 0)" in done.stderr, done.stderr
