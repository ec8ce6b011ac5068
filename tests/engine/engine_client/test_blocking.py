"""The blocking client with the real engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from resnet_viz.engine_client.blocking import build_config
from resnet_viz.reading.read import read_config
from resnet_viz.sources.catalog import parse_builtin
from tests.support.engine_processes import sigint

pytestmark = pytest.mark.engine

INTERRUPTED = """
import os, sys
from resnet_viz.engine_client.blocking import build_config
from resnet_viz.sources.catalog import parse_builtin
try:
    build_config(parse_builtin("resnet152?classes=3"), lambda stage: print(stage, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_that_a_variant_is_built() -> None:
    stages: list[str] = []
    config = build_config(parse_builtin("resnet18?classes=3"), stages.append)
    graph = read_config(config, where="resnet18")
    assert graph.tensor(graph.outputs[0]).shape == (None, 3)
    assert stages == ["starting TensorFlow", "building", "describing", "reading", "checking"]


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
def test_that_ctrl_c_in_a_script_ends_the_engine_too() -> None:
    with (
        sigint(signal.SIG_DFL),
        subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as shell,
    ):
        assert shell.stdout is not None
        assert shell.stderr is not None
        assert shell.stdout.readline() == "starting TensorFlow\n"
        os.killpg(shell.pid, signal.SIGINT)  # as a terminal does
        assert shell.stdout.read().endswith("interrupted\n")
        assert shell.wait(60) == 0
        assert shell.stderr.read() == ""
