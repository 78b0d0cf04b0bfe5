"""The map of the reviews: drawn when somebody asks for it, coloured by class, read by a click.

A component of our own (static/review_map.js) draws it. Knows a source, its report and what `core.inspection.map` says
of its map; knows no model. Guarantees that nothing begins unasked and that the page never waits: while the map is
worked out a timed fragment looks how far it is, and stops then.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from core import tasks
from core.config.source import Source
from core.inspection import cache
from core.inspection import map as maps
from core.inspection.map import Map
from core.inspection.profile import Profile
from core.inspection.shelf import Shelved
from core.tasks import Task
from ui import assets, classes, messages, reading, state, table_reports
from ui import format as fmt
from ui.component import component
from ui.pieces import card, card_title, error_card, sentence
from ui.tokens import rating_colours
from ui.words import _

LOOK_SECONDS = 1.0
# What a point says when the pointer is over it.
MOST_CHARACTERS, LINE_CHARACTERS = 160, 44
HEIGHT = 460
_NAMES = "explore-map-names"

_MAP = component("review_map", html="<div class='sb-review-map'></div>")


def draw(source: Source, report: Profile) -> None:
    """Draw the card."""
    with card("map"):
        card_title(_("Map of the reviews"), _("t-SNE of an encoder's vectors"))
        going = _drawing(source, report)
        if going is not None and going.thread.is_alive():
            st.fragment(_wait, run_every=LOOK_SECONDS)(source, report)
        else:
            st.fragment(_look)(source, report)


def _drawing(source: Source, report: Profile) -> maps.Drawing | None:
    """The drawing of this very map that goes on or has failed; None where none was begun here."""
    name = st.session_state.get(_NAMES, {}).get(_asked(source, report))
    return maps.drawing(name) if name else None


def _asked(source: Source, report: Profile) -> tuple[object, str]:
    return cache.key_of(source, report.text_column), maps.model_for(state.draft().model.name)


def _wait(source: Source, report: Profile) -> None:
    """How far it is; the whole page is drawn once when it has ended, so that the timer ends as well."""
    going = _drawing(source, report)
    if going is None or not going.thread.is_alive():
        st.rerun()
    st.progress(
        going.share,
        text=_("Reading the reviews, then laying them out: {share}").format(share=fmt.percent(going.share, 0)),
    )
    st.button(_("Stop"), key="map-stop", on_click=going.stop)


def _look(source: Source, report: Profile) -> None:
    columns = (report.text_column, report.label_column)
    with table_reports.shelved(source, *columns) as shelved:
        if shelved is None or not shelved.knows(*columns):
            sentence(_("The table cannot be looked into now; the disk may be full. So it has no map."))
            return
        rows = maps.chosen(shelved.rows.num_rows)
        name = _name(source, report, shelved, rows)
        found = maps.find(state.home(), name)
        if found is None or len(found.x) != len(rows):
            _offer(source, report, shelved, rows, name)
        else:
            _show(source, report, shelved, rows, found)


def _name(source: Source, report: Profile, shelved: Shelved, rows: np.ndarray) -> str:
    """What the map is kept under; the texts are read for that once a session."""
    names: dict[object, str] = st.session_state.setdefault(_NAMES, {})
    asked = _asked(source, report)
    if asked not in names:
        names[asked] = maps.name_of(_texts(report, shelved, rows), asked[1])
    return names[asked]


def _texts(report: Profile, shelved: Shelved, rows: np.ndarray) -> list[str]:
    return [shelved.text(row, report.text_column)[: maps.MOST_CHARACTERS] for row in rows.tolist()]


def _offer(source: Source, report: Profile, shelved: Shelved, rows: np.ndarray, name: str) -> None:
    """The button, and what it will do."""
    going = _drawing(source, report)
    if going is not None and going.problem is not None:
        error_card(_("There is no map"), *messages.of(going.problem))
    _column, model = _asked(source, report)
    sentence(
        _(
            "{model} reads {n} reviews, not trained, and those that it reads alike are put close together. "
            "Takes a minute or more, in the background."
        ).format(model=table_reports.called(model), n=fmt.count(len(rows)))
    )
    busy = _trains()
    if st.button(_("Draw the map"), key="map-draw", icon=":material/scatter_plot:", disabled=busy):
        maps.start(state.home(), name, _texts(report, shelved, rows), model, _trains)
        st.rerun()
    if busy:
        sentence(_("A training goes first: the map can be drawn when it has ended."))


def _trains() -> bool:
    return state.store().live() is not None


def _show(source: Source, report: Profile, shelved: Shelved, rows: np.ndarray, found: Map) -> None:
    task = tasks.of_model(report.classes, report.ratings, report.task)
    numbers = reading.class_numbers(report, shelved)[rows]
    key = f"explore-map:{source}"
    opened_key = f"{key}:open"

    def opened() -> None:
        row = st.session_state[key].get("open")
        if row is not None:
            st.session_state[opened_key] = int(row)

    _MAP(key=key, data=_payload(report, task, shelved, rows, numbers, found), on_open_change=opened)
    sentence(
        _(
            "Each point is a review, and close ones read alike to {model} before any training. Classes that lie apart "
            "are easy to learn; a lone point within another class may be mislabelled. Far distances mean little."
        ).format(model=table_reports.called(found.model))
    )
    row = st.session_state.get(opened_key)
    if row is not None and (place := np.flatnonzero(rows == row)).size:
        reading.one(shelved, row, report.text_column, reading.Look(task, numbers[place]), key=f"{key}:one")


def _payload(
    report: Profile, task: Task, shelved: Shelved, rows: np.ndarray, numbers: np.ndarray, found: Map
) -> dict[str, object]:
    """The JSON that review_map.js reads: a series for each class, and one for rows without."""
    named, colours = classes.words(task), rating_colours(len(task.names))
    series = [(named[name], colours[number], number) for number, name in enumerate(task.names)]
    x, y = np.asarray(found.x), np.asarray(found.y)
    texts = _texts(report, shelved, rows)
    return {
        "src": assets.plotly_url(),
        "height": HEIGHT,
        "alt": _("Map of {n} reviews, coloured by class").format(n=fmt.count(len(rows))),
        "failed": _("The map could not be loaded. Reload the page."),
        "series": [
            {
                # Plotly reads markup in it.
                "name": escape(label, quote=False),
                "colour": colour,
                "x": x[numbers == number].tolist(),
                "y": y[numbers == number].tolist(),
                "row": rows[numbers == number].tolist(),
                "text": [_beginning(texts[place]) for place in np.flatnonzero(numbers == number).tolist()],
            }
            for label, colour, number in [*series, (_("no class"), "", -1)]
            if (numbers == number).any()
        ],
    }


def _beginning(content: str) -> str:
    """The beginning of a review in lines, as Plotly's markup."""
    lines: Sequence[str] = textwrap.wrap(
        " ".join(content[: 2 * MOST_CHARACTERS].split())[:MOST_CHARACTERS], LINE_CHARACTERS
    )
    return "<br>".join(escape(line, quote=False) for line in lines) + ("…" if len(content) > MOST_CHARACTERS else "")
