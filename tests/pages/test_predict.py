"""The Predict page with a model trained here in seconds: one review, many, none, and odd ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.config import parse
from core.home.places import Home
from core.prediction.predictor import Predictor
from core.runs.run import Run, Status
from core.runs.store import Store
from core.work import execution
from tests.pages.drawn import checked, go, make_run, opened, pills, words

ODD = {
    "50,000 words": "noodles " * 50_000,
    "emoji": "😀🍜🫶🏽 👩‍👩‍👧‍👦 \U0001f1ef\U0001f1f5",
    "Chinese": "这家餐厅很好吃，服务也很周到。",
    "right to left": "طعام لذيذ وخدمة ممتازة",
    "markup": "</div><script>alert(1)</script> **bold** :red[x] $y$",
    "control characters": "good\x00\x1b[31m\ufeff food\u200b",
    "one letter": "a",
    "surrogates": "\ud83d alone".encode("utf-8", "replace").decode(),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Run]:
    """A run of the tiny model on the bundled sample, in a home that the tests of this file share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(tmp_path_factory.mktemp("home")))
        store = Store(Home.present())
        config = {
            "name": "tiny",
            "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
            "model": {"name": str(tiny_model)},
            "training": {"num_train_epochs": 1, "precision": "fp32"},
        }
        claimed = store.claim(store.create(parse(config)).id)
        assert claimed is not None
        run = execution.execute(store, claimed)
        assert run.status is Status.FINISHED
        yield run


def rated(text: str, *, lines: bool = False) -> AppTest:
    """The page after a review was written."""
    at = opened("predict")
    if lines:
        at.toggle(key="each-line").set_value(True)
    at.text_area(key="review").set_value(text).run()
    return checked(at)


def test_without_a_model_it_leads_to_training(store: Store) -> None:
    assert "No model yet" in words(opened("predict"))
    make_run(store, Status.FAILED)
    assert "No model yet" in words(opened("predict"))


def test_one_review_gets_stars_and_five_bars(trained: Run) -> None:
    at = rated("The noodles were wonderful.")
    assert "stars expected" in words(at)
    bars = next(each.value for each in at.html if "sb-bars" in each.value)
    assert bars.count("<li>") == 5
    assert "nothing cut" in words(at)
    assert not at.dataframe


@pytest.mark.parametrize("text", ["", "   ", "\n\n \t"])
@pytest.mark.parametrize("lines", [False, True])
def test_nothing_written_asks_for_a_review(trained: Run, text: str, lines: bool) -> None:
    at = rated(text, lines=lines)
    assert "Stars appear here" in words(at)
    assert "expected" not in words(at)


def test_each_line_is_a_review_when_asked_for(trained: Run) -> None:
    text = "Good.\n\n  \nBad.\r\nFine, really.\n"
    assert not rated(text).dataframe
    table = rated(text, lines=True).dataframe[0].value
    assert table["Review"].tolist() == ["Good.", "Bad.", "Fine, really."]
    assert table["Stars"].between(1, 5).all()


def test_many_lines_are_rated_at_once(trained: Run) -> None:
    at = rated("\n".join(f"Review number {n} of many." for n in range(300)), lines=True)
    assert "300 reviews" in words(at)
    assert len(at.dataframe[0].value) == 300


def test_more_lines_than_are_rated_are_not_dropped_in_silence(trained: Run) -> None:
    at = rated("\n".join(["x"] * 2005), lines=True)
    assert len(at.dataframe[0].value) == 2000
    assert "2,000" in words(at)
    assert any("2,005" in each.value for each in at.warning)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_reviews_get_stars_too(trained: Run, text: str) -> None:
    at = rated(text)
    assert "stars expected" in words(at)
    assert ("the rest was cut" in words(at)) == (len(text) > 1000)
    assert "<script>alert" not in "".join(each.value for each in at.html)


def test_an_example_is_one_click(trained: Run) -> None:
    at = opened("predict")
    pills(at, "example").set_value("A harsh one").run()
    assert "Terrible" in (checked(at).text_area(key="review").value or "")
    assert "stars expected" in words(at)


def test_the_run_in_the_url_is_the_one_that_predicts(trained: Run) -> None:
    at = opened("predict", run=trained.id)
    assert at.selectbox(key="predict-run").value == trained.id
    assert "accurate on 16 reviews" in words(at)


def test_another_model_is_chosen_and_stands_in_the_url(trained: Run) -> None:
    other = make_run(Store(Home.present()), Status.STOPPED)
    at = opened("predict")
    assert at.selectbox(key="predict-run").value == trained.id, "finished ones come first"
    at.selectbox(key="predict-run").set_value(other.id).run()
    assert checked(at).query_params["run"] == other.id
    assert "55\xa0% accurate" in "".join(each.value for each in at.html)


def test_a_model_that_was_deleted_is_explained(store: Store) -> None:
    make_run(store, Status.FINISHED)
    at = rated("good")
    assert "What to do:" in words(at)
    assert "expected" not in words(at)


def test_prediction_works_while_another_run_trains(trained: Run) -> None:
    store = Store(Home.present())
    busy = make_run(store, Status.TRAINING)
    at = rated("Wonderful.")
    assert "stars expected" in words(at)
    assert at.button(key="strip-stop")
    store.set_status(busy.id, Status.FAILED)


def test_what_was_written_outlives_a_visit_to_another_page(trained: Run) -> None:
    at = opened("predict")
    checked(at.text_area(key="review").set_value("Half a sentence").run())
    checked(at.toggle(key="each-line").set_value(True).run())
    go(at, "results")
    go(at, "predict")
    assert at.text_area(key="review").value == "Half a sentence"
    assert at.toggle(key="each-line").value


def test_a_review_is_rated_once_however_often_its_page_is_drawn(trained: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rated_texts: list[str] = []
    real = Predictor.__call__

    def call(self: Predictor, texts: list[str], **options: Any) -> Any:
        rated_texts.extend(texts)
        return real(self, texts, **options)

    monkeypatch.setattr(Predictor, "__call__", call)
    at = rated("Once is enough.")
    checked(at.run())
    checked(at.toggle(key="show-code").set_value(True).run())
    assert rated_texts.count("Once is enough.") == 1
    checked(at.text_area(key="review").set_value("Another one.").run())
    assert rated_texts.count("Another one.") == 1
