"""Loads the model of a run before the first review is rated, beside a worker that may be importing the same things."""

from __future__ import annotations

import contextlib
import threading

from core.errors import StarboardError
from core.home.places import Home
from core.prediction import predictor
from core.runs.run import Run

_asked: tuple[str, int | None] | None = None


def preload(home: Home, run: Run) -> None:
    """Begin to load the model of a run in a thread, so that the first review does not wait for it."""
    global _asked

    def warm() -> None:
        # The worker may be importing this now. Two threads in the midst of each other's imports see half of a module;
        # here the second waits for the first.
        import core.training.train  # noqa: F401

        # Whoever rates a review hears what is wrong.
        with contextlib.suppress(StarboardError):
            # The first products of a process are slow.
            predictor.load(home, run)(["A first look."])

    asked = (run.id, run.model_step)
    if _asked != asked:
        _asked = asked
        threading.Thread(target=warm, name="starboard-preload", daemon=True).start()
