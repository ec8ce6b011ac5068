"""Names of models and files on their way to a terminal and to other programs."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import pytest

from resnet_viz import assets
from tests.cli.conftest import Run
from tests.support.model_files.evil_names import NAMES, unshowable, write_evil_model

NOT_UTF8 = os.fsdecode(b"n\xff\x1b[31m")


@pytest.fixture(autouse=True)
def evil(tmp_path: Path) -> Path:
    return write_evil_model(tmp_path / "evil.json")


@pytest.mark.parametrize("format_", ["text", "json", "csv", "markdown"])
def test_that_no_report_commands_a_terminal(run_here: Run, format_: str) -> None:
    done = run_here("report", "evil.json", "--format", format_)
    assert (done.returncode, done.stderr) == (0, "")
    assert unshowable(done.stdout) == set()


def test_that_json_keeps_the_names_and_csv_runs_none(run_here: Run) -> None:
    calls = json.loads(run_here("report", "evil.json", "--format", "json").stdout)["calls"]
    assert tuple(call["layer"] for call in calls[1:]) == NAMES
    rows = list(csv.reader(run_here("report", "evil.json", "--format", "csv").stdout.splitlines()))
    assert [row[1] for row in rows if row[1][1:] in NAMES] == ["'=1+1", "'+x", "'-y", "'@z"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("suffix", ["svg", "html", "tex", "mmd"])
def test_that_no_picture_as_text_holds_them(run_here: Run, tmp_path: Path, suffix: str) -> None:
    title = ("--title", "a\x1b[31m\u202ec")
    done = run_here("export", "evil.json", "--detail", "layer", "-o", f"a.{suffix}", *title)
    assert (done.returncode, done.stderr) == (0, "")
    assert unshowable((tmp_path / f"a.{suffix}").read_text("utf-8")) == set()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export", "evil.json", "-o", "a.svg", "--open", "zzz"), 2),
        (("export", "evil.json", "-o", "a.svg", "--open", "tow\nlines"), 2),
        (("report", "no\x1b[31m\nmodel.keras"), 1),
        (("report", "no\u202e\nmodel"), 2),
        (("report", "evil.json", "-o", "no\x1b\n/a"), 1),
        (("report", "evil.json", "--format", "\x1b[31m\n"), 2),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
def test_that_a_message_is_one_printable_line(
    run_here: Run, arguments: tuple[str, ...], code: int, debug: tuple[str, ...]
) -> None:
    done = run_here(*arguments, *debug)
    assert done.returncode == code
    assert unshowable(done.stderr) == set()
    if not debug:
        assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
@pytest.mark.usefixtures("qapp")
def test_that_files_whose_names_are_not_utf8_are_read_and_written(
    run_here: Run, tmp_path: Path
) -> None:
    source = f"{NOT_UTF8}.json"
    (tmp_path / source).write_bytes(assets.read_bytes("models/resnet18.json"))
    for format_ in ("text", "json", "csv", "markdown"):
        target = f"{NOT_UTF8}-{format_}.txt"
        done = run_here("report", source, "--format", format_, "-o", target)
        assert (done.returncode, done.stderr) == (0, "")
        assert unshowable((tmp_path / target).read_text("utf-8")) == set()
    for suffix in ("png", "svg", "pdf"):
        target = f"{NOT_UTF8}.{suffix}"
        done = run_here("export", source, "-o", target, "--title", NOT_UTF8)
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / target).stat().st_size > 10_000


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
@pytest.mark.parametrize("kind", ["pipe", "device", "link to itself"])
@pytest.mark.parametrize("suffix", ["json", "keras", "h5"])
def test_that_a_model_that_is_no_file_is_one_sentence(
    run_here: Run, tmp_path: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"odd.{suffix}"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else path.name)
    done = run_here("report", path.name)
    assert (done.returncode, done.stdout) == (1, "")
    reasons = {"link to itself": "a link to a file that doesn't exist"}
    assert reasons.get(kind, "not a regular file") in done.stderr
    assert done.stderr.count("\n") == 1
