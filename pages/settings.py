"""Settings: what holds for all runs and pages, and room on the disk."""

from __future__ import annotations

import streamlit as st

from core.home import preferences
from core.runs import disk
from ui import form, frame, manage, state, words
from ui import format as fmt
from ui.page import page
from ui.pieces import Metric, card, card_title, key_table_html, metric_row, sentence
from ui.theme_choice import theme_choice
from ui.words import _, ngettext


def keep(name: str) -> None:
    preferences.save(state.home(), **{name: st.session_state[f"preference-{name}"]})


def general() -> None:
    now = preferences.load(state.home())
    with card("general"):
        card_title(_("For you"))
        languages = {preferences.AUTO: _("As the browser"), **words.languages()}
        st.session_state["preference-language"] = now.language
        st.selectbox(
            _("Language"),
            list(languages),
            key="preference-language",
            format_func=languages.__getitem__,
            on_change=keep,
            args=("language",),
        )
        theme_choice([*(path for path in frame.PAGES if path != "train"), "settings", ""])
        sentence(_("Kept in this browser; choosing loads the page anew."))
        st.button(_("Show the tour again"), key="tour-again", on_click=tour_again)


def tour_again() -> None:
    preferences.save(state.home(), tour_seen=False)
    st.toast(_("It waits on the Train page."))


def endings() -> None:
    """What happens when a long run ends."""
    now = preferences.load(state.home())
    with card("endings"):
        card_title(_("When a long run ends"))
        for name, label in (("notify", _("Show a notification")), ("sound", _("Play a sound"))):
            st.session_state[f"preference-{name}"] = getattr(now, name)
            st.toggle(label, key=f"preference-{name}", on_change=keep, args=(name,))
        sentence(
            _(
                "For runs of half a minute and more, while a tab of Starboard is open. "
                "The browser asks for permission at your next click."
            )
        )


def keys() -> None:
    """The keyboard shortcuts."""
    with card("keys"):
        card_title(_("From the keyboard"))
        rows = [("Ctrl + Enter", _("Train; on the Predict page, rate")), ("Ctrl + Backspace", _("Stop the training"))]
        st.html(key_table_html(rows))
        sentence(_("On a Mac, Cmd in place of Ctrl."))


def training() -> None:
    now = preferences.load(state.home())
    with card("training"):
        card_title(_("For training"))
        st.session_state["preference-threads"] = now.threads
        st.number_input(
            _("Processor threads"),
            min_value=0,
            max_value=1024,
            key="preference-threads",
            on_change=keep,
            args=("threads",),
        )
        sentence(_("0 takes one for each core. Fewer leave room for other work. Holds from the next run on."))
        form.fields(["training.precision", "training.report_to"], {})


def room() -> None:
    runs = state.store().runs()
    found = disk.usage(state.home(), runs)
    with card("disk"):
        card_title(_("Room on the disk"), _("{free} free").format(free=fmt.size(found.free)))
        metric_row(
            [
                Metric(
                    _("Models and curves"),
                    fmt.size(found.models),
                    ngettext("{n} run", "{n} runs", len(runs)).format(n=fmt.count(len(runs))),
                ),
                Metric(_("Checkpoints"), fmt.size(found.checkpoints), _("to go on from")),
                Metric(_("Uploads"), fmt.size(found.uploads), ""),
                Metric(_("Cache"), fmt.size(found.cache), ""),
            ]
        )
        st.button(
            _("Clean up {size}").format(size=fmt.size(found.spare)),
            key="clean-up",
            disabled=not found.spare,
            on_click=state.clean_up,
        )
        sentence(_("Removes checkpoints of finished runs, uploads no run was trained on, and the cache. Models stay."))


def home() -> None:
    with card("home"):
        card_title(_("Home folder"))
        st.code(str(state.home().path), language=None, wrap_lines=True)
        sentence(_("Everything is kept here. Set STARBOARD_HOME to use another folder."))
        manage.bring_in()


with page(_("Settings"), _("What holds for all runs and pages."), current="settings"):
    left, right = st.columns(2)
    with left:
        general()
        home()
        keys()
    with right:
        training()
        endings()
    room()
    manage.trash_card()
