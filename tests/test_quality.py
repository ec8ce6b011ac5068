"""The checks that need no model: style, types, who imports whom, and what is shipped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))


def run(*command: str, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("lint-imports", "--no-cache")],
    ids=["lint", "format", "imports"],
)
def test_that_the_tree_passes(command: tuple[str, ...]) -> None:
    run(str(SCRIPTS / command[0]), *command[1:])


def test_that_all_types_are_right(tmp_path: Path) -> None:
    run(sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path))


def test_that_nothing_lies_at_the_top_but_what_belongs_there() -> None:
    allowed = {"resnet_viz", "resources", "tests", "pyproject.toml", "README.md"}
    listed = run("git", "ls-files").splitlines()
    top = {line.split("/")[0] for line in listed}
    assert {name for name in top if not name.startswith(".")} == allowed


def test_that_the_wheel_holds_every_resource_and_opens_it_without_the_checkout(
    tmp_path: Path,
) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    listed = [line for line in run("git", "ls-files", "resources").splitlines() if line]
    shipped = ("data/", "fonts/", "icons/", "models/", "pictures/", "web/")
    names = [line.removeprefix("resources/") for line in listed]
    names = [name for name in names if name.startswith(shipped)]
    assert names
    package = tmp_path / "installed" / "resnet_viz"
    assert (package / "py.typed").is_file()
    assert {path.name for path in (package / "resources").iterdir()} == {
        name.rstrip("/") for name in shipped
    }
    (licence,) = (tmp_path / "installed").glob("*.dist-info/licenses/resources/LICENSE")
    assert licence.read_text().startswith("MIT License")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import resnet_viz.assets as assets\n"
        "assert assets.root().is_relative_to(sys.argv[1]), assets.root()\n"
        "for name in sys.argv[2:]: assets.read_bytes(name)\n"
    )
    installed = str(tmp_path / "installed")
    run(sys.executable, "-P", "-c", program, installed, *names, cwd=tmp_path)


def test_that_the_readme_names_every_top_level_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for word in ("resnet-viz export", "resnet-viz report", "resnet-viz models", "pytest"):
        assert word in text
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
