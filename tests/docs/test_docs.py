"""README and docs/ stay true: generated text, links, commands and configurations."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import config
from core.cli import main  # noqa: F401 - registers the commands
from core.cli.commands import parser
from scripts import make_docs

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
INLINE = re.compile(r"`(?P<code>python -m core [^`\n]+)`")


def named(values: list[tuple[Path, str]]) -> list[object]:
    return [pytest.param(value, id=f"{page.name}: {value[:70]}") for page, value in values]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links() -> list[tuple[Path, str]]:
    """Relative links, those inside code left out."""
    found = []
    for page in PAGES:
        prose = FENCE.sub("", text(page))
        targets = [match["target"].partition("#")[0] for match in LINK.finditer(prose)]
        found += [(page, target) for target in targets if target and "://" not in target]
    return found


def commands() -> list[tuple[Path, str]]:
    """Every command line of `core`, from shell blocks and from the prose."""
    return [(page, line) for page in PAGES for line in _commands(text(page))]


def _commands(page: str) -> Iterator[str]:
    for block in FENCE.finditer(page):
        if block["info"].strip() in {"bash", "sh", "console"}:
            joined = block["body"].replace("\\\n", " ")
            yield from (line.strip() for line in joined.splitlines() if "python -m core " in line)
    yield from (match["code"] for match in INLINE.finditer(FENCE.sub("", page)))


def arguments(line: str) -> list[str]:
    """What the shell passes to `python -m core`, without pipes, redirections and comments."""
    lexer = shlex.shlex(line[line.index("python -m core ") :], posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("|<>;&"):
            break
        words.append(word)
    return words[3:]


def configurations() -> list[tuple[Path, str]]:
    """JSON blocks whose fence says that they are a configuration."""
    return [
        (page, block["body"])
        for page in PAGES
        for block in FENCE.finditer(text(page))
        if block["info"].split() == ["json", "configuration"]
    ]


def test_the_configuration_page_is_up_to_date() -> None:
    assert make_docs.main(["--check"]) == 0, "run: python scripts/make_docs.py"


def test_every_setting_is_on_the_configuration_page() -> None:
    page = make_docs.document()
    assert all(f"`{setting.path}`" in page for setting in config.settings())


@pytest.mark.parametrize(("page", "target"), [pytest.param(*each, id=f"{each[0].name}: {each[1]}") for each in links()])
def test_a_relative_link_leads_to_a_file(page: Path, target: str) -> None:
    assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}, which is not there"


@pytest.mark.parametrize("line", named(commands()))
def test_a_command_that_is_shown_parses(line: str) -> None:
    options = parser().parse_args(arguments(line))
    assert callable(options.command)


@pytest.mark.parametrize("block", named(configurations()))
def test_a_configuration_that_is_shown_is_accepted(block: str) -> None:
    config.parse(json.loads(block))


def test_a_setting_that_is_shown_with_set_exists() -> None:
    for _page, line in commands():
        options = parser().parse_args(arguments(line))
        config.parse(config.apply({}, getattr(options, "set", [])))


def test_there_is_something_to_check() -> None:
    assert len(commands()) >= 10
    assert configurations()
    assert links()
