"""The lines of a plain script that leave its rows to Starboard's own functions.

Remedies, a test part, classes in balance and parts that go by a column would be pages of pandas; a run that has one of
them ends with a script that imports them from where Starboard lies. Knows the configuration and what the run observed,
as text. Guarantees the rows of the run, by the function that picked them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.config import RunConfig
from core.data.table import EVALUATION_SPLITS
from core.runs.facts import Facts, Observed

ROOT = Path(__file__).resolve().parents[2]


def is_needed(config: RunConfig) -> bool:
    """Whether rows are picked in another way than a few lines can."""
    data = config.data
    return bool(data.split != "source" or data.test_size or data.remedies or data.subset == "balanced")


def subset(config: RunConfig, facts: Facts, text: str, label: str, classes: list[str]) -> str:
    """Lines that make the parts of the run, below those that make `classes`, and `number` where that is needed."""
    data, observed = config.data, facts.observed
    is_file = data.parsed_source.is_file
    lines = [
        "import sys",
        "",
        "from datasets import Dataset",
        "",
        f"sys.path.insert(0, {str(ROOT)!r})",
        "# Starboard's own functions: what is done about faults of the table, and which part a row belongs to.",
        "from core.data.picking import parts_of",
        "",
        *classes,
        "",
        "",
        "def usable(split):",
        f"    cells = zip(split[{text!r}], split[{label!r}], split[{data.split_column!r}])"
        if data.split != "source"
        else f"    cells = ((text, label, None) for text, label in zip(split[{text!r}], split[{label!r}]))",
        "    rows = [",
        f"        (text, {_number('label', observed, classes)}, part)",
        "        for text, label, part in cells",
        "        if isinstance(text, str) and text.strip()",
        "    ]",
        "    # Rows without text or label are left out.",
        "    rows = [row for row in rows if row[1] is not None and row[1] >= 0]",
        "    return dict(zip(('text', 'label', 'by'), map(list, zip(*rows))))",
        "",
        "",
    ]
    pools = _pools(config, observed)
    lines += ["pools = {"]
    lines += [f"    {part!r}: usable({'table' if is_file else f'dataset[{name!r}]'})," for part, name in pools.items()]
    wanted = [f"    {name}={value!r}," for name, value in _wanted(config, facts).items()]
    lines += ["}", "parts = parts_of(", "    pools,", *wanted, ")"]
    lines += [f"{part}_dataset = Dataset(parts[{part!r}])" for part in ("train", "eval")]
    if data.test_size:
        lines.append("# For one last score: nothing is learned from it and nothing chosen by it.")
        lines.append("test_dataset = Dataset(parts['test'])")
    return "\n".join(lines)


def _number(cell: str, observed: Observed | None, classes: list[str]) -> str:
    """What gives the class number of a cell."""
    if not any(line.startswith("number = ") for line in classes):
        return cell
    return f"number.get(str({cell}))" if observed is not None and observed.as_text else f"number.get({cell})"


def _pools(config: RunConfig, observed: Observed | None) -> dict[str, str]:
    """The split of the source that each part is taken from, where it has one of its own."""
    if observed is None:
        own = config.data.parsed_source.is_file or config.data.split != "source"
        return {"train": "train"} if own else {"train": "train", "eval": EVALUATION_SPLITS[0]}
    return {**observed.pools, "train": str(observed.layout.get("train", "train"))}


def _wanted(config: RunConfig, facts: Facts) -> dict[str, Any]:
    """What is asked of the rows, of which the usual is left out."""
    data = config.data
    asked = {
        "test_size": data.test_size,
        "subset": data.subset,
        "split": data.split,
        "split_column": data.split_column,
        "remedies": tuple(data.remedies),
        "in_proportion": facts.rows is not None and facts.rows.in_proportion,
    }
    usual = {"subset": "shuffle", "split": "source"}
    more = {name: value for name, value in asked.items() if value and value != usual.get(name)}
    return {"train_size": data.train_size, "eval_size": data.eval_size, "seed": data.seed, **more}
