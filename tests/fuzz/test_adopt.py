"""Run folders that came to harm or mean it: adopted, found at a start or when the database is lost.

Whatever such a folder holds, the other runs of the home stay whole, and commands show what there is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core.cli.main import main
from core.errors import StarboardError
from core.home.places import Home
from core.models import loading
from core.runs import leftovers, recovery
from core.runs.run import Status
from core.runs.store import Store
from tests.core.runs import folders
from tests.core.work.trainings import tiny, trained
from tests.fuzz import making

COPIED = "20260102-030405-abcd"
# What can be left out of a folder or put into it.
ODD = ["model", "checkpoints", "events.jsonl", "config.json", "run.json"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that a real, very small model was trained in."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    model = tmp_path_factory.mktemp("model") / "tiny"
    torch.manual_seed(0)
    tokenizer = loading.load_tokenizer("minilm")
    sizes = {"hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4}
    BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), **sizes)).save_pretrained(model)
    tokenizer.save_pretrained(model)
    store = Store(Home(tmp_path_factory.mktemp("real")))
    run = trained(store, tiny(model, **{"data.train_size": 16, "data.eval_size": 8, "training.save_total_limit": 1}))
    assert run.status is Status.FINISHED
    return store.folder(run.id)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run of its own."""
    home = tmp_path_factory.mktemp("others")
    store = Store(Home(home))
    folders.finished(store)
    with store.database.connection() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@st.composite
def harm(draw: st.DrawFn, folder: Path) -> None:
    """Change one to three files of a folder."""
    for _ in range(draw(st.integers(1, 3))):
        files = sorted(each for each in folder.rglob("*") if each.is_file())
        small = [each for each in files if each.suffix in {".json", ".jsonl"} and each.name != "tokenizer.json"]
        if not small:
            return
        # What is read is JSON; weights are compared with a checksum.
        file = draw(st.sampled_from(small) if draw(st.integers(0, 5)) else st.sampled_from(files))
        kind = draw(st.sampled_from(["alter", "alter", "alter", "spoil", "spoil", "replace", "delete", "odd"]))
        content = file.read_bytes()
        if kind == "alter" and file.suffix == ".json":
            try:
                file.write_text(json.dumps(draw(making.altered(json.loads(content)))))
            except (ValueError, RecursionError):
                file.write_bytes(b"{}")
        elif kind == "alter" and file.suffix == ".jsonl" and content.strip():
            lines = content.splitlines()
            place = draw(st.integers(0, len(lines) - 1))
            try:
                lines[place] = json.dumps(draw(making.altered(json.loads(lines[place])))).encode()
            except (ValueError, RecursionError):
                lines[place] = b"{}"
            file.write_bytes(b"\n".join(lines))
        elif kind == "replace":
            file.write_bytes(
                draw(st.binary(max_size=40) | making.anything.map(lambda value: json.dumps(value).encode()))
            )
        elif kind == "delete":
            file.unlink()
        elif kind == "odd":
            odd_one = folder / draw(st.sampled_from(ODD))
            shutil.rmtree(odd_one, ignore_errors=True)
            odd_one.unlink(missing_ok=True)
            if draw(st.booleans()):
                odd_one.mkdir()
            elif draw(st.booleans()):
                odd_one.write_bytes(b"x")
        else:
            file.write_bytes(draw(making.spoiled(content)))


def said(home: Path, *arguments: str) -> str:
    """What a command prints, and that it ends as a command may."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("STARBOARD_HOME", str(home))
        code = main(arguments)
    assert code in (0, 2), err.getvalue()
    if code == 2:
        line = err.getvalue().splitlines()[-1]
        assert line.startswith("error: ")
        assert len(line) < 500
    return out.getvalue()


@pytest.fixture
def place(others: Path) -> Iterator[Path]:
    """An empty folder for one test, emptied for each of its examples."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@given(data=st.data())
def test_a_harmed_run_harms_no_other(place: Path, real: Path, others: Path, data: st.DataObject) -> None:
    shutil.rmtree(place)
    home, source = place / "home", place / COPIED
    shutil.copytree(others, home)
    shutil.copytree(real, source)
    data.draw(harm(source))
    store = Store(Home(home))
    (known,) = store.runs()
    events = store.events(known.id)

    try:
        adopted = recovery.adopt(store, source)
    except StarboardError as error:
        event("refused")
        making.assert_short(error)
        assert_nothing_left(store, known.id)
        # Somebody may as well have copied it.
        shutil.copytree(source, store.folder(COPIED))
        recovery.recover(store)
    else:
        event(f"adopted, {adopted.status}")
        assert store.get(adopted.id) == adopted
    check(store, known.id)

    for suffix in ("", "-wal", "-shm"):
        (home / f"starboard.db{suffix}").unlink(missing_ok=True)
    again = Store(Home(home))
    recovery.recover(again)
    check(again, known.id)
    restored = again.get(known.id)
    assert (restored.status, restored.step, restored.eval) == (known.status, known.step, known.eval)
    assert [event.values for event in again.events(known.id)] == [event.values for event in events]


def assert_nothing_left(store: Store, known: str) -> None:
    assert [run.id for run in store.runs()] == [known]
    assert [folder.name for folder in store.home.runs.iterdir()] == [known]


def check(store: Store, known: str) -> None:
    """See that all commands show what there is, and that the other run is whole."""
    home = store.home.path
    found = json.loads(said(home, "runs", "--json"))
    assert known in {run["run"] for run in found}
    said(home, "runs")
    for run in store.runs():
        said(home, "show", run.id)
        said(home, "show", run.id, "--json")
        said(home, "events", run.id, "--json")
        said(home, "script", run.id)
    assert leftovers.is_whole_model(store.folder(known) / "model")
