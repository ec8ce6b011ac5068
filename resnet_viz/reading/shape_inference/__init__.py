"""Shape and dtype inference, with rules for each layer class."""
