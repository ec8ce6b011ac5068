"""Regions between an entry and its join, and the shortcuts in them."""
