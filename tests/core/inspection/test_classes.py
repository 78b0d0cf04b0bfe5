"""What a profile says of classes and guesses: in JSON, for another choice of classes, and for the next process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.cli.main import main
from core.config.run_config import ClassConfig
from core.config.source import Source
from core.data.odd import Odd
from core.data.table import Table
from core.errors import LabelError
from core.home.places import Home
from core.inspection import cache, reports
from core.inspection.profile import profile
from core.messages import Message

MERGED = [ClassConfig(name="bad", of=["1 star", "2 stars"]), ClassConfig(name="good", of=["4 stars", "5 stars"])]
TABLES = Path(__file__).parents[2] / "tables"


def table(**more: Any) -> Table:
    texts = [f"review number {n}" for n in range(50)]
    return Table(
        {"train": pa.table({"text": ["", *texts[1:]], "stars": [n % 5 + 1 for n in range(50)]}),
         "test": pa.table({"text": ["a fine one", "a bad one"], "stars": [5, 3]})}, **more
    )  # fmt: skip


def test_another_choice_of_classes_is_had_without_reading_again() -> None:
    found = profile(table())
    merged = found.as_task("auto", MERGED)
    assert merged == profile(table(), classes=MERGED)
    assert merged.counts == {"bad": 19, "good": 21}
    assert (merged.usable, merged.empty, merged.rows) == ({"train": 39, "test": 1}, 12, 52)
    assert (merged.task, merged.ratings) == ("classes", None)
    assert merged.as_task("auto") == found
    assert merged.as_task("ratings", MERGED).ratings == [1, 2]
    with pytest.raises(LabelError, match=r"'none' of data.classes takes nothing"):
        found.as_task("auto", [*MERGED, ClassConfig(name="none", of=["7"])])


def test_the_dict_tells_guess_classes_and_what_was_odd() -> None:
    left_out = (Odd(Message("have too many cells"), 3, ((7, "a,b,c"),)),)
    repaired = (Odd(Message("are not UTF-8"), 2), Odd(Message("have cells added"), 1))
    found = profile(table(left_out=left_out, repaired=repaired)).to_dict()
    assert json.loads(json.dumps(found)) == found
    guess = found["guess"]
    assert (guess["text"], guess["text_columns"], guess["label"]) == ("text", ["text"], "stars")
    assert guess["why"] == "'text': it is called so. 'stars': its name says so, and it has 5 different values."
    assert found["classes_found"][0] == {"name": "1 star", "value": 1.0, "count": 9}
    assert [each["name"] for each in found["classes_found"]] == found["classes"]
    assert (found["task"], found["repaired"], found["left_out"]) == ("ratings", 3, 3)
    assert {"why": "have too many cells", "count": 3, "lines": [[7, "a,b,c"]]} in found["odd"]
    assert not {"written", "by_form", "labels"} & found.keys()


def test_a_report_with_classes_is_found_again_by_them(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,score\n" + "".join(f"review number {n},{n / 7}\n" for n in range(60)))
    source = Source("file", str(path))
    with pytest.raises(LabelError, match="decimal numbers with 60"):
        reports.start(Home.present(), source).result()
    halves = [ClassConfig(name="low", high=4.0), ClassConfig(name="high", low=4.0)]
    first = reports.start(Home.present(), source, classes=halves).result()
    assert first.profile.counts == {"low": 28, "high": 32}
    cache._memory.clear()
    assert reports.find(Home.present(), source, classes=halves) == first
    assert reports.find(Home.present(), source) is None
    outline = reports.find_outline(Home.present(), source)
    assert outline is not None
    assert {role: str(why)[:9] for role, why in outline.why.items()} == {"text": "'text': i", "label": "'score': "}


def test_classes_are_chosen_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classes = json.dumps([each.model_dump(exclude_defaults=True) for each in MERGED])
    source = f"file:{TABLES / 'amazon_jp_cp932.csv'}"
    assert main(["profile", source, "--json", "--set", f"data.classes={classes}", "--set", "data.task=ratings"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["classes_found"] == [
        {"name": "bad", "value": 1.0, "count": 20},
        {"name": "good", "value": 2.0, "count": 20},
    ]
    assert found["task"] == "ratings"
    assert main(["profile", source, "--set", 'data.classes=[{"name": "bad", "of": [1]}]']) == 2
    assert "names only 'bad', expected at least 2 classes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("label_case.csv", "'negative' = "),
        ("label_zero_width.csv", "(rows written otherwise: "),
        ("label_na_words.csv", "N/A, nan, NULL, -, None (rows: 35)"),
        ("multilabel.csv", "several labels"),
    ],
)
def test_what_was_done_to_labels_is_said(file: str, words: str) -> None:
    found = profile(Source("file", str(TABLES / file)))
    assert any(words in str(note) for note in found.notes)
    assert all(len(str(note)) < 500 for note in found.notes)
    assert sum(found.counts.values()) + found.empty == found.rows
