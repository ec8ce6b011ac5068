"""What the inspector says of a selected thing, as values: made here, shown by gui.inspector."""
