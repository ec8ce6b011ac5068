"""Pictures as files: PNG, SVG and PDF."""
