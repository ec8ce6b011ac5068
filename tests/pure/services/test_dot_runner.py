"""Running Graphviz: output, errors, limits, and the bundled executable beside Debian's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from resnet_viz.errors import Cancelled
from resnet_viz.layout.containers.dot_format import DotEdge, DotNode, DotPlan, run
from resnet_viz.services.dot_budget import DotBudget
from resnet_viz.services.dot_runner import (
    DOT_VARIABLE,
    CalledProcessError,
    DotTimeoutError,
    ExecutableNotFoundError,
    find_dot,
    run_dot,
)

DEBIANS = "/usr/bin/dot"
GAP = (40.0, 27.0)
Shape: TypeAlias = tuple[int, tuple[tuple[int, int], ...]]


def needs_debians(program: str) -> Any:
    return pytest.param(
        program,
        marks=pytest.mark.skipif(not Path(program).exists(), reason="not installed"),
        id="Debian's",
    )


CHAIN = (5, ((0, 1), (1, 2), (2, 3), (3, 4)))
RESIDUAL = (5, ((0, 1), (1, 2), (2, 3), (0, 3), (3, 4)))
PROJECTION = (6, ((0, 1), (1, 2), (2, 4), (0, 3), (3, 4), (4, 5)))
# Inception's four branches: 1×1 · 1×1 3×3 · 1×1 5×5 · pool 1×1, concatenated.
INCEPTION = (9, ((0, 1), (1, 8), (0, 2), (2, 3), (3, 8), (0, 4), (4, 5), (5, 8), (0, 6), (6, 7),
                 (7, 8)))  # fmt: skip
# Two layers of a DenseNet: each joins what it reads with what it makes.
DENSE = (7, ((0, 1), (1, 2), (0, 3), (2, 3), (3, 4), (4, 5), (3, 6), (5, 6)))
TWO_INPUTS = (7, ((0, 2), (1, 3), (2, 4), (3, 4), (4, 5), (4, 6)))
SHAPES = {
    "chain": CHAIN,
    "residual": RESIDUAL,
    "projection": PROJECTION,
    "inception": INCEPTION,
    "dense": DENSE,
    "two inputs, two outputs": TWO_INPUTS,
}


def nodes_of(count: int) -> list[DotNode]:
    return [DotNode(180.0, 30.0 + 12.0 * (number % 2)) for number in range(count)]


def plan(shape: Shape, program: str) -> DotPlan:
    count, edges = shape
    drawn = [DotEdge(tail, head) for tail, head in edges]
    return run(nodes_of(count), drawn, GAP, lambda text: run_dot(text, dot=program))


def ranks(laid_out: DotPlan) -> list[tuple[int, ...]]:
    """The boxes from left to right, row by row from above."""
    rows: dict[int, list[int]] = {}
    for number, (_, y) in enumerate(laid_out.centers):
        rows.setdefault(round(y), []).append(number)
    return [
        tuple(sorted(rows[y], key=lambda number: laid_out.centers[number][0])) for y in sorted(rows)
    ]


SLEEPS = "import time\ntime.sleep(3600)"  # run_dot waits for its end: only a kill passes


def script(folder: Path, code: str) -> str:
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.dot
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_that_every_shape_is_laid_out_downwards_without_overlaps(shape: Shape) -> None:
    laid_out = plan(shape, "")
    for tail, head in shape[1]:
        (_, above), (_, below) = laid_out.centers[tail], laid_out.centers[head]
        assert below - above >= 30.0 + GAP[1] - 1.0
    for row in ranks(laid_out):
        for left, right in pairwise(row):
            assert laid_out.centers[right][0] - laid_out.centers[left][0] >= 180.0 + GAP[0] - 1.0


@pytest.mark.dot
@pytest.mark.parametrize("program", ["", needs_debians(DEBIANS)])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_that_every_line_joins_its_own_boxes(shape: Shape, program: str) -> None:
    laid_out = plan(shape, program)
    nodes = nodes_of(shape[0])
    for (tail, head), line in zip(shape[1], laid_out.splines, strict=True):
        (x0, y0), (x1, y1) = laid_out.centers[tail], laid_out.centers[head]
        assert line[0] == pytest.approx((x0, y0 + nodes[tail].height / 2), abs=1.5)
        assert line[-1] == pytest.approx((x1, y1 - nodes[head].height / 2), abs=1.5)


@pytest.mark.dot
@pytest.mark.parametrize("program", [needs_debians(DEBIANS)])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_that_the_bundled_graphviz_agrees_with_debians(shape: Shape, program: str) -> None:
    bundled = shutil.which("graphviz-pure", path=str(Path(sys.executable).parent))
    assert bundled is not None
    ours, theirs = plan(shape, bundled), plan(shape, program)
    assert ranks(ours) == ranks(theirs)
    for our_center, their_center in zip(ours.centers, theirs.centers, strict=True):
        assert our_center == pytest.approx(their_center, abs=1.5)
    for our_line, their_line in zip(ours.splines, theirs.splines, strict=True):
        their_ends = (*their_line[0], *their_line[-1])
        assert (*our_line[0], *our_line[-1]) == pytest.approx(their_ends, abs=1.5)


@pytest.mark.dot
def test_that_the_bundled_program_is_preferred() -> None:
    assert Path(find_dot()).name.startswith("graphviz-pure")


def test_that_a_dot_of_the_users_choice_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = script(tmp_path, "print('{}')")
    monkeypatch.setenv(DOT_VARIABLE, mine)
    assert find_dot() == mine
    assert run_dot("digraph {}").strip() == "{}"


def test_that_a_missing_choice_is_refused_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DOT_VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(ExecutableNotFoundError, match="can't be run: check its path"):
        find_dot()


def test_that_no_dot_at_all_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(DOT_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ExecutableNotFoundError, match="pip install graphviz-pure"):
        find_dot()


@pytest.mark.dot
def test_that_a_broken_graph_is_one_sentence() -> None:
    with pytest.raises(CalledProcessError) as caught:
        run_dot("digraph {")
    assert "syntax error" in caught.value.details
    assert caught.value.message.startswith("Graphviz could not lay out")
    assert "\n" not in caught.value.message


def test_that_a_slow_dot_is_ended_at_its_limit(tmp_path: Path) -> None:
    slow = script(tmp_path, SLEEPS)
    with pytest.raises(DotTimeoutError, match="needed more than"):
        run_dot("digraph {}", dot=slow, seconds=0.2)


def test_that_cancelling_ends_dot(tmp_path: Path) -> None:
    slow = script(tmp_path, SLEEPS)
    polls = iter([False, False, True])
    with pytest.raises(Cancelled):
        run_dot("digraph {}", dot=slow, cancelled=lambda: next(polls))


@pytest.mark.skipif(sys.platform == "win32", reason="has no shell that watches")
def test_that_dot_ends_with_a_killed_parent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alive")
    held = f"open({str(tmp_path / 'alive')!r}, 'w')"
    code = f"import time\nheld = {held}\nheld.write('on')\nheld.flush()\ntime.sleep(3600)"
    slow = script(tmp_path, code)
    run = f"from resnet_viz.services.dot_runner import run_dot\nrun_dot('', dot={slow!r})"
    parent = subprocess.Popen([sys.executable, "-c", run])
    with (tmp_path / "alive").open() as held:
        assert held.read(2) == "on"
        parent.kill()
        assert held.read() == ""  # waits until no process holds the other end
    parent.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system bounds another's memory")
def test_that_a_dot_that_takes_too_much_memory_is_one_sentence(tmp_path: Path) -> None:
    greedy = script(tmp_path, "while True:\n    memory = bytes(2**31)")
    with pytest.raises(CalledProcessError, match="it needed more than 1 GiB of memory"):
        run_dot("digraph {}", dot=greedy)


def test_that_a_program_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "dot"
    path.write_bytes(b"\x00not a program")
    path.chmod(0o755)
    with pytest.raises(ExecutableNotFoundError, match="can't be run"):
        run_dot("digraph {}", dot=str(path))


def test_that_much_text_and_much_output_do_not_block(tmp_path: Path) -> None:
    echo = script(tmp_path, "import sys\nsys.stdout.write(sys.stdin.read())")
    text = "0 -> 1\n" * 100_000
    assert run_dot(text, dot=echo) == text


def test_that_the_time_limit_holds_for_all_layouts_of_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = DotBudget(seconds=0.2)
    monkeypatch.setenv("RESNET_VIZ_DOT", script(tmp_path, SLEEPS))
    with pytest.raises(DotTimeoutError, match="needed more than"):
        budget("digraph {}")
    monkeypatch.setenv("RESNET_VIZ_DOT", "/not/there")  # no second start, which would say so
    with pytest.raises(DotTimeoutError, match="needed more than"):
        budget("digraph {}")


def test_that_a_dot_that_reads_late_gets_the_whole_text(tmp_path: Path) -> None:
    late = script(
        tmp_path, "import sys, time\ntime.sleep(0.3)\nprint(len(sys.stdin.read()), end='')"
    )
    text = "x" * 300_000  # more than a pipe holds
    assert run_dot(text, dot=late, seconds=20) == "300000"
