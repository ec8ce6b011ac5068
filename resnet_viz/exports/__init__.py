"""Pictures as PNG, SVG and PDF files."""
