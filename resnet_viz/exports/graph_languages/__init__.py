"""Pictures as text for other programs that lay graphs out: DOT and Mermaid."""
