"""A gallery for developers: every piece of `ui` in all its states, with made-up values.

    streamlit run ui/gallery.py        (from the project's root)

It is no part of the dashboard. The four steps of the header lead to four rooms. The live chart grows by a
timed fragment exactly as a page would feed it; the browser tests drive it here.
"""

from __future__ import annotations

import math
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Streamlit puts this file's folder on the path; the package `ui` is found from the root.
sys.path[:] = [str(ROOT), *(p for p in sys.path if p not in (str(ROOT), str(ROOT / "ui")))]

import numpy as np  # noqa: E402
import streamlit as st  # noqa: E402

from core.config import RunConfig  # noqa: E402
from core.doctor.finding import Finding  # noqa: E402
from core.messages import Message  # noqa: E402
from core.runs.curves import Curves, Points  # noqa: E402
from core.runs.run import EventKind  # noqa: E402
from ui import data_findings, frame, illustrations, live_chart, pieces, state  # noqa: E402
from ui import format as fmt  # noqa: E402
from ui.strip import strip  # noqa: E402
from ui.tokens import TOKENS, rating_colours  # noqa: E402

TICK_SECONDS = float(os.environ.get("STARBOARD_GALLERY_TICK", "1"))
EPOCHS = 3.0
TOTAL = 360  # training points of the made-up run
MADE_UP = "Gallery: every value on this page is made up"
ROLES = [live_chart.Role("train", "training", smooth=True), live_chart.Role("eval", "evaluation", "dots")]
REVIEW = "The noodles were wonderful and the staff kind, but we waited forty minutes and the bill was wrong."
CODE = """args = TrainingArguments(output_dir="runs/first-try", eval_strategy="epoch",
                         learning_rate=5e-5, num_train_epochs=3, per_device_train_batch_size=8)"""


def fake_points(start: int, stop: int, column: str, curve: Callable[[float], float], spread: float) -> Points:
    """Made-up training points with ids start+1..stop; the same id always has the same value."""
    ids = range(start + 1, stop + 1)
    epochs = [EPOCHS * i / TOTAL for i in ids]
    noise = [random.Random(i).gauss(0, spread) for i in ids]
    return Points(ids, epochs, {column: [curve(e) + n for e, n in zip(epochs, noise, strict=True)]})


def fake_evaluations(start: int, stop: int, column: str, curve: Callable[[float], float]) -> Points:
    """Made-up evaluations at every whole epoch, among the ids start+1..stop; the first stands at epoch 0."""
    ids = [i for i in range(start + 1, stop + 1) if i == 1 or i % (TOTAL // 3) == 0]
    epochs = [0.0 if i == 1 else EPOCHS * i / TOTAL for i in ids]
    return Points(ids, epochs, {column: [curve(e) + 0.05 for e in epochs]})


def loss(epoch: float) -> float:
    return 0.6 + 1.2 * math.exp(-epoch)


def accuracy(epoch: float) -> float:
    return 0.7 - 0.45 * math.exp(-epoch)


def draw_chart(key: str, title: str, curve: Callable[[float], float], spread: float, y_format: str) -> None:
    """One live chart, given only the points that its tab has not seen."""
    stream = f"gallery:{st.session_state.setdefault('generation', 1)}"
    last = st.session_state.setdefault("last", 200)
    base, column = live_chart.sent(key, stream), title.lower()
    points: dict[EventKind, Points] = {
        "train": fake_points(base, last, column, curve, spread),
        "eval": fake_evaluations(base, last, column, curve),
    }
    now = EPOCHS * last / TOTAL if last < TOTAL else None
    live_chart.live_chart(
        live_chart.ChartSpec(
            column,
            roles=ROLES,
            alt=f"{title} over epochs, training and evaluation; made-up values",
            title=title,
            x_max=EPOCHS,
            y_format=y_format,
            y_zero=bool(y_format),
        ),
        live_chart.Feed(stream, Curves(base, last, points), now),
        key=key,
    )


@st.fragment(run_every=TICK_SECONDS)
def growing_charts() -> None:
    """The timed fragment of a live page: some new points a tick."""
    st.session_state.last = min(st.session_state.get("last", 200) + 2, TOTAL)
    pieces.metric_row(
        [
            pieces.Metric("Evaluation accuracy", fmt.percent(0.531, 1), "commonest class 20.2 % · TF-IDF 49.8 %"),
            pieces.Metric("Stars off, on average", fmt.number(0.61), "within one star 91 %"),
            pieces.Metric("Training loss", fmt.number(0.94), "was 1.61"),
            pieces.Metric("Speed", "38.2 / s", "8,900 tokens / s"),
            pieces.Metric("Time left", fmt.duration(47), f"{fmt.duration(82)} so far"),
        ]
    )
    left, right = st.columns(2)
    with left, pieces.chart_card("", "Evaluation fell 0.43 in the first epoch.", key="loss"):
        draw_chart("live-loss", "Loss", loss, 0.13, "")
    with right, pieces.chart_card("", "Training and evaluation still rise together.", key="accuracy"):
        draw_chart("live-accuracy", "Accuracy", accuracy, 0.05, ".0%")


def lose_points() -> None:
    """Pretend that ticks never arrived: the mark moves on, the browser was sent nothing."""
    st.session_state.last = min(st.session_state.get("last", 200) + 15, TOTAL)
    stream = f"gallery:{st.session_state.generation}"
    st.session_state["live-chart:live-loss:sent"] = (stream, (st.session_state.last,) * live_chart.OVERLAP)


def start_again() -> None:
    """A new generation: the charts empty themselves."""
    st.session_state.generation = st.session_state.get("generation", 1) + 1
    st.session_state.last = 1


def fake_strip() -> None:
    values = [accuracy(EPOCHS * i / 80) for i in range(50)]
    picture = illustrations.sparkline(values, "Training accuracy, made up")
    strip("first try", "epoch 2 of 3", 0.62, "47 s left", lambda: None, picture=picture)


def data_room() -> None:
    frame.page("Data", MADE_UP, current="data", pages=ROOMS)
    left, right = st.columns(2)
    with left, pieces.card("counts"):
        pieces.card_title("Reviews by star", "1,000 reviews")
        counts = [212, 198, 204, 190, 196]
        rows = [(n, c, rating_colours(5)[n - 1]) for n, c in enumerate(counts, start=1)]
        pieces.distribution_bars(rows[::-1])
        pieces.sentence("About as many reviews of each rating: accuracy is a fair score.")
    with right, pieces.card("notes"):
        pieces.card_title("Worth knowing")
        pieces.notes(["12 reviews are empty and are left out.", "3.1 % of reviews are longer than 256 tokens."])
        st.text_input("Text column", "text")
        st.selectbox("Label column", ["stars", "date"])
        st.file_uploader("A table of reviews")
    with pieces.card("table"):
        st.dataframe({"stars": [5, 1, 3], "text": [REVIEW, "Cold soup.", "It was fine."]}, hide_index=True)
    fake_findings()


def fake_findings() -> None:
    found = [
        Finding(
            "leaks",
            "serious",
            231,
            Message("Of the texts that measure, 46 % stand in training as well: the score is about 9 points too good."),
            [3, 17, 40],
            {"data.remedies": ["leaks"]},
        ),
        Finding(
            "near_duplicates",
            "warning",
            87,
            Message("Some texts differ only by a word or two, and count as if they were several."),
            [5, 9],
            {"data.remedies": ["near_duplicates"]},
            seen=20_000,
        ),
        Finding(
            "dates",
            "note",
            1_610,
            Message("The table has dates: measured on the latest rows, the score says how the model will do tomorrow."),
            remedy={"data.split": "time", "data.split_column": "date"},
        ),
    ]
    with pieces.card("findings"):
        pieces.card_title("What to mind about this table", data_findings.tally(found))
        data_findings.findings(found, state.draft())
    with pieces.card("no-findings"):
        pieces.card_title("What to mind about this table")
        data_findings.findings([], state.draft())


def train_room() -> None:
    frame.page("Train", MADE_UP, current="train", strip=fake_strip, pages=ROOMS)
    form, result = st.columns([1, 2.7], gap="small")
    with form, pieces.card("form"):
        fake_form()
    with result:
        growing_charts()
        pieces.code_peek("The same, as code", CODE, aside="step 4 of 7 · TrainingArguments")
        with st.container(horizontal=True):
            st.button("Lose some ticks", on_click=lose_points, key="lose")
            st.button("Start again", on_click=start_again, key="again")


def fake_form() -> None:
    """A form as the Train page would have it."""
    names = ["Quick look", "Tutorial", "Careful", "Mine"]
    st.pills("Preset", names, default="Tutorial", label_visibility="collapsed")
    st.slider("Training reviews", 100, 5000, 1000)
    pieces.sentence("of 650,000 · 200 per star")
    st.slider("Epochs", 1, 10, 3)
    pieces.sentence("Passes over the training reviews")
    st.select_slider("Learning rate", ["1e-5", "5e-5", "1e-4"], "5e-5")
    pieces.sentence("How far each step moves the weights")
    st.toggle("Keep the best checkpoint")
    pieces.sentence("375 steps · about 2 min 10 s on this computer · 1.1 GB")
    with st.container(horizontal=True):
        st.button("Train", type="primary")
        st.button("Show the code")


def results_room() -> None:
    frame.page("Results", MADE_UP, current="results", strip=without_estimate, pages=ROOMS)
    empty = "Train a model and its curves, mistakes and scores appear here."
    pieces.empty_state("monitoring", "No run yet", empty, ROOMS["train"], "Train a model")
    advice = "Choose a smaller learning rate, for example 5e-5, and train again."
    pieces.error_card("Training failed", "The loss became NaN at step 41 of 375.", advice)
    pieces.error_card("Escaped", "<b>not bold</b> & <script>alert(1)</script>", "")
    with pieces.card("pictures"):
        pieces.card_title("Small pictures")
        training, lengths = RunConfig().training, np.random.default_rng(7).gamma(4, 40, 500).round()
        pieces.sentence("Rises to 1e-4, then falls.", picture=illustrations.learning_rate(training, 375))
        pieces.sentence("125 steps an epoch", picture=illustrations.steps(125))
        pieces.sentence("tokens · what is pale is cut", picture=illustrations.cut(lengths, 256))
        pieces.warning_line("A learning rate above 5e-4 makes most encoders diverge.")
        st.skeleton(height=48)
    with pieces.card("tokens"):
        pieces.card_title("Tokens")
        swatches = "".join(
            f"<span style='display:inline-block;width:7rem;margin:0 8px 8px 0;font-size:12px'>"
            f"<span style='display:block;height:28px;border-radius:6px;background:var(--sb-{name});"
            f"border:1px solid var(--sb-hairline)'></span>{name}</span>"
            for name in TOKENS
        )
        st.html(swatches)


def without_estimate() -> None:
    strip("a run with a name too long for the line", "preparing", None, "", None)


def predict_room() -> None:
    frame.page("Predict", MADE_UP, current="predict", pages=ROOMS)
    left, right = st.columns([1.55, 1])
    with left, pieces.card("write"):
        pieces.card_title("Write or paste a review")
        st.text_area("Review", REVIEW, height=110, label_visibility="collapsed")
        st.pills("Examples", ["A kind one", "A harsh one", "A mixed one"], label_visibility="collapsed")
    with right, pieces.card("answer"):
        st.html(pieces.stars(3.8, size="36px"))
        pieces.card_title("3.8 stars expected")
        pieces.sentence("Fairly sure: within one star 19 times in 20.")
        pieces.probability_bars(pieces.rating_rows([0.02, 0.06, 0.21, 0.48, 0.23]))
        pieces.sentence("23 words, 29 tokens, nothing cut · 14 ms")
    with left, pieces.card("labels"):
        pieces.card_title("Labels without stars")
        pieces.probability_bars([("sports", 0.91, rating_colours(2)[1]), ("world <b>", 0.09, rating_colours(2)[0])])


ROOMS = {
    "data": st.Page(data_room, title="Data", url_path="data", default=True),
    "train": st.Page(train_room, title="Train", url_path="train"),
    "results": st.Page(results_room, title="Results", url_path="results"),
    "predict": st.Page(predict_room, title="Predict", url_path="predict"),
}

if __name__ == "__main__":
    st.navigation(list(ROOMS.values()), position="hidden").run()
