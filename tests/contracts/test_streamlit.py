"""Streamlit: options, components, timers, and what its page is made of in the browser."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from playwright.sync_api import Page, expect
from streamlit import config
from streamlit.navigation.page import Page as StreamlitPage
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.testing.v1 import AppTest

from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard

LIBRARY = "streamlit"
ROOT = Path(__file__).parents[2]
SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"

APP = '''
import streamlit as st

heard = st.session_state.setdefault("heard", [])
speak = st.components.v2.component(
    "contract",
    html="<span class='contract'></span>",
    js="""export default ({ data, parentElement, setTriggerValue }) => {
        parentElement.querySelector(".contract").textContent = new TextDecoder().decode(data)
        if (!window.spoke) { window.spoke = true; setTriggerValue("resync", 5) }
        return () => { window.cleaned = true }
    }""",
    isolate_styles=False,
)

st.html("<p class='plain'>plain</p>")
st.html("<script>window.ran = true</script>", unsafe_allow_javascript=True)
with st.container(key="contract-box"):
    st.button("Go", type="primary", key="go", icon=":material/star:")
st.code("x = 1", language="python")
st.slider("How many", 0, 10, key="many")
st.text(f"heard {len(heard)}")
speak(key="speak", data="words ✓".encode(), on_resync_change=lambda: heard.append(1))


@st.fragment(run_every=0.3)
def tick():
    st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    st.text(f"tick {st.session_state['ticks']}")


tick()
'''


def options() -> list[str]:
    """Every option of .streamlit/config.toml by its whole name."""

    def walk(table: dict[str, Any], prefix: str) -> Iterator[str]:
        for name, value in table.items():
            if isinstance(value, dict):
                yield from walk(value, f"{prefix}{name}.")
            else:
                yield f"{prefix}{name}"

    return list(walk(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8")), ""))


def ids() -> set[str]:
    """Every test id that is looked for by our stylesheet, scripts and tests."""
    files = [*(ROOT / "ui").glob("*"), *(ROOT / "static").glob("*.js"), *(ROOT / "scripts").glob("*.py")]
    files += (ROOT / "tests" / "browser").glob("*.py")
    texts = [file.read_text("utf-8") for file in files if file.suffix in {".css", ".py", ".js"}]
    return {found for text in texts for found in re.findall(r"""data-testid=\\?["']?(st[\w-]+)""", text)}


# Without a browser


@pytest.mark.parametrize("name", options())
def test_every_option_exists(name: str) -> None:
    """.streamlit/config.toml sets it; an unknown one is ignored with a line in the log. `server.address` and
    `allowedHosts` keep strangers out; `runner.postScriptGC` keeps ticks from stopping the training."""
    assert name in config.get_config_options()


def test_the_browser_s_script_knows_every_test_id() -> None:
    """ui/style.css, the tour and the browser tests find Streamlit's parts by these ids; a rule for one that is gone
    does nothing."""
    bundle = "".join(file.read_text("utf-8", errors="ignore") for file in SCRIPTS.glob("*.js"))
    # That of a button is put together from its kind.
    missing = {each for each in ids() if each.split("-")[0] not in bundle}
    assert len(ids()) > 10
    assert not missing


def test_a_component_takes_what_is_passed() -> None:
    """Live charts, ticks and the choice of the theme are components of version 2 that are registered like this."""
    parameters = inspect.signature(st.components.v2.component).parameters
    assert {"name", "html", "js", "isolate_styles"} <= set(parameters)


def test_a_fragment_takes_its_timer_at_each_run() -> None:
    """The time between two ticks depends on how many watch."""
    assert "run_every" in inspect.signature(st.fragment).parameters


def test_what_a_page_has_drawn_can_be_read_in_tests() -> None:
    """The tests of pages read the bodies of HTML elements."""

    def page() -> None:
        import streamlit as st

        st.html("<p>drawn</p>")
        st.text_input("Name", key="name")

    found = AppTest.from_function(page).run()
    assert [each.proto.body for each in found.get("html")] == ["<p>drawn</p>"]
    assert found.text_input(key="name").value == ""


def test_a_page_outside_of_a_session_can_ask_where_it_is() -> None:
    """The language is asked of the browser only where there is one."""
    assert st.runtime.exists() in (True, False)
    assert "locale" in dir(type(st.context))


def test_types_are_where_they_are_imported_from() -> None:
    """Types of uploaded files and of pages have no public place; without them pages cannot be imported."""
    assert isinstance(UploadedFile, type)
    assert isinstance(StreamlitPage, type)


# In a browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("streamlit")
    (folder / "app.py").write_text(APP, "utf-8")
    with Dashboard(str(folder / "app.py"), log=folder / "server.log") as server:
        yield server


@pytest.fixture
def opened(page: Dashboard, tab: Page) -> Page:
    tab.goto(page.url)
    tab.get_by_text("tick").wait_for()
    return tab


@pytest.mark.browser
def test_a_component_is_handed_bytes_and_a_place_and_can_answer(opened: Page) -> None:
    """A tick is JSON as bytes, its script finds its markup in `parentElement`, and a chart asks for everything by
    `setTriggerValue`."""
    expect(opened.locator(".contract")).to_have_text("words ✓")
    expect(opened.get_by_text("heard 1")).to_be_visible()


@pytest.mark.browser
def test_a_fragment_runs_by_itself(opened: Page) -> None:
    """Live pages are brought up to date by a timer in the browser."""
    expect(opened.get_by_text(re.compile(r"tick ([3-9]|\d\d)"))).to_be_visible()


@pytest.mark.browser
def test_a_page_is_made_of_these_parts(opened: Page) -> None:
    """ui/style.css and the browser tests find their way by test ids and by the classes of keys."""
    wait_idle(opened)
    for part in (
        "stMain",
        "stMainBlockContainer",
        "stHeader",
        "stHtml",
        "stCode",
        "stSlider",
        "stBaseButton-primary",
        "stElementContainer",
        "stLayoutWrapper",
        "stIconMaterial",
    ):
        opened.locator(f"[data-testid={part}]").first.wait_for(state="attached", timeout=10_000)
    assert opened.locator(".st-key-contract-box .st-key-go button").count() == 1
    assert opened.evaluate("window.ran")
    colours = "getComputedStyle(document.querySelector('.contract')).getPropertyValue('--st-chart-categorical-colors')"
    assert len(str(opened.evaluate(colours)).split(",")) >= 4


@pytest.mark.browser
def test_the_theme_is_kept_under_this_key(opened: Page) -> None:
    """static/theme_choice.js writes Streamlit's own choice of a theme, for which it has no public way."""
    background = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    light = opened.evaluate(background)
    opened.evaluate("localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify('Dark'))")
    opened.reload()
    opened.get_by_text("tick").wait_for()
    assert opened.evaluate(background) != light
