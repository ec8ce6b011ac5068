"""Sentences and rows of a comparison, shared by its text, Markdown and HTML."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec

from resnet_viz.analysis.wording.numbers import counted, grouped
from resnet_viz.comparison.totals import known_sum
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.reports.cells import plain

JsonRow = dict[str, Any]

_LABELS: Final = {
    "parameters": "parameters",
    "trainable_parameters": "trainable parameters",
    "macs": "MACs",
    "weighted_layers": "weighted layers",
    "calls": "calls",
    "shortcuts": "shortcuts",
    "kept_bytes": "kept for training (B)",
    "peak_bytes": "peak at inference (B)",
}
_NOTHING: Final = ("0", UNKNOWN_TEXT)
_MOST_NAMES: Final = 4
_LONGEST_VALUE: Final = 60


class DifferenceLine(msgspec.Struct, frozen=True):
    """Differences of the same kind in one line.

    Attributes:
        change: "changed", "added", "removed" or "moved".
        text: what it is and where, "strides [1, 1] → [2, 2] in 6 calls".
        names: the calls or groups, the first few.
        parameters, macs: sums of the deltas, signed; "" for none.
    """

    change: str
    text: str
    names: str
    parameters: str
    macs: str


def headline(values: JsonRow) -> str:
    """The outcome in one sentence."""
    a, b = plain(values["a"]["name"]), plain(values["b"]["name"])
    if values["equal"]:
        return f"{a} and {b} are the same architecture."
    if values["unrelated"]:
        return f"{a} and {b} have nothing in common: no more than a tenth of their calls agree."
    counts = values["counts"]
    words = ("changed", "added", "removed", "moved")
    parts = [f"{counts[word]:,} {word}" for word in words if counts[word]]
    if counts["consequences"]:
        follow = counted(counts["consequences"], "call follows", "calls follow")
        parts.append(f"{follow} from these")
    found = f"{', '.join(parts)}; " if parts else ""
    return f"{a} → {b}: {found}{counts['matched']:,} calls are in both."


def total_lines(values: JsonRow) -> list[tuple[str, str, str, str]]:
    """Label, value in a, value in b and signed delta of each total that a reader compares."""
    a, b, delta = values["a"]["totals"], values["b"]["totals"], values["totals_delta"]
    return [
        (label, _count(a[name]), _count(b[name]), _signed(delta[name]))
        for name, label in _LABELS.items()
    ]


def _count(value: int | None) -> str:
    return UNKNOWN_TEXT if value is None else grouped(value)


def _signed(value: int | None) -> str:
    """A delta with its sign: "+1,024", "−16", "0"."""
    if value is None:
        return UNKNOWN_TEXT
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def shortcut_lines(values: JsonRow) -> list[str]:
    """A line for each kind of change of shortcuts, with the first blocks concerned."""
    shortcuts = values["shortcuts"]
    lines = []
    for change in ("removed", "added"):
        by_kind: dict[str, list[str]] = {}
        for each in shortcuts[change]:
            by_kind.setdefault(_kind(each), []).append(each["block"] or each["join"])
        lines += [
            f"{change}: {counted(len(names), f'{kind} shortcut')} ({_first_names(names)})"
            for kind, names in by_kind.items()
        ]
    by_kinds: dict[tuple[str, str], list[str]] = {}
    for each in shortcuts["changed"]:
        kinds = _kind(each["a"]), _kind(each["b"])
        by_kinds.setdefault(kinds, []).append(each["b"]["block"] or each["b"]["join"])
    lines += [
        f"changed: {counted(len(names), 'shortcut')} {old} → {new} ({_first_names(names)})"
        for (old, new), names in by_kinds.items()
    ]
    return lines


def _kind(shortcut: JsonRow) -> str:
    return f"{'long ' * shortcut['long']}{shortcut['kind']}"


def _first_names(names: list[str]) -> str:
    """The first few names and how many more there are."""
    shown = [plain(name) for name in names[:_MOST_NAMES]]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest:,} more" if rest else "")


def difference_lines(values: JsonRow) -> list[DifferenceLine]:
    """Differences with the same fields together, in the order of their first calls."""
    return [line for line, _rows in difference_groups(values)]


def difference_groups(values: JsonRow) -> list[tuple[DifferenceLine, list[JsonRow]]]:
    """Lines of differences, each with the differences that it stands for."""
    together: dict[tuple[str, ...], list[JsonRow]] = {}
    for each in values["differences"]:
        text = "; ".join(_field_text(name, pair) for name, pair in each["fields"].items())
        key = (each["change"], each["level"], text)
        together.setdefault(key, []).append(each)
    return [
        (_line(change, level, text, rows), rows) for (change, level, text), rows in together.items()
    ]


def signed_deltas(rows: list[JsonRow]) -> str:
    """Sums of the deltas that are not 0: "+9 parameters, −8 MACs"."""
    sums = (
        (_signed(known_sum([row["delta"].get(name) for row in rows])), label)
        for name, label in (("parameters", "parameters"), ("macs", "MACs"))
    )
    return ", ".join(f"{value} {label}" for value, label in sums if value not in _NOTHING)


def _line(change: str, level: str, text: str, rows: list[JsonRow]) -> DifferenceLine:
    number = counted(len(rows), level)
    return DifferenceLine(
        change=change,
        text=f"{text} in {number}" if text else number,
        names=_first_names([_name(row) for row in rows]),
        parameters=_signed(known_sum([row["delta"].get("parameters") for row in rows])),
        macs=_signed(known_sum([row["delta"].get("macs") for row in rows])),
    )


def _name(row: JsonRow) -> str:
    a, b = row["a"], row["b"]
    return a or b if a is None or b is None or a == b else f"{a} → {b}"


def _field_text(name: str, pair: list[Any]) -> str:
    return f"{plain(name)} {_value(pair[0])} → {_value(pair[1])}"


def _value(value: object) -> str:
    """A setting on one line: an object by its class, a long text cut."""
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        inner = value.get("config")
        settings = (
            {k: v for k, v in inner.items() if v is not None} if isinstance(inner, dict) else {}
        )
        listed = ", ".join(f"{key}={setting}" for key, setting in settings.items())
        text = f"{value['class_name']}({listed})"
    elif value is None:
        text = "none"
    else:
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = plain(text)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def consequence_line(values: JsonRow) -> str:
    """Count of calls that differ only because of others, and in what; "" for none."""
    count = values["counts"]["consequences"]
    if not count:
        return ""
    names = Counter(name for pair in values["pairs"] for name in pair["consequences"])
    words = ", ".join(name.replace("_", " ") for name, _ in names.most_common())
    what = counted(count, "call differs", "calls differ")
    return f"{what} only in what follows from this ({words})."
