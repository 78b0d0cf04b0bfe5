"""Streamlit: options, components, timers, and what its page is made of in the browser."""

from __future__ import annotations

import inspect
import re
import signal
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import uvicorn
from playwright.sync_api import Page, expect
from streamlit import config, net_util
from streamlit.navigation.page import Page as StreamlitPage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.web.server import app_discovery
from streamlit.web.server.starlette import starlette_websocket

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


# The server


def test_streamlit_alone_lets_pages_of_any_port_in_and_asks_outside_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why `ui/guard.py` looks at origins first. Once Streamlit compares them exactly, that part can go."""
    asked: list[str] = []
    monkeypatch.setattr(net_util, "get_internal_ip", lambda: asked.append("inside"))
    monkeypatch.setattr(net_util, "get_external_ip", lambda: asked.append("outside"))
    assert starlette_websocket._is_origin_allowed("http://localhost:3000", "localhost:8501")
    assert not starlette_websocket._is_origin_allowed("https://evil.example", "localhost:8501")
    assert asked == ["inside", "outside"]


def test_the_entry_script_is_found_to_be_a_server_and_a_script() -> None:
    """`streamlit run app.py` looks for `app = st.App(...)` in its text and hands that to the server; otherwise nothing
    stands in front of it."""
    assert app_discovery.discover_asgi_app(ROOT / "app.py").import_string == "app:app"
    assert {"middleware", "lifespan", "on_script_error"} <= set(inspect.signature(st.App).parameters)


def test_uploads_are_kept_in_memory_by_session() -> None:
    """The guard adds up what is kept; without it any number of files fill the memory."""
    files = MemoryUploadedFileManager("/upload")
    files.add_file("session", UploadedFileRec("1", "a.csv", "text/csv", b"12345"))
    assert {name: [len(file.data) for file in kept.values()] for name, kept in files.file_storage.items()} == {
        "session": [5]
    }


def test_the_server_hears_signals_by_a_method_of_its_own_and_can_be_asked_to_end() -> None:
    """A training begins its checkpoint at the signal, and the process ends as any other; otherwise uvicorn lets the
    signal kill it, and what Python does at an exit is left out."""
    server = uvicorn.Server(uvicorn.Config("app:app"))
    with server.capture_signals():
        heard: Any = signal.getsignal(signal.SIGTERM)
        assert heard.__self__ is server
    assert (server.should_exit, server.force_exit) == (False, False)


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
    expect(opened.get_by_text(re.compile("heard [1-9]"))).to_be_visible()


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
