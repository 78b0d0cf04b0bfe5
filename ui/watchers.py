"""How many tabs watch this process, so that together they never cost the training more than a little.

A tick of a live page costs about ten milliseconds. A few tabs are brought up to date within a second; the more there
are, the longer each waits for its turn. Knows no runs. Guarantees that a tab which is gone is forgotten in a while.
"""

from __future__ import annotations

import time
import uuid

import streamlit as st

# As many tabs tick at full pace; twice as many tick half as often, and so on.
FEW = 4
MOST = 16
# Longer than the slowest tick at that.
GONE_SECONDS = 30.0
_ME = "watcher"


def pace() -> int:
    """By what the time between two ticks is multiplied at present: 1, 2, 4, …; counts this tab as watching."""
    seen, now = _seen(), time.monotonic()
    seen[st.session_state.setdefault(_ME, uuid.uuid4().hex)] = now
    watching = sum(now - at < GONE_SECONDS for at in tuple(seen.values()))
    if watching < len(seen):
        for tab in [tab for tab, at in tuple(seen.items()) if now - at >= GONE_SECONDS]:
            seen.pop(tab, None)
    factor = 1
    while FEW * factor < watching and factor < MOST:
        factor *= 2
    return factor


@st.cache_resource(show_spinner=False)
def _seen() -> dict[str, float]:
    """When each tab was last seen, in seconds of the monotonic clock."""
    return {}
