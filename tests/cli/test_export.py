"""``resnet-viz export`` from end to end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

import resnet_viz
from resnet_viz import assets
from resnet_viz.errors import AppError
from tests.cli.conftest import Run

SVG = "{http://www.w3.org/2000/svg}"
# The facts: conv3_1, conv4_1 and conv5_1 project, the other 13 are identities.
BLOCKS = {"2": 3, "3": 4, "4": 6, "5": 3}
NAMES = [f"conv{stage}_{place}" for stage, n in BLOCKS.items() for place in range(1, n + 1)]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_that_a_picture_is_written_without_a_word(run: Run, tmp_path: Path, suffix: str) -> None:
    done = run("export", "resnet34", "-o", f"picture.{suffix}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [f"picture.{suffix}"]


@pytest.mark.usefixtures("qapp")
def test_that_the_svg_has_a_group_for_each_of_the_16_blocks(run_here: Run, tmp_path: Path) -> None:
    assert run_here("export", "resnet34", "-o", "a.svg").returncode == 0
    root = ET.parse(tmp_path / "a.svg").getroot()
    groups = {node.attrib["id"]: node for node in root.iter(f"{SVG}g")}
    for name in NAMES:
        assert (groups[name].findtext(f"{SVG}title") or "").startswith(name)
    dashed = {
        name
        for name in NAMES
        if any("stroke-dasharray" in node.attrib for node in groups[name].iter(f"{SVG}path"))
    }
    assert dashed == {"conv3_1", "conv4_1", "conv5_1"}
    assert root.findtext(f"{SVG}title") == "ResNet-34"


@pytest.mark.usefixtures("qapp")
def test_that_an_open_block_is_a_group_too(run_here: Run, tmp_path: Path) -> None:
    assert run_here("export", "resnet34", "-o", "a.svg", "--open", "conv3_1").returncode == 0
    groups = {node.attrib["id"] for node in ET.parse(tmp_path / "a.svg").iter(f"{SVG}g")}
    assert "conv3_1" in groups


@pytest.mark.usefixtures("qapp")
def test_that_timings_are_one_line_of_json_in_order(run_here: Run) -> None:
    done = run_here("--timings", "export", "resnet34", "-o", "a.svg")
    milestones = json.loads(done.stderr)
    assert list(milestones) == ["read", "laid_out", "written"]
    assert 0 < milestones["read"] <= milestones["laid_out"] <= milestones["written"]


@pytest.mark.usefixtures("qapp")
def test_that_options_may_stand_before_the_command_and_after_it(run_here: Run) -> None:
    one = run_here("export", "--timings", "plain18", "-o", "a.svg", "--no-legend", "--theme=dark")
    assert one.returncode == 0
    assert "written" in one.stderr


@pytest.mark.usefixtures("qapp")
def test_that_size_and_resolution_are_as_asked_for(run_here: Run, tmp_path: Path) -> None:
    done = run_here(
        "export", "tutorial_first_unit", "-o", "a.png", "--width", "600", "--dpi", "300"
    )
    assert done.returncode == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 600
        assert image.info["dpi"][0] == pytest.approx(300, abs=0.02)


def test_that_neither_keras_nor_widgets_are_imported(run: Run) -> None:
    code = (
        "import sys; from resnet_viz.cli.main import main\n"
        "assert main(['export', 'resnet34', '-o', 'a.png']) == 0\n"
        "heavy = {'keras', 'tensorflow', 'numpy', 'PySide6.QtWidgets', 'PySide6.QtNetwork'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(code=code).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("resnet35", "-o", "a.png"), 2, ("resnet35", "resnet34")),
        (("resnet34?input=8x8x3", "-o", "a.png"), 2, ("too small", "32×32")),
        (("resnet34?shorcut=A", "-o", "a.png"), 2, ("shorcut", "shortcut")),
        (("nothing.keras", "-o", "a.png"), 1, ("nothing.keras",)),
        (("resnet34",), 2, ("-o",)),
        (("resnet34", "-o", "a.gif"), 2, (".gif", ".png, .svg")),
        (("resnet34", "-o", "nowhere/a.png"), 1, ("nowhere/a.png", "folder does not exist")),
        (("resnet34", "-o", "a.png", "--scale", "90"), 2, ("too large", "use scale")),
        (("resnet34", "-o", "a.png", "--scale", "2", "--width", "9"), 2, ("cannot be combined",)),
        (("resnet34", "-o", "a.png", "--open", "conv3_9"), 2, ("conv3_9", "conv3_4")),
        (("resnet34", "-o", "a.png", "--detail", "blok"), 2, ("blok", "did you mean block?")),
        (("resnet34", "-o", "a.png", "--detial", "unit"), 2, ("--detial", "--detail")),
        (("resnet34", "-o", "a.png", "--layout", "snakey"), 2, ("snakey",)),
        (("resnet34", "-o", "a.png", "--color-by", "mac"), 2, ("did you mean macs?",)),
        (("resnet34", "-o", "a.png", "--dtype", "flaot16"), 2, ("dtype", "did you mean float16")),
        (("resnet34", "-o", "a.png", "--width", "0"), 2, ("width", "more than 0")),
        (("resnet34", "resnet18", "-o", "a.html"), 2, ("2 models", "--out-dir")),
        (("resnet34", "-o", "a.png", "-o", "a.png"), 2, ("a.png", "twice")),
        (("resnet34", "-o", "a.png", "--out-dir", "x"), 2, ("-o and --out-dir",)),
        (("resnet34", "-o", "-"), 2, ("-o -", "--format")),
        (("resnet34", "-o", "-", "--format", "svgg"), 2, ("svgg", "did you mean svg?")),
        (("resnet34", "-o", "a.png", "--preset", "paper"), 2, ("paper", "paper-page")),
        (("resnet34", "-o", "a.png", "--width", "17 miles"), 2, ("width", "17cm")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
@pytest.mark.usefixtures("qapp")
def test_that_a_mistake_is_one_line_and_leaves_no_file(
    run_here: Run,
    tmp_path: Path,
    arguments: tuple[str, ...],
    exit_code: int,
    words: tuple[str, ...],
) -> None:
    done = run_here("export", *arguments)
    assert done.returncode == exit_code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("resnet-viz: ")
    for word in words:
        assert word in done.stderr
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.usefixtures("qapp")
def test_that_several_outputs_are_written_from_one_picture(run_here: Run, tmp_path: Path) -> None:
    done = run_here("export", "plain18", "-o", "a.png", "-o", "a.svg", "-o", "a.pdf")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in tmp_path.glob("a.*")} == {"a.png", "a.svg", "a.pdf"}


@pytest.mark.parametrize("format_", ["svg", "png"])
def test_that_standard_output_has_the_same_bytes_as_a_file(tmp_path: Path, format_: str) -> None:
    command = [sys.executable, "-m", "resnet_viz", "export", "tutorial_first_unit"]
    piped = subprocess.run(
        [*command, "-o", "-", "--format", format_], check=True, capture_output=True, timeout=120
    )
    path = tmp_path / f"a.{format_}"
    subprocess.run([*command, "-o", str(path)], check=True, timeout=120)
    assert piped.stdout == path.read_bytes()
    assert piped.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_that_a_terminal_gets_no_binary_picture() -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "resnet_viz", "export", "resnet34", "-o", "-", "--format", "png"],
        stdout=follower, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
    )  # fmt: skip
    os.close(leader)
    os.close(follower)
    assert done.returncode == 2
    assert "not for a terminal" in done.stderr


@pytest.mark.usefixtures("qapp")
def test_that_several_models_fill_a_folder(run_here: Run, tmp_path: Path) -> None:
    done = run_here("export", "plain18", "resnet18?classes=10", "--out-dir", "new/figures")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    names = {path.name for path in (tmp_path / "new" / "figures").iterdir()}
    assert names == {"plain18.svg", "resnet18-classes-10.svg"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("quiet", [False, True])
def test_that_a_terminal_shows_the_progress_unless_quiet(tmp_path: Path, *, quiet: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "resnet_viz", "export", "plain18", "plain34"]
    subprocess.run(
        [*command, "--out-dir", str(tmp_path / "x"), *(["--quiet"] if quiet else [])],
        stderr=follower, timeout=120, check=True, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(follower)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a pseudo-terminal on Linux
        while part := os.read(leader, 4096):
            shown += part
    os.close(leader)
    assert (b"2/2" in shown) == (not quiet)
    assert not quiet or shown == b""


@pytest.mark.usefixtures("qapp")
def test_that_sizes_have_units(run_here: Run, tmp_path: Path) -> None:
    asked = ("-o", "a.png", "-o", "a.svg", "-o", "a.pdf", "--width", "127mm")
    assert run_here("export", "tutorial_first_unit", *asked).returncode == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 1500  # 5 in at 300 dpi
        assert image.info["dpi"][0] == pytest.approx(300, abs=0.02)
    assert ET.parse(tmp_path / "a.svg").getroot().attrib["width"] == "480"  # 5 in of 96 px
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+)", (tmp_path / "a.pdf").read_bytes())
    assert [float(width) for width in boxes] == [pytest.approx(360, abs=1)]


@pytest.mark.usefixtures("qapp")
def test_that_options_win_over_the_preset(run_here: Run, tmp_path: Path) -> None:
    asked = ("export", "tutorial_first_unit", "--preset", "paper-page")
    assert run_here(*asked, "-o", "page.svg").returncode == 0
    assert run_here(*asked, "-o", "own.svg", "--width", "10cm").returncode == 0
    widths = [
        ET.parse(tmp_path / name).getroot().attrib["width"] for name in ("page.svg", "own.svg")
    ]
    assert [round(float(width) / 96 * 2.54, 1) for width in widths] == [17.0, 10.0]


@pytest.mark.parametrize(("word", "start"), [("version", "resnet-viz "), ("help", "usage:")])
def test_that_help_and_version_are_words_too(run: Run, word: str, start: str) -> None:
    done = run(word)
    assert done.returncode == 0
    assert done.stdout.startswith(start)


def test_that_a_broken_file_keeps_the_old_picture(run_here: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"class_name": ')
    (tmp_path / "a.svg").write_text("old")
    done = run_here("export", "bad.json", "-o", "a.svg")
    assert done.returncode == 1
    assert "bad.json" in done.stderr
    assert (tmp_path / "a.svg").read_text() == "old"


def test_that_debug_shows_the_traceback(run_here: Run) -> None:
    assert "Traceback" in run_here("--debug", "export", "no.json", "-o", "a.png").stderr
    assert "Traceback" not in run_here("export", "no.json", "-o", "a.png").stderr


def test_that_a_script_needs_no_qt_application_of_its_own(run: Run, tmp_path: Path) -> None:
    code = (
        "import resnet_viz; from resnet_viz import assets\n"
        "graph = resnet_viz.read(assets.path('models/tutorial_first_unit.json'))\n"
        "resnet_viz.export(graph, 'a.pdf')"
    )
    done = run(code=code)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.pdf").stat().st_size > 1000


@pytest.mark.usefixtures("qapp")
def test_that_both_spellings_of_receptive_field_are_one(run_here: Run, tmp_path: Path) -> None:
    for word in ("receptive_field", "receptive-field"):
        done = run_here("export", "tutorial_first_unit", "-o", f"{word}.svg", "--color-by", word)
        assert done.returncode == 0
    one, other = (tmp_path / f"receptive{sign}field.svg" for sign in "_-")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.usefixtures("qapp")
def test_that_memory_is_coloured_for_the_batch_and_the_dtype_asked_for(
    run_here: Run, tmp_path: Path
) -> None:
    asked = ("--color-by", "memory", "--detail", "unit", "--batch", "8", "--dtype", "float16")
    assert run_here("export", "resnet34", "-o", "a.svg", *asked).returncode == 0
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Activation memory per unit, float16, batch 8" in text
    assert "36.8 MiB" in text  # conv1: 3·112·112·64·2·8 bytes


@pytest.mark.parametrize("alias", ["same", "link", "hard link"])
def test_that_the_model_that_is_read_is_never_the_target(
    run: Run, tmp_path: Path, alias: str
) -> None:
    model = tmp_path / "m.svg"  # files are known by their content
    model.write_bytes(assets.read_bytes("models/plain18.json"))
    target = model if alias == "same" else tmp_path / "other.svg"
    if alias == "link":
        target.symlink_to(model)
    elif alias == "hard link":
        target.hardlink_to(model)
    before = model.read_bytes()
    for words in (("export", str(model)), ("report", str(model))):
        done = run(*words, "-o", str(target))
        assert done.returncode == 1
        assert "is the model that is read: name another file" in done.stderr
    with pytest.raises(AppError, match="is the model that is read"):
        resnet_viz.export(model, target)
    assert model.read_bytes() == before
