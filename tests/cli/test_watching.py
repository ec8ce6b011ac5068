"""``export --watch``: again after each change, through failures, until interrupted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_viz import assets
from resnet_viz.cli.watching import watch
from resnet_viz.errors import AppError, UsageError
from tests.cli.conftest import Run


def scripted(*steps: Callable[[], object] | None) -> Callable[[], None]:
    """A wait that does one step each time, then interrupts as Ctrl+C does."""
    left = list(steps)

    def wait() -> None:
        if not left:
            raise KeyboardInterrupt
        step = left.pop(0)
        if step is not None:
            step()

    return wait


def test_that_work_is_done_at_once_and_after_each_change(tmp_path: Path) -> None:
    file, runs = tmp_path / "m.json", []
    file.write_text("1")
    wait = scripted(None, None, None, lambda: file.write_text("22"), None, None, None)
    with pytest.raises(KeyboardInterrupt):
        watch([str(file)], lambda: runs.append(file.read_text()), lambda _: None, wait=wait)
    assert runs == ["1", "22"]


def test_that_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    file, runs = tmp_path / "m.json", []
    file.write_text("1")
    wait = scripted(lambda: file.write_text("12"), lambda: file.write_text("123"), None)
    with pytest.raises(KeyboardInterrupt):
        watch([str(file)], lambda: runs.append(file.read_text()), lambda _: None, wait=wait)
    assert runs == ["123"]


def test_that_a_failure_is_told_and_the_next_change_repairs_it(tmp_path: Path) -> None:
    file, told = tmp_path / "m.json", []
    file.write_text("bad")

    def work() -> None:
        if file.read_text() == "bad":
            raise AppError("It is bad.")

    wait = scripted(None, None, lambda: file.write_text("good"), None, None)
    with pytest.raises(KeyboardInterrupt):
        watch([str(file)], work, told.append, wait=wait)
    assert told == [
        "It is bad. Watching for the next change.",
        "Written; watching for changes (Ctrl+C ends).",
    ]


def test_that_what_never_changes_is_not_watched() -> None:
    with pytest.raises(UsageError, match="--watch needs a model file"):
        watch([""], lambda: None, lambda _: None)


INTERRUPTED = """
import signal, sys
from resnet_viz.interruption import end_on_signals
from resnet_viz.cli import main, watching

end_on_signals()  # as the command's entry does

waits = iter(range(3))

def wait():
    if next(waits) == 2:
        signal.raise_signal(signal.SIGINT)

watching.watch.__kwdefaults__["wait"] = wait
sys.exit(main.main(["export", "m.json", "-o", "m.svg", "--watch"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no SIGINT there")
def test_that_the_command_writes_the_picture_and_ends_when_interrupted(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "m.json").write_bytes(assets.read_bytes("models/plain18.json"))
    done = run(code=INTERRUPTED)
    assert done.returncode == 130
    assert "watching for changes" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "m.svg").stat().st_size > 1000
