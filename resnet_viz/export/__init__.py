"""A display list to PNG, SVG and PDF."""
