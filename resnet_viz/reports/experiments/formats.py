"""Formats of a result: text, JSON, CSV."""

from __future__ import annotations

import msgspec

from resnet_viz.experiments.results import Result, encode_result
from resnet_viz.reports.experiments.rows import result_csv
from resnet_viz.reports.experiments.text import result_text


def render_result(result: Result, format_: str) -> bytes:
    """``result`` in a format: "text", "json" or "csv"."""
    if format_ == "json":
        return msgspec.json.format(encode_result(result), indent=1) + b"\n"
    return (result_csv(result) if format_ == "csv" else result_text(result)).encode()
