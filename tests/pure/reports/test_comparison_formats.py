"""Formats of a comparison."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from resnet_viz.comparison.compare import compare
from resnet_viz.errors import UsageError
from resnet_viz.reports.comparison_formats import check_comparison_format, render_comparison
from resnet_viz.reports.comparison_json import comparison_values
from tests.support.reports import builtin_document

RESNET, PLAIN = (builtin_document(name, name) for name in ("resnet34", "plain34"))
VALUES = comparison_values(compare(RESNET, PLAIN))


def test_that_json_is_the_contract() -> None:
    values = json.loads(render_comparison(VALUES, "json"))
    assert values["schema"] == 1
    assert values["equal"] is False
    assert set(values["counts"]) == {
        "matched", "changed", "added", "removed", "moved", "consequences",
    }  # fmt: skip
    assert values["totals_delta"]["macs"] == 3_644_493_824 - 3_663_761_408
    assert len(values["shortcuts"]["removed"]) == 16
    for difference in values["differences"]:
        assert difference["change"] == "removed"
        assert difference["b"] is None
        assert {"level", "a", "fields", "delta"} <= set(difference)


def test_that_text_says_what_happened_to_the_shortcuts_and_the_totals() -> None:
    text = render_comparison(VALUES, "text")
    assert "removed: 13 identity shortcuts" in text
    assert "removed: 3 projection shortcuts" in text
    assert "−175,616" in text
    assert max(map(len, text.splitlines())) < 140


def test_that_equal_models_get_one_line() -> None:
    text = render_comparison(comparison_values(compare(PLAIN, PLAIN)), "text")
    assert text == "plain34 and plain34 are the same architecture.\n"


def test_that_markdown_fits_a_comment() -> None:
    text = render_comparison(VALUES, "markdown")
    assert len(text) < 65_536
    assert text.startswith("**resnet34 → plain34")
    assert all(line.count("|") in {5, 6} for line in text.splitlines() if line.startswith("|"))


class Tags(HTMLParser):
    """Tags that are open, and whether each was closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_that_html_is_well_formed_and_escapes_names() -> None:
    hostile = {**VALUES, "a": {**VALUES["a"], "name": "<script>alert(1)</script>"}}
    text = render_comparison(hostile, "html")
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert "<script" not in text


def test_that_an_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match="markdown"):
        check_comparison_format("markdwn")
