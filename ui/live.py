"""A run as it happens: strip, status, figures and charts, each brought up to date by a timed fragment.

Reads the store anew at every tick and draws; keeps nothing but what the browser was sent. When a run ends, the whole
page is drawn once more, without timers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core import script
from core.errors import StorageError
from core.runs import curves
from core.runs.run import RESUMABLE, Event, Run, Status
from ui import code, frame, illustrations, sentences, state, watchers
from ui import format as fmt
from ui.companion import Ended, companion
from ui.live_chart import ChartSpec, Role, Series, live_chart, sent
from ui.messages import translate
from ui.pieces import Metric, card, card_title, chart_card, error_card, metric_row, notes, sentence
from ui.strip import progress_html, strip
from ui.words import _

TICK_SECONDS = 0.8
SPARK_STEPS = 160
CODE_SECONDS = 2.0
# What a run says while it prepares, and the step of the script that does it.
STEP_OF_PHASE = {
    "Reading the reviews": "Load",
    "Loading the model": "Model",
    "Tokenising the reviews": "Tokenise",
    "Measuring what must be beaten": "Metric",
}
# A run that ended sooner was watched.
LONG_SECONDS = 30.0
STRIP_SECONDS = 1.5
IDLE_SECONDS = 5.0


def draw_strip() -> None:
    """The running training, for the header of every page."""
    try:
        run = state.store().live()
    except StorageError:
        # The body of the page says what is wrong with the store.
        return
    # With none, it still looks now and then: another tab or the command line may start one.
    pace = watchers.pace()
    seconds = STRIP_SECONDS * pace if run else IDLE_SECONDS
    st.fragment(_strip, run_every=seconds)(run.id if run else None, pace)


def _strip(drawn_for: str | None, pace: int) -> None:
    run = state.store().live()
    if (run.id if run else None) != drawn_for or state.has_problem() or watchers.pace() != pace:
        # Another run took its turn, none is left, or more tabs share the time: the page around has to know, too.
        st.rerun()
    going = run is not None and run.active
    companion(fmt.percent(run.fraction) if run and going else "", _ended(run.id if run and going else None))
    if run is None:
        return
    left = _("{time} left").format(time=fmt.duration(run.seconds_left)) if run.seconds_left is not None else ""
    on_stop = None if run.stop_requested else lambda: state.stop(run.id)
    strip(
        lambda: _link_to(run),
        sentences.phase(run),
        run.fraction if run.step else None,
        left,
        on_stop,
        picture=_sparkline(run),
    )


def _link_to(run: Run) -> None:
    # A name may hold what Markdown takes for markup.
    name = re.sub(r"([\\`*_{}\[\]()#+!~$:<>|-])", r"\\\1", run.name)
    st.page_link(frame.PAGES["train"], label=name, query_params={"run": run.id}, width="content")


def _sparkline(run: Run) -> str:
    """The training accuracy of the last steps, smoothed."""
    events = state.store().recent(run.id, "train", SPARK_STEPS)
    values = [event.values["accuracy"] for event in events if "accuracy" in event.values]
    if len(values) < 2:
        return ""
    smooth = curves.smoothed(values)
    label = _("Training accuracy of the last steps: {value}").format(value=fmt.percent(smooth[-1]))
    return illustrations.sparkline(smooth, label)


def _ended(live: str | None) -> Ended | None:
    """What to tell about the run that this tab saw going before, once it goes no more."""
    watched = st.session_state.get("watched")
    st.session_state["watched"] = live
    if watched and watched != live:
        run = state.store().get(watched)
        if run.seconds >= LONG_SECONDS:
            identity = f"{run.id}:{run.generation}:{run.status}"
            st.session_state["ended"] = Ended(identity, run.name, _ending(run))
    found: Ended | None = st.session_state.get("ended")
    return found


def draw_run(run: Run, *, key: str) -> None:
    """Status, figures and charts of a run; live while it goes on."""
    st.fragment(_run, run_every=TICK_SECONDS * watchers.pace() if run.going else None)(run.id, run.going, key)


def _run(run_id: str, going: bool, key: str) -> None:
    run = state.store().get(run_id)
    if going != run.going or state.has_problem():
        # It ended, or was resumed by a click in here, which reruns this fragment only: timers belong to the page.
        st.rerun()
    evaluations = state.store().events(run_id, kinds=("eval",))
    _status(run)
    if run.total_steps:
        metric_row(metrics(run, evaluations))
        charts(run, evaluations, key=key)


def _status(run: Run) -> None:
    with card("status"):
        card_title(run.name, _aside(run))
        if run.active:
            st.html(progress_html(run.fraction, label=sentences.phase(run)))
        sentence(_where(run))
        if run.failure:
            error_card(_("This run failed"), translate(run.failure.message), translate(run.failure.advice))
        # A resumed run says again what it said at its start.
        said = dict.fromkeys(event.values["text"] for event in state.store().events(run.id, kinds=("message",)))
        notes([translate(text) for text in said])
        _actions(run)


def _where(run: Run) -> str:
    """Where a run is, in one sentence."""
    if run.status is Status.QUEUED:
        return _("Waiting for its turn; it starts by itself.")
    if not run.active:
        return _ending(run)
    if not run.total_steps:
        event = state.store().last_event(run.id, "phase")
        return translate(event.values.get("text", "")) if event else ""
    return _("{phase} · step {step} of {total}").format(
        phase=sentences.phase(run), step=fmt.count(run.step), total=fmt.count(run.total_steps)
    )


def draw_code(run: Run | None, steps: Sequence[script.Step]) -> None:
    """The whole script, where the reader asked for it, with a mark at the step that the run is at."""
    if code.shown():
        going = run is not None and run.going
        st.fragment(_code, run_every=CODE_SECONDS if going else None)(run.id if run and going else None, steps)


def _code(run_id: str | None, steps: Sequence[script.Step]) -> None:
    run = state.store().get(run_id) if run_id else None
    code.peek(steps, running=_running(run) if run else "")


def _running(run: Run) -> str:
    """The step of the script that a run is at, empty when it is at none."""
    if run.status is Status.PREPARING:
        event = state.store().last_event(run.id, "phase")
        return STEP_OF_PHASE.get(event.values.get("text", ""), "") if event else ""
    return {Status.TRAINING: "Train", Status.EVALUATING: "Metric", Status.SAVING: "Train"}.get(run.status, "")


def _actions(run: Run) -> None:
    """What can be done with a run in its state."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.going and not run.stop_requested:
            st.button(_("Stop"), key="stop", icon=":material/stop_circle:", on_click=state.stop, args=(run.id,))
        # Without a plan it ended before the first step: stopped in the queue, or its data or model was not found.
        if run.status in RESUMABLE and (run.step < run.total_steps or not run.total_steps):
            st.button(
                _("Resume") if run.step else _("Try again"),
                key="resume",
                icon=":material/play_circle:",
                on_click=state.resume,
                args=(run.id,),
            )
        if run.usable:
            st.page_link(
                frame.PAGES["predict"],
                label=_("Predict with it"),
                icon=":material/star:",
                query_params={"run": run.id},
            )


def _aside(run: Run) -> str:
    parts = [fmt.duration(run.seconds)] if run.seconds else []
    if run.seconds_left is not None:
        parts.append(_("{time} left").format(time=fmt.duration(run.seconds_left)))
    return " · ".join(parts)


def _ending(run: Run) -> str:
    if run.status is Status.FINISHED:
        return _("Finished {steps} steps in {time}.").format(steps=fmt.count(run.step), time=fmt.duration(run.seconds))
    if run.usable:
        return _("{phase}. The model of step {step} is kept and can predict.").format(
            phase=sentences.phase(run).capitalize(), step=fmt.count(run.model_step)
        )
    words = _("{phase}. No model was kept.") if run.step else _("{phase}. No step was made, so there is no model.")
    return words.format(phase=sentences.phase(run).capitalize())


def metrics(run: Run, evaluations: list[Event]) -> list[Metric]:
    """The figures of a run: each score with what it must beat."""
    scores = run.eval
    train = state.store().last_event(run.id, "train")
    first = next((event.values["loss"] for event in evaluations), None)
    # A run that was restored from its checkpoints knows no speeds.
    now = train.values if train else {}
    speed = now.get("samples_per_second") if run.active else run.samples_per_second
    rows = [
        Metric(
            _("Evaluation accuracy"),
            fmt.percent(scores.get("accuracy"), 1),
            _beside(run.facts, "accuracy", 1),
        )
    ]
    if run.facts.get("ratings"):
        within = _("within one star {share}").format(share=fmt.percent(scores.get("within_one_star")))
        rows.append(Metric(_("Stars off, on average"), fmt.number(scores.get("stars_mae")), within))
    was = _("was {loss}").format(loss=fmt.number(first)) if first is not None else ""
    rows.append(Metric(_("Evaluation loss"), fmt.number(scores.get("loss")), was))
    tokens = ""
    if "tokens_per_second" in now:
        tokens = _("{n} tokens / s").format(n=fmt.count(round(now["tokens_per_second"])))
    pace = _("{n} / s").format(n=fmt.number(speed, 1)) if speed else fmt.MISSING
    rows.append(Metric(_("Speed"), pace, tokens))
    if run.active:
        so_far = _("{time} so far").format(time=fmt.duration(run.seconds))
        rows.append(Metric(_("Time left"), fmt.duration(run.seconds_left), so_far))
    else:
        rows.append(Metric(_("Time"), fmt.duration(run.seconds), _("{n} steps").format(n=fmt.count(run.step))))
    return rows


def _beside(facts: Mapping[str, dict[str, float] | None], name: str, digits: int) -> str:
    parts = []
    for label, key in ((_("commonest class"), "baseline"), (_("TF-IDF"), "tfidf")):
        scores = facts.get(key)
        if scores and name in scores:
            parts.append(f"{label} {fmt.percent(scores[name], digits)}")
    return " · ".join(parts)


@dataclass(frozen=True)
class Chart:
    """One chart of a run: which series play which role, and how it looks."""

    name: str
    title: str
    words: str
    series: Mapping[str, str]
    roles: Sequence[Role]
    y_format: str = ""
    y_zero: bool = False


def charts(run: Run, evaluations: list[Event], *, key: str) -> None:
    """Loss, accuracy and learning rate, of which only new points are sent."""
    stream = f"{run.id}:{run.generation}"
    loss, accuracy, rate = _charts(run, evaluations)
    base = min(sent(f"{key}-{chart.name}", stream) for chart in (loss, accuracy, rate))
    found = curves.read(state.store(), run.id, since=base)
    for column, chart in zip(st.columns(2), (loss, accuracy), strict=True):
        with column:
            _chart(run, chart, found, stream, key, height=230)
    _chart(run, rate, found, stream, key, height=140)


def _charts(run: Run, evaluations: list[Event]) -> tuple[Chart, Chart, Chart]:
    roles = [Role("train", _("training"), smooth=True), Role("eval", _("evaluation"), kind="dots")]
    baseline = (run.facts.get("baseline") or {}).get("accuracy")
    return (
        Chart(
            "loss",
            _("Loss"),
            sentences.loss(evaluations),
            {"train": "train_loss", "eval": "eval_loss"},
            roles,
        ),
        Chart(
            "accuracy",
            _("Accuracy"),
            sentences.accuracy(evaluations, baseline),
            {"train": "train_accuracy", "eval": "eval_accuracy"},
            roles,
            y_format=".0%",
            y_zero=True,
        ),
        Chart(
            "rate",
            _("Learning rate"),
            sentences.learning_rate(run),
            {"train": "learning_rate"},
            [Role("train", _("learning rate"))],
            y_format=".2~e",
            y_zero=True,
        ),
    )


def _chart(run: Run, chart: Chart, found: curves.Curves, stream: str, key: str, *, height: int) -> None:
    spec = ChartSpec(
        stream=stream,
        base=found.base,
        last=found.last,
        series={role: _series(found.series[name]) for role, name in chart.series.items()},
        roles=chart.roles,
        alt=f"{chart.title}. {chart.words}",
        title=chart.title,
        x_max=run.config.training.num_train_epochs,
        now=run.epoch if run.active else None,
        y_format=chart.y_format,
        y_zero=chart.y_zero,
    )
    with chart_card("", chart.words, key=chart.name):
        live_chart(spec, key=f"{key}-{chart.name}", height=height)


def _series(curve: curves.Curve) -> Series:
    return Series(curve.ids, curve.epochs, curve.values)
