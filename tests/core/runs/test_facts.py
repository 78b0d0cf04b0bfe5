"""The facts of a run: what is stored is what is known, and anything stored can be read."""

from __future__ import annotations

from pathlib import Path

from core.config import RunConfig
from core.home.places import Home
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.store import Store

KNOWN = {
    "task": "ratings",
    "classes": ["1 star", "2 stars"],
    "ratings": [1.0, 2.0],
    "text_column": "text",
    "train_rows": 40,
    "tfidf": None,
    "pace": Pace(steps=3, training_seconds=1.5, since_step=7).to_dict(),
}


def test_what_is_stored_is_read_and_stored_again_as_it_was() -> None:
    assert Facts.read(KNOWN).to_dict() == KNOWN
    assert Facts().to_dict() == {}


def test_a_fact_that_is_not_what_it_should_be_counts_as_missing() -> None:
    strange = {"train_rows": "many", "classes": 3, "pace": {"of": "another version"}, "baseline": {"accuracy": "good"}}
    assert Facts.read(KNOWN | strange) == Facts(task="ratings", ratings=(1.0, 2.0), text_column="text", tfidf=None)
    for raw in (None, [1], "text", {"of": "another version"}):
        assert Facts.read(raw) == Facts()


def test_strange_facts_do_not_make_a_run_unreadable(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run = store.create(RunConfig())
    with store.database.transaction() as connection:
        connection.execute("""UPDATE runs SET facts = '{"train_rows": "many", "eval_rows": 16}'""")
    assert store.get(run.id).facts == Facts(eval_rows=16)
