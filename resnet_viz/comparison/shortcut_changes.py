"""Shortcuts that were added, removed or became another kind."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.comparison.types import ShortcutChanges, ShortcutPair
from resnet_viz.document import Document


def shortcut_changes(a: Document, b: Document, pairs: dict[str, str]) -> ShortcutChanges:
    """Compare the shortcuts of two models whose calls are paired.

    Two shortcuts are the same one if their joins are paired; of several at a join, those with
    paired entries, then the first that are left.
    """
    waiting: dict[str, list[Shortcut]] = {}
    for shortcut in b.structure.shortcuts:
        waiting.setdefault(shortcut.join, []).append(shortcut)
    removed: list[Shortcut] = []
    changed: list[ShortcutPair] = []
    for shortcut in a.structure.shortcuts:
        others = waiting.get(pairs.get(shortcut.join, ""), [])
        partner = next(
            (each for each in others if each.entry == pairs.get(shortcut.entry)),
            others[0] if others else None,
        )
        if partner is None:
            removed.append(shortcut)
            continue
        others.remove(partner)
        if (shortcut.kind, shortcut.long) != (partner.kind, partner.long):
            changed.append(ShortcutPair(shortcut, partner))
    added = tuple(each for each in b.structure.shortcuts if each in waiting[each.join])
    return ShortcutChanges(added, tuple(removed), tuple(changed))
