"""Runs on awkward tables, from the table to rated rows: several texts, remedies, a test part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.data import several
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution
from tests.core.work.trainings import tiny, trained


def table(file: Path, rows: int = 90) -> None:
    lines = ["title,body,stars,shop"]
    for row in range(rows):
        body = "" if row % 9 == 0 else f"<b>meal {row}</b> was {'very ' * (row % 4)}fine"
        lines.append(f"{'Good' if row % 2 else 'Bad'} place {row},{body},{row % 3 + 1},shop {row % 11}")
    file.write_text("\n".join(lines) + "\n")


def test_a_run_keeps_what_rates_its_tables_and_which_rows_are_for_the_test(
    home: Path, tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reviews.csv"
    table(file)
    asked: dict[str, Any] = {"data.test_size": 12, "data.remedies": ["html"], "data.split": "grouped"}
    store = Store(Home.present())
    run = trained(store, tiny(tiny_model, **{"data.source": f"file:{file}", "data.split_column": "shop", **asked}))
    assert run.status is Status.FINISHED
    facts = run.facts
    assert (facts.text_column, facts.text_columns) == ("title + body", ("title", "body"))
    assert facts.test_rows == len(facts.test_numbers) == len(set(facts.test_numbers))
    assert 8 <= len(facts.test_numbers) <= 16
    assert facts.rows is not None
    assert facts.rows.test
    said = [event.values["text"] for event in store.events(run.id, kinds=("message",))]
    assert "Several columns are read as one text: title, body." in said
    assert any(words.startswith("Remedy html: ") for words in said)
    assert json.loads(json.dumps(facts.to_dict())) == facts.to_dict() | {"test_numbers": list(facts.test_numbers)}

    fresh = tmp_path / "fresh.jsonl"
    rows = [{"body": "fine soup", "title": "Good", "id": 7}, {"body": None, "title": " ", "id": 8}]
    fresh.write_text("".join(json.dumps(row) + "\n" for row in rows))
    capsys.readouterr()
    assert main(["predict", run.id, "--json", "--file", str(fresh)]) == 0
    rated = json.loads(capsys.readouterr().out)
    assert [(each["text"], each["row"], each["columns"]) for each in rated] == [
        ("Good\nfine soup", 0, {"id": 7}),
        ("", 1, {"id": 8}),
    ]
    fresh.write_text('{"body": "fine soup"}\n')
    assert main(["predict", run.id, "--json", "--file", str(fresh)]) == 2
    assert "has no column 'title', which the run learned from" in capsys.readouterr().err


def test_a_run_goes_on_with_the_columns_that_it_began_with(
    home: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version guessed the body alone."""
    file = tmp_path / "reviews.csv"
    table(file)
    store = Store(Home.present())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(several, "guessed", lambda *_args: ())
        run = trained(store, tiny(tiny_model, **{"data.source": f"file:{file}"}))
    assert run.facts.text_column == "body"
    store.extend(run.id, 2)
    claimed = store.claim(run.id)
    assert claimed is not None
    again = execution.execute(store, claimed)
    assert (again.status, again.failure, again.facts.text_column) == (Status.FINISHED, None, "body")
    assert again.config.data.text_column is None
