"""A run with classes of its own: trained, stopped and gone on with, used to predict, written as a script."""

from __future__ import annotations

from pathlib import Path

from core.config.run_config import ClassConfig
from core.export import reviews
from core.home.places import Home
from core.prediction import predictor
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution
from core.work.actions import Actions
from tests.core.work.trainings import stopped_at_7, tiny

CLASSES = [
    ClassConfig(name="bad", of=["1 star", "2"], value=-1.0),
    ClassConfig(name="good", low=4.0, value=1.0),
]


def test_merged_classes_last_through_the_life_of_a_run(home: Path, tiny_model: Path, tmp_path: Path) -> None:
    rows = [f"{n % 5 + 1},review number {n} was {'fine ' * (n % 4)}indeed" for n in range(90)]
    (tmp_path / "reviews.csv").write_text("\n".join(["stars,text", *rows]) + "\n")
    changes = {
        "data.source": f"file:{tmp_path / 'reviews.csv'}",
        "data.classes": CLASSES,
        "training.num_train_epochs": 2.0,
        "training.per_device_train_batch_size": 8,
    }
    store = Store(Home.present())
    run = stopped_at_7(store, tiny(tiny_model, **changes))
    Actions(store.home).resume(run.id)
    claimed = store.claim(run.id)
    assert claimed is not None
    ended = execution.execute(store, claimed)
    assert (ended.status, ended.failure) == (Status.FINISHED, None)
    run = store.get(run.id)
    assert run.config.data.classes == CLASSES
    assert run.facts.classes == ("bad", "good")
    assert list(run.facts.ratings or ()) == [-1, 1]
    assert any("3 stars; their rows are left out (rows: 18)" in str(event) for event in store.events(run.id))
    (answer,) = predictor.load(store.home, run)(["review number 3 was fine"])
    assert set(answer.scores) == {"bad", "good"}
    assert answer.stars is not None
    assert -1 <= answer.stars <= 1
    assert run.facts.observed is not None
    code = f"{reviews.load(run.config, run.facts.observed.layout)}\n\n{reviews.subset(run.config, run.facts)}"
    names: dict[str, object] = {}
    exec(code, names)
    assert names["classes"] == ["bad", "good"]
