"""The command line as scripts use it: exit codes, JSON on standard output, one line for an error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.config import RunConfig, parse
from core.estimating import calibrations
from core.home.places import Home
from core.runs import checkpoints
from core.runs.run import Status
from core.runs.store import Store
from tests.core.estimating.calibrated import ROUND

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "tests" / "tables"


@pytest.fixture
def config(home: Path, tiny_model: Path, tmp_path: Path) -> Path:
    """40 + 16 sample reviews on the tiny model, one epoch of 5 steps."""
    file = tmp_path / "c.json"
    file.write_text(
        json.dumps(
            {
                "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
                "model": {"name": str(tiny_model)},
                "training": {"num_train_epochs": 1, "precision": "fp32"},
            }
        )
    )
    return file


def spoken(capsys: pytest.CaptureFixture[str]) -> Any:
    """What was printed on standard output, which must be one JSON value and nothing else."""
    return json.loads(capsys.readouterr().out)


def test_train_show_events_predict_and_stop_speak_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(config), "--json", "--set", "name=first try"]) == 0
    done = spoken(capsys)
    assert (done["status"], done["steps"], done["name"]) == ("finished", 5, "first try")
    assert {"run", "seconds", "train_samples_per_second", "eval"} <= done.keys()
    assert {"loss", "accuracy"} <= done["eval"].keys()
    run = done["run"]

    assert main(["runs", "--json"]) == 0
    assert [each["run"] for each in spoken(capsys)] == [run]
    assert main(["show", run, "--json"]) == 0
    assert spoken(capsys)["config"]["data"]["train_size"] == 40

    assert main(["events", run, "--json"]) == 0
    events = spoken(capsys)
    assert set(events[0]) == {"id", "kind", "step", "epoch", "seconds", "values"}
    assert {"phase", "train", "eval"} <= {event["kind"] for event in events}
    assert main(["events", run, "--json", "--since", str(events[-2]["id"])]) == 0
    assert spoken(capsys) == events[-1:]

    assert main(["predict", run, "--json", "Nice place.", "Awful."]) == 0
    rated = spoken(capsys)
    assert [(each["row"], each["text"], each["columns"]) for each in rated] == [
        (0, "Nice place.", {}),
        (1, "Awful.", {}),
    ]
    assert all(1 <= each["stars"] <= 5 and len(each["scores"]) == 5 for each in rated)
    assert main(["stop", run, "--json"]) == 0
    assert spoken(capsys)["status"] == "finished"


def test_predict_reads_files_and_standard_input(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["train", str(config), "--json"])
    run = spoken(capsys)["run"]
    reviews = tmp_path / "reviews.txt"
    reviews.write_text("Nice.\n\nAwful.\n", encoding="utf-8")
    assert main(["predict", run, "--json", "--file", str(reviews)]) == 0
    assert [(each["row"], each["text"]) for each in spoken(capsys)] == [(0, "Nice."), (2, "Awful.")]
    with reviews.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert main(["predict", run]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    check_tables(run, tmp_path, capsys)


def check_tables(run: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table's text column is rated, its rows and its other columns stay; what is wrong is said in one line."""
    table = folder / "reviews.csv"
    table.write_text("id,text\n" + "".join(f'{n},"Meal {n}, fine."\n' for n in range(5)) + "6,\n", encoding="utf-8")
    assert main(["predict", run, "--json", "--file", str(table)]) == 0
    said = capsys.readouterr()
    rated = json.loads(said.out)
    assert [each["text"] for each in rated] == [*(f"Meal {n}, fine." for n in range(5)), ""]
    assert [(each["row"], each["columns"]) for each in rated] == list(enumerate({"id": n} for n in "012346"))
    assert (rated[5]["label"], rated[5]["stars"], rated[5]["scores"]) == (None, None, {})
    assert "rows without text, not rated: 1" in said.err
    assert main(["predict", run, "--file", str(table)]) == 0
    said = capsys.readouterr()
    assert (len(said.out.splitlines()), said.err.splitlines()[-1]) == (5, "rows without text, left out: 1")
    assert main(["predict", run, "--json", "--file", str(table), "--text", "txt"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Did you mean 'text'?" in said.err
    kaggle = str(TABLES / "kaggle_test.tsv")
    assert main(["predict", run, "--json", "--file", kaggle]) == 2
    assert "no column 'text'" in capsys.readouterr().err
    assert main(["predict", run, "--json", "--file", kaggle, "--text", "Phrase"]) == 0
    rated = spoken(capsys)
    assert [each["columns"]["PhraseId"] for each in rated] == [str(200000 + 3 * n) for n in range(30)]
    assert [each["label"] is None for each in rated] == [not each["text"].strip() for each in rated]
    assert main(["predict", run, "--json", "--file", str(TABLES / "lines_cp932.txt")]) == 0
    assert [each["row"] for each in spoken(capsys)] == [0, 1]
    table.write_text("text\n\n", encoding="utf-8")
    assert main(["predict", run, "--json", "--file", str(table)]) == 2
    assert "no text to rate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "missing.json"], "missing.json cannot be read"),
        (
            ["train", "{config}", "--set", "training.learning_rate=0"],
            "expected a number above 0 and at most 100",
        ),
        (["train", "{config}", "--set", "training.learning_rate=abc"], 'found "abc"'),
        (["train", "{config}", "--set", "no.such=1"], "no.such is not a setting"),
        (["train", "{config}", "--set", "data.source=file:/nowhere.csv"], "/nowhere.csv"),
        (["show", "nope"], "No run 'nope'"),
        (["predict", "nope", "text"], "No run 'nope'"),
        (["profile", "file:/nowhere.csv"], "/nowhere.csv"),
        (["profile", "reviews.csv"], "is not a dataset source"),
        (["dance"], "invalid choice"),
        (["events"], "RUN"),
        ([], "COMMAND"),
    ],
)
def test_a_user_error_is_one_line_and_exit_code_2(
    config: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    try:
        code = main([each.format(config=config) for each in arguments])
    except SystemExit as exit_:
        code = exit_.code  # type: ignore[assignment]
    said = capsys.readouterr()
    errors = [line for line in said.err.splitlines() if line.startswith("error:")]
    assert code == 2
    assert len(errors) == 1
    assert message in errors[0]
    assert "Traceback" not in said.err


def test_a_failed_run_prints_its_json_too(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(config), "--json", "--set", "data.text_column=colour"]) == 2
    failed = spoken(capsys)
    assert failed["status"] == "failed"
    assert failed["failure"]["kind"] == "ColumnError"


def test_profile_reports_the_sample(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "sample:reviews", "--json"]) == 0
    report = spoken(capsys)
    assert {"rows", "classes", "counts", "empty", "duplicates"} <= report.keys()
    assert report["rows"] == 5000


def test_estimate_says_seconds_and_bytes_from_what_was_measured(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calibrations.save(Home.present(), parse(json.loads(config.read_text())), ROUND)
    assert main(["estimate", str(config), "--json"]) == 0
    short = spoken(capsys)
    assert {"seconds", "memory_bytes", "training", "evaluating"} <= short.keys()
    assert main(["estimate", str(config), "--json", "--set", "training.num_train_epochs=5"]) == 0
    assert spoken(capsys)["seconds"] > short["seconds"] > 0
    assert main(["estimate", str(config)]) == 0
    assert "GB of memory" in capsys.readouterr().out


def test_estimate_measures_nothing_while_a_run_trains(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(Home.present()).create(RunConfig(name="other"), claimed=True)
    calibrations.save(Home.present(), parse(json.loads(config.read_text())), ROUND)
    assert main(["estimate", str(config), "--again"]) == 2
    assert "a run trains" in capsys.readouterr().err


def test_resume_goes_on_for_more_epochs(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(config), "--json"]) == 0
    run = spoken(capsys)["run"]
    assert main(["resume", run]) == 2
    assert main(["resume", run, "--epochs", "1"]) == 2
    assert "1 are not more" in capsys.readouterr().err
    assert main(["resume", run, "--json", "--epochs", "2"]) == 0
    longer = spoken(capsys)
    assert (longer["run"], longer["status"], longer["steps"]) == (run, "finished", 10)
    assert longer["config"]["training"]["num_train_epochs"] == 2


def test_resume_takes_a_run_that_waits(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A process that is killed between putting a run into the queue and taking it leaves it there.
    waiting = Store(Home.present()).create(parse(json.loads(config.read_text())))
    assert main(["resume", waiting.id, "--json"]) == 0
    assert spoken(capsys)["status"] == "finished"


def test_sigterm_writes_a_checkpoint_and_leaves_the_run_interrupted(config: Path) -> None:
    command = [sys.executable, "-m", "core", "train", str(config), "--json", "--set", "training.num_train_epochs=100"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
    store = Store(Home.present())
    deadline = time.monotonic() + 90
    while not any(run.step > 3 for run in store.runs()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, _err = process.communicate(timeout=60)
    ended = json.loads(out)
    assert (process.returncode, ended["status"]) == (1, "interrupted")
    checkpoint = checkpoints.last(Home.present().run(ended["run"]))
    assert checkpoint is not None
    assert checkpoints.step_of(checkpoint) == ended["steps"] > 3


def test_sigterm_ends_a_process_whose_training_does_not_answer(config: Path, tmp_path: Path) -> None:
    script = tmp_path / "hanging.py"
    script.write_text(
        "import sys, threading; from core.work import execution; from core.cli.main import main\n"
        "import core.training.train\n"
        "execution.SHUTDOWN_SECONDS = 0.5\n"
        "core.training.train.train = lambda *_, **__: (print('hanging', file=sys.stderr), threading.Event().wait())\n"
        f"sys.exit(main(['train', {str(config)!r}, '--json']))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, script], cwd=ROOT, stdout=pipe, stderr=pipe, env=env, text=True)
    assert process.stderr is not None
    assert any("hanging" in line for line in process.stderr)
    process.send_signal(signal.SIGTERM)
    out, _err = process.communicate(timeout=60)
    assert (process.returncode, json.loads(out)["status"]) == (1, "interrupted")


def test_ctrl_c_stops_the_run_and_keeps_its_model_then_resume_finishes_it(config: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "core",
        "train",
        str(config),
        "--json",
        "--set",
        "training.num_train_epochs=100",
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
    store = Store(Home.present())
    deadline = time.monotonic() + 90
    while not any(run.step > 3 for run in store.runs()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=60)
    stopped = json.loads(out)
    assert process.returncode == 1
    assert stopped["status"] == "stopped"
    assert stopped["model_step"] == stopped["steps"] > 3
    assert store.get(stopped["run"]).usable


def test_train_waits_until_no_other_run_of_the_home_trains(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(Home.present())
    other = store.create(RunConfig(name="other"), claimed=True)

    def let_go() -> None:
        while not store.queued():
            time.sleep(0.01)
        store.set_status(other.id, Status.STOPPED)

    letting_go = threading.Thread(target=let_go)
    letting_go.start()
    assert main(["train", str(config), "--json"]) == 0
    letting_go.join()
    assert spoken(capsys)["status"] == "finished"


def test_a_run_that_is_cancelled_while_it_waits_is_stopped(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(Home.present())
    store.create(RunConfig(name="other"), claimed=True)

    def cancel() -> None:
        while not store.queued():
            time.sleep(0.01)
        store.request_stop(store.queued()[0].id)

    cancelling = threading.Thread(target=cancel)
    cancelling.start()
    assert main(["train", str(config), "--json"]) == 1
    cancelling.join()
    said = capsys.readouterr()
    assert json.loads(said.out)["status"] == "stopped"
    assert "waits: another run of this home trains" in said.err
