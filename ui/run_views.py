"""What a page shows of one run: status, figures and charts, drawn whole, and what of it a tick brings up to date.

Reads the store and draws; keeps nothing. It does not know when a tick comes (see ui.live).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.messages import Message
from core.metrics import ACCURACY, STARS_MAE, WITHIN_ONE_STAR, Score
from core.runs import curves
from core.runs.facts import Facts
from core.runs.run import RESUMABLE, Event, Run, Status
from ui import classes, frame, live_chart, sentences, state
from ui import format as fmt
from ui.live_chart import ChartSpec, Feed, Role
from ui.markup import element, text
from ui.messages import translate
from ui.pieces import Metric, card, error_card, metric_row_html, notes
from ui.strip import progress_html
from ui.updates import piece
from ui.words import _

# Points of a curve in one tick; what a fast run adds beyond them is sent when the page is drawn anew.
TICK_POINTS = 16
_THINNED = "thinned"


def draw(run: Run, *, key: str) -> None:
    """Draw status, figures and charts; `key` is the page's own."""
    evaluations = state.store().events(run.id, kinds=("eval",))
    now = pieces(run, evaluations)
    with card("status"):
        piece("status-title", now["status-title"])
        if run.active:
            # One run of a home trains at a time: this bar is the strip's.
            piece("bar", progress_html(run.fraction, label=sentences.phase(run)))
        piece("status-words", now["status-words"])
        if run.failure:
            # One that could not go on is what it was before.
            title = _("This run failed") if run.status is Status.FAILED else _("This run could not go on")
            error_card(title, translate(run.failure.found), translate(run.failure.remedy))
        said = [Message.from_dict(event.values) for event in state.store().events(run.id, kinds=("message",))]
        # A resumed run says again what it said at its start.
        notes(list(dict.fromkeys(map(translate, said))))
        _actions(run)
    if run.total_steps:
        piece("metrics", now["metrics"])
        _draw_charts(run, evaluations, now, key)


def pieces(run: Run, evaluations: list[Event]) -> dict[str, str]:
    """What changes while a run goes on, its charts apart: HTML by the name of the piece."""
    right = element("span", text(_aside(run)), "sb-aside")
    found = {
        "status-title": element("div", element("h2", text(run.name)) + right, "sb-card-title"),
        "status-words": element("p", text(_where(run)), "sb-sentence"),
    }
    if run.total_steps:
        found["metrics"] = metric_row_html(metrics(run, evaluations))
        for chart in _charts(run, evaluations):
            found[f"words-{chart.name}"] = element("p", text(chart.words), "sb-sentence")
    return found


def tick(run: Run, *, key: str) -> dict[str, object]:
    """The points that the charts of a page do not have yet."""
    stream, keys = _stream(run), _chart_keys(run, key)
    # The page was drawn with everything; a tick has room for little, which must not take its place.
    base = min(live_chart.sent(each, stream, after=1) for each in keys)
    feed = _feed(run, base, most=TICK_POINTS)
    if feed.curves.thinned:
        st.session_state[_THINNED] = stream
    return live_chart.tick(keys, feed)


def _feed(run: Run, base: int, *, most: int = curves.MOST_POINTS) -> Feed:
    """What the curves of a run gained after the event `base`, and where the charts draw the line that says "here"."""
    score = classes.task_of(run).best.name
    found = curves.read(state.store(), run.id, base, score=score, most=most)
    return Feed(_stream(run), found, run.epoch if run.active else None)


def _chart_keys(run: Run, key: str) -> list[str]:
    return [f"{key}-{column}" for column in ("loss", classes.task_of(run).best.name, "learning_rate")]


def _where(run: Run) -> str:
    """Where a run is, in one sentence."""
    if run.status is Status.QUEUED:
        return _("Waiting for its turn; it starts by itself.")
    if not run.active:
        return ending(run)
    if not run.total_steps:
        event = state.store().last_event(run.id, "phase")
        return sentences.stage(event) if event else ""
    return _("{phase} · step {step} of {total}").format(
        phase=sentences.phase(run), step=fmt.count(run.step), total=fmt.count(run.total_steps)
    )


def _aside(run: Run) -> str:
    parts = [fmt.duration(run.seconds)] if run.seconds else []
    if run.seconds_left is not None:
        parts.append(_("{time} left").format(time=fmt.duration(run.seconds_left)))
    return " · ".join(parts)


def ending(run: Run) -> str:
    """How a run came to its end, in one sentence."""
    if run.status is Status.FINISHED:
        return _("Finished {steps} steps in {time}.").format(steps=fmt.count(run.step), time=fmt.duration(run.seconds))
    if run.usable:
        return _("{phase}. The model of step {step} is kept and can predict.").format(
            phase=sentences.phase(run).capitalize(), step=fmt.count(run.model_step)
        )
    words = _("{phase}. No model was kept.") if run.step else _("{phase}. No step was made, so there is no model.")
    return words.format(phase=sentences.phase(run).capitalize())


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


def metrics(run: Run, evaluations: list[Event]) -> list[Metric]:
    """The figures of a run: each score with what it must beat."""
    scores = run.eval
    train = state.store().last_event(run.id, "train")
    first = next((event.values["loss"] for event in evaluations), None)
    # A run that was restored from its checkpoints knows no speeds.
    now = train.values if train else {}
    speed = now.get("samples_per_second") if run.active else run.samples_per_second
    task = classes.task_of(run)
    best = _("Evaluation accuracy") if task.best == ACCURACY else _(task.best.title)
    rows = [Metric(best, classes.figure(task.best, scores.get(task.best.name)), _beside(run.facts, task.best))]
    if STARS_MAE in task.scores:
        within = _("within one star {share}").format(share=fmt.percent(scores.get(WITHIN_ONE_STAR.name)))
        rows.append(Metric(_(STARS_MAE.title), fmt.number(scores.get(STARS_MAE.name)), within))
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


def _beside(facts: Facts, score: Score) -> str:
    parts = []
    for label, scores in ((_("commonest class"), facts.baseline), (_("TF-IDF"), facts.tfidf)):
        if scores and score.name in scores:
            parts.append(f"{label} {classes.figure(score, scores[score.name])}")
    return " · ".join(parts)


def _draw_charts(run: Run, evaluations: list[Event], now: Mapping[str, str], key: str) -> None:
    """Loss, score and learning rate, of which only points are sent that the browser does not have."""
    stream = _stream(run)
    base = min(live_chart.sent(each, stream) for each in _chart_keys(run, key))
    if st.session_state.get(_THINNED) == stream:
        base = 0
        del st.session_state[_THINNED]
    feed = _feed(run, base)
    *pair, rate = _charts(run, evaluations)
    for column, chart in zip(st.columns(2), pair, strict=True):
        with column:
            _draw_chart(chart, feed, now, key, height=230)
    _draw_chart(rate, feed, now, key, height=140)


@dataclass(frozen=True)
class Chart:
    """One chart of a run, and the sentence below it."""

    spec: ChartSpec
    words: str

    @property
    def name(self) -> str:
        return self.spec.column


def _charts(run: Run, evaluations: list[Event]) -> tuple[Chart, Chart, Chart]:
    def chart(column: str, title: str, words: str, roles: Sequence[Role], **look: Any) -> Chart:
        x_max = run.config.training.num_train_epochs
        return Chart(ChartSpec(column, roles, f"{title}. {words}", title, x_max, **look), words)

    roles = [Role("train", _("training"), smooth=True), Role("eval", _("evaluation"), kind="dots")]
    best = classes.task_of(run).best
    baseline = (run.facts.baseline or {}).get(best.name)
    figures = ".0%" if best.unit == "%" else ""
    return (
        chart("loss", _("Loss"), sentences.loss(evaluations), roles),
        chart(
            best.name,
            _(best.title),
            sentences.score(evaluations, best, baseline),
            roles,
            y_format=figures,
            y_zero=True,
        ),
        chart(
            "learning_rate",
            _("Learning rate"),
            sentences.learning_rate(run),
            [Role("train", _("learning rate"))],
            y_format=".2~e",
            y_zero=True,
        ),
    )


def _draw_chart(chart: Chart, feed: Feed, now: Mapping[str, str], key: str, *, height: int) -> None:
    with card(f"chart-{chart.name.replace('_', '-')}", height="stretch"):
        live_chart.live_chart(chart.spec, feed, key=f"{key}-{chart.name}", height=height)
        piece(f"words-{chart.name}", now[f"words-{chart.name}"])


def _stream(run: Run) -> str:
    return f"{run.id}:{run.generation}"
