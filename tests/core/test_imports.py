"""Which module may import which: the architecture's rules, held by reading the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "transformers", "datasets", "accelerate", "evaluate", "peft"}
PAGE_LIBRARIES = {"streamlit", "plotly"}

# Room -> rooms that it may import, at any level: only downward. A room may always import itself.
ALLOWED: dict[str, set[str]] = {
    "core.errors": {"core.messages"},
    "core.messages": set(),
    "core.home": {"core.errors", "core.messages"},
    "core.config": {"core.errors", "core.home", "core.messages"},
    "core.runs": {"core.config", "core.errors", "core.home", "core.messages"},
    "core.data": {"core.config", "core.errors", "core.home", "core.messages"},
    "core.metrics": {"core.home"},
    "core.tasks": {"core.config", "core.data", "core.errors", "core.home", "core.messages", "core.metrics"},
    "core.models": {"core.config", "core.data", "core.errors", "core.home", "core.messages", "core.tasks"},
    # Faults of a table, each by a rule.
    "core.doctor": {
        "core.config",
        "core.data",
        "core.errors",
        "core.home",
        "core.messages",
        "core.models",
        "core.tasks",
    },
    # What a table holds, for people: below training, above the models that say how a review is cut into tokens.
    "core.inspection": {
        "core.config",
        "core.data",
        "core.doctor",
        "core.errors",
        "core.home",
        "core.messages",
        "core.models",
        "core.tasks",
    },
    "core.training": {
        "core.config",
        "core.data",
        "core.errors",
        "core.home",
        "core.messages",
        "core.metrics",
        "core.models",
        # A run and its checkpoints, never the store: see below.
        "core.runs",
        "core.tasks",
    },
    "core.prediction": {
        "core.data",
        "core.errors",
        "core.home",
        "core.messages",
        "core.models",
        "core.runs",
        "core.tasks",
    },
    "core.evaluation": {
        "core.data",
        "core.errors",
        "core.messages",
        "core.metrics",
        "core.prediction",
        "core.runs",
        "core.tasks",
    },
    "core.estimating": {
        "core.config",
        "core.data",
        "core.errors",
        "core.evaluation",
        "core.home",
        "core.messages",
        "core.metrics",
        "core.models",
        "core.runs",
        "core.tasks",
        "core.training",
    },
    "core.export": {
        "core.config",
        "core.data",
        "core.home",
        "core.messages",
        "core.metrics",
        "core.models",
        "core.runs",
        "core.tasks",
        "core.training",
    },
    "core.work": {"core"},
    "core.cli": {"core"},
    "core.__main__": {"core.cli"},
    "ui": {"core"},
    "pages": {"core", "ui"},
    "app": {"core", "ui"},
}
# Modules -> what they may not import although their room may.
FORBIDDEN: dict[str, set[str]] = {
    # A training tells a sink; only work joins it to the store.
    "core.training": {
        "core.runs.store",
        "core.runs.database",
        "core.runs.rows",
        "core.runs.recovery",
        "core.runs.trash",
    },
    "core.estimating": {"core.runs.store", "core.runs.database"},
    "core.evaluation": {"core.runs.store", "core.runs.database"},
    "core.work": {"core.cli"},
    "ui": {"core.cli"},
    "pages": {"core.cli"},
}
# These draw, or are read by what draws: none of them may import a heavy library when it is imported.
LIGHT = (
    "core.cli",
    "core.config",
    "core.data",
    "core.doctor",
    "core.errors",
    "core.export",
    "core.home",
    "core.inspection",
    "core.messages",
    "core.models.bundled",
    "core.models.catalogue",
    "core.models.lengths",
    "core.models.loading",
    "core.prediction",
    "core.runs",
    "core.tasks",
    "core.work",
    "ui",
    "pages",
    "app",
)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("core", "ui", "pages"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(file.read_text(encoding="utf-8"))
    yield "app", ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is named in an import, `from a import b` also as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_level(tree: ast.Module) -> Iterator[str]:
    """Imports that happen when the module is imported; those under TYPE_CHECKING don't."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(ast.Module([node], []))


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


MODULES = dict(modules())


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_one_direction(name: str) -> None:
    own = max((package for package in ALLOWED if within(name, package)), key=len, default=None)
    if own is None:
        assert name == "core", f"{name} has no place in the table"
        return
    for target in imported(MODULES[name]):
        if target.split(".")[0] in {"core", "ui", "pages", "app"}:
            assert any(within(target, package) for package in {own, *ALLOWED[own]}), f"{name} imports {target}"
            assert not any(within(target, each) for each in FORBIDDEN.get(own, ())), f"{name} imports {target}"


@pytest.mark.parametrize("name", [name for name in MODULES if within(name, "core")])
def test_core_knows_no_page_library(name: str) -> None:
    assert not {target.split(".")[0] for target in imported(MODULES[name])} & PAGE_LIBRARIES


@pytest.mark.parametrize("name", [name for name in MODULES if any(within(name, light) for light in LIGHT)])
def test_what_draws_imports_nothing_heavy(name: str) -> None:
    assert not {target.split(".")[0] for target in module_level(MODULES[name])} & HEAVY


@pytest.mark.parametrize("name", [name for name in MODULES if within(name, "pages") or name == "app"])
def test_pages_touch_no_files_and_no_sql(name: str) -> None:
    assert not {target.split(".")[0] for target in imported(MODULES[name])} & {
        "sqlite3",
        "os",
        "shutil",
        "pathlib",
        "io",
    }


def test_everything_a_page_imports_leaves_the_heavy_libraries_out() -> None:
    names = [
        "core.work.actions",
        "core.work.execution",
        "core.work.preload",
        "core.config.presets",
        "core.export.script",
        "core.prediction.predictor",
    ]
    names += [name for name in MODULES if within(name, "ui")]
    names += [
        target.rpartition(".")[0]
        for page in MODULES
        if within(page, "pages")
        for target in imported(MODULES[page])
        if within(target, "core")
    ]
    code = "import sys\n" + "\n".join(f"import {name}" for name in sorted(set(names)) if name != "core")
    code += f"\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
