"""Display-list items: cards, arcs, frames, wires."""
