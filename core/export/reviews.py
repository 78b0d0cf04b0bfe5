"""The first steps of a plain script: reading the reviews, and picking the rows of the run in their order.

Knows the configuration, how the run found its table written, and pandas, datasets and numpy as text: nothing is read
here. What takes more than a few lines, such as remedies and parts that share no group, is left to Starboard's own
functions. Guarantees the same rows in the same order as `core.data.rows.prepare`, from what the run observed; before a
run its lines find the classes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any, Literal

from core.config import RunConfig
from core.config.class_names import limits
from core.config.run_config import ClassConfig
from core.config.source import Source
from core.data import formats
from core.data.columns import named_text
from core.export import parted
from core.runs.facts import Facts, Observed

ROOT = Path(__file__).resolve().parents[2]

# Source of the method: https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html
STRATIFIED = '''def shares(counts, size, rng):
    """How many rows to draw of each class: its share of `size`, the largest remainders rounded up."""
    exact = counts / counts.sum() * size
    drawn = np.floor(exact)
    remainders = exact - drawn
    missing = int(size - drawn.sum())
    for remainder in np.unique(remainders)[::-1]:
        if missing == 0:
            break
        tied = np.flatnonzero(remainders == remainder)
        up = rng.choice(tied, size=min(len(tied), missing), replace=False)
        drawn[up] += 1
        missing -= len(up)
    return drawn.astype(int)


def stratified(candidates, size):
    """`size` of the candidate rows with the class shares of them all, in random order."""
    rng = np.random.RandomState(SEED)
    labels = np.asarray(rows["label"])[candidates]
    counts = np.unique(labels, return_counts=True)[1]
    drawn = shares(counts, size, rng)
    shares(counts - drawn, len(candidates) - size, rng)  # scikit-learn draws for the other part, too
    of_class = np.split(np.argsort(labels, kind="stable"), np.cumsum(counts)[:-1])
    picked = [each[rng.permutation(len(each))][:count] for each, count in zip(of_class, drawn)]
    return candidates[rng.permutation(np.concatenate(picked))]


'''


PART = """from pathlib import Path

from datasets import Dataset, DatasetDict, concatenate_datasets

# The dataset is large: a part of it was fetched, in blocks drawn at random. This script needs them; they lie here.
part = Path({folder!r})
blocks = {{}}
for file in sorted(part.glob("*.arrow")):
    blocks.setdefault(file.name.rsplit("-", 1)[0], []).append(Dataset.from_file(str(file)))
dataset = DatasetDict({{split: concatenate_datasets(each) for split, each in blocks.items()}})"""


def load(config: RunConfig, layout: Mapping[str, Any]) -> str:
    """Lines that read the source: a pandas DataFrame `table` of a file, a DatasetDict `dataset` of anything else.

    Args:
        layout: how the source is written; empty where nobody knows yet.
    """
    source = config.data.parsed_source
    if source.is_hub and "part" in layout:
        return PART.format(folder=str(layout["part"]))
    if source.is_hub:
        extra = f", {source.configuration!r}" if source.configuration else ""
        return f"from datasets import load_dataset\n\ndataset = load_dataset({source.repository!r}{extra})"
    if source.is_sample:
        return (
            "import sys\n\nfrom datasets import Dataset, DatasetDict\n\n"
            f"sys.path.insert(0, {str(ROOT)!r})\n"
            "from core.data import sample  # Starboard writes these reviews itself; they lie in no file.\n\n"
            "dataset = DatasetDict({\n"
            '    split: Dataset.from_dict(dict(zip(("text", "stars"), sample.make(split))))\n'
            '    for split in ("train", "test")\n})'
        )
    return formats.script(str(layout.get("path", source.value)), layout)


def subset(config: RunConfig, facts: Facts) -> str:
    """Lines that make `train_dataset` and `eval_dataset`, with columns `text` and `label`, and the list `classes`.

    Where a test part is kept, `test_dataset` too.
    """
    source, observed = config.data.parsed_source, facts.observed
    text, label = columns(config, facts)
    joined = _joined(config, facts, text)
    if parted.is_needed(config):
        return joined + parted.subset(config, facts, text, label, _classes(config, label, facts))
    function = STRATIFIED.replace("SEED", str(config.data.seed)) if "stratified" in _hows(observed) else ""
    if source.is_file:
        needs = "import numpy as np\nfrom datasets import Dataset\n\n"
        rows = [*_classes(config, label, facts), *_rows_of_file(text, label, observed)]
        picks = _cut(config, facts)
    else:
        cut = observed is not None and observed.eval_split is None
        needs = "import numpy as np\n\n" if cut or function else ""
        chosen = bool(config.data.classes)
        rows = [
            *_classes(config, label, facts),
            "",
            "",
            *_prepare(source, text, label, observed, chosen=chosen),
            "",
            "",
        ]
        if cut:
            rows.append(f"rows = prepare({_named('train', observed)!r})")
            picks = _cut(config, facts)
        else:
            picks = _pick(config, facts, "train") + _pick(config, facts, "eval")
    return needs + function + joined + "\n".join(rows + picks)


def columns(config: RunConfig, facts: Facts) -> tuple[str, str]:
    """The text and the label column: as found, as chosen, or the usual ones."""
    data = config.data
    usual = "label" if data.parsed_source.is_hub else "stars"
    return (
        facts.text_column or named_text(data) or "text",
        facts.label_column or data.label_column or usual,
    )


def _joined(config: RunConfig, facts: Facts, text: str) -> str:
    """Lines that read several columns as one text; none where the text is a column of its own."""
    texts = list(facts.text_columns or config.data.text_columns)
    if len(texts) < 2:
        return ""
    lines = [
        f"texts, nothing = {texts!r}, {list(facts.no_text)!r}",
        "",
        "",
        "def joined(cells):",
        "    filled = [cell for cell in cells if isinstance(cell, str) and cell.strip()]",
        "    return '\\n'.join(cell for cell in filled if cell.strip().lower() not in nothing)",
        "",
        "",
    ]
    if config.data.parsed_source.is_file:
        lines.append(f"table[{text!r}] = [joined(cells) for cells in zip(*(table[column] for column in texts))]")
    else:
        lines += [
            "for name, split in dataset.items():",
            "    if set(texts) <= set(split.column_names):",
            "        cells = zip(*(split[column] for column in texts))",
            f"        dataset[name] = split.add_column({text!r}, [joined(each) for each in cells])",
        ]
    return "\n".join(lines) + "\n"


def _classes(config: RunConfig, label: str, facts: Facts) -> list[str]:
    source, observed = config.data.parsed_source, facts.observed
    if observed is not None:
        lines = [f"classes = {list(facts.classes)!r}"]
        if _needs_numbers(observed):
            number = dict(sorted(observed.cells, key=lambda pair: pair[1]))
            lines.append(f"number = {number!r}  # how the table writes each class")
        return lines
    cells = f"table[{label!r}].dropna()" if source.is_file else f"dataset['train'][{label!r}]"
    if config.data.classes:
        return _chosen(config.data.classes, cells)
    if source.is_hub:
        return [f"classes = dataset['train'].features[{label!r}].names"]
    return [f"classes = sorted(set({cells}))", "number = {cell: place for place, cell in enumerate(classes)}"]


def _chosen(classes: Sequence[ClassConfig], cells: str) -> list[str]:
    """Lines for the classes of a configuration, as far as it alone says which cells they take."""
    number: dict[str | float, int] = {}
    ranges = []
    for place, each in enumerate(classes):
        for written in each.of:
            # What is listed as 4 stars stands in most tables as 4.
            stars = re.fullmatch(r"(-?\d+(?:\.\d+)?)(?: stars?)?", written)
            number[written] = place
            if stars:
                number |= dict.fromkeys((stars[1], float(stars[1])), place)
        low, high = limits(each)
        if low < high:
            bounds = [f"{low!r} <= " if low > -inf else "", f" < {high!r}" if high < inf else ""]
            ranges.append(f"number |= {{cell: {place} for cell in set({cells}) if {'float(cell)'.join(bounds)}}}")
    names = [each.name for each in classes]
    return [f"classes = {names!r}", f"number = {number!r}  # how the table may write each class", *ranges]


def _needs_numbers(observed: Observed) -> bool:
    """Whether labels stand in the table otherwise than as the numbers of their classes, or some rows have none."""
    return observed.as_text or observed.incomplete or any(cell != number for cell, number in observed.cells)


def _cell(cell: str, observed: Observed | None) -> str:
    return f"number.get(str({cell}))" if observed and observed.as_text else f"number.get({cell})"


def _rows_of_file(text: str, label: str, observed: Observed | None) -> list[str]:
    labels = f"table[{label!r}]"
    if observed is None or _needs_numbers(observed):
        labels = f"[{_cell('cell', observed)} for cell in {labels}]"
    lines = [
        f"labels = {labels}",
        f"rows = pd.DataFrame({{'text': table[{text!r}], 'label': labels}})",
    ]
    if observed is None or observed.incomplete:
        lines += [
            "# Rows without text or label are left out.",
            "rows = rows[rows['text'].notna() & rows['text'].str.strip().ne('') & rows['label'].notna()]",
        ]
    lines.append(
        "rows = Dataset.from_dict({'text': rows['text'].tolist(), 'label': rows['label'].astype(int).tolist()})"
    )
    return lines


def _prepare(source: Source, text: str, label: str, observed: Observed | None, *, chosen: bool) -> list[str]:
    """A function that makes rows of a split of `dataset`."""
    as_it_is = (source.is_hub and not chosen) if observed is None else not _needs_numbers(observed)
    if as_it_is:
        renamed = {old: new for old, new in ((text, "text"), (label, "label")) if old != new}
        back = f".rename_columns({renamed!r})" if renamed else ""
        return ["def prepare(split):", f"    return dataset[split].select_columns([{text!r}, {label!r}]){back}"]
    lines = [
        "def prepare(split):",
        f"    rows = dataset[split].select_columns([{text!r}])",
        *([f"    rows = rows.rename_column({text!r}, 'text')"] if text != "text" else []),
        f"    rows = rows.add_column('label', [{_cell('cell', observed)} for cell in dataset[split][{label!r}]])",
    ]
    if not (chosen if observed is None else observed.incomplete):
        return [*lines, "    return rows"]
    return [
        *lines,
        "    # Rows without text or label are left out.",
        "    return rows.filter(lambda row: (row['text'] or '').strip() != '' and row['label'] is not None)",
    ]


def _named(part: str, observed: Observed | None) -> str:
    """What the source calls the split of a part."""
    if part == "train":
        return str(observed.layout.get("train", "train")) if observed else "train"
    return str(observed.eval_split) if observed else "test"


def _hows(observed: Observed | None) -> tuple[str, str]:
    return (observed.train_how, observed.eval_how) if observed else ("shuffled", "shuffled")


def _pick(config: RunConfig, facts: Facts, part: Literal["train", "eval"]) -> list[str]:
    """Lines that pick the rows of a part out of a split of its own."""
    size = sizes(config, facts)[part == "eval"]
    rows = f"prepare({_named(part, facts.observed)!r})"
    if _hows(facts.observed)[part == "eval"] == "stratified":
        return [f"rows = {rows}", f"{part}_dataset = rows.select(stratified(np.arange(len(rows)), {size}))"]
    return [f"{part}_dataset = {rows}.shuffle(seed={config.data.seed}).select(range({size}))"]


def _cut(config: RunConfig, facts: Facts) -> list[str]:
    """Lines that cut both parts off one split, of which they have no row in common."""
    train_size, eval_size = sizes(config, facts)
    train_how, eval_how = _hows(facts.observed)
    shuffle = f"np.random.default_rng({config.data.seed}).permutation"
    ways = {
        "shuffled": "{rows}[:{size}]",
        "stratified": "stratified({rows}, {size})",
        "reshuffled": shuffle + "({rows})[:{size}]",
    }
    rest = f"order[{eval_size}:]" if eval_how == "shuffled" else "order[~np.isin(order, eval_rows)]"
    return [
        f"order = {shuffle}(len(rows))",
        f"eval_rows = {ways[eval_how].format(rows='order', size=eval_size)}",
        f"rest = {rest}",
        "eval_dataset = rows.select(eval_rows)",
        f"train_dataset = rows.select({ways[train_how].format(rows='rest', size=train_size)})",
    ]


def sizes(config: RunConfig, facts: Facts) -> tuple[int, int]:
    """Rows of the training and of the evaluation part: as taken, or as asked for."""
    return facts.train_rows or config.data.train_size, facts.eval_rows or config.data.eval_size
