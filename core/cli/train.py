"""Commands that train, and that say what a training will take."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core import config as configs
from core.cli import foreground
from core.cli.commands import CONFIG, RUN, SET, SUCCESS, argument, command
from core.cli.console import print_result
from core.config import RunConfig
from core.errors import EstimateError
from core.home.places import Home
from core.messages import Message
from core.runs.store import Store
from core.training import distributed
from core.work.actions import Actions


@command("train", "train a run in the foreground", CONFIG, SET)
def train(options: argparse.Namespace) -> int:
    if distributed.rank():
        return foreground.assist()
    config = _config(options)
    actions = _recovered()
    return foreground.train(actions, actions.submit(config, claimed=True), options)


@command(
    "resume",
    "go on from a run's last checkpoint",
    RUN,
    argument("--epochs", type=float, metavar="N", help="go on to N epochs in total, also when it finished"),
)
def resume(options: argparse.Namespace) -> int:
    if distributed.rank():
        return foreground.assist()
    actions = _recovered()
    return foreground.train(actions, actions.resume(options.run, options.epochs), options)


@command("work", None, argument("run"))
def work(options: argparse.Namespace) -> int:
    """Train a run that the process which started this one has claimed."""
    if distributed.rank():
        return foreground.assist()
    actions = Actions(Home.present())
    return foreground.train(actions, actions.store.take_over(options.run), options)


def _recovered() -> Actions:
    """The actions of a home in order: a training begins here, or goes on from where another process died."""
    actions = Actions(Home.present())
    actions.recover()
    return actions


def _config(options: argparse.Namespace) -> RunConfig:
    return configs.parse(configs.apply(configs.load(Path(options.config)), options.set))


@command(
    "estimate",
    "say how long a run takes here, and how much memory",
    CONFIG,
    SET,
    argument("--again", action="store_true", help="measure this computer anew"),
)
def estimate(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.data.columns import named_text
    from core.data.parts import planned
    from core.estimating import calibrations, cost
    from core.inspection import reports

    home, config = Home.present(), _config(options)

    def somebody_trains() -> bool:
        live = Store(home).live()
        return live is not None and live.active

    data = config.data
    report = reports.start(
        home, data.parsed_source, named_text(data), data.label_column, data.classes, model=config.model.name
    ).result()
    parts = planned(data, report.profile.usable)
    reviews = cost.Reviews(parts.train, parts.eval, report.token_lengths, report.table_bytes)
    calibration = None if options.again else calibrations.cached(home, config)
    if calibration is None:
        print("measuring this computer", file=sys.stderr)
        try:
            calibration = calibrations.measure(home, config, somebody_trains)
        except calibrations.Busy:
            raise EstimateError(
                Message("This computer cannot be measured while a run trains."), Message("Ask again when it has ended.")
            ) from None
    found = cost.estimate(config, reviews, calibration)

    def words() -> None:
        print(f"about {found.seconds:.0f} s, and {found.starting:.0f} s to start")
        print(f"about {found.memory_bytes / 1e9:.1f} GB of memory")

    print_result(options, cost.to_dict(found), words)
    return SUCCESS
