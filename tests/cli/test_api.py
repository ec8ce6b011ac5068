"""The public functions: every kind of input, errors of one sentence, examples, imports."""

from __future__ import annotations

import csv
import doctest
import inspect
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import resnet_viz
from resnet_viz import api, assets, notebook, pictures
from resnet_viz.cli.export_arguments import export_parser
from resnet_viz.errors import UsageError
from tests.cli.conftest import Run
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped

FILE = assets.path("models/resnet34.json")
INPUTS: dict[str, Callable[[], Any]] = {
    "graph": lambda: resnet_viz.read(FILE),
    "analysis": lambda: resnet_viz.analyze(FILE),
    "path": lambda: FILE,
    "path as text": lambda: str(FILE),
    "name": lambda: "resnet34",
    "name with parameters": lambda: "resnet34?classes=1000",
}
EVERY_INPUT = pytest.mark.parametrize("make", INPUTS.values(), ids=INPUTS.keys())
WRONG_INPUTS = pytest.mark.parametrize("thing", [3, None, ["resnet34"], b"resnet34"], ids=repr)


@EVERY_INPUT
def test_that_every_input_is_analyzed_alike(make: Callable[[], Any]) -> None:
    analysis = resnet_viz.analyze(make())
    assert repr(analysis) == ("<Analysis resnet34: 21.8 M parameters, 3.66 G MACs, 16 shortcuts>")
    assert repr(analysis.graph) == "<Graph resnet34: 125 calls, 140 edges>"
    assert isinstance(analysis, resnet_viz.Analysis)
    assert isinstance(analysis.graph, resnet_viz.Graph)
    assert resnet_viz.analyze(analysis) is analysis


@EVERY_INPUT
def test_that_every_input_is_reported_alike(make: Callable[[], Any]) -> None:
    report = resnet_viz.report(make())
    assert report["totals"]["macs"] == 3_663_761_408
    assert len(report["calls"]) == 125


@EVERY_INPUT
@pytest.mark.usefixtures("qapp")
def test_that_every_input_is_exported_alike(make: Callable[[], Any], tmp_path: Path) -> None:
    resnet_viz.export(make(), tmp_path / "a.svg", detail="block", open=["conv3_1"], title="x")
    resnet_viz.export("resnet34", str(tmp_path / "b.svg"), open="conv3_1", title="x")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.usefixtures("qapp")
def test_that_a_picture_has_the_options_asked_for(tmp_path: Path) -> None:
    resnet_viz.export("tutorial_first_unit", tmp_path / "a.png", theme="paper", width=400, dpi=300)
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 400
        assert image.info["dpi"][0] == pytest.approx(300, abs=0.02)


@pytest.mark.usefixtures("qapp")
def test_that_both_spellings_of_receptive_field_are_one(tmp_path: Path) -> None:
    for number, word in enumerate(("receptive_field", "receptive-field")):
        resnet_viz.export("tutorial_first_unit", tmp_path / f"{number}.svg", color_by=word)
    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()


def test_that_every_format_is_what_the_command_writes(run_here: Run) -> None:
    for format_ in ("text", "json", "csv", "markdown"):
        done = run_here("report", "plain18", "--format", format_, "--batch", "2")
        assert resnet_viz.report("plain18", format=format_, batch=2) == done.stdout
    done = run_here("report", "plain18", "--format", "csv", "--totals", "--dtype", "float16")
    assert resnet_viz.report("plain18", format="csv", totals=True, dtype="float16") == done.stdout


def test_that_a_summary_is_the_report_as_text() -> None:
    analysis = resnet_viz.analyze("resnet34")
    assert analysis.summary() == resnet_viz.report(analysis, format="text")


def test_that_a_short_form_says_when_numbers_are_lower_bounds() -> None:
    net = Net()
    x = net.call("Dense", net.input(4), shape=(None, 8), units=8)
    mine = net.call("Mine", x, shape=(None, 8), module="mine")
    graph = net.graph(net.call("Add", x, mine, shape=(None, 8)))
    assert repr(resnet_viz.analyze(graph)) == (
        "<Analysis net: ≥ 40 parameters, ≥ 32 MACs, 0 shortcuts>"
    )


def test_that_a_data_frame_has_a_row_for_each_call() -> None:
    pytest.importorskip("pandas")
    frame = resnet_viz.analyze("resnet34").to_dataframe()
    table = csv.reader(io.StringIO(resnet_viz.report("resnet34", format="csv")))
    assert list(frame.columns) == next(table)
    assert len(frame) == 125
    assert frame["macs"].sum() == 3_663_761_408
    assert frame["parameters"].sum() == 21_814_696
    assert frame["output_shapes"][1] == [[None, 112, 112, 64]]


def test_that_a_data_frame_without_pandas_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(resnet_viz.AppError, match=r"needs pandas.*pip install pandas"):
        resnet_viz.analyze("tutorial_first_unit").to_dataframe()


@WRONG_INPUTS
def test_that_what_is_no_model_is_one_sentence(thing: Any, tmp_path: Path) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: resnet_viz.trace(thing),
        lambda: resnet_viz.analyze(thing),
        lambda: resnet_viz.report(thing),
        lambda: resnet_viz.export([thing], tmp_path / "a.svg"),
    )
    for call in calls:
        with pytest.raises(resnet_viz.AppError, match=rf"type {type(thing).__name__} is no Keras"):
            call()
    assert list(tmp_path.iterdir()) == []


@WRONG_INPUTS
def test_that_what_is_no_path_is_one_sentence(thing: Any) -> None:
    with pytest.raises(UsageError, match="path of a model file must be"):
        resnet_viz.read(thing)
    with pytest.raises(UsageError, match="path of a picture must be"):
        resnet_viz.export(shipped("plain18"), thing)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"detail": "blok"}, "did you mean block"),
        ({"detail": 3}, 'no detail "3"; there are stage, block, unit, layer'),
        ({"layout": "wrapped"}, "did you mean wrap?"),
        ({"theme": None}, "light, dark, paper"),
        ({"open": ["conv9_1"]}, 'no group in ResNet-18 named "conv9_1"'),
        ({"open": 3}, "open takes the ids of groups"),
        ({"batch": 0}, "batch takes a whole number more than 0"),
        ({"batch": "8"}, "batch takes a whole number more than 0"),
        ({"dtype": "flaot16"}, "did you mean float16"),
        ({"title": 3}, "title takes a text"),
        ({"width": "wide"}, "width takes pixels"),
        ({"scale": 2, "height": 9}, "scale cannot be combined with width or height"),
        ({"dpi": 96}, "dpi has no meaning in SVG"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("qapp")
def test_that_a_wrong_option_of_a_picture_is_one_sentence(
    tmp_path: Path, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        resnet_viz.export("resnet18", tmp_path / "a.svg", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"format": "xml"}, "there are dict, text, json, csv, markdown"),
        ({"format": "jsn"}, "did you mean json"),
        ({"totals": True}, "totals is for csv"),
        ({"batch": 1.5}, "batch takes a whole number more than 0"),
        ({"dtype": 16}, 'no dtype "16"'),
    ],
    ids=str,
)
def test_that_a_wrong_option_of_a_report_is_one_sentence(
    options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        resnet_viz.report("resnet18", **options)


def test_that_an_unknown_option_is_pythons_own_error() -> None:
    with pytest.raises(TypeError, match="detial"):
        resnet_viz.export("plain18", "a.svg", detial="block")  # type: ignore[call-arg]


@pytest.mark.usefixtures("qapp")
def test_that_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FILE, "resnet34.json")
    failed, tried = examples(
        resnet_viz.Analysis, resnet_viz.read, resnet_viz.analyze, resnet_viz.report,
        resnet_viz.export,
    )  # fmt: skip
    assert (failed, tried) == (0, 11)


def examples(*public: object) -> tuple[int, int]:
    """Run the doctests of these; also of the methods of a class."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for thing in public:
        for test in finder.find(thing, globs={"resnet_viz": resnet_viz}):
            runner.run(test)
    return runner.failures, runner.tries


def test_that_the_import_is_free_of_all_rooms_and_libraries(run: Run) -> None:
    code = (
        "import sys; before = set(sys.modules); import resnet_viz\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - sys.stdlib_module_names), "
        "sorted(name for name in sys.modules if name.startswith('resnet_viz.')))"
    )
    assert run(code=code).stdout == "['resnet_viz'] ['resnet_viz._version']\n"


def test_that_reading_reporting_and_mistakes_need_neither_qt_nor_keras(run: Run) -> None:
    code = (
        "import sys, resnet_viz\n"
        "resnet_viz.analyze('resnet34').summary()\n"
        "try:\n    resnet_viz.analyze(3)\nexcept resnet_viz.AppError:\n    pass\n"
        "print(sorted({'PySide6', 'keras', 'numpy', 'tensorflow'} & sys.modules.keys()))"
    )
    assert run(code=code).stdout == "[]\n"


def test_that_the_public_names_can_be_listed_and_others_are_refused() -> None:
    assert set(resnet_viz.__all__) <= set(dir(resnet_viz))
    for module in (api, pictures, notebook):
        for name in module.__all__:
            assert getattr(resnet_viz, name) is getattr(module, name)
    with pytest.raises(AttributeError, match="'resnet_viz' has no attribute 'exprot'"):
        _ = resnet_viz.exprot  # type: ignore[attr-defined]


def test_that_python_and_the_command_line_have_the_same_options_and_defaults() -> None:
    parameters = inspect.signature(resnet_viz.export).parameters
    python = {
        name: each.default for name, each in parameters.items() if name not in {"model", "path"}
    }
    command = vars(export_parser().read(["resnet34", "-o", "a.svg"]))
    command["open"] = tuple(command["open"])
    of_command = (
        "format",
        "out_dir",
        "preset",
        "quiet",
        "view",
        "watch",
    )  # where files go, and what is told
    for name in ("source", "output", "debug", "timings", *of_command):
        del command[name]
    assert python == command
    assert all(parameter.kind != inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())
