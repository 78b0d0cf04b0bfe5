"""All rules together: tables with faults, tables without, and what settings make of what was found."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core import doctor, tasks
from core.config import DataConfig, RunConfig
from core.config.run_config import Remedy
from core.config.source import Source
from core.data import reading, remedies
from core.data.columns import choose
from core.data.table import Table
from core.doctor import Stopped
from core.errors import DataError, StarboardError
from core.messages import Message
from tests.core.doctor import made


def test_four_texts_repeated_leak_into_every_evaluation() -> None:
    found = made.found_in("training/dup_leak.csv")
    assert found["leaks"].severity == "serious"
    assert found["leaks"].words.values["share"] == pytest.approx(1, abs=0.01)
    # Half of the answers are right by chance.
    assert 40 <= found["leaks"].words.values["points"] <= 50
    assert found["duplicates"].count == 116
    assert found["duplicates"].rows[0] == 4


def test_a_class_of_five_percent_is_serious() -> None:
    found = made.found_in("training/imbalanced95.csv")
    assert found["imbalance"].severity == "serious"
    assert found["imbalance"].count == 190
    assert found["imbalance"].remedy == {"data.subset": "stratified"}
    assert "leaks" not in found


def test_thousands_of_blanks_are_found() -> None:
    found = made.found_in("training/leading_space.csv")
    assert (found["blanks"].severity, found["blanks"].count) == ("warning", 120)
    assert "unreadable" not in found


def test_a_verdict_that_is_never_read_is_serious() -> None:
    found = made.found_in("training/verdict_last.csv", max_length=32)
    assert (found["cut"].severity, found["cut"].count) == ("serious", 120)
    assert found["cut"].remedy == {"data.max_length": 320}
    assert found["boilerplate"].severity == "warning"
    assert made.found_in("training/verdict_last.csv", max_length=512).get("cut") is None


def test_html_is_found_and_does_not_look_like_another_language() -> None:
    found = made.found_in("html_text.csv")
    assert (found["html"].severity, found["html"].count) == ("warning", 50)
    assert found["html"].remedy == {"data.remedies": ["html"]}
    assert not {"unreadable", "languages", "mojibake"} & found.keys()


def test_classes_of_one_row_are_serious() -> None:
    found = made.found_in("imbalanced.csv")
    assert found["rare_classes"].severity == "serious"
    assert len(found["rare_classes"].rows) == 1
    assert found["imbalance"].severity == "serious"
    assert made.found_in("thousand_classes.csv")["rare_classes"].count == 50


def test_the_sample_and_real_reviews_have_nothing_worse_than_a_note(real_reviews: Path) -> None:
    for source in (Source("sample", "reviews"), Source("file", str(real_reviews))):
        whole = reading.read(source)
        table = Table({"train": whole.train.slice(0, 1000)})
        columns = choose(table)
        examined = doctor.examine(table, columns, tasks.fit(table, columns.label))
        found = doctor.findings(examined, DataConfig())
        assert {each.severity for each in found} == {"note"}, found


def test_remedies_that_are_set_make_notes_of_what_they_see_to() -> None:
    table = made.table(*made.texts(40))
    table = made.table([*table.train["text"].to_pylist()] * 4, [*table.train["label"].to_pylist()] * 4)
    examined = doctor.examine(table, made.COLUMNS, tasks.fit(table, "label"))
    before = {each.rule: each.severity for each in doctor.findings(examined, DataConfig())}
    assert (before["leaks"], before["duplicates"]) == ("serious", "serious")
    after = {each.rule: each.severity for each in doctor.findings(examined, DataConfig(remedies=["duplicates"]))}
    assert (after["leaks"], after["duplicates"]) == ("note", "note")
    # The worst comes first.
    assert doctor.findings(examined, DataConfig())[0].rule == "leaks"


def test_copies_that_are_left_out_of_each_part_alone_still_leak_from_one_to_the_other() -> None:
    texts, labels = made.texts(100)
    texts[80:90] = texts[10:20]
    table = made.table(texts, labels, held=20)
    examined = doctor.examine(table, made.COLUMNS, tasks.fit(table, "label"))
    cases: list[tuple[Remedy, str]] = [("duplicates", "serious"), ("leaks", "note")]
    for remedy, severity in cases:
        found = {each.rule: each for each in doctor.findings(examined, DataConfig(remedies=[remedy]))}
        assert found["leaks"].severity == severity


FAULTS = {
    "html": [
        "Good <br /> food &amp; <A href='x'>drinks</A> on day {n}",
        "<p class=big>Bad day {n}</p>",
        "I <3 you {n}",
    ],
    "urls": ["see https://example.com/{n} or www.example.com", "nothing here {n}", "FTP://x.y/{n} is old"],
    "control": ["zero\u200bwidth {n}", "bell\x07 {n}", "nothing {n}"],
    "one_word": ["good{n}", "最高", "very good {n}"],
    "duplicates": ["The same ", "the  SAME", "another {n}"],
    "near_duplicates": [
        "the {d} was good and the staff was kind to all of us on a long evening in may",
        "the {d} was good and the staff was kind to all of us on a long evening in june",
        "Good {d}!",
        "good {d}",
    ],
}


@pytest.mark.parametrize("rule", FAULTS)
def test_what_a_remedy_has_seen_to_is_not_found_again(rule: str) -> None:
    """The doctor and the remedies mean the same, row by row."""
    texts = [
        each.format(n=number, d=f"{dish} {made.DISHES[-number]}")
        for number, dish in enumerate(made.DISHES)
        for each in FAULTS[rule]
    ]
    labels = [("good", "bad")[number % 2] for number in range(len(texts))]
    (found,) = [each for each in _examined(texts, labels) if each.rule == rule]
    assert found.remedy is not None
    (remedy,) = found.remedy["data.remedies"]
    column = pa.chunked_array([texts])
    if remedy in remedies.ON_TEXTS:
        better = remedies.ON_TEXTS[remedy](column).to_pylist()
        assert [number for number, text in enumerate(better) if text != texts[number]] == found.rows
        texts = better
    else:
        stay = remedies.ON_ROWS[remedy](column, np.arange(len(texts)) % 2)
        assert np.flatnonzero(~stay).tolist() == found.rows
        texts, labels = ([each for each, kept in zip(all_, stay, strict=True) if kept] for all_ in (texts, labels))
    assert rule not in {each.rule for each in _examined(texts, labels)}


def _examined(texts: list[str], labels: list[str]) -> list[doctor.Finding]:
    table = made.table(texts, labels)
    return doctor.findings(doctor.examine(table, made.COLUMNS, tasks.fit(table, "label")), DataConfig())


def test_every_remedy_is_a_change_of_the_configuration() -> None:
    found = [
        *made.found_in("training/dup_leak.csv").values(),
        *made.found_in("training/imbalanced95.csv").values(),
        *made.found_in("html_text.csv").values(),
        *made.found_in("jp_stars.csv").values(),
    ]
    remedies = [each.remedy for each in found if each.remedy]
    assert len(remedies) >= 6
    for remedy in remedies:
        assert RunConfig().replace(remedy).changes().keys() >= {*remedy} - {"data.max_length"}


def test_it_says_how_far_it_is_and_ends_when_asked_to() -> None:
    table = made.table(*made.texts(4500))
    task = tasks.fit(table, "label")
    shares: list[float] = []
    doctor.examine(table, made.COLUMNS, task, progress=shares.append)
    assert shares == sorted(shares)
    assert len(set(shares)) > 15
    assert shares[-1] == 1
    with pytest.raises(Stopped):
        doctor.examine(table, made.COLUMNS, task, progress=shares.append, stopped=lambda: shares[-1] < 0.9)


def test_awkward_tables_are_examined() -> None:
    """Whatever can be read and learnt from can be examined, and what is found is said and stored."""
    examined = 0
    for path in sorted(made.TABLES.iterdir()):
        if path.is_file() and path.name != "expected.tsv":
            with contextlib.suppress(StarboardError):
                for found in made.found_in(path.name).values():
                    assert 0 < len(str(found.words)) < 500, found
                    assert Message.from_dict(found.words.to_dict()) == found.words
                    assert json.dumps(found.rows)
                examined += 1
    assert examined >= 40


def test_a_table_without_a_usable_row_is_examined() -> None:
    table = made.table([None, " ", "", "\n"], ["good", "bad", "good", "bad"])
    examined = doctor.examine(table, made.COLUMNS, tasks.fit(table, "label"))
    (only,) = doctor.findings(examined, DataConfig())
    assert (only.rule, only.count, only.rows) == ("empty", 4, [0, 1, 2, 3])


def test_every_rule_is_explained() -> None:
    said = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
    for rule in doctor.RULES:
        assert f"| `{rule.name}` |" in said


def test_an_unknown_rule_is_named_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"no rule 'duplicate'.*leaks, duplicates.*Did you mean 'duplicates'"):
        doctor.check_rule("duplicate")
    for rule in doctor.RULES:
        doctor.check_rule(rule.name)
