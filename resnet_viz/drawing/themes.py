"""Themes as data: colour tokens of the design board, light, dark and paper.

Stage colours follow the board: five, then the colours of the second to the fifth again; the head
is neutral. Derived tokens (tint, border, header text of a stage, tile of an op) are computed here
by the board's rules, so that a new base colour needs no further numbers.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import msgspec

RGB = tuple[int, int, int]


class Theme(msgspec.Struct, frozen=True, dict=True):
    """A named set of colours: ``#rrggbb`` by token.

    ``base`` holds the board's own tokens; ``colors`` has the derived ones as well, from first use.

    Tokens: those of the design board (app surface canvas card hover zebra text text-2 text-3
    accent on-accent accent-bg accent-line line line-strong dot edge shortcut ok error
    match diff-missing diff-extra), ``stage1`` ... ``stage5`` and ``head`` (the colour itself) with
    ``.fill`` (panel), ``.line`` (its border), ``.text`` (its header) and ``.soft`` (a line of the
    classic style), ``op.NAME`` with
    ``.tint`` (its glyph's tile) and ``.soft``, ``heat1`` ... ``heat7`` with ``.text``, ``run1``
    and ``run2`` (two networks beside each other) with ``.soft``, ``map1`` ... ``map32`` (a colour
    map from low to high, viridis of van der Walt and Smith 2015, the same in all themes) with
    ``.shade1`` ... ``.shade4`` (turned away from the light).
    """

    name: str
    dark: bool
    base: dict[str, str]

    @cached_property
    def colors(self) -> dict[str, str]:
        """All colours by token."""
        return _derived(self.base, dark=self.dark)

    def __getitem__(self, token: str) -> str:
        """The colour of a token, ``#rrggbb``."""
        return self.colors[token]


def rgb(color: str) -> RGB:
    """(red, green, blue), each 0 to 255, of ``#rrggbb``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(color: str, ground: str, share: float) -> str:
    """``share`` of ``color`` laid over ``ground``."""
    parts = (
        round(a * share + b * (1 - share)) for a, b in zip(rgb(color), rgb(ground), strict=True)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0 to 1."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in rgb(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio as WCAG 2 defines it, 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(color: str, ground: str, *, dark: bool, least: float = 4.7) -> str:
    """``color`` shifted to black (or to white, on dark) until it reads on ``ground``."""
    for percent in range(101):
        shifted = mix("#FFFFFF" if dark else "#000000", color, percent / 100)
        if contrast(shifted, ground) >= least:
            return shifted
    return shifted


_LIGHT: Final = {
    "app": "#F4F5F7", "surface": "#FFFFFF", "canvas": "#F8F9FB", "card": "#FFFFFF",
    "hover": "#EEF1F5", "zebra": "#F8F9FB", "text": "#1A2230", "text-2": "#465164",
    "text-3": "#5B6675", "accent": "#2456E6", "on-accent": "#FFFFFF", "accent-bg": "#E9EFFF",
    "accent-line": "#A9BFF7", "line": "#DDE1E7", "line-strong": "#C4CBD5", "dot": "#E2E6EB",
    "edge": "#6B778A", "shortcut": "#2B3544", "ok": "#0B7A3B", "error": "#B3261E",
    "match": "#B36200",
    "diff-missing": "#B23A08", "diff-extra": "#0B5CAD",
    "stage1": "#5E73A8", "stage2": "#B86E00", "stage3": "#0AA087", "stage4": "#B0284F",
    "stage5": "#2B2A94", "head": "#5B6675",
    "op.conv": "#0B84E0", "op.norm": "#BD8000", "op.activation": "#A53412", "op.pool": "#0B9C80",
    "op.dense": "#A3348A", "op.join": "#1A2230", "op.input": "#5B6675",
    "op.attention": "#6A3FC4", "op.recurrent": "#00718F", "op.embedding": "#7A5C00",
    "op.reshape": "#4C6A1F", "op.elementwise": "#8A4B2A", "op.regularise": "#7D7A86",
    "op.submodel": "#2B3544", "op.custom": "#5B6675",
}  # fmt: skip
_DARK: Final = {
    "app": "#15181E", "surface": "#1C2028", "canvas": "#12151A", "card": "#1F242D",
    "hover": "#262C36", "zebra": "#1F232B", "text": "#E7EAF0", "text-2": "#B4BDCB",
    "text-3": "#93A0B3", "accent": "#7AA2FF", "on-accent": "#0E1320", "accent-bg": "#23304D",
    "accent-line": "#45629F", "line": "#2C323D", "line-strong": "#465060", "dot": "#242932",
    "edge": "#7F8B9D", "shortcut": "#D3DAE5", "ok": "#5BD08A", "error": "#FF8A80",
    "match": "#FFB84D",
    "diff-missing": "#FF9A5C", "diff-extra": "#79B8FF",
    "stage1": "#7F8FAF", "stage2": "#F5C95C", "stage3": "#4FDDD3", "stage4": "#F6487A",
    "stage5": "#7C55F2", "head": "#93A0B3",
    "op.conv": "#3F7DF0", "op.norm": "#FBE38A", "op.activation": "#FA5A22", "op.pool": "#0FB897",
    "op.dense": "#D5A5E6", "op.join": "#F4F6FA", "op.input": "#93A0B3",
    "op.attention": "#A98BFA", "op.recurrent": "#4CC3E6", "op.embedding": "#CDB04A",
    "op.reshape": "#A5C46A", "op.elementwise": "#E0A07A", "op.regularise": "#A9A6B3",
    "op.submodel": "#D3DAE5", "op.custom": "#93A0B3",
}  # fmt: skip
_HEAT: Final = ("#FFF6E0", "#FDDDA0", "#F9B56B", "#EB8358", "#C2455B", "#8E2A68", "#561A60")

_MAP: Final = (
    "#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59",
    "#B4DE2C", "#FDE725",
)  # fmt: skip
MAP_LEVELS: Final = 32
SHADES: Final = 4
"""Steps from a colour of the map to the same colour turned away from the light."""
_BLACK: Final = "#000000"
_RUNS: Final = ("diff-extra", "diff-missing")

STAGES: Final = ("stage1", "stage2", "stage3", "stage4", "stage5", "head")
OPS: Final = tuple(token for token in _LIGHT if token.startswith("op."))


def _derived(base: dict[str, str], *, dark: bool) -> dict[str, str]:
    colors = dict(base)
    for stage in STAGES:
        fill = mix(base[stage], base["canvas"], 0.065 if dark else 0.07)
        colors[f"{stage}.fill"] = fill
        colors[f"{stage}.soft"] = mix(base[stage], base["card"], 0.22)
        colors[f"{stage}.line"] = mix(base[stage], base["canvas"], 0.32)
        colors[f"{stage}.text"] = readable(base[stage], fill, dark=dark)
    for op in OPS:
        colors[f"{op}.tint"] = mix(base[op], base["card"], 0.13)
        colors[f"{op}.soft"] = mix(base[op], base["card"], 0.45)
    for number, name in enumerate(_RUNS, start=1):
        colors[f"run{number}"] = base[name]
        colors[f"run{number}.soft"] = mix(base[name], base["card"], 0.32)
    for number in range(MAP_LEVELS):
        place = number / (MAP_LEVELS - 1) * (len(_MAP) - 1)
        index = min(int(place), len(_MAP) - 2)
        color = mix(_MAP[index + 1], _MAP[index], place - index)
        colors[f"map{number + 1}"] = color
        for shade in range(1, SHADES + 1):
            colors[f"map{number + 1}.shade{shade}"] = mix(_BLACK, color, 0.14 * shade)
    for number, color in enumerate(reversed(_HEAT) if dark else _HEAT, start=1):
        light_ground = luminance(color) > 0.25
        colors[f"heat{number}"] = color
        colors[f"heat{number}.text"] = "#1A2230" if light_ground else "#FFFFFF"
    return colors


LIGHT: Final = Theme("light", dark=False, base=_LIGHT)
DARK: Final = Theme("dark", dark=True, base=_DARK)
PAPER: Final = Theme("paper", dark=False, base={**_LIGHT, "app": "#FFFFFF", "canvas": "#FFFFFF"})
THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK, PAPER)}


def stage_token(index: int, *, head: bool) -> str:
    """The colour token of the stage at ``index`` (0 for the first)."""
    if head:
        return "head"
    return f"stage{index + 1}" if index < 5 else f"stage{2 + (index - 5) % 4}"
