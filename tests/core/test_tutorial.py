"""The Tutorial preset, end to end from the command line, against a hub on the loopback interface.

Real `load_dataset`, `from_pretrained` and `Trainer`; only the hub is ours. It serves a small table in the shape of Yelp
Review Full, and a small BERT with random weights and a real cased vocabulary.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig, presets
from tests.hub import content
from tests.hub.server import HubServer, hub_env

ROOT = Path(__file__).parents[2]


def starboard(arguments: Sequence[str], env: dict[str, str]) -> tuple[int, Any, str]:
    """Exit code, the JSON on standard output (None when there is none), and standard error."""
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.fixture
def env(hub: HubServer, tmp_path: Path) -> dict[str, str]:
    return hub_env(hub.url, tmp_path / "hf") | {"STARBOARD_HOME": str(tmp_path / "home")}


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """The preset's configuration as a file, with one epoch instead of three to save time."""
    file = tmp_path / "tutorial.json"
    config = presets.TUTORIAL.apply(RunConfig()).replace({"training.num_train_epochs": 1.0, "data.max_length": 128})
    file.write_text(config.model_dump_json())
    return file


def test_the_tutorial_trains_on_exactly_its_subset_and_works_offline_afterwards(
    hub: HubServer, env: dict[str, str], tutorial: Path
) -> None:
    code, done, said = starboard(["train", str(tutorial)], env)
    assert code == 0, said
    assert (done["status"], done["steps"], done["total_steps"]) == ("finished", 125, 125)
    assert done["facts"]["classes"] == list(content.YELP_LABELS)
    assert (done["facts"]["train_rows"], done["facts"]["eval_rows"]) == (1000, 1000)
    assert not [path for _method, path in hub.requests if path.endswith(".bin")]

    code, rated, said = starboard(["predict", done["run"], "Best meal of my life!"], env)
    assert code == 0, said
    assert list(rated[0]["scores"]) == done["facts"]["classes"]
    assert 1 <= rated[0]["stars"] <= 5

    with hub.lost():
        small = ["--set", "data.train_size=16", "--set", "data.eval_size=16"]
        code, again, said = starboard(["train", str(tutorial), *small], env)
    assert code == 0, said
    assert again["status"] == "finished"
    assert "does not answer" in said, "the user is told that the copy in the cache is used"


def test_the_subset_is_the_tutorials_own(hub: HubServer, env: dict[str, str]) -> None:
    code = """
from datasets import load_dataset
from core import tasks
from core.config.source import Source
from core.data.rows import prepare
dataset = load_dataset("Yelp/yelp_review_full")
for part, split in (("train", "train"), ("eval", "test")):
    expected = dataset[split].shuffle(seed=42).select(range(1000))
    sizes = {"fit": tasks.fit, "train_size": 1000, "eval_size": 1000, "seed": 42, "subset": "shuffle"}
    ours = getattr(prepare(Source.parse("hub:Yelp/yelp_review_full"), None, None, **sizes), part)
    assert list(ours["text"]) == list(expected["text"])
    assert list(ours["label"]) == list(expected["label"])
print("same")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "same", done.stderr


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["data.source=hub:nobody/nothing"], "nobody/nothing"),
        (["model.name=nobody/nothing"], "The hub has no model 'nobody/nothing'"),
        (["model.name=acme/no-tokenizer"], "comes without a tokenizer"),
        (["model.name=acme/pickle-only"], "no weights in the safetensors format"),
    ],
)
def test_what_the_hub_does_not_have_is_one_clear_line(
    hub: HubServer, env: dict[str, str], tutorial: Path, changes: list[str], message: str
) -> None:
    sets = [part for change in changes for part in ("--set", change)]
    code, done, said = starboard(["train", str(tutorial), *sets], env)
    errors = [line for line in said.splitlines() if line.startswith("error:")]
    assert code == 2
    assert done["status"] == "failed"
    assert len(errors) == 1
    assert message in errors[0]
    assert "Traceback" not in said
    assert not (hub.root / content.PICKLE_MARKER).exists()


def test_a_hub_that_does_not_answer_is_said_at_once(hub: HubServer, env: dict[str, str], tutorial: Path) -> None:
    with hub.lost():
        code, done, _ = starboard(["train", str(tutorial)], env)
    assert code == 2
    assert done["failure"]["kind"] == "HubUnreachable"
    assert "does not answer" in done["failure"]["message"]
    assert done["seconds"] < 20
