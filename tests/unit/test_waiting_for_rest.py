"""A figure begins when the service has made everything ready, not when it first answers."""

import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.processes import until_idle

# Works in a second thread, as a web process makes its suggestions, for so much of a processor's
# time, whoever else has it; then it writes a file and rests.
_WORKS = """
import pathlib, sys, threading, time
def work():
    while time.thread_time() < 1.0:
        sum(range(1_000))
    pathlib.Path(sys.argv[1]).touch()
thread = threading.Thread(target=work)
thread.start()
print("ready", flush=True)
thread.join()
time.sleep(600)
"""


def test_what_works_behind_its_first_answer_is_waited_for(tmp_path: Path) -> None:
    done = tmp_path / "done"
    with _Started(_WORKS, str(done)) as pid:
        until_idle(pid)
        assert done.exists()


def test_what_never_rests_is_told() -> None:
    with (
        _Started("print('ready', flush=True)\nwhile True: pass") as pid,
        pytest.raises(AssertionError, match="does not come to rest"),
    ):
        until_idle(pid, longest_s=1.5)


class _Started:
    """A program of Python, once it has said that it is ready."""

    def __init__(self, program: str, *arguments: str) -> None:
        self._argv = [sys.executable, "-c", program, *arguments]

    def __enter__(self) -> int:
        self._process = subprocess.Popen(self._argv, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        return self._process.pid

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
