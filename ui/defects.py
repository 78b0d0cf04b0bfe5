"""What nobody foresaw, said on the page: a card of ours, with the traceback in the log alone."""

from __future__ import annotations

import logging

from ui.pieces import error_card
from ui.words import _

log = logging.getLogger("starboard.pages")


def draw(error: Exception) -> bool:
    """Draw what no page foresaw as a card of ours; the traceback goes to the log alone."""
    log.log(logging.ERROR, "a page failed", exc_info=error)
    error_card(
        _("Starboard did not expect this"),
        _("What is drawn here failed with {kind}. Nothing that was saved is lost.").format(kind=type(error).__name__),
        _("Reload the page. If it comes again, report it with the lines that the terminal shows."),
    )
    return True
