"""Commands about tables of reviews."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from core import config as configs
from core.cli.commands import SET, SUCCESS, argument, command, either
from core.cli.console import print_result
from core.config import DataConfig
from core.data.columns import named_text
from core.errors import DataError
from core.home.places import Home
from core.messages import Message
from core.models import bundled

if TYPE_CHECKING:
    from core.doctor import Finding

WAIT_SECONDS = 0.5
_SHOWN_CHARACTERS = 100


class _Work(Protocol):
    """What is made in the background; `share` is how far it is, 0..1."""

    share: float

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is done within that time."""
        ...


_TABLE = (
    argument("source", metavar="SOURCE", help="sample:reviews, file:PATH or hub:OWNER/NAME"),
    argument("--text", metavar="C", help="the text column"),
    argument("--label", metavar="C", help="the label column"),
    argument("--model", metavar="M", default=bundled.NAME, help="the model that must read the texts"),
    SET,
)


@command("profile", "report on a table of reviews, and what is wrong with it", *_TABLE)
def profile(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.inspection import reports

    data = _chosen(options)
    work = reports.start(Home.present(), data.parsed_source, named_text(data), data.label_column, data.classes)
    _waited(work, "read and counted")
    report = work.result().profile.as_task(data.task, data.classes).to_dict()
    found = _findings(data, options.model)
    value = report | {"findings": [_said(each) for each in found]}
    print_result(options, value, lambda: _print(report, found))
    return SUCCESS


@command(
    "rows",
    "list rows of a table: those with a fault, or with some words",
    *_TABLE,
    either(
        argument("--find", metavar="RULE", help="rows that a rule of the doctor found, such as duplicates"),
        argument("--search", metavar="WORDS", help="rows whose text has all these words, whatever their case"),
    ),
    argument("--limit", metavar="N", type=int, default=100, help="at most so many rows (100)"),
)
def rows(options: argparse.Namespace) -> int:
    from core import tasks
    from core.data import columns, reading
    from core.doctor import check_rule
    from core.inspection import picked

    if options.find:
        check_rule(options.find)
    elif not options.search:
        raise DataError(
            Message("Nothing was said about which rows to list."), Message("Give --find RULE or --search WORDS.")
        )
    data = _chosen(options)
    table = reading.read(data.parsed_source)
    chosen = columns.choose(table, named_text(data), data.label_column)
    table = columns.with_text(table, chosen)
    if options.find:
        wanted = [row for each in _findings(data, options.model) if each.rule == options.find for row in each.rows]
    else:
        wanted = picked.searched(table, chosen, options.search)
    learned = tasks.fit(table, chosen.label, data.task, data.classes, text=chosen.text)
    listed = picked.listed(table, chosen, learned, wanted[: max(0, options.limit)])
    print_result(options, listed, lambda: _print_rows(listed))
    return SUCCESS


def _chosen(options: argparse.Namespace) -> DataConfig:
    """The settings of a command about a source."""
    named = {"data.source": options.source, "data.text_column": options.text, "data.label_column": options.label}
    chosen = configs.parse(configs.apply({}, options.set))
    return chosen.replace({path: value for path, value in named.items() if value}).data


def _findings(data: DataConfig, model: str) -> list[Finding]:
    from core.inspection import findings

    work = findings.start(Home.present(), data.parsed_source, data, model)
    _waited(work, "examined")
    return work.result()


def _waited(work: _Work, doing: str) -> None:
    """Wait, and say on a terminal how far it is."""
    while not work.wait(WAIT_SECONDS):
        if work.share and sys.stderr.isatty():
            print(f"\r{work.share:.0%} {doing}", end="\r", file=sys.stderr)


def _said(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, its words in English."""
    return asdict(finding) | {"words": str(finding.words)}


def _print(report: dict[str, Any], found: list[Finding]) -> None:
    print(json.dumps(report, indent=2, ensure_ascii=False))
    for each in found:
        remedy = "".join(f"\n    --set {path}={json.dumps(value)}" for path, value in (each.remedy or {}).items())
        print(f"\n{each.severity}: {each.rule} ({each.count:,})\n    {each.words}{remedy}")


def _print_rows(listed: list[dict[str, Any]]) -> None:
    for each in listed:
        text = " ".join(each["text"].split())
        shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
        print(f"{each['row']}\t{each['label'] or '-'}\t{shown}")
