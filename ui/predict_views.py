"""How predictions look: the text box with examples, one review's stars, a table of many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.prediction.predictor import Prediction, load
from core.runs.run import Run
from core.tasks import Task
from ui import classes, state
from ui import format as fmt
from ui.markup import element, text
from ui.pieces import card_title, probability_bars, sentence, stars
from ui.tokens import rating_colours
from ui.words import _

MOST_TEXTS = 2000
# From here on rating takes long enough to show how far it is.
MANY_TEXTS = 50
_RATED = "rated"


def examples() -> dict[str, str]:
    """Reviews to click, of our own writing; in English for every reader, as the models and the sample are."""
    return {
        _("A kind one"): "Best meal of my life! Warm welcome, perfect dumplings, and they remembered my birthday.",
        _("A harsh one"): "Terrible, never again. Cold soup, a rude waiter, and they charged us twice.",
        _("A mixed one"): (
            "The noodles were wonderful and the staff kind, but we waited forty minutes and the bill was wrong."
        ),
        _("A tricky one"): "Not bad at all. I expected much worse, and I would not mind coming back.",
    }


def ask(run: Run) -> list[str]:
    """The reviews to rate: one, or one a line when there are several lines."""
    known = examples()

    def take() -> None:
        chosen = st.session_state["example"]
        if chosen:
            st.session_state["review"] = known[chosen]
            st.session_state["example"] = None

    written = st.text_area(_("Write or paste a review"), key="review", height=150)
    st.pills(_("Examples"), list(known), key="example", on_change=take, label_visibility="collapsed")
    as_lines = st.toggle(_("Each line is a review of its own"), key="each-line")
    st.button(_("Rate"), key="rate", type="primary", shortcut="Ctrl+Enter")
    if not written.strip():
        return []
    if not as_lines:
        return [written]
    lines = [line for line in written.splitlines() if line.strip()]
    if len(lines) > MOST_TEXTS:
        words = _("Only the first {most} of {n} reviews are rated; the command line rates any number.")
        st.warning(words.format(most=fmt.count(MOST_TEXTS), n=fmt.count(len(lines))), icon=":material/info:")
    return lines[:MOST_TEXTS]


@dataclass(frozen=True)
class Rated:
    """What a model that learned `task` thinks of some reviews; `seconds` is without loading it."""

    task: Task
    predictions: Sequence[Prediction]
    seconds: float


def predict(run: Run, texts: Sequence[str]) -> Rated:
    """Score the texts.

    What was rated last is kept for as long as texts and model stay: the page is drawn anew at every click on it.
    """
    asked = (run.id, run.model_step, tuple(texts))
    kept: tuple[object, Rated] | None = st.session_state.get(_RATED)
    if kept is None or kept[0] != asked:
        kept = (asked, _scored(run, texts))
        st.session_state[_RATED] = kept
    return kept[1]


def _scored(run: Run, texts: Sequence[str]) -> Rated:
    model = load(state.home(), run)
    place = st.empty()

    def show(share: float) -> None:
        place.progress(share, text=_("{share} of {n} reviews").format(share=fmt.percent(share, 0), n=count))

    count = fmt.count(len(texts))
    began = time.perf_counter()
    predictions = model(texts, progress=show) if len(texts) >= MANY_TEXTS else model(texts)
    place.empty()
    return Rated(model.task, predictions, time.perf_counter() - began)


def one(rated: Rated) -> None:
    """The stars of the first review, or its class, and the probability of each class."""
    task, prediction = rated.task, rated.predictions[0]
    labels, words = classes.labels(task), classes.words(task)
    if prediction.stars is None:
        st.html(element("div", element("h2", text(words[prediction.label])), "sb-verdict"))
    else:
        stands_for = [label for label in labels.values() if isinstance(label, int)]
        expected = fmt.stars(round(prediction.stars, 1)) if stands_for else fmt.number(prediction.stars, 1)
        picture = stars(prediction.stars, max(stands_for), size="2.6rem") if stands_for else ""
        heading = element("h2", text(_("{stars} expected").format(stars=expected)))
        st.html(element("div", picture + heading, "sb-verdict"))
    card_title(
        _("Likeliest: {label}").format(label=words[prediction.label]),
        fmt.percent(prediction.scores[prediction.label]),
    )
    colours = rating_colours(len(labels))
    rows = [
        (labels[name], share, colour) for (name, share), colour in zip(prediction.scores.items(), colours, strict=True)
    ]
    probability_bars(rows[::-1] if classes.best_first(task) else rows)
    read = _("{n} tokens read").format(n=fmt.count(prediction.tokens))
    cut = _("the rest was cut") if prediction.cut else _("nothing cut")
    sentence(f"{read} · {cut} · {fmt.duration(rated.seconds)}")


def many(rated: Rated) -> None:
    """All predictions in a table that can be sorted and downloaded."""
    predictions, words = rated.predictions, classes.words(rated.task)
    card_title(_("{n} reviews").format(n=fmt.count(len(predictions))), fmt.duration(rated.seconds))
    value = _("Stars") if rated.task.in_stars else _("Rating")
    expected = {value: [each.stars for each in predictions]} if classes.best_first(rated.task) else {}
    rows = pd.DataFrame(
        {
            _("Review"): [each.text for each in predictions],
            **expected,
            _("Class"): [words[each.label] for each in predictions],
            **{word: [each.scores[name] for each in predictions] for name, word in words.items()},
        }
    )
    shares = {word: st.column_config.NumberColumn(format="percent") for word in words.values()}
    st.dataframe(
        rows,
        hide_index=True,
        key="predictions",
        column_config={value: st.column_config.NumberColumn(format="%.2f"), **shares},
    )
