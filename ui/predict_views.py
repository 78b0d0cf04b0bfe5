"""How predictions look: the text box with examples, one review's stars, a table of many."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.prediction.predictor import Prediction, load
from core.runs.run import Run
from ui import format as fmt
from ui import state
from ui.data_views import class_label, class_name
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


def predict(run: Run, texts: Sequence[str]) -> tuple[list[Prediction], float]:
    """Score the texts, and how long it took in seconds, loading the model not counted.

    What was rated last is kept for as long as texts and model stay: the page is drawn anew at every click on it.
    """
    asked = (run.id, run.model_step, tuple(texts))
    kept: tuple[object, tuple[list[Prediction], float]] = st.session_state.get(_RATED, (None, ([], 0.0)))
    if kept[0] != asked:
        kept = (asked, _scored(run, texts))
        st.session_state[_RATED] = kept
    return kept[1]


def _scored(run: Run, texts: Sequence[str]) -> tuple[list[Prediction], float]:
    model = load(state.home(), run)
    place = st.empty()

    def show(share: float) -> None:
        place.progress(share, text=_("{share} of {n} reviews").format(share=fmt.percent(share, 0), n=count))

    count = fmt.count(len(texts))
    began = time.perf_counter()
    predictions = model(texts, progress=show) if len(texts) >= MANY_TEXTS else model(texts)
    place.empty()
    return predictions, time.perf_counter() - began


def one(prediction: Prediction, seconds: float) -> None:
    """The stars of one review, expected rating, and the probability of each class."""
    names = list(prediction.scores)
    labels = [class_label(name) for name in names]
    if prediction.stars is not None:
        words = _("{stars} expected").format(stars=fmt.stars(round(prediction.stars, 1)))
        out_of = max((label for label in labels if isinstance(label, int)), default=0)
        picture = stars(prediction.stars, out_of, size="2.6rem") if out_of else ""
        st.html(element("div", picture + element("h2", text(words)), "sb-verdict"))
    else:
        st.html(element("div", element("h2", text(prediction.label)), "sb-verdict"))
    card_title(
        _("Likeliest: {label}").format(label=class_name(prediction.label)),
        fmt.percent(prediction.scores[prediction.label]),
    )
    rows = list(zip(labels, prediction.scores.values(), rating_colours(len(names)), strict=True))
    probability_bars(rows[::-1] if prediction.stars is not None else rows)
    read = _("{n} tokens read").format(n=fmt.count(prediction.tokens))
    cut = _("the rest was cut") if prediction.cut else _("nothing cut")
    sentence(f"{read} · {cut} · {fmt.duration(seconds)}")


def many(predictions: Sequence[Prediction], seconds: float) -> None:
    """All predictions in a table that can be sorted and downloaded."""
    count = fmt.count(len(predictions))
    card_title(_("{n} reviews").format(n=count), fmt.duration(seconds))
    rows = pd.DataFrame(
        {
            _("Review"): [each.text for each in predictions],
            _("Stars"): [each.stars for each in predictions],
            _("Class"): [class_name(each.label) for each in predictions],
            **{class_name(name): [each.scores[name] for each in predictions] for name in predictions[0].scores},
        }
    )
    shares = {class_name(name): st.column_config.NumberColumn(format="percent") for name in predictions[0].scores}
    st.dataframe(
        rows,
        hide_index=True,
        key="predictions",
        column_config={_("Stars"): st.column_config.NumberColumn(format="%.2f"), **shares},
    )
