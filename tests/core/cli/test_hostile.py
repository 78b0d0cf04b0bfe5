"""Words, files and streams that mean harm or came to harm: one line on standard error, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.cli.console import Visible
from core.cli.main import main
from core.config import RunConfig
from core.errors import StorageError
from core.home.places import Home
from core.runs import trash
from core.runs.store import Store
from tests.core.runs import folders

ROOT = Path(__file__).parents[3]


def starboard(*arguments: str, stdin: bytes = b"", **options: Any) -> tuple[int, bytes, str]:
    command = [sys.executable, "-m", "core", *arguments]
    options = {"stdout": subprocess.PIPE} | options
    done = subprocess.run(command, cwd=ROOT, input=stdin, stderr=subprocess.PIPE, **options)
    return done.returncode, done.stdout or b"", done.stderr.decode()


def assert_one_line(said: str) -> None:
    assert said.startswith("error: "), said
    assert said.count("\n") == 1
    assert len(said) < 500


def test_names_cannot_move_the_cursor(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(Home(home))
    run = store.create(RunConfig())
    evil = "a\x1b[2J\x1b]0;owned\x07b\x9bc"
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET name = ? WHERE id = ?", (evil, run.id))
    for command in ("runs", "queue"):
        assert main([command]) == 0
        said = capsys.readouterr().out
        assert "a\\x1b[2J\\x1b]0;owned\\x07b\\x9bc" in said
        assert not set(said) & set("\x1b\x07\x9b")
    assert main(["runs", "--json"]) == 0
    assert not set(capsys.readouterr().out) & set("\x1b\x07\x9b")


def test_a_half_character_is_shown_not_sent(capsys: pytest.CaptureFixture[str]) -> None:
    print("a\udcffb\tc", file=Visible(sys.stdout))
    assert capsys.readouterr().out == "a\\udcffb\tc\n"


# With an argument for a command that needs one; RUN is a finished run, GONE a deleted one.
SAYING = [
    "--help",
    "runs --help",
    "runs",
    "show RUN",
    "script RUN",
    "events RUN",
    "rename RUN x",
    "note RUN x",
    "tag RUN x",
    "queue",
    "trash",
    "trash --restore GONE",
    "delete GONE",
    "trash --empty",
    "adopt FOLDER",
    "profile sample:reviews",
    "stop RUN",
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_output_is_said_by_every_command(home: Path) -> None:
    store = Store(Home(home))
    run_id, gone = folders.finished(store), folders.finished(store)
    trash.delete(store, gone)
    names = {"RUN": run_id, "GONE": gone, "FOLDER": str(store.folder(run_id))}
    commands = [[names.get(word, word) for word in each.split()] for each in SAYING]
    commands += [[*each, "--json"] for each in commands if not {"--help", gone} & set(each)]
    code = (
        "import contextlib, io, json, sys\nfrom core.cli.main import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    said = sys.stderr = io.StringIO()\n"
        "    with open('/dev/full', 'w') as full:\n"
        "        sys.stdout = full\n"
        "        try:\n            code = main(command)\n"
        "        except SystemExit as ended:\n            code = ended.code\n"
        "        with contextlib.suppress(OSError):\n            full.close()\n"
        "    print(json.dumps([command, code, said.getvalue()]), file=sys.__stdout__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, json.dumps(commands)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(commands)
    for command, exit_code, said in answers:
        assert exit_code == 2, command
        assert_one_line(said)
        assert "The output cannot be written: No space left on device." in said, command


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["--help"], ["runs", "--json"]])
def test_a_process_whose_output_is_full_ends_with_one_line(home: Path, command: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        code, _, said = starboard(*command, stdout=full)
    assert code == 2
    assert_one_line(said)


def test_a_reader_that_goes_away_is_no_error_to_speak_of() -> None:
    class Gone:
        def write(self, _text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        Visible(Gone()).write("x")  # type: ignore[arg-type]

    class Full(Gone):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        Visible(Full()).write("x")  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_bytes_that_are_not_utf8_are_named(home: Path, locale: str, tiny_model: Path) -> None:
    from tests.core.work.trainings import tiny, trained

    run = trained(Store(Home(home)), tiny(tiny_model, **{"data.train_size": 16, "data.eval_size": 8}))
    env = os.environ | {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code, out, said = starboard("predict", run.id, stdin=b"fine\n\xff\xfe bad\n", env=env)
    assert (code, out) == (2, b"")
    assert_one_line(said)
    assert "not UTF-8" in said
    command: list[str | bytes] = [sys.executable, "-m", "core", "predict", run.id, b"\xff\xfe"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True)
    assert done.returncode == 2
    assert_one_line(done.stderr.decode())


CONFIGURATIONS: dict[str, tuple[bytes, str]] = {
    "nested": (b'{"data": ' * 1000 + b"1" + b"}" * 1000, "cannot be used"),
    "nested without end": (b"[" * 200_000, "cannot be used"),
    "a number of 5,000 digits": (b'{"training": {"seed": ' + b"9" * 5000 + b"}}", "cannot be used"),
    "thousands of unknown keys": (json.dumps({f"key{n}": n for n in range(3000)}).encode(), "and 2,9"),
    "a key of a million characters": (json.dumps({"k" * 10**6: 1}).encode(), "is not a setting"),
    "a value of a million characters": (json.dumps({"training": {"seed": "9" * 10**6}}).encode(), "training.seed"),
    "no source": (b'{"data": {"source": ""}}', "data.source"),
    "no model": (b'{"model": {"name": ""}}', "model.name"),
    "a name with an escape": (b'{"name": "a\\u001b[31m"}', "name: found a control character"),
    "a model of two lines": (b'{"model": {"name": "a\\nb"}}', "model.name: found a control character"),
    "half a character": (b'{"name": "\\ud800"}', "name: found"),
    "bytes": (bytes(range(256)), "UTF-8"),
    "nested as deep as JSON goes": (b'{"data": {"seed": ' + b"[" * 900 + b"]" * 900 + b"}}", "data.seed: found"),
    "a hundred thousand names that are none": (b'{"training": {"report_to": [' + b"1," * 10**5 + b"1]}}", "and 9"),
    "NaN": (b'{"training": {"learning_rate": NaN}}', "found NaN"),
    "Infinity": (b'{"training": {"seed": Infinity}}', "found Infinity"),
    "a number past all numbers": (b'{"training": {"learning_rate": 1e999}}', "found Infinity"),
    "a number of 4,000 digits": (b'{"training": {"seed": 1' + b"0" * 4000 + b"}}", "training.seed: found 1000"),
    "the wrong of two equal keys": (b'{"data": {"seed": 1, "seed": -2}}', "data.seed: found -2"),
    "UTF-16": ('{"name": "a"}'.encode("utf-16"), "UTF-8"),
    "UTF-32": ('{"name": "a"}'.encode("utf-32"), "UTF-8"),
    "a western code page": ('{"name": "é"}'.encode("latin-1"), "UTF-8"),
    "a zero": (b'{"name": "a\x00"}', "is not JSON"),
    "half a character as a key": (b'{"\\ud800": 1}', "found"),
    "two objects": (b"{}{}", "is not JSON"),
    "sections that are none": (b'{"data": [], "model": null, "training": "x"}', "expected an object of settings"),
}
ASSIGNMENTS: dict[str, tuple[str, str]] = {
    "a number of 5,000 digits": ("data.seed=" + "9" * 5000, "data.seed: found"),
    "nested without end": ("data.seed=" + "[" * 100_000, "data.seed: found"),
    "a list nested without end": ("training.report_to=" + "[" * 100_000 + "\x1b", "control character"),
    "a key of a million characters": ("k" * 10**6 + "=1", "is not a setting"),
    "a million characters": ("x" * 10**6, "expected KEY=VALUE"),
    "no key": ("=1", "is not a setting"),
    "half a character": ("data.seed=\ud800", "data.seed: found"),
    "NaN": ("data.seed=NaN", "found NaN"),
    "a section": ("data={}", "is not a setting"),
}


@pytest.mark.parametrize("kind", ASSIGNMENTS)
def test_an_odd_assignment_is_refused_in_a_line(
    home: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assignment, words = ASSIGNMENTS[kind]
    file = tmp_path / "c.json"
    file.write_text("{}")
    assert main(["estimate", str(file), "--set", assignment]) == 2
    said = capsys.readouterr().err
    assert_one_line(said)
    assert words in said


def test_thousands_of_odd_assignments_are_refused_in_a_line(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.json"
    file.write_text("{}")
    assert main(["estimate", str(file), *(word for at in range(3000) for word in ("--set", f"k{at}=1"))]) == 2
    said = capsys.readouterr().err
    assert_one_line(said)
    assert "and 2,9" in said


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_an_odd_configuration_is_refused_in_a_line(
    home: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = CONFIGURATIONS[kind]
    file = tmp_path / "c.json"
    file.write_bytes(content)
    assert main(["estimate", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert_one_line(said.err)
    assert words in said.err


def test_a_configuration_with_a_byte_order_mark_is_read(home: Path, tmp_path: Path) -> None:
    from core.config import files

    file = tmp_path / "c.json"
    file.write_bytes(b'\xef\xbb\xbf{"name": "mine"}')
    assert files.load(file) == {"name": "mine"}


def test_a_home_is_for_its_owner_alone(home: Path, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = Store(Home(home / "deep"))
        run_id = folders.finished(store)
        from core.data import uploads

        stored = uploads.store(Home(home / "deep").uploads, "a.csv", b"text,stars\ngood,5\n")
    finally:
        os.umask(before)
    for folder in (home, home / "deep", store.folder(run_id), stored.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    with store.database.connection():
        for name in ("starboard.db", "starboard.db-wal", "starboard.db-shm"):
            assert stat.S_IMODE((home / "deep" / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "kind", ["an index of a pickle", "no tensor", "endless layers", "a tensor less", "nested settings"]
)
def test_a_spoilt_model_ends_every_command_in_a_line(
    home: Path, tmp_path: Path, tiny_model: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from core.runs import manifest
    from tests.core.models.test_folder import OF_WEIGHTS
    from tests.core.work.trainings import tiny, trained

    config = tiny(tiny_model, **{"data.train_size": 16, "data.eval_size": 8})
    store = Store(Home(home))
    run = trained(store, config)
    spoil, _words = OF_WEIGHTS[kind]
    model = store.folder(run.id) / "model"
    spoil(model)
    manifest.write(model, step=run.model_step)
    other = tmp_path / "other"
    shutil.copytree(store.folder(run.id), other)

    def refused(*arguments: str) -> None:
        capsys.readouterr()
        assert main([*arguments, "--json"]) == 2
        said = capsys.readouterr()
        assert_one_line(said.err.splitlines(keepends=True)[-1])
        assert "report" not in said.err
        assert "Traceback" not in said.err

    refused("predict", run.id, "Nice.")
    assert main(["adopt", str(other), "--json"]) == 0
    adopted = json.loads(capsys.readouterr().out.splitlines()[-1])["run"]
    refused("predict", adopted, "Nice.")
    file = tmp_path / "c.json"
    file.write_text(config.replace({"model.name": str(model)}).model_dump_json())
    refused("train", str(file))
