"""Words from outside show as they are: in HTML, and in everything of Streamlit's that reads Markdown."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.server import Dashboard
from ui.markup import plain

ROOT = Path(__file__).parents[2]
# Calls of Streamlit's that read Markdown, with the arguments that they read it from: the first one, and these by name.
_WIDGETS = (
    "button checkbox color_picker date_input download_button feedback file_uploader form_submit_button link_button "
    "multiselect number_input pills radio segmented_control select_slider selectbox slider text_area text_input toggle "
    "camera_input audio_input chat_input time_input"
)
_FAMILIES: tuple[tuple[str, frozenset[int | str]], ...] = (
    (_WIDGETS, frozenset({0, "label", "help", "options"})),
    ("error info success warning toast markdown caption write", frozenset({0, "body", "help"})),
    ("expander popover status spinner dialog", frozenset({0, "label", "title", "text", "help"})),
    ("header subheader title metric badge", frozenset({0, 1, 2, "label", "value", "delta", "body", "help"})),
    ("page_link", frozenset({"label", "help"})),
    ("progress", frozenset({1, "text"})),
    ("tabs", frozenset({0, "tabs"})),
    ("table", frozenset({0, "data"})),
)
MARKDOWN = {name: read for names, read in _FAMILIES for name in names.split()}
# Boxes and menus show their options as they are; these read them as Markdown.
LISTS = {"pills", "radio", "segmented_control"}
# Results of these are words of ours, or numbers.
OURS = {"_", "ngettext", "pgettext", "plain", "why"}
# What a function is handed by others, or takes from a table of ours: looked at by hand, each with where it comes from.
BY_HAND = {
    ("ui/frame.py", "f'{number}\\u2002{name}'"): "the names of the steps",
    ("ui/frame.py", "name"): "what a language calls itself",
    ("ui/pieces.py", "f':material/{icon}:'"): "an icon that a page names",
    ("ui/pieces.py", "link_label"): "the words of an empty state",
    ("ui/manage.py", "words"): "the words of three buttons, in the same function",
    ("ui/predict_views.py", "list(known)"): "the names of four examples",
    ("ui/data_views.py", "f'`dataset[\"train\"][{row}]`'"): "a number of a row",
    ("ui/results_views.py", "pd.DataFrame(rows, columns=heads).set_index(_('Score'))"): "scores; a class passes plain",
    ("ui/predict_views.py", "words.format(most=fmt.count(MOST_TEXTS), n=fmt.count(len(lines)))"): "words of ours",
    (
        "ui/predict_views.py",
        "_('{share} of {n} reviews').format(share=fmt.percent(share, 0), n=count)",
    ): "a number that was written beforehand",
    ("ui/data_classes.py", "label"): "what a box is for, in the same module",
    ("ui/data_classes.py", "words"): "the words of two buttons, in the same module",
    ("ui/explore.py", "numbers"): "numbers of classes, whose words pass plain",
    ("pages/train.py", "label"): "what the button says",
    ("ui/data_source.py", "KINDS"): "four words of ours",
    ("ui/data_source.py", "words"): "the formats that can be read",
    ("pages/settings.py", "label"): "two words of ours",
    ("pages/train.py", "[*names, mine]"): "the names of presets",
    ("ui/form.py", "**common"): "a setting's title and help",
    ("ui/form.py", "**look"): "how a number is written",
}


def calls() -> Iterator[tuple[str, str, ast.expr]]:
    """Every argument that Streamlit reads Markdown from: its file, the name of the call, the argument."""
    for folder in ("ui", "pages"):
        for file in sorted((ROOT / folder).glob("*.py")):
            if file.name == "gallery.py":
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MARKDOWN:
                    if ast.unparse(node.func).startswith(("fmt.", "results_views.", "sentences.", "task.")):
                        continue
                    for argument in arguments(node):
                        yield f"{folder}/{file.name}", ast.unparse(node.func), argument


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    assert isinstance(call.func, ast.Attribute)
    read = MARKDOWN[call.func.attr]
    for place, argument in enumerate(call.args):
        if place in read or (place == 1 and "options" in read and call.func.attr in LISTS):
            yield argument
    for keyword in call.keywords:
        if keyword.arg is None:
            yield ast.Name("**" + ast.unparse(keyword.value))
        elif keyword.arg in read and not (keyword.arg == "options" and call.func.attr not in LISTS):
            yield keyword.value


def is_ours(node: ast.expr) -> bool:
    """Whether an expression can hold no words from outside that were not escaped."""
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name)) if name in OURS:
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="fmt"))):
            return True
        case ast.Call(func=ast.Attribute(value=of, attr="format")):
            return is_ours(of) and all(is_ours(each.value) for each in node.keywords) and not node.args
        case ast.IfExp(body=one, orelse=other):
            return is_ours(one) and is_ours(other)
    return False


def test_every_word_that_streamlit_reads_as_markdown_is_ours_or_escaped() -> None:
    found = list(calls())
    assert len(found) > 60
    odd = [(file, call, ast.unparse(node)) for file, call, node in found if not is_ours(node)]
    unknown = [each for each in odd if (each[0], each[2]) not in BY_HAND]
    assert not unknown, "pass what comes from outside through ui.markup.plain"
    assert not {*BY_HAND} - {(file, argument) for file, _call, argument in odd}, "no longer there"


HOSTILE = [
    *"\\`*_{}[]()#+-.!~$:<>|&^=@/'\" a1あ",
    *[
        "://",
        "www.",
        "http://e.co",
        "![a](http://e.co/x.png)",
        ":red[",
        "&amp;",
        ":material/home:",
        ":smile:",
        "---",
        "->",
        "<-",
        "1.",
        "12)",
        "<b>",
    ],
    *["<!--", "$$", "a@b.co", "[^1]", "|-|", "~~", "``", "<br>", "-", "[", "]"],
    *("\n", "\n\n", "    ", "\\\n", "[x]: http://a.b", "- [ ] ", "<img src=http://e.co/x.png>"),
]
SCRIPT = """
import json, pathlib, sys

sys.path.insert(0, {root!r})

import streamlit as st

from ui.markup import plain

for place, value in enumerate(json.loads(pathlib.Path({values!r}).read_text("utf-8"))):
    with st.container(key=f"shown-{{place}}"):
        st.markdown(plain(value))
"""


def hostile(n: int) -> list[str]:
    chance = random.Random(5)
    found = ["".join(chance.choices(HOSTILE, k=chance.randint(1, 9))) for _ in range(n)]
    return [each for each in found if each.split()]


@pytest.mark.browser
def test_escaped_words_show_as_they_are_and_fetch_nothing(tab: Page, tmp_path: Path) -> None:
    values = hostile(400)
    (tmp_path / "values.json").write_text(json.dumps(values), "utf-8")
    (tmp_path / "app.py").write_text(SCRIPT.format(root=str(ROOT), values=str(tmp_path / "values.json")), "utf-8")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    with Dashboard(str(tmp_path / "app.py"), log=tmp_path / "server.log") as server:
        tab.goto(server.url)
        tab.locator(f".st-key-shown-{len(values) - 1} p").wait_for()
        shown = tab.evaluate(
            """n => [...Array(n).keys()].map(place => {
                const box = document.querySelector(`.st-key-shown-${place} [data-testid=stMarkdownContainer]`)
                return [box.textContent, [...box.querySelectorAll("*")].map(each => each.tagName).join()]
            })""",
            len(values),
        )
    for value, (words, tags) in zip(values, shown, strict=True):
        assert (words.replace("\u2060", ""), tags) == (" ".join(value.split()), "P")
    assert not [each for each in asked if "e.co" in each]


@pytest.mark.parametrize(
    "words",
    ["training.weight_decay: found -1.0, not a number", "5 stars", "とても良い", "don't", 'a "b"; 3/4 (good)'],
)
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    assert plain(words) == words
