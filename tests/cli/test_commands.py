"""The other commands, and what all have in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from resnet_viz import __version__
from resnet_viz.cli import models
from resnet_viz.services.timings import Timings, since_start
from resnet_viz.sources.catalog import BUILTIN_NAMES
from tests.cli.conftest import Run


def test_that_models_lists_every_built_in_with_a_line(run_here: Run) -> None:
    done = run_here("models")
    assert done.returncode == 0
    listed = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[: len(BUILTIN_NAMES)])
    assert tuple(listed) == BUILTIN_NAMES
    assert all(listed.values())
    assert "shortcut=A|B|C" in done.stdout


def test_that_the_json_report_has_the_facts(run_here: Run) -> None:
    report = json.loads(run_here("report", "resnet34", "--format", "json").stdout)
    assert report["schema"] == 1
    assert report["totals"]["layers"] == 125
    assert report["totals"]["trainable_parameters"] == 21_797_672
    assert report["totals"]["macs"] == 3_663_761_408


def test_that_memory_is_for_the_batch_and_the_dtype_asked_for(run_here: Run) -> None:
    one = json.loads(run_here("report", "resnet18", "--format", "json").stdout)
    options = ("--batch", "32", "--dtype", "float16")
    many = json.loads(run_here("report", "resnet18", "--format", "json", *options).stdout)
    assert (many["batch"], many["dtype"]) == (32, "float16")
    assert many["totals"]["kept_bytes"] == 16 * one["totals"]["kept_bytes"]


@pytest.mark.parametrize("format_", ["text", "json", "csv", "markdown"])
def test_that_a_report_can_go_to_a_file(run_here: Run, tmp_path: Path, format_: str) -> None:
    shown = run_here("report", "plain18", "--format", format_)
    done = run_here("report", "plain18", "--format", format_, "-o", "out.txt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out.txt").read_bytes().decode() == shown.stdout


def test_that_report_and_models_need_no_qt(run: Run) -> None:
    code = (
        "import sys; from resnet_viz.cli.main import main\n"
        "assert main(['report', 'resnet34', '-o', 'a.txt']) == 0 == main(['models'])\n"
        "print(sorted({'PySide6', 'keras', 'tensorflow'} & sys.modules.keys()))"
    )
    assert run(code=code).stdout.splitlines()[-1] == "[]"


def test_that_the_bare_command_says_why_no_window_can_open(run_here: Run) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems have a display")
    done = run_here()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    for word in ("display", "export", "report"):
        assert word in done.stderr


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_that_a_display_that_answers_nobody_is_one_line(run: Run, locale: str) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems have a display")
    done = run(environment={"DISPLAY": ":987", "LC_ALL": locale})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "No window can open: could not connect to display :987" in done.stderr
    assert "resnet-viz export" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exprot", "resnet34", "-o", "a.png"), ("exprot", "did you mean export")),
        (("resnet34", "export", "-o", "a.png"), ("comes first",)),
        (("resnet34", "resnet18"), ("one model at a time",)),
        (("--nothing",), ("--nothing",)),
        (("report",), ("SOURCE",)),
        (("report", "resnet34", "--format", "xml"), ("xml", "text, json, csv, markdown")),
        (("report", "resnet34", "extra"), ("extra",)),
        (("report", "resnet34", "--batch", "0"), ("--batch", "whole number more than 0")),
        (("report", "resnet34", "--batch", "2.5"), ("--batch", "2.5")),
        (("report", "resnet34", "--dtype", "flaot16"), ("dtype", "did you mean float16")),
        (("report", "resnet34", "--totals"), ("totals is for csv",)),
        (("models", "extra"), ("extra",)),
        (("report", "resnet34", "-o", ""), ("--output", "name of a file")),
        (("export", "resnet34", "-o", " "), ("--output", "name of a file")),
    ],
    ids=" ".join,
)
def test_that_wrong_usage_is_one_line_and_2(
    run_here: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run_here(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr


def test_that_version_and_help_are_printed(run: Run) -> None:
    assert run("--version").stdout == f"resnet-viz {__version__}\n"
    for command in ((), ("export",), ("report",), ("models",)):
        done = run(*command, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("usage: resnet-viz")


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")
def test_that_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m resnet_viz report resnet152 --format json | head -c 10 | wc -c",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("10", "")


def test_that_a_mistake_of_ours_is_one_line_too(
    run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(models, "listing")
    done = run_here("models")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_that_a_terminal_without_the_signs_does_not_stop_us(run: Run) -> None:
    done = run("report", "resnet34", environment={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "56?56?64" in done.stdout


def test_that_time_is_counted_from_the_start_of_the_process(run: Run) -> None:
    code = (
        "import time; time.sleep(0.3)\n"
        "from resnet_viz.services.timings import since_start; print(since_start())"
    )
    assert 300 <= float(run(code=code).stdout) < 20_000
    assert since_start() > 0


def test_that_a_milestone_is_kept_from_the_first_time() -> None:
    timings = Timings()
    timings.mark("read")
    first = timings.line()
    timings.mark("read")
    assert timings.line() == first
    assert timings.has("read")
    assert not timings.has("written")
    assert list(json.loads(first)) == ["read"]


@pytest.mark.parametrize("arguments", [("report", "plain18"), ("models",), ("--version",)])
def test_that_a_full_disk_behind_standard_output_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as target:
        done = subprocess.run(
            [sys.executable, "-m", "resnet_viz", *arguments],
            stdout=target, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "resnet-viz: Standard output can't be written: the disk is full: free some space or "
        "choose another folder.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="closed descriptors of POSIX")
@pytest.mark.parametrize(
    "arguments",
    [
        "report plain18",
        "models",
        "--version",
        "--help",
        "export --help",
        "export plain18 --format svg -o -",
    ],
)
def test_that_a_closed_standard_output_is_one_sentence(run: Run, arguments: str) -> None:
    done = run(*arguments.split(), code=without_streams(0, 1))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "resnet-viz: Standard output is closed: redirect it to a file, or use -o FILE.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="closed descriptors of POSIX")
def test_that_a_file_is_written_where_every_stream_is_closed(run: Run, tmp_path: Path) -> None:
    code = without_streams(0, 1, 2)
    expected = run("report", "plain18").stdout
    assert run("report", "plain18", "-o", "a.txt", code=code).returncode == 0
    assert (tmp_path / "a.txt").read_text() == expected
    assert run("report", "nothing", code=code).returncode == 2


def without_streams(*closed: int) -> str:
    """Code that becomes the program with these of its standard streams closed."""
    return (
        f"import os, sys; [os.close(number) for number in {closed}]; "
        "os.execl(sys.executable, sys.executable, '-m', 'resnet_viz', *sys.argv[1:])"
    )


@pytest.mark.skipif(os.name != "posix", reason="locales of POSIX")
@pytest.mark.parametrize("variable", ["LANG", "LC_ALL"])
def test_that_the_locale_c_is_no_matter(run: Run, variable: str) -> None:
    environment = {"LANG": "", "LC_ALL": "", "PYTHONUTF8": "", variable: "C"}
    done = run("export", "resnet18", "-o", "a.png", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
