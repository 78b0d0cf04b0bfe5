"""Predictions: equal to the pipeline's, in any order and batch, and clear about bad texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig
from core.errors import DataError, RunError
from core.home.places import Home
from core.prediction import predictor
from core.prediction.predictor import Predictor
from core.runs.store import Store
from core.work.preload import preload

TEXTS = ["Terrible, never again.", "好吃 🍜 🍜", "word " * 3000, "ok", "Best meal of my life! " * 20]


@pytest.fixture(scope="module")
def model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as a run saves it: five stars, with their values."""
    from core import tasks
    from core.config import ModelConfig
    from core.models import loading

    labels = tasks.of_model(("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (1.0, 2.0, 3.0, 4.0, 5.0))
    folder = tmp_path_factory.mktemp("run") / "model"
    classifier = loading.load_classifier(ModelConfig(name=str(tiny_model)), labels, seed=1)
    classifier.config.star_ratings = [1.0, 2.0, 3.0, 4.0, 5.0]
    classifier.save_pretrained(folder)
    loading.load_tokenizer(str(tiny_model)).save_pretrained(folder)
    return folder


def test_probabilities_equal_those_of_the_pipeline(model: Path) -> None:
    from transformers import pipeline

    ours = Predictor(model, max_length=64)(TEXTS)
    theirs = pipeline("text-classification", model=str(model), top_k=None)(TEXTS, truncation=True, max_length=64)
    for one, other in zip(ours, theirs, strict=True):
        assert one.scores == pytest.approx({each["label"]: each["score"] for each in other}, abs=1e-5)
        assert one.label == other[0]["label"]


def test_expected_stars_are_weighted_by_probability(model: Path) -> None:
    for each in Predictor(model, max_length=64)(TEXTS):
        assert sum(each.scores.values()) == pytest.approx(1)
        assert list(each.scores) == ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]
        assert each.stars == pytest.approx(sum(n * p for n, p in enumerate(each.scores.values(), start=1)))


def test_what_was_cut_is_said(model: Path) -> None:
    read = {each.text: (each.tokens, each.cut) for each in Predictor(model, max_length=64)(TEXTS)}
    assert read[TEXTS[2]] == (64, True)
    assert read["ok"] == (3, False)


@pytest.mark.parametrize(
    ("texts", "message"),
    [([], "no text to rate"), (["  \n"], "The text is empty"), (["a", ""], "Text 2 of 2 is empty")],
)
def test_nothing_to_rate_is_an_error_that_says_which(model: Path, texts: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Predictor(model, max_length=64)(texts)


def test_a_run_without_a_model_says_so(home: Path) -> None:
    run = Store(Home.present()).create(RunConfig())
    with pytest.raises(RunError, match="has no model yet"):
        predictor.load(Home.present(), run)


def test_the_model_is_loaded_once_however_many_ask(home: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    import threading

    store = Store(Home.present())
    run = store.create(RunConfig())
    shutil.copytree(model, Home.present().run(run.id) / "model")
    store.update(run.id, model_step=1)
    run = store.get(run.id)
    loaded: list[Path] = []
    real = Predictor.__init__

    def init(self: Predictor, folder: Path, **options: Any) -> None:
        loaded.append(folder)
        real(self, folder, **options)

    monkeypatch.setattr(Predictor, "__init__", init)
    preload(Home.present(), run)
    askers = [threading.Thread(target=lambda: predictor.load(Home.present(), run)(["Nice."])) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    next((each for each in threading.enumerate() if each.name == "starboard-preload"), askers[0]).join()
    assert len(loaded) == 1


def test_preloading_what_cannot_be_loaded_says_nothing_yet(home: Path) -> None:
    import threading

    run = Store(Home.present()).create(RunConfig())
    preload(Home.present(), run)
    for each in threading.enumerate():
        if each.name == "starboard-preload":
            each.join()
    with pytest.raises(RunError, match="has no model yet"):
        predictor.load(Home.present(), run)
