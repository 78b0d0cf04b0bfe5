"""Checkpoints and models of real trainings, damaged in every file and every way: what is lost, what is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from core.errors import ModelError
from core.home.places import Home
from core.prediction import predictor
from core.runs import checkpoints, leftovers, manifest, recovery
from core.runs.run import Run, Status
from core.runs.store import Store
from core.work import execution
from tests.core.work.trainings import tiny, trained

Damage = Callable[[Path], object]


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGES: dict[str, Damage] = {
    "one bit flipped": flip,
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "emptied": lambda file: file.write_bytes(b""),
    "deleted": Path.unlink,
    "another JSON": lambda file: file.write_text("{}"),
}
FILES = ["model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json", "manifest.json"]


@pytest.fixture(scope="module")
def stopped(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Run, Path]:
    """A run stopped at step 7 of 10 with checkpoints at 5 and 7, and the model of the same run undisturbed."""
    store = Store(Home(tmp_path_factory.mktemp("stopped")))
    config = tiny(tiny_model, **{"training.num_train_epochs": 2.0})
    undisturbed = Store(Home(tmp_path_factory.mktemp("whole")))
    whole = undisturbed.folder(trained(undisturbed, config).id)
    run = store.create(config)
    claimed = store.claim(run.id)
    assert claimed is not None
    append = store.append

    def stopping(run_id: str, kind: object, *arguments: object, step: int, **options: object) -> int:
        if kind == "train" and step == 6:
            store.request_stop(run_id)
        return append(run_id, kind, *arguments, step=step, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", stopping)
        ended = execution.execute(store, claimed)
    assert (ended.status, ended.model_step) == (Status.STOPPED, 7)
    names = sorted(each.name for each in (store.folder(run.id) / "checkpoints").iterdir())
    assert names == ["checkpoint-5", "checkpoint-7"]
    return store, ended, whole


@pytest.fixture
def copied(stopped: tuple[Store, Run, Path], tmp_path: Path) -> tuple[Store, Run, Path]:
    """The same in a home of its own."""
    store, run, whole = stopped
    shutil.copytree(store.home.path, tmp_path / "home")
    return Store(Home(tmp_path / "home")), run, whole


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_checkpoint_is_left_out_for_the_one_before(
    copied: tuple[Store, Run, Path], name: str, damage: str
) -> None:
    store, run, _whole = copied
    folder = store.folder(run.id)
    DAMAGES[damage](folder / "checkpoints" / "checkpoint-7" / name)
    checkpoint, faults = checkpoints.to_go_on_from(folder)
    if (name, damage) == ("manifest.json", "deleted"):
        # As one of an earlier version, whose files are all there.
        assert checkpoint is not None
        assert (checkpoint.name, faults) == ("checkpoint-7", [])
        return
    assert checkpoint is not None
    assert checkpoint.name == "checkpoint-5"
    (said,) = map(str, faults)
    assert said.startswith("The checkpoint of step 7 is damaged and left out: ")
    assert len(said) < 200
    assert (folder / "checkpoints" / "checkpoint-7.damaged").is_dir(), "nothing is thrown away before the run has ended"
    recovery.recover(store)
    assert (folder / "checkpoints" / "checkpoint-7.damaged").is_dir()


def test_a_run_with_a_damaged_last_checkpoint_ends_as_one_that_was_not_disturbed(
    copied: tuple[Store, Run, Path],
) -> None:
    store, run, whole = copied
    folder = store.folder(run.id)
    flip(folder / "checkpoints" / "checkpoint-7" / "optimizer.pt")
    store.requeue(run.id)
    claimed = store.claim(run.id)
    assert claimed is not None
    ended = execution.execute(store, claimed)
    assert (ended.status, ended.model_step) == (Status.FINISHED, 10)
    said = [event.values["text"] for event in store.events(run.id, kinds=("message",))]
    assert "The checkpoint of step 7 is damaged and left out: the content of optimizer.pt has changed." in said
    assert "The run goes on from step 5." in said
    expected, found = (load_file(each / "model" / "model.safetensors") for each in (whole, folder))
    assert all((expected[name] == found[name]).all() for name in expected)
    assert not list((folder / "checkpoints").glob("*.damaged"))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"])
def test_a_damaged_model_rates_nothing(copied: tuple[Store, Run, Path], name: str, damage: str) -> None:
    store, run, _whole = copied
    DAMAGES[damage](store.folder(run.id) / "model" / name)
    with pytest.raises(ModelError) as caught:
        predictor.load(store.home, run)
    assert f"The model of the run {run.id} is damaged: " in caught.value.message
    assert "last checkpoint makes a new one" in caught.value.advice
    assert not leftovers.is_whole_model(store.folder(run.id) / "model", thorough=True)


def test_a_model_of_an_earlier_version_without_its_words_rates_nothing(copied: tuple[Store, Run, Path]) -> None:
    store, run, _whole = copied
    model = store.folder(run.id) / "model"
    (model / manifest.NAME).unlink()
    (model / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="is not whole"):
        predictor.load(store.home, run)


def test_scores_and_step_are_those_of_the_weights_whenever_the_process_dies(copied: tuple[Store, Run, Path]) -> None:
    store, run, _whole = copied
    known = manifest.read(store.folder(run.id) / "model")
    assert known is not None
    assert (known.step, known.eval_step) == (7, 5)
    assert known.eval == run.eval
    # The run went on and was scored again; then its process died before it saved another model.
    store.requeue(run.id)
    assert store.claim(run.id) is not None
    store.append(run.id, "eval", {"accuracy": 0.99, "loss": 0.1}, step=10, epoch=2.0, seconds=9.0)
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET pid = 999999999, pid_started = 1 WHERE id = ?", (run.id,))
    newer = store.folder(run.id) / "checkpoints" / "checkpoint-10"
    assert not newer.exists()
    recovery.recover(store)
    found = store.get(run.id)
    assert (found.status, found.model_step, found.facts.eval_step) == (Status.INTERRUPTED, 7, 5)
    assert found.eval == run.eval
    other = Store(Home(store.home.path.parent / "other"))
    adopted = recovery.adopt(other, store.folder(run.id))
    assert (adopted.model_step, adopted.facts.eval_step, adopted.eval) == (7, 5, run.eval)
    checkpoint, faults = checkpoints.to_go_on_from(other.folder(adopted.id))
    assert (checkpoint and checkpoint.name, faults) == ("checkpoint-7", []), "the pickle that is left behind is no loss"
