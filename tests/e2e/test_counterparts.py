"""Counterparts of what only the engine can make: variants, keras.applications, functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.window.app_driver import AppDriver

pytestmark = pytest.mark.engine

SCRIPT = """
import keras

def build():
    inputs = keras.Input((8, 8, 4), name="image")
    x = keras.layers.Conv2D(4, 3, padding="same", name="first")(inputs)
    return keras.Model(inputs, keras.layers.Add(name="sum")([inputs, x]), name="mine")
"""


def types(driver: AppDriver) -> list[str]:
    assert driver.session.document is not None
    return [call.type for call in driver.session.document.graph.calls]


def test_that_counterparts_of_what_the_engine_builds_are_opened(
    live: AppDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(SCRIPT)
    live.open("cifar_resnet20?classes=3 - shortcuts", timeout=120_000)
    assert len(types(live)) == 60
    live.open("cifar_resnet20?classes=3", timeout=120_000)  # from the cache now
    assert types(live).count("Add") == 9
    live.open("net.py:build - shortcuts", timeout=120_000)
    assert types(live) == ["InputLayer", "Conv2D"]
    assert live.session.document is not None
    assert live.session.document.title == "build without shortcuts"
    live.program.opener.open_text("net.py:build - nothing")
    live.qtbot.waitUntil(lambda: 'no block in mine named "nothing"' in live.notice, timeout=120_000)
