"""How awkward tables are read: `python -m bench.awkward [FOLDER]`, the table of docs/tables.md.

Profiles every file of a folder, by default those that the tests hold, and prints a row of Markdown for each: columns,
rows, classes in order, what was left out or repaired, or the refusal.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from core.config.source import Source
from core.data.reading import read
from core.errors import DataError
from core.inspection.profile import Profile, profile

TABLES = Path(__file__).parents[1] / "tests" / "tables"
MOST_CLASSES, MOST_CHARACTERS = 6, 150


def classes(found: Profile) -> str:
    """The names of the classes in order, or how many there are."""
    if len(found.classes) > MOST_CLASSES:
        return f"{found.classes[0]} … {found.classes[-1]} ({len(found.classes)})"
    return ", ".join(found.classes)


def row(file: Path) -> str:
    """How one file is read, as a row of a Markdown table."""
    try:
        found = profile(read(Source("file", str(file))))
    except DataError as error:
        cells = [file.name, "", "", "", f"refused: {error.message}"]
    else:
        odd = [f"{sum(each.count for each in found.left_out)} left out"] if found.left_out else []
        odd += [f"{sum(each.count for each in found.repaired)} repaired"] if found.repaired else []
        rows = ", ".join([str(found.rows), *odd])
        cells = [file.name, found.text_column, found.label_column, rows, classes(found)]
    cut = (cell if len(cell) <= MOST_CHARACTERS else f"{cell[:MOST_CHARACTERS]}…" for cell in cells)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cut) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=TABLES)
    print("| file | text | label | rows | classes |\n|---|---|---|---|---|")
    for file in sorted(parser.parse_args().folder.iterdir()):
        if file.is_file() and file.name != "expected.tsv":
            print(row(file))


if __name__ == "__main__":
    main()
