"""One sentence under each chart, and the words for where a run is. Read from events, drawn by pages."""

from __future__ import annotations

from collections.abc import Sequence

from core.metrics import ACCURACY, Score
from core.runs.run import Event, Run, Stage, Status
from ui import format as fmt
from ui.words import _, pgettext


def status(run: Run) -> str:
    """The state of a run in a word or two."""
    return {
        Status.QUEUED: _("waiting"),
        Status.PREPARING: _("preparing"),
        Status.TRAINING: pgettext("state", "training"),
        Status.EVALUATING: _("evaluating"),
        Status.SAVING: _("saving"),
        Status.FINISHED: _("finished"),
        Status.STOPPED: _("stopped"),
        Status.FAILED: _("failed"),
        Status.INTERRUPTED: _("interrupted"),
    }[run.status]


def phase(run: Run) -> str:
    """Where a run is: `epoch 2 of 3`, `evaluating`, `stopped at step 40 of 375`."""
    if run.stop_requested and run.active:
        return _("stopping")
    if run.status is Status.TRAINING:
        epochs = run.config.training.num_train_epochs
        return _("epoch {n} of {total}").format(n=min(int(run.epoch) + 1, _ceil(epochs)), total=f"{epochs:g}")
    if run.status in {Status.STOPPED, Status.INTERRUPTED, Status.FAILED} and run.total_steps:
        words = _("{status} at step {step} of {total}")
        return words.format(status=status(run), step=fmt.count(run.step), total=fmt.count(run.total_steps))
    return status(run)


def stage(phase: Event) -> str:
    """What a run that prepares is at; a run of an earlier version says it in its own words."""
    return {
        Stage.READING: _("Reading the reviews"),
        Stage.LOADING: _("Loading the model"),
        Stage.TOKENISING: _("Tokenising the reviews"),
        Stage.ENCODING: _("Reading every review once with the frozen encoder"),
        Stage.COMPARING: _("Measuring what must be beaten"),
    }.get(phase.values.get("stage", ""), str(phase.values.get("text", "")))


def loss(evaluations: Sequence[Event]) -> str:
    """What the evaluation loss did."""
    if len(evaluations) < 2:
        return _("Grey is each batch, smoothed; dots are unseen reviews.")
    before, after = evaluations[-2].values["loss"], evaluations[-1].values["loss"]
    if abs(after - before) < 0.005:
        return _("Evaluation loss stays at {value}.").format(value=fmt.number(after))
    if after > before:
        return _("Evaluation loss rose by {change} last: the model may be learning the reviews by heart.").format(
            change=fmt.number(after - before)
        )
    return _("Evaluation loss fell by {change} to {value}.").format(
        change=fmt.number(before - after), value=fmt.number(after)
    )


def score(evaluations: Sequence[Event], best: Score, baseline: float | None) -> str:
    """How the score that is drawn stands, and against what."""
    if best != ACCURACY:
        return _("{score} on unseen reviews.").format(score=_(best.title))
    if not evaluations:
        return _("The share of reviews whose class is predicted exactly.")
    now = evaluations[-1].values[best.name]
    if baseline is None:
        return _("{value} of unseen reviews are right.").format(value=fmt.percent(now, 1))
    return _("{value} of unseen reviews are right; always the commonest class gets {baseline}.").format(
        value=fmt.percent(now, 1), baseline=fmt.percent(baseline, 1)
    )


def learning_rate(run: Run) -> str:
    """The schedule in words."""
    training = run.config.training
    peak = fmt.learning_rate(training.learning_rate)
    if training.lr_scheduler_type == "constant":
        return _("Stays at {peak}.").format(peak=peak)
    if not training.warmup_steps:
        return _("Starts at {peak} and follows the {kind} schedule.").format(peak=peak, kind=training.lr_scheduler_type)
    return _("Rises to {peak}, then follows the {kind} schedule.").format(peak=peak, kind=training.lr_scheduler_type)


def _ceil(value: float) -> int:
    return int(-(-value // 1))
