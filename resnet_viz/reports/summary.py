"""What a report says beside its tables: the model in all, its problems, what the numbers mean."""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.analysis.explain.conventions import WEIGHTS
from resnet_viz.analysis.wording.numbers import bytes_text, ratio
from resnet_viz.reports.cells import cell, count, plain

_NOTED: Final = (
    "parameters", "trainable_parameters", "macs", "flops", "other_ops", "output_elements",
    "receptive_field", "jump", "field_start", "weight_bytes", "kept_bytes", "peak_bytes",
    "intensity",
)  # fmt: skip
SIGNS: Final = (
    "Signs: – unknown, or no field as from the head on; · zero, by convention or because there is "
    "none; ≥ at least, as a part is unknown."
)

LEFT_OUT: Final = (
    "; + behind a field: ways that see everything (pooling in gates, attention, recurrence) are "
    "left out of it."
)


def summary(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what the model has in all."""
    totals = report["totals"]
    found = [
        (name.replace("_", " "), f"{totals[name]:,}")
        for name in ("weighted_layers", "layers", "calls", "edges", "joins")
    ]
    found.append(("shortcuts", _shortcuts(report)))
    found += [
        (label, count(totals, name))
        for label, name in (
            ("parameters", "parameters"),
            ("trainable parameters", "trainable_parameters"),
            ("non-trainable parameters", "non_trainable_parameters"),
            ("MACs", "macs"),
            ("FLOPs (2 × MACs)", "flops"),
            ("other operations", "other_ops"),
            ("output values", "output_elements"),
        )
    ]
    return [*found, *_memory(report)]


def _memory(report: dict[str, Any]) -> list[tuple[str, str]]:
    totals = report["totals"]
    peak = in_bytes(totals, "peak_bytes")
    if totals["peak_call"] is not None:
        peak += f" at {plain(totals['peak_call'])}"
    dtype = report["dtype"] or "the model's own dtypes"
    return [
        ("memory for", f"batch {report['batch']:,}, {dtype}"),
        ("weights", in_bytes(totals, "weight_bytes")),
        ("activation peak, inference", peak),
        ("activations kept for training", in_bytes(totals, "kept_bytes")),
        ("MACs per byte moved", ratio(totals["intensity"])),
    ]


def in_bytes(numbers: dict[str, Any], name: str) -> str:
    """Bytes in the unit that fits, and exactly: "83.2 MiB (87,258,784 B)"."""

    def text(value: int) -> str:
        return bytes_text(value) + (f" ({value:,} B)" if value >= 1024 else "")

    return cell(numbers, name, text)


def _shortcuts(report: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for shortcut in report["shortcuts"]:
        words = f"{'long ' if shortcut['long'] else ''}{shortcut['kind']}"
        counts[words] = counts.get(words, 0) + 1
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items()) or "none"


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
    """What the signs and the numbers mean, a paragraph each."""
    conventions = report["conventions"]
    sources = {call["parameters_from"] for call in report["calls"]}
    weights = [name for source, name in WEIGHTS.items() if name and source in sources]
    told = [
        f"{conventions[name]['label']}: {conventions[name]['text']} [{conventions[name]['source']}]"
        for name in (_NOTED[0], *weights, *_NOTED[1:])
    ]
    has_global = any(one["global"] and one["receptive_field"] for one in report["groups"])
    return [SIGNS[:-1] + LEFT_OUT if has_global else SIGNS, *told]


def unknown(report: dict[str, Any]) -> list[str]:
    """Which of the model's numbers are not known in full, and why; a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in report["totals"]["reasons"].items():
        by_reason.setdefault(plain(reason), []).append(report["conventions"][name]["label"])
    return [f"{', '.join(labels)}: {reason}" for reason, labels in by_reason.items()]
