"""Pictures in notebooks, Keras's plot_model, and the window of a live model."""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image, ImageChops

import resnet_viz
from resnet_viz import notebook
from resnet_viz.errors import AppError, UsageError
from tests.cli.conftest import Run
from tests.support.browser import BROWSER, browser
from tests.support.graphs.shipped import shipped


class Frame(HTMLParser):
    """Attributes of the frame in a notebook's output."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "iframe"
        self.attributes = dict(attrs)


@contextmanager
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No display, and no warnings turned into errors in the kernel's own imports."""
    with monkeypatch.context() as patch:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONWARNINGS"):
            patch.delenv(name, raising=False)
        yield


def executed(
    cells: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> list[list[dict[str, Any]]]:
    """Outputs of each cell of a real notebook."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with clean_environment(monkeypatch):
        client = NotebookClient(
            book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.execute()
    return [list(cell.outputs) for cell in book.cells]


@pytest.mark.filterwarnings("default")  # nbclient and its libraries have their own
def test_that_a_notebook_shows_pictures_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, analysis, graph, plot, loaded = executed(
        [
            "import resnet_viz\nresnet_viz.show('resnet34')",
            "resnet_viz.analyze('plain18')",
            "resnet_viz.analyze('plain18').graph",
            "from resnet_viz import plot_model\nplot_model('tutorial_first_unit')",
            "import sys\nprint('PySide6.QtWidgets' in sys.modules)",
        ],
        tmp_path,
        monkeypatch,
    )
    for outputs in (shown, analysis, graph, plot):
        (output,) = outputs  # and nothing on stderr
        assert set(output["data"]) == {"text/html", "image/svg+xml", "text/plain"}
        ET.fromstring(output["data"]["image/svg+xml"])
    assert "ResNet-34" in Frame(shown[0]["data"]["text/html"]).attributes["title"]
    assert loaded[0]["text"] == "False\n"


@pytest.mark.usefixtures("qapp")
@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
def test_that_the_frame_in_a_notebook_is_alive(tmp_path: Path) -> None:
    page_in_frame = resnet_viz.analyze(shipped("resnet34"))._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{page_in_frame}", encoding="utf-8")
    with browser(tmp_path / "profile") as page:
        page.open(path)
        page.screenshot(tmp_path / "before.png")
        page.click(600, 250)  # a block's card, as the page fits the frame
        page.screenshot(tmp_path / "after.png")
        assert page.errors == []
        assert page.run("document.querySelector('iframe').getBoundingClientRect().height") > 300
    with Image.open(tmp_path / "before.png") as before, Image.open(tmp_path / "after.png") as after:
        changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox()
    assert changed is not None
    assert changed[2] - changed[0] > 300  # the facts stand beside the picture now


@pytest.mark.usefixtures("qapp")
def test_that_the_page_in_a_frame_is_the_exported_one_and_cannot_reach_out() -> None:
    frame = Frame(resnet_viz.analyze("plain18")._repr_html_() or "").attributes
    assert (frame["srcdoc"] or "").startswith("<!DOCTYPE html>")
    assert frame["sandbox"] == "allow-scripts"
    assert (frame["title"] or "").startswith("Diagram of Plain-18")


@pytest.mark.usefixtures("qapp")
def test_that_outside_of_notebooks_show_tells_the_picture_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    resnet_viz.show("plain18")
    assert capsys.readouterr().out.startswith("<Diagram of Plain-18: from 224×224×3 to 1000 in")


@pytest.mark.engine
def test_that_plot_model_has_keras_parameters_in_keras_order() -> None:
    code = (
        "import inspect, json, keras\n"
        "print(json.dumps(list(inspect.signature(keras.utils.plot_model).parameters)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    theirs = [name for name in json.loads(done.stdout) if name != "kwargs"]
    ours = list(inspect.signature(resnet_viz.plot_model).parameters)
    assert ours[: len(theirs)] == theirs


@pytest.mark.usefixtures("qapp")
def test_that_plot_model_writes_the_file_and_returns_the_picture(tmp_path: Path) -> None:
    model = shipped("tutorial_first_unit")
    path = tmp_path / "model.png"
    picture = resnet_viz.plot_model(model, path, show_shapes=True, rankdir="LR", dpi=96)
    assert picture.svg.startswith("<?xml")
    with Image.open(path) as image:
        assert image.info["dpi"][0] == pytest.approx(96, abs=0.02)
    with pytest.raises(UsageError, match="rankdir takes TB or LR"):
        resnet_viz.plot_model(model, rankdir="BT")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("arguments", "drawn", "absent"),
    [
        ({}, "56×56×64", "float32"),
        ({"show_shapes": False}, "conv_1", "56×56×64"),
        ({"show_dtype": True}, "56×56×64 float32", "trainable"),
        ({"show_layer_names": False}, "Conv 3×3", ">conv_1<"),
        ({"show_layer_activations": True}, "ReLU · ", "frozen"),
        ({"show_trainable": True}, ">trainable<", "ReLU · "),
    ],
)
def test_that_plot_model_shows_what_is_asked_for(
    arguments: dict[str, bool], drawn: str, absent: str
) -> None:
    model = shipped("tutorial_first_unit")
    svg = resnet_viz.plot_model(model, detail="layer", **arguments).svg
    svg = re.sub(r"<(title|desc)>.*?</\1>", "", svg)
    assert drawn in svg
    assert absent not in svg


BACKEND_CODE = textwrap.dedent("""
    import warnings
    warnings.simplefilter("error")
    import resnet_viz  # nothing of ours may warn
    warnings.simplefilter("default")
    import keras
    warnings.simplefilter("error")
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(3, 3, padding="same", activation="relu")(image)
    model = keras.Model(image, keras.layers.Add()([image, x]), name="block")
    resnet_viz.show(model)
    print(len(resnet_viz.analyze(model).structure.shortcuts), keras.backend.backend())
    assert resnet_viz.analyze(model)._repr_svg_().startswith("<?xml")
""")


@pytest.mark.engine
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_that_live_models_of_each_backend_are_shown(run: Run, backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = run(code=BACKEND_CODE, environment={"KERAS_BACKEND": backend})
    assert done.stdout.splitlines()[0].startswith("<Diagram of block: from 32×32×3 to 32×32×3")
    assert done.stdout.splitlines()[1] == f"1 {backend}"
    assert [line for line in done.stderr.splitlines() if "resnet_viz" in line] == []


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that were started, none of which runs."""
    commands: list[list[str]] = []

    class Started:
        def __init__(self, command: list[str], **_: object) -> None:
            commands.append(command)

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(notebook.subprocess, "Popen", Started)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return commands


def test_that_open_starts_a_window_on_the_model_as_it_is_now(started: list[list[str]]) -> None:
    graph = shipped("plain18")
    resnet_viz.open(graph)
    (command,) = started
    assert command[1:3] == ["-m", "resnet_viz"]
    opened = resnet_viz.read(command[3])
    assert opened.name == graph.name
    assert [call.id for call in opened.calls] == [call.id for call in graph.calls]
    assert resnet_viz.diff(graph, command[3]).equal


def test_that_open_leaves_names_and_paths_to_the_window(started: list[list[str]]) -> None:
    resnet_viz.open("resnet50")
    resnet_viz.open(Path("model.keras"))
    assert [command[3] for command in started] == ["resnet50", "model.keras"]


def test_that_open_without_a_display_is_one_sentence(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform.startswith("linux"):
        with pytest.raises(AppError, match="there is no display"):
            resnet_viz.open("resnet34")
    assert started == []


def test_that_a_real_window_opens_without_blocking_the_script(run: Run, tmp_path: Path) -> None:
    code = (
        "import resnet_viz; from resnet_viz import assets, notebook\n"
        "resnet_viz.open(resnet_viz.read(assets.path('models/plain18.json')))\n"
        "(window,) = notebook._windows\n"
        "print(window.poll())\n"
        "window.terminate(); window.wait(60)"
    )
    environment = {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}
    done = run(code=code, environment=environment)
    assert (done.stdout, done.stderr) == ("None\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not locked on Windows")
def test_that_what_a_killed_window_was_opened_on_goes_with_the_next(
    run: Run, tmp_path: Path
) -> None:
    code = (
        "import os, resnet_viz, tempfile; from resnet_viz import assets, notebook\n"
        "from resnet_viz.cli.window import SNAPSHOT_PREFIX\n"
        "from resnet_viz.part_files import remove_leftover_folders\n"
        "graph = resnet_viz.read(assets.path('models/plain18.json'))\n"
        "def folders():\n"
        "    names = os.listdir(tempfile.gettempdir())\n"
        "    return {name for name in names if name.startswith(SNAPSHOT_PREFIX)}\n"
        "resnet_viz.open(graph)\n"
        "(window,) = notebook._windows\n"
        "remove_leftover_folders(SNAPSHOT_PREFIX)\n"
        "first = folders()\n"
        "window.kill(); window.wait()\n"
        "print(len(first), folders() == first)\n"
        "resnet_viz.open(graph)\n"
        "print(len(folders()), folders() & first)\n"
        "window = notebook._windows[-1]\n"
        "window.kill(); window.wait()"
    )
    environment = {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}
    done = run(code=code, environment=environment)
    assert (done.stdout, done.stderr) == ("1 True\n1 set()\n", "")
