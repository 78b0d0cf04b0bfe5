"""The worked examples of CONTRIBUTING.md: each is applied to a copy of the project, tried, and counted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
NEW = re.compile(r"^```python (?P<file>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
DIFF = re.compile(r"^```diff\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COUNT = re.compile(r"\*\*(\d+) lines? in (\d+) files?\*\*")

# By heading: lines of Python that fail unless the example works.
TRIED = {
    "A metric": """
        import numpy as np
        import pathlib
        import pyarrow as pa
        from core import tasks
        from core.data.table import Table
        task = tasks.fit(Table({"train": pa.table({"mood": ["good", "bad"]})}), "mood")
        scores = task.evaluator(pathlib.Path("cache"))(np.array([0, 1, 1]), np.array([0, 1, 0]))
        assert scores["balanced_accuracy"] == 0.75
        from core.metrics import BALANCED_ACCURACY
        counts = np.array([[1, 1], [0, 1]])
        assert eval(BALANCED_ACCURACY.script, {"np": np, "counts": counts}) == 0.75
        """,
    "A model preset": """
        from core.models.catalogue import CATALOGUE
        assert "distilbert/distilroberta-base" in {each.name for each in CATALOGUE}
        """,
    "A file format": """
        import pyarrow as pa
        from pyarrow import feather
        from pathlib import Path
        from core.data.formats.files import read_file, stream_file
        feather.write_feather(pa.table({"text": ["Good."], "stars": [5]}), "reviews.feather")
        assert read_file(Path("reviews.feather")).rows.num_rows == 1
        assert [each.num_rows for each in stream_file(Path("reviews.feather"))] == [1]
        from core.data.formats import format_of
        exec(format_of("reviews.feather").reader.script("reviews.feather", {}))
        assert len(table) == 1
        """,
    "A setting": """
        from core.config import RunConfig, find
        from core.config.guidance import GUIDANCE
        from core.config.stored import ADDED
        from core.training.arguments import keyword_arguments
        config = RunConfig().replace({"training.adam_beta2": 0.98})
        assert keyword_arguments(config, "out")["adam_beta2"] == 0.98
        assert find("training.adam_beta2").path in ADDED
        assert find("training.adam_beta2").help and GUIDANCE["training.adam_beta2"].why
        """,
    "A page": """
        from streamlit.testing.v1 import AppTest
        opened = AppTest.from_file("app.py", default_timeout=120).run().switch_page("pages/words.py").run()
        assert not opened.exception
        assert "epoch" in opened.markdown[0].value
        """,
    "A task": """
        import numpy as np
        import pyarrow as pa
        from core import tasks
        from core.config import RunConfig
        from core.data.table import Table
        table = Table({"train": pa.table({"stars": [1, 2, 3, 4, 5]})})
        task = tasks.fit(table, "stars", RunConfig().replace({"data.task": "expected"}).data.task)
        logits = np.log([[0.4, 0.001, 0.001, 0.001, 0.597]])
        assert (task.name, task.decide(logits).tolist()) == ("expected", [2])
        assert task.answers(logits)[0].label == "3 stars"
        assert eval(task.script, {"np": np, "logits": logits, "ratings": task.ratings}).tolist() == [2]
        """,
}


def sections() -> dict[str, str]:
    """The examples by heading."""
    parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the examples change."""
    for name in ("core", "ui", "pages", "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    for name in ("static", ".streamlit"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("heading", TRIED)
@pytest.mark.usefixtures("home")
def test_an_example_works_as_it_is_written(heading: str, project: Path) -> None:
    section = sections()[heading]
    lines, files = 0, set()
    for match in NEW.finditer(section):
        (project / match["file"]).write_text(match["body"], "utf-8")
        lines += len(match["body"].splitlines())
        files.add(match["file"])
    for match in DIFF.finditer(section):
        subprocess.run(["git", "apply", "-"], cwd=project, input=match["body"], text=True, check=True)
        lines += len(re.findall(r"^\+(?!\+\+ )", match["body"], re.MULTILINE))
        files |= set(re.findall(r"^\+\+\+ b/(\S+)$", match["body"], re.MULTILINE))
    assert COUNT.findall(section) == [(str(lines), str(len(files)))]
    code = "\n".join(line.strip() for line in TRIED[heading].strip().splitlines())
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_language_needs_no_line_of_code() -> None:
    assert "No line of code" in sections()["A language"]
    assert not DIFF.search(sections()["A language"])


def test_every_example_is_tried() -> None:
    assert set(sections()) == {*TRIED, "A language"}
