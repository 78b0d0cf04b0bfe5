"""One page from top to bottom: frame, live strip, body, errors as cards, and the worker once it is drawn.

Everything that a page needs around it is here and not in the entry script, because Streamlit may run a page without
that: a folder called `pages/` puts it into an older mode until the entry script has run once in the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.errors import StarboardError
from core.work import worker
from ui import defects, frame, live, messages, notices, state
from ui.pieces import error_card
from ui.words import _


@contextmanager
def page(title: str, subtitle: str | Callable[[], str] = "", *, current: str) -> Iterator[None]:
    """Draw a page around the body of the `with`.

    Args:
        title: the heading.
        subtitle: one line below it, or what finds it.
        current: the step of the header, a key of `frame.PAGES`.
    """
    try:
        state.keep_inputs()
        # Taken before anything is drawn: the timers ask for a whole new page as long as one is left.
        problem, advice = state.take_problem()
        line = subtitle if isinstance(subtitle, str) else subtitle()
        frame.page(title, line, current=current, strip=live.draw_strip)
        if problem:
            error_card(_("That did not work"), problem, advice)
        notices.draw()
        yield
        worker.start(state.home())
    except StarboardError as error:
        error_card(_("This cannot be shown"), *messages.of(error))
        st.stop()
    except FragmentHandledException:
        # A part of the page that has said so itself.
        raise
    except Exception as error:  # noqa: BLE001 - a defect still gets a card, and the page around it stays
        defects.draw(error)
        st.stop()
