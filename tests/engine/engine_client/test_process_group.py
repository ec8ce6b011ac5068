"""Process group of the engine: it ends with all that the user's code has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resnet_viz.engine_client.blocking import run_function
from resnet_viz.errors import EngineError
from resnet_viz.sources.types import PythonFunction
from tests.support.engine_processes import WITHOUT_KERAS, is_running, wait_for_ends

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX")

NETS = """
import multiprocessing, os, re, subprocess, sys, time

def note(*pids):
    with open("pids.tmp", "w") as file:
        file.write(" ".join(map(str, pids)))
    os.rename("pids.tmp", "pids")

def start():
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    fork = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    fork.start()
    note(os.getpid(), program.pid, fork.pid)

def returns():
    start()
    return 1

def crashes():
    start()
    os.abort()

def holds_the_lock():
    start()
    re.match("(a+)+$", "a" * 60 + "b")
"""
CLIENT = f"""
import sys
from resnet_viz.engine_client.blocking import run_function
from resnet_viz.sources.types import PythonFunction
run_function(
    PythonFunction("nets.py", sys.argv[1]), folder=sys.argv[2], command={WITHOUT_KERAS!r}
)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(NETS)
    return tmp_path


def pids_in(folder: Path) -> list[int]:
    """Engine and children of the user's function; waits for them."""
    end = time.monotonic() + 60
    while not (folder / "pids").exists():
        assert time.monotonic() < end, "the function was not run"
        time.sleep(0.01)
    return list(map(int, (folder / "pids").read_text().split()))


@pytest.mark.parametrize("function", ["returns", "crashes"])
def test_that_what_a_function_has_started_ends_with_the_engine(folder: Path, function: str) -> None:
    with pytest.raises(EngineError):  # for want of Keras it can't return a model
        run_function(PythonFunction("nets.py", function), folder=str(folder), command=WITHOUT_KERAS)
    wait_for_ends(pids_in(folder))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_that_a_function_that_holds_the_lock_is_killed_when_its_client_is_gone(
    folder: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CLIENT, "holds_the_lock", str(folder)], stderr=subprocess.DEVNULL
    ) as client:
        pids = pids_in(folder)
        assert all(map(is_running, pids))
        client.send_signal(number)
    wait_for_ends(pids)
