"""A function that is edited while it is open: what changed, and where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz.sources.parse import parse_source
from tests.support.window.app_driver import AppDriver

pytestmark = pytest.mark.engine

NET = """
import keras

def build():
    image = keras.Input((8, 8, 4), name="image")
    x = keras.layers.Conv2D(4, 3, padding="same", name="first")(image)
    x = keras.layers.Add(name="sum")([image, x])
    return keras.Model(image, keras.layers.Flatten(name="flat")(x), name="mine")
"""


def ready(live: AppDriver) -> None:
    """Wait for the engine that replaces the one that has run the function."""
    live.qtbot.waitUntil(lambda: live.program.engine.state == "ready", timeout=120_000)


def test_that_a_save_shows_what_changed_or_where_it_fails(
    live: AppDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "net.py"
    file.write_text(NET)
    source = parse_source("net.py:build")
    live.program.open(source, agreed=True)
    live.qtbot.waitUntil(
        lambda: live.session.document is not None and live.session.document.source == source,
        timeout=120_000,
    )
    ready(live)

    file.write_text(NET.replace("Conv2D(4, 3", "Conv2D(4, 5"))
    live.qtbot.waitUntil(lambda: live.notice == "Reloaded net.py: 1 changed", timeout=120_000)
    shown, picture = live.session.document, live.session.picture
    ready(live)

    file.write_text(NET.replace("Conv2D(4, 3", "Conv2D(6, 3"))
    live.qtbot.waitUntil(lambda: "failed: ValueError" in live.notice, timeout=120_000)
    assert "(net.py, line 7)" in live.notice
    assert (live.session.document, live.session.picture) == (shown, picture)
    button = live.window.notices.button("Show where it fails")
    assert button is not None
    button.click()
    page = live.program.comparison.controller.page
    live.qtbot.waitUntil(lambda: live.program.comparison.controller.is_open, timeout=30_000)
    assert page.differences.texts()[0] == "! Add can't take 8×8×4 and 8×8×6 (net.py, line 7)"
    assert page.lines["b"].title.text() == "build up to line 7"
    ready(live)

    file.write_text(NET)
    live.qtbot.waitUntil(
        lambda: page.differences.texts() == ["≠ kernel_size [5,5] → [3,3] in 1 call"],
        timeout=120_000,
    )
