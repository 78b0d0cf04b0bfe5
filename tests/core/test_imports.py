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

# Package -> packages of this project that it may import, at any level. A package may always import itself.
ALLOWED: dict[str, set[str]] = {
    "core.disk": {"core.runs.run", "core.settings"},
    "core.errors": set(),
    "core.settings": {"core.errors"},
    "core.config": {"core.errors"},
    "core.runs": {"core.config", "core.errors", "core.settings"},
    "core.data": {"core.config", "core.errors", "core.settings"},
    "core.quiet": set(),
    "core.models": {"core.config", "core.data", "core.errors", "core.quiet", "core.settings"},
    "core.lengths": {"core.models"},
    "core.keeping": {"core.errors", "core.settings"},
    "core.reports": {"core.data", "core.errors", "core.keeping", "core.lengths"},
    "core.metrics": {"core.settings"},
    "core.evaluation": {"core.data", "core.metrics", "core.runs"},
    "core.estimate": {"core.config"},
    "core.calibrations": {"core.config", "core.errors", "core.estimate", "core.preferences", "core.settings"},
    # Beside a training it writes into the home, in a process of its own.
    "core.training.calibrate": {
        "core.config",
        "core.data",
        "core.errors",
        "core.estimate",
        "core.evaluation",
        "core.metrics",
        "core.models",
        "core.runs.run",
        "core.settings",
        "core.training",
    },
    "core.training": {
        "core.config",
        "core.data",
        "core.errors",
        "core.evaluation",
        "core.metrics",
        "core.models",
        "core.preferences",
        "core.quiet",
        "core.runs.checkpoints",
        "core.runs.run",
    },
    "core.preferences": {"core.errors", "core.settings"},
    "core.guidance": set(),
    "core.presets": {"core.config"},
    "core.script": {"core.config", "core.models", "core.training.arguments"},
    "core.launch": {"core.config", "core.settings", "core.training.ranks"},
    "core.jobs": {
        "core.calibrations",
        "core.config",
        "core.errors",
        "core.estimate",
        "core.launch",
        "core.runs",
        "core.settings",
        "core.training",
    },
    "core.scoring": {
        "core.training.attention",
        "core.training.first_token",
        "core.training.order",
        "core.training.speed",
    },
    "core.predict": {
        "core.data",
        "core.errors",
        "core.models",
        "core.runs",
        "core.scoring",
        "core.settings",
        "core.training.padding",
        "core.training.train",
    },
    "core.console": set(),
    "core.rating": {"core.console", "core.data", "core.errors", "core.predict", "core.runs"},
    "core.manage": {"core.console", "core.runs"},
    "core.__main__": {"core"},
    "ui": {"core"},
    "pages": {"core", "ui"},
    "app": {"core", "ui"},
}
# These draw, or are read by what draws: none of them may import a heavy library when it is imported.
LIGHT = (
    "core.errors",
    "core.settings",
    "core.config",
    "core.runs",
    "core.estimate",
    "core.calibrations",
    "core.data.sources",
    "core.data.profile",
    "core.reports",
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
    names = ["core.jobs", "core.presets", "core.script", "core.predict"]
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
