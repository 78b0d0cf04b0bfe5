"""The main job on real reviews, from the command line: a model that beats its baselines and rates as a reader would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def starboard(*arguments: str) -> Any:
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_model_of_800_reviews_beats_both_baselines_and_rates_sensibly(
    home: Path, real_reviews: Path, tmp_path: Path
) -> None:
    file = tmp_path / "c.json"
    data = {"source": f"file:{real_reviews}", "text_column": "text", "label_column": "stars"}
    sizes = {"train_size": 800, "eval_size": 400, "max_length": 128}
    file.write_text(json.dumps({"data": data | sizes, "training": {"num_train_epochs": 3, "learning_rate": 1e-4}}))

    done = starboard("train", str(file))
    assert (done["status"], done["steps"]) == ("finished", 300)
    assert done["eval"]["accuracy"] > done["facts"]["baseline"]["accuracy"] + 0.1
    assert done["eval"]["accuracy"] > done["facts"]["tfidf"]["accuracy"]

    events = starboard("events", done["run"])
    assert [event["step"] for event in events if event["kind"] == "train"] == list(range(1, 301))
    assert [event["step"] for event in events if event["kind"] == "eval"] == [0, 100, 200, 300]

    harsh, kind = starboard("predict", done["run"], "Terrible, never again.", "Best meal of my life!")
    assert harsh["stars"] <= 2
    assert kind["stars"] >= 4
