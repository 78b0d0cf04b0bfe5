"""Script lines for a file that pandas alone would not read as it was read here: they ask Starboard's own reader.

Knows no format and reads nothing. Guarantees the rows of `read_file`: an empty cell is None, a whole number stays one.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def own_reader(path: str) -> str:
    """Lines of Python that end in a pandas DataFrame `table` of the rows of a file."""
    return (
        "import sys\nfrom pathlib import Path\n\nimport pandas as pd\n\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from core.data.formats.files import read_file  # This file needs more than pandas: Starboard reads it.\n\n"
        f"table = pd.DataFrame(read_file(Path({path!r})).rows.to_pydict(), dtype=object)"
    )
