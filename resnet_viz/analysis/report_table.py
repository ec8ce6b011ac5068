"""The table of a report: a row for each stage, block and unit, the totals, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from resnet_viz.analysis.conventions import WEIGHTS
from resnet_viz.analysis.memory import bytes_text
from resnet_viz.analysis.words import decimal
from resnet_viz.graph.shapes import UNKNOWN_TEXT, shape_text

HEADINGS: Final = (
    "stage, block", "kind", "shortcut", "output", "layers", "parameters", "trainable", "MACs",
    "receptive field", "jump", "other operations", "activations",
)  # fmt: skip
RIGHT: Final = frozenset({5, 6, 7, 8, 9, 10, 11})
"""Columns of numbers."""

_NOTED: Final = (
    "parameters", "macs", "flops", "other_ops", "receptive_field", "kept_bytes", "peak_bytes",
    "intensity",
)  # fmt: skip


def rows(report: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """Depth and cells of each stage, block and unit outside blocks."""
    kinds: dict[str, list[str]] = {}
    for shortcut in report["shortcuts"]:
        if shortcut["block"] is not None:
            kinds.setdefault(shortcut["block"], []).append(shortcut["kind"])
    blocks = {group["id"] for group in report["groups"] if group["kind"] == "block"}
    first = report["data_format"] == "channels_first"
    depths: dict[str | None, int] = {None: -1}
    for group in report["groups"]:
        depths[group["id"]] = depth = depths[group["parent"]] + 1
        if group["kind"] == "unit" and group["parent"] in blocks:
            continue
        shape = group["output_shape"]
        yield (
            depth,
            [
                plain(group["title"]),
                _kind(group),
                ", ".join(dict.fromkeys(kinds.get(group["id"], []))),
                shape_text(None if shape is None else tuple(shape), first=first),
                " · ".join(plain(line) for line in group["lines"]),
                *_numbers(group),
            ],
        )


def _kind(group: dict[str, Any]) -> str:
    if group["kind"] == "submodel":
        return f"model, shared ×{group['shared']}" if group["shared"] > 1 else "model"
    return (group["block_kind"] or "").replace("_", " ")


def total_row(report: dict[str, Any]) -> list[str]:
    """The sums over the whole model."""
    totals = {**report["totals"], "receptive_field": None, "jump": None}
    *numbers, _field, _jump, other, activations = _numbers(totals)
    return ["total", "", "", "", "", *numbers, "", "", other, activations]


def _numbers(group: dict[str, Any]) -> list[str]:
    return [
        count(group, "parameters"),
        count(group, "trainable_parameters"),
        count(group, "macs") if group["macs"] != 0 else "·",
        _along(group["receptive_field"]),
        _along(group["jump"]),
        count(group, "other_ops") if group["other_ops"] != 0 else "·",
        in_bytes(group, "kept_bytes"),
    ]


def _along(values: list[float] | None) -> str:
    return "×".join(decimal(value) for value in values or ()) or UNKNOWN_TEXT


def plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def count(numbers: dict[str, Any], name: str) -> str:
    """A count in full; a lower bound as "≥ 1,000", "–" for unknown."""
    if numbers[name] is not None:
        return f"{numbers[name]:,}"
    at_least = numbers.get(f"{name}_at_least")
    return f"≥ {at_least:,}" if at_least else UNKNOWN_TEXT


def in_bytes(numbers: dict[str, Any], name: str) -> str:
    """Bytes with a fitting unit."""
    if numbers[name] is not None:
        return bytes_text(numbers[name])
    at_least = numbers.get(f"{name}_at_least")
    return f"≥ {bytes_text(at_least)}" if at_least else UNKNOWN_TEXT


def summary(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what the model has in all."""
    totals = report["totals"]
    found = [
        (name.replace("_", " "), f"{totals[name]:,}")
        for name in ("weighted_layers", "layers", "calls", "edges", "joins")
    ]
    found += [
        (label, count(totals, name))
        for label, name in (
            ("parameters", "parameters"),
            ("trainable parameters", "trainable_parameters"),
            ("non-trainable parameters", "non_trainable_parameters"),
            ("MACs", "macs"),
            ("FLOPs (2 × MACs)", "flops"),
            ("other operations", "other_ops"),
        )
    ]
    return [*found, *_memory(report), ("shortcuts", _shortcuts(report))]


def _memory(report: dict[str, Any]) -> list[tuple[str, str]]:
    totals = report["totals"]
    peak = in_bytes(totals, "peak_bytes")
    if totals["peak_call"] is not None:
        peak += f" at {plain(totals['peak_call'])}"
    intensity = totals["intensity"]
    dtype = report["dtype"] or "the model's own dtypes"
    return [
        ("memory for", f"batch {report['batch']:,}, {dtype}"),
        ("weights", in_bytes(totals, "weight_bytes")),
        ("activation peak, inference", peak),
        ("activations kept for training", in_bytes(totals, "kept_bytes")),
        ("MACs per byte moved", UNKNOWN_TEXT if intensity is None else f"{intensity:.2f}"),
    ]


def _shortcuts(report: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for shortcut in report["shortcuts"]:
        words = f"{'long ' if shortcut['long'] else ''}{shortcut['kind']}"
        counts[words] = counts.get(words, 0) + 1
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "none"


def problems(report: dict[str, Any]) -> list[str]:
    """A line for each problem: its severity, what is so, and the first calls concerned."""
    found = []
    for one in report["problems"]:
        calls = [plain(call) for call in one["calls"][:3]]
        more = len(one["calls"]) - len(calls)
        rest = f" and {more:,} more" if more else ""
        found.append(f"{one['severity']}: {one['message']} ({', '.join(calls)}{rest})")
    return found


def notes(report: dict[str, Any]) -> list[str]:
    """What the numbers mean, a paragraph each."""
    conventions = report["conventions"]
    sources = {call["parameters_from"] for call in report["calls"]}
    weights = [name for source, name in WEIGHTS.items() if name and source in sources]
    return [
        f"{conventions[name]['label']}: {conventions[name]['text']} [{conventions[name]['source']}]"
        for name in (_NOTED[0], *weights, *_NOTED[1:])
    ]
