"""Write docs/configuration.md from the definitions in core/config/run_config.py and core/config/presets.py.

    python scripts/make_docs.py            # writes it
    python scripts/make_docs.py --check    # exit code 1 when it is out of date

Knows the definitions only. Guarantees that the same definitions give the same text, to the byte.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core import config  # noqa: E402
from core.config import (  # noqa: E402
    RunConfig,
    Setting,
    presets,
)

TARGET = ROOT / "docs" / "configuration.md"
SECTIONS = {
    "": ("The run", "Only its name; everything else stands in one of the three sections below."),
    "data": (
        "`data`",
        "Which reviews, and how many of them. [data.md](data.md) says what a table may look like.",
    ),
    "model": ("`model`", "Which pretrained encoder, and which parts of it learn."),
    "training": ("`training`", "How the weights move. Names are those of `transformers.TrainingArguments`."),
}
INTRO = """# Configuration

<!-- Written by scripts/make_docs.py from core/config/run_config.py and core/config/presets.py: change it there. -->

A run is described by one JSON file. Every key may be left out and then takes its default. A key that does not
exist, a value of the wrong type and a value out of range are errors; all of them are reported at once, each
with the key, the value that was found and what is allowed. The Train page edits the same settings under the
titles given here.

On the command line a setting can be changed without editing the file:

```bash
python -m core train examples/quick-look.json --set data.train_size=200 --set training.learning_rate=1e-4
```

A whole number may stand where a number is expected, but `1000.0` is no whole number and `"1000"` no number.
For a list `--set` takes a JSON list, or names with commas between them such as `training.report_to=mlflow`;
`null` empties a setting that may be empty.

## Example

Every setting with its default value, but for the name:

"""
NOTES = """
## What is always so

- The model is evaluated and a checkpoint is written after every epoch, and a checkpoint every
  `training.save_minutes` in between. `training.save_total_limit` of them are kept, the best by accuracy on the
  evaluation reviews and the last in any case.
- `training.processes` above 1 starts that many processes on this computer. Under `torchrun` or `accelerate launch`
  their number counts instead; see [scale-out.md](scale-out.md).
- Early stopping (`training.early_stopping_patience` above 0) implies `training.load_best_model_at_end`: a run
  that stops because it no longer gets better ends with its best weights.
- `data.max_length` is lowered to what the model can read; the run says so.
- When a table has fewer reviews than asked for, all are used; see [data.md](data.md).
- `model.name` is `minilm` (bundled), a Hub id such as `google-bert/bert-base-cased`, or a folder that
  `save_pretrained` wrote. A folder must be absolute, begin with `.` or `~`, or have more than one `/`:
  `owner/name` is always a Hub id.
"""
PRESETS = """
## Presets

Starting points on the Train page. A preset puts every setting of `model` and `training`, and the sizes, the
length, the subset and the seed of `data`, to its own value or to the default. The dataset, its columns, the
name of the run, the checkpoints, the processes and `training.report_to` stay as they are, unless the table says
otherwise. An empty cell is the default.

"""


def document() -> str:
    """The whole of docs/configuration.md."""
    parts = [INTRO, _example(), "\n"]
    for section, (title, words) in SECTIONS.items():
        rows = [_row(each) for each in config.settings() if each.path.rpartition(".")[0] == section]
        parts += [
            f"\n## {title}\n\n{words}\n\n",
            table(("key", "title", "value", "default", "unit", "meaning"), rows),
        ]
    return "".join([*parts, NOTES, _presets()])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; a bar inside a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _example() -> str:
    whole = json.dumps(RunConfig(name="first try").model_dump(), indent=2)
    return f"```json configuration\n{whole}\n```\n"


def _row(setting: Setting) -> tuple[str, ...]:
    return (
        f"`{setting.path}`",
        setting.title,
        _expected(setting),
        _literal(setting.default),
        setting.unit,
        setting.help,
    )


def _expected(setting: Setting) -> str:
    if setting.kind == "choice":
        return "one of " + ", ".join(f"`{choice}`" for choice in setting.choices)
    longest = _longest(setting.path)
    words = str(setting.expected) + (f" of at most {longest} characters" if longest else "")
    return words + (" or `null`" if setting.default is None else "")


def _longest(path: str) -> int | None:
    """Most characters of a text setting, None where there is no limit or the setting is in a section."""
    field = RunConfig.model_fields.get(path)
    rules = field.metadata if field else []
    return next((rule.max_length for rule in rules if hasattr(rule, "max_length")), None)


def _literal(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else json.dumps(value)
    return f"`{text}`"


def _presets() -> str:
    paths = [each.path for each in config.settings() if any(each.path in one.changes for one in presets.PRESETS)]
    default = RunConfig()
    rows = [
        (f"`{path}`", _literal(default.get(path)), *(_changed(preset, path) for preset in presets.PRESETS))
        for path in paths
    ]
    listed = "".join(f"- **{preset.name}**: {preset.sentence}\n" for preset in presets.PRESETS)
    head = ("key", "default", *(preset.name for preset in presets.PRESETS))
    return f"{PRESETS}{listed}\n{table(head, rows)}"


def _changed(preset: presets.Preset, path: str) -> str:
    return _literal(preset.changes[path]) if path in preset.changes else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or only compare it; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write docs/configuration.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when it is out of date")
    text = document()
    if parser.parse_args(arguments).check:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        print("docs/configuration.md is out of date. Run: python scripts/make_docs.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
