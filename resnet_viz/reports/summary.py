"""Texts of a report around its tables: totals, problems, notes on the numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from resnet_viz.analysis.explain.conventions import WEIGHTS
from resnet_viz.analysis.wording.numbers import bytes_text, ratio
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.reports.cells import cell, count, plain
from resnet_viz.reports.table import dtype_text

_NOTED: Final = (
    "parameters", "trainable_parameters", "macs", "flops", "other_ops", "output_elements",
    "receptive_field", "jump", "field_start", "weight_bytes", "kept_bytes", "peak_bytes",
    "intensity",
)  # fmt: skip
_SIZES: Final = ("weighted_layers", "layers", "calls", "edges", "joins")
_COUNTS: Final = {
    "parameters": "parameters",
    "trainable_parameters": "trainable parameters",
    "non_trainable_parameters": "non-trainable parameters",
    "macs": "MACs",
    "flops": "FLOPs (2 × MACs)",
    "other_ops": "other operations",
    "output_elements": "output values",
}
_MOST_CALLS: Final = 3
"""Calls that a problem's line names."""
_SIGNS: Final = (
    "Signs: – unknown, or no field (from the first global pooling or flatten on); · zero, by "
    "convention or because there is none; ≥ at least, because a part is unknown"
)
_GLOBAL_SIGN: Final = (
    "; + after a field: paths that see the whole input (pooling in gates, attention, recurrence) "
    "are left out"
)


def total_rows(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and values of the model's totals."""
    totals = report["totals"]
    return [
        *((name.replace("_", " "), _size(totals[name])) for name in _SIZES),
        ("shortcuts", _shortcuts(report)),
        *((label, count(totals, name)) for name, label in _COUNTS.items()),
        *_memory(report),
    ]


def _size(value: int | None) -> str:
    return UNKNOWN_TEXT if value is None else f"{value:,}"


def _memory(report: dict[str, Any]) -> list[tuple[str, str]]:
    totals = report["totals"]
    peak = _bytes_cell(totals, "peak_bytes")
    if totals["peak_call"] is not None:
        peak += f" at {plain(totals['peak_call'])}"
    return [
        ("memory for", f"batch {report['batch']:,}, {dtype_text(report)}"),
        ("weights", _bytes_cell(totals, "weight_bytes")),
        ("activation peak, inference", peak),
        ("activations kept for training", _bytes_cell(totals, "kept_bytes")),
        ("MACs per byte moved", ratio(totals["intensity"])),
    ]


def _bytes_cell(numbers: dict[str, Any], name: str) -> str:
    """Bytes, rounded and exact: "83.2 MiB (87,258,784 B)"."""

    def text(value: int) -> str:
        return bytes_text(value) + (f" ({value:,} B)" if value >= 1024 else "")

    return cell(numbers, name, text)


def _shortcuts(report: dict[str, Any]) -> str:
    kinds = (f"{'long ' * shortcut['long']}{shortcut['kind']}" for shortcut in report["shortcuts"])
    return ", ".join(f"{number:,} {kind}" for kind, number in Counter(kinds).items()) or "none"


def problem_lines(report: dict[str, Any]) -> list[str]:
    """A line for each problem: severity, message and the first calls concerned."""
    lines = []
    for problem in report["problems"]:
        calls = [plain(call) for call in problem["calls"][:_MOST_CALLS]]
        rest = len(problem["calls"]) - len(calls)
        names = ", ".join(calls) + (f" and {rest:,} more" if rest else "")
        lines.append(f"{problem['severity']}: {problem['message']} ({names})")
    return lines


def note_lines(report: dict[str, Any]) -> list[str]:
    """Meaning of the signs and the numbers, a paragraph each."""
    conventions = report["conventions"]
    sources = {call["parameters_from"] for call in report["calls"]}
    weights = [name for source, name in WEIGHTS.items() if name and source in sources]
    noted = (conventions[name] for name in (_NOTED[0], *weights, *_NOTED[1:]))
    has_global = any(group["global"] and group["receptive_field"] for group in report["groups"])
    return [
        f"{_SIGNS}{_GLOBAL_SIGN if has_global else ''}.",
        *(f"{meaning['label']}: {meaning['text']} [{meaning['source']}]" for meaning in noted),
    ]


def unknown_lines(report: dict[str, Any]) -> list[str]:
    """A line for each reason why totals are unknown or lower bounds."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in report["totals"]["reasons"].items():
        by_reason.setdefault(plain(reason), []).append(report["conventions"][name]["label"])
    return [f"{', '.join(labels)}: {reason}" for reason, labels in by_reason.items()]
