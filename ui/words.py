"""Visible words, ready for translation.

English stands inline in the code and is the message id, as gettext has it: `_("Train")`. Today no catalogue
is shipped, so `NullTranslations` hands every text back unchanged; a translation becomes a `.mo` file and
one changed line here, and no caller changes. Put values in after translating: `_("epoch {n}").format(n=2)`.

It does not know which language a visitor prefers.
"""

from __future__ import annotations

import gettext

_catalogue = gettext.NullTranslations()


def _(text: str) -> str:
    """The text in the visitor's language; the English text itself where there is no translation."""
    return _catalogue.gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural form that fits `n`, e.g. `ngettext("{n} step", "{n} steps", n).format(n=n)`."""
    return _catalogue.ngettext(one, many, n)
