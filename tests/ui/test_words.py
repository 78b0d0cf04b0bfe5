"""Languages: which one is chosen, that the catalogues are whole, and that no visible English escapes them."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from core.errors import ConfigError
from core.home import preferences
from core.home.places import Home
from core.messages import Message
from scripts import translate
from ui import format as fmt
from ui import words
from ui.messages import translate as translated

ROOT = Path(__file__).parents[2]
# What draws words: the arguments of these are read by visitors.
DRAWING = {
    "button", "caption", "card_title", "Chart", "chart_card", "code_peek", "download_button", "empty_state", "error",
    "error_card", "expander", "file_uploader", "header", "info", "markdown", "Metric", "metric", "multiselect", "notes",
    "number_input", "page", "page_link", "pills", "popover", "radio", "Role", "segmented_control", "select_slider",
    "selectbox", "sentence", "slider", "spinner", "subheader", "success", "tabs", "text_area", "text_input", "title",
    "toast", "toggle", "warning", "write",
}  # fmt: skip
UNSEEN = {
    "key",
    "icon",
    "type",
    "label_visibility",
    "language",
    "current",
    "kind",
    "y_format",
    "format",
    "height",
    "shortcut",
    "mime",
}
# Keys and icons, a page's path, an icon in Markdown, code in Markdown.
NO_WORDS = re.compile(r"[a-z][a-z0-9_-]*|pages/\w+\.py|:material/.*|`.*|[\W\d_]*", re.DOTALL)


@pytest.fixture
def in_japanese(home: Path) -> None:
    preferences.save(Home.present(), language="ja")


def browser(monkeypatch: pytest.MonkeyPatch, locale: str | None) -> None:
    monkeypatch.setattr(
        words,
        "st",
        SimpleNamespace(context=SimpleNamespace(locale=locale), runtime=SimpleNamespace(exists=lambda: True)),
    )


def test_outside_a_streamlit_run_it_is_english(home: Path) -> None:
    assert words.language() == "en"
    assert words._("Train") == "Train"


@pytest.mark.parametrize(
    ("locale", "language"), [("ja", "ja"), ("ja-JP", "ja"), ("en-US", "en"), ("de", "en"), ("", "en"), (None, "en")]
)
def test_auto_follows_the_browser(
    home: Path, monkeypatch: pytest.MonkeyPatch, locale: str | None, language: str
) -> None:
    browser(monkeypatch, locale)
    assert words.language() == language


def test_a_choice_counts_more_than_the_browser(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser(monkeypatch, "ja-JP")
    preferences.save(Home.present(), language="en")
    assert words.language() == "en"


def test_a_choice_holds_at_once_and_is_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    load = preferences.load

    def counted(home: Home) -> preferences.Preferences:
        reads.append("read")
        return load(home)

    monkeypatch.setattr(preferences, "load", counted)
    for language, data in (("ja", "データ"), ("en", "Data"), ("ja", "データ")):
        preferences.save(Home.present(), language=language)
        reads.clear()
        assert [words._("Data") for _ in range(20)] == [data] * 20
        assert len(reads) == 1


def test_a_word_may_need_two_words_elsewhere(in_japanese: None) -> None:
    assert words._("Train") == "学習"
    assert words.pgettext("button", "Train") == "学習を開始"
    assert words.ngettext("{n} of no such thing", "{n} of no such things", 2) == "{n} of no such things"
    assert words._("no such text") == "no such text"
    assert words._("") == ""


def test_the_catalogues_are_whole_and_as_they_would_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    code = translate.main(["--check"])
    assert code == 0, capsys.readouterr().out


def one(message: str | tuple[str, ...] | list[str]) -> str:
    """A message, or the first form of one that has several."""
    return message if isinstance(message, str) else message[0]


def test_po_and_mo_say_the_same_as_a_fresh_extraction() -> None:
    file = translate.po_file("ja")
    with file.open("rb") as po, file.with_suffix(".mo").open("rb") as mo:
        written = {(each.context, one(each.id)): one(each.string or "") for each in read_po(po) if each.id}
        compiled = gettext.GNUTranslations(mo)
        mo.seek(0)
        assert len(list(read_mo(mo))) == len(written) + 1
    for (context, message), string in written.items():
        found = compiled.pgettext(context, message) if context else compiled.gettext(message)
        assert string == (found if found != message else compiled.ngettext(message, message, 1))
    assert set(written) == {(each.context, one(each.id)) for each in translate.source() if each.id}
    assert all(written.values())


def test_a_lost_placeholder_and_a_missing_translation_are_reported() -> None:
    catalog = Catalog()
    catalog.add("{n} steps", "手順")
    catalog.add("Train", "")
    assert translate.problems(catalog) == ["other placeholders: {n} steps -> 手順", "not translated: Train"]


def test_a_composed_template_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "core" / "one.py"
    file.parent.mkdir()
    file.write_text(
        'Message(\n    "There is no "\n    "file {path!r}.",\n    path=", ".join(a),\n)\nMessage.verbatim(text)\n'
        'Message(f"No {x}.")\nMessage("a" if b else "c")\nMessage("a" + "b")\nMessage(template, n=1)\n'
    )
    assert translate.composed(tmp_path) == [f"no literal: core/one.py:{line}" for line in (7, 8, 9, 10)]


def test_templates_are_extracted_whole() -> None:
    found = {str(each.id) for each in translate.source()}
    assert "The preferences cannot be kept: {why}." in found
    assert "The label column {column} holds classes that are no numbers ({names}), expected ratings." in found
    assert not [each for each in found if "terrible" in each.lower()], "the sample's reviews are data"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("{rows:,} of {name!r}", "{name}の{rows}", True),
        ("{n} of {total}", "{total}", False),
        ("{{n}} of {total}", "{total}", True),
        ("{n}", "{n", False),
        ("{{}}", "{{}}", True),
    ],
)
def test_placeholders_are_compared_by_name(one: str, other: str, same: bool) -> None:
    assert (translate.placeholders(one) == translate.placeholders(other)) == same


def test_another_language_needs_a_catalogue_and_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError):
        preferences.save(Home.present(), language="de")
    catalogue(tmp_path / "locale", "de", {"Data": "Daten", "{n} s": "{n} Sek."})
    monkeypatch.setattr(preferences, "CATALOGUES", tmp_path / "locale")
    assert words.languages() == {"en": "English", "de": "Deutsch"}
    browser(monkeypatch, "de-AT")
    assert words.language() == "de"
    assert words._("Data") == "Daten"
    assert words._("Train") == "Train", "what is not translated is English"
    assert (fmt.duration(47), fmt.percent(0.531, 1), fmt.count(1000)) == ("47 Sek.", "53,1 %", "1.000")
    assert re.fullmatch(r"\d\d\.07\.26, \d\d:\d\d", fmt.moment(1_785_000_000))
    browser(monkeypatch, "ja-JP")
    assert words.language() == "en", "there is no Japanese here"
    preferences.save(Home.present(), language="de")
    assert translated(Message("Data")) == "Daten"


def catalogue(folder: Path, language: str, strings: dict[str, str]) -> None:
    """Write a compiled catalogue."""
    made = Catalog(locale=language)
    for message, string in strings.items():
        made.add(message, string)
    file = folder / language / "LC_MESSAGES" / f"{words.DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_mo(stream, made)


def test_a_catalogue_is_begun_with_every_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(translate, "CATALOGUES", tmp_path)
    assert translate.main(["--start", "de"]) == 1
    assert "de: not translated: Train" in capsys.readouterr().out.splitlines()
    with (tmp_path / "de" / "LC_MESSAGES" / "starboard.po").open("rb") as po:
        begun = {(each.context, one(each.id)) for each in read_po(po) if each.id}
    assert begun == {(each.context, one(each.id)) for each in translate.source() if each.id}


def test_numbers_in_japanese(in_japanese: None) -> None:
    assert [fmt.duration(each) for each in (0.014, 47, 82, 7500, 273_600)] == [
        "14ミリ秒",
        "47秒",
        "1分22秒",
        "2時間5分",
        "3日4時間",
    ]
    assert (fmt.percent(0.53), fmt.percent(0.531, 1), fmt.percent(0)) == ("53%", "53.1%", "0%")
    assert (fmt.count(1000), fmt.number(1234.5), fmt.number(-0.001)) == ("1,000", "1,234.50", "0.00")
    assert (fmt.stars(1), fmt.stars(3.84)) == ("星1", "星3.8")
    assert re.fullmatch(r"2026/07/\d\d \d{1,2}:\d\d", fmt.moment(1_785_000_000))


@pytest.mark.parametrize("file", sorted([*ROOT.glob("pages/*.py"), *ROOT.glob("ui/*.py")]), ids=lambda file: file.name)
def test_no_visible_english_escapes_the_catalogue(file: Path) -> None:
    if file.name == "gallery.py":
        pytest.skip("the gallery is for developers")
    assert list(escaped(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_the_check_finds_what_escapes() -> None:
    found = escaped(ast.parse('st.button("Go on", key="k"); card_title(_("Data"), f"{n} rows"); sentence(help_)'))
    assert list(found) == ["1: Go on", "1:  rows"]


def escaped(tree: ast.Module) -> Iterator[str]:
    """Literal words that are drawn without being looked up, with their line."""
    for call in ast.walk(tree):
        name = getattr(getattr(call, "func", None), "attr", None) or getattr(getattr(call, "func", None), "id", None)
        if not isinstance(call, ast.Call) or name not in DRAWING:
            continue
        drawn = [*call.args, *(each.value for each in call.keywords if each.arg not in UNSEEN)]
        yield from (
            f"{text.lineno}: {text.value!s}"
            for argument in drawn
            for text in literals(argument)
            if not NO_WORDS.fullmatch(str(text.value))
        )


def literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Text in an expression, but not what is handed to a function within it or what starts as code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    if isinstance(node, ast.Call | ast.Lambda | ast.Subscript):
        return
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.JoinedStr) and isinstance(first := children[0], ast.Constant):
        children = [] if str(first.value).startswith(("`", ":material/")) else children
    for child in children:
        yield from literals(child)
