"""The Results page: all runs in a table, one of them closely, and how to repeat it."""

from __future__ import annotations

import pytest

from core.config import RunConfig
from core.metrics import STARS_MAE
from core.runs.facts import Facts
from core.runs.run import ENDED, Status
from core.runs.store import Store
from core.tasks.ratings import Ratings
from tests.pages.drawn import EVAL, checked, go, make_run, opened, words


def test_before_the_first_run_it_leads_to_training(store: Store) -> None:
    at = opened("results")
    assert "No runs yet" in words(at)
    assert not at.dataframe


def test_every_run_is_in_the_table_newest_first(store: Store) -> None:
    # One run trains at a time, so the one that goes on is made last.
    statuses = [Status.QUEUED, *sorted(ENDED), Status.TRAINING]
    for status in statuses:
        make_run(store, status, RunConfig(name=f"the {status} one"))
    at = opened("results")
    table = at.dataframe[0].value
    assert table["Run"].tolist() == [f"the {status} one" for status in reversed(statuses)]
    assert table["Accuracy"].dropna().round(6).unique().tolist() == [55.0]
    assert len(at.selectbox(key="result").options) == len(statuses)


def test_another_run_is_chosen_and_stands_in_the_url(store: Store) -> None:
    first = make_run(store, Status.FINISHED, RunConfig(name="first"))
    make_run(store, Status.FINISHED, RunConfig(name="second"))
    at = opened("results")
    assert at.selectbox(key="result").value != first.id
    at.selectbox(key="result").set_value(first.id).run()
    assert at.query_params["run"] == first.id
    assert at.selectbox(key="result").value == first.id
    assert '"first"' in checked(at).code[1].value


def test_scores_stand_beside_both_baselines(store: Store) -> None:
    make_run(store, Status.FINISHED)
    at = opened("results")
    scores = at.table[0].value
    assert scores.columns.tolist() == ["This model", "Always “5 stars”", "TF-IDF"]
    assert [str(cell).replace("\xa0", " ") for cell in scores.loc["Accuracy"]] == ["55.0 %", "21.0 %", "41.0 %"]
    assert "on 16 unseen reviews" in words(at)


def test_scores_of_an_earlier_step_say_so(store: Store) -> None:
    run = make_run(store, Status.STOPPED)
    store.update(run.id, facts=Facts(eval_step=2))
    assert "Measured at step 2; the saved model is of step 4." in words(opened("results"))


def test_a_run_without_an_evaluation_says_so(store: Store) -> None:
    make_run(store, Status.QUEUED)
    assert "Not evaluated yet." in words(opened("results"))


def test_the_configuration_and_the_command_that_repeat_it(store: Store) -> None:
    config = RunConfig(name="mine").replace({"training.learning_rate": 3e-5})
    run = make_run(store, Status.FINISHED, config)
    at = opened("results")
    command, shown, script, *_several = (each.value for each in at.code)
    assert command.startswith("python -m core train")
    assert run.id in command
    assert RunConfig.model_validate_json(shown) == config
    compile(script, "script.py", "exec")
    (save,) = (each for each in at.get("download_button") if each.proto.label == "Save the script")
    assert save.proto.url


def test_a_task_with_another_best_score_is_shown_by_that(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ratings, "best", STARS_MAE)
    # There is no model to be loaded.
    monkeypatch.setattr("core.work.preload.preload", lambda *_: None)
    make_run(store, Status.FINISHED)
    at = opened("results")
    assert at.dataframe[0].value["Stars off, on average"].tolist() == [EVAL["stars_mae"]]
    assert at.dataframe[0].value["Commonest class"].tolist() == [1.9]
    assert "commonest class 1.90 · TF-IDF 0.90" in words(at)
    assert "Stars off, on average on unseen reviews." in words(at)
    assert "Stars off, on average of 0.60 on 16 reviews" in words(go(at, "predict"))


def test_classes_without_an_order_have_no_stars(store: Store) -> None:
    run = make_run(store, Status.FINISHED)
    store.update(run.id, facts=Facts(classes=("1", "2", "3"), ratings=None, commonest="2"))
    at = opened("results")
    assert "Stars off" not in at.dataframe[0].value
    assert at.table[0].value.columns.tolist() == ["This model", "Always “2”", "TF-IDF"]
    assert at.table[0].value.index.tolist() == ["Accuracy", "Macro F1", "Loss"]
