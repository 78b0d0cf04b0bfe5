"""The script's reading and picking, executed: the rows of a run in their order, for every format and class of label."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value
from pyarrow import parquet

from core import tasks
from core.config import parse
from core.data import hub
from core.data.hub_datasets import read_dataset
from core.data.reading import read
from core.data.rows import Prepared, cells, prepare
from core.data.table import Table, class_names_in
from core.export import reviews
from core.runs.facts import Facts, Observed

TEXTS = [f"Review {n}, „naïve“ café no. {n * 7 % 31}." for n in range(30)]
STARS = [n * n % 5 + 1 for n in range(30)]


def written(rows: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_text(rows, encoding=encoding, newline="")


def delimited(delimiter: str, header: str = "stars{0}text", end: str = "\n") -> str:
    lines = [f'{star}{delimiter}"{text}"' for star, text in zip(STARS, TEXTS, strict=True)]
    return end.join([header.format(delimiter), *lines, ""])


def records(labels: list[Any], **more: Any) -> list[dict[str, Any]]:
    return [{"text": text, "stars": label, **more} for text, label in zip(TEXTS, labels, strict=True)]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def table(labels: pa.Array, texts: Any = None) -> Callable[[Path], object]:
    return lambda path: parquet.write_table(pa.table({"text": texts or TEXTS, "stars": labels}), path)


def with_index(path: Path) -> None:
    pd.DataFrame({"stars": STARS, "text": TEXTS}).set_index("stars").to_parquet(path)


def with_class_names(path: Path) -> None:
    features = Features({"text": Value("string"), "stars": ClassLabel(names=["a", "b", "c", "d", "e", "f"])})
    Dataset.from_dict({"text": TEXTS, "stars": STARS}, features=features).to_parquet(path)


BLANKS = "".join(f"{star if n % 3 else ''},fine {n}\n" for n, star in enumerate(STARS))
RAGGED = "".join(f"{star},fine {n}{',more' if n % 5 == 2 else ''}\n" for n, star in enumerate(STARS))
OPEN_QUOTES = "".join(f'{star}\t"odd {n}\n' for n, star in enumerate(STARS))
JAPANESE = "".join(f"{star},料理がとても美味しいお店です。店員も親切でした {n}\n" for n, star in enumerate(STARS))
NUMBERS = "stars,text\n5.0,a\n5,b\n 5 ,c\n4,d\n04,e\n+4,f\n4.5,g\n1e0,h\n1,i\n,j\n"
WORDS = "".join(f"text number {n},{' Good' if n % 2 else 'bad '}\n" for n in range(30))
GAPS: list[dict[str, Any]] = [{"text": "no stars"}, {"stars": 5}, {"text": None, "stars": 1}]
MIXED = [str(star) if n % 2 else star for n, star in enumerate(STARS)]
NOT_NUMBERS = [float("nan") if n % 9 == 1 else "ok" if n % 2 else "bad" for n in range(30)]
FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "commas": ("a.csv", written(delimited(","))),
    "semicolons": ("a.csv", written(delimited(";"))),
    "bars, lines of Windows": ("a.csv", written(delimited("|", end="\r\n"))),
    "tabs": ("a.tsv", written(delimited("\t"))),
    "tabs in a text file": ("a.TXT", written(delimited("\t"))),
    "Windows-1252": ("a.csv", written(delimited(",").replace("„", "").replace("“", ""), "cp1252")),
    "UTF-16": ("a.csv", written(delimited(","), "utf-16")),
    "a mark of UTF-8": ("a.csv", written(delimited(","), "utf-8-sig")),
    "Japanese": ("a.csv", written("stars,text\n" + JAPANESE, "cp932")),
    "quotes that are text": ("a.tsv", written("stars\ttext\n" + OPEN_QUOTES)),
    "padded and nameless columns": ("a.csv", written(delimited(",", " stars {0} text {0}").replace('."\n', '.",\n'))),
    "rows of many lengths": ("a.csv", written("stars,text\n" + RAGGED + "4\n")),
    "numbers and blanks": ("a.csv", written("stars,text\n" + BLANKS + "5,\n4,  \n3,\u3000\n")),
    "spellings of numbers": ("a.csv", written(NUMBERS)),
    "words": ("a.csv", written("text,label\n" + WORDS)),
    "JSON lines": ("a.jsonl", written(lines(records(STARS)))),
    "JSON lines in UTF-16": ("a.ndjson", written(lines(records(STARS)), "utf-16")),
    "a JSON array": ("a.json", written(json.dumps(records(STARS), indent=1))),
    "JSON of several types": ("a.json", written(json.dumps(records(MIXED)))),
    "JSON with gaps": ("a.jsonl", written(lines([*records(STARS), *GAPS]))),
    "JSON with NaN": ("a.json", written(json.dumps(records(NOT_NUMBERS)))),
    "JSON with truths": ("a.jsonl", written(lines(records([n % 3 == 0 for n in range(30)])))),
    "JSON with fractions": ("a.jsonl", written(lines(records([4.5 if n % 2 else 3 for n in range(30)])))),
    "JSON with dates": ("a.jsonl", written(lines(records(STARS, when="2020-01-01", where={"city": "Oslo"})))),
    "Parquet": ("a.parquet", table(pa.array(STARS))),
    "Parquet with gaps": ("a.parquet", table(pa.array([star if star > 1 else None for star in STARS], pa.int8()))),
    "Parquet with fractions": ("a.pq", table(pa.array([s / 5 for s in STARS], pa.float32()))),
    "Parquet with decimals": ("a.pq", table(pa.array([decimal.Decimal(s) / 2 for s in STARS]))),
    "Parquet with days": ("a.parquet", table(pa.array([datetime.date(2020, 1, s) for s in STARS]))),
    "Parquet with a dictionary": ("a.parquet", table(pa.array([f"{s} stars" for s in STARS]).dictionary_encode())),
    "Parquet with an index": ("a.parquet", with_index),
    "Parquet with class names": ("a.parquet", with_class_names),
    "Parquet with views": ("a.parquet", table(pa.array(STARS), pa.array(TEXTS, pa.string_view()))),
}


def facts_of(found: Prepared[tasks.Task]) -> Facts:
    """What the run would keep, as it comes back from the database."""
    observed = Observed(**asdict(found.origin), dropouts=(), pad_token=None, bf16=False, device="cpu")
    facts = Facts(
        task=found.task.name,
        classes=found.task.names,
        text_column=found.columns.text,
        text_columns=found.columns.texts,
        no_text=found.columns.nothing,
        label_column=found.columns.label,
        train_rows=len(found.train),
        eval_rows=len(found.eval),
        observed=observed,
    )
    return Facts.read(json.loads(json.dumps(facts.to_dict())))


def assert_same_rows(source: Any, found: Prepared[tasks.Task], data: dict[str, Any]) -> str:
    """The code whose rows were compared."""
    config, facts = parse({"data": {"source": source, **data}}), facts_of(found)
    assert facts.observed is not None
    code = f"{reviews.load(config, facts.observed.layout)}\n\n{reviews.subset(config, facts)}"
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["classes"] == list(found.task.names)
    parts = [("train_dataset", found.train), ("eval_dataset", found.eval)]
    for part, rows in [*parts, *([("test_dataset", found.test)] if found.test is not None else [])]:
        assert list(names[part]["text"]) == list(rows["text"])
        assert list(names[part]["label"]) == list(rows["label"])
    return code


PARTED: list[dict[str, Any]] = [
    {"test_size": 6},
    {"test_size": 6, "subset": "stratified"},
    {"subset": "balanced"},
    {"split": "column", "split_column": "is_valid"},
    {"split": "grouped", "split_column": "shop", "test_size": 4},
    {"split": "time", "split_column": "day", "remedies": ["html", "duplicates"]},
    {"remedies": ["unicode", "urls", "conflicts", "near_duplicates", "one_word", "leaks"]},
]


@pytest.mark.parametrize("more", PARTED, ids=str)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_parts_and_remedies_are_those_of_the_run(name: str, more: dict[str, Any], tmp_path: Path) -> None:
    texts = [f"<b>Review</b> {n % 40} cafÃ© of https://a.b/{n}" if n % 7 else "Same here" for n in range(60)]
    texts[5] = " "
    found = pd.DataFrame(
        {
            "text": texts,
            "stars": [n * n % 5 + 1 for n in range(60)],
            "shop": [n % 9 for n in range(60)],
            "day": [f"2024-{n % 12 + 1:02}-03" for n in range(60)],
            "is_valid": [n % 4 == 0 for n in range(60)],
        }
    )
    path = tmp_path / name
    if name.endswith("csv"):
        found.to_csv(path, index=False)
    elif name.endswith("jsonl"):
        found.to_json(path, orient="records", lines=True)
    else:
        found.to_parquet(path, index=False)
    data: dict[str, Any] = {"train_size": 16, "eval_size": 10, "seed": 5, **more}
    code = assert_same_rows(f"file:{path}", prepared(read_source(path), **data), data)
    assert "from core.data.picking import parts_of" in code


def test_several_texts_are_joined_as_the_run_joined_them() -> None:
    for file in ("title_body.csv", "booking_two_texts.csv", "ag_news.csv"):
        path = Path(__file__).parents[2] / "tables" / file
        data: dict[str, Any] = {"train_size": 16, "eval_size": 10, "seed": 5}
        label = "Reviewer_Nationality" if "booking" in file else None
        found = prepared(read_source(path), columns=(None, label), **data)
        assert " + " in assert_same_rows(f"file:{path}", found, data)


def prepared(
    source: Any, *, columns: tuple[str | None, str | None] = (None, None), **data: Any
) -> Prepared[tasks.Task]:
    return prepare(source, *columns, fit=tasks.fit, **data)


@pytest.mark.parametrize("subset", ["shuffle", "stratified"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_gives_the_rows_of_the_run(kind: str, subset: str, tmp_path: Path) -> None:
    name, write = FILES[kind]
    path = tmp_path / f"it's {name}"
    write(path)
    data: dict[str, Any] = {"train_size": 12, "eval_size": 8, "seed": 7, "subset": subset}
    label = "stars" if "days" in kind or "decimals" in kind else None
    found = prepared(read_source(path), columns=(None, label), **data)
    code = assert_same_rows(f"file:{path}", found, data)
    assert repr(str(path)) in code


def read_source(path: Path) -> Table:
    return read(parse({"data": {"source": f"file:{path}"}}).data.parsed_source)


def test_a_script_reads_the_file_wherever_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text(delimited(","))
    monkeypatch.chdir(tmp_path)
    data: dict[str, Any] = {"train_size": 12, "eval_size": 8, "seed": 7}
    found = prepared(read_source(Path("a.csv")), **data)
    monkeypatch.chdir("/")
    assert_same_rows("file:a.csv", found, data)


def test_a_rare_class_is_picked_as_the_run_picked_it(tmp_path: Path) -> None:
    rows = "".join(f"{'rare' if n == 3 else 'abc'[n % 3]},Text number {n}\n" for n in range(60))
    (tmp_path / "a.csv").write_text("label,text\n" + rows)
    for sizes in ({"train_size": 30, "eval_size": 12}, {"train_size": 400, "eval_size": 100}):
        data: dict[str, Any] = {**sizes, "seed": 1, "subset": "stratified"}
        found = prepared(read_source(tmp_path / "a.csv"), **data)
        assert "reshuffled" in (found.origin.eval_how, found.origin.train_how)
        assert_same_rows(f"file:{tmp_path / 'a.csv'}", found, data)


def test_the_stratified_draw_is_that_of_scikit_learn() -> None:
    from sklearn.model_selection import train_test_split

    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, rng.integers(2, 9), 200)
        size = int(rng.integers(20, 150))
        names: dict[str, Any] = {"np": np, "rows": {"label": labels}}
        exec(reviews.STRATIFIED.replace("SEED", str(seed)), names)
        candidates = rng.permutation(200)
        expected, _ = train_test_split(candidates, train_size=size, stratify=labels[candidates], random_state=seed)
        assert names["stratified"](candidates, size).tolist() == expected.tolist()


STAR_NAMES = ClassLabel(names=["1 star", "2 stars", "3 stars", "4 stars", "5 stars"])


def split(labels: list[Any], kind: Any, start: int = 0, text: str = "text", label: str = "label") -> Dataset:
    texts = [f"Review {start + n}" for n in range(len(labels))]
    return Dataset.from_dict({text: texts, label: labels}, features=Features({text: Value("string"), label: kind}))


CLASSES = [n * n % 5 for n in range(30)]
HUBS: dict[str, DatasetDict] = {
    "train and test": DatasetDict(train=split(CLASSES, STAR_NAMES), test=split(CLASSES, STAR_NAMES, 100)),
    "a test split without labels": DatasetDict(
        train=split(CLASSES, STAR_NAMES),
        validation=split(CLASSES, STAR_NAMES, 100),
        test=split([-1] * 30, STAR_NAMES, 200),
    ),
    "some without labels": DatasetDict(
        train=split(CLASSES, STAR_NAMES), test=split([-1 if n % 5 == 2 else 1 for n in range(30)], STAR_NAMES, 100)
    ),
    "one split of another name": DatasetDict(reviews=split(CLASSES, STAR_NAMES)),
    "words": DatasetDict(
        train=split(["good" if n % 3 else " bad" for n in range(30)], Value("string"), 0, "label", "verdict"),
        dev=split(["bad", "good"] * 15, Value("string"), 100, "label", "verdict"),
    ),
    "other columns, numbers from 1": DatasetDict(
        train=split(STARS, Value("int64"), 0, "content", "stars"),
        test=split(STARS, Value("int64"), 50, "content", "stars"),
    ),
}


PARTED_HUBS: list[tuple[str, dict[str, Any]]] = [
    ("train and test", {"test_size": 8}),
    ("train, validation and test", {"test_size": 8, "remedies": ["duplicates", "leaks"]}),
    ("one split of another name", {"subset": "balanced"}),
    ("titles", {}),
    ("titles", {"split": "grouped", "split_column": "title", "test_size": 8}),
]
HUBS["train, validation and test"] = DatasetDict(
    train=split(CLASSES, STAR_NAMES), validation=split(CLASSES, STAR_NAMES, 20), test=split(CLASSES, STAR_NAMES, 200)
)
HUBS["titles"] = DatasetDict(
    {
        name: split(CLASSES, STAR_NAMES, start, "body").add_column("title", [f"Title {n % 8}" for n in range(30)])
        for name, start in (("train", 0), ("test", 100))
    }
)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[tuple[str, str | None]]]:
    """Has the library load one of HUBS, whatever is asked for; returns the list of what was."""

    def chosen(kind: str) -> list[tuple[str, str | None]]:
        asked = []

        def load(repository: str, configuration: str | None = None) -> DatasetDict:
            asked.append((repository.removeprefix("hf://datasets/"), configuration))
            return DatasetDict(HUBS[kind])

        def builder(repository: str, configuration: str | None = None) -> SimpleNamespace:
            loaded = load(repository, configuration)
            return SimpleNamespace(name="csv", download_and_prepare=lambda: None, as_dataset=lambda: loaded)

        monkeypatch.setattr(hub, "reachable", lambda: True)
        monkeypatch.setattr(datasets, "load_dataset_builder", builder)
        monkeypatch.setattr(datasets, "load_dataset", load)
        return asked

    return chosen


@pytest.mark.parametrize(("kind", "more"), PARTED_HUBS, ids=str)
def test_parts_of_a_dataset_of_the_hub_are_those_of_the_run(
    kind: str, more: dict[str, Any], offer: Callable[[str], object]
) -> None:
    offer(kind)
    data: dict[str, Any] = {"train_size": 14, "eval_size": 9, "seed": 3, **more}
    text = "title + body" if kind == "titles" else None
    found = prepared(read_dataset("acme/reviews", None), columns=(text, None), **data)
    assert_same_rows("hub:acme/reviews", found, data)


@pytest.mark.parametrize("subset", ["shuffle", "stratified"])
@pytest.mark.parametrize("kind", HUBS)
def test_a_dataset_of_the_hub_gives_the_rows_of_the_run(
    kind: str, subset: str, offer: Callable[[str], list[tuple[str, str | None]]]
) -> None:
    asked = offer(kind)
    data: dict[str, Any] = {"train_size": 14, "eval_size": 9, "seed": 3, "subset": subset}
    found = prepared(read_dataset("acme/reviews", "small"), **data)
    assert_same_rows("hub:acme/reviews/small", found, data)
    assert asked == [("acme/reviews", "small")] * 2


def test_the_tutorial_s_dataset_is_loaded_as_the_tutorial_does() -> None:
    config = parse({"data": {"source": "hub:Yelp/yelp_review_full"}})
    code = reviews.load(config, {}) + reviews.subset(config, Facts())
    assert "dataset = load_dataset('Yelp/yelp_review_full')" in code
    assert "train_dataset = prepare('train').shuffle(seed=42).select(range(1000))" in code
    assert "eval_dataset = prepare('test').shuffle(seed=42).select(range(1000))" in code


def test_before_a_run_the_lines_find_the_classes_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(delimited(","))
    config = parse({"data": {"source": f"file:{tmp_path / 'a.csv'}", "train_size": 20, "eval_size": 8}})
    names: dict[str, Any] = {}
    exec(f"{reviews.load(config, {})}\n{reviews.subset(config, Facts())}", names)
    assert names["classes"] == ["1", "2", "5"]
    assert (len(names["train_dataset"]), len(names["eval_dataset"])) == (20, 8)


def test_cells_are_told_as_they_stand_in_every_split() -> None:
    found = Table({"train": pa.table({"y": ["1", " 2", "2.0"]}), "test": pa.table({"y": ["3", None, ""]})})
    assert cells(found, "y", tasks.fit(found, "y")) == ((("1", 0), (" 2", 1), ("2.0", 1), ("3", 2)), False)
    days = Table({"train": pa.table({"y": pa.array([1, 2], pa.date32())})}, class_names_in(pa.schema([])))
    assert cells(days, "y", tasks.fit(days, "y")) == ((("1970-01-02", 0), ("1970-01-03", 1)), True)


MERGED = [{"name": "bad", "of": ["2 stars"]}, {"name": "good", "low": 4}]
LABELS = {
    "stars": ("a.csv", written(delimited(","))),
    "lists.jsonl": ("a.jsonl", written(lines(records([[str(star)] for star in STARS[:-1]] + [["1", "2"]])))),
    "lists.parquet": ("a.parquet", table(pa.array([[str(star)] for star in STARS[:-1]] + [["1", "2"]]))),
}


@pytest.mark.parametrize("kind", LABELS)
def test_merged_classes_are_those_of_the_run(kind: str, tmp_path: Path) -> None:
    name, write = LABELS[kind]
    write(tmp_path / name)
    data: dict[str, Any] = {"train_size": 10, "eval_size": 8, "seed": 7, "subset": "stratified"}
    chosen = parse({"data": {"classes": MERGED}}).data.classes
    fit = partial(tasks.fit, classes=chosen)
    found = prepare(read_source(tmp_path / name), "text", "stars", fit=fit, **data)
    assert found.task.names == ("bad", "good")
    assert len(found.train) == 10
    assert_same_rows(f"file:{tmp_path / name}", found, data)


def test_before_a_run_the_lines_make_the_classes_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(delimited(","))
    raw = {"source": f"file:{tmp_path / 'a.csv'}", "train_size": 8, "eval_size": 8, "classes": MERGED}
    names: dict[str, Any] = {}
    exec(f"{reviews.load(parse({'data': raw}), {})}\n{reviews.subset(parse({'data': raw}), Facts())}", names)
    assert names["classes"] == ["bad", "good"]
    assert len(names["rows"]) == sum(star in {2, 5} for star in STARS)
