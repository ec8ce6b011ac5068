"""The engine's process imports the very package that starts it, installed or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.engine_client import command as command_module
from resnet_viz.engine_client.command import (
    GPU_FLAG,
    engine_command,
    engine_environment,
    gpu_engine_command,
)


def test_that_the_package_is_found_from_an_empty_folder(tmp_path: Path) -> None:
    code = "import resnet_viz; print(resnet_viz.__file__)"
    imported = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=engine_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(imported.stdout.strip()).resolve() == Path(resnet_viz.__file__).resolve()


def test_that_a_checkout_is_put_before_what_the_user_has_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        command_module, "__file__", os.fspath(Path("/co/resnet_viz/engine_client/command.py"))
    )
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    assert engine_environment()["PYTHONPATH"] == f"/co{os.pathsep}/theirs"
    monkeypatch.delenv("PYTHONPATH")
    assert engine_environment()["PYTHONPATH"] == "/co"


def test_that_an_installed_package_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Path("/v/lib/python3/site-packages/resnet_viz/engine_client/command.py")
    monkeypatch.setattr(command_module, "__file__", os.fspath(installed))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert "PYTHONPATH" not in engine_environment()


def test_that_only_an_engine_that_is_asked_to_sees_a_gpu() -> None:
    assert GPU_FLAG not in engine_command()
    assert gpu_engine_command() == (*engine_command(), GPU_FLAG)


def test_that_the_engine_never_imports_from_its_working_directory() -> None:
    command = engine_command()
    assert command[0] == sys.executable
    assert "-P" in command
    assert command[-2:] == ("-m", "resnet_viz.engine")
