"""Small HTML builders that escape what they are given.

Everything that came from a user or a file passes `text` before it stands in markup, and `plain` before it stands in
Markdown, which most of Streamlit's labels are; tests/ui/test_markup.py looks at every call that takes it. `text` also
binds a number to its unit (`20.2 %`, `47 s`) with a no-break space, so that a narrow card never splits the two.
"""

from __future__ import annotations

import re
from html import escape

NO_BREAK = "\u00a0"
# What Markdown, Streamlit's own marks in it (`:red[...]`) or TeX would read, where they would.
_MARK = re.compile(
    r"""[\\`*\[\]<>~$|&^{}]      # anywhere
    | (?<!\w)_ | _(?!\w)          # but within a word
    | ^[-+#=] | (?<=^\d)[.)] | (?<=^\d\d)[.)] | (?<=^\d{3})[.)]  # at the beginning: lists and headings
    """,
    re.VERBOSE,
)
# Made into links, icons, emoji and arrows after that, escaped or not: a character without width keeps them apart.
_LATER = re.compile(r":(?=\S)|@|www(?=\.)|-(?=[->])|<(?=[-=])|[>~!=+](?=[=-])|=(?=>)", re.IGNORECASE)
_APART = "\u2060"
_UNIT = re.compile(r"(?<=\d) (?=(?:%|ms|s|min|h|d|B|kB|MB|GB|TB|stars?)(?![\w]))")


def text(value: str) -> str:
    """Escaped for an element's content or an attribute's value, numbers bound to their units."""
    return _UNIT.sub(NO_BREAK, escape(value, quote=True))


def plain(value: str) -> str:
    """As Markdown that shows the value as it is, on one line: no picture is fetched, no link or style is made of it."""
    return _MARK.sub(r"\\\g<0>", _LATER.sub(r"\g<0>" + _APART, " ".join(value.split())))


def element(tag: str, content: str, css: str = "", **attributes: str) -> str:
    """`<tag class=css name="value">content</tag>`; `content` is HTML, attribute values are escaped here.

    Attribute names are written with underscores: `aria_label` becomes `aria-label`.
    """
    pairs = {"class": css, **{name.replace("_", "-"): value for name, value in attributes.items()}}
    written = "".join(f' {name}="{escape(value, quote=True)}"' for name, value in pairs.items() if value)
    return f"<{tag}{written}>{content}</{tag}>"
