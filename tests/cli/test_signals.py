"""Ctrl+C and SIGTERM: the exit code, one line, nothing left behind, at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.engine_processes import sigint

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

START = """
import signal, sys
moment, number = sys.argv[1], int(sys.argv[2])
del sys.argv[1:3]
"""
AT_IMPORT = """
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == moment:
            signal.raise_signal(number)

sys.meta_path.insert(0, Interrupts())
"""
AT_CALL = """
left = int(moment)

def count(frame, event, argument):
    global left
    left -= event == "call"
    if left == 0:
        sys.setprofile(None)
        signal.raise_signal(number)

sys.setprofile(count)
"""
END = """
from resnet_viz.__main__ import entry
entry()
"""
LINES = {
    signal.SIGINT: (130, "resnet-viz: Interrupted.\n"),
    signal.SIGTERM: (143, "resnet-viz: Terminated.\n"),
}
both = pytest.mark.parametrize("number", list(LINES), ids=lambda number: number.name)


def check(run: Run, how: str, moment: str, number: signal.Signals, *arguments: str) -> None:
    with sigint(signal.SIG_DFL):
        done = run(moment, str(int(number)), *arguments, code=START + how + END)
    assert (done.returncode, done.stderr) == LINES[number]


@both
@pytest.mark.parametrize(
    "module",
    [
        "resnet_viz.cli",
        "resnet_viz.cli.main",
        "argparse",
        "msgspec",
        "resnet_viz.document",
        "PySide6",
        "shiboken6.Shiboken",
        "PySide6.QtGui",
        "resnet_viz.paint.fonts",
        "resnet_viz.drawing.compose",
        "resnet_viz.exports.png",
        "resnet_viz.paint.painter",
    ],
)
def test_that_an_interrupted_export_leaves_nothing_but_a_line(
    run: Run, tmp_path: Path, module: str, number: signal.Signals
) -> None:
    check(run, AT_IMPORT, module, number, "export", "resnet18", "-o", "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
@both
def test_that_a_file_half_written_is_removed(
    run: Run, tmp_path: Path, suffix: str, number: signal.Signals
) -> None:
    name = f"a.{suffix}"
    (tmp_path / name).write_bytes(b"old")
    check(run, AT_IMPORT, f"resnet_viz.exports.{suffix}", number, "export", "resnet18", "-o", name)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, b"old")]


@pytest.mark.parametrize("calls", [3_000, 20_000, 60_000, 90_000, 130_000])
def test_that_ctrl_c_between_any_two_calls_is_a_line(run: Run, tmp_path: Path, calls: int) -> None:
    check(run, AT_CALL, str(calls), signal.SIGINT, "export", "resnet18", "-o", "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("resnet_viz.cli.models", ("models",)),
        ("resnet_viz.reports.table", ("report", "resnet18")),
        ("resnet_viz.files", ("--version",)),
    ],
    ids=["models", "report", "version"],
)
def test_that_the_other_commands_are_interrupted_alike(
    run: Run, module: str, arguments: tuple[str, ...]
) -> None:
    check(run, AT_IMPORT, module, signal.SIGINT, *arguments)


def test_that_ctrl_c_before_the_handlers_is_a_line(run: Run) -> None:
    check(run, AT_IMPORT, "resnet_viz.interruption", signal.SIGINT, "models")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGHUP there")
def test_that_what_its_starter_ignores_is_ignored(run: Run) -> None:
    code = START + "signal.signal(number, signal.SIG_IGN)\n" + AT_IMPORT + END
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        done = run("resnet_viz.cli.models", str(int(number)), "models", code=code)
        assert (done.returncode, done.stderr) == (0, "")


def test_that_a_terminal_is_left_without_the_bar_and_with_its_cursor(tmp_path: Path) -> None:
    import pty

    terminal, theirs = pty.openpty()
    models = ("resnet152", "resnet101", "resnet50", "resnet34", "resnet18")
    options = ("--detail", "layer", "--format", "png", "--out-dir", str(tmp_path))
    with (
        sigint(signal.SIG_DFL),
        subprocess.Popen(
            [sys.executable, "-m", "resnet_viz", "export", *models, *options],
            stderr=theirs, env={**os.environ, "TERM": "xterm"},
        ) as process,
    ):  # fmt: skip
        os.close(theirs)
        shown = b""
        while b"\x1b[?25l" not in shown:  # the bar has hidden the cursor
            shown += os.read(terminal, 1 << 12)
        process.send_signal(signal.SIGINT)
        with suppress(OSError):  # Linux's way to say that nobody writes to it any more
            while more := os.read(terminal, 1 << 12):
                shown += more
    os.close(terminal)
    assert process.returncode == 130
    assert shown.endswith(b"\r\x1b[2K\x1b[?25hresnet-viz: Interrupted.\r\n")
    assert [path for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, None], ids=["signal", "no display"])
def test_that_a_window_leaves_no_file_that_was_made_for_it(
    run: Run, tmp_path: Path, number: signal.Signals | None
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "net.json").write_text("{}")
    arguments = (str(folder / "net.json"), "--temporary")
    if number is None:
        assert run(*arguments).returncode == 1
    else:
        offscreen = {"QT_QPA_PLATFORM": "offscreen"}
        code = START + AT_IMPORT + END
        done = run("PySide6", str(int(number)), *arguments, code=code, environment=offscreen)
        assert (done.returncode, done.stderr) == LINES[number]
    assert not folder.exists()
