"""How core is built, in numbers: modules, functions, their length, and how many are called from one place only.

    python -m bench.structure [FOLDER]             # of this checkout, or of another one's folder
    python -m bench.structure --list core/runs     # names the functions that are called from one place only

A function counts as called from one place only when its name begins with an underscore and its module mentions it once
beside its definition: a reader who meets it must jump there and back, and nobody else profits. Those that a library
calls (methods that begin with an underscore of a class with a base) are told apart by having no mention at all.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Function:
    """One function or method: where it stands, how many lines it has, how often its module mentions it."""

    file: Path
    name: str
    lines: int
    mentions: int

    @property
    def called_once(self) -> bool:
        return self.name.startswith("_") and not self.name.startswith("__") and self.mentions == 1


def functions(file: Path) -> Iterator[Function]:
    """Every function of a module, methods and inner functions too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    mentions = Counter(
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or isinstance(node, ast.Attribute)
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(file, node.name, (node.end_lineno or node.lineno) - node.lineno + 1, mentions[node.name])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(ROOT / "core"))
    parser.add_argument("--list", action="store_true", help="name the functions that are called from one place only")
    options = parser.parse_args()
    files = sorted(Path(options.folder).rglob("*.py"))
    found = [each for file in files for each in functions(file)]
    once = [each for each in found if each.called_once]
    longest = max(files, key=lambda file: len(file.read_text(encoding="utf-8").splitlines()))
    if options.list:
        for each in once:
            print(f"{each.lines:>4}  {each.file}  {each.name}")
    print(f"modules                      {len(files)}")
    print(f"longest module               {len(longest.read_text(encoding='utf-8').splitlines())} lines ({longest})")
    print(f"functions                    {len(found)}")
    print(f"median function              {median(each.lines for each in found):g} lines")
    print(f"longest function             {max(each.lines for each in found)} lines")
    print(f"called from one place only   {len(once)} ({len(once) / max(len(found), 1):.1%})")


if __name__ == "__main__":
    main()
