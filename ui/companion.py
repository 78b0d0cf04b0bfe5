"""What Starboard does outside its page: progress in the tab's title, and word of a run that has ended.

One component without a look of its own (companion.js), fed by the strip's timer. It does not know what a run is.
Guarantees that an ending is told once a browser window, however often it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core import preferences

_COMPANION = st.components.v2.component(
    "starboard_companion",
    html="<span class='sb-companion' aria-live='polite'></span>",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Ended:
    """An ending worth telling: `id` tells two of them apart, the words are what the notification shows."""

    id: str
    title: str
    words: str


def companion(progress: str, ended: Ended | None, *, key: str = "companion") -> None:
    """Bring the browser up to date.

    Args:
        progress: stands before the title of the tab, such as `42 %`; empty leaves the title alone.
        ended: the run that ended last while this tab looked, None before the first.
    """
    now = preferences.load()
    _COMPANION(
        key=key,
        data={
            "progress": progress,
            "ended": vars(ended) if ended else None,
            "notify": now.notify,
            "sound": now.sound,
        },
    )
