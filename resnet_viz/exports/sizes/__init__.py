"""Sizes as people write them: lengths, and places that pictures are fitted into."""
