"""Checkpoints and models of real trainings, damaged in every file and every way: what is lost, what is said."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.numpy import load_file, save_file

from core.errors import ModelError
from core.home.places import Home
from core.prediction import predictor
from core.runs import checkpoints, leftovers, manifest, recovery
from core.runs.run import Run, Status
from core.runs.store import Store
from core.training import resuming
from core.work import execution
from tests.core.work.trainings import stopped_at_7, tiny, trained

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
    ended = stopped_at_7(store, config)
    names = sorted(each.name for each in (store.folder(ended.id) / "checkpoints").iterdir())
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


class Code:
    """A pickle that writes a file when it is opened without care."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.system, (f"touch '{self._target}'",)


def sign(folder: Path) -> None:
    """Let the manifest say what is there now, as who wrote the folder can."""
    known = manifest.read(folder)
    assert known is not None
    manifest.write(folder, step=known.step, eval_step=known.eval_step, scores=known.eval)


def plain_pickle(file: Path, target: Path) -> None:
    file.write_bytes(pickle.dumps(Code(target)))


def torch_pickle(file: Path, target: Path) -> None:
    torch.save({"state": {}, "param_groups": [], "last_epoch": Code(target)}, file)


def packed_pickle(file: Path, target: Path) -> None:
    torch_pickle(file, target)
    with zipfile.ZipFile(file) as whole:
        members = {each: whole.read(each) for each in whole.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)


HOSTILE = {"a pickle": plain_pickle, "a file of torch": torch_pickle, "a packed file of torch": packed_pickle}


def gone_on_with(store: Store, run: Run) -> tuple[Run, list[str]]:
    store.requeue(run.id)
    claimed = store.claim(run.id)
    assert claimed is not None
    ended = execution.execute(store, claimed)
    return ended, [event.values["text"] for event in store.events(run.id, kinds=("message",))]


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    "name", ["optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json", "pytorch_model.bin"]
)
def test_code_in_a_checkpoint_does_not_run(
    copied: tuple[Store, Run, Path], name: str, kind: str, tmp_path: Path
) -> None:
    store, run, _whole = copied
    checkpoint = store.folder(run.id) / "checkpoints" / "checkpoint-7"
    HOSTILE[kind](checkpoint / name, tmp_path / "ran")
    sign(checkpoint)
    found, faults = checkpoints.to_go_on_from(store.folder(run.id), resuming.fault)
    assert found is not None
    assert found.name == "checkpoint-5"
    assert faults[0].values["step"] == 7
    assert len(str(faults[0])) < 500
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("adopted", [False, True])
def test_a_run_whose_every_checkpoint_holds_code_begins_anew_and_runs_none(
    copied: tuple[Store, Run, Path], tmp_path: Path, adopted: bool
) -> None:
    store, run, _whole = copied
    folder = store.folder(run.id)
    for checkpoint, name in (("checkpoint-7", "optimizer.pt"), ("checkpoint-5", "rng_state.pth")):
        torch_pickle(folder / "checkpoints" / checkpoint / name, tmp_path / "ran")
        plain_pickle(folder / "checkpoints" / checkpoint / "training_args.bin", tmp_path / "ran")
        sign(folder / "checkpoints" / checkpoint)
    if adopted:
        store = Store(Home(tmp_path / "other"))
        run = recovery.adopt(store, folder)
    ended, said = gone_on_with(store, run)
    assert (ended.status, ended.model_step) == (Status.FINISHED, 10)
    assert "The checkpoint of step 7 is damaged and left out: optimizer.pt asks for code to be run, or is damaged." in (
        said
    )
    assert "No other checkpoint is there; the run begins anew." in said
    assert not (tmp_path / "ran").exists()


def rewrite(name: str, change: Callable[[dict[str, Any]], object]) -> Damage:
    """Change what a pickle of a checkpoint holds."""

    def damage(checkpoint: Path) -> None:
        held = torch.load(checkpoint / name, weights_only=name != "rng_state.pth")
        change(held)
        torch.save(held, checkpoint / name)

    return damage


def restate(**changes: Any) -> Damage:
    def damage(checkpoint: Path) -> None:
        file = checkpoint / "trainer_state.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return damage


def reweigh(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Damage:
    def damage(checkpoint: Path) -> None:
        file = checkpoint / "model.safetensors"
        save_file(change(load_file(file)), file, metadata={"format": "pt"})

    return damage


def out_of_the_folder(checkpoint: Path) -> None:
    held = load_file(checkpoint / "model.safetensors")
    (checkpoint / "model.safetensors").rename(checkpoint.parent / "out.safetensors")
    shared = dict.fromkeys(held, "../out.safetensors")
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": shared}))


def endless(checkpoint: Path) -> None:
    (checkpoint / "config.json").write_text('{"model_type": "bert", "num_labels": 1000000000}')


# What is wrong inside a checkpoint whose files are as its manifest says: left out, or refused in a line.
LEFT_OUT: dict[str, tuple[Damage, str]] = {
    "an optimizer without a state": (rewrite("optimizer.pt", lambda held: held.pop("state")), "optimizer.pt"),
    "an optimizer of texts": (rewrite("optimizer.pt", lambda held: held["state"].update({0: "x"})), "optimizer.pt"),
    "a schedule that replaces its methods": (rewrite("scheduler.pt", lambda held: held.update(step=1)), "scheduler.pt"),
    "a schedule without numbers": (rewrite("scheduler.pt", lambda held: held.update(last_epoch="x")), "scheduler.pt"),
    "a random state of nothing": (rewrite("rng_state.pth", lambda held: held.update(python=3)), "rng_state.pth"),
    "an unknown field": (restate(evil=1), "trainer_state.json"),
    "a text for a number": (restate(total_flos="much"), "trainer_state.json"),
    "a best score of text": (restate(best_metric="good"), "trainer_state.json"),
    "weights out of the folder": (out_of_the_folder, "../out.safetensors"),
    "no weights": (reweigh(lambda _: {}), "weights hold nothing"),
    "endless classes": (endless, "num_labels"),
}
REFUSED: dict[str, tuple[Damage, str]] = {
    "weights that lack some": (
        reweigh(lambda held: {name: held[name] for name in held if "pooler" not in name}),
        "its weights lack 2 parts",
    ),
    "weights of another shape": (
        reweigh(lambda held: {name: held[name][:1] for name in held}),
        "does not fit this run",
    ),
    "an optimizer of fewer parameters": (
        rewrite("optimizer.pt", lambda held: held["param_groups"][0].update(params=[0])),
        "does not fit this run",
    ),
    "an optimizer of other shapes": (
        rewrite("optimizer.pt", lambda held: held["state"][3].update(exp_avg=torch.ones(3, 7))),
        "remembers parameters of other shapes",
    ),
    "an optimizer with a rate of text": (
        rewrite("optimizer.pt", lambda held: held["param_groups"][0].update(eps="x")),
        "no numbers",
    ),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_a_checkpoint_that_holds_something_else_is_left_out(copied: tuple[Store, Run, Path], kind: str) -> None:
    store, run, _whole = copied
    spoil, words = LEFT_OUT[kind]
    checkpoint = store.folder(run.id) / "checkpoints" / "checkpoint-7"
    spoil(checkpoint)
    sign(checkpoint)
    found, faults = checkpoints.to_go_on_from(store.folder(run.id), resuming.fault)
    assert found is not None
    assert found.name == "checkpoint-5"
    assert words in str(faults[0])
    assert len(str(faults[0])) < 500


@pytest.mark.parametrize("kind", REFUSED)
def test_a_checkpoint_of_another_run_is_refused_in_a_line(copied: tuple[Store, Run, Path], kind: str) -> None:
    store, run, _whole = copied
    spoil, words = REFUSED[kind]
    checkpoint = store.folder(run.id) / "checkpoints" / "checkpoint-7"
    spoil(checkpoint)
    sign(checkpoint)
    ended, _said = gone_on_with(store, run)
    assert ended.status is Status.STOPPED, "it is what it was before it could not go on"
    assert ended.failure is not None
    assert ended.failure.kind == "TrainingError"
    said = f"{ended.failure.message} {ended.failure.advice}"
    assert words in said
    assert len(said) < 500
    assert "\n" not in said


def test_the_best_weights_come_from_this_run_whatever_its_state_says(
    copied: tuple[Store, Run, Path], tmp_path: Path
) -> None:
    store, run, _whole = copied
    checkpoint = store.folder(run.id) / "checkpoints" / "checkpoint-7"
    shutil.copytree(checkpoint, tmp_path / "elsewhere")
    reweigh(lambda held: {name: held[name] * 0 for name in held})(tmp_path / "elsewhere")
    restate(best_model_checkpoint=str(tmp_path / "elsewhere"), best_global_step=5, best_metric=2.0)(checkpoint)
    sign(checkpoint)
    with store.database.transaction() as connection:
        best = run.config.replace({"training.load_best_model_at_end": True})
        connection.execute("UPDATE runs SET config = ? WHERE id = ?", (best.model_dump_json(), run.id))
    ended, _said = gone_on_with(store, run)
    assert (ended.status, ended.model_step) == (Status.FINISHED, 5)
    expected = load_file(store.folder(run.id) / "checkpoints" / "checkpoint-5" / "model.safetensors")
    found = load_file(store.folder(run.id) / "model" / "model.safetensors")
    assert all((expected[name] == found[name]).all() for name in expected)
