"""Commands about tables of reviews."""

from __future__ import annotations

import argparse
import json
import sys

from core import config as configs
from core.cli.commands import SET, SUCCESS, argument, command
from core.cli.console import print_result
from core.config.source import Source
from core.home.places import Home

WAIT_SECONDS = 0.5


@command(
    "profile",
    "report on a table of reviews",
    argument("source", metavar="SOURCE", help="sample:reviews, file:PATH or hub:OWNER/NAME"),
    argument("--text", metavar="C", help="the text column"),
    argument("--label", metavar="C", help="the label column"),
    SET,
)
def profile(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.inspection import reports

    data = configs.parse(configs.apply({}, options.set)).data
    text, label = options.text or data.text_column, options.label or data.label_column
    work = reports.start(Home.present(), Source.parse(options.source), text, label, data.classes)
    while not work.wait(WAIT_SECONDS):
        if work.share and sys.stderr.isatty():
            print(f"\r{work.share:.0%} read and counted", end="\r", file=sys.stderr)
    report = work.result().profile.as_task(data.task, data.classes).to_dict()
    print_result(options, report, lambda: print(json.dumps(report, indent=2, ensure_ascii=False)))
    return SUCCESS
