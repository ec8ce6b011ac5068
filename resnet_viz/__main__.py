"""``python -m resnet_viz``: the same as the command ``resnet-viz``."""

from __future__ import annotations

from resnet_viz.cli.main import entry

if __name__ == "__main__":
    entry()
