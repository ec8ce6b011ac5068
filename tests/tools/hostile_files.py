"""Prints a table of hostile files and what became of them: ``python -m tests.tools.hostile_files``.

Memory is that above an idle process with the reader imported, time a multiple of its own.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.model_files.checks import Measured, measure_reading
from tests.support.model_files.hostile import HOSTILE

HEAD = "| file | bytes | MiB above idle | time ÷ idle | outcome |"
MOST_MIB = 300


def main() -> int:
    fallen = 0
    with tempfile.TemporaryDirectory() as name:
        idle = measure_reading(None)
        sys.stdout.write(f"{HEAD}\n{'|---' * 5}|\n")
        for case, make in HOSTILE.items():
            folder = Path(tempfile.mkdtemp(dir=name))
            path = make(folder)
            measured = measure_reading(path)
            fallen += is_fallen(measured, idle)
            sys.stdout.write(row(case, path, measured, idle))
            sys.stdout.flush()
    sys.stdout.write(f"{len(HOSTILE)} tried, {fallen} fallen\n")
    return fallen


def is_fallen(measured: Measured, idle: Measured) -> bool:
    """True for a traceback, or for a refusal that takes too much memory."""
    return measured.has_crashed or (
        bool(measured.refusal) and measured.peak_mib - idle.peak_mib > MOST_MIB
    )


def row(case: str, path: Path, measured: Measured, idle: Measured) -> str:
    outcome = "FALLEN" if is_fallen(measured, idle) else measured.refusal or "read"
    cells = (
        case,
        f"{path.stat().st_size:,}",
        f"{measured.peak_mib - idle.peak_mib}",
        f"{measured.seconds / idle.seconds:.1f}",
        outcome.replace(str(path), "it"),
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.exit(main())
