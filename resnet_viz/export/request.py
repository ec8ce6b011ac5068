"""Options as words and numbers, checked and made into settings and a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from resnet_viz.drawing.themes import THEMES
from resnet_viz.export.choices import check_choice
from resnet_viz.export.settings import Settings
from resnet_viz.layout.view import View

_SIZES: Final = ("scale", "width", "height", "dpi")


def settings_from(options: Mapping[str, Any], *, title: str = "") -> Settings:
    """The settings that the options ask for; ``title`` names the document if they do not.

    Raises:
        UsageError: an option has a value that it can't have.
    """
    theme = check_choice("theme", options.get("theme", "light"))
    background: Any = check_choice("background", options.get("background", "theme"))
    sizes = {name: options.get(name) for name in _SIZES}
    said = options.get("title") or title
    return Settings(theme=THEMES[theme], background=background, title=said, **sizes)


def view_from(options: Mapping[str, Any]) -> View:
    """The view that the options ask for, with no group opened yet.

    Raises:
        UsageError: an option has a value that it can't have.
    """
    default = View()
    words: dict[str, Any] = {
        name: check_choice(name, options.get(name, getattr(default, name)))
        for name in ("detail", "layout", "color_by", "repeats")
    }
    words["color_by"] = words["color_by"].replace("-", "_")
    return View(legend=options.get("legend", True), title=options.get("title", ""), **words)
