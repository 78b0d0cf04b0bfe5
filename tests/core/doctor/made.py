"""Small tables for rules, made of texts and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from core import doctor, tasks
from core.config import DataConfig
from core.config.source import Source
from core.data import reading
from core.data.columns import Columns, choose
from core.data.table import Table
from core.doctor import Finding
from core.doctor.texts import Reviews, gather

TABLES = Path(__file__).parents[2] / "tables"
COLUMNS = Columns("text", "label")
DISHES = ("pasta", "soup", "curry", "salad", "bread", "steak", "rice", "cake", "fish", "tofu", "pie", "stew", "wrap")
PLACES = ("by the river", "near the station", "in the old town", "next to our hotel", "on the main square")
VERDICTS = {"good": ("wonderful", "lovely", "superb", "fresh"), "bad": ("awful", "bland", "cold", "stale")}


def texts(count: int) -> tuple[list[str], list[str]]:
    """Different short reviews, good and bad in turn."""
    labels = [("good", "bad")[number % 2] for number in range(count)]
    return [
        f"The {DISHES[number % 13]} {PLACES[number % 5]} was {VERDICTS[label][number // 2 % 4]}, table {number}."
        for number, label in enumerate(labels)
    ], labels


def table(
    texts: Sequence[str | None], labels: Sequence[Any], held: int = 0, others: Mapping[str, Sequence[Any]] = {}
) -> Table:
    """A table of these rows, of which the last `held` are the test split."""
    whole = pa.table({"text": pa.array(texts, pa.string()), "label": labels, **others})
    start = len(texts) - held
    return Table({"train": whole.slice(0, start), **({"test": whole.slice(start)} if held else {})})


def reviews(
    texts: Sequence[str | None], labels: Sequence[Any], held: int = 0, others: Mapping[str, Sequence[Any]] = {}
) -> Reviews:
    """The same as rules see it."""
    made = table(texts, labels, held, others)
    return gather(made, COLUMNS, tasks.fit(made, "label"))


def found_in(name: str, **settings: Any) -> dict[str, Finding]:
    """What is found in one of the tables of tests/tables, by rule."""
    read = reading.read(Source("file", str(TABLES / name)))
    columns = choose(read)
    examined = doctor.examine(read, columns, tasks.fit(read, columns.label))
    return {each.rule: each for each in doctor.findings(examined, DataConfig(**settings))}
