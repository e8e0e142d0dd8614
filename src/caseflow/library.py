"""Where the process library is that caseflow ships."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def process_library() -> Path:
    """Return the folder of the shipped diagrams, decision tables and parameter sets.

    An installed wheel carries it inside the package; a source tree has it at the top,
    where analysts find it.
    """
    packed = _HERE / "processes"
    return packed if packed.is_dir() else _HERE.parents[1] / "processes"
