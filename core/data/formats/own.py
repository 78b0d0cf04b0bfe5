"""Lines of a script that read a file with Starboard's own reader, where pandas alone would not give the same rows."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def own_reader(path: str) -> str:
    """Lines of Python that make a pandas DataFrame `table` of a file; an empty cell is None."""
    return "\n".join(
        [
            "import sys",
            "from pathlib import Path",
            "",
            "import pandas as pd",
            "",
            f"sys.path.insert(0, {str(ROOT)!r})",
            "from core.data.formats.files import read_file  # Starboard's own reader, which has to lie where it lay.",
            "",
            f"table = pd.DataFrame(read_file(Path({path!r})).rows.to_pydict(), dtype=object)",
        ]
    )
